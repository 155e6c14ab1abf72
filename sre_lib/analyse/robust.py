"""Robust, NaN-safe statistics on a regular grid: NaN means no datapoint and never spreads to its neighbours."""

from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view
from scipy import ndimage

Floats = npt.NDArray[np.float64]

MAD_TO_SIGMA = 1.4826
"""Median absolute deviation to standard deviation of a normal distribution (Rousseeuw & Croux 1993)."""


LONG_FOR_FILTER = 4
"""Windows that a series must hold for a filter to be worth the separate look at its ends."""

MANY_RANKS = 8
"""Different ranks from which on sorting is no slower than picking them."""

TICKS = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}
"""Ticks of an index in a second, by its unit."""


def period_of(index: pd.DatetimeIndex) -> float:
    """Return the step of a regular index in seconds; ValueError with fewer than two slots."""
    if len(index) < 2:
        raise ValueError("a period wants at least two slots")
    first, second = index.asi8[:2]
    return float(second - first) / TICKS[index.unit]


def steps(index: pd.DatetimeIndex, minutes: float) -> int:
    """Return how many slots of a regular index a span of minutes covers, at least 1."""
    return max(1, round(minutes * 60 / period_of(index)))


def floats(series: pd.Series) -> Floats:
    """Return the values of a series as a float64 array of their own."""
    return series.to_numpy(dtype=np.float64, copy=True)


def median(values: Floats) -> float:
    """Return the median of what is there; NaN where nothing is."""
    there = values[~np.isnan(values)]
    return float(np.median(there)) if there.size else float("nan")


def spread(values: Floats) -> float:
    """Return the robust standard deviation (1.4826 x MAD) of what is there; NaN where nothing is."""
    return MAD_TO_SIGMA * median(np.abs(values - median(values)))


def deviation(values: Floats) -> float:
    """Return the plain standard deviation of what is there; 0 where nothing is."""
    there = values[~np.isnan(values)]
    return float(np.std(there)) if there.size else 0.0


def column_median(rows: Floats) -> Floats:
    """Return the median of every column of a matrix, NaN left out; NaN where a column holds nothing.

    As `np.nanmedian(rows, axis=0)`, but without its warning and several times faster on many NaN.
    """
    count = np.sum(~np.isnan(rows), axis=0)
    columns = np.arange(rows.shape[1])
    low, high = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, rows.shape[0] - 1)
    ranks = np.flatnonzero(np.bincount(np.concatenate((low, high))))
    # Column by column in memory: along the rows both take several times as long.
    each = np.ascontiguousarray(rows.T)
    ordered = np.partition(each, ranks, axis=1) if len(ranks) < MANY_RANKS else np.sort(each, axis=1)
    middle = (ordered[columns, low] + ordered[columns, high]) / 2
    return np.asarray(np.where(count > 0, middle, np.nan), dtype=np.float64)


