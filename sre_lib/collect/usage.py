"""What reading metrics takes, by account and region: calls, datapoints, billed metrics, dollars, seconds."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from math import ceil

from sre_lib.collect.cloudwatch import Answered
from sre_lib.collect.queries import MetricRequest, Place

DOLLARS_PER_METRIC = 0.01 / 1000
"""Price of a metric requested by GetMetricData (Amazon CloudWatch pricing)."""
STATISTICS_A_METRIC = 5
"""As many statistics of a metric in one call are billed as one metric (Amazon CloudWatch pricing); bills that count
each statistic have been reported, hence two bounds."""
_HERE = Place()


@dataclass(frozen=True)
class Usage:
    """What was asked of one place, or will be: pages, datapoints, billed metrics at least and at most, seconds.

    `account` is the linked one that owns the metrics (empty: the place's own). `refused` counts the pages that did not
    come, `retried` those that were asked for again before they came. Usages are equal whatever time they took.
    """

    place: Place = _HERE
    account: str = ""
    calls: int = 0
    datapoints: int = 0
    billed_low: int = 0
    billed_high: int = 0
    refused: int = 0
    retried: int = 0
    seconds: float = field(default=0.0, compare=False)

    @property
    def cost_low(self) -> float:
        """Return what it costs at least, in dollars."""
        return self.billed_low * DOLLARS_PER_METRIC

    @property
    def cost_high(self) -> float:
        """Return what it costs at most, in dollars: every statistic of every page billed."""
        return self.billed_high * DOLLARS_PER_METRIC


def billed_at_least(requests: Iterable[MetricRequest]) -> int:
    """Return as how many metrics some requests are billed where up to five statistics of one count as one."""
    return sum(ceil(len(request.statistics) / STATISTICS_A_METRIC) for request in requests)


def used(answered: Answered, seconds: float) -> Usage:
    """Return what one call took that was done `seconds` after the collection began; what was refused is not billed."""
    request = next(iter(answered.series))
    return Usage(
        request.place,
        request.metric.account,
        calls=answered.pages,
        datapoints=answered.datapoints,
        billed_low=min(billed_at_least(answered.series), answered.queries),
        billed_high=answered.queries,
        refused=answered.refused,
        retried=answered.retried,
        seconds=seconds,
    )


def by_place(usages: Iterable[Usage]) -> tuple[Usage, ...]:
    """Return one usage a place and account, by their names; its seconds are those until the last call was done."""
    found: dict[tuple[Place, str], list[Usage]] = {}
    for usage in usages:
        found.setdefault((usage.place, usage.account), []).append(usage)
    return tuple(replace(total(found[key]), place=key[0], account=key[1]) for key in sorted(found))


def total(usages: Iterable[Usage]) -> Usage:
    """Return the sum of some usages of no place in particular; all began together, so its seconds are the longest."""
    known = tuple(usages)
    return Usage(
        calls=sum(each.calls for each in known),
        datapoints=sum(each.datapoints for each in known),
        billed_low=sum(each.billed_low for each in known),
        billed_high=sum(each.billed_high for each in known),
        refused=sum(each.refused for each in known),
        retried=sum(each.retried for each in known),
        seconds=max((each.seconds for each in known), default=0.0),
    )
