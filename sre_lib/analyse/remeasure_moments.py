"""What happens at a time of day, measured again: departures from the usual, and stays at the limit."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from sre_lib.analyse import robust
from sre_lib.analyse.detectors.saturation import Saturation
from sre_lib.analyse.remeasure_look import AWAY_DAYS, Look, compared, midnight
from sre_lib.earlier import Outcome, Remeasured

AROUND = timedelta(minutes=60)
"""The same time of day is from so much before to so much after."""

ALL_DAY = timedelta(hours=20)
"""What lasted as long has no time of day: whole days are compared."""

AGAIN_SHARE = 0.5
"""Share of then's distance from the expected value from which it is the same thing again."""

ABSORBED = timedelta(hours=2)
"""What happens every night is expected sooner or later. Then the expected value of then counts, which holds for as
long as this: over more hours the time of day moves it."""

LEAST_MIN = 30.0
"""Minutes at the limit that make a day with a stay there (as `Saturation.least_min`)."""


class Day(NamedTuple):
    """One local day: whether it was there again (None: too few datapoints), when, how far, which value and usual."""

    day: date
    there: bool | None
    end: datetime
    size: float
    value: float
    expected: float


def departure(look: Look) -> Remeasured:
    """Measure a departure at its time of day: its farthest value against what is expected, each day since."""
    then = _then(look)
    if then is None:
        return Remeasured("cannot_tell", reason="nothing_to_compare")
    value, expected = then["value"], then["expected"]
    found = [_day(look, each, value, expected) for each in look.days(look.earlier.start)]
    week = [each for each in found if each.day >= look.first_day and each.there is not None]
    if not week:
        return Remeasured("cannot_tell", reason="no_data_then")
    top = max(week, key=lambda each: (bool(each.there), each.size))
    outcome, since = became(found, look, top.size / abs(value - expected))
    now = {"value": top.value, "expected": top.expected, **_counts(week)}
    return Remeasured(outcome, then, now, since)


def saturation(look: Look) -> Remeasured:
    """Measure the minutes at the limit in the whole week, and on how many days."""
    limit = look.evidence["limit"]
    side = look.direction or (1 if limit > robust.median(robust.floats(look.series)) else -1)
    threshold = Saturation(limit=limit, side="up" if side > 0 else "down").threshold(look.series)
    found = [_full_day(look, each, side, threshold) for each in look.days(look.earlier.start)]
    week = [each for each in found if each.day >= look.first_day and each.there is not None]
    if not week:
        return Remeasured("cannot_tell", reason="no_data")
    minutes = sum(each.size for each in week)
    before = _minutes(look.between(look.then.start, look.then.end), side, threshold)
    then = max(before, look.evidence["minutes"])
    outcome, since = became(found, look, minutes / then)
    top = max(week, key=lambda each: side * each.value)
    now = {"minutes": minutes, "maximum": top.value, "limit": limit, **_counts(week)}
    return Remeasured(outcome, {**look.evidence, "minutes": then}, now, since)


def became(found: list[Day], look: Look, ratio: float) -> tuple[Outcome, datetime | None]:
    """Return the outcome over the days since, and since when it is gone (None: it is not)."""
    seen = [each for each in found if each.there is not None]
    hits = [at for at, each in enumerate(seen) if each.there]
    first = next((at for at, each in enumerate(seen) if each.day >= look.first_day), len(seen))
    here, before = [at for at in hits if at >= first], [at for at in hits if at < first]
    pauses = [later - at - 1 for at, later in zip(hits, hits[1:], strict=False)]
    if not here:
        return "gone", seen[before[-1]].end if before else look.earlier.end
    # A pause longer than any before it: what came every night and now stays away is gone, a Tuesday's job is not.
    if len(hits) > 1 and len(seen) - 1 - hits[-1] > max(2, *pauses):
        return "gone", seen[hits[-1]].end
    last = before[-1] if before else -1
    if here[0] - last - 1 >= AWAY_DAYS:
        return "again", None
    return compared(ratio), None


def window(look: Look, day: date) -> tuple[datetime, datetime]:
    """Return the finding's time of day on a local day, with an hour around it; the whole day for what lasted long."""
    zone = ZoneInfo(look.week.timezone)
    length = look.earlier.end - look.earlier.start
    if length >= ALL_DAY:
        return midnight(day, zone), midnight(day + timedelta(days=1), zone)
    at = _at(look, day)
    return at - AROUND, at + length + AROUND


