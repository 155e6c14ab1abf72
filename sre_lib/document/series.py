"""A series as plotly draws it: local time, regular steps, minimum and maximum where there are too many points."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MOST_POINTS = 1500
"""More points than a chart has pixels: from here on each bucket is drawn by its minimum and maximum."""


def local_text(moment: datetime, timezone: str) -> str:
    """Return a moment as the axis reads it: local wall time without an offset (plotly knows no time zones)."""
    return moment.astimezone(ZoneInfo(timezone)).replace(tzinfo=None).isoformat(timespec="seconds")


def points(series: pd.Series, timezone: str, later: timedelta = timedelta(0)) -> dict[str, Any]:
    """Return `x0`, `dx` (ms) and float32 `y` of a series on a regular UTC index, drawn `later` in local time.

    NaN stays NaN, a gap in the line. Across a daylight-saving change local time is not regular, so `x` is given then.
    """
    step = _step(series.index)
    values, stride = thin(series.to_numpy(dtype=np.float32))
    index = pd.DatetimeIndex(series.index[::stride][: len(values)])
    local = index.tz_convert(timezone).tz_localize(None) + later
    if len(local) < 2 or local[-1] - local[0] == (len(local) - 1) * stride * step:
        return {"x0": local[0].isoformat(), "dx": stride * step / timedelta(milliseconds=1), "y": values}
    return {"x": local.as_unit("ms").asi8.astype(np.float64), "y": values}


def thin(values: NDArray[np.float32], most: int = MOST_POINTS) -> tuple[NDArray[np.float32], int]:
    """Return at most about `most` values and how many datapoints apart they are: all, or each bucket's extremes.

    Minimum and maximum of a bucket come in the order in which they happened; one that is mostly NaN becomes a gap.
    """
    if len(values) <= most:
        return values, 1
    size = 2 * -(-len(values) // most)
    padded = np.full(-(-len(values) // size) * size, np.nan, dtype=np.float32)
    padded[: len(values)] = values
    buckets = padded.reshape(-1, size)
    known = ~np.isnan(buckets)
    low = np.where(known, buckets, np.inf).argmin(axis=1)
    high = np.where(known, buckets, -np.inf).argmax(axis=1)
    pair = np.sort(np.stack([low, high], axis=1), axis=1)
    thinned = np.take_along_axis(buckets, pair, axis=1)
    thinned[known.sum(axis=1) * 2 < size] = np.nan
    return thinned.reshape(-1)[: -(-len(values) // (size // 2))], size // 2


def runs(series: pd.Series) -> list[pd.Series]:
    """Return the stretches of a series without NaN, in order: a band is filled one by one."""
    known = series.notna().to_numpy()
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(np.int8)))
    return [series.iloc[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _step(index: pd.Index) -> timedelta:
    """Return the period of a regular index; 300 s where it has one point only."""
    return timedelta(seconds=300) if len(index) < 2 else index[1] - index[0]
