"""Why a replayed alarm changed its state, in CloudWatch's own manner of speaking."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from sre_lib.alarm import Alarm, Missing, Operator, State

_WORDS: Final[dict[Operator, str]] = {
    "GreaterThanOrEqualToThreshold": "greater than or equal to",
    "GreaterThanThreshold": "greater than",
    "LessThanThreshold": "less than",
    "LessThanOrEqualToThreshold": "less than or equal to",
    "LessThanLowerOrGreaterThanUpperThreshold": "outside",
    "LessThanLowerThreshold": "below",
    "GreaterThanUpperThreshold": "above",
}
_FILLED: Final = {"breaching": "Breaching", "notBreaching": "NonBreaching"}
MOST_POINTS = 5
"""Datapoints that a sentence names; the newest ones."""


class Looked(NamedTuple):
    """The periods of an evaluation range, oldest first: their starts (seconds since the epoch), values, which breach.

    NaN: no datapoint.
    """

    starts: Sequence[int]
    values: Sequence[float]
    breaching: Sequence[bool]
    missing: Missing


def reason(alarm: Alarm, looked: Looked, old: State, new: State) -> str:
    """Return why an alarm went from one state to another, as one sentence."""
    there = [
        (start, value, bad)
        for start, value, bad in zip(looked.starts, looked.values, looked.breaching, strict=True)
        if not math.isnan(value)
    ][-alarm.n :]
    lack = alarm.n - len(there)
    if new == "INSUFFICIENT_DATA":
        return f"Insufficient Data: {lack} datapoint{'s were' if lack > 1 else ' was'} unknown."
    if not there:
        return (
            f"Threshold Crossed: no datapoints were received for {alarm.n} period{'s'[: alarm.n > 1]} and "
            f"{_counted(lack)} treated as [{_FILLED.get(looked.missing, 'missing')}]."
        )
    # Like CloudWatch: of ALARM those that breach, of OK those that do not.
    named = [(start, value) for start, value, bad in there if bad == (new == "ALARM")]
    points = ", ".join(
        f"{_number(value)} ({datetime.fromtimestamp(start, UTC):%d/%m/%y %H:%M:%S})"
        for start, value in named[-MOST_POINTS:]
    )
    negation = "" if new == "ALARM" else "not "
    filled = (
        f" and {_counted(lack)} treated as [{_FILLED[looked.missing]}]" if lack and looked.missing in _FILLED else ""
    )
    least = alarm.m if new == "ALARM" else alarm.n - alarm.m + 1
    return (
        f"Threshold Crossed: {len(named)} out of the last {len(there)} datapoints"
        f"{f' [{points}]' if points else ''} {'was' if len(named) == 1 else 'were'} "
        f"{negation}{_WORDS[alarm.operator]} {_limit(alarm)}{filled} "
        f"(minimum {least} datapoint{'s'[: least > 1]} for {old} -> {new} transition)."
    )


def _counted(lack: int) -> str:
    """Return how many datapoints lacked, with the verb."""
    return f"{lack} missing datapoint{'s were' if lack > 1 else ' was'}"


def _limit(alarm: Alarm) -> str:
    """Return what was compared with."""
    return "the band" if alarm.threshold is None else f"the threshold ({_number(alarm.threshold)})"


def _number(value: float) -> str:
    """Return a number as CloudWatch writes it: always with a point."""
    return str(float(value))
