"""A day unlike its kind: a Monday like a Sunday."""

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
    """Finds days of the reviewed week that are unlike others of their kind (weekday, weekend), most hours long.

    Courses are hourly medians. A day counts where its median absolute distance from the usual course of its kind
    exceeds `enter` times what that reaches in the history (the largest but one), and `min_effect`. Days in a row are
    one, more than `most_days` of them a new level and no such days; `like_other_share` says how much nearer they are to
    the other kind of day (above 0.5: a Monday like a Sunday).
    """

    enter: float = 2.0
    most_days: int = 2
    least_weeks: int = 3
    seen_share: float = 0.9

    def __post_init__(self) -> None:
        positive(self, "enter", "most_days", "least_weeks", "seen_share")

    def look(self, seen: Seen) -> tuple[Candidate, ...]:
        """Return the days that are unlike their kind, by time."""
        table = days_of(seen.series, seen.band, seen.week)
        if table is None or (~table.reviewed).sum() < 7 * self.least_weeks:
            return ()
        hour = robust.steps(robust.index_of(seen.series), 60)
        course = _by_hour(table.values, hour)
        whole = (~np.isnan(course)).mean(axis=1) >= self.seen_share
        weekend = table.weekday >= 5
        past = whole & ~table.reviewed
        if min((past & weekend).sum(), (past & ~weekend).sum()) < 2 * self.least_weeks:
            return ()
        kinds = [robust.column_median(course[past & (weekend == kind)]) for kind in (False, True)]
        usual_of = np.array(kinds)[weekend.astype(np.intp)], np.array(kinds)[(~weekend).astype(np.intp)]
        own, other = (robust.column_median(np.abs(course - usual).T) for usual in usual_of)
        usual = max(float(np.sort(own[past])[-2]), 1e-9)
        strange = whole & table.reviewed & (own > max(self.enter * usual, seen.min_effect / 2))
        nearer = own / np.maximum(own + other, 1e-9)
        return tuple(
            self._candidate(seen, table, run, (float(own[run[0]] / usual), float(nearer[run[0]])), kinds)
            for run in robust.runs(strange)
            if run[1] - run[0] <= self.most_days
        )

    def _candidate(
        self, seen: Seen, table: Days, run: tuple[int, int], told: tuple[float, float], kinds: list[Floats]
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
            score=told[0] / (told[0] + 0.75 * self.enter),
            direction=1 if day > usual else -1,
            evidence={"value": day, "expected": usual, "like_other_share": told[1]},
        )


def _by_hour(days: Floats, hour: int) -> Floats:
    """Return the median of each `hour` slots of each day."""
    rows, slots = days.shape
    if slots % hour:
        return np.array([robust.block_median(row, hour) for row in days])
    return robust.block_median(days.ravel(), hour).reshape(rows, -1)


def _span(seen: Seen, place: npt.NDArray[np.intp]) -> tuple[datetime, datetime]:
    """Return from the first to the last datapoint slot of some days."""
    there = place[place >= 0]
    return span(robust.index_of(seen.series), int(there.min()), int(there.max()) + 1)
