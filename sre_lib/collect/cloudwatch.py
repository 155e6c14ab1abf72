"""Series from CloudWatch by GetMetricData: pages merged by Id, and what came of each series asked for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from botocore.parsers import ResponseParserError
from numpy.typing import NDArray

from sre_lib.collect import client_errors
from sre_lib.collect.datapoints import arrays
from sre_lib.collect.page import check
from sre_lib.collect.queries import Call, MetricRequest, Query, query_of
from sre_lib.collect.windows import moment
from sre_lib.model import Status

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

Floats = NDArray[np.float64]

THREADS = 4
_FAILURES = (ClientError, BotoCoreError, ResponseParserError, ValueError)
_ROUNDS = 3
_MAX_PAGES = 60


class Fetched(NamedTuple):
    """One statistic as it came: `values` on the request's grid (NaN: no datapoint), status, the source's message."""

    values: Floats
    status: Status
    message: str = ""


@dataclass(frozen=True)
class Answered:
    """What one call brought: by request and statistic, and how many pages, datapoints and queries it took.

    `refused` counts the pages asked for that did not come.
    """

    series: Mapping[MetricRequest, Mapping[str, Fetched]]
    pages: int = 0
    datapoints: int = 0
    queries: int = 0
    refused: int = 0

    def __add__(self, other: "Answered") -> "Answered":
        return Answered(
            {**self.series, **other.series},
            self.pages + other.pages,
            self.datapoints + other.datapoints,
            self.queries + other.queries,
            self.refused + other.refused,
        )


def fetch(client: "CloudWatchClient", calls: Sequence[Call], threads: int = THREADS) -> Iterator[Answered]:
    """Yield what each call brought, as it comes, several at once.

    Raises SourceError as soon as it is clear that nothing can be read: no credentials, expired, unreachable,
    or another server's answer.
    """
    pool = ThreadPoolExecutor(threads, thread_name_prefix="cloudwatch")
    try:
        for future in as_completed([pool.submit(read, client, call) for call in calls]):
            yield future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def read(client: "CloudWatchClient", call: Call) -> Answered:
    """Return what one call brought; where it was refused, that stands with every series. Raises SourceError."""
    try:
        return _read(client, call)
    except _FAILURES as error:
        fatal = client_errors.nothing_readable(error)
        if fatal:
            raise fatal from error
        code = client_errors.code_of(error)
        invalid = code in client_errors.INVALID or isinstance(error, ParamValidationError)
        if invalid and len(call) > 1:
            # One metric that CloudWatch does not accept must not take the others with it.
            middle = len(call) // 2
            return Answered({}, refused=1) + read(client, call[:middle]) + read(client, call[middle:])
        status = Status.DENIED if code in client_errors.DENIED else Status.PARTIAL
        message = client_errors.message_of(error)
        return Answered({request: _refused(request, status, message) for request in call}, refused=1)


def _refused(request: MetricRequest, status: Status, message: str) -> Mapping[str, Fetched]:
    """Return every statistic of a request as not read."""
    return {name: Fetched(np.full(request.points, np.nan), status, message) for name in request.statistics}


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
    refused: int = 0

    def add(self, page: Mapping[str, Any], queries: int) -> None:
        """Take in one page. Raises SourceError where it is none."""
        check(page)
        self.pages += 1
        self.queries += queries
        self.messages.update(dict.fromkeys(_texts(page)))
        for result in page.get("MetricDataResults", ()):
            merged = self.merged.setdefault(result["Id"], _Merged())
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


def _read(client: "CloudWatchClient", call: Call) -> Answered:
    """Return what one call brought, asking again for what came back as InternalError."""
    queries = {
        f"q{at}": query
        for at, query in enumerate((request, statistic) for request in call for statistic in request.statistics)
    }
    reading, ids = _Reading(), list(queries)
    for _ in range(_ROUNDS):
        asked = {each: queries[each] for each in ids}
        try:
            ended = _read_pages(client, asked, reading)
        except _FAILURES as error:
            if not reading.pages or client_errors.nothing_readable(error):
                raise
            reading.refused += 1
            reading.broken_off(ids, client_errors.message_of(error))
        else:
            if not ended:
                reading.broken_off(ids, "the pages did not end")
        ids = reading.open(list(queries))
        if not ids:
            break
    series: dict[MetricRequest, dict[str, Fetched]] = {request: {} for request in call}
    for each, (request, statistic) in queries.items():
        series[request][statistic] = _fetched(request, reading.merged.get(each, _Merged()), reading.messages)
    count = sum(len(times) for merged in reading.merged.values() for times in merged.times)
    return Answered(series, reading.pages, count, reading.queries, reading.refused)


def _read_pages(client: "CloudWatchClient", queries: Mapping[str, Query], reading: _Reading) -> bool:
    """Read all pages of one call; tell whether they ended (a token that comes again would loop for ever)."""
    request = next(iter(queries.values()))[0]
    arguments: dict[str, Any] = {
        "MetricDataQueries": [query_of(each, *query) for each, query in queries.items()],
        "StartTime": moment(request.window.start),
        "EndTime": moment(request.window.end),
        "ScanBy": "TimestampDescending",
    }
    tokens: set[str] = set()
    for _ in range(_MAX_PAGES):
        page = client.get_metric_data(**arguments)
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
