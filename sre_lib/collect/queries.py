"""What is asked of CloudWatch: statistics of metrics in aligned windows, packed into calls that fit one page."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sre_lib.collect.windows import Window

MAX_QUERIES, MAX_DATAPOINTS = 500, 100_800
"""Quotas of one call and of one page (AWS API reference, GetMetricData)."""


class Metric(NamedTuple):
    """What CloudWatch knows a metric by: exact dimensions (sorted pairs), account of a linked one, region.

    `region` is empty for the review's own.
    """

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    account: str = ""
    region: str = ""


class Place(NamedTuple):
    """Where a call goes: the profile whose credentials it uses and the region; each empty for the review's own."""

    profile: str = ""
    region: str = ""


class MetricRequest(NamedTuple):
    """Some statistics of one metric in one aligned window; up to five of them are billed as one metric.

    `profile` names the credentials to ask with (empty: the review's own); it is no part of what the metric is.
    """

    metric: Metric
    statistics: tuple[str, ...]
    window: Window
    period_s: int
    profile: str = ""

    @property
    def place(self) -> Place:
        """Return where it is asked."""
        return Place(self.profile, self.metric.region)

    @property
    def points(self) -> int:
        """Most datapoints that one statistic can have."""
        return (self.window.end - self.window.start) // self.period_s


Call = tuple[MetricRequest, ...]
Query = tuple[MetricRequest, str]


def packed(requests: Sequence[MetricRequest]) -> list[Call]:
    """Return the calls for some requests: one place, window, period and account each, as many as fit one page.

    A request is never split over calls: its statistics would be billed again.
    """
    calls: list[Call] = []
    groups: dict[tuple[Place, Window, int, str], list[MetricRequest]] = {}
    for request in requests:
        key = (request.place, request.window, request.period_s, request.metric.account)
        groups.setdefault(key, []).append(request)
    for group in groups.values():
        call: list[MetricRequest] = []
        for request in group:
            if call and not _fits([*call, request]):
                calls.append(tuple(call))
                call = []
            call.append(request)
        calls.append(tuple(call))
    return calls


def _fits(call: Sequence[MetricRequest]) -> bool:
    """Tell whether a call is within the quotas of one page."""
    queries = sum(len(request.statistics) for request in call)
    return queries <= MAX_QUERIES and queries * call[0].points <= MAX_DATAPOINTS


def query_of(name: str, request: MetricRequest, statistic: str) -> dict[str, Any]:
    """Return one MetricDataQuery; no Unit, since one that differs answers nothing."""
    metric = request.metric
    dimensions = [{"Name": name, "Value": value} for name, value in metric.dimensions]
    query: dict[str, Any] = {
        "Id": name,
        "MetricStat": {
            "Metric": {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": dimensions},
            "Period": request.period_s,
            "Stat": statistic,
        },
    }
    return query | ({"AccountId": metric.account} if metric.account else {})
