"""What a page of GetMetricData or ListMetrics looks like: another server's JSON must not be taken for CloudWatch's."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sre_lib.errors import SourceError

Model = TypeVar("Model", bound=BaseModel)


class NotCloudWatchError(SourceError):
    """Something else than CloudWatch answered."""


class _Message(BaseModel):
    """A note of CloudWatch's."""

    Code: str = ""
    Value: str = ""


class _Result(BaseModel):
    """One MetricDataResult; its datapoints are `datapoints.arrays`' matter."""

    Id: str
    StatusCode: str
    Messages: list[_Message] = []


class _Page(BaseModel):
    """The response elements of GetMetricData that are used (AWS API reference)."""

    MetricDataResults: list[_Result]
    Messages: list[_Message] = []
    NextToken: str | None = None


class _Dimension(BaseModel):
    """One dimension of a metric."""

    Name: str
    Value: str


class _Metric(BaseModel):
    """One metric that is listed."""

    Dimensions: list[_Dimension] = []


class _List(BaseModel):
    """The response elements of ListMetrics that are used (AWS API reference)."""

    Metrics: list[_Metric]


def check(page: object) -> None:
    """Raise NotCloudWatchError where an answer is not a page of GetMetricData."""
    _validated(page, _Page)


def listed(page: object) -> list[tuple[tuple[str, str], ...]]:
    """Return the dimensions of the metrics on a page of ListMetrics, by name; NotCloudWatchError where it is none."""
    return [
        tuple(sorted((each.Name, each.Value) for each in metric.Dimensions))
        for metric in _validated(page, _List).Metrics
    ]


def _validated(page: object, model: type[Model]) -> Model:
    """Return an answer as it must be; NotCloudWatchError where it is not."""
    try:
        return model.model_validate(page)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise not_cloudwatch(f"{'.'.join(str(part) for part in first['loc']) or 'answer'}: {first['msg']}") from error


def not_cloudwatch(what: str) -> NotCloudWatchError:
    """Return the error for an answer that cannot be CloudWatch's."""
    return NotCloudWatchError(
        "source: the endpoint did not answer as CloudWatch does; "
        f"check source.endpoint in the review file, or AWS_ENDPOINT_URL ({what})"
    )


def retries(page: Mapping[str, Any]) -> int:
    """Return how often botocore asked again before a page came."""
    return int(page.get("ResponseMetadata", {}).get("RetryAttempts", 0))
