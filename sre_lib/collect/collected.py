"""What a collection brought and what it cost, and what was asked for and did not come."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sre_lib.collect.queries import Metric
from sre_lib.collect.usage import Usage, total
from sre_lib.model import Status

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
    """What was fetched: what it took by place and account, what did not come, how many datapoints changed their value.

    A datapoint is `corrected` where the archive had another value of it; one of several statistics counts once.
    """

    usages: tuple[Usage, ...] = ()
    problems: tuple[Problem, ...] = ()
    corrected: int = 0

    @property
    def usage(self) -> Usage:
        """Return what it took over all places."""
        return total(self.usages)


def problems_of(lacking: Lacking) -> tuple[Problem, ...]:
    """Return the problems; what a metric lacks in the week is not said of its history once more."""
    found = []
    for (service, status, message, before), metrics in sorted(lacking.items()):
        rest = metrics - lacking.get((service, status, message, False), set()) if before else metrics
        if rest or not metrics:
            found.append(Problem(service, status, message, len(rest), before))
    return tuple(found)
