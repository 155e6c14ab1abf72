"""Small multiples as SVG inside `<img>`: they need no script and pass every sanitiser."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from markupsafe import escape
from numpy.typing import NDArray

from sre_lib.analyse.stories import flat
from sre_lib.document.look import Look, column_of
from sre_lib.document.series import runs, thin
from sre_lib.model import Column, Finding, Resource, Week
from sre_lib.wording.metrics import metric_name, value_text, where

WIDTH, HEIGHT = 400, 56
_MOST = 2 * WIDTH
_BLUE, _BAND, _SPAN, _GRID = "#0072B2", "#cfe3f0", "#fae3b0", "#d9d9d9"
CELL_W, CELL_H, HEAD_W, HEAD_H = 38, 24, 96, 22

DARK = 0.7
"""From here on a cell is dark enough for white figures (contrast 4.2 to 1 on both sides)."""


@dataclass(frozen=True)
class Picture:
    """An SVG as the address of an `<img>`, and its words."""

    src: str
    alt: str
    width: int
    height: int


def small(look: Look, resource: Resource) -> tuple[str, Picture] | None:
    """Return caption and graph of a resource in the week: the series that needs most attention; None: no data.

    Percent are drawn from 0 to 100 or to what goes beyond, others from 0 to the week's maximum; findings are marked,
    the band is light.
    """
    column = _worst(look, resource)
    if column is None:
        return None
    week, unit, say = look.week, look.spec(column).unit, look.say
    values = _cut(look.service_week.frame.series(column), week)
    known = values[values.notna()]
    top = max(100.0, float(known.max())) if unit == "Percent" else float(known.max()) * 1.05 or 1.0
    found = [each for each in flat(look.analysis.findings) if column_of(each) == column]
    marks = "".join(_span(each, week) for each in found)
    body = f"{_grid()}{marks}{_band(look, column, top)}{_line(values, week, top)}"
    name = metric_name(column.metric, column.statistic, say)
    low, high = (value_text(float(each), unit, column.statistic, say) for each in (known.min(), known.max()))
    caption = say("{metric}, {low} to {high}", metric=name, low=low, high=high)
    if column.part != look.service.name:
        caption = f"{column.part}: {caption}"
    alt = say("Graph of the week: {what}", what=f"{where(look.service.name, column.part)}, {caption}")
    return caption, picture(body, WIDTH, HEIGHT, alt)


def picture(body: str, width: int, height: int, alt: str) -> Picture:
    """Return an SVG of that size as an image inside the page."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
    whole = f"{svg}<title>{escape(alt)}</title>{body}</svg>"
    return Picture(f"data:image/svg+xml;base64,{b64encode(whole.encode()).decode()}", alt, width, height)


def hour_map(values: NDArray[np.float64], days: Sequence[str], unit: str, top: float, alt: str) -> Picture:
    """Return a map of days x 24 hours: the darker, the nearer to `top`, each with its number; NaN is left empty."""
    cells = "".join(_cell(day, hour, float(values[day, hour]), top) for day, hour in np.ndindex(values.shape))
    rows = "".join(
        f'<text x="{HEAD_W - 8}" y="{HEAD_H + row * CELL_H + 17}" text-anchor="end">{escape(name)}</text>'
        for row, name in enumerate(days)
    )
    hours = "".join(
        f'<text x="{HEAD_W + (hour + 0.5) * CELL_W:.0f}" y="15" text-anchor="middle">{hour}</text>'
        for hour in range(values.shape[1])
    )
    body = f'<g font-family="system-ui, sans-serif" font-size="13" fill="#1a1a1a">{hours}{rows}{cells}</g>'
    name = f"{alt} {unit}".strip()
    return picture(body, HEAD_W + CELL_W * values.shape[1], HEAD_H + CELL_H * len(days) + 2, name)


def _worst(look: Look, resource: Resource) -> Column | None:
    """Return the column with the finding of highest priority, else the first with data; None: no data."""
    columns = [column for column in look.judged(resource) if look.has_data(column)]
    found = [column_of(each) for each in flat(look.analysis.findings) if each.resource == resource]
    return next((column for column in (*found, *columns) if column in columns), None)


