"""GetMetricData over the accounts of an endpoint: series, pages, StatusCode."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from sre_lib.demo.endpoint_accounts import Accounts, Caller
from sre_lib.demo.endpoint_faults import Fault
from sre_lib.demo.endpoint_request import GetMetricData, MetricDataQuery, MetricStat, RefusedError, digest
from sre_lib.demo.endpoint_series import Points, Reader, Window

Answer = dict[str, object]

_NO_POINTS: Points = (np.empty(0, np.int64), np.empty(0))
_WITHOUT_VALUES = ("Forbidden", "InternalError")


@dataclass
class Asked:
    """One call: what is asked, by whom, of whom, and what goes wrong with it."""

    request: GetMetricData
    accounts: Accounts
    caller: Caller
    faults: Sequence[Fault] = ()
    _readers: dict[str, Reader] = field(default_factory=dict)

    def points(self, query: MetricDataQuery, now: int) -> Points:
        """Return the datapoints of a query, oldest first, or what a fault leaves of them."""
        fault = self.fault(query)
        if query.metric_stat is None or fault in _WITHOUT_VALUES:
            return _NO_POINTS
        times, values = self._read(query.metric_stat, query.account_id or "", now)
        half = len(times) // 2 if fault == "PartialData" else 0
        return times[half:], values[half:]

    def _read(self, stat: MetricStat, account: str, now: int) -> Points:
        """Return what is there of a query by now."""
        backend = self.accounts.backend(self.caller, account)
        if backend is None:
            return _NO_POINTS
        if account not in self._readers:
            window = Window.rounded(self.request.start_time, self.request.end_time, now)
            self._readers[account] = Reader(backend, window)
        times, values = self._readers[account].points(stat)
        for fault in self._concerning(stat):
            times, values = _unsettled(fault, times, values, now, stat.period)
        return times, values

    def fault(self, query: MetricDataQuery) -> str:
        """Return the StatusCode that a query keeps, whatever there is; empty where none."""
        if not self.accounts.readable(self.caller, query.account_id or ""):
            return "Forbidden"
        kinds = [fault.kind for fault in self._concerning(query.metric_stat)]
        return next((kind for kind in kinds if kind in {*_WITHOUT_VALUES, "PartialData"}), "")

    @property
    def fails(self) -> bool:
        """Tell whether the whole page fails inside, and may be asked for again by its token."""
        return any(fault.kind == "InternalError" and fault.metric is None for fault in self.faults)

    def _concerning(self, stat: MetricStat | None) -> list[Fault]:
        """Return the faults that hit a metric."""
        metric = stat.metric if stat else None
        return [fault for fault in self.faults if metric and fault.concerns(metric.namespace, metric.metric_name)]


def get_metric_data(asked: Asked, now: int) -> Answer:
    """Return one page of an answer, ready for JSON; RefusedError for a token that this call did not give out.

    A page holds the next `MaxDatapoints` datapoints of all series together in the order of time, so that a series
    continues on later pages (`PartialData` until its last one); a series with nothing left is not repeated.
    """
    request = asked.request
    offset, now = _position(request, now)
    queries = [query for query in request.metric_data_queries if query.return_data]
    if asked.fails:
        return _answer(request, [_result(query, "InternalError", *_NO_POINTS) for query in queries], (offset, now))
    series = [_in_order(asked.points(query, now), request) for query in queries]
    page, lasting = _page(series, request, offset)
    results = [
        _result(query, asked.fault(query) or ("PartialData" if more else "Complete"), *points)
        for query, points, more in zip(queries, page, lasting, strict=True)
        if offset == 0 or len(points[0]) or more
    ]
    return _answer(request, results, (offset + request.max_datapoints, now) if any(lasting) else None)


def _unsettled(fault: Fault, times: np.ndarray, values: np.ndarray, now: int, period: int) -> Points:
    """Return datapoints as they are before the last samples came: every third of the young ones lacks, or is half."""
    young = (times > now - fault.younger_than_s) & (times // period % 3 == 0)
    if fault.kind == "late":
        return times[~young], values[~young]
    return (times, np.where(young, values / 2, values)) if fault.kind == "corrected" else (times, values)


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


def _answer(request: GetMetricData, results: list[Answer], rest: tuple[int, int] | None) -> Answer:
    """Return the page with its token, if any."""
    answer: Answer = {"MetricDataResults": results, "Messages": []}
    return answer | ({"NextToken": token(request, *rest)} if rest else {})


def token(request: GetMetricData, offset: int, now: int) -> str:
    """Return the token of the page behind so many datapoints, as seen at the moment of the first page."""
    return f"{offset}.{now}.{digest(request)}"


def _position(request: GetMetricData, now: int) -> tuple[int, int]:
    """Return how many datapoints earlier pages held, and the moment of the first page, so that pages fit together."""
    if request.next_token is None:
        return 0, now
    offset, _, rest = request.next_token.partition(".")
    moment, _, ending = rest.partition(".")
    if not (offset.isdecimal() and moment.isdecimal() and ending == digest(request)):
        raise RefusedError("InvalidNextToken", "The next token specified is invalid.")
    return int(offset), int(moment)
