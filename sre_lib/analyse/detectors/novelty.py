"""How unlike any other hours these hours are."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from sre_lib.analyse import robust
from sre_lib.analyse.detectors.candidate import positive
from sre_lib.analyse.robust import Floats

SINGLE = 1e15
"""Values up to which, and down to whose inverse, sums of squares keep clear of single precision's range."""

SKIP = 2
"""Every second window is judged: a window half an hour on holds nearly the same hours."""


@dataclass(frozen=True)
class Novelty:
    """The distance of each window's course to the most similar one of another day (a discord: Yeh et al., ICDM 2016).

    Windows of `window_hours` of means over `grain_min`, freed of their own level, are compared by the root mean square
    of their difference, in the metric's unit: unlike the matrix profile's, it keeps the size of what happened. Compared
    is with one window every `stride_min` at least `apart_hours` away, so that the cost stays near that of a matrix
    product of a few million entries for eight weeks.
    """

    window_hours: float = 3
    grain_min: float = 15
    stride_min: float = 60
    apart_hours: float = 24

    def __post_init__(self) -> None:
        positive(self, "window_hours", "grain_min", "stride_min", "apart_hours")

    def distance(self, series: pd.Series) -> Floats:
        """Return the distance at the middle of each window, on the slots of the series; all NaN for a short series."""
        index = robust.index_of(series)
        grain = robust.steps(index, self.grain_min)
        size = max(2, robust.steps(index, self.window_hours * 60) // grain)
        apart = robust.steps(index, self.apart_hours * 60) // grain
        course = robust.filled(_block_mean(robust.floats(series), grain))
        if len(course) < 3 * apart or np.isnan(course).any():
            return np.full(len(series), np.nan)
        course = course - np.mean(course)
        unit = _unit(course)
        windows = np.lib.stride_tricks.sliding_window_view(course / unit, size).astype(np.float32)
        windows = windows - windows.mean(axis=1, keepdims=True)
        nearest = _nearest(windows, max(1, robust.steps(index, self.stride_min) // grain), apart)
        middle = np.full(len(course), np.nan)
        middle[size // 2 : size // 2 + len(windows) : SKIP] = nearest * unit / np.sqrt(size)
        return np.asarray(np.repeat(robust.filled(middle), grain)[: len(series)], dtype=np.float64)


def _unit(course: Floats) -> float:
    """Return what to count a course in, so that its squares fit into single precision: 1 for all but odd ones."""
    largest = float(np.max(np.abs(course)))
    return largest if largest > SINGLE or 0 < largest < 1 / SINGLE else 1.0


def _nearest(windows: npt.NDArray[np.float32], stride: int, apart: int) -> Floats:
    """Return the Euclidean distance of every second window to the nearest of every `stride`-th `apart` or more away."""
    others = np.arange(0, len(windows), stride)
    squares = np.einsum("ij,ij->i", windows, windows)
    distance = (-2 * windows[others]) @ windows[::SKIP].T
    distance += squares[others, np.newaxis]
    for row, other in enumerate(others.tolist()):
        distance[row, max(0, other - apart) // SKIP + 1 : (other + apart - 1) // SKIP + 1] = np.inf
    nearest = distance.min(axis=0) + squares[::SKIP]
    return np.asarray(np.sqrt(np.maximum(nearest, 0)), dtype=np.float64)


def _block_mean(values: Floats, size: int) -> Floats:
    """Return the mean of what is there in each block; NaN where a block is empty."""
    rows = robust.blocks(values, size)
    count = np.sum(~np.isnan(rows), axis=1)
    total = np.nansum(rows, axis=1)
    return np.asarray(np.divide(total, count, out=np.full(len(rows), np.nan), where=count > 0), dtype=np.float64)
