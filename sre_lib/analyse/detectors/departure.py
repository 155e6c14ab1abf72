"""Datapoints outside the band: spikes, dips, and hours that stay high or low."""

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import pandas as pd

from sre_lib.analyse import robust
from sre_lib.analyse.baseline import Band
from sre_lib.analyse.detectors.candidate import Candidate, positive, span
from sre_lib.analyse.detectors.surprise import Surprise
from sre_lib.analyse.robust import Floats


@dataclass(frozen=True)
class Departure:
    """Finds where a series departs from its band.

    The statistic is the distance from the expected value in robust standard deviations, averaged over `smooth_min`.
    An interval begins where it exceeds `enter` and reaches as far as it exceeds `leave`; intervals less than `gap_min`
    apart are one. Over `sustained_min` it is called sustained.
    """

    enter: float = 4.0
    leave: float = 2.0
    smooth_min: float = 15
    gap_min: float = 30
    sustained_min: float = 120
    surprise: Surprise = field(default_factory=Surprise)

    def __post_init__(self) -> None:
        positive(self, "enter", "leave", "smooth_min", "gap_min", "sustained_min")
        if self.leave > self.enter:
            raise ValueError(f"leave: got {self.leave!r}, wants at most enter, which is {self.enter!r}")

    @property
    def name(self) -> str:
        """Name of the detector."""
        return "departure"

    def statistic(self, series: pd.Series, band: Band) -> pd.Series:
        """Return the signed distance from the expectation in robust standard deviations (NaN: no datapoint)."""
        residual = robust.floats(series) - robust.floats(band.expected)
        scale = robust.floats(band.scale)
        distance = np.divide(residual, scale, out=np.zeros(len(residual)), where=scale > 0)
        smooth = robust.rolling_mean(distance, robust.steps(robust.index_of(series), self.smooth_min))
        return pd.Series(np.where(np.isnan(residual), np.nan, smooth), series.index)

    def detect(self, series: pd.Series, band: Band) -> tuple[Candidate, ...]:
        """Return the departures of a series from its band, by time."""
        index = robust.index_of(series)
        distance = robust.floats(self.statistic(series, band))
        usual = self.surprise.usual(np.abs(distance), robust.period_of(index))
        found = []
        for sign in (1, -1):
            for first, last in self._intervals(sign * distance, index):
                peak = float(np.nanmax(sign * distance[first:last]))
                cut = slice(first, last)
                evidence = _evidence(
                    series.iloc[cut], band.expected.iloc[cut], band.lower.iloc[cut], band.upper.iloc[cut]
                )
                found.append(
                    self._candidate(span(index, first, last), sign, self.surprise.score(peak, usual), evidence)
                )
        return tuple(sorted(found, key=lambda each: (each.start, each.direction)))

    def _intervals(self, distance: Floats, index: pd.DatetimeIndex) -> list[tuple[int, int]]:
        """Return the slots `[first, last)` of each interval that leaves the band on one side."""
        outside = [pair for pair in robust.runs(distance > self.leave) if distance[slice(*pair)].max() > self.enter]
        return robust.joined(outside, robust.steps(index, self.gap_min))

    def _candidate(
        self, when: tuple[datetime, datetime], sign: int, score: float, evidence: dict[str, float]
    ) -> Candidate:
        """Name an interval by its side and its length."""
        minutes = (when[1] - when[0]).total_seconds() / 60
        high, low = ("sustained_high", "sustained_low") if minutes > self.sustained_min else ("spike", "dip")
        return Candidate(
            detector=self.name,
            view=high if sign > 0 else low,
            start=when[0],
            end=when[1],
            score=score,
            direction=sign,
            evidence={**evidence, "minutes": minutes},
        )


def _evidence(values: pd.Series, expected: pd.Series, lower: pd.Series, upper: pd.Series) -> dict[str, float]:
    """Return the datapoint that lies farthest from what was expected there, with its band."""
    at = int(np.nanargmax(np.abs(robust.floats(values) - robust.floats(expected))))
    named = {"value": values, "expected": expected, "lower": lower, "upper": upper}
    return {name: float(series.iloc[at]) for name, series in named.items()}
