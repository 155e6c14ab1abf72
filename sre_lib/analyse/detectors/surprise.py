"""From a detector's statistic to a score that means the same on every series."""

import math
from dataclasses import dataclass

import numpy as np

from sre_lib.analyse import robust
from sre_lib.analyse.detectors.candidate import positive
from sre_lib.analyse.robust import Floats

WEEK_S = 7 * 86_400


@dataclass(frozen=True)
class Surprise:
    """Settings of the calibration.

    What a series does every few days is usual for it, however far it lies outside a band: a statistic is therefore
    divided by the series' own k-th largest event (the largest value of each block of `event_hours`; k = `spare` +
    weeks of data). That alone would hide a series with many incidents, so it is blended (geometric mean, `own` is the
    weight) with the plain size against `sigma`, the size at which a statistic is worth a look on any series.
    """

    event_hours: float = 6
    spare: int = 2
    own: float = 0.5
    sigma: float = 8.0
    steepness: float = 1.5

    def __post_init__(self) -> None:
        positive(self, "event_hours", "spare", "sigma", "steepness")
        if not 0 <= self.own <= 1:
            raise ValueError(f"own: got {self.own!r}, wants 0 to 1")

    def usual(self, statistic: Floats, period_s: float) -> float:
        """Return the k-th largest event of a statistic (NaN: not known); 0 where it has fewer events."""
        rows = robust.blocks(statistic, max(1, round(self.event_hours * 3600 / period_s)))
        there = rows[~np.isnan(rows).all(axis=1)]
        k = self.spare + round(np.count_nonzero(~np.isnan(statistic)) * period_s / WEEK_S)
        peaks = np.sort(np.nanmax(there, axis=1))[::-1] if len(there) else np.zeros(0)
        return float(peaks[k - 1]) if len(peaks) >= k else 0.0

    def score(self, size: float, usual: float) -> float:
        """Return 0..1 for the size of a statistic: 0.5 where it is `sigma`, and that is usual for the series."""
        against = max(usual, self.sigma / 4)
        strength = math.pow(size / against, self.own) * math.pow(size / self.sigma, 1 - self.own)
        powered = math.pow(strength, self.steepness)
        return powered / (1 + powered)
