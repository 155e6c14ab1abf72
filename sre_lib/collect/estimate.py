"""What a collection will take, before it is made: the same calls, counted."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil

from sre_lib.collect.queries import MAX_DATAPOINTS, Call, Place
from sre_lib.collect.quota import Limits, seconds_needed
from sre_lib.collect.usage import Usage, billed_at_least, by_place


def estimate(calls: Sequence[Call], limits: Limits | None, now_s: int) -> tuple[Usage, ...]:
    """Return what some calls take by place and account: at most these datapoints, at least these seconds.

    Calls and billed metrics are exact where every datapoint that fits is there: a page holds `MAX_DATAPOINTS`, and
    each further one (15 days of five statistics at 60 s take two) may be billed again. The seconds are those of the
    limits (0 without any), for each account as if it were alone.
    """
    groups: dict[tuple[Place, str], list[Call]] = {}
    for call in calls:
        groups.setdefault((call[0].place, call[0].metric.account), []).append(call)
    return tuple(
        replace(usage, seconds=seconds_needed(groups[usage.place, usage.account], limits, now_s) if limits else 0.0)
        for usage in by_place(_expected(call) for call in calls)
    )


def _expected(call: Call) -> Usage:
    """Return what one call takes if every datapoint that fits is there."""
    queries = sum(len(request.statistics) for request in call)
    datapoints = queries * call[0].points
    pages = max(1, ceil(datapoints / MAX_DATAPOINTS))
    return Usage(
        call[0].place,
        call[0].metric.account,
        calls=pages,
        datapoints=datapoints,
        billed_low=billed_at_least(call),
        billed_high=queries * pages,
    )
