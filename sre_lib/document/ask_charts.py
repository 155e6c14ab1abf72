"""The charts of the ask notebook: any series over one time axis, and the hours of the week as a map."""

from collections.abc import Sequence
from itertools import cycle
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from sre_lib.document.axes import (
    BLUE,
    FONT,
    GREEN,
    INK,
    LIGHT_BLUE,
    ORANGE,
    VERMILLION,
    cell_scale,
    layout,
    scale_of,
    x_axis,
    y_axis,
)
from sre_lib.document.display import Chart, chart_text
from sre_lib.document.series import points
from sre_lib.wording import Wording

Trace = dict[str, Any]

ONE_PX, PANEL_PX, GAP_PX, BOTTOM_PX, LEGEND_ROW_PX, TOP_PX = 280, 170, 24, 68, 24, 18
ROW_PX = 30
_COLORS = (BLUE, VERMILLION, GREEN, ORANGE, LIGHT_BLUE, INK)
_DARKEST = "rgb(0, 73, 124)"


def lines_chart(lines: Sequence[pd.Series], timezone: str, say: Wording) -> Chart:
    """Return series over one time axis in local time, those of one unit (`attrs["unit"]`) in one panel.

    Each series has an index with a time zone; NaN is a gap in its line.
    """
    units = list(dict.fromkeys(str(line.attrs.get("unit", "")) for line in lines))
    height = ONE_PX if len(units) == 1 else PANEL_PX
    plot = len(units) * (height + GAP_PX) - GAP_PX
    top = TOP_PX + len(lines) * LEGEND_ROW_PX
    base = layout(top + plot + BOTTOM_PX, top, timezone) | {"hoversubplots": "axis", "legend": _legend(plot)}
    colors = cycle(_COLORS)
    colored = [(line, next(colors)) for line in lines]
    traces: list[Trace] = []
    for number, unit in enumerate(units):
        upper = 1 - number * (height + GAP_PX) / plot
        mine = [(line, color) for line, color in colored if line.attrs.get("unit", "") == unit]
        axis = f"y{number + 1}" if number else "y"
        drawn, value_axis = _panel(mine, unit, timezone)
        base[f"yaxis{axis[1:]}"] = {**value_axis, "domain": [max(0.0, upper - height / plot), upper]}
        traces += [trace | {"xaxis": "x", "yaxis": axis} for trace in drawn]
    first = min(line.index.min() for line in lines)
    last = max(line.index.max() for line in lines)
    base["xaxis"] = {**x_axis(first, last, say, timezone), "anchor": f"y{len(units)}" if len(units) > 1 else "y"}
    text = say("Chart: {title}", title=say.listing([str(line.name) for line in lines]))
    return Chart(go.Figure(data=traces, layout=base), text, say.language)


def hour_map(hours: pd.DataFrame, say: Wording) -> Chart:
    """Return a map of days (index) by hours (columns): the darker, the higher; NaN is left empty."""
    unit = str(hours.attrs.get("unit", ""))
    largest = float(np.nanmax(np.abs(hours.to_numpy()), initial=0.0))
    scale = cell_scale(unit, largest)
    values = hours.to_numpy() / scale.divisor
    suffix = scale.suffix.strip()
    title = say("{metric}: mean of each hour", metric=str(hours.attrs.get("name", "")))
    shown = f"{title} ({suffix})" if suffix else title
    trace = {
        "type": "heatmap", "x": [f"{hour}:00" for hour in hours.columns], "y": [str(day) for day in hours.index],
        "z": values.tolist(), "zmin": 0, "colorscale": [[0, "white"], [1, _DARKEST]], "showscale": False,
        "xgap": 1, "ygap": 1, "hoverongaps": False, "texttemplate": "%{z:.3~g}", "textfont": {"size": 12},
        "hovertemplate": f"%{{y}} %{{x}}: %{{z:.4~g}}{chart_text(scale.suffix)}<extra></extra>",
    }  # fmt: skip
    look = {
        "font": FONT, "height": 60 + ROW_PX * len(hours) + 20, "paper_bgcolor": "white", "plot_bgcolor": "white",
        "margin": {"l": 76, "r": 16, "t": 60, "b": 20},
        "title": {"text": f"<b>{chart_text(shown)}</b>", "font": {"size": 16}, "x": 0, "xref": "paper"},
        "xaxis": {"side": "top", "fixedrange": True, "type": "category", "tickangle": 0, "tickfont": {"size": 12}},
        "yaxis": {"autorange": "reversed", "fixedrange": True, "type": "category"},
    }  # fmt: skip
    return Chart(go.Figure(data=[trace], layout=look), shown, say.language)


def _panel(lines: Sequence[tuple[pd.Series, str]], unit: str, timezone: str) -> tuple[list[Trace], dict[str, Any]]:
    """Return the lines of one unit, scaled alike, and their axis."""
    values = np.concatenate([line.to_numpy(dtype=np.float64) for line, _ in lines])
    scale = scale_of(unit, float(np.nanmax(np.abs(values), initial=0.0)))
    suffix = chart_text(scale.suffix)
    traces = [
        {
            "type": "scatter", "mode": "lines", "name": chart_text(str(line.name)), "connectgaps": False,
            **points(line / scale.divisor, timezone), "line": {"color": color, "width": 1.8},
            "hovertemplate": f"%{{y:,.4~r}}{suffix}",
        }
        for line, color in lines
    ]  # fmt: skip
    axis = y_axis(unit, values / scale.divisor, None)
    return traces, {**axis, "ticksuffix": suffix, "nticks": 5}


def _legend(plot: int) -> dict[str, Any]:
    """Return a legend above the graph, a line a row: names are long."""
    return {
        "x": 0, "xanchor": "left", "y": 1 + 6 / plot, "yanchor": "bottom", "font": {"size": 14},
        "itemclick": "toggle", "itemdoubleclick": False,
    }  # fmt: skip
