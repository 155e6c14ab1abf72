"""Departures from the band: spikes, dips, and hours that stay high or low."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sre_lib.analyse import robust
from sre_lib.analyse.baseline import Band
from sre_lib.analyse.detectors.candidate import Candidate, positive, span
from sre_lib.analyse.detectors.novelty import Novelty
from sre_lib.analyse.detectors.rarity import Rarity
from sre_lib.analyse.detectors.surprise import Surprise
from sre_lib.analyse.robust import Floats

LEAST_TRACK = 0.05
"""A track without any surprise weighs this much: one of them must not silence the others altogether."""

BOUNDS = ("expected", "lower", "upper")

WEIGHT = {"distance": 1.5, "jump": 1.0, "novelty": 1.0, "rarity": 1.0}
"""What each track counts in the geometric mean: how far out it is, is what people see first."""

FULL = 1.5
"""Strength of a track up to which it counts in full, beyond that as its fourth root: none can stand in for others."""

ALIKE = 0.8
"""Another day holds the like of an event if its strength reaches this share of it at that time of day."""

WEEK = 7
"""Days of which a share is taken at least: with fewer, one day alike says little."""


@dataclass(frozen=True)
class Departure:
    """Finds where a series departs from what it usually does.

    Four tracks are judged apart, each beyond what is usual within `jitter_min` of the same time of day and each
    against the series' own events (`Surprise`): the distance above or below the expected value, the jump away from
    the median of the `jump_min` before (sudden says more than slow), the `Novelty` of the hours around, and the
    `Rarity` of the steps around the expected value. Each counts for `reach_min` around it, and the strength is their
    weighted geometric mean: far, sudden, unlike other days and seldom at once. An event is where the strength exceeds
    `enter` and half of its peak; it loses by the share of other days that hold the like of it at that time, squared (a
    batch that runs on some days), which leaves nothing of what happens daily. The departure is what there lies farther
    out than `edge` of its largest distance, on the side where that is the more surprising, and where it stays so for
    longer than the surprise does, `until` says how long. Over `sustained_min` it is called sustained.
    """

    enter: float = 0.3
    jitter_min: float = 30
    jump_min: float = 30
    reach_min: float = 45
    edge: float = 0.3
    gap_min: float = 30
    sustained_min: float = 120
    novelty: Novelty = field(default_factory=Novelty)
    rarity: Rarity = field(default_factory=Rarity)
    surprise: Surprise = field(default_factory=lambda: Surprise(spare=1, own=0.8, floor=6.0, half=1.2, steepness=5.0))

    def __post_init__(self) -> None:
        positive(self, "enter", "jitter_min", "jump_min", "reach_min", "edge", "gap_min", "sustained_min")
        if self.edge >= 1:
            raise ValueError(f"edge: got {self.edge!r}, wants a share below 1")

    @property
    def name(self) -> str:
        """Name of the detector."""
        return "departure"

    def excess(self, series: pd.Series, band: Band) -> pd.Series:
        """Return how far each datapoint lies beyond what is usual near its time of day, in the metric's unit.

        Signed, 0 inside, NaN where there is no datapoint.
        """
        reach = robust.steps(robust.index_of(series), self.jitter_min)
        values, expected = robust.floats(series), robust.floats(band.expected)
        # Against the highest and the lowest that is expected nearby: a batch that the shape knows may be late, too.
        above = values - robust.rolling_max(expected, 2 * reach + 1)
        below = -values - robust.rolling_max(-expected, 2 * reach + 1)
        unusual = [_beyond(np.maximum(side, 0), band, reach) for side in (above, below)]
        return pd.Series(unusual[0] - unusual[1], series.index)

    def tracks(self, series: pd.Series, band: Band) -> pd.DataFrame:
        """Return the strength of each track (distance, jump, novelty, rarity); NaN: no datapoint or too short."""
        return pd.DataFrame(self._tracks(series, band, robust.floats(self.excess(series, band))), series.index)

    def statistic(self, series: pd.Series, band: Band) -> pd.Series:
        """Return the strength of a departure around each time: the weighted mean of the tracks, never NaN."""
        tracks = self._tracks(series, band, robust.floats(self.excess(series, band)))
        return pd.Series(self._strength(tracks, robust.index_of(series)), series.index)

    def detect(self, series: pd.Series, band: Band) -> tuple[Candidate, ...]:
        """Return the departures of a series, by time."""
        excess = robust.floats(self.excess(series, band))
        tracks = self._tracks(series, band, excess)
        strength = self._strength(tracks, robust.index_of(series))
        # As strength, so that in an event that goes both ways the rarer side counts, not the one with more room.
        away = tracks["distance"] * np.sign(excess)
        residual = robust.floats(series) - robust.floats(band.expected)
        size = np.nan_to_num(np.abs(away))
        bounds = {name: robust.floats(getattr(band, name)) for name in BOUNDS}
        found = []
        free, largest = 0, 0.0
        for first, last, peak in self._events(strength, band, robust.index_of(series)):
            rest = slice(max(first, free), last)
            if last <= free or np.isnan(residual[rest]).all():
                continue
            # What an event holds after a departure is the way back, unless it goes as far out again.
            if first < free and size[rest].max() < self.edge * largest:
                continue
            edges = self._edges(size, away, residual, (rest.start, last))
            free, largest = edges[2], float(size[edges[0] : edges[2]].max())
            found.append(self._candidate(series, residual, bounds, (*edges, peak)))
        return tuple(found)

    def _tracks(self, series: pd.Series, band: Band, excess: Floats) -> dict[str, Floats]:
        """Return the tracks of a series whose excess is known."""
        index = robust.index_of(series)
        reach = robust.steps(index, self.jitter_min)
        residual = robust.floats(series) - robust.floats(band.expected)
        rarity = self.rarity.distance(pd.Series(residual, index))
        novelty = self.novelty.distance(series)
        sizes = {
            # Each side against its own events: what often goes up (pushes) may still never go down.
            "distance": [np.maximum(excess, 0), np.maximum(-excess, 0)],
            "jump": [_beyond(self._jump(residual, index), band, reach)],
            "novelty": [_beyond(novelty, band, reach)],
            "rarity": [_beyond(rarity, band, reach)],
        }
        sigma, wild = band.sigma, robust.deviation(residual)
        rare = robust.deviation(rarity)
        # A root mean square over hours is about a third of the peak that it holds; rarity has no unit but its own.
        units = {"distance": (sigma, wild), "jump": (sigma, wild), "novelty": (sigma / 3, wild), "rarity": (rare, rare)}
        period_s = robust.period_of(index)
        return {
            name: np.maximum.reduce([self.surprise.strength(side, period_s, *units[name]) for side in sides])
            for name, sides in sizes.items()
        }

    def _jump(self, values: Floats, index: pd.DatetimeIndex) -> Floats:
        """Return how far each value lies from the median of those before it."""
        size = max(2, robust.steps(index, self.jump_min))
        before = robust.rolling_median(values, size, center=False, least=2)
        return np.asarray(np.abs(values - np.concatenate(([np.nan], before[:-1]))), dtype=np.float64)

    def _strength(self, tracks: Mapping[str, Floats], index: pd.DatetimeIndex) -> Floats:
        """Return the weighted geometric mean of the tracks, each at its largest near each time."""
        wide = 2 * robust.steps(index, self.reach_min) + 1
        known = {name: track for name, track in tracks.items() if not np.isnan(track).all()}
        if not known:
            return np.zeros(len(index))
        near = [np.nan_to_num(robust.rolling_max(track, wide)) for track in known.values()]
        logs = np.log(np.maximum(near, LEAST_TRACK))
        logs = np.where(logs > np.log(FULL), np.log(FULL) + (logs - np.log(FULL)) / 4, logs)
        return np.asarray(np.exp(np.average(logs, axis=0, weights=[WEIGHT[name] for name in known])), dtype=np.float64)

    def _events(self, strength: Floats, band: Band, index: pd.DatetimeIndex) -> list[tuple[int, int, float]]:
        """Return the slots `[first, last)` around each peak of the strength, and the peak as far as it is rare."""
        gap = robust.steps(index, self.gap_min)
        near = robust.rolling_max(strength, 2 * robust.steps(index, self.jitter_min) + 1)
        events = []
        for first, last in robust.joined(robust.runs(strength > self.enter), gap):
            inside = strength[first:last]
            high = inside >= max(inside.max() / 2, self.enter)
            for a, b in robust.joined(robust.runs(high), gap):
                at = first + a + int(inside[a:b].argmax())
                share = band.share_of_days(near >= ALIKE * strength[at], at, WEEK)
                events.append((first + a, first + b, float(strength[at]) * (1 - share) ** 2))
        return events

    def _edges(self, size: Floats, away: Floats, residual: Floats, slots: tuple[int, int]) -> tuple[int, int, int]:
        """Return the slots `[first, last)` of a departure and where it ends for good.

        Inside an event that is from the first to the last datapoint past the edge; its farthest datapoint alone where
        none lies beyond what is usual.
        """
        first, last = slots
        inside = size[first:last]
        if inside.max() == 0:
            at = first + int(np.nanargmax(np.abs(residual[first:last])))
            return at, at + 1, at + 1
        sign, edge = np.sign(away[first + int(inside.argmax())]), self.edge * inside.max()
        there = first + np.flatnonzero(away[first:last] * sign >= edge)
        after = int(there[-1])
        back = ~(away[after:] * sign >= edge)
        return int(there[0]), after + 1, after + int(back.argmax()) if back.any() else len(away)

    def _candidate(
        self, series: pd.Series, residual: Floats, bounds: Mapping[str, Floats], shown: tuple[int, int, int, float]
    ) -> Candidate:
        """Describe a departure by its farthest datapoint, and name it by its side and its length."""
        first, last, until, strength = shown
        at = first + int(np.nanargmax(np.abs(residual[first:until])))
        start, end = span(robust.index_of(series), first, last)
        over = span(robust.index_of(series), first, until)[1]
        minutes = (over - start).total_seconds() / 60
        high, low = ("sustained_high", "sustained_low") if minutes > self.sustained_min else ("spike", "dip")
        return Candidate(
            detector=self.name,
            view=high if residual[at] >= 0 else low,
            start=start,
            end=end,
            score=self.surprise.score(strength),
            direction=1 if residual[at] >= 0 else -1,
            evidence={
                "value": float(series.iloc[at]),
                **{name: float(bound[at]) for name, bound in bounds.items()},
                "minutes": minutes,
            },
            until=over if over > end else None,
        )


def _beyond(size: Floats, band: Band, reach: int) -> Floats:
    """Return what of a size (0 or more) goes beyond what is usual near its time of day; NaN stays."""
    return np.asarray(np.maximum(size - band.usual_near(size, reach), 0), dtype=np.float64)
