"""Why an alarm of the shop changed its state, in the words and the JSON of CloudWatch."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import numpy as np

from sre_lib.demo.alarms.catalogue import ShopAlarm, ShopComposite
from sre_lib.demo.alarms.definitions import arn, statistic_of
from sre_lib.demo.alarms.states import ALARM, INSUFFICIENT, periods, threshold_of
from sre_lib.demo.schedule import as_time

UNCHECKED = "Unchecked: Initial alarm creation"
_WORDS = {
    ">": ("greater than", "not greater than"),
    ">=": ("greater than or equal to", "not greater than or equal to"),
    "<": ("less than", "not less than"),
    "<=": ("less than or equal to", "not less than or equal to"),
}


class Change(NamedTuple):
    """An alarm's state changed behind a minute (since the epoch); it was evaluated `at` (seconds since the epoch)."""

    minute: int
    at: float
    old: str
    new: str


Periods = Sequence[tuple[int, float]]
"""First minute and value of some periods, oldest first; NaN: no datapoint."""


def stamp(seconds: float) -> str:
    """Return a time as the JSON in an alarm's history writes it."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"


def reason(seed: int, alarm: ShopAlarm | ShopComposite, change: Change) -> tuple[str, dict[str, Any]]:
    """Return the sentence and the data of a change of an alarm's state."""
    if isinstance(alarm, ShopComposite):
        return _of_composite(alarm, change)
    looked_at, threshold = periods(seed, alarm, change.minute), threshold_of(alarm, change.minute)
    return _sentence(alarm, looked_at, threshold, change), _data(alarm, looked_at, threshold, change.at)


def _sentence(alarm: ShopAlarm, looked_at: Periods, threshold: float, change: Change) -> str:
    """Return the sentence."""
    points = [(start, value) for start, value in looked_at if not np.isnan(value)]
    if change.new == INSUFFICIENT:
        count = alarm.n - len(points)
        return f"Insufficient Data: {count} datapoint{'s were' if count > 1 else ' was'} unknown."
    if not points:
        return (
            f"Threshold Crossed: no datapoints were received for {alarm.n} period{'s' if alarm.n > 1 else ''} "
            f"and {alarm.n} missing datapoint{'s were' if alarm.n > 1 else ' was'} treated as [NonBreaching]."
        )
    breaching, within = _WORDS[alarm.operator]
    shown = ", ".join(f"{value} ({as_time(start):%d/%m/%y %H:%M}:00)" for start, value in reversed(points))
    least = alarm.m if change.new == ALARM else alarm.n - alarm.m + 1
    was = "was" if len(points) == 1 else "were"
    return (
        f"Threshold Crossed: {len(points)} out of the last {alarm.n} datapoints [{shown}] {was} "
        f"{breaching if change.new == ALARM else within} the threshold ({float(threshold)}) "
        f"(minimum {least} datapoint{'s' if least > 1 else ''} for {change.old} -> {change.new} transition)."
    )


def _data(alarm: ShopAlarm, looked_at: Periods, threshold: float, at: float) -> dict[str, Any]:
    """Return the data: what was looked at."""
    single = statistic_of(alarm.metrics[0]) if len(alarm.metrics) == 1 else {}
    evaluated = [
        {"timestamp": stamp(start * 60)} | ({} if np.isnan(value) else {"value": value})
        for start, value in reversed(looked_at)
    ]
    return {
        "version": "1.0",
        "queryDate": stamp(at),
        "startDate": stamp(looked_at[0][0] * 60),
        **{name[0].lower() + name[1:]: value for name, value in single.items()},
        "period": alarm.period * 60,
        "recentDatapoints": [value for _, value in looked_at if not np.isnan(value)],
        "threshold": float(threshold),
        "evaluatedDatapoints": evaluated,
    }


def _of_composite(alarm: ShopComposite, change: Change) -> tuple[str, dict[str, Any]]:
    """Return the same of a composite alarm."""
    child, when = arn(alarm.of[-1]), datetime.fromtimestamp(change.at, UTC)
    said = f"{child} transitioned to {change.new} at {when:%A %d %B, %Y %H:%M:%S} UTC"
    state = {"value": change.new, "timestamp": stamp(change.at)}
    return said, {"triggeringAlarms": [{"arn": child, "state": state}]}
