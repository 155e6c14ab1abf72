"""What lasts, measured again: the slope of a growth, the level after a shift."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from sre_lib.analyse import robust
from sre_lib.analyse.detectors.growth import Growth
from sre_lib.analyse.remeasure_look import AWAY_DAYS, Look, compared
from sre_lib.analyse.robust import Floats
from sre_lib.earlier import Remeasured

LEAST_DAYS = 4
"""Daily floors that a slope wants, as the detector does."""

RESTART_DAYS = 2
"""Days of growth that a restart takes back at least, and half of the range: less is how floors scatter."""

GONE_SHARE = 0.1
"""Share of then's slope under which it no longer grows."""

BACK_SHARE = 0.25
"""Share of then's change under which a level is back, not only better."""

SETTLED = timedelta(hours=24)
"""How long a level has to be back to be called so: a night is not enough."""

GRAIN_MIN, SMOOTH_H = 15.0, 6


@dataclass(frozen=True)
class _Slope:
    """Slope a day of daily floors with its 95 % interval, signed towards where it grew."""

    slope: float
    low: float
    high: float


def growth(look: Look) -> Remeasured:
    """Measure the slope of the daily floors (ceilings) since the last restart, of this week's days at most.

    Fewer than four days since a restart cannot tell: what leaks is small on its first days.
    """
    sign = 1 if look.evidence["slope_per_day"] > 0 else -1
    floors = _floors(look, sign)
    restart, rest = _since_restart(floors, sign, look)
    week = rest[rest.index > look.week.start].dropna()
    if len(week) < LEAST_DAYS:
        reason = "too_few_days" if restart and restart > look.week.start else "too_little_data"
        return Remeasured("cannot_tell", since=restart, reason=reason)
    slope = _slope(week, sign)
    now = {"slope_per_day": sign * slope.slope, "slope_low": min(sign * slope.low, sign * slope.high),
           "slope_high": max(sign * slope.low, sign * slope.high), "value": float(week.iloc[-1])}  # fmt: skip
    if not _grows(slope, look):
        return Remeasured("gone", dict(look.evidence), now, _stopped(rest, restart, sign, look))
    if _paused(floors, sign, look):
        return Remeasured("again", dict(look.evidence), now)
    return Remeasured(compared(slope.slope / abs(look.evidence["slope_per_day"])), dict(look.evidence), now)


def weekly_floor(look: Look) -> Remeasured:
    """Measure the lowest hour of this week against that of then, as a slope a day over the weeks between."""
    hourly = robust.block_median(
        robust.floats(look.between(look.week.start, look.week.end)), robust.steps(robust.index_of(look.series), 60)
    )
    days = (look.week.end - look.then.end) / timedelta(days=1)
    then = look.evidence["slope_per_day"]
    if then == 0 or days <= 0 or np.isnan(hourly).all():
        return Remeasured("cannot_tell", reason="nothing_to_compare")
    lowest = float(np.nanmin(hourly))
    slope = (lowest - look.evidence["value"]) / days
    now = {"slope_per_day": slope, "value": lowest}
    if slope / then < GONE_SHARE:
        return Remeasured("gone", dict(look.evidence), now, look.earlier.end)
    return Remeasured(compared(slope / then), dict(look.evidence), now)


def level_shift(look: Look) -> Remeasured:
    """Measure the level, freed of the daily or weekly shape, against that before and after the shift."""
    before, after = look.evidence["before"], look.evidence["after"]
    if after == before:
        return Remeasured("cannot_tell", reason="nothing_to_compare")
    level = _level(look)
    share = (level - before) / (after - before)
    runs = _runs(robust.floats(share) >= 0.5)
    first, last, beyond = runs[-1]
    length = level.index[last - 1] - level.index[first] + timedelta(minutes=GRAIN_MIN)
    if not beyond and length < SETTLED and len(runs) > 1:
        first, last, beyond = runs[-2]
    here = level.iloc[first:last]
    week = here[here.index >= look.week.start]
    value = float((week if len(week) else here).median())
    now = {"after": value, "share": (value - before) / (after - before)}
    then = dict(look.evidence)
    if not beyond and now["share"] <= BACK_SHARE:
        return Remeasured("gone", then, now, max(here.index[0].to_pydatetime(), look.earlier.start))
    away = [end - start for start, end, there in runs[: runs.index((first, last, beyond))] if not there]
    if beyond and any(each * GRAIN_MIN >= AWAY_DAYS * 24 * 60 for each in away):
        return Remeasured("again", then, now)
    return Remeasured("better" if not beyond else compared(now["share"]), then, now)


