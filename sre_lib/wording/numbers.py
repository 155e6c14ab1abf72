"""The numbers of a finding as people say them, by the names that a view's sentence uses."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from math import isfinite

from sre_lib.model import Finding
from sre_lib.wording import Wording
from sre_lib.wording.metrics import change_text, metric_name, value_of, where

_CHANGES = ("change", "left", "slope_per_day", "slope_low", "slope_high")

_LONGEST_DAYS = 3650
"""Days from which on a time is not told any more: ten years."""


def numbers(finding: Finding, say: Wording, timezone: str) -> Mapping[str, str]:
    """Return {where}, {metric}, {when}, {day}, {until}, {duration} and each number of the evidence by its name.

    In the metric's unit; differences in points between percentages; what ends in `_count`, `_share` (0..1), `_percent`,
    `minutes`, `days` or `_clock` (minutes after local midnight) in that unit. What is not a number, or lies further
    ahead than anyone plans, is not told as one.
    """
    last = finding.until or finding.end
    return {
        "where": where(finding.service, finding.part),
        "metric": metric_name(finding.metric, finding.statistic, say),
        "when": say.time(finding.start, timezone),
        "day": say.day(finding.start, timezone),
        "until": say.time(last, timezone),
        "duration": say.duration(last - finding.start),
        **{name: _text(finding, name, say) for name in finding.evidence},
    }


def _text(finding: Finding, name: str, say: Wording) -> str:
    """Return one number of the evidence as text."""
    value = finding.evidence[name]
    if not isfinite(value):
        return say("not known")
    told: Mapping[str, Callable[[float], str]] = {
        "_count": say.compact,
        "_share": say.share,
        "_percent": say.percent,
        "minutes": lambda each: say.duration(timedelta(minutes=each)),
        "days": lambda each: _days(each, say),
        "days_to_limit": lambda each: _days(each, say),
        "_clock": lambda each: f"{int(each) // 60 % 24:02d}:{int(each) % 60:02d}",
    }
    for ending, text in told.items():
        if name.endswith(ending):
            return text(value)
    if name in _CHANGES:
        return change_text(value, finding.unit, finding.statistic, say)
    return value_of(finding, name, say)


def _days(days: float, say: Wording) -> str:
    """Return a number of days as text."""
    return say("more than ten years") if days > _LONGEST_DAYS else say.duration(timedelta(days=days))
