"""What happens at a time of day, measured again: departures from the usual, and stays at the limit."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from sre_lib.analyse import robust
from sre_lib.analyse.detectors.plateau import Plateau
from sre_lib.analyse.detectors.saturation import Saturation
from sre_lib.analyse.remeasure_days import AROUND, Day, became, counts, start_on, this_week, window
from sre_lib.analyse.remeasure_look import Look, midnight
from sre_lib.earlier import Remeasured

AGAIN_SHARE = 0.5
"""Share of then's distance from the expected value from which it is the same thing again."""

SEEN_SHARE = 0.5
"""Share of datapoints without which a day where nothing is seen says nothing."""

ABSORBED = timedelta(hours=2)
"""What happens every night is expected sooner or later; then the expected value of then counts. That one holds for as
long as this: over more hours the time of day moves it."""

LEAST_MIN = 30.0
"""Minutes at the limit that make a day with a stay there (as `Saturation.least_min`)."""


class Then(NamedTuple):
    """Farthest value of then and what was expected there."""

    value: float
    expected: float

    @property
    def side(self) -> int:
        """Return +1 where it went up, else -1."""
        return 1 if self.value > self.expected else -1

    @property
    def size(self) -> float:
        """Return how far it was from what was expected."""
        return abs(self.value - self.expected)


def departure(look: Look) -> Remeasured:
    """Measure a departure at its time of day: its farthest value against what is expected, on each day since."""
    return _over_days(look, _day)


def highest(look: Look) -> Remeasured:
    """Measure the highest value of each day, at whatever time, against what the peaks were before and then."""
    return _over_days(look, _top)


def middle(look: Look) -> Remeasured:
    """Measure the median of each whole day against that of then and what is expected."""
    return _over_days(look, _middle)


def _over_days(look: Look, measure: Callable[[Look, date, Then], Day]) -> Remeasured:
    """Measure each day since, and say what became of it."""
    then = _then(look)
    if then is None:
        return Remeasured("cannot_tell", reason="nothing_to_compare")
    found = [measure(look, each, then) for each in look.days(look.earlier.start)]
    week = this_week(found, look)
    if not week:
        return Remeasured("cannot_tell", reason="no_data_then")
    top = max(week, key=lambda each: (bool(each.there), each.size))
    outcome, since = became(found, look, top.size / then.size)
    now = {"value": top.value, "expected": top.expected, **counts(week)}
    return Remeasured(outcome, {**look.evidence, **then._asdict()}, now, since)


def saturation(look: Look) -> Remeasured:
    """Measure the minutes at the limit in the whole week, and on how many days."""
    limit = look.evidence["limit"]
    side = look.direction or (1 if limit > robust.median(robust.floats(look.series)) else -1)
    threshold = Saturation(limit=limit, side="up" if side > 0 else "down").threshold(look.series)
    if "latency_rise_percent" in look.evidence:
        threshold = Plateau().ceiling * limit
    found = [_full_day(look, each, side, threshold) for each in look.days(look.earlier.start)]
    week = this_week(found, look)
    if not week:
        return Remeasured("cannot_tell", reason="no_data")
    minutes = sum(each.size for each in week)
    before = _minutes(look.between(look.then.start, look.then.end), side, threshold)
    then = max(before, look.evidence["minutes"])
    outcome, since = became(found, look, minutes / then)
    farthest = max(week, key=lambda each: side * each.value)
    now = {"minutes": minutes, "maximum": farthest.value, "limit": limit, **counts(week)}
    return Remeasured(outcome, {**look.evidence, "minutes": then}, now, since)


def _top(look: Look, day: date, then: Then) -> Day:
    """Measure the farthest value of one day."""
    end, values = _whole(look, day)
    away = robust.floats(then.side * (values - then.expected))
    if not len(away) or np.isnan(away).all():
        return Day(day, None, end, float("nan"), float("nan"), then.expected)
    at = int(np.nanargmax(away))
    there = bool(away[at] >= AGAIN_SHARE * then.size)
    known = there or float(np.mean(~np.isnan(away))) >= SEEN_SHARE
    last = (values.index[at] + look.step).to_pydatetime() if there else end
    return Day(day, there if known else None, last, float(away[at]), float(values.iloc[at]), then.expected)


def _middle(look: Look, day: date, then: Then) -> Day:
    """Measure the middle of one day."""
    end, values = _whole(look, day)
    usual = robust.median(robust.floats(look.band.expected.reindex(values.index)))
    value = robust.median(robust.floats(values))
    away = then.side * (value - usual)
    if not len(values) or np.isnan(away) or values.notna().mean() < SEEN_SHARE:
        return Day(day, None, end, float("nan"), float("nan"), usual)
    return Day(day, bool(away >= AGAIN_SHARE * then.size), end, away, value, usual)


