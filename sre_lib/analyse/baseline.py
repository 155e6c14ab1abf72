"""What a series is expected to be: a robust weekly or daily shape on a robust local level, with a band around it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from sre_lib.analyse import robust
from sre_lib.analyse.robust import Floats

Basis = Literal["hour_of_week", "hour_of_day", "local_level"]
DAY_S = 86_400


@dataclass(frozen=True)
class Band:
    """What is expected, and between which bounds; all four on the index of the series, NaN before any datapoint.

    `scale` is one robust standard deviation of the series around `expected`, never below the floor; `shape` the
    repeating part of `expected` (median 0). In the metric's unit. `time_of_day` is the slot of the local day of each
    time, and `slots` how many there are (1: too short a series to know its days).
    """

    expected: pd.Series
    lower: pd.Series
    upper: pd.Series
    scale: pd.Series
    shape: pd.Series
    basis: Basis
    time_of_day: npt.NDArray[np.intp]
    slots: int

    @cached_property
    def sigma(self) -> float:
        """The robust standard deviation of the series as a whole, in its unit; NaN without datapoints."""
        return robust.median(robust.floats(self.scale))

    def usual_near(self, size: Floats, reach: int) -> Floats:
        """Return what a quantity reaches within `reach` slots of this time of day on half of the days.

        A batch that starts now ten minutes earlier, now later, is usual all the same. Zeros where days are not known.
        """
        if self.slots == 1:
            return np.zeros(len(size))
        usual = _pooled(robust.rolling_max(size, 2 * reach + 1), self.time_of_day, self.slots, 0)[self.time_of_day]
        return np.asarray(np.where(np.isnan(usual), 0.0, usual), dtype=np.float64)

    def share_of_days(self, there: npt.NDArray[np.bool_], at: int, least_days: int) -> float:
        """Return on which share of the other days something is there at the time of day of one slot.

        A share of at least `least_days`. 0 where days are not known.
        """
        if self.slots == 1:
            return 0.0
        others = self.time_of_day == self.time_of_day[at]
        others[at] = False
        days = int(np.count_nonzero(others))
        return int(np.count_nonzero(there & others)) / max(days, least_days)


@dataclass(frozen=True)
class Baseline:
    """Settings of the expectation.

    The shape is the median of the same time of the week (with `weeks` of data), else of the day (with `days`), pooled
    over `jitter_min` minutes to both sides so that a batch that starts five minutes late stays inside the band. The
    level is the median over `level_hours` around each hour: it follows a lasting shift at once (a median keeps edges)
    and ignores what lasts less than half of that. `width` robust standard deviations make the band; `relative_floor`
    (of the level) and `range_floor` (of the central 98 % of the values) keep a flat series from shouting.
    """

    weeks: int = 3
    days: int = 3
    jitter_min: float = 15
    level_hours: int = 72
    width: float = 4.0
    relative_floor: float = 0.005
    range_floor: float = 0.01

    def __post_init__(self) -> None:
        for name in ("weeks", "days", "level_hours", "width", "relative_floor", "range_floor"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name}: got {getattr(self, name)!r}, wants a number above 0")
        if self.jitter_min < 0:
            raise ValueError(f"jitter_min: got {self.jitter_min!r}, wants 0 or more")

    def band(self, series: pd.Series, timezone: str = "UTC") -> Band:
        """Return the band of a series (float64, regular UTC index of at least two slots, NaN: no datapoint).

        `timezone` is where people live: the shape follows its days and weeks through daylight-saving changes.
        """
        index = pd.DatetimeIndex(series.index)
        values = robust.floats(series)
        basis = self.basis(values, robust.period_of(index))
        slots, count = _slots(index, basis, timezone)
        reach = 0 if count == 1 else min(robust.steps(index, self.jitter_min) if self.jitter_min else 0, count // 4)
        hour = robust.steps(index, 60)
        shape = np.zeros(len(values))
        if count > 1:
            # First over the minutes of each turn, then over the turns: an edge stays one although a turn lacks it.
            smooth = robust.rolling_median(values - self._level(values, hour), 2 * reach + 1)
            profile = _pooled(smooth, slots, count, 0)
            shape = (profile - robust.median(profile))[slots]
            shape = np.where(np.isnan(shape), 0.0, shape)
        expected = shape + self._level(values - shape, hour)
        day, days = (slots, count) if basis == "local_level" else _slots(index, "hour_of_day", timezone)
        scale = self._scale(values, values - expected, slots, count, hour)
        wide = max(1, 2 * reach + 1)
        return Band(
            expected=pd.Series(expected, index),
            lower=pd.Series(_extreme(expected, wide, "min") - self.width * scale, index),
            upper=pd.Series(_extreme(expected, wide, "max") + self.width * scale, index),
            scale=pd.Series(scale, index),
            shape=pd.Series(shape, index),
            basis=basis,
            time_of_day=day,
            slots=days,
        )

    def basis(self, values: Floats, period_s: float) -> Basis:
        """Return what the shape can rest on: whole weeks or days that the datapoints there amount to."""
        days = np.count_nonzero(~np.isnan(values)) * period_s / DAY_S
        if days >= 7 * self.weeks:
            return "hour_of_week"
        return "hour_of_day" if days >= self.days else "local_level"

    def _level(self, values: Floats, hour: int) -> Floats:
        """Return the rolling median of hourly medians, carried over gaps."""
        hourly = robust.rolling_median(robust.block_median(values, hour), self.level_hours)
        filled = pd.Series(hourly).ffill().bfill().to_numpy(dtype=np.float64)
        return np.asarray(np.repeat(filled, hour)[: len(values)], dtype=np.float64)

    def _scale(self, values: Floats, residual: Floats, slots: npt.NDArray[np.intp], count: int, hour: int) -> Floats:
        """Return the spread at each time of day or week, at least half of the whole spread and at least the floor."""
        low, high = _central(values)
        floor = max(self.relative_floor * abs(robust.median(values)), self.range_floor * (high - low))
        whole = robust.MAD_TO_SIGMA * robust.median(np.abs(residual))
        if count == 1:
            return np.full(len(values), max(whole, floor))
        there = robust.MAD_TO_SIGMA * _pooled(np.abs(residual), slots, count, hour)[slots]
        return np.maximum(np.where(np.isnan(there), whole, there), max(0.5 * whole, floor))


def _central(values: Floats) -> tuple[float, float]:
    """Return the bounds of the central 98 % of the values, or of all of them where those 98 % are one value."""
    there = values[~np.isnan(values)]
    if not there.size:
        return float("nan"), float("nan")
    low, high = np.quantile(there, (0.01, 0.99))
    return (float(low), float(high)) if high > low else (float(there.min()), float(there.max()))


def _slots(index: pd.DatetimeIndex, basis: Basis, timezone: str) -> tuple[npt.NDArray[np.intp], int]:
    """Return for each time its slot in the local day or week, and how many slots there are."""
    if basis == "local_level":
        return np.zeros(len(index), dtype=np.intp), 1
    period = robust.period_of(index)
    wall = _wall_clock(index, timezone)
    # 1970-01-05 was a Monday: weeks begin there.
    cycle = DAY_S if basis == "hour_of_day" else 7 * DAY_S
    return ((wall - 4 * DAY_S) % cycle // period).astype(np.intp), round(cycle / period)


def _wall_clock(index: pd.DatetimeIndex, timezone: str) -> npt.NDArray[np.int64]:
    """Return local time as seconds since 1970-01-01 00:00 local."""
    if timezone == "UTC":
        return index.as_unit("s").asi8
    # Offsets change at quarters of an hour only: it is enough to convert one time in each.
    seconds = index.as_unit("s").asi8
    each = seconds // 900
    first = np.concatenate(([True], np.diff(each) != 0))
    quarters, which = each[first], np.cumsum(first) - 1
    local = pd.to_datetime(quarters * 900, unit="s", utc=True).tz_convert(timezone).tz_localize(None).as_unit("s").asi8
    return np.asarray(local[which] + seconds % 900, dtype=np.int64)


def _pooled(values: Floats, slots: npt.NDArray[np.intp], count: int, reach: int) -> Floats:
    """Return the median of each slot over all its turns and its neighbours up to `reach` slots away."""
    if len(slots) % count == 0 and np.array_equal(
        slots.reshape(-1, count), np.broadcast_to(np.arange(count), (len(slots) // count, count))
    ):
        return robust.cyclic_median(values.reshape(-1, count), reach)
    turn = np.cumsum(np.concatenate(([0], np.diff(slots) < 0)))
    table = np.full((int(turn[-1]) + 1, count), np.nan)
    table[turn, slots] = values
    return robust.cyclic_median(table, reach)


def _extreme(values: Floats, size: int, side: Literal["min", "max"]) -> Floats:
    """Return the rolling minimum or maximum of `size` slots."""
    return -robust.rolling_max(-values, size) if side == "min" else robust.rolling_max(values, size)
