"""Something that is taken and never given back: up by steps, and at no night down again."""

from dataclasses import dataclass

import numpy as np

from sre_lib.analyse import robust
from sre_lib.analyse.detectors.candidate import Candidate, positive, span
from sre_lib.analyse.robust import Floats
from sre_lib.analyse.seen import Seen

HOUR_MIN = 60
WEEK_HOURS = 7 * 24


@dataclass(frozen=True)
class Staircase:
    """Finds a rise in at least `least_steps` steps that lasts until the end of the series.

    Looks at hourly medians less the median of the same hour of the weeks of history, so that the day's own wave is no
    step. From its lowest hour in `days` on it must never fall back by more than `back` of the rise, and rise by
    `enter` times the largest excursion that its ordinary days make (the 99th percentile of history).
    """

    days: float = 7
    least_steps: int = 3
    back: float = 0.25
    enter: float = 3.0

    def __post_init__(self) -> None:
        positive(self, "days", "least_steps", "back", "enter")

    def look(self, seen: Seen) -> tuple[Candidate, ...]:
        """Return the staircase that the series ends with, or nothing."""
        index = robust.index_of(seen.series)
        hour = robust.steps(index, HOUR_MIN)
        hourly = robust.block_median(robust.floats(seen.series), hour)
        recent = round(self.days * 24)
        if len(hourly) < 2 * WEEK_HOURS + recent:
            return ()
        rest = robust.rolling_median(hourly - _usual(hourly, len(hourly) - recent), 3)
        late, early = rest[-recent:], rest[:-recent]
        if np.isnan(late[-24:]).all() or np.isnan(early).all():
            return ()
        first = int(np.nanargmin(late))
        course = late[first:][~np.isnan(late[first:])]
        rise = robust.median(course[-6:]) - float(course[0])
        usual = float(np.nanquantile(np.abs(early), 0.99))
        steps = _steps(course, rise)
        if rise < max(seen.min_effect, self.enter * usual) or steps < self.least_steps or not self._holds(course, rise):
            return ()
        begins = (len(hourly) - recent + first) * hour
        return (self._candidate(seen, begins, rise, usual, steps),)

    def _holds(self, course: Floats, rise: float) -> bool:
        """Tell whether a course never falls back far, and climbed for a day at least."""
        fall = np.max(np.maximum.accumulate(course) - course)
        return len(course) >= 24 and bool(fall <= self.back * rise)

    def _candidate(self, seen: Seen, first: int, rise: float, usual: float, steps: int) -> Candidate:
        """Describe the staircase from its foot to the end."""
        index = robust.index_of(seen.series)
        start, end = span(index, first, len(index))
        days = (end - start).total_seconds() / 86_400
        value = robust.median(robust.floats(seen.series)[-robust.steps(index, 6 * HOUR_MIN) :])
        size = rise / max(self.enter * usual, seen.min_effect, 1e-9)
        ahead = {} if seen.limit is None else {"days_to_limit": max(0.0, (seen.limit - value) * days / rise)}
        return Candidate(
            detector="staircase",
            view="",
            start=start,
            end=end,
            score=size / (size + 1),
            direction=1,
            evidence={
                "from_value": value - rise,
                "value": value,
                "slope_per_day": rise / days,
                "days": days,
                "steps_count": float(steps),
                **ahead,
            },
        )


def _usual(hourly: Floats, history: int) -> Floats:
    """Return the median of the same hour of the week over the history, for every hour."""
    rows = robust.blocks(hourly[:history][::-1], WEEK_HOURS)
    week = robust.column_median(rows)
    return np.asarray(np.resize(week, history)[::-1].tolist() + _after(week, len(hourly) - history), dtype=np.float64)


def _after(week: Floats, count: int) -> list[float]:
    """Return the hours that follow the history, from a week counted back from its end."""
    return [float(each) for each in np.resize(week[::-1], count)]


def _steps(course: Floats, rise: float) -> int:
    """Return in how many separate climbs of a twentieth of the rise or more a course came up."""
    climbs = robust.joined(robust.runs(np.diff(course) > 0.02 * rise), 2)
    return sum(course[last] - course[first] >= 0.05 * rise for first, last in climbs)