def blocks(values: Floats, size: int) -> Floats:
    """Return values as rows of `size` slots, the last filled up with NaN."""
    padded = np.full(-(-len(values) // size) * size, np.nan)
    padded[: len(values)] = values
    rows: Floats = padded.reshape(-1, size)
    return rows


def block_median(values: Floats, size: int) -> Floats:
    """Return the median of each block of `size` slots; NaN where a block is empty."""
    return column_median(blocks(values, size).T)


def rolling_median(values: Floats, size: int, *, center: bool = True, least: int | None = None) -> Floats:
    """Return the rolling median of `size` slots from what is there (`least`: a quarter of the window is enough)."""
    least = max(1, size // 4) if least is None else least
    if len(values) < LONG_FOR_FILTER * size or size == 1 or not np.isfinite(values).all():
        return _pandas_median(values, size, least, center=center)
    ahead = (size - 1) // 2 if center else 0
    found = np.empty(len(values))
    found[size - 1 - ahead : len(values) - ahead] = _filtered(values, size)[size // 2 : len(values) - (size - 1) // 2]
    # Windows that reach over an end hold less than `size`.
    begins, ends = _over_the_end(values[: size - 1], size, least), _over_the_end(values[:-size:-1], size, least)
    found[: size - 1 - ahead] = begins[ahead:]
    found[len(values) - ahead :] = ends[size - 1 - ahead :][::-1]
    return found


def filled(values: Floats) -> Floats:
    """Return values with gaps filled by straight lines and the ends by the nearest; as they are without datapoints."""
    lacks = np.isnan(values)
    if not lacks.any() or lacks.all():
        return values
    there = np.flatnonzero(~lacks)
    whole = values.copy()
    whole[lacks] = np.interp(np.flatnonzero(lacks), there, values[there])
    return whole


def cyclic_median(table: Floats, reach: int) -> Floats:
    """Return the median of each column of a matrix and its neighbours up to `reach` away, the last beside the first.

    NaN left out; NaN where nothing is there.
    """
    rows, columns = table.shape
    if reach == 0 or 2 * reach + 1 > columns or not np.isfinite(table).all():
        return column_median(np.concatenate([np.roll(table, by, axis=1) for by in range(-reach, reach + 1)]))
    size = (2 * reach + 1) * rows
    first = (np.arange(columns) - reach) * rows + size // 2
    medians: Floats = _filtered(table.T.ravel(), size, "wrap")[first]
    return medians


def _pandas_median(values: Floats, size: int, least: int, *, center: bool) -> Floats:
    """Return the rolling median where something may be missing."""
    return np.asarray(pd.Series(values).rolling(size, center=center, min_periods=least).median(), dtype=np.float64)


def _over_the_end(values: Floats, size: int, least: int) -> Floats:
    """Return the medians of the first 1, 2, ... values; NaN for fewer than `least`."""
    padded = np.concatenate((np.full(size - 1, np.nan), values))
    medians = column_median(sliding_window_view(padded, size).T)
    medians[: least - 1] = np.nan
    return medians


def _filtered(values: Floats, size: int, mode: Literal["nearest", "wrap"] = "nearest") -> Floats:
    """Return the median of the `size` slots from `size // 2` before each on; several times faster than pandas."""
    high = ndimage.rank_filter(values, size // 2, size=size, mode=mode)
    if size % 2:
        return np.asarray(high, dtype=np.float64)
    low = ndimage.rank_filter(values, size // 2 - 1, size=size, mode=mode)
    return np.asarray((low + high) / 2, dtype=np.float64)


def rolling_mean(values: Floats, size: int) -> Floats:
    """Return the centred rolling mean of what is there, so that a gap beside a datapoint does not hide it."""
    there = ~np.isnan(values)
    kernel = np.ones(size)
    total = np.convolve(np.where(there, values, 0.0), kernel, "same")
    count = np.convolve(there.astype(float), kernel, "same")
    return np.asarray(np.divide(total, count, out=np.full(len(values), np.nan), where=count > 0.5), dtype=np.float64)


def rolling_max(values: Floats, size: int) -> Floats:
    """Return the centred rolling maximum of what is there; NaN where nothing is."""
    filled = ndimage.maximum_filter1d(np.where(np.isnan(values), -np.inf, values), size, mode="nearest")
    return np.asarray(np.where(np.isneginf(filled), np.nan, filled), dtype=np.float64)


def runs(mask: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return `[first, last + 1)` of every run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]


def joined(intervals: list[tuple[int, int]], gap: int) -> list[tuple[int, int]]:
    """Return sorted intervals with those joined that lie fewer than `gap` slots apart."""
    out: list[tuple[int, int]] = []
    for first, last in intervals:
        if out and first - out[-1][1] < gap:
            out[-1] = (out[-1][0], max(last, out[-1][1]))
        else:
            out.append((first, last))
    return out


def finite(series: pd.Series) -> pd.Series:
    """Return a series with what is infinite as no datapoint: it is no measurement, and CloudWatch takes none."""
    infinite = np.isinf(series.to_numpy(dtype=np.float64))
    return series.mask(infinite) if infinite.any() else series


def index_of(series: pd.Series) -> pd.DatetimeIndex:
    """Return the index of a series as the DatetimeIndex that it is."""
    index = series.index
    return index if isinstance(index, pd.DatetimeIndex) else pd.DatetimeIndex(index)
