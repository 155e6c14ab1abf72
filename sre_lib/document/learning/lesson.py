"""One series over one week to learn from, and the order in which people learn."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sre_lib.analyse.stories import flat
from sre_lib.document.look import Look, column_of
from sre_lib.document.told import last
from sre_lib.model import Column, Finding


@dataclass(frozen=True)
class Decision:
    """What a meeting did with a finding: verdict and note as it wrote them, and what was measured of it since."""

    verdict: str
    note: str = ""
    became: str = ""


@dataclass(frozen=True, eq=False)
class Lesson:
    """A series over its week: `finding` is what was to be seen in it (None: nothing, the week was a usual one).

    `sentence` is what the expert said; `missed` tells that people saw it and the tool did not; `shipped` that it comes
    from the simulated shop of the package, not from the review; `false_alarm` that a meeting saw nothing in it.
    """

    look: Look
    column: Column
    finding: Finding | None = None
    sentence: str = ""
    decision: Decision | None = None
    missed: bool = False
    shipped: bool = False
    false_alarm: bool = False
    key: str = field(init=False)

    def __post_init__(self) -> None:
        found = self.finding.id if self.finding else ""
        object.__setattr__(self, "key", "/".join((self.look.week.name, self.look.service.name, *self.column, found)))

    @property
    def days(self) -> tuple[date, ...]:
        """Return the local days of the week."""
        zone = ZoneInfo(self.look.week.timezone)
        first, end = (edge.astimezone(zone).date() for edge in (self.look.week.start, self.look.week.end))
        return tuple(first + timedelta(days=number) for number in range((end - first).days))

    @property
    def right(self) -> tuple[date, ...]:
        """Return the days on which there was something to see in the series; none in a usual week.

        All that was found in it counts, also below the cut or with a known cause: whoever sees it is right.
        """
        seen = {day for each in self.seen for day in self._days_of(each)}
        return tuple(day for day in self.days if day in seen)

    @property
    def seen(self) -> tuple[Finding, ...]:
        """Return all that was found in the series, the finding of the lesson first; none in a usual week."""
        if self.finding is None:
            return ()
        found = self.look.analysis
        every = flat([*found.findings, *found.below_cut, *found.known])
        others = (each for each in every if column_of(each) == self.column and each.id != self.finding.id)
        return (self.finding, *others)

    def _days_of(self, finding: Finding) -> list[date]:
        """Return the days of the week on which a finding was."""
        zone = ZoneInfo(self.look.week.timezone)
        over = max(last(finding) - timedelta(seconds=1), finding.start)
        first, end = (edge.astimezone(zone).date() for edge in (finding.start, over))
        return [day for day in self.days if first <= day <= end]

    @property
    def view(self) -> str:
        """Return what kind of thing is to be seen; empty in a usual week."""
        return self.finding.view if self.finding else ""

    @property
    def clearness(self) -> float:
        """Return how clear it is, from 0 to 1: what people saw and the tool missed is not."""
        return self.finding.score if self.finding and not self.missed else 0.0


def easy_to_hard(lessons: Iterable[Lesson]) -> list[Lesson]:
    """Return lessons view by view, those with the clearest case first, in each the clearest first.

    Clear is what surprises: a finding's score. What people saw and the tool missed is the hardest.
    """
    found = list(lessons)
    clearest: dict[str, float] = {}
    for each in found:
        clearest[each.view] = max(clearest.get(each.view, 0.0), each.clearness)
    return sorted(found, key=lambda each: (-clearest[each.view], each.view, -each.clearness, each.key))


def drawn_by_lot(lessons: Iterable[Lesson], lot: str) -> list[Lesson]:
    """Return lessons in an order that a text decides: the same for the same text, another for another."""
    return sorted(lessons, key=lambda each: hashlib.blake2s(f"{lot}/{each.key}".encode()).hexdigest())
