"""One call of GetMetricData: its pages asked for and merged by Id, and what came of each series."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sre_lib.collect import client_errors
from sre_lib.collect.client_errors import Course
from sre_lib.collect.datapoints import arrays
from sre_lib.collect.page import check, retries
from sre_lib.collect.queries import MAX_DATAPOINTS, Call, MetricRequest, Query, query_of
from sre_lib.collect.windows import moment
from sre_lib.model import Status

Floats = NDArray[np.float64]
Ask = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Asks for one page, given GetMetricData's arguments."""

_ROUNDS = 3
_SPARE_PAGES, _PAGES_EACH = 4, 4
"""Pages of a call that are read at most: CloudWatch may fill them less than it could, but not endlessly."""


class Fetched(NamedTuple):
    """One statistic as it came: `values` on the request's grid (NaN: no datapoint), status, the source's message."""

    values: Floats
    status: Status
    message: str = ""


class Failed(NamedTuple):
    """A call that did not come in full: the error, and its series as they stand where it is not asked again."""

    call: Call
    error: Exception
    series: Mapping[MetricRequest, Mapping[str, Fetched]]


@dataclass(frozen=True)
class Answered:
    """What one call brought: by request and statistic, and how many pages, datapoints and queries it took.

    `refused` counts the pages asked for that did not come, `retried` those that botocore asked for again; `failed` are
    the calls, or parts of one, whose series are not in `series`.
    """

    series: Mapping[MetricRequest, Mapping[str, Fetched]]
    pages: int = 0
    datapoints: int = 0
    queries: int = 0
    refused: int = 0
    retried: int = 0
    failed: tuple[Failed, ...] = ()

    def __add__(self, other: "Answered") -> "Answered":
        return Answered(
            {**self.series, **other.series},
            self.pages + other.pages,
            self.datapoints + other.datapoints,
            self.queries + other.queries,
            self.refused + other.refused,
            self.retried + other.retried,
            (*self.failed, *other.failed),
        )


def read_call(ask: Ask, call: Call) -> Answered:
    """Return what one call brought, asking again for what came back as InternalError.

    A call that failed is the only one in `failed`, with what came before.
    """
    queries = {
        f"q{at}": query
        for at, query in enumerate((request, statistic) for request in call for statistic in request.statistics)
    }
    reading, ids, error = _Reading(), list(queries), None
    for _ in range(_ROUNDS):
        try:
            ended = _read_pages(ask, {each: queries[each] for each in ids}, reading)
        except client_errors.FAILURES as failure:
            error = failure
            break
        if not ended:
            reading.broken_off(ids, "the pages did not end")
        ids = reading.open(list(queries))
        if not ids:
            break
    count = sum(len(times) for merged in reading.merged.values() for times in merged.times)
    spent = Answered({}, reading.pages, count, reading.queries, 0 if error is None else 1, reading.retried)
    if error is None:
        return replace(spent, series=_series(queries, reading))
    if not reading.pages:
        return replace(spent, failed=(unread(call, error),))
    reading.broken_off(ids, client_errors.said(error, call[0].place))
    return replace(spent, failed=(Failed(call, error, _series(queries, reading)),))


def unread(call: Call, error: Exception) -> Failed:
    """Return a call of which nothing came."""
    meaning = client_errors.meaning(error)
    status = Status.DENIED if meaning.course is Course.DENIED else Status.PARTIAL
    message = client_errors.said(error, call[0].place)
    return Failed(
        call,
        error,
        {
            request: {name: Fetched(np.full(request.points, np.nan), status, message) for name in request.statistics}
            for request in call
        },
    )


@dataclass
class _Merged:
    """One Id over all pages."""

    times: list[NDArray[np.int64]] = field(default_factory=list)
    values: list[Floats] = field(default_factory=list)
    status: str = ""
    messages: dict[str, None] = field(default_factory=dict)


