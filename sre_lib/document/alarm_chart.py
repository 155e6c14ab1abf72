"""The chart of one alarm: what it watches over the week, its threshold, and when it was in ALARM."""

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from sre_lib.alarm import Alarm
from sre_lib.alarms.card import Card
from sre_lib.document.axes import BLUE, SPAN, VERMILLION, layout, limit_fits, x_axis, y_axis
from sre_lib.document.display import Chart, chart_text
from sre_lib.document.opening import Opened
from sre_lib.document.series import local_text, points

_HEIGHT, _TOP, _BOTTOM = 306, 44, 68
_MOST_SHADES = 100
"""More firings than that in a week are no longer told apart on a chart."""
_LINE = {"color": VERMILLION, "dash": "dash", "width": 1.5}
_SPARSE = 0.5
"""A series with fewer datapoints than that is drawn as dots: a line through it would be all gaps."""


def alarm_chart(card: Card, opened: Opened) -> Chart | None:
    """Return the week of what an alarm compares; None where there is nothing to draw."""
    alarm, seen, week, say = card.case.alarm, card.case.observed, opened.week, opened.say
    if not isinstance(alarm, Alarm) or seen is None:
        return None
    series = seen[(seen.index > pd.Timestamp(week.start)) & (seen.index <= pd.Timestamp(week.end))]
    if not series.notna().any():
        return None
    zone, threshold = opened.review.timezone, alarm.threshold
    largest = float(np.nanmax(np.abs(series.to_numpy())))
    drawn = threshold if threshold is not None and limit_fits(abs(threshold), largest) else None
    shades = [_shade(each.start, each.end, zone) for each in card.firings[:_MOST_SHADES]]
    base = layout(_HEIGHT, _TOP, zone)
    base["margin"] = {**base["margin"], "b": _BOTTOM}
    name = chart_text(f"{alarm.statistic} {alarm.metric}".strip() or card.case.id.name)
    figure = go.Figure(
        data=[{"type": "scatter", "name": name, **_drawn(series, zone)}],
        layout={
            **base,
            "title": {"text": name, "x": 0, "xanchor": "left", "font": {"size": 14}},
            "showlegend": False,
            "xaxis": x_axis(week.start, week.end, say, zone),
            "yaxis": y_axis("None", np.asarray(series, dtype=np.float64), drawn),
            "shapes": [*shades, *([_threshold(drawn)] if drawn is not None else [])],
        },
    )
    span = say.span(week.start, week.end, zone)
    return Chart(figure, say("Chart: {title}, {span}", title=card.case.id.name, span=span), say.language)


def _drawn(series: "pd.Series[float]", zone: str) -> dict[str, Any]:
    """Return a series as a line, or as dots where most of its datapoints lack."""
    if series.notna().mean() >= _SPARSE:
        return {"mode": "lines", "line": {"color": BLUE, "width": 1}, **points(series, zone)}
    known = series.dropna()
    local = pd.DatetimeIndex(known.index).tz_convert(zone).tz_localize(None).as_unit("ms")
    dots = {"x": local.asi8.astype(np.float64), "y": known.to_numpy(dtype=np.float32)}
    return {"mode": "markers", "marker": {"color": BLUE, "size": 4}, **dots}


def _shade(start: datetime, end: datetime, zone: str) -> dict[str, object]:
    """Return the time of a firing as a shade."""
    return {
        "type": "rect", "xref": "x", "yref": "paper", "y0": 0, "y1": 1, "layer": "below", "fillcolor": SPAN,
        "line": {"width": 1, "color": SPAN}, "x0": local_text(start, zone), "x1": local_text(end, zone),
    }  # fmt: skip


def _threshold(at: float) -> dict[str, object]:
    """Return the threshold as a line."""
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": "y", "y0": at, "y1": at, "line": _LINE}
