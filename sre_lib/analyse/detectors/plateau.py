"""Flat at the ceiling while customers wait: the unit is too small."""

from dataclasses import dataclass

import numpy as np

from sre_lib.analyse import robust
from sre_lib.analyse.detectors.candidate import Candidate, positive, span
from sre_lib.analyse.robust import Floats
from sre_lib.analyse.seen import Beside, Seen


@dataclass(frozen=True)
class Plateau:
    """Finds where a series lies flat (within `flat` of its limit, as a share) at `ceiling` of the limit or above.

    Only while latency beside it is `slower` times what is usual at that time of day, over the whole of the stay. The
    score grows with the time: 0.5 at `least_min`, 0.8 at four times that; what stays there `beyond_usual` times less
    than on half of the days is known.
    """

    beside: str = "latency"
    ceiling: float = 0.95
    flat: float = 0.05
    slower: float = 1.3
    least_min: float = 15
    gap_min: float = 15
    beyond_usual: float = 2.0

    def __post_init__(self) -> None:
        positive(self, "ceiling", "flat", "slower", "least_min", "gap_min", "beyond_usual")

    def look(self, seen: Seen) -> tuple[Candidate, ...]:
        """Return the plateaus, by time; none where there is no limit above 0 or no latency."""
        latency = seen.beside.get(self.beside)
        if latency is None or seen.limit is None or seen.limit <= 0:
            return ()
        index = robust.index_of(seen.series)
        values = robust.floats(seen.series)
        full = values >= self.ceiling * seen.limit
        usual = seen.band.usual_near(full.astype(np.float64), robust.steps(index, 30)) > 0
        found = []
        for first, last in robust.joined(robust.runs(full), robust.steps(index, self.gap_min)):
            stayed, known = (np.count_nonzero(each[first:last]) for each in (full, usual))
            if stayed < max(self.beyond_usual * known, robust.steps(index, self.least_min)):
                continue
            there = values[first:last][full[first:last]]
            rise = self._slower(latency, first, last)
            if rise is not None and robust.spread(there) <= self.flat * seen.limit:
                found.append(self._candidate(seen, (first, last), there, rise))
        return tuple(found)

    def _slower(self, latency: Beside, first: int, last: int) -> float | None:
        """Return by how many percent latency lay above the usual; None where it did not by enough."""
        value = robust.median(robust.floats(latency.series)[first:last])
        expected = robust.median(robust.floats(latency.band.expected)[first:last])
        upper = robust.median(robust.floats(latency.band.expected + 2 * latency.band.scale)[first:last])
        slower = expected > 0 and value >= max(self.slower * expected, upper)
        return 100 * (value / expected - 1) if slower else None

    def _candidate(self, seen: Seen, slots: tuple[int, int], there: Floats, rise: float) -> Candidate:
        """Describe one plateau."""
        index = robust.index_of(seen.series)
        start, end = span(index, *slots)
        minutes = len(there) * robust.period_of(index) / 60
        return Candidate(
            detector="plateau",
            view="",
            start=start,
            end=end,
            score=minutes / (minutes + self.least_min),
            direction=1,
            evidence={
                "value": float(np.mean(there)),
                "maximum": float(there.max()),
                "limit": seen.limit or np.nan,
                "minutes": minutes,
                "latency_rise_percent": rise,
            },
        )