def _whole(look: Look, day: date) -> tuple[datetime, pd.Series]:
    """Return the end and the datapoints of one local day."""
    zone = ZoneInfo(look.week.timezone)
    start, end = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    return end, look.between(start, end)


def _then(look: Look) -> Then | None:
    """Return value and expected value of then: the meeting's numbers, else those measured in the history.

    None where neither says anything, or they go against the finding's own direction.
    """
    found = _seen(look.evidence) or _measured(look)
    if found is None or found.size == 0 or look.direction * found.side < 0:
        return None
    return found


def _seen(evidence: Mapping[str, float]) -> Then | None:
    """Return the meeting's numbers; None where it has none."""
    return Then(evidence["value"], evidence["expected"]) if {"value", "expected"} <= evidence.keys() else None


def _measured(look: Look) -> Then | None:
    """Return what the history holds of the finding's time; None where that is not kept any more."""
    values = look.between(look.earlier.start, look.earlier.end)
    away = robust.floats(values - look.band.expected.reindex(values.index))
    if not len(away) or np.isnan(away).all():
        return None
    at = int(np.nanargmax(look.direction * away if look.direction else np.abs(away)))
    value = float(values.iloc[at])
    return Then(value, value - float(away[at]))


def _day(look: Look, day: date, then: Then) -> Day:
    """Measure one day at the time of day."""
    start, end = window(look, day)
    values = look.between(start, end)
    usual = _usual(look, values.index, day, then)
    away = robust.floats(then.side * (values - usual["expected"]))
    if not len(away) or np.isnan(away).all():
        return Day(day, None, end, float("nan"), float("nan"), float("nan"))
    outside = robust.floats(then.side * (values - usual["edge"])) > 0
    again = outside & (away >= AGAIN_SHARE * then.size)
    there = bool(again.any())
    known = there or float(np.mean(~np.isnan(away))) >= SEEN_SHARE
    at = int(np.nanargmax(np.where(again, away, np.nan) if there else away))
    last = (values.index[np.flatnonzero(again)[-1]] + look.step).to_pydatetime() if there else end
    return Day(
        day, there if known else None, last, float(away[at]), float(values.iloc[at]), float(usual["expected"].iloc[at])
    )


def _usual(look: Look, index: pd.Index, day: date, then: Then) -> pd.DataFrame:
    """Return what is expected at some times and the edge of the band; that of then where it is the finding itself."""
    bound = look.band.upper if then.side > 0 else look.band.lower
    usual = pd.DataFrame({"expected": look.band.expected.reindex(index), "edge": bound.reindex(index)})
    length = look.earlier.end - look.earlier.start
    start = start_on(look, day)
    if length <= ABSORBED and _bump(look, day, then.side) >= AGAIN_SHARE * then.size:
        halfway = (then.value + then.expected) / 2
        beyond = then.side * (robust.floats(usual["expected"]) - halfway) > 0
        usual.loc[(index >= start) & (index < start + length) & beyond] = then.expected
    return usual


def _bump(look: Look, day: date, side: int) -> float:
    """Return how far the repeating shape stands out at the finding's time from the hour before and after."""
    start = start_on(look, day)
    end = start + (look.earlier.end - look.earlier.start)
    shape = look.band.shape
    around = shape[(shape.index >= start - AROUND) & (shape.index < end + AROUND)]
    inside = (around.index >= start) & (around.index < end)
    values = side * robust.floats(around)
    if not inside.any() or inside.all():
        return 0.0
    return float(values[inside].max() - np.median(values[~inside]))


def _full_day(look: Look, day: date, side: int, threshold: float) -> Day:
    """Measure one day's minutes at the limit."""
    end, values = _whole(look, day)
    limit = look.evidence["limit"]
    there = values.dropna()
    if there.empty:
        return Day(day, None, end, 0.0, float("nan"), limit)
    full = there[side * (there - threshold) >= 0]
    minutes = _minutes(values, side, threshold)
    hit = minutes >= LEAST_MIN
    known = hit or len(there) >= SEEN_SHARE * len(values)
    last = (full.index[-1] + look.step).to_pydatetime() if hit else end
    return Day(day, hit if known else None, last, minutes, float((side * there).max() * side), limit)


def _minutes(values: pd.Series, side: int, threshold: float) -> float:
    """Return the minutes at the limit."""
    if len(values) < 2:
        return 0.0
    period_s = robust.period_of(robust.index_of(values))
    return float(np.count_nonzero(side * (robust.floats(values) - threshold) >= 0) * period_s / 60)
