"""Series for the tests of the analysis: what a quiet day and a fault look like."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd

START = datetime(2026, 3, 2, tzinfo=UTC)
"""A Monday."""

DAY = 288


def index(days: float, period_s: int = 300) -> pd.DatetimeIndex:
    """A regular index from START."""
    return pd.date_range(START, periods=round(days * 86_400 / period_s), freq=f"{period_s}s", unit="s")


def noise(slots: int, seed: int = 1) -> np.ndarray:
    """Gaussian noise of standard deviation 1."""
    return np.random.default_rng(seed).normal(size=slots)


def rhythm(days: float, seed: int = 1) -> pd.Series:
    """A quiet daily rhythm: 30 plus a wave of 10 and noise of 1."""
    at = index(days)
    return pd.Series(30 + 10 * np.sin(2 * np.pi * np.arange(len(at)) / DAY) + noise(len(at), seed), at)


def with_change(series: pd.Series, first: int, last: int, by: float) -> pd.Series:
    """A copy with `by` added in slots `[first, last)`."""
    changed = series.copy()
    changed.iloc[first:last] += by
    return changed
