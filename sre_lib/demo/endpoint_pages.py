"""GetMetricData over a backend: series, pages, StatusCode."""

import hashlib
from collections.abc import Sequence

import numpy as np

from sre_lib.demo.backend import Backend
from sre_lib.demo.endpoint_faults import Faults
from sre_lib.demo.endpoint_request import GetMetricData, MetricDataQuery, RefusedError
from sre_lib.demo.endpoint_series import Points, Reader, Window

Answer = dict[str, object]


def get_metric_data(request: GetMetricData, backend: Backend, now: int, faults: Faults) -> Answer:
    """Return one page of an answer, ready for JSON; RefusedError for a token that this call did not give out.

    A page holds the next `MaxDatapoints` datapoints of all series together in the order of time, so that a series
    continues on later pages (`PartialData` until its last one); a series with nothing left is not repeated.
    """
    offset, now = _position(request, now)
    queries = [query for query in request.metric_data_queries if query.return_data]
    if faults.internal_error():
        results = [_result(query, "InternalError", *_NO_POINTS) for query in queries]
        return _answer(request, results, faults, (offset, now))
    reader = Reader(backend, Window.rounded(request.start_time, request.end_time, now))
    series = [_in_order(_points(reader, query, faults), request) for query in queries]
    page, lasting = _page(series, request, offset)
    results = [
        _result(query, _status(query, faults, more), *points)
        for query, points, more in zip(queries, page, lasting, strict=True)
        if offset == 0 or len(points[0]) or more
    ]
    rest = (offset + request.max_datapoints, now) if any(lasting) else None
    return _answer(request, results, faults, rest)


_NO_POINTS: Points = (np.empty(0, np.int64), np.empty(0))


def _points(reader: Reader, query: MetricDataQuery, faults: Faults) -> Points:
    """Return the datapoints of a query, oldest first, or what a fault leaves of them."""
    if query.metric_stat is None:
        return _NO_POINTS
    fault = _fault(query, faults)
    if fault in {"Forbidden", "InternalError"}:
        return _NO_POINTS
    times, values = reader.points(query.metric_stat)
    half = len(times) // 2 if fault == "PartialData" else 0
    return times[half:], values[half:]


def _in_order(points: Points, request: GetMetricData) -> Points:
    """Return datapoints in the order asked for; newest first by default."""
    return points if request.scan_by == "TimestampAscending" else (points[0][::-1], points[1][::-1])


def _page(series: Sequence[Points], request: GetMetricData, offset: int) -> tuple[list[Points], list[bool]]:
    """Return what of each series stands on the page, and whether more of it follows."""
    sizes = np.array([len(times) for times, _ in series])
    if offset == 0 and sizes.sum() <= request.max_datapoints:
        return list(series), [False] * len(series)
    times = np.concatenate([times for times, _ in series])
    owner = np.repeat(np.arange(len(series)), sizes)
    order = owner[np.argsort(times if request.scan_by == "TimestampAscending" else -times, kind="stable")]
    before = np.bincount(order[:offset], minlength=len(series))
    after = np.bincount(order[: offset + request.max_datapoints], minlength=len(series))
    page = [(times[a:b], values[a:b]) for (times, values), a, b in zip(series, before, after, strict=True)]
    return page, list(after < sizes)


def _fault(query: MetricDataQuery, faults: Faults) -> str | None:
    """Return the StatusCode that a test gave to the metric of a query."""
    metric = query.metric_stat.metric if query.metric_stat else None
    return faults.statuses.get((metric.namespace, metric.metric_name)) if metric else None


def _status(query: MetricDataQuery, faults: Faults, more: bool) -> str:
    """Return the StatusCode of a query on this page."""
    return _fault(query, faults) or ("PartialData" if more else "Complete")


def _result(query: MetricDataQuery, status: str, times: np.ndarray, values: np.ndarray) -> Answer:
    """Return one MetricDataResult."""
    messages = [] if status in {"Complete", "PartialData"} else [{"Code": status, "Value": f"{status} (simulated)"}]
    name = query.metric_stat.metric.metric_name if query.metric_stat else query.id
    return {
        "Id": query.id,
        "Label": query.label or name,
        "Timestamps": np.ascontiguousarray(times),
        "Values": np.ascontiguousarray(values),
        "StatusCode": status,
        "Messages": messages,
    }


def _answer(request: GetMetricData, results: list[Answer], faults: Faults, rest: tuple[int, int] | None) -> Answer:
    """Return the page with its token, if any."""
    answer: Answer = {"MetricDataResults": results, "Messages": list(faults.messages)}
    if faults.tokens == "repeated":
        rest = (10**9, 1)
    elif faults.tokens == "endless":
        rest = (_position(request, 0)[0] + 10**9, 1)
    if rest:
        answer["NextToken"] = f"{rest[0]}.{rest[1]}.{_digest(request)}"
    return answer


def _position(request: GetMetricData, now: int) -> tuple[int, int]:
    """Return how many datapoints earlier pages held, and the moment of the first page, so that pages fit together."""
    if request.next_token is None:
        return 0, now
    offset, _, rest = request.next_token.partition(".")
    moment, _, digest = rest.partition(".")
    if not (offset.isdecimal() and moment.isdecimal() and digest == _digest(request)):
        raise RefusedError("InvalidNextToken", "The next token specified is invalid.")
    return int(offset), int(moment)


def _digest(request: GetMetricData) -> str:
    """Return a digest of a call without its token: a token belongs to one call."""
    content = request.model_dump_json(exclude={"next_token"})
    return hashlib.blake2s(content.encode(), digest_size=8).hexdigest()