def _grid() -> str:
    """Return the frame and a line a day."""
    days = "".join(f"M{WIDTH * day / 7:.1f} 0V{HEIGHT}" for day in range(1, 7))
    frame = f'<rect x="0.5" y="0.5" width="{WIDTH - 1}" height="{HEIGHT - 1}" fill="#fff" stroke="{_GRID}"/>'
    return f'{frame}<path d="{days}" stroke="{_GRID}" fill="none"/>'


def _span(finding: Finding, week: Week) -> str:
    """Return the mark of a finding; at least 3 px, or nobody sees it."""
    left = _x(max(finding.start, week.start), week)
    right = _x(min(max(finding.until or finding.end, finding.end), week.end), week)
    wide = max(right - left, 3.0)
    return f'<rect x="{min(left, WIDTH - wide):.1f}" y="0" width="{wide:.1f}" height="{HEIGHT}" fill="{_SPAN}"/>'


def _band(look: Look, column: Column, top: float) -> str:
    """Return the expected band of the column."""
    bands = look.analysis.bands
    if (*column, "lower") not in bands.columns:
        return ""
    lower, upper = (_cut(bands[(*column, name)], look.week) for name in ("lower", "upper"))
    shapes = []
    for run in runs(lower.where(upper.notna())):
        stride = run.iloc[::12] if len(run) > 24 else run
        moments = pd.DatetimeIndex(stride.index)
        there = [f"{_x(at, look.week):.1f} {_y(float(lower[at]), top):.1f}" for at in moments]
        back = [f"{_x(at, look.week):.1f} {_y(float(upper[at]), top):.1f}" for at in moments[::-1]]
        shapes.append(f"M{'L'.join(there + back)}Z")
    return f'<path d="{"".join(shapes)}" fill="{_BAND}" fill-opacity="0.75"/>'


def _line(values: pd.Series, week: Week, top: float) -> str:
    """Return the line of the values, broken where datapoints are missing."""
    thinned, stride = thin(values.to_numpy(dtype=np.float32), _MOST)
    step = WIDTH * stride * 300 / ((week.end - week.start) / timedelta(seconds=1))
    first = _x(values.index[0], week)
    path, pen = [], "M"
    for number, value in enumerate(thinned):
        if np.isnan(value):
            pen = "M"
            continue
        path.append(f"{pen}{first + number * step:.1f} {_y(float(value), top):.1f}")
        pen = "L"
    return f'<path d="{"".join(path)}" fill="none" stroke="{_BLUE}" stroke-width="1.3" stroke-linejoin="round"/>'


def _cell(day: int, hour: int, value: float, top: float) -> str:
    """Return one hour of the map."""
    if np.isnan(value):
        return ""
    share = min(max(value / top, 0.0), 1.0)
    red, green, blue = (round(255 - (255 - low) * share) for low in (0, 73, 124))
    x, y = HEAD_W + hour * CELL_W, HEAD_H + day * CELL_H
    ink = "#fff" if share > DARK else "#1a1a1a"
    shown = f"{value:.0f}" if abs(value) >= 10 else f"{value:.1f}"
    box = f'<rect x="{x}" y="{y}" width="{CELL_W - 1}" height="{CELL_H - 1}" fill="rgb({red},{green},{blue})"/>'
    return f'{box}<text x="{x + CELL_W / 2:.0f}" y="{y + 17}" text-anchor="middle" fill="{ink}">{shown}</text>'


def _cut(series: pd.Series, week: Week) -> pd.Series:
    """Return the week of a series."""
    return series[(series.index >= week.start) & (series.index < week.end)]


def _x(moment: datetime, week: Week) -> float:
    """Return where a moment is drawn."""
    return WIDTH * ((moment - week.start) / (week.end - week.start))


def _y(value: float, top: float) -> float:
    """Return where a value is drawn, inside the frame."""
    return HEIGHT - 1 - (HEIGHT - 2) * min(max(value / top, 0.0), 1.0)
