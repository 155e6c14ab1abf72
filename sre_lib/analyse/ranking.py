"""The order of the week's findings over all services: those to discuss, those also seen."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sre_lib.analyse.stories import joined, stories
from sre_lib.model import Analysis, Finding

TO_DISCUSS = 5
PER_SERVICE = 2
"""At most so many of one service are discussed, so that a noisy one does not hide the others."""


@dataclass(frozen=True)
class Ranking:
    """The findings of a week in the order of the page.

    `aside` are those that an earlier meeting's verdict explains, `known` those that a known event does, each with its
    reason.
    """

    discuss: tuple[Finding, ...]
    also: tuple[Finding, ...]
    below_cut: tuple[Finding, ...]
    aside: tuple[Finding, ...] = ()
    known: tuple[Finding, ...] = ()

    @property
    def listed(self) -> tuple[Finding, ...]:
        """All that the page lists, in its order."""
        return self.discuss + self.also


def rank(
    analyses: Sequence[Analysis],
    to_discuss: int = TO_DISCUSS,
    per_service: int = PER_SERVICE,
    aside: Collection[str] = (),
    apart: Collection[str] = (),
) -> Ranking:
    """Return the findings of all services by falling priority; ties by start, then by name, so that runs agree.

    `aside` are the ids of those that an earlier verdict explains: they take nobody's place; `apart` of those on which
    someone wrote: they are never told under another one. Findings of one moment over several services are one story.
    """
    every = [finding for each in analyses for finding in each.findings]
    open_ones = [finding for finding in every if finding.id not in aside]
    told = stories(open_ones, across=True, apart=apart)
    weak = [finding for each in analyses for finding in each.below_cut]
    told, alone = joined(told, [finding for finding in weak if finding.shown and finding.id not in apart])
    ordered = sorted(told, key=_order)
    rest = {finding.id for finding in alone}
    below = sorted((finding for finding in weak if not finding.shown or finding.id in rest | set(apart)), key=_order)
    taken: Counter[str] = Counter()
    discuss: list[Finding] = []
    also: list[Finding] = []
    for finding in ordered:
        wanted = len(discuss) < to_discuss and taken[finding.service] < per_service
        (discuss if wanted else also).append(finding)
        taken[finding.service] += wanted
    explained = tuple(sorted((each for each in every if each.id in aside), key=_order))
    known = tuple(sorted((finding for each in analyses for finding in each.known), key=_order))
    return Ranking(tuple(discuss), tuple(also), tuple(below), explained, known)


def _order(finding: Finding) -> tuple[float, str, str, str, str, str]:
    """Return what findings are sorted by."""
    return (-finding.priority, finding.start.isoformat(), finding.service, finding.part, finding.metric, finding.id)
