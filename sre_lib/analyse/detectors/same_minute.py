"""The same minute every day: a job that somebody scheduled."""

from dataclasses import dataclass

import numpy as np

from sre_lib.analyse import robust
from sre_lib.analyse.daily import Days, days_of
from sre_lib.analyse.detectors.candidate import Candidate, positive, span
from sre_lib.analyse.robust import Floats
from sre_lib.analyse.seen import Seen


@dataclass(frozen=True)
class SameMinute:
    """Finds a peak at the same local time on most days of the reviewed week that the history does not know.

    A peak stands out by at least `enter` robust standard deviations and `min_effect` above the median of the hour
    around it (the `core_min` around it left out), on at least `days` days of the week within `jitter_min`, and in the
    history on no more than `known_share` of the days.
    """

    enter: float = 6.0
    days: int = 4
    core_min: float = 20
    around_min: float = 60
    jitter_min: float = 10
    known_share: float = 0.2

    def __post_init__(self) -> None:
        positive(self, "enter", "days", "core_min", "around_min", "jitter_min", "known_share")

    def look(self, seen: Seen) -> tuple[Candidate, ...]:
        """Return the peaks that are new at a time of day, by time."""
        table = days_of(seen.series, seen.band, seen.week)
        if table is None or table.reviewed.sum() < self.days or (~table.reviewed).sum() < 2 * self.days:
            return ()
        index = robust.index_of(seen.series)
        out, base = self._standing_out(seen)
        needed = max(self.enter * seen.band.sigma, seen.min_effect)
        reach = 2 * robust.steps(index, self.jitter_min) + 1
        peaks = np.where(table.place >= 0, robust.rolling_max(out, reach)[table.place], np.nan) >= needed
        often = peaks[table.reviewed].sum(axis=0)
        known = peaks[~table.reviewed].mean(axis=0)
        new = (often >= self.days) & (known <= self.known_share)
        found = []
        for first, last in robust.joined(robust.runs(new), robust.steps(index, self.core_min)):
            best = first + int(often[first:last].argmax())
            found.append(self._candidate(seen, table, (first, last), int(often[best]), (out, base, needed)))
        return tuple(each for each in found if each is not None)

    def _standing_out(self, seen: Seen) -> tuple[Floats, Floats]:
        """Return how far each value lies above the hour around it, and the level of that hour."""
        index = robust.index_of(seen.series)
        values = robust.floats(seen.series)
        core, around = robust.steps(index, self.core_min), robust.steps(index, self.around_min)
        before = robust.rolling_median(np.roll(values, core), around)
        after = robust.rolling_median(np.roll(values, -core), around)
        level = np.fmax(before, after)
        return values - level, level

    def _candidate(
        self, seen: Seen, table: Days, slots: tuple[int, int], times: int, shown: tuple[Floats, Floats, float]
    ) -> Candidate | None:
        """Describe a peak that comes back each day, by its highest of the week; None where none is in it."""
        out, base, needed = shown
        inside = table.place[table.reviewed, slots[0] : slots[1]]
        there = inside[inside >= 0]
        there = there[~np.isnan(out[there]) & (out[there] >= needed)]
        if not len(there):
            return None
        at = int(there[out[there].argmax()])
        index = robust.index_of(seen.series)
        start, end = span(index, int(there.min()), int(there.min()) + 1)
        local = index[at].tz_convert(seen.week.timezone)
        strength = float(np.median(out[there])) / needed
        return Candidate(
            detector="same_minute",
            view="",
            start=start,
            end=end,
            score=min(1.0, 0.4 + 0.05 * times) * strength / (0.5 + strength),
            direction=1,
            evidence={
                "value": float(out[at] + base[at]),
                "expected": float(base[at]),
                "days_count": float(times),
                "at_clock": float(local.hour * 60 + local.minute),
            },
            until=span(index, 0, int(there.max()) + 1)[1],
        )
