"""What stays above the expected for long, as it does not on the series' own days."""

from dataclasses import dataclass, field

import numpy as np

from sre_lib.analyse import robust
from sre_lib.analyse.detectors.candidate import positive
from sre_lib.analyse.detectors.surprise import Surprise
from sre_lib.analyse.robust import Floats
from sre_lib.analyse.seen import Seen


@dataclass(frozen=True)
class Stay:
    """Slots `[first, last)` in which something stayed, and how surprising that is (0..1)."""

    first: int
    last: int
    score: float


@dataclass(frozen=True)
class Persistent:
    """Finds where an excess stays for `least_min`: its rolling median over so long, so that single datapoints do not.

    What the excess reaches at this time of day on half of the days is usual and taken off; the rest is judged against
    the series' own largest days (`Surprise`).
    """

    least_min: float = 30
    jitter_min: float = 60
    gap_min: float = 60
    surprise: Surprise = field(default_factory=lambda: Surprise(event_hours=24, half=1.5))

    def __post_init__(self) -> None:
        positive(self, "least_min", "jitter_min", "gap_min")

    def stays(self, excess: Floats, seen: Seen, least: float) -> list[Stay]:
        """Return the stays of an excess (in the unit of `seen.series`, NaN: no datapoint) at `least` or more."""
        index = robust.index_of(seen.series)
        smooth = robust.rolling_median(excess, robust.steps(index, self.least_min))
        usual = seen.band.usual_near(np.maximum(smooth, 0), robust.steps(index, self.jitter_min))
        rest = np.maximum(smooth - usual, 0)
        sigma = seen.band.sigma
        strength = self.surprise.strength(rest, robust.period_of(index), sigma, robust.deviation(excess))
        high = np.nan_to_num(rest) >= least
        found = []
        for first, last in robust.joined(robust.runs(high), robust.steps(index, self.gap_min)):
            if np.count_nonzero(high[first:last]) >= robust.steps(index, self.least_min):
                found.append(Stay(first, last, self.surprise.score(float(np.nanmax(strength[first:last])))))
        return found
