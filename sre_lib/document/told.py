"""The numbers that a finding's sentence tells, as lines of its chart: what is said can be seen."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sre_lib.document.axes import INK, VERMILLION
from sre_lib.document.panel import Panel, Trace
from sre_lib.document.series import local_text
from sre_lib.model import Finding
from sre_lib.views import View, shape_of
from sre_lib.wording.findings import view_name
from sre_lib.wording.metrics import value_text

_CLOCKS = ("from_clock", "to_clock")
_HELD = ("value", "lowest", "maximum", "after")


def told_lines(panel: Panel, finding: Finding) -> list[Trace]:
    """Return the straight lines of a finding: levels before and after, a slope, a value held, the threshold.

    What a general view says of a moment is the values themselves: no line.
    """
    shape, evidence = shape_of(finding.view, panel.look.say.views), finding.evidence
    lines = _threshold(panel, evidence)
    if shape == "level_shift":
        return [*lines, *_levels(panel, finding)]
    if "foot_days" in evidence:
        return [*lines, *_tooth(panel, finding)]
    if shape == "growth":
        begin = last(finding) - timedelta(days=evidence["days"])
        named = view_name(finding.view, panel.look.say)
        return [*lines, _straight(panel, named, (begin, evidence["from_value"]), (last(finding), evidence["value"]))]
    view = panel.look.say.views.get(finding.view)
    return [*lines, *(_held(panel, finding, view) if view and view.series else [])]


def told_moments(panel: Panel, finding: Finding) -> tuple[list[Trace], list[Trace]]:
    """Return the moments that the sentence tells beside its own, as shapes and their labels above the graph."""
    zone, evidence = panel.look.week.timezone, finding.evidence
    midnight = datetime.combine(finding.start.astimezone(ZoneInfo(zone)).date(), time(), ZoneInfo(zone))
    moments = [midnight + timedelta(minutes=evidence[each]) for each in _CLOCKS if each in evidence]
    if "lag_minutes" in evidence:
        moments.append(finding.start + timedelta(minutes=evidence["lag_minutes"]))
    drawn = [each for each in moments if panel.start <= each <= panel.end]
    return [_upright(each, zone) for each in drawn], [_clock(each, panel) for each in drawn]


def last(finding: Finding) -> datetime:
    """Return when a finding was over, a lasting one with how long it has lasted."""
    return max(finding.until or finding.end, finding.end)


def _levels(panel: Panel, finding: Finding) -> list[Trace]:
    """Return the levels before and after a change; the daily lows where the sentence tells those."""
    evidence, over = finding.evidence, last(finding)
    before = evidence.get("floor_before", evidence["before"])
    after = evidence.get("floor_after", evidence["after"])
    begin = finding.start - (over - finding.start)
    return [
        _straight(panel, view_name(finding.view, panel.look.say), (begin, before), (finding.start, before)),
        _straight(panel, "", (finding.end, after), (over, after)),
    ]


def _tooth(panel: Panel, finding: Finding) -> list[Trace]:
    """Return the last rise of a sawtooth, and how high its teeth come."""
    evidence, over = finding.evidence, last(finding)
    foot = over - timedelta(days=evidence["foot_days"])
    top = evidence["from_value"] + evidence["slope_per_day"] * evidence["rising_days"]
    ends = (foot + timedelta(days=evidence["rising_days"]), top)
    named = view_name(finding.view, panel.look.say)
    return [
        _straight(panel, named, (foot, evidence["from_value"]), ends),
        _straight(
            panel, _text(panel, evidence["value"]), (finding.start, evidence["value"]), (over, evidence["value"])
        ),
    ]


def _held(panel: Panel, finding: Finding, view: View) -> list[Trace]:
    """Return the values that the sentence of a view of named series tells, over their time."""
    evidence, end = finding.evidence, panel.look.week.end
    here = (finding.start, last(finding))
    spans = dict.fromkeys(_HELD, here) | ({"expected": here} if "like_other_share" in evidence else {})
    if "left" in evidence:
        # The peaks of two weeks are told.
        week = timedelta(days=7)
        begin = end - week * (evidence["weeks_count"] + 1)
        spans = {"expected": (begin, begin + week), "value": (end - week, end)}
    return [
        _straight(panel, _text(panel, evidence[name]), (first, evidence[name]), (over, evidence[name]))
        for name, (first, over) in spans.items()
        if name in evidence and ("left" in evidence or f"{{{name}}}" in view.sentence)
    ]


def _threshold(panel: Panel, evidence: Mapping[str, float]) -> list[Trace]:
    """Return the threshold that a view looks for, over the whole chart."""
    if "threshold" not in evidence:
        return []
    level = evidence["threshold"]
    text = panel.look.say("threshold {value}", value=_text(panel, level))
    line = _straight(panel, text, (panel.start, level), (panel.end, level))
    return [line | {"line": {"color": VERMILLION, "width": 1.6, "dash": "dot"}}]


def _straight(panel: Panel, name: str, first: tuple[datetime, float], over: tuple[datetime, float]) -> Trace:
    """Return a straight line between two moments; it is in the legend where it has a name."""
    timezone, divisor = panel.look.week.timezone, panel.scale.divisor
    return {
        "type": "scatter", "mode": "lines", "name": name, "showlegend": bool(name),
        "x": [local_text(first[0], timezone), local_text(over[0], timezone)], "hoverinfo": "skip",
        "y": [first[1] / divisor, over[1] / divisor], "line": {"color": INK, "width": 2.2, "dash": "dash"},
    }  # fmt: skip


def _text(panel: Panel, value: float) -> str:
    """Return a value in the metric's unit."""
    return value_text(value, panel.look.spec(panel.column).unit, panel.column.statistic, panel.look.say)


def _upright(moment: datetime, timezone: str) -> dict[str, Any]:
    """Return a vertical line at a moment."""
    at = local_text(moment, timezone)
    return {
        "type": "line", "xref": "x", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1,
        "line": {"color": INK, "width": 1.4, "dash": "dash"},
    }  # fmt: skip


def _clock(moment: datetime, panel: Panel) -> dict[str, Any]:
    """Return the time of day of a moment, beside its line."""
    zone = panel.look.week.timezone
    return {
        "text": panel.look.say.clock(moment, zone), "xref": "x", "x": local_text(moment, zone), "xanchor": "left",
        "yref": "paper", "y": 0, "yanchor": "bottom", "showarrow": False, "font": {"color": INK, "size": 13},
        "bgcolor": "rgba(255, 255, 255, 0.75)",
    }  # fmt: skip
