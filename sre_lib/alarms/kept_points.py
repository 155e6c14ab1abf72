"""The kept datapoints of an alarm, as a replay wants them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from sre_lib.alarms.points import MetricPoints, Points
from sre_lib.collect.alarms.datapoints import AlarmDatapoints
from sre_lib.collect.alarms.kept import AlarmId
from sre_lib.collect.alarms.watched import watched
from sre_lib.collect.windows import epoch


def points_of(alarm: AlarmId, raw: Mapping[str, Any], kept: AlarmDatapoints, start: datetime, end: datetime) -> Points:
    """Return the datapoints of all metrics of an alarm in `[start, end)`, on one grid.

    `raw` is the definition as CloudWatch tells it. The grid is of 60 s, or of the alarm's period where it watches a
    percentile, which cannot be rebuilt from shorter ones. A composite alarm has no metrics.
    """
    metrics = watched(alarm, raw)
    step_s = max((each.wanted[1] for each in metrics), default=60)
    frames = {each.id: _on_grid(kept.frame(each, start, end), each.wanted[1], step_s) for each in metrics}
    first = epoch(start) // step_s * step_s
    return Points(first, step_s, {name: _metric(frame) for name, frame in frames.items()})


def _on_grid(frame: pd.DataFrame, period_s: int, step_s: int) -> pd.DataFrame:
    """Return statistic sets of a longer period; a period without any stays without."""
    if period_s == step_s:
        return frame
    slots = frame.resample(f"{step_s}s", origin="epoch")
    added = slots[["sum", "count"]].sum(min_count=1)
    return added.assign(min=slots["min"].min(), max=slots["max"].max())


def _metric(frame: pd.DataFrame) -> MetricPoints:
    """Return one metric's columns as arrays."""
    if "value" in frame:
        return MetricPoints(value=frame["value"].to_numpy(float))
    total, count, low, high = (frame[name].to_numpy(float) for name in ("sum", "count", "min", "max"))
    return MetricPoints(total=total, count=count, minimum=low, maximum=high)
