"""The long view of a service: CPU and memory of each day over the whole history, from what CloudWatch keeps longest."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from sre_lib.document.axes import BAND, BLUE, SPAN, layout, scale_of, x_axis, y_axis
from sre_lib.document.display import Chart, chart_text
from sre_lib.document.look import Look
from sre_lib.document.series import local_text, runs
from sre_lib.model import Column, Resource
from sre_lib.wording.metrics import metric_name, where

PANEL_PX, GAP_PX, TOP_PX, BOTTOM_PX = 150, 46, 62, 68
_RESOURCES: tuple[Resource, ...] = ("cpu", "memory")
_DATE_FORMAT = {"en": "%-d %b %Y", "ja": "%Y/%-m/%-d"}

Trace = dict[str, Any]


def long_chart(look: Look) -> Chart | None:
    """Return one panel each for CPU and memory over the history; None where there is no hourly data of them.

    Of each local day: the mean, and the band from its lowest hour to its highest. The reviewed week is shaded.
    """
    columns = _columns(look)
    if not columns:
        return None
    say, week = look.say, look.week
    plot = len(columns) * (PANEL_PX + GAP_PX) - GAP_PX
    base = layout(TOP_PX + plot + BOTTOM_PX, TOP_PX, week.timezone)
    base["legend"] = {"orientation": "h", "x": 0, "y": 1 + 30 / plot, "yanchor": "bottom", "itemclick": False}
    lines: list[Trace] = []
    for number, column in enumerate(columns):
        lines += _panel(look, column, number, plot, base)
    axis = {**x_axis(week.history_start, week.end, say, week.timezone), "tickformatstops": []}
    days = {"tickformat": _DATE_FORMAT[say.language], "hoverformat": _DATE_FORMAT[say.language]}
    base["xaxis"] = {**axis, **days, "anchor": _axis(len(columns) - 1)}
    text = say("Chart: CPU and memory of each day from {start}", start=say.full_day(week.history_start, week.timezone))
    return Chart(go.Figure(data=lines, layout=base), text, say.language)


def daily(hourly: pd.Series, timezone: str) -> pd.DataFrame:
    """Return `low`, `mean` and `high` of the hours of each local day.

    `hourly` has a UTC index; the result one row a local day without gap (naive midnights), NaN where no hour has a
    datapoint.
    """
    local = pd.DatetimeIndex(hourly.index).tz_convert(timezone).tz_localize(None).normalize()
    table = hourly.groupby(local).agg(["min", "mean", "max"])
    table.columns = pd.Index(["low", "mean", "high"])
    return table.asfreq("D")


def _columns(look: Look) -> list[Column]:
    """Return the first judged column of CPU and of memory that has hourly data."""
    hourly = look.service_week.hourly
    if hourly is None:
        return []
    known = [
        [column for column in look.judged(resource) if column in hourly.answers and hourly.series(column).notna().any()]
        for resource in _RESOURCES
    ]
    return [columns[0] for columns in known if columns]


def _panel(look: Look, column: Column, number: int, plot: int, base: dict[str, Any]) -> list[Trace]:
    """Put the panel of a column in its place and return its lines."""
    hourly, say, week = look.service_week.hourly, look.say, look.week
    if hourly is None:
        return []
    days = daily(hourly.series(column), week.timezone)
    unit, axis = look.spec(column).unit, _axis(number)
    scale = scale_of(unit, float(np.nanmax(np.abs(days.to_numpy()))))
    days = days / scale.divisor
    upper = 1 - number * (PANEL_PX + GAP_PX) / plot
    place = {"domain": [max(0.0, upper - PANEL_PX / plot), upper], "nticks": 4}
    base[f"yaxis{axis[1:]}"] = {**y_axis(unit, days.to_numpy(), None), **place}
    name = f"{where(look.service.name, column.part)} – {metric_name(column.metric, column.statistic, say)}"
    suffix = scale.suffix.strip()
    base["annotations"] += [_title(f"{name} ({suffix})" if suffix else name, upper)]
    base["shapes"] += [_week(look, axis)]
    names = say("Lowest to highest hour"), say("Mean of the day")
    lines = [*_band(days, names[0]), _mean(days, names[1], scale.suffix)]
    shown = {names[0]: len(lines) - 2, names[1]: len(lines) - 1}
    return [
        {**line, "xaxis": "x", "yaxis": axis, "showlegend": number == 0 and shown[line["name"]] == at}
        for at, line in enumerate(lines)
    ]


def _band(days: pd.DataFrame, name: str) -> list[Trace]:
    """Return the band of each stretch of days that have data."""
    return [
        {
            "type": "scatter", "mode": "lines", "name": name, "hoverinfo": "skip", "fill": "toself", "fillcolor": BAND,
            "line": {"width": 0, "color": BAND},
            "x": _texts([*run.index, *run.index[::-1]]),
            "y": [*days["low"][run.index], *days["high"][run.index[::-1]]],
        }
        for run in runs(days["mean"])
    ]  # fmt: skip


def _mean(days: pd.DataFrame, name: str, suffix: str) -> Trace:
    """Return the line of the days' means, broken where a day has no data."""
    return {
        "type": "scatter", "mode": "lines", "name": name, "x": _texts(days.index), "y": days["mean"].to_list(),
        "line": {"color": BLUE, "width": 1.8}, "connectgaps": False, "hovertemplate": f"%{{y:.3~g}}{suffix}",
    }  # fmt: skip


def _week(look: Look, axis: str) -> dict[str, Any]:
    """Return the shade over the reviewed week."""
    zone, week = look.week.timezone, look.week
    return {
        "type": "rect", "xref": "x", "yref": f"{axis} domain", "y0": 0, "y1": 1, "fillcolor": SPAN,
        "line": {"width": 0}, "layer": "below", "x0": local_text(week.start, zone),
        "x1": local_text(week.end - timedelta(seconds=1), zone),
    }  # fmt: skip


def _texts(index: Sequence[pd.Timestamp] | pd.Index) -> list[str]:
    """Return days as plotly reads them."""
    return [f"{each:%Y-%m-%d}" for each in index]


def _axis(number: int) -> str:
    """Return plotly's name of the value axis of a panel."""
    return f"y{number + 1}" if number else "y"


def _title(text: str, upper: float) -> dict[str, Any]:
    """Return the title of a panel, above it."""
    return {
        "text": f"<b>{chart_text(text)}</b>", "xref": "paper", "x": 0, "xanchor": "left", "yref": "paper", "y": upper,
        "yanchor": "bottom", "yshift": 2, "showarrow": False, "font": {"size": 14},
    }  # fmt: skip
