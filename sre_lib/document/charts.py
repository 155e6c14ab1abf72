"""The figures: one finding zoomed to its moment, and one column of panels over the week with a linked cursor."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import plotly.graph_objects as go

from sre_lib.analyse.stories import flat
from sre_lib.document.axes import (
    BAND,
    BLUE,
    GHOST,
    LIGHT_BLUE,
    PLOT_PX,
    ROW_PX,
    SPAN,
    Marks,
    event_marks,
    layout,
    x_axis,
)
from sre_lib.document.changes import chart_events, steps
from sre_lib.document.display import Chart, chart_text
from sre_lib.document.look import Look, column_of
from sre_lib.document.panel import Panel, Trace
from sre_lib.document.series import local_text
from sre_lib.document.ticks import scaling_ticks, tick_legend
from sre_lib.document.told import last, told_lines, told_moments
from sre_lib.model import Column, Finding, Week
from sre_lib.views import shape
from sre_lib.wording import Wording
from sre_lib.wording.metrics import metric_name

LEAST_WINDOW = timedelta(hours=6)
BOTTOM_PX, LEGEND_PX, TITLE_PX = 68, 28, 26
PANEL_PX, PANEL_GAP_PX = 130, 46


def finding_chart(look: Look, finding: Finding) -> Chart:
    """Return the chart of a finding: value, expected band, last week, limit, events, the span of the finding."""
    say, timezone = look.say, look.week.timezone
    panel = Panel(look, column_of(finding), *window(finding, look.week))
    lines = panel.traces() + told_lines(panel, finding)
    axis = panel.axis(lines)
    marks = event_marks(chart_events(look), panel.start, panel.end, timezone)
    shapes, labels = panel.limit_marks(lines)
    moments, clocks = told_moments(panel, finding)
    head = marks.rows * ROW_PX + 6
    top = TITLE_PX + LEGEND_PX + head
    base = layout(top + PLOT_PX + BOTTOM_PX, top, timezone)
    figure = go.Figure(
        data=[*scaling_ticks(look, panel.start, panel.end, axis), *lines],
        layout={
            **base,
            "title": title(panel.title),
            "legend": legend(1 + head / PLOT_PX),
            "xaxis": x_axis(panel.start, panel.end, say, timezone),
            "yaxis": axis,
            "shapes": [*_shade(finding, panel), *marks.shapes, *shapes, *moments],
            "annotations": [*base["annotations"], *marks.annotations, *labels, *clocks],
        },
    )
    span = say.span(panel.start, panel.end, timezone)
    return Chart(figure, say("Chart: {title}, {span}", title=panel.title, span=span), say.language)


def together_chart(look: Look, columns: Sequence[Column]) -> Chart:
    """Return one panel a column above each other: one time axis, one cursor through all of them.

    Findings are shaded in the panel in which they were made; events run through all panels.
    """
    say, week = look.say, look.week
    panels = [Panel(look, column, week.start, week.end) for column in columns]
    marks = event_marks(chart_events(look), week.start, week.end, week.timezone)
    top = LEGEND_PX + 22 + marks.rows * ROW_PX + 6
    plot = len(panels) * (PANEL_PX + PANEL_GAP_PX) - PANEL_GAP_PX
    stack = layout(top + plot + BOTTOM_PX, top, week.timezone)
    stack |= {
        "hoversubplots": "axis",
        "legend": legend(1 + (28 + marks.rows * ROW_PX) / plot) | {"traceorder": "normal"},
    }
    stack["annotations"] = [*stack["annotations"], *_above_title(marks)]
    lines = _legend_lines(panels, say)
    for number, panel in enumerate(panels):
        lines += _stacked(panel, number, plot, stack)
    stack["xaxis"] = {**x_axis(week.start, week.end, say, week.timezone), "anchor": _axis(len(panels) - 1)}
    text = say.plural("Chart: {n} graph on one time axis", "Chart: {n} graphs on one time axis", len(panels))
    return Chart(go.Figure(data=lines, layout=stack), text, say.language)


def window(finding: Finding, week: Week) -> tuple[datetime, datetime]:
    """Return what a finding's chart shows: as much again before and after it, at least 6 h, at most the week.

    A view of named series that tells of earlier weeks, too, shows those.
    """
    since = _since(finding, week)
    first, over = max(finding.start, since), min(last(finding), week.end)
    around = max(over - first, LEAST_WINDOW / 3)
    start, end = max(first - around, since), min(over + around, week.end)
    lacking = max(LEAST_WINDOW - (end - start), timedelta(0))
    start, end = (max(start - lacking, since), end) if end == week.end else (start, min(end + lacking, week.end))
    return (since, week.end) if since < week.start else (start, end)


def _since(finding: Finding, week: Week) -> datetime:
    """Return the first moment that the sentence of a finding tells of, from the week on or before it."""
    if "left" in finding.evidence:
        return max(week.end - timedelta(days=7) * (finding.evidence["weeks_count"] + 1), week.history_start)
    earlier = shape(finding) == "growth" and finding.start < week.start
    return max(finding.start, week.history_start) if earlier else week.start


def _stacked(panel: Panel, number: int, plot: int, stack: dict[str, Any]) -> list[Trace]:
    """Put a panel in its place of the stack and return its lines; the hover tells this week's values only."""
    axis, timezone = _axis(number), panel.look.week.timezone
    upper = 1 - number * (PANEL_PX + PANEL_GAP_PX) / plot
    lines = panel.traces()
    value_axis = panel.axis(lines)
    domain = [max(0.0, upper - PANEL_PX / plot), upper]
    stack[f"yaxis{axis[1:]}"] = {**value_axis, "domain": domain, "nticks": 4}
    shapes, labels = panel.limit_marks(lines, axis)
    found = [each for each in flat(panel.look.analysis.findings) if column_of(each) == panel.column]
    over = [span_shape(each, panel.start, panel.end, timezone) for each in found]
    over += event_marks(chart_events(panel.look), panel.start, panel.end, timezone).shapes
    stack["shapes"] += [*(shape | {"yref": f"{axis} domain"} for shape in over), *shapes]
    stack["annotations"] += [*labels, _panel_title(panel.title, upper)]
    name = metric_name(panel.column.metric, panel.column.statistic, panel.look.say)
    ticks = scaling_ticks(panel.look, panel.start, panel.end, value_axis, panel.column.part)
    quiet = [line | {"hoverinfo": "skip", "hovertemplate": None} for line in (*ticks, *lines[:-1])]
    return [line | {"yaxis": axis, "xaxis": "x", "showlegend": False} for line in (*quiet, lines[-1] | {"name": name})]


