"""The usual week of a service in one picture: what is expected at each hour, and the band around it."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from markupsafe import escape

from sre_lib.document.look import Look
from sre_lib.document.series import runs
from sre_lib.document.small import Picture, picture
from sre_lib.model import Column, Week
from sre_lib.wording.metrics import metric_name, value_text, where

WIDTH, HEIGHT, FOOT = 700, 84, 22
STRIDE = timedelta(minutes=30)
_BLUE, _BAND, _GRID, _LIMIT, _GREY = "#0072B2", "#cfe3f0", "#d9d9d9", "#D55E00", "#595959"


def usual_weeks(look: Look) -> list[tuple[str, Picture]]:
    """Return caption and picture of a service's traffic, CPU and memory, of those that have a baseline.

    What is drawn is what the week was compared with: the expected value of each half hour, and its band. The caption
    tells the lowest and the highest expected value, and when the highest is.
    """
    return [made for column in _columns(look) if (made := _usual(look, column)) is not None]


def _columns(look: Look) -> Iterator[Column]:
    """Yield what customers send first, then the first series of CPU and of memory, else the first of any."""
    judged = look.judged()
    front = [each for each in judged if look.catalog[look.service.part(each.part).kind].front]
    wanted = [
        next((each for each in front if each.statistic == "Sum"), None),
        *(next(iter(look.judged(resource)), None) for resource in ("cpu", "memory")),
    ]
    found = [each for each in wanted if each is not None]
    yield from found or judged[:1]


def _usual(look: Look, column: Column) -> tuple[str, Picture] | None:
    """Return caption and picture of one series; None where it has no baseline."""
    expected = _line(look, column, "expected")
    known = expected[expected.notna()]
    if known.empty:
        return None
    say, unit = look.say, look.spec(column).unit
    low, high = (value_text(float(each), unit, column.statistic, say) for each in (known.min(), known.max()))
    peak = pd.Timestamp(str(known.idxmax())).to_pydatetime()
    name = where(look.service.name, column.part), metric_name(column.metric, column.statistic, say)
    caption = say(
        "{metric}: usually {low} to {high}, highest {when}",
        metric=" – ".join(name), low=low, high=high, when=say.week_hour(peak, look.week.timezone),
    )  # fmt: skip
    lower, upper = (_line(look, column, each) for each in ("lower", "upper"))
    top = float(np.nanmax([known.max(), upper.max()])) * 1.05 or 1.0
    if unit == "Percent":
        top = max(top, 100.0)
    body = _frame(look) + _limit(look, column, top) + _band(look, lower, upper, top) + _curve(look, expected, top)
    alt = say("Usual week: {what}", what=caption)
    return caption, picture(body, WIDTH, HEIGHT + FOOT, alt)


def _line(look: Look, column: Column, name: str) -> "pd.Series[float]":
    """Return a line of the baseline over the week, a value each half hour; empty where there is none."""
    bands = look.analysis.bands
    if (*column, name) not in bands.columns:
        return pd.Series(dtype=np.float64, index=pd.DatetimeIndex([], tz="UTC"))
    series = bands[(*column, name)]
    week = series[(series.index >= look.week.start) & (series.index < look.week.end)]
    return week.resample(STRIDE).mean()


def _frame(look: Look) -> str:
    """Return the frame, a line a day, and below it the weekdays."""
    lines = "".join(f"M{WIDTH * day / 7:.1f} 0V{HEIGHT}" for day in range(1, 7))
    noons = [look.week.start + (look.week.end - look.week.start) * (day + 0.5) / 7 for day in range(7)]
    names = "".join(
        f'<text x="{WIDTH * (day + 0.5) / 7:.0f}" y="{HEIGHT + 16}" text-anchor="middle">'
        f"{escape(look.say.weekday(noon, look.week.timezone))}</text>"
        for day, noon in enumerate(noons)
    )
    return (
        f'<rect x="0.5" y="0.5" width="{WIDTH - 1}" height="{HEIGHT - 1}" fill="#fff" stroke="{_GRID}"/>'
        f'<path d="{lines}" stroke="{_GRID}" fill="none"/>'
        f'<g font-family="system-ui, sans-serif" font-size="13" fill="{_GREY}">{names}</g>'
    )


def _limit(look: Look, column: Column, top: float) -> str:
    """Return the limit as a line; nothing where it is not known or beyond the picture."""
    limit = look.limit(column)
    if not limit or limit > top:
        return ""
    y = _y(limit, top)
    return f'<path d="M0 {y:.1f}H{WIDTH}" stroke="{_LIMIT}" stroke-width="1.5" stroke-dasharray="6 4" fill="none"/>'


def _band(look: Look, lower: pd.Series, upper: pd.Series, top: float) -> str:
    """Return the band, each stretch by itself."""
    shapes = []
    for run in runs(lower.where(upper.notna())):
        edge = upper.loc[run.index[0] : run.index[-1]]
        there, back = _points(look, run, top), _points(look, edge, top)[::-1]
        shapes.append(f"M{'L'.join([*there, *back])}Z")
    return f'<path d="{"".join(shapes)}" fill="{_BAND}"/>' if shapes else ""


def _curve(look: Look, expected: pd.Series, top: float) -> str:
    """Return the line of what is expected, broken where nothing is known."""
    stretches = "".join(f"M{'L'.join(_points(look, run, top))}" for run in runs(expected))
    return f'<path d="{stretches}" fill="none" stroke="{_BLUE}" stroke-width="1.8" stroke-linejoin="round"/>'


def _points(look: Look, values: pd.Series, top: float) -> Sequence[str]:
    """Return the points of a series."""
    return [
        f"{_x(at, look.week):.1f} {_y(float(value), top):.1f}"
        for at, value in zip(pd.DatetimeIndex(values.index), values, strict=True)
    ]


def _x(moment: datetime, week: Week) -> float:
    """Return where a moment is drawn."""
    return WIDTH * ((moment - week.start) / (week.end - week.start))


def _y(value: float, top: float) -> float:
    """Return where a value is drawn, inside the frame."""
    return HEIGHT - 1 - (HEIGHT - 2) * min(max(value / top, 0.0), 1.0)
