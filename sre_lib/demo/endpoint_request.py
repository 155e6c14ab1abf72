"""What GetMetricData and ListMetrics may be asked, checked as CloudWatch documents it."""

import hashlib
import re
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_pascal

from sre_lib.demo.backend import Dimensions

MAX_QUERIES = 500
MAX_DATAPOINTS = 100_800
"""Quotas of one call and of one page (AWS API reference, GetMetricData)."""

_ID = re.compile(r"[a-z][A-Za-z0-9_]*", re.ASCII)
_STATISTIC = re.compile(r"Average|Sum|Minimum|Maximum|SampleCount|p(\d{1,2}(\.\d+)?|100)", re.ASCII)
_HIGH_RESOLUTION = {1, 5, 10, 20, 30}


class RefusedError(Exception):
    """A call that CloudWatch answers with an error: its code, message and HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


class Wire(BaseModel):
    """Members in PascalCase as on the wire; unknown ones are ignored, as AWS does."""

    model_config = ConfigDict(alias_generator=to_pascal, frozen=True)


class Dimension(Wire):
    """One dimension of a metric."""

    name: str
    value: str


class Metric(Wire):
    """A metric with its exact set of dimensions."""

    namespace: str
    metric_name: str
    dimensions: tuple[Dimension, ...] = ()

    @property
    def dimension_set(self) -> Dimensions:
        """Return the dimensions as the backend wants them."""
        return frozenset((each.name, each.value) for each in self.dimensions)


class MetricStat(Wire):
    """One statistic of a metric; `Unit` is accepted and ignored, since the backends keep one unit a metric."""

    metric: Metric
    period: int
    stat: str


class MetricDataQuery(Wire):
    """One series asked for."""

    id: str
    metric_stat: MetricStat | None = None
    expression: str | None = None
    label: str | None = None
    return_data: bool = True
    account_id: str | None = None


class GetMetricData(Wire):
    """One call; times are seconds since the epoch."""

    metric_data_queries: tuple[MetricDataQuery, ...]
    start_time: float
    end_time: float
    next_token: str | None = None
    scan_by: Literal["TimestampDescending", "TimestampAscending"] = "TimestampDescending"
    max_datapoints: Annotated[int, Field(ge=1, le=MAX_DATAPOINTS)] = MAX_DATAPOINTS


class DimensionFilter(Wire):
    """A dimension that listed metrics must have; any value where none is given."""

    name: str
    value: str | None = None


class ListMetrics(Wire):
    """One call of ListMetrics."""

    namespace: str | None = None
    metric_name: str | None = None
    dimensions: Annotated[tuple[DimensionFilter, ...], Field(max_length=10)] = ()
    next_token: str | None = None
    recently_active: Literal["PT3H"] | None = None
    include_linked_accounts: bool = False
    owning_account: str | None = None


_Request = TypeVar("_Request", bound=Wire)


def digest(request: Wire) -> str:
    """Return a digest of a call without its token: a token belongs to one call."""
    content = request.model_dump_json(exclude={"next_token"})
    return hashlib.blake2s(content.encode(), digest_size=8).hexdigest()


def parse(body: bytes) -> GetMetricData:
    """Return the call that a body holds; RefusedError where CloudWatch would refuse it."""
    request = parsed(GetMetricData, body)
    _check(request)
    return request


def parsed(kind: type[_Request], body: bytes) -> _Request:
    """Return the call of a kind that a body holds; RefusedError where it is not well formed."""
    try:
        return kind.model_validate_json(body or b"{}")
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        code = "SerializationException" if first["type"] == "json_invalid" else "ValidationError"
        raise RefusedError(code, f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def _check(request: GetMetricData) -> None:
    """Refuse what is well formed but not allowed."""
    queries = request.metric_data_queries
    if not queries:
        raise RefusedError("MissingParameter", "The parameter MetricDataQueries is required.")
    if len(queries) > MAX_QUERIES:
        text = f"The collection MetricDataQueries must not have a size greater than {MAX_QUERIES}."
        raise RefusedError("ValidationError", text)
    if len({query.id for query in queries}) < len(queries):
        raise RefusedError("ValidationError", "The values for parameter id in MetricDataQueries are not unique.")
    if request.start_time >= request.end_time:
        text = "The parameter StartTime must be less than the parameter EndTime."
        raise RefusedError("ValidationError", text)
    for query in queries:
        _check_query(query)


def _check_query(query: MetricDataQuery) -> None:
    """Refuse a query that is not allowed or that this endpoint cannot answer."""
    if not _ID.fullmatch(query.id) or len(query.id) > 255:
        text = f"The value {query.id} for parameter id is not matching the expected pattern ^[a-z][A-Za-z0-9_]*$."
        raise RefusedError("ValidationError", text)
    if (query.metric_stat is None) == (query.expression is None):
        text = f"Exactly one of MetricStat and Expression must be given for {query.id}."
        raise RefusedError("ValidationError", text)
    if query.metric_stat is None:
        raise RefusedError("ValidationError", "The embedded endpoint answers no metric math; ask for raw metrics.")
    stat = query.metric_stat
    if not _STATISTIC.fullmatch(stat.stat):
        raise RefusedError("ValidationError", f"The value {stat.stat} for parameter MetricStat.Stat is not supported.")
    if stat.period not in _HIGH_RESOLUTION and (stat.period < 60 or stat.period % 60):
        text = "The parameter MetricStat.Period must be 1, 5, 10, 20, 30 or a multiple of 60."
        raise RefusedError("ValidationError", text)
