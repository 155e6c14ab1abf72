"""What a collection brought and what it cost, and what was asked for and did not come."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sre_lib.collect.queries import Metric
from sre_lib.model import Status

DOLLARS_PER_METRIC = 0.01 / 1000
"""Price of a metric requested by GetMetricData (Amazon CloudWatch pricing)."""

Lacking = Mapping[tuple[str, Status, str, bool], set[Metric]]
"""Metrics by service, status, the source's own message, and whether it all lies before the week."""


class Problem(NamedTuple):
    """Something asked for that did not come in full, or came with a message.

    Of which service, what happened, the source's own message, of how many metrics (0: it concerns a file of the
    archive), and whether all of it lies in the history, `before` the reviewed week.
    """

    service: str
    status: Status
    message: str
    metrics: int
    before: bool = False


@dataclass(frozen=True)
class Collected:
    """What was fetched: calls (pages), datapoints, billed metrics with their cost in dollars, at least and at most.

    `refused` counts the calls that brought no page: denied, not accepted, or failed for good.
    """

    calls: int = 0
    datapoints: int = 0
    billed_low: int = 0
    billed_high: int = 0
    refused: int = 0
    problems: tuple[Problem, ...] = ()

    @property
    def cost_low(self) -> float:
        """Return what it cost at least, in dollars."""
        return self.billed_low * DOLLARS_PER_METRIC

    @property
    def cost_high(self) -> float:
        """Return what it cost at most, in dollars: every statistic of every page billed."""
        return self.billed_high * DOLLARS_PER_METRIC


def problems_of(lacking: Lacking) -> tuple[Problem, ...]:
    """Return the problems; what a metric lacks in the week is not said of its history once more."""
    found = []
    for (service, status, message, before), metrics in sorted(lacking.items()):
        rest = metrics - lacking.get((service, status, message, False), set()) if before else metrics
        if rest or not metrics:
            found.append(Problem(service, status, message, len(rest), before))
    return tuple(found)