@dataclass
class _Reading:
    """The pages of one call, merged by Id while they come: only an Id's last page says whether it is complete."""

    merged: dict[str, _Merged] = field(default_factory=dict)
    messages: dict[str, None] = field(default_factory=dict)
    pages: int = 0
    queries: int = 0
    retried: int = 0

    def add(self, page: Mapping[str, Any], queries: int) -> None:
        """Take in one page. Raises NotCloudWatchError where it is none."""
        check(page)
        self.pages += 1
        self.queries += queries
        self.retried += retries(page)
        self.messages.update(dict.fromkeys(_texts(page)))
        for result in page.get("MetricDataResults", ()):
            merged = self.merged.setdefault(result["Id"], _Merged())
            if merged.status == "InternalError":
                # It was asked again and has passed, so that what it said holds no more.
                merged.messages.clear()
            times, values = arrays(result)
            merged.times.append(times)
            merged.values.append(values)
            merged.status = result["StatusCode"]
            merged.messages.update(dict.fromkeys(_texts(result)))

    def broken_off(self, ids: Iterable[str], why: str) -> None:
        """Keep what came of some Ids: whether more would have come is not known, so that none of them is complete."""
        self.messages[why] = None
        for merged in (self.merged.setdefault(each, _Merged()) for each in ids):
            merged.status = "Forbidden" if merged.status == "Forbidden" else "PartialData"

    def open(self, ids: Sequence[str]) -> list[str]:
        """Return the Ids that have no answer yet, or an InternalError for one."""
        return [each for each in ids if each not in self.merged or self.merged[each].status == "InternalError"]


def _series(queries: Mapping[str, Query], reading: _Reading) -> Mapping[MetricRequest, Mapping[str, Fetched]]:
    """Return what came of each statistic of a call."""
    series: dict[MetricRequest, dict[str, Fetched]] = {request: {} for request, _ in queries.values()}
    for each, (request, statistic) in queries.items():
        series[request][statistic] = _fetched(request, reading.merged.get(each, _Merged()), reading.messages)
    return series


def _read_pages(ask: Ask, queries: Mapping[str, Query], reading: _Reading) -> bool:
    """Read all pages of one call; tell whether they ended (a token that comes again would loop for ever)."""
    request = next(iter(queries.values()))[0]
    arguments: dict[str, Any] = {
        "MetricDataQueries": [query_of(each, *query) for each, query in queries.items()],
        "StartTime": moment(request.window.start),
        "EndTime": moment(request.window.end),
        "ScanBy": "TimestampDescending",
    }
    tokens: set[str] = set()
    datapoints = sum(request.points for request, _ in queries.values())
    for _ in range(_SPARE_PAGES + _PAGES_EACH * ceil(datapoints / MAX_DATAPOINTS)):
        page = ask(arguments)
        reading.add(page, len(queries))
        token = page.get("NextToken")
        if not token:
            return True
        if token in tokens:
            # After an InternalError the same token means: try again; the caller does, but not for ever.
            return any(result["StatusCode"] == "InternalError" for result in page["MetricDataResults"])
        tokens.add(token)
        arguments["NextToken"] = token
    return False


def _fetched(request: MetricRequest, merged: _Merged, messages: Mapping[str, None]) -> Fetched:
    """Return one statistic on the request's grid."""
    values = np.full(request.points, np.nan)
    status = _status(merged)
    texts = [*merged.messages, *messages]
    if merged.times:
        slot, off = np.divmod(np.concatenate(merged.times) - request.window.start, request.period_s)
        fits = (off == 0) & (slot >= 0) & (slot < request.points)
        values[slot[fits]] = np.concatenate(merged.values)[fits]
        if not fits.all():
            status = Status.PARTIAL
            texts.append(f"{int((~fits).sum())} datapoints lie outside the grid that was asked for")
    if status is Status.COMPLETE and np.isnan(values).all():
        status = Status.NO_DATA
    return Fetched(values, status, "; ".join(texts))


def _status(merged: _Merged) -> Status:
    """Return what the last page of an Id says."""
    if not merged.status:
        merged.messages["CloudWatch did not answer this query"] = None
    return {"Complete": Status.COMPLETE, "Forbidden": Status.DENIED}.get(merged.status, Status.PARTIAL)


def _texts(answer: Mapping[str, Any]) -> list[str]:
    """Return the messages of a page or a result, one line each."""
    pairs = ((each.get("Code", ""), each.get("Value", "")) for each in answer.get("Messages", []))
    return [" ".join(f"{code}: {value}".split()) for code, value in pairs]
