"""What a collection will take, before it is made: the same calls, counted."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sre_lib.collect.queries import Call
from sre_lib.collect.usage import Usage, billed_at_least, by_place

CALLS_PER_S, DATAPOINTS_PER_S = 500, 396_000
"""Quotas of GetMetricData per account and region (AWS, CloudWatch endpoints and quotas); the datapoints are those of
windows that begin more than 3 h ago, counted as range / period whether there are so many or not."""


def estimate(calls: Sequence[Call]) -> tuple[Usage, ...]:
    """Return what some calls take by place and account: at most these datapoints, at least these seconds by quota.

    Calls and billed metrics are exact where each call is answered by one page, as `queries.packed` makes them.
    """
    return tuple(replace(each, seconds=_seconds(each)) for each in by_place(_expected(call) for call in calls))


def seconds_by_quota(usages: Iterable[Usage]) -> float:
    """Return how long all places take at least: one after the other the accounts of a place, all places at once."""
    seconds: dict[object, float] = {}
    for usage in usages:
        seconds[usage.place] = seconds.get(usage.place, 0.0) + usage.seconds
    return max(seconds.values(), default=0.0)


def _expected(call: Call) -> Usage:
    """Return what one call takes if every datapoint that fits is there."""
    queries = sum(len(request.statistics) for request in call)
    return Usage(
        call[0].place,
        call[0].metric.account,
        calls=1,
        datapoints=queries * call[0].points,
        billed_low=billed_at_least(call),
        billed_high=queries,
    )


def _seconds(usage: Usage) -> float:
    """Return how long the quotas make it last."""
    return max(usage.calls / CALLS_PER_S, usage.datapoints / DATAPOINTS_PER_S)
