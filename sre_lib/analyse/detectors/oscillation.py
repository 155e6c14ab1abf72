"""A swing with a fixed period: scaling that fights itself."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view

from sre_lib.analyse import robust
from sre_lib.analyse.detectors.candidate import Candidate, positive, span
from sre_lib.analyse.detectors.surprise import Surprise
from sre_lib.analyse.robust import Floats
from sre_lib.analyse.seen import Seen

LEAST_WINDOWS = 3
"""Windows, an hour apart, that must show a swing: one alone is a push and the steps of the scaling after it."""


@dataclass(frozen=True)
class Oscillation:
    """Finds hours in which a series swings with one period, far more than it ever does.

    What the band does not explain is autocorrelated in windows of `window_hours` (Box & Jenkins; by FFT), every hour:
    a swing is a correlation of `enter` or more at a lag of `least_min` to `most_min`, at twice that lag too, with its
    counterpart below -`enter` / 2 half a period away. Its size is from the 10th to the 90th percentile of the window,
    judged against the swings of the series' own days (`Surprise`): what swings each day is usual.
    """

    window_hours: float = 8
    least_min: float = 20
    most_min: float = 90
    enter: float = 0.45
    surprise: Surprise = field(default_factory=lambda: Surprise(event_hours=24, half=1.5))

    def __post_init__(self) -> None:
        positive(self, "window_hours", "least_min", "most_min", "enter")
        if 2 * self.most_min > 60 * self.window_hours * 0.75:
            raise ValueError(f"most_min: got {self.most_min!r}, wants three eighths of window_hours at most")

    def look(self, seen: Seen) -> tuple[Candidate, ...]:
        """Return the hours that swing, by time."""
        index = robust.index_of(seen.series)
        size, hour = robust.steps(index, 60 * self.window_hours), robust.steps(index, 60)
        rest = robust.floats(seen.series) - robust.floats(seen.band.expected)
        if len(rest) < 2 * size or np.isnan(rest).all():
            return ()
        windows = sliding_window_view(np.nan_to_num(rest), size)[::hour]
        lags = self._lags(windows, index)
        extent = np.subtract(*np.percentile(windows, [90, 10], axis=1))
        swings = np.where(lags > 0, extent, 0.0)
        sigma = seen.band.sigma
        strength = self.surprise.strength(
            swings, 60 * robust.period_of(index) * hour / 60, sigma, robust.deviation(rest)
        )
        wide = (swings >= seen.min_effect) & (strength > 0.5)
        return tuple(
            self._candidate(
                seen,
                _swinging(rest, first * hour, (last - 1) * hour + size, float(extent[first:last].max())),
                lags[first:last],
                strength[first:last],
            )
            for first, last in robust.joined(robust.runs(wide), 3)
            if last - first >= LEAST_WINDOWS
        )

    def _lags(self, windows: Floats, index: pd.DatetimeIndex) -> Floats:
        """Return the period of each window in slots; 0 where it has none."""
        size = windows.shape[1]
        centred = windows - windows.mean(axis=1, keepdims=True)
        power = np.abs(np.fft.rfft(centred, 2 * size, axis=1)) ** 2
        raw = np.fft.irfft(power, axis=1)[:, :size] / (size - np.arange(size))
        alike = np.divide(raw, raw[:, :1], out=np.zeros_like(raw), where=raw[:, :1] > 1e-12)
        first, last = robust.steps(index, self.least_min), robust.steps(index, self.most_min)
        best = first + np.argmax(alike[:, first : last + 1], axis=1)
        row = np.arange(len(windows))
        swings = (
            (best >= 3)
            & (alike[row, best] >= self.enter)
            & (alike[row, 2 * best] >= self.enter / 2)
            & (alike[row, best // 2] <= -self.enter / 2)
        )
        return np.where(swings, best, 0).astype(np.float64)

    def _candidate(self, seen: Seen, slots: tuple[int, int], lags: Floats, strength: Floats) -> Candidate:
        """Describe the hours by their upper and lower turns, and by the swing without the daily rhythm."""
        index = robust.index_of(seen.series)
        start, end = span(index, *slots)
        here = robust.floats(seen.series)[slice(*slots)]
        low, high = np.nanpercentile(here, [10, 90])
        down, up = np.nanpercentile(here - robust.floats(seen.band.expected)[slice(*slots)], [10, 90])
        period_min = robust.median(lags[lags > 0]) * robust.period_of(index) / 60
        minutes = (end - start).total_seconds() / 60
        return Candidate(
            detector="oscillation",
            view="",
            start=start,
            end=end,
            score=self.surprise.score(float(strength.max())),
            direction=1,
            evidence={
                "value": float(high),
                "change": float(up - down),
                "lowest": float(low),
                "period_minutes": float(period_min),
                "swings_count": float(round(minutes / period_min)),
                "minutes": minutes,
            },
        )


def _swinging(rest: Floats, first: int, last: int, extent: float) -> tuple[int, int]:
    """Return the slots of windows from the first to the last that lies a quarter of the swing off: windows overlap."""
    off = first + np.flatnonzero(np.abs(rest[first:last]) >= extent / 4)
    return (int(off[0]), int(off[-1]) + 1) if len(off) else (first, last)
