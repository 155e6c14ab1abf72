"""A CSV of datapoints -> what an alarm's replay looks at, on the grid of the alarm's minutes or of its period."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from sre_lib.alarm import Alarm
from sre_lib.alarms.points import Ints, MetricPoints, NotReplayable, Points
from sre_lib.alarms.watched import RESULT, needed
from sre_lib.errors import UserMistakeError
from sre_lib.run.csv_series import read_rows, times_of, values_of, zone

MINUTE_S, SHORT_UNIT_S = 60, 10
MOST_SLOTS = 6_000_000
"""Eleven years of minutes."""
SET = ("sum", "count", "min", "max")
BAND = ("lower", "upper")
FORMS = (("timestamp", "value"), ("timestamp", *SET))
TWICE = "several rows of one timestamp differ: their mean is taken"
OFF_GRID = "{n} timestamps lie between two periods of {step} s: each counts in the period that it lies in"
FINER = "several datapoints of one slot are averaged"
_OF_STATISTIC = {"Sum": "sum", "SampleCount": "sum", "Minimum": "min", "Maximum": "max"}
_OF_SET = {"sum": "sum", "count": "sum", "min": "min", "max": "max"}


class Read(NamedTuple):
    """The datapoints of a file, and what a reader should know of them."""

    points: Points
    notes: tuple[str, ...] = ()


def read_points(path: Path, alarm: Alarm, timezone: str = "") -> Read | NotReplayable:
    """Return the datapoints of a CSV for an alarm: `timestamp,value` or `timestamp,sum,count,min,max`.

    Timestamps as for `csv_series.read_series`; a row without a value, and a row that is not there, is a step without a
    datapoint. `lower` and `upper` beside them are the anomaly detection band, `count` beside a value its samples. An
    alarm with metric math has a column for each metric, called as its id, or `value`: the metric where it is only one,
    else the result of the expression. The step is the alarm's period where all rows lie so far apart, else 60 s (10 s
    for alarms of shorter periods). Rows of one timestamp are averaged; a note says so where they differ, another where
    timestamps lie off the grid. Raises UserMistakeError, with file and line, for what cannot be read.
    """
    if timezone:
        zone(timezone)
    ids = needed(alarm)
    if isinstance(ids, NotReplayable):
        return ids
    rows = read_rows(path, _forms(alarm, ids), (*SET, *BAND))
    seconds = times_of(path, rows["timestamp"], timezone)
    values = pd.DataFrame({name: values_of(path, rows[name]) for name in rows.columns[1:]}, index=rows.index)
    _check_set(path, values)
    if rows.empty:
        return NotReplayable("no_row", {"path": str(path)})
    return _on_grid(path, alarm, ids, seconds, values.set_axis(seconds, axis=0))


def _forms(alarm: Alarm, ids: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Return which sets of columns an alarm can be replayed from."""
    if not alarm.metrics:
        return FORMS
    named = ("timestamp", *(each.lower() for each in ids))
    return (named, *FORMS) if len(ids) == 1 else (named, FORMS[0])


def _check_set(path: Path, values: pd.DataFrame) -> None:
    """Refuse rows of sum, count, min and max that cannot be; a count of 0 is no datapoint."""
    if "count" in values and (values["count"] < 0).any():
        line = values.index[values["count"] < 0][0]
        raise UserMistakeError(f"{path}, line {line}: count: got {values['count'][line]:g}, wants 0 or more")
    if not set(SET) <= set(values):
        return
    part = values[list(SET)]
    some = part.isna().any(axis=1) & part.notna().any(axis=1)
    if some.any():
        line = some.index[some][0]
        lacks = ", ".join(part.columns[part.loc[line].isna()])
        raise UserMistakeError(f"{path}, line {line}: got no {lacks}, wants {', '.join(SET)} together or none of them")
    crossed = part["min"] > part["max"]
    if crossed.any():
        line = crossed.index[crossed][0]
        raise UserMistakeError(f"{path}, line {line}: min: got {part['min'][line]:g}, wants at most max")
    values.loc[part["count"] == 0, list(SET)] = np.nan


def _on_grid(path: Path, alarm: Alarm, ids: Sequence[str], seconds: Ints, values: pd.DataFrame) -> Read | NotReplayable:
    """Return datapoints, indexed by their seconds since the epoch, on a regular grid."""
    unit = MINUTE_S if alarm.period_s >= MINUTE_S else SHORT_UNIT_S
    gaps: Ints = np.ediff1d(np.unique(seconds // unit * unit)).astype(np.int64)
    if unit < MINUTE_S and len(gaps) and not (gaps % MINUTE_S).any():
        every = int(np.median(gaps))
        return NotReplayable("too_coarse", {"period_s": alarm.period_s, "every": every})
    step = int(np.gcd.reduce([alarm.period_s, *np.unique(gaps)]))
    start = int(seconds.min()) // unit * unit
    size = (int(seconds.max()) - start) // step + 1
    if size > MOST_SLOTS:
        raise UserMistakeError(f"{path}: timestamp: got {size} periods of {step} s, wants at most {MOST_SLOTS}")
    one_each = values.groupby(level=0).mean()
    after = one_each.index.to_numpy() - start
    slots = pd.Index(after // step)
    # Several datapoints a slot are finer ones, and no misplaced ones.
    between = 0 if slots.has_duplicates else int(np.count_nonzero(after % step))
    how = {str(name): _how(str(name), alarm, ids) for name in values}
    grouped = one_each.groupby(slots)
    found = grouped.agg(how).where(grouped.count() > 0).reindex(range(size))
    averaged = slots.has_duplicates and "mean" in how.values()
    lower, upper = (found[name].to_numpy() if name in found else None for name in BAND)
    points = Points(start, step, _metrics(found, alarm, ids), lower, upper, (FINER,) if averaged else ())
    differ = bool((values.groupby(level=0).nunique() > 1).any(axis=None))
    notes = [*_notes(alarm, gaps), *([TWICE] if differ else [])]
    return Read(points, (*notes, *([OFF_GRID.format(n=between, step=step)] if between else [])))


def _how(column: str, alarm: Alarm, ids: Sequence[str]) -> str:
    """Return how several datapoints of a column that share a slot become one."""
    if column in _OF_SET:
        return _OF_SET[column]
    by_column = {each.id.lower(): each.statistic for each in alarm.metrics}
    alone = by_column.get(ids[0].lower(), alarm.statistic) if len(ids) == 1 else ""
    return _OF_STATISTIC.get(by_column.get(column, alone if column == "value" else ""), "mean")


def _metrics(found: pd.DataFrame, alarm: Alarm, ids: Sequence[str]) -> dict[str, MetricPoints]:
    """Return the columns as the alarm's metrics."""
    columns = {str(name): found[name].to_numpy() for name in found}
    if alarm.metrics and {each.lower() for each in ids} <= set(columns):
        return {each: MetricPoints(value=columns[each.lower()]) for each in ids}
    total, count, minimum, maximum = (columns.get(name) for name in SET)
    whole = set(SET) <= set(columns)
    one = MetricPoints(columns.get("value"), total if whole else None, count, minimum, maximum)
    return {ids[0] if len(ids) == 1 else RESULT: one}


def _notes(alarm: Alarm, gaps: Ints) -> tuple[str, ...]:
    """Return what a reader should know of the file's steps."""
    if len(gaps) and gaps.min() > alarm.period_s:
        return (f"no two datapoints are closer than {gaps.min()} s, the alarm's period is {alarm.period_s} s",)
    return ()
