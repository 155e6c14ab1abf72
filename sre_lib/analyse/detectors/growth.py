"""Growth that does not come back down: a leak, a table that fills, a queue that is never emptied."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd
from scipy import stats

from sre_lib.analyse import robust
from sre_lib.analyse.baseline import Band
from sre_lib.analyse.detectors.candidate import Candidate, Side, positive
from sre_lib.analyse.robust import Floats


@dataclass(frozen=True)
class Growth:
    """Finds a level that creeps towards where it hurts until the end of the series.

    Looks at the daily floor (the `quantile` of each 24 h back from the end: the level that is left when the day's load
    has gone; for `side` "down" the daily ceiling) since the last restart (a fall by more than half of the range), at
    most `days` back and at least `least_days`, from the day on from which it looks most like a line. The slope is
    Theil-Sen's with its 95 % interval (Sen 1968; scipy). It is growth when the interval excludes 0, the rise is at
    least `enter` times the scatter of the floors around the line, no single day makes more than `step_share` of it
    (that is a level shift) and the last third is at least `flat_share` as steep as the whole (a cache that fills
    flattens).
    """

    side: Side = "up"
    limit: float | None = None
    days: int = 14
    least_days: int = 4
    quantile: float = 0.1
    enter: float = 6.0
    step_share: float = 0.5
    flat_share: float = 0.5

    def __post_init__(self) -> None:
        positive(self, "days", "least_days", "quantile", "enter", "step_share", "flat_share")
        if self.side not in {"up", "down"}:
            raise ValueError(f"side: got {self.side!r}, wants up or down")

    @property
    def name(self) -> str:
        """Name of the detector."""
        return "growth"

    def floors(self, series: pd.Series) -> pd.Series:
        """Return the daily floor (ceiling), indexed by the end of each day counted back from the end of the series.

        NaN where less than half of a day's datapoints are there.
        """
        index = robust.index_of(series)
        day = robust.steps(index, 24 * 60)
        rows = robust.blocks(robust.floats(series)[::-1], day)[: self.days][::-1]
        enough = np.mean(~np.isnan(rows), axis=1) >= 0.5
        level = np.full(len(rows), np.nan)
        wanted = self.quantile if self.side == "up" else 1 - self.quantile
        whole = ~np.isnan(rows).any(axis=1)
        holed = enough & ~whole
        level[whole] = np.quantile(rows[whole], wanted, axis=1)
        level[holed] = np.nanquantile(rows[holed], wanted, axis=1)
        end = index[-1] + (index[1] - index[0])
        return pd.Series(level, [end - timedelta(days=back) for back in range(len(rows) - 1, -1, -1)])

    def detect(self, series: pd.Series, band: Band) -> tuple[Candidate, ...]:
        """Return the growth that lasts until the end of the series, or nothing."""
        sign = 1 if self.side == "up" else -1
        floors = self._since_restart(self.floors(series), sign)
        scale = band.sigma
        lines = [self._line(floors.iloc[first:], sign, scale) for first in range(len(floors) - self.least_days + 1)]
        best = max((line for line in lines if line is not None), key=lambda line: line.size, default=None)
        if best is None or not self._grows(best):
            return ()
        _, _, *interval = (float(each) for each in stats.theilslopes(best.level, best.age, alpha=0.95))
        if not interval[0] > 0:
            return ()
        size = best.size / self.enter
        low, high = sorted(sign * each for each in interval)
        value, slope = float(best.floors.iloc[-1]), sign * best.slope
        return (
            Candidate(
                detector=self.name,
                view="growth",
                start=best.floors.index[0].to_pydatetime(),
                end=best.floors.index[-1].to_pydatetime(),
                score=size / (1 + size),
                direction=sign,
                evidence={
                    "slope_per_day": slope,
                    "slope_low": low,
                    "slope_high": high,
                    "value": value,
                    "from_value": float(best.floors.iloc[0]),
                    "days": float(best.age[-1]),
                    **self._to_limit(value, slope),
                },
            ),
        )

    def _line(self, floors: pd.Series, sign: int, scale: float) -> "_Line | None":
        """Return the line through daily floors; None where too many are missing."""
        values = robust.floats(floors)
        day = np.flatnonzero(~np.isnan(values))
        if len(day) < max(self.least_days, 0.7 * len(values)):
            return None
        level, age = sign * values[day], (day - day[0]).astype(np.float64)
        slope = _median_slope(level, age)
        # Not a robust spread: flat days before the growth began are to count against the line.
        scatter = max(robust.deviation(level - slope * age), scale / 2)
        size = slope * float(age[-1]) / scatter if scatter > 0 else 0.0
        return _Line(floors.iloc[day], level, age, slope, size)

    def _grows(self, line: "_Line") -> bool:
        """Tell whether a line is growth, if it is certain: large, steady, and not flattening."""
        level, age = line.level, line.age
        rise = line.slope * age[-1]
        third = max(2, len(level) // 3)
        recent = (level[-1] - level[-1 - third]) / (age[-1] - age[-1 - third])
        return bool(
            line.size >= self.enter
            and np.max(np.diff(level)) <= self.step_share * rise
            and recent >= self.flat_share * line.slope
        )

    def _since_restart(self, floors: pd.Series, sign: int) -> pd.Series:
        """Return the floors after the last fall by more than half of their range."""
        level = sign * floors.ffill().to_numpy(dtype=np.float64)
        extent = np.nanmax(level) - np.nanmin(level) if np.isfinite(level).any() else 0.0
        falls = np.flatnonzero(-np.diff(level) > 0.5 * extent)
        return floors.iloc[falls[-1] + 1 :] if len(falls) else floors

    def _to_limit(self, value: float, slope: float) -> dict[str, float]:
        """Return the limit and the days until the line reaches it, where a limit is known and ahead."""
        if self.limit is None:
            return {}
        days = (self.limit - value) / slope
        return {"limit": self.limit, "days_to_limit": days} if days >= 0 else {"limit": self.limit}


@dataclass(frozen=True)
class _Line:
    """A line through daily floors: level (upwards is towards where it hurts) by age in days, and its slope.

    `size`: the rise in units of the scatter around the line.
    """

    floors: pd.Series
    level: Floats
    age: Floats
    slope: float
    size: float


def _median_slope(level: Floats, age: Floats) -> float:
    """Return the median slope between any two: Theil-Sen's, without the interval that one line alone needs."""
    first, second = np.triu_indices(len(age), 1)
    return float(np.median((level[second] - level[first]) / (age[second] - age[first])))