def _legend_lines(panels: Sequence[Panel], say: Wording) -> list[Trace]:
    """Return lines without points that explain the colours once for all panels."""
    styles = [(say("This week"), BLUE, 2.2, "solid"), (say("Expected"), BLUE, 1.2, "dot")]
    if any(panel.behind for panel in panels):
        styles.insert(1, (say("maximum"), LIGHT_BLUE, 1.2, "solid"))
    ticks = [tick_legend(say)] if any(steps(panel.look) for panel in panels) else []
    styles += [(say("Last week"), GHOST, 1.2, "solid"), (say("Expected band"), BAND, 10, "solid")]
    return [
        {
            "type": "scatter", "mode": "lines", "name": name, "x": [None], "y": [None], "hoverinfo": "skip",
            "line": {"color": color, "width": width, "dash": dash},
        }
        for name, color, width, dash in styles
    ] + ticks  # fmt: skip


def _axis(number: int) -> str:
    """Return plotly's name of the value axis of a panel."""
    return f"y{number + 1}" if number else "y"


def _above_title(marks: Marks) -> list[dict[str, Any]]:
    """Return the labels of events, moved above the title of the first panel."""
    return [label | {"yshift": label["yshift"] + 24} for label in marks.annotations]


def _panel_title(title: str, upper: float) -> dict[str, Any]:
    """Return the title of a panel, above it."""
    return {
        "text": f"<b>{chart_text(title)}</b>", "xref": "paper", "x": 0, "xanchor": "left", "yref": "paper", "y": upper,
        "yanchor": "bottom", "yshift": 2, "showarrow": False, "font": {"size": 14},
    }  # fmt: skip


def title(text: str) -> dict[str, Any]:
    """Return the title of a chart, on the left."""
    return {
        "text": f"<b>{chart_text(text)}</b>", "font": {"size": 16}, "x": 0, "xref": "paper", "xanchor": "left",
        "y": 1, "yref": "container", "yanchor": "top", "pad": {"t": 4},
    }  # fmt: skip


def legend(y: float) -> dict[str, Any]:
    """Return a legend in one row above the graph."""
    return {
        "orientation": "h", "x": 0, "xanchor": "left", "y": y, "yanchor": "bottom", "font": {"size": 13},
        "itemclick": False, "itemdoubleclick": False, "traceorder": "reversed",
    }  # fmt: skip


def _shade(finding: Finding, panel: Panel) -> list[Trace]:
    """Return the shade over the time of a finding; none where it would cover the whole chart and so show nothing."""
    covers = finding.start <= panel.start and last(finding) >= panel.end
    return [] if covers else [span_shape(finding, panel.start, panel.end, panel.look.week.timezone)]


def span_shape(finding: Finding, start: datetime, end: datetime, timezone: str) -> dict[str, Any]:
    """Return the shade over the time of a finding, as far as it is drawn."""
    return {
        "type": "rect", "xref": "x", "yref": "paper", "y0": 0, "y1": 1, "fillcolor": SPAN, "line": {"width": 0},
        "x0": local_text(max(finding.start, start), timezone), "x1": local_text(min(last(finding), end), timezone),
        "layer": "below",
    }  # fmt: skip
