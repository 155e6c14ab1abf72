"""The state of each of the shop's alarms in each minute, by a plain loop over its own minute values.

It follows CloudWatch's rules as documented, in simple form, and shares no code with what replays alarms. An alarm is
evaluated every minute over a sliding window; no alarm of the shop keeps its state over missing data, so that a state
depends on the last minutes alone and any window can be asked for (https://docs.aws.amazon.com/AmazonCloudWatch/latest/
monitoring/alarms-and-missing-data.html).
"""

from functools import lru_cache
from typing import Final

import numpy as np

from sre_lib.demo.alarms.catalogue import EDITED, METRIC_ALARMS, ShopAlarm, ShopComposite, Watched
from sre_lib.demo.backend import Floats, Minutes
from sre_lib.demo.schedule import FIRST_MONDAY, WEEK, week_of
from sre_lib.demo.shop import Shop

OK: Final = "OK"
ALARM: Final = "ALARM"
INSUFFICIENT: Final = "INSUFFICIENT_DATA"
_WITHIN, _BREACHING, _NONE = 0, 1, 2
MORE_PERIODS = 2
"""So many periods more than N are looked at: AWS documents that it is more, not how many."""
LOOK_BACK = 30
"""Minutes before a week that the states of its first minutes depend on: five periods of five minutes, and more."""
_BY_NAME = {alarm.name: alarm for alarm in METRIC_ALARMS}


@lru_cache(maxsize=1024)
def states(seed: int, alarm: ShopAlarm | ShopComposite, week: int) -> tuple[str, ...]:
    """Return the state of an alarm after each minute of a week; of minutes before its creation, empty."""
    first = FIRST_MONDAY + week * WEEK
    if first + WEEK <= alarm.created:
        return ("",) * WEEK
    if isinstance(alarm, ShopComposite):
        children = [states(seed, _BY_NAME[name], week) for name in alarm.of]
        found = [_all(of_minute) for of_minute in zip(*children, strict=True)]
    else:
        found = _evaluated(alarm, _codes(alarm, of_week(seed, alarm, week), first))
    since = alarm.created - first
    return (*("",) * since, INSUFFICIENT, *found[since + 1 :]) if since >= 0 else tuple(found)


@lru_cache(maxsize=256)
def of_week(seed: int, alarm: ShopAlarm, week: int) -> Floats:
    """Return the value of the period that ends with each minute of a week, and of `LOOK_BACK` minutes before it.

    NaN: no datapoint.
    """
    first = FIRST_MONDAY + week * WEEK
    found = [_statistic(seed, each, alarm.period, first - LOOK_BACK, first + WEEK) for each in alarm.metrics]
    with np.errstate(invalid="ignore", divide="ignore"):
        return found[0] if len(found) == 1 else found[0] / found[1] * 100


def periods(seed: int, alarm: ShopAlarm, minute: int) -> list[tuple[int, float]]:
    """Return the N periods that end with a minute, oldest first: their first minutes and values (NaN: no datapoint)."""
    week = week_of(minute)
    at = minute - (FIRST_MONDAY + week * WEEK) + LOOK_BACK
    backs = range((alarm.n - 1) * alarm.period, -1, -alarm.period)
    of_minutes = of_week(seed, alarm, week)
    return [(minute - back - alarm.period + 1, float(of_minutes[at - back])) for back in backs]


def threshold_of(alarm: ShopAlarm, minute: int) -> float:
    """Return the threshold that an alarm had in a minute."""
    return alarm.threshold if alarm.earlier is None or minute >= EDITED else alarm.earlier


@lru_cache(maxsize=4)
def _shop(seed: int) -> Shop:
    """Return the shop whose metrics are watched."""
    return Shop(seed)


def _statistic(seed: int, metric: Watched, period: int, start: int, end: int) -> Floats:
    """Return a statistic of the period that ends with each minute."""
    series = _shop(seed).series(metric.namespace, metric.name, frozenset(metric.dimensions))
    if series is None:
        return np.full(end - start, np.nan)
    if metric.statistic.startswith("p"):
        found = series.percentile(float(metric.statistic[1:]) / 100, start, end, 1)
        return np.full(end - start, np.nan) if found is None else found
    return _rolled(series.minutes(start - period + 1, end), metric.statistic, period)


def _rolled(minutes: Minutes, statistic: str, period: int) -> Floats:
    """Return a statistic of each run of `period` minutes."""

    def runs(array: Floats) -> Floats:
        return np.lib.stride_tricks.sliding_window_view(array, period)

    if statistic == "Minimum":
        return np.asarray(np.fmin.reduce(runs(minutes.minimum), axis=1))
    if statistic == "Maximum":
        return np.asarray(np.fmax.reduce(runs(minutes.maximum), axis=1))
    count = np.nansum(runs(minutes.samples), axis=1)
    total = np.where(count > 0, np.nansum(runs(minutes.total), axis=1), np.nan)
    return total if statistic == "Sum" else total / np.where(count > 0, count, 1)


def _codes(alarm: ShopAlarm, of_minutes: Floats, first: int) -> bytes:
    """Return for each minute, from `LOOK_BACK` before `first` on, whether its period breaches, or has no datapoint."""
    minutes = np.arange(first - LOOK_BACK, first - LOOK_BACK + of_minutes.size)
    threshold = np.where(minutes >= EDITED, threshold_of(alarm, EDITED), threshold_of(alarm, EDITED - 1))
    compare = {">": np.greater, ">=": np.greater_equal, "<": np.less, "<=": np.less_equal}[alarm.operator]
    codes = np.where(np.isnan(of_minutes), _NONE, np.where(compare(of_minutes, threshold), _BREACHING, _WITHIN))
    return codes.astype(np.uint8).tobytes()


def _evaluated(alarm: ShopAlarm, codes: bytes) -> list[str]:
    """Return the state after each minute behind the look back."""
    reach = (alarm.n + MORE_PERIODS - 1) * alarm.period
    known: dict[bytes, str] = {}
    found = []
    for at in range(LOOK_BACK, len(codes)):
        window = codes[at - reach : at + 1 : alarm.period]
        if window not in known:
            known[window] = _judged(window, alarm)
        found.append(known[window])
    return found


def _judged(window: bytes, alarm: ShopAlarm) -> str:
    """Return the state that the periods of an evaluation range, oldest first, lead to."""
    there = [code for code in window if code != _NONE]
    if len(there) >= alarm.n:
        return ALARM if sum(there[-alarm.n :]) >= alarm.m else OK
    if alarm.missing == "notBreaching" or _WITHIN in there:
        return ALARM if sum(there) >= alarm.m else OK
    if not there:
        return INSUFFICIENT
    age = len(window) - window.index(_BREACHING)
    return ALARM if age >= alarm.m else INSUFFICIENT


def _all(of_children: tuple[str, ...]) -> str:
    """Return the state of a composite that wants all of its children in ALARM."""
    return ALARM if of_children.count(ALARM) == len(of_children) else OK
