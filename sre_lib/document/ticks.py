"""The steps of scaling as thin ticks at the foot of a graph: too many for labels, and they must hide no data."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sre_lib.document.axes import INK
from sre_lib.document.changes import steps
from sre_lib.document.look import Look
from sre_lib.document.series import local_text
from sre_lib.wording import Wording

Trace = dict[str, Any]

_MARKER = {"symbol": "line-ns-open", "size": 14, "opacity": 0.7, "color": INK, "line": {"width": 1, "color": INK}}


def scaling_ticks(look: Look, start: datetime, end: datetime, axis: Mapping[str, Any], part: str = "") -> list[Trace]:
    """Return the steps of `[start, end)` as one trace on the lower edge of a value axis; none where nothing scaled.

    With `part` only those of one part. The trace belongs before the lines, so that these are drawn over it.
    """
    inside = [each for each in steps(look) if start <= each.start < end and part in {"", each.part}]
    if not inside:
        return []
    texts = [" → ".join(filter(None, each.details["scaled"])) for each in inside]
    return [
        {
            "type": "scatter", "mode": "markers", "name": look.say("Scaling"), "marker": _MARKER,
            "x": [local_text(each.start, look.week.timezone) for each in inside],
            "y": [axis["range"][0]] * len(inside), "text": texts, "hovertemplate": "%{text}",
        }
    ]  # fmt: skip


def tick_legend(say: Wording) -> Trace:
    """Return a trace without points that explains the ticks."""
    trace: Trace = {"type": "scatter", "mode": "markers", "name": say("Scaling"), "marker": _MARKER}
    return trace | {"x": [None], "y": [None], "hoverinfo": "skip"}
