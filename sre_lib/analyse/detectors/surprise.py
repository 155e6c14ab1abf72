"""From a statistic in the metric's unit to a strength, and from that to a score, that mean the same on every series."""

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
    weeks of data), which is taken to be at least `floor` robust standard deviations. That alone would hide a series
    with many incidents, so it is blended (geometric mean, `own` is the weight) with the standard deviation of all that
    the baseline does not explain, which a few incidents raise too, but less. The result is the strength.

    `half` is the strength with a score of one half; what that means on real series stands at `findings.CUT`.
    `steepness` spreads the scores around it.
    """

    event_hours: float = 2
    spare: int = 2
    own: float = 0.9
    floor: float = 4.0
    half: float = 1.3
    steepness: float = 3.0

    def __post_init__(self) -> None:
        positive(self, "event_hours", "spare", "floor", "half", "steepness")
        if not 0 <= self.own <= 1:
            raise ValueError(f"own: got {self.own!r}, wants 0 to 1")

    def usual(self, statistic: Floats, period_s: float) -> float:
        """Return the k-th largest event of a statistic (NaN: not known); 0 where it has fewer events."""
        rows = robust.blocks(statistic, max(1, round(self.event_hours * 3600 / period_s)))
        peaks = np.sort(np.where(np.isnan(rows), -np.inf, rows).max(axis=1))[::-1]
        peaks = peaks[np.isfinite(peaks)]
        k = self.spare + round(np.count_nonzero(~np.isnan(statistic)) * period_s / WEEK_S)
        return float(peaks[k - 1]) if len(peaks) >= k else 0.0

    def strength(self, statistic: Floats, period_s: float, sigma: float, residual_sd: float) -> Floats:
        """Return a statistic against what is usual for its series: 1 is what happens every week, NaN stays.

        `sigma`: the robust standard deviation that the floor counts in; `residual_sd`: the plain one. All in the
        statistic's unit. Zeros where nothing ever varies.
        """
        usual = max(self.usual(statistic, period_s), self.floor * sigma)
        against = math.pow(usual, self.own) * math.pow(max(residual_sd, sigma), 1 - self.own)
        return statistic / against if against > 0 else statistic * 0.0

    def score(self, strength: float) -> float:
        """Return 0..1 for a strength: one half at `half`."""
        powered = math.pow(strength / self.half, self.steepness)
        return powered / (1 + powered)