def _floors(look: Look, sign: int) -> pd.Series:
    """Return the daily floors from the start of the growth to the end of the week."""
    days = max(7, -(-(look.week.end - look.earlier.start) // timedelta(days=1)))
    return Growth(side="up" if sign > 0 else "down", days=days).floors(look.series)


def _since_restart(floors: pd.Series, sign: int, look: Look) -> tuple[datetime | None, pd.Series]:
    """Return when the floors last fell, as after a restart (None: never), and those from then on."""
    level = sign * floors.ffill().to_numpy(dtype=np.float64)
    extent = float(np.nanmax(level) - np.nanmin(level)) if np.isfinite(level).any() else 0.0
    least = max(RESTART_DAYS * abs(look.evidence["slope_per_day"]), 0.5 * extent, look.min_effect)
    falls = np.flatnonzero(-np.diff(level) > least)
    if not len(falls):
        return None, floors
    return floors.index[falls[-1]].to_pydatetime(), floors.iloc[falls[-1] + 1 :]


def _slope(floors: pd.Series, sign: int) -> _Slope:
    """Return the Theil-Sen slope of floors without gaps, with its 95 % interval (Sen 1968; scipy)."""
    level = sign * floors.to_numpy(dtype=np.float64)
    age = np.asarray((floors.index - floors.index[0]) / timedelta(days=1), dtype=np.float64)
    slope, _, low, high = (float(each) for each in stats.theilslopes(level, age, alpha=0.95))
    return _Slope(slope, low, high)


def _grows(slope: _Slope, look: Look) -> bool:
    """Tell whether a slope is growth that is worth a word: certain, and not a small rest of what it was."""
    return slope.low > 0 and slope.slope >= GONE_SHARE * abs(look.evidence["slope_per_day"])


def _stopped(rest: pd.Series, restart: datetime | None, sign: int, look: Look) -> datetime | None:
    """Return when the growth ended: at the restart, else on the first day from which on the floors do not grow."""
    if restart:
        return restart
    floors = rest.dropna()
    starts = range(len(floors) - LEAST_DAYS + 1)
    least = GONE_SHARE * abs(look.evidence["slope_per_day"])
    flat = next((at for at in starts if _slope(floors.iloc[at:], sign).slope < least), None)
    # The meeting saw it grow to its end: a line that is flat from an earlier day on only scatters.
    return None if flat is None else max(floors.index[flat].to_pydatetime(), look.earlier.end)


def _paused(floors: pd.Series, sign: int, look: Look) -> bool:
    """Tell whether there was a week without growth between then and the last week."""
    between = floors[(floors.index > look.earlier.end) & (floors.index <= look.week.end)]
    windows = [between.iloc[at : at + AWAY_DAYS].dropna() for at in range(len(between) - AWAY_DAYS + 1)]
    return any(
        len(each) >= LEAST_DAYS and _since_restart(each, sign, look)[0] is None and not _grows(_slope(each, sign), look)
        for each in windows
    )


def _level(look: Look) -> pd.Series:
    """Return the level every 15 minutes from the shift on: what the shape leaves, as the median of six hours."""
    index = robust.index_of(look.series)
    grain = robust.steps(index, GRAIN_MIN)
    plain: Floats = robust.floats(look.series) - robust.floats(look.band.shape)
    smooth = robust.rolling_median(robust.block_median(plain, grain), round(SMOOTH_H * 60 / GRAIN_MIN))
    level = pd.Series(smooth, index[::grain])
    return level[level.index >= look.earlier.start].dropna()


def _runs(mask: npt.NDArray[np.bool_]) -> list[tuple[int, int, bool]]:
    """Return `[first, last)` of every run of one value, and the value."""
    edges = [0, *(np.flatnonzero(np.diff(mask.astype(np.int8))) + 1).tolist(), len(mask)]
    return [(first, last, bool(mask[first])) for first, last in pairwise(edges)]
