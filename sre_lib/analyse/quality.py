"""How much of a series was seen, and whether that is enough to judge it."""

from collections.abc import Mapping
from datetime import timedelta

import numpy as np
import pandas as pd

from sre_lib.analyse import robust
from sre_lib.collect.frame import NOT_ASKED
from sre_lib.model import Answer, Column, Coverage, Status, Week

LEAST_DAYS = 2.0
"""Days of datapoints, history and week together, without which nothing can be called usual."""

LEAST_SHARE = 0.2
"""Share of the reviewed week's datapoints without which the week cannot be judged."""

STALE_SHARE = 0.5
"""A series that repeats its last value more often than this is flat by nature, not stale."""

Shortage = tuple[str, Mapping[str, float | str]]


def coverage(series: pd.Series, column: Column, answer: Answer, week: Week) -> Coverage:
    """Return how much of `[week.start, week.end)` a series (regular UTC index, NaN: no datapoint) was seen."""
    values = robust.floats(within(series, week))
    period_s = robust.period_of(robust.index_of(series))
    expected = (week.end - week.start).total_seconds() / period_s
    there = ~np.isnan(values)
    missing = expected - len(values)
    gaps = [last - first for first, last in robust.runs(~there)]
    return Coverage(
        column=column,
        status=answer.status,
        share=float(np.count_nonzero(there) / expected),
        longest_gap_min=max([*gaps, missing]) * period_s / 60,
        message=answer.message,
        longest_stale_min=_longest_stale(values[there]) * period_s / 60,
    )


def shortage(series: pd.Series, answer: Answer, week: Week, hourly: pd.Series | None = None) -> Shortage | None:
    """Return why a series cannot be judged (a key of NotEvaluated.reason and its numbers); None where it can be.

    `hourly` is the same series at 3600 s, where there is one.
    """
    values = robust.floats(series)
    there = np.count_nonzero(~np.isnan(values))
    if answer.status is Status.DENIED:
        return "denied", {"message": answer.message}
    if there == 0:
        return _nothing(week, hourly)
    days = there * robust.period_of(robust.index_of(series)) / timedelta(days=1).total_seconds()
    share = float(np.mean(~np.isnan(robust.floats(within(series, week)))))
    if share < LEAST_SHARE and answer.status is Status.PARTIAL:
        return "partial", {"share": share}
    if share < LEAST_SHARE:
        return ("too_little_data", {"share": share}) if share else _nothing(week, hourly)
    return ("too_little_history", {"days": days, "wanted": LEAST_DAYS}) if days < LEAST_DAYS else None


def not_published(series: pd.Series, answer: Answer, hourly: pd.Series | None = None) -> bool:
    """Tell whether a series was asked for, answered, and had no datapoint in history and week either."""
    there = series.notna().any() or (hourly is not None and hourly.notna().any())
    return answer.status is Status.NO_DATA and NOT_ASKED not in answer.message and not there


def within(series: pd.Series, week: Week) -> pd.Series:
    """Return the part of a series that lies in the reviewed week."""
    first, last = bounds(robust.index_of(series), week)
    return series.iloc[first:last]


def bounds(index: pd.DatetimeIndex, week: Week) -> tuple[int, int]:
    """Return the slots `[first, last)` of an index that lie in the reviewed week."""
    first, last = index.searchsorted(pd.DatetimeIndex([week.start, week.end]))
    return int(first), int(last)


def _nothing(week: Week, hourly: pd.Series | None) -> Shortage:
    """Return why a week has no datapoint: none came, or it is so old that there are hourly ones alone."""
    by_hour = hourly is not None and within(hourly, week).notna().any()
    return ("only_hourly" if by_hour else "no_data"), {}


def _longest_stale(values: robust.Floats) -> int:
    """Return the longest run of one repeated value, in datapoints; 0 for a series that mostly repeats itself."""
    if len(values) < 2:
        return 0
    same = np.diff(values) == 0
    if same.mean() > STALE_SHARE or not same.any():
        return 0
    return 1 + max(last - first for first, last in robust.runs(same))
