"""How rarely a series moves as it does here."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from sre_lib.analyse import robust
from sre_lib.analyse.detectors.candidate import positive
from sre_lib.analyse.robust import Floats

DIGITS = 6
"""Steps closer than a millionth of their spread are the same: a metric of whole numbers has few different ones."""

LEAF = 4
"""Points in a leaf of the tree: with a few neighbours wanted, small leaves are the fastest."""


@dataclass(frozen=True)
class Rarity:
    """The distance of each two steps in a row to the `neighbours`-th most similar two (Ramaswamy et al., SIGMOD 2000).

    Steps are changes from one slot to the next, in robust standard deviations and on a scale that is linear near 0 and
    logarithmic far out (asinh): what counts is how seldom a series moves so, not only how far. Steps that came more
    often than `neighbours` times are not rare at all. A k-d tree of the different ones keeps it at n log n.
    """

    neighbours: int = 3

    def __post_init__(self) -> None:
        positive(self, "neighbours")

    def distance(self, series: pd.Series) -> Floats:
        """Return the distance at each slot, without a unit; gaps are straight lines, all NaN without datapoints."""
        values = robust.filled(robust.floats(series))
        if np.isnan(values).any():
            return np.full(len(values), np.nan)
        step = np.diff(values, prepend=values[:1])
        scaled = np.arcsinh(np.round(step / (_spread(step) or 1.0), DIGITS))
        # As complex numbers, which numpy sorts by their first part, then by the other, far faster than rows.
        steps = scaled + 1j * np.concatenate(([0.0], scaled[:-1]))
        pairs, which, times = np.unique(steps, return_inverse=True, return_counts=True)
        places = pairs.view(np.float64).reshape(-1, 2)
        rare = times <= self.neighbours
        farthest = np.zeros(len(pairs))
        among = [min(self.neighbours, len(pairs) - 1) + 1]
        farthest[rare] = np.ravel(KDTree(places, leafsize=LEAF).query(places[rare], k=among)[0])
        distance = farthest[which]
        # Before the first datapoint no step is known, and a made-up one would be rare.
        distance[:2] = 0.0
        return np.asarray(distance, dtype=np.float64)


def _spread(step: Floats) -> float:
    """Return the robust standard deviation of steps, or a tenth of the plain one where most are 0."""
    return max(robust.spread(step), 0.1 * robust.deviation(step))