def _at(look: Look, day: date) -> datetime:
    """Return the finding's start moved to a local day, in UTC steps from there on."""
    zone = ZoneInfo(look.week.timezone)
    clock: time = look.earlier.start.astimezone(zone).time()
    return datetime.combine(day, clock, zone).astimezone(look.week.start.tzinfo)


def _then(look: Look) -> Mapping[str, float] | None:
    """Return value and expected value of then: the meeting's numbers, else those measured in the history."""
    value, expected = look.evidence.get("value"), look.evidence.get("expected")
    if value is None or expected is None:
        values = look.between(look.earlier.start, look.earlier.end).dropna()
        if values.empty:
            return None
        usual = look.band.expected.reindex(values.index)
        away = (values - usual) * look.direction if look.direction else (values - usual).abs()
        at = away.idxmax()
        value, expected = float(values[at]), float(usual[at])
    # Against the finding's own direction nothing can be the same again.
    same_side = (value - expected) * (look.direction or 1) > 0 or not look.direction
    return {**look.evidence, "value": value, "expected": expected} if same_side and value != expected else None


def _day(look: Look, day: date, value: float, expected: float) -> Day:
    """Measure one day at the time of day."""
    start, end = window(look, day)
    side = 1 if value > expected else -1
    values = look.between(start, end)
    usual = _usual(look, values.index, day, side, (value + expected) / 2, expected)
    away = robust.floats(side * (values - usual["expected"]))
    if not len(away) or np.isnan(away).all():
        return Day(day, None, end, float("nan"), float("nan"), float("nan"))
    beyond = robust.floats(side * (values - usual["edge"])) > 0
    again = beyond & (away >= AGAIN_SHARE * abs(value - expected))
    at = int(np.nanargmax(np.where(again, away, -np.inf) if again.any() else away))
    known = bool(again.any()) or float(np.mean(~np.isnan(away))) >= AGAIN_SHARE
    last = values.index[np.flatnonzero(again)[-1]].to_pydatetime() if again.any() else end
    there = bool(again.any()) if known else None
    return Day(day, there, last, float(away[at]), float(values.iloc[at]), float(usual["expected"].iloc[at]))


def _usual(look: Look, index: pd.Index, day: date, side: int, halfway: float, expected: float) -> pd.DataFrame:
    """Return what is expected at some times and the edge of the band there; of then where it is the finding itself."""
    bound = look.band.upper if side > 0 else look.band.lower
    usual = pd.DataFrame({"expected": look.band.expected.reindex(index), "edge": bound.reindex(index)})
    length = look.earlier.end - look.earlier.start
    if length <= ABSORBED:
        at = _at(look, day)
        inside = (index >= at) & (index < at + length)
        absorbed = inside & (side * (usual["expected"].to_numpy() - halfway) > 0)
        usual.loc[absorbed] = expected
    return usual


def _full_day(look: Look, day: date, side: int, threshold: float) -> Day:
    """Measure one day's minutes at the limit."""
    zone = ZoneInfo(look.week.timezone)
    start, end = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    values = look.between(start, end)
    there = values.dropna()
    if there.empty:
        return Day(day, None, end, 0.0, float("nan"), limit_of(look))
    full = there[side * (there - threshold) >= 0]
    minutes = _minutes(values, side, threshold)
    hit = minutes >= LEAST_MIN
    known = hit or len(there) >= AGAIN_SHARE * len(values)
    last = full.index[-1].to_pydatetime() if hit else end
    value = float(there.max() if side > 0 else there.min())
    return Day(day, hit if known else None, last, minutes, value, limit_of(look))


def limit_of(look: Look) -> float:
    """Return the limit that holds now."""
    return look.evidence["limit"]


def _minutes(values: pd.Series, side: int, threshold: float) -> float:
    """Return the minutes at the limit."""
    if len(values) < 2:
        return 0.0
    step = (values.index[1] - values.index[0]) / timedelta(minutes=1)
    return float(np.count_nonzero(side * (robust.floats(values) - threshold) >= 0) * step)


def _counts(week: list[Day]) -> dict[str, float]:
    """Return on how many days it was there, and on how many it could be seen."""
    return {"days": float(sum(bool(each.there) for each in week)), "of_days": float(len(week))}
