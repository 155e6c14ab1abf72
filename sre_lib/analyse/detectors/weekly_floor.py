"""A floor that rises week by week: what every release adds, too slow for a look at days."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from sre_lib.analyse import robust
from sre_lib.analyse.detectors.candidate import Candidate, positive, span
from sre_lib.analyse.robust import Floats
from sre_lib.analyse.seen import Seen


@dataclass(frozen=True)
class WeeklyFloor:
    """Finds a weekly minimum that rose `weeks` weeks running, which wants one week more of data.

    The minimum is that of the hourly medians of each seven days back from the end of the series (a restart's empty
    minutes are no floor). Each rise makes at least `least_share` and at most `step_share` of all of it (else it is a
    step), and all of it is `enter` times what the floors moved from week to week before. The score is 0.5 at `enter`
    times that, or at one and a half smallest effects.
    """

    weeks: int = 3
    least_share: float = 0.15
    step_share: float = 0.55
    enter: float = 3.0

    def __post_init__(self) -> None:
        positive(self, "weeks", "least_share", "step_share", "enter")

    def floors(self, seen: Seen) -> Floats:
        """Return the minimum of each seven days back from the end, oldest first; NaN where under 80 % of them is."""
        index = robust.index_of(seen.series)
        hourly = robust.block_median(robust.floats(seen.series)[::-1], robust.steps(index, 60))
        rows = robust.blocks(hourly, 7 * 24)
        rows = rows[: len(hourly) // (7 * 24)]
        enough = np.mean(~np.isnan(rows), axis=1) >= 0.8
        found = np.full(len(rows), np.nan)
        found[enough] = np.nanmin(rows[enough], axis=1)
        return found[::-1]

    def look(self, seen: Seen) -> tuple[Candidate, ...]:
        """Return the rise that lasts until the end of the series, or nothing."""
        floors = self.floors(seen)
        rising = floors[-self.weeks - 1 :]
        if len(rising) <= self.weeks or np.isnan(rising).any():
            return ()
        steps, total = np.diff(rising), float(rising[-1] - rising[0])
        if steps.min() <= self.least_share * total or steps.max() > self.step_share * total:
            return ()
        earlier = np.abs(np.diff(floors[: -self.weeks]))
        usual = robust.median(earlier)
        scale = seen.band.sigma / 2
        needed = max(self.enter * (0.0 if np.isnan(usual) else usual), self.enter * scale, 1.5 * seen.min_effect)
        return (self._candidate(seen, rising, (total / needed) ** 2 if needed > 0 else 0.0),)

    def _candidate(self, seen: Seen, rising: Floats, size: float) -> Candidate:
        """Describe the rise by its first and last floor."""
        index = robust.index_of(seen.series)
        end = span(index, 0, len(index))[1]
        slope = float(rising[-1] - rising[0]) / (7 * self.weeks)
        to_limit = {} if seen.limit is None else {"days_to_limit": (seen.limit - float(rising[-1])) / slope}
        return Candidate(
            detector="weekly_floor",
            view="",
            start=end - timedelta(days=7 * len(rising)),
            end=end,
            score=size / (1 + size),
            direction=1,
            evidence={
                "slope_per_day": slope,
                "from_value": float(rising[0]),
                "value": float(rising[-1]),
                "days": 7.0 * self.weeks,
                "rises_count": float(self.weeks),
                **to_limit,
            },
        )
