"""Pushes aligned at their send time: one strip a resource in one column, this push over the earlier ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from sre_lib.document.axes import BLUE, FONT, GHOST, GREEN, GRID, LIGHT_BLUE, VERMILLION, limit_fits, scale_of, y_axis
from sre_lib.document.display import Chart, chart_text
from sre_lib.wording import Wording

Trace = dict[str, Any]

STRIP_PX, GAP_PX, TOP_PX, BOTTOM_PX = 74, 24, 62, 52
SHOWN_BEFORE_MIN, SHOWN_AFTER_MIN, SHOWN_WHOLE_MIN = 15, 75, 150
"""Of a push the first hour is what the meeting looks at; of what lasts longer (a sale) all of it."""
MOST_EARLIER = 6
"""More earlier pushes than that make one grey area in which none is seen."""
_LIMIT = {"color": VERMILLION, "width": 1.5, "dash": "dash"}
_SEND = {"color": GREEN, "width": 2, "dash": "dot"}
_SHORT = {
    "type": "scatter",
    "mode": "lines",
    "connectgaps": False,
}


@dataclass(frozen=True)
class Strip:
    """One resource around a push: series in `unit`, each indexed by minutes since its send (NaN: no datapoint).

    `highest` is the maximum over tasks or nodes where `line` is their average; `earlier` are comparable pushes.
    """

    title: str
    unit: str
    line: pd.Series
    highest: pd.Series | None = None
    earlier: tuple[pd.Series, ...] = ()
    limit: float | None = None


def aligned_chart(
    title: str, strips: Sequence[Strip], say: Wording, moments: Sequence[tuple[float, str]] = ()
) -> Chart:
    """Return the strips below each other over one axis of minutes since the send.

    `moments` are minutes with what happened then, drawn through all strips.
    """
    plot = len(strips) * (STRIP_PX + GAP_PX) - GAP_PX
    lines: list[Trace] = []
    look: dict[str, Any] = {
        "font": FONT, "height": TOP_PX + plot + BOTTOM_PX, "margin": {"l": 84, "r": 16, "t": TOP_PX, "b": BOTTOM_PX},
        "paper_bgcolor": "white", "plot_bgcolor": "white", "hovermode": "x unified", "hoversubplots": "axis",
        "hoverlabel": {"font": {"size": 13}}, "separators": ".,", "legend": _legend(plot),
        "annotations": [], "shapes": [],
    }  # fmt: skip
    for number, strip in enumerate(strips):
        upper = 1 - number * (STRIP_PX + GAP_PX) / plot
        axis = f"y{number + 1}" if number else "y"
        drawn, value_axis, shapes = _strip(strip, axis, say, first=number == 0)
        look[f"yaxis{axis[1:]}"] = {**value_axis, "domain": [max(0.0, upper - STRIP_PX / plot), upper]}
        look["annotations"] += [_name(strip, upper)]
        look["shapes"] += shapes
        lines += drawn
    look["xaxis"] = _x_axis(strips, say) | {"anchor": f"y{len(strips)}" if len(strips) > 1 else "y"}
    for minute, text in ((0.0, say("send")), *moments):
        look["shapes"] += [_moment(minute)]
        look["annotations"] += [_said(minute, text)]
    return Chart(go.Figure(data=lines, layout=look), say("Chart: {title}", title=title), say.language)


def _strip(strip: Strip, axis: str, say: Wording, *, first: bool) -> tuple[list[Trace], dict[str, Any], list[Trace]]:
    """Return lines, axis and limit of one strip; the legend names what is in the first one."""
    every = [strip.line, *strip.earlier, *([strip.highest] if strip.highest is not None else [])]
    values = np.concatenate([each.to_numpy(dtype=np.float64) for each in every])
    scale = scale_of(strip.unit, float(np.nanmax(np.abs(values), initial=0.0)))
    suffix = chart_text(scale.suffix)

    def line(series: pd.Series, name: str, color: str, width: float, *, told: bool) -> Trace:
        return {
            **_SHORT, "x": series.index.to_numpy(dtype=np.float32),
            "y": (series / scale.divisor).to_numpy(dtype=np.float32), "name": name, "legendgroup": name,
            "showlegend": told, "xaxis": "x", "yaxis": axis, "line": {"color": color, "width": width},
            **({"hovertemplate": f"{name}: %{{y:,.4~r}}{suffix}<extra></extra>"} if color != GHOST
               else {"hoverinfo": "skip"}),
        }  # fmt: skip

    before = [line(each, say("earlier pushes of like size"), GHOST, 1, told=first and not number)
              for number, each in enumerate(strip.earlier[:MOST_EARLIER])]  # fmt: skip
    top = [] if strip.highest is None else [line(strip.highest, say("maximum"), LIGHT_BLUE, 1.2, told=False)]
    limit = strip.limit / scale.divisor if strip.limit is not None else None
    value_axis = y_axis(strip.unit, values / scale.divisor, limit) | {"ticksuffix": suffix, "nticks": 3}
    drawn = (
        limit
        if limit is not None and limit_fits(limit, float(np.nanmax(values, initial=0.0)) / scale.divisor)
        else None
    )
    shapes = [] if drawn is None else [{"type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": axis,
                                        "y0": drawn, "y1": drawn, "line": _LIMIT}]  # fmt: skip
    return [*before, *top, line(strip.line, say("this push"), BLUE, 2, told=first)], value_axis, shapes


def _x_axis(strips: Sequence[Strip], say: Wording) -> dict[str, Any]:
    """Return the axis of minutes since the send, a tick each quarter of an hour or hour."""
    first = max(min(float(strip.line.index.min()) for strip in strips), -SHOWN_BEFORE_MIN)
    last = max(float(strip.line.index.max()) for strip in strips)
    last = min(last, SHOWN_AFTER_MIN) if last <= SHOWN_WHOLE_MIN else last
    return {
        "range": [first, last], "dtick": 15 if last - first <= 180 else 60, "gridcolor": GRID, "zeroline": False,
        "title": {"text": chart_text(say("minutes since the send")), "font": {"size": 13}}, "fixedrange": True,
        "hoverformat": ".0f", "unifiedhovertitle": {"text": chart_text(say("{minutes} min", minutes="%{x:.0f}"))},
    }  # fmt: skip


def _legend(plot: int) -> dict[str, Any]:
    """Return a legend in one row above the strips."""
    return {
        "orientation": "h",
        "x": 0,
        "xanchor": "left",
        "y": 1 + 34 / plot,
        "yanchor": "bottom",
        "font": {"size": 13},
    }


def _name(strip: Strip, upper: float) -> dict[str, Any]:
    """Return the name of a strip, above it at the left."""
    return {
        "text": f"<b>{chart_text(strip.title)}</b>", "xref": "paper", "yref": "paper", "x": 0, "y": upper,
        "xanchor": "left", "yanchor": "bottom", "showarrow": False, "font": {"size": 13},
    }  # fmt: skip


def _moment(minute: float) -> dict[str, Any]:
    """Return a line through all strips at a minute."""
    return {"type": "line", "xref": "x", "x0": minute, "x1": minute, "yref": "paper", "y0": 0, "y1": 1,
            "layer": "below", "line": _SEND}  # fmt: skip


def _said(minute: float, text: str) -> dict[str, Any]:
    """Return what happened at a minute, at the top."""
    return {
        "text": chart_text(text), "xref": "x", "yref": "paper", "x": minute, "y": 1, "yshift": 14, "xanchor": "left",
        "yanchor": "bottom", "showarrow": False, "font": {"size": 13, "color": GREEN},
    }  # fmt: skip
