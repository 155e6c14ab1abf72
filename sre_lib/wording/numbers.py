"""The numbers of a finding as people say them, by the names that a view's sentence uses."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from sre_lib.model import Finding
from sre_lib.wording import Wording
from sre_lib.wording.metrics import change_text, metric_name, value_of, where

_CHANGES = ("change", "slope_per_day", "slope_low", "slope_high")


def numbers(finding: Finding, say: Wording, timezone: str) -> Mapping[str, str]:
    """Return {where}, {metric}, {when}, {until}, {duration} and each number of the evidence by its name, as text.

    In the metric's unit; differences in points between percentages; what ends in `_count`, `_share` (0..1), `_percent`,
    `minutes`, `days` or `_clock` (minutes after local midnight) in that unit.
    """
    last = finding.until or finding.end
    return {
        "where": where(finding.service, finding.part),
        "metric": metric_name(finding.metric, finding.statistic, say),
        "when": say.time(finding.start, timezone),
        "until": say.time(last, timezone),
        "duration": say.duration(last - finding.start),
        **{name: _text(finding, name, say) for name in finding.evidence},
    }


def _text(finding: Finding, name: str, say: Wording) -> str:
    """Return one number of the evidence as text."""
    value = finding.evidence[name]
    told: Mapping[str, Callable[[float], str]] = {
        "_count": say.compact,
        "_share": say.share,
        "_percent": say.percent,
        "minutes": lambda each: say.duration(timedelta(minutes=each)),
        "days": lambda each: say.duration(timedelta(days=each)),
        "_clock": lambda each: f"{int(each) // 60 % 24:02d}:{int(each) % 60:02d}",
    }
    for ending, text in told.items():
        if name.endswith(ending):
            return text(value)
    if name in _CHANGES:
        return change_text(value, finding.unit, finding.statistic, say)
    return value_of(finding, name, say)
