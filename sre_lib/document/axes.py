"""How every chart looks: colours, fonts, axes, units, and the marks of events above the graph."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sre_lib.document.display import chart_text
from sre_lib.document.series import local_text
from sre_lib.event import Event
from sre_lib.wording import Wording
from sre_lib.wording.units import BYTES, SUFFIXES, binary_unit

# Okabe and Ito, "Color Universal Design" (2008): told apart by colour-blind people too.
BLUE, VERMILLION, ORANGE, GREEN = "#0072B2", "#D55E00", "#E69F00", "#007958"
LIGHT_BLUE = "#56B4E9"
INK, GHOST, GRID = "#1a1a1a", "#9a9a9a", "#e4e4e4"
BAND = "rgba(0, 114, 178, 0.14)"
SPAN = "rgba(230, 159, 0, 0.20)"
FONT = {"family": "system-ui, 'Noto Sans CJK JP', 'IPAPGothic', sans-serif", "size": 14, "color": INK}
LABEL_ROWS, ROW_PX, PLOT_PX, WIDTH_PX = 3, 20, 230, 1040
LABEL_CHARS = 30
PERCENT_TOP = 103.0

_DAY_FORMAT = {"en": "%a %-d %b", "ja": "%-m/%-d(%a)"}


@dataclass(frozen=True)
class Scale:
    """How the values of a unit are drawn: what they are divided by, and what stands behind the number."""

    divisor: float
    suffix: str


def scale_of(unit: str, largest: float) -> Scale:
    """Return the scale of a unit whose largest value is known: sizes in the binary unit that fits, others as are."""
    if unit in BYTES:
        size, name = binary_unit(largest * BYTES[unit])
        return Scale(size / BYTES[unit], f" {name}/s" if unit.endswith("/Second") else f" {name}")
    return Scale(1.0, f" {SUFFIXES[unit]}" if unit in SUFFIXES else "")


def cell_scale(unit: str, largest: float) -> Scale:
    """Return the scale of a unit for cells that have room for four figures."""
    scale = scale_of(unit, largest)
    shown = largest / scale.divisor
    power = next((each for each in (1e9, 1e6, 1e3) if shown >= 10 * each), 1.0)
    return Scale(scale.divisor * power, f" ×{power:,.0f}{scale.suffix}" if power > 1 else scale.suffix)


def y_axis(unit: str, values: NDArray[np.float64], limit: float | None) -> dict[str, Any]:
    """Return the axis for values (already scaled): from 0, percent up to 100 or more, the limit where it is near."""
    largest = max(float(np.nanmax(values)) if np.isfinite(values).any() else 0.0, 0.0)
    smallest = min(float(np.nanmin(values)) if np.isfinite(values).any() else 0.0, 0.0)
    top = max(PERCENT_TOP, largest * 1.03) if unit == "Percent" else largest * 1.12 or 1.0
    if limit is not None and limit_fits(limit, largest):
        top = max(top, limit * 1.05)
    return {"range": [smallest * 1.1, top], "gridcolor": GRID, "zeroline": False, "fixedrange": True, "nticks": 6}


def limit_fits(limit: float, largest: float) -> bool:
    """Tell whether a limit can be drawn without flattening the values."""
    return limit <= 2.5 * largest


def x_axis(start: datetime, end: datetime, say: Wording, timezone: str) -> dict[str, Any]:
    """Return the time axis of `[start, end]` in local time."""
    day = _DAY_FORMAT[say.language]
    hours = {"dtickrange": [None, 86_399_999], "value": f"%H:%M\n{day}"}
    return {
        "type": "date",
        "ticks": "outside",
        "ticklen": 8,
        "tickcolor": GRID,
        "range": [local_text(start, timezone), local_text(end, timezone)],
        "tickformatstops": [hours, {"dtickrange": [86_400_000, None], "value": day}],
        "hoverformat": f"{day} %H:%M",
        "gridcolor": GRID,
        "showspikes": True,
        "spikemode": "across",
        "spikesnap": "cursor",
        "spikethickness": 1,
        "spikedash": "solid",
        "spikecolor": INK,
    }


def layout(height: int, top: int, timezone: str) -> dict[str, Any]:
    """Return what every chart shares; the time zone is named below the axis."""
    zone = {
        "text": chart_text(timezone), "xref": "paper", "yref": "paper", "x": 1, "y": 0, "xanchor": "right",
        "yanchor": "top", "yshift": -47, "showarrow": False, "font": {"size": 13, "color": "#595959"},
    }  # fmt: skip
    return {
        "font": FONT,
        "height": height,
        "margin": {"l": 76, "r": 16, "t": top, "b": 62},
        "paper_bgcolor": "white",
        "plot_bgcolor": "white",
        "hovermode": "x unified",
        "hoverlabel": {"font": {"size": 13}},
        "annotations": [zone],
        "shapes": [],
        "separators": ".,",
    }


@dataclass(frozen=True)
class Marks:
    """Events as plotly draws them, and how many rows of labels stand above the graph."""

    shapes: list[dict[str, Any]]
    annotations: list[dict[str, Any]]
    rows: int


def event_marks(events: Sequence[Event], start: datetime, end: datetime, timezone: str) -> Marks:
    """Return a vertical mark an event of `[start, end)`, its label above the graph in the first row with room.

    Labels never meet: one that finds no room in `LABEL_ROWS` rows is left out, its mark stays.
    """
    shapes, annotations = [], []
    taken = [-1.0] * LABEL_ROWS
    used = 0
    for event in sorted(events, key=lambda each: (each.start, each.title)):
        if not (start <= event.start < end or event.start < start < event.end):
            continue
        shapes += _mark(event, max(event.start, start), min(event.end, end), timezone)
        text = _short(event.title)
        place = (max(event.start, start) - start) / (end - start)
        left, anchor = _left_edge(place, text)
        row = next((number for number, right in enumerate(taken) if left > right), None)
        if row is not None:
            taken[row] = left + _width(text) + 0.008
            used = max(used, row + 1)
            x = local_text(max(event.start, start), timezone)
            annotations.append({**_label(event, text, anchor, row), "x": x})
    return Marks(shapes, annotations, used)


def _mark(event: Event, start: datetime, end: datetime, timezone: str) -> list[dict[str, Any]]:
    """Return the line at the start of an event, and its span where it has one."""
    base = {"xref": "x", "yref": "paper", "y0": 0, "y1": 1, "x0": local_text(start, timezone), "layer": "below"}
    line = {**base, "type": "line", "x1": base["x0"], "line": {"color": GREEN, "width": 2, "dash": "dot"}}
    if end <= start:
        return [line]
    span = {**base, "type": "rect", "x1": local_text(end, timezone), "fillcolor": "rgba(0, 158, 115, 0.08)"}
    return [{**span, "line": {"width": 0}}, line] if event.start == start else [{**span, "line": {"width": 0}}]


def _label(event: Event, text: str, anchor: str, row: int) -> dict[str, Any]:
    """Return the label of an event in its row above the graph."""
    return {
        "text": chart_text(text), "hovertext": chart_text(event.title), "xref": "x",
        "y": 1, "yref": "paper", "xanchor": anchor, "yanchor": "bottom", "yshift": row * ROW_PX, "showarrow": False,
        "font": {"size": 13, "color": GREEN}, "borderpad": 1,
    }  # fmt: skip


def _left_edge(place: float, text: str) -> tuple[float, str]:
    """Return where a label starts and how it is anchored: right of its mark, left where there is no room."""
    width = _width(text)
    return (place, "left") if place + width <= 1 else (place - width, "right")


def _width(text: str) -> float:
    """Return the width of a label as a share of the graph: 7.5 px a Latin letter, 14 px a Japanese one."""
    return sum(14.0 if char > "ᄀ" else 7.5 for char in text) / WIDTH_PX


def _short(text: str) -> str:
    """Return a title short enough for a label."""
    return text if len(text) <= LABEL_CHARS else f"{text[: LABEL_CHARS - 1]}…"
