"""A day that behaves like another: a Monday like a Sunday."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from sre_lib.analyse import robust
from sre_lib.analyse.daily import Days, days_of
from sre_lib.analyse.detectors.candidate import Candidate, positive, span
from sre_lib.analyse.robust import Floats
from sre_lib.analyse.seen import Seen


@dataclass(frozen=True)
class DayMode:
    """Finds days of the reviewed week whose course is that of another kind of day (weekday, weekend).

    Courses are hourly medians. A day counts where its mean absolute distance from what its weekday usually is exceeds
    `enter` times what that usually is (the largest but one in the history), and the course of the other kind of day is
    at least `closer` times as near. Kinds that hardly differ are not told apart. Of days in a row the first is told.
    """

    enter: float = 2.5
    closer: float = 2.0
    least_weeks: int = 3
    seen_share: float = 0.9

    def __post_init__(self) -> None:
        positive(self, "enter", "closer", "least_weeks", "seen_share")

    def look(self, seen: Seen) -> tuple[Candidate, ...]:
        """Return the days that behave like another kind of day, by time."""
        table = days_of(seen.series, seen.band, seen.week)
        if table is None or (~table.reviewed).sum() < 7 * self.least_weeks:
            return ()
        hour = robust.steps(robust.index_of(seen.series), 60)
        course = np.array([robust.block_median(row, hour) for row in table.values])
        whole = (~np.isnan(course)).mean(axis=1) >= self.seen_share
        weekend = table.weekday >= 5
        past = whole & ~table.reviewed
        if min((past & weekend).sum(), (past & ~weekend).sum()) < 2 * self.least_weeks:
            return ()
        kinds = [robust.column_median(course[past & (weekend == kind)]) for kind in (False, True)]
        own = np.array([_distance(row, kinds[int(kind)]) for row, kind in zip(course, weekend, strict=True)])
        other = np.array([_distance(row, kinds[int(not kind)]) for row, kind in zip(course, weekend, strict=True)])
        usual = float(np.sort(own[past])[-2])
        apart = _distance(kinds[0], kinds[1])
        strange = whole & table.reviewed & (own > self.enter * usual) & (other * self.closer < own)
        if apart < max(2 * usual, seen.min_effect / 2):
            return ()
        return tuple(self._candidate(seen, table, run, own / usual, kinds) for run in robust.runs(strange))

    def _candidate(
        self, seen: Seen, table: Days, run: tuple[int, int], times: Floats, kinds: list[Floats]
    ) -> Candidate:
        """Describe days in a row, by what they and days of their kind usually reach."""
        start, end = _span(seen, table.place[run[0] : run[1]])
        day = robust.median(table.values[run[0]])
        usual = robust.median(kinds[int(table.weekday[run[0]] >= 5)])
        return Candidate(
            detector="day_mode",
            view="",
            start=start,
            end=end,
            score=float(times[run[0]] / (times[run[0]] + self.enter * 0.75)),
            direction=1 if day > usual else -1,
            evidence={"value": day, "expected": usual},
        )


def _distance(one: Floats, other: Floats) -> float:
    """Return the mean absolute distance of two courses where both have a value."""
    away = np.abs(one - other)
    there = away[~np.isnan(away)]
    return float(there.mean()) if there.size else float("nan")


def _span(seen: Seen, place: npt.NDArray[np.intp]) -> tuple[datetime, datetime]:
    """Return from the first to the last datapoint slot of some days."""
    there = place[place >= 0]
    return span(robust.index_of(seen.series), int(there.min()), int(there.max()) + 1)
