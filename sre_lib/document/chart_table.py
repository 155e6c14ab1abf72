"""The numbers of a chart as a small table: for who cannot see it, and for who wants the figure itself."""

import re
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any, NamedTuple

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from sre_lib.wording import Wording

Figure = Mapping[str, Any]
Trace = Mapping[str, Any]

_MARKUP = re.compile(r"</?b>")
_LINES, _BARS = "lines", "bar"
_NOT_SAME = 1e-6


class LineNumbers(NamedTuple):
    """One line of a chart: its panel (empty: the chart has one) and name, then texts."""

    panel: str
    name: str
    lowest: str
    lowest_at: str
    highest: str
    highest_at: str
    last: str


def chart_table(figure: Figure, say: Wording) -> str:
    """Return the folded table of a figure as plotly draws it: a row a line; a sentence where no line has a value.

    Lowest and highest are exact: what is thinned out for drawing keeps both. Edges of bands and marks have no row.
    """
    rows = list(line_numbers(figure, say))
    if not rows:
        return Markup('<p class="numbers">{}</p>').format(say("No line of this graph has a value."))
    panels = any(row.panel for row in rows)
    heads = [
        *([say("Graph")] if panels else []), say("Line"), say("Lowest"), say("At"), say("Highest"), say("At"),
        say("Last"),
    ]  # fmt: skip
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(each) for each in heads)
    body = Markup("").join(_row(row if panels else row[1:]) for row in rows)
    return Markup(
        '<details class="numbers"><summary>{title}</summary><table><thead><tr>{head}</tr></thead>'
        "<tbody>{body}</tbody></table></details>"
    ).format(title=say("Numbers of this graph"), head=head, body=body)


def line_numbers(figure: Figure, say: Wording) -> Iterator[LineNumbers]:
    """Yield what each line that has a name and a value shows, panel by panel as they are drawn."""
    layout = figure.get("layout", {})
    titles = _titles(layout)
    is_date = layout.get("xaxis", {}).get("type") == "date"
    for trace in figure.get("data", ()):
        values = _array(trace.get("y", ()))
        known = np.flatnonzero(np.isfinite(values)) if _is_line(trace) else np.empty(0, dtype=np.int64)
        if not known.size:
            continue
        low, high = int(known[values[known].argmin()]), int(known[values[known].argmax()])
        lowest, highest, last = (say.number(float(values[each])) for each in (low, high, known[-1]))
        places = _Places(trace, say, is_date=is_date)
        yield LineNumbers(
            titles.get(str(trace.get("yaxis", "y")), ""), _plain(trace["name"]),
            lowest, places.text(low), highest, places.text(high), last,
        )  # fmt: skip


class _Places:
    """Where the points of a trace are, as text."""

    def __init__(self, trace: Trace, say: Wording, *, is_date: bool) -> None:
        self._trace, self._say, self._is_date = trace, say, is_date

    def text(self, at: int) -> str:
        """Return the place of a point: local day and time, or what stands at the axis."""
        trace = self._trace
        if "x0" in trace:
            return self._time(datetime.fromisoformat(trace["x0"]) + timedelta(milliseconds=float(trace["dx"])) * at)
        x = trace["x"]
        if isinstance(x, Sequence):
            return self._named(str(x[at]))
        value = float(_array(x)[at])
        return self._time(datetime.fromtimestamp(value / 1000, UTC)) if self._is_date else self._say.number(value)

    def _named(self, x: str) -> str:
        """Return a place that is written out: a day, a moment, or a name."""
        if not self._is_date:
            return _plain(x)
        moment = datetime.fromisoformat(x)
        return self._time(moment) if "T" in x else self._say.day(moment.replace(tzinfo=UTC), "UTC")

    def _time(self, local: datetime) -> str:
        """Return a moment; the trace has local time already."""
        return self._say.time(local.replace(tzinfo=UTC), "UTC")


def _is_line(trace: Trace) -> bool:
    """Tell whether a trace is a line or bar with a name of its own, not the edge of a band or a mark."""
    drawn = trace.get("type") == _BARS or _LINES in str(trace.get("mode", ""))
    edge = trace.get("line", {}).get("width", 1) == 0
    legend_only = trace.get("hoverinfo") == "skip"
    return bool(drawn and trace.get("name") and not edge and not legend_only)


def _titles(layout: Mapping[str, Any]) -> dict[str, str]:
    """Return the title of each panel by its value axis: it stands at the top of the panel's part of the chart."""
    tops = {
        f"y{name.removeprefix('yaxis')}": axis["domain"][1]
        for name, axis in layout.items()
        if name.startswith("yaxis") and axis.get("domain")
    }
    bold = [each for each in layout.get("annotations", ()) if str(each.get("text", "")).startswith("<b>")]
    return {
        axis: _plain(each["text"]) for axis, top in tops.items() for each in bold if abs(each["y"] - top) < _NOT_SAME
    }


def _array(values: Mapping[str, str] | Sequence[float | None]) -> NDArray[np.float64]:
    """Return the numbers of a trace: plotly writes arrays as base64, and a gap in a list as None."""
    if isinstance(values, Mapping):
        return np.frombuffer(b64decode(values["bdata"]), dtype=values["dtype"]).astype(np.float64)
    return np.array([np.nan if each is None else each for each in values], dtype=np.float64)


def _plain(text: str) -> str:
    """Return a text of a chart without the markup that plotly wants."""
    return unescape(_MARKUP.sub("", text))


def _row(cells: Sequence[str]) -> Markup:
    """Return one row; its first cell is its head."""
    head, *others = cells
    return Markup('<tr><th scope="row">{head}</th>{cells}</tr>').format(
        head=head, cells=Markup("").join(Markup("<td>{}</td>").format(each) for each in others)
    )
