"""A lasting change of level: the hours after it differ from the hours before it, whatever the time of day."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sre_lib.analyse import robust
from sre_lib.analyse.baseline import Band
from sre_lib.analyse.detectors.candidate import Candidate, positive, span
from sre_lib.analyse.detectors.surprise import Surprise
from sre_lib.analyse.robust import Floats


@dataclass(frozen=True)
class LevelShift:
    """Finds where the level of a series, freed of its daily or weekly shape, changes and stays.

    The statistic compares the median of `window_hours` after each moment with that before it, as a strength
    (`Surprise`); a shift is its largest value within a window, above `enter`. That value is flat for hours around the
    change: the change itself is where one level before it and another after it fit best, and the level has to keep to
    its side of the middle for `keep_hours` before it (else it is the way back from something) and after it.
    """

    enter: float = 0.7
    window_hours: float = 24
    keep_hours: float = 24
    grain_min: float = 15
    surprise: Surprise = field(default_factory=lambda: Surprise(event_hours=24, half=2.0))

    def __post_init__(self) -> None:
        positive(self, "enter", "window_hours", "keep_hours", "grain_min")

    @property
    def name(self) -> str:
        """Name of the detector."""
        return "level_shift"

    def statistic(self, series: pd.Series, band: Band) -> pd.Series:
        """Return the signed strength of the change of level at each slot (NaN: too little around it)."""
        index = robust.index_of(series)
        grain = robust.steps(index, self.grain_min)
        strength = self._strength(series, band, robust.block_median(_shapeless(series, band), grain))
        return pd.Series(np.repeat(strength, grain)[: len(series)], index)

    def _strength(self, series: pd.Series, band: Band, level: Floats) -> Floats:
        """Return the signed strength of the change of level at each grain."""
        index = robust.index_of(series)
        grain = robust.steps(index, self.grain_min)
        change = self._change(level, self._window(index, grain))
        residual = robust.floats(series) - robust.floats(band.expected)
        sigma = band.sigma
        size = self.surprise.strength(
            np.abs(change), grain * robust.period_of(index), sigma, robust.deviation(residual)
        )
        return size * np.sign(change)

    def detect(self, series: pd.Series, band: Band) -> tuple[Candidate, ...]:
        """Return the lasting changes of level, by time."""
        index = robust.index_of(series)
        grain = robust.steps(index, self.grain_min)
        window = self._window(index, grain)
        keep = self.keep_hours * 3600 / robust.period_of(index) / grain
        level = robust.block_median(_shapeless(series, band), grain)
        change = self._strength(series, band, level)
        found = []
        for at in self._peaks(np.abs(change), window):
            before, after = _around(level, at, window)
            first, last = _located(level, at, window, before, after)
            middle, up = (before + after) / 2, after > before
            lasted, lasts = _lasts(level[:first][::-1], middle, not up), _lasts(level[last:], middle, up)
            if min(lasted, lasts) >= keep:
                edges = [min(each * grain, len(index)) for each in (first, last, last + lasts)]
                found.append(self._candidate(index, edges, float(abs(change[at])), (before, after)))
        return tuple(found)

    def _candidate(
        self, index: pd.DatetimeIndex, edges: list[int], strength: float, levels: tuple[float, float]
    ) -> Candidate:
        """Describe the change of level in slots `[edges[0], edges[1])` that lasted until `edges[2]`."""
        first, last, until = edges
        before, after = levels
        start, end = span(index, first, last)
        return Candidate(
            detector=self.name,
            view="level_shift",
            start=start,
            end=end,
            score=self.surprise.score(strength),
            direction=1 if after > before else -1,
            evidence={"before": before, "after": after, "change": after - before},
            until=span(index, 0, until)[1],
        )

    def _window(self, index: pd.DatetimeIndex, grain: int) -> int:
        """Return the window in grains."""
        return max(2, robust.steps(index, self.window_hours * 60) // grain)

    def _change(self, level: Floats, window: int) -> Floats:
        """Return median after minus median before each grain; NaN where less than a window lies on a side."""
        trailing = robust.rolling_median(level, window, center=False)
        change = np.full(len(level), np.nan)
        if len(level) >= 2 * window:
            change[window : len(level) - window + 1] = trailing[2 * window - 1 :] - trailing[window - 1 : -window]
        return change

    def _peaks(self, size: Floats, window: int) -> list[int]:
        """Return where the change is the largest within a window to both sides and above `enter`."""
        filled = np.where(np.isnan(size), 0.0, size)
        largest = robust.rolling_max(filled, 2 * window + 1)
        plateaus = robust.runs((filled >= largest) & (filled > self.enter))
        return [(first + last - 1) // 2 for first, last in plateaus]


def _shapeless(series: pd.Series, band: Band) -> Floats:
    """Return the series without the repeating part of its expectation."""
    return robust.floats(series) - robust.floats(band.shape)


def _around(level: Floats, at: int, window: int) -> tuple[float, float]:
    """Return the medians of the window before and after a grain."""
    return robust.median(level[max(0, at - window) : at]), robust.median(level[at : at + window])


def _lasts(level: Floats, middle: float, up: bool) -> int:
    """Return for how many grains from the first on a level stays beyond the middle (a smoothed look: 2 of 3 hours)."""
    smooth = robust.rolling_median(level, 12)
    back = np.flatnonzero(smooth < middle if up else smooth > middle)
    return int(back[0]) if len(back) else len(smooth)


def _located(level: Floats, at: int, window: int, before: float, after: float) -> tuple[int, int]:
    """Return the grains `[first, last)` over which the level moves from a quarter to three quarters of the change."""
    near = slice(max(0, at - window), at + window)
    part = (level[near] - before) / (after - before)
    # The split with the least absolute deviation from the one level before it and from the other after it.
    middle = int(np.argmin(np.nancumsum(np.abs(part) - np.abs(part - 1))))
    low = np.flatnonzero(part[: middle + 1] < 0.25)
    high = np.flatnonzero(part[middle + 1 :] > 0.75)
    first = int(low[-1]) + 1 if len(low) else middle
    last = middle + 1 + int(high[0]) + 1 if len(high) else middle + 2
    return near.start + first, near.start + max(last, first + 1)
