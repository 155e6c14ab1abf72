"""The review of an estate as a review: what of its faults a meeting would see, and what it would see for nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sre_lib.analyse.analyse import analyse
from sre_lib.analyse.ranking import Ranking, rank
from sre_lib.catalog import builtin_catalog
from sre_lib.model import Finding
from sre_lib.views import derived_specs
from tests.estate.account import Estate
from tests.estate.made import Planted

FIRST = 10
"""Findings among which a meeting should see all faults."""

LATE = timedelta(minutes=30)
"""What a fault does may be seen so long after it has ended: queues drain, tasks scale in."""
MOMENT = timedelta(hours=2)
LONGER = 6


@dataclass(frozen=True)
class Figures:
    """What became of one estate: its faults found among the first, and findings where there was no fault."""

    estate: Estate
    ranking: Ranking

    @property
    def found(self) -> tuple[Planted, ...]:
        """Faults that one of the first findings shows."""
        first = self.ranking.listed[:FIRST]
        return tuple(fault for fault in self.estate.faults if any(hits(each, fault) for each in first))

    @property
    def missed(self) -> tuple[Planted, ...]:
        """The other faults."""
        return tuple(fault for fault in self.estate.faults if fault not in self.found)

    @property
    def false(self) -> tuple[Finding, ...]:
        """Listed findings of services without a fault."""
        ill = {fault.service for fault in self.estate.faults}
        return tuple(each for each in self.ranking.listed if each.service not in ill)

    @property
    def stray(self) -> tuple[Finding, ...]:
        """Listed findings of services with a fault that show something else; they count as neither."""
        ill = {fault.service: fault for fault in self.estate.faults}
        listed = self.ranking.listed
        return tuple(each for each in listed if each.service in ill and not hits(each, ill[each.service]))

    @property
    def clean(self) -> int:
        """Number of services without a fault."""
        return len(self.estate.services) - len({fault.service for fault in self.estate.faults})


def reviewed(estate: Estate) -> Figures:
    """Analyse and rank an estate as a run does."""
    catalog = builtin_catalog()
    return Figures(estate, rank([analyse(each, catalog) for each in estate.services]))


def hits(finding: Finding, fault: Planted) -> bool:
    """Tell whether a finding, or one of its story, shows a fault: service, time, and a metric of it or a companion.

    What lasts is not shown by a moment somewhere in it: that wants a lasting finding, or its first hours. Nor is what
    is over shown by a finding of many times its length, which says nothing of when.
    """
    return any(_hits(each, fault) for each in (finding, *finding.members))


def _hits(finding: Finding, fault: Planted) -> bool:
    end = finding.until or finding.end
    if finding.service != fault.service or finding.start >= fault.end + LATE or end <= fault.start:
        return False
    if fault.lasting and end - finding.start < MOMENT and finding.start > fault.start + 6 * MOMENT:
        return False
    if not fault.lasting and end - finding.start > LONGER * (fault.end - fault.start):
        return False
    derived = derived_specs().get(finding.metric)
    metrics = {finding.metric, *(derived.of if derived else ())}
    parts = {part for part, _ in fault.signs}
    return finding.part in parts and bool(metrics & {metric for _, metric in fault.signs})


def near(finding: Finding, key: Sequence[Planted]) -> str:
    """Return which decoy a finding falls into, if one."""
    end = finding.until or finding.end
    return next(
        (one.kind for one in key if one.service == finding.service and finding.start < one.end and end > one.start), "-"
    )
