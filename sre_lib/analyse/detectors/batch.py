"""A batch whose end comes later week by week, towards the morning's traffic."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from sre_lib.analyse import robust
from sre_lib.analyse.daily import Days, days_of
from sre_lib.analyse.detectors.candidate import Candidate, positive, span
from sre_lib.analyse.robust import Floats
from sre_lib.analyse.seen import Seen


@dataclass(frozen=True)
class BatchDrift:
    """Finds a daily batch that ends later and later.

    A batch is a stretch of `least_min` to `most_min` at the same time of day that stands above the hours around it by
    `enter` robust standard deviations, sharply: half of the way up within `edge_min`. Its end is where a day falls
    below the middle between both. It drifts where the median end of each week is later than that of the week before,
    `weeks` running, by `drift_min` in all, and the slope over the days (Theil-Sen, 95 %) is above 0.
    """

    enter: float = 6.0
    least_min: float = 20
    most_min: float = 240
    edge_min: float = 20
    weeks: int = 3
    drift_min: float = 25

    def __post_init__(self) -> None:
        positive(self, "enter", "least_min", "most_min", "edge_min", "weeks", "drift_min")

    def look(self, seen: Seen) -> tuple[Candidate, ...]:
        """Return the batches that drift until the reviewed week."""
        table = days_of(seen.series, seen.band, seen.week)
        if table is None or table.reviewed.sum() < 4 or (~table.reviewed).sum() < 7 * self.weeks:
            return ()
        index = robust.index_of(seen.series)
        needed = max(self.enter * seen.band.sigma, seen.min_effect)
        first_days = table.values[~table.reviewed][: 7 * self.weeks]
        found = []
        for first, last in self._batches(robust.column_median(first_days), robust.steps(index, 60), needed, seen):
            ends = np.array([self._end(row, first, last, needed) for row in table.values])
            one = self._drifting(seen, table, ends, (first, last))
            found += [] if one is None else [one]
        return tuple(found)

    def _batches(self, course: Floats, hour: int, needed: float, seen: Seen) -> list[tuple[int, int]]:
        """Return the slots of the day in which a batch usually runs."""
        index = robust.index_of(seen.series)
        low, high = (robust.steps(index, each) for each in (self.least_min, self.most_min))
        edge = robust.steps(index, self.edge_min)
        around = robust.rolling_median(course, min(len(course), 2 * high + 2 * hour))
        above = np.nan_to_num(course - around, nan=0.0) > needed
        return [
            (first, last)
            for first, last in robust.runs(above)
            if low <= last - first <= high and first >= edge and course[first - edge] - around[first] < needed / 2
        ]

    def _end(self, day: Floats, first: int, last: int, needed: float) -> float:
        """Return the slot in which a day's batch ends; NaN where it did not run."""
        before = robust.median(day[max(0, first - 12) : max(1, first - 2)])
        high = robust.median(day[first : max(first + 1, last - 1)])
        if not high - before > needed / 2:
            return float("nan")
        below = np.flatnonzero(robust.rolling_median(day[first + 1 :], 3) < (before + high) / 2)
        return float(first + 1 + below[0]) if len(below) else float("nan")

    def _drifting(self, seen: Seen, table: Days, ends: Floats, slots: tuple[int, int]) -> Candidate | None:
        """Return a batch whose end comes later each week; None where it does not."""
        minutes = robust.period_of(robust.index_of(seen.series)) / 60
        last = int(np.flatnonzero(table.reviewed)[-1]) + 1
        weeks = [ends[max(0, last - 7 * (back + 1)) : last - 7 * back] for back in range(self.weeks + 1)]
        if any(np.count_nonzero(~np.isnan(each)) < 3 for each in weeks):
            return None
        medians = np.array([robust.median(each) for each in weeks[::-1]]) * minutes
        day = np.flatnonzero(~np.isnan(ends))
        slope, _, low, _ = (float(each) for each in stats.theilslopes(ends[~np.isnan(ends)] * minutes, day, alpha=0.95))
        change = float(medians[-1] - medians[0])
        if (np.diff(medians) <= 0).any() or low <= 0 or change < self.drift_min:
            return None
        ran = [at for at in np.flatnonzero(table.reviewed) if not np.isnan(ends[at])]
        at = int(ran[-1])
        place = table.place[at]
        start, end = span(robust.index_of(seen.series), int(place[slots[0]]), int(place[int(ends[at]) - 1]) + 1)
        return Candidate(
            detector="batch_drift",
            view="",
            start=start,
            end=end,
            score=change / (change + self.drift_min),
            direction=1,
            evidence={
                "value": float(np.nanmedian(table.values[at, slots[0] : int(ends[at])])),
                "from_clock": float(medians[0]),
                "to_clock": float(medians[-1]),
                "later_minutes": change,
                "weekly_minutes": slope * 7,
                "weeks_count": float(self.weeks),
            },
        )
