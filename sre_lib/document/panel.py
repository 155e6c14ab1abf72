"""One column of a service over a span of time, as lines of a chart: draws what was found, computes no statistics."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sre_lib.document.axes import BAND, BLUE, GHOST, LIGHT_BLUE, VERMILLION, Scale, limit_fits, scale_of, y_axis
from sre_lib.document.display import chart_text
from sre_lib.document.look import Look
from sre_lib.document.series import points, runs
from sre_lib.model import Column
from sre_lib.views import DERIVED
from sre_lib.weeks import previous
from sre_lib.wording.metrics import PERIOD_STATISTICS, metric_name, statistic_name, value_text, where

Trace = dict[str, Any]


@dataclass(frozen=True)
class Panel:
    """A judged column over `[start, end]`, with the second statistic of its metric behind it."""

    look: Look
    column: Column
    start: datetime
    end: datetime

    @cached_property
    def scale(self) -> Scale:
        """How values are drawn, the same for every line of the panel."""
        largest = np.nanmax(np.abs(self._cut(self.look.service_week.frame.series(self.column))), initial=0.0)
        return scale_of(self.look.spec(self.column).unit, float(largest))

    @property
    def title(self) -> str:
        """Return part, metric and unit."""
        column, say = self.column, self.look.say
        name = f"{where(self.look.service.name, column.part)} – {metric_name(column.metric, column.statistic, say)}"
        unit = self.scale.suffix.strip()
        if column.statistic in PERIOD_STATISTICS:
            unit = say("{value} per 5 min", value=unit).strip()
        return f"{name} ({unit})" if unit and unit not in name else name

    @property
    def behind(self) -> Column | None:
        """Return the second statistic of the metric; None where there is none or it was not asked for."""
        column = self.column._replace(statistic=self.look.spec(self.column).show or self.column.statistic)
        return column if column != self.column and column in self.look.service_week.frame.answers else None

    def traces(self) -> list[Trace]:
        """Return the lines from back to front: band, last week, expected, second statistic, value."""
        look, say, column = self.look, self.look.say, self.column
        lines = self._band_traces() + self._ghost()
        expected = self._baseline("expected")
        if expected.notna().any():
            lines.append(self._line(expected, say("Expected"), BLUE, 1.2) | {"line": _thin_line(BLUE, "dot")})
        if self.behind:
            values = self._cut(look.service_week.frame.series(self.behind))
            lines.append(self._line(values, statistic_name(self.behind.statistic, say), LIGHT_BLUE, 1.2))
        values = self._cut(look.service_week.frame.series(column))
        name = say("This week") if column.statistic == DERIVED else statistic_name(column.statistic, say)
        return [*lines, self._line(values, name, BLUE, 2.2)]

    def axis(self, lines: list[Trace]) -> dict[str, Any]:
        """Return the value axis for the lines that are drawn."""
        return y_axis(self.look.spec(self.column).unit, _values(lines), self._limit())

    def limit_marks(self, lines: list[Trace], yref: str = "y") -> tuple[list[Trace], list[Trace]]:
        """Return the limit as a shape and its label; nothing where it is unknown or far above the values."""
        limit, unit = self._limit(), self.look.spec(self.column).unit
        if limit is None or not (unit == "Percent" or limit_fits(limit, float(np.nanmax(_values(lines), initial=0.0)))):
            return [], []
        known = value_text(limit * self.scale.divisor, unit, "", self.look.say)
        text = self.look.say("limit {value}", value=known) if limit else self.look.say("nothing left")
        line = {
            "type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": yref, "y0": limit, "y1": limit,
            "line": {"color": VERMILLION, "width": 1.6, "dash": "dash"},
        }  # fmt: skip
        label = {
            "text": chart_text(text), "xref": "paper", "x": 0.004,
            "xanchor": "left", "yref": yref, "y": limit, "yanchor": "bottom" if limit == 0 else "top",
            "showarrow": False, "font": {"color": VERMILLION, "size": 13}, "bgcolor": "rgba(255, 255, 255, 0.75)",
        }  # fmt: skip
        return [line], [label]

    def _limit(self) -> float | None:
        """Return the limit as it is drawn; None: not known."""
        limit = self.look.limit(self.column)
        return None if limit is None else limit / self.scale.divisor

    def _ghost(self) -> list[Trace]:
        """Return last week's values, drawn seven local days later; none where the chart shows last week itself."""
        if self.start < self.look.week.start:
            return []
        later = self.look.week.start - previous(self.look.week).start
        series = self.look.service_week.frame.series(self.column)
        values = series.loc[_stamp(self.start - later) : _stamp(self.end - later)]
        if not values.notna().any():
            return []
        line = self._line(values, self.look.say("Last week"), GHOST, 1.2)
        return [line | points(values / self.scale.divisor, self.look.week.timezone, timedelta(days=7))]

    def _band_traces(self) -> list[Trace]:
        """Return the expected band: two edges for each stretch that has one, the space between them filled."""
        lower, upper = self._baseline("lower"), self._baseline("upper")
        lines: list[Trace] = []
        for low in runs(lower.where(upper.notna())):
            high = upper.loc[low.index[0] : low.index[-1]]
            edge = {"type": "scatter", "mode": "lines", "line": {"width": 0, "color": BAND}, "hoverinfo": "skip"}
            fill = {"fill": "tonexty", "fillcolor": BAND, "name": self.look.say("Expected band")}
            lines.append({**edge, **self._points(low), "showlegend": False})
            lines.append({**edge, **self._points(high), **fill, "showlegend": len(lines) == 1})
        return lines

    def _line(self, values: pd.Series, name: str, color: str, width: float) -> Trace:
        """Return one line with its hover text."""
        return {
            "type": "scatter", "mode": "lines", "name": name, **self._points(values), "connectgaps": False,
            "line": {"color": color, "width": width}, "hovertemplate": "%{y:,.4~r}" + self.scale.suffix,
        }  # fmt: skip

    def _points(self, values: pd.Series) -> Trace:
        """Return a series scaled and in local time."""
        return points(values / self.scale.divisor, self.look.week.timezone)

    def _baseline(self, name: str) -> pd.Series:
        """Return one line of the baseline; empty where the column has none."""
        bands = self.look.analysis.bands
        if (*self.column, name) in bands.columns:
            return self._cut(bands[(*self.column, name)])
        return pd.Series(dtype=np.float64, index=pd.DatetimeIndex([], tz="UTC"))

    def _cut(self, series: pd.Series) -> pd.Series:
        """Return the part of a series in the span."""
        return series.loc[_stamp(self.start) : _stamp(self.end)]


def _stamp(moment: datetime) -> pd.Timestamp:
    """Return a moment as pandas slices by it: it refuses two that call UTC differently."""
    return pd.Timestamp(moment).tz_convert("UTC")


def _thin_line(color: str, dash: str) -> dict[str, Any]:
    """Return the style of a thin line."""
    return {"color": color, "width": 1.2, "dash": dash}


def _values(lines: list[Trace]) -> NDArray[np.float64]:
    """Return all values that are drawn, already scaled."""
    return np.concatenate([np.asarray(line["y"], dtype=np.float64) for line in lines])
