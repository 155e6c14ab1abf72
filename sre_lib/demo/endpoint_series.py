"""One series as CloudWatch would answer it: period against age, buckets, statistics rebuilt from minutes."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sre_lib.demo.backend import Backend, Dimensions, Floats, Minutes, Series
from sre_lib.demo.endpoint_request import MetricStat

HOUR_S, DAY_S = 3600, 86_400
RETENTION_S = 455 * DAY_S
_FINEST = ((15 * DAY_S, 60), (63 * DAY_S, 300), (RETENTION_S, HOUR_S))
"""Finest period by the age of StartTime (AWS API reference, GetMetricData: StartTime, MetricStat.Period)."""

Times = NDArray[np.int64]
Points = tuple[Times, Floats]
_NOTHING: Points = (np.empty(0, np.int64), np.empty(0))


def finest_period(age_s: float) -> int:
    """Return the finest period in seconds that still exists for a StartTime of this age."""
    return next((period for oldest, period in _FINEST if age_s <= oldest), HOUR_S)


@dataclass(frozen=True)
class Window:
    """What one call asks for: `[start, end)` in seconds since the epoch, seen at `now`.

    CloudWatch rounds the start down by its age; buckets begin there, also where that is not a multiple of the period.
    """

    start: int
    end: float
    now: int

    @classmethod
    def rounded(cls, start: float, end: float, now: int) -> "Window":
        """Return the window with its start rounded as documented."""
        finest = finest_period(now - start)
        return cls(int(start // finest) * finest, end, now)

    def buckets(self, period: int) -> Times:
        """Return the starts of the buckets of one period that can hold datapoints, oldest first."""
        passed = self.now // 60 * 60
        count = -int(-(min(self.end, passed) - self.start) // period)
        oldest = max(0, -((self.start - (self.now - RETENTION_S)) // period))
        return self.start + period * np.arange(oldest, max(count, oldest), dtype=np.int64)


@dataclass
class Reader:
    """Reads the series of one call; the minutes of a metric are built once for all its statistics."""

    backend: Backend
    window: Window
    _minutes: dict[tuple[str, str, Dimensions, int], Minutes] = field(default_factory=dict)

    def points(self, stat: MetricStat) -> Points:
        """Return timestamps (ascending) and values of the buckets that hold data."""
        if stat.period % finest_period(self.window.now - self.window.start):
            return _NOTHING
        metric = stat.metric
        series = self.backend.series(metric.namespace, metric.metric_name, metric.dimension_set)
        starts = self.window.buckets(stat.period)
        if series is None or not len(starts):
            return _NOTHING
        values = (
            self._percentile(series, stat, starts) if stat.stat[0] == "p" else self._statistic(series, stat, starts)
        )
        if values is None:
            return _NOTHING
        there = ~np.isnan(values)
        return starts[there], values[there]

    def _statistic(self, series: Series, stat: MetricStat, starts: Times) -> Floats:
        """Return one of the five statistics of each bucket."""
        metric = stat.metric
        key = (metric.namespace, metric.metric_name, metric.dimension_set, stat.period)
        if key not in self._minutes:
            first, last = self._published(stat.period, starts)
            self._minutes[key] = series.minutes(first, last)
        step, minutes = stat.period // 60, self._minutes[key]
        if stat.stat == "Average":
            return rolled_up(minutes, "Sum", step) / rolled_up(minutes, "SampleCount", step)
        return rolled_up(minutes, stat.stat, step)

    def _percentile(self, series: Series, stat: MetricStat, starts: Times) -> Floats | None:
        """Return a percentile of each bucket; the newest bucket holds only the minutes that have passed."""
        share, step = float(stat.stat[1:]) / 100, stat.period // 60
        first, last = self._published(stat.period, starts)
        whole = first + (last - first) // step * step
        values = series.percentile(share, first, whole, step)
        if values is None or whole == last:
            return values
        rest = series.percentile(share, whole, last, last - whole)
        return None if rest is None else np.concatenate([values, rest])

    def _published(self, period: int, starts: Times) -> tuple[int, int]:
        """Return the first minute and the end of the last one that has passed by now."""
        return int(starts[0]) // 60, min((int(starts[-1]) + period) // 60, self.window.now // 60)


def rolled_up(minutes: Minutes, statistic: str, step: int) -> Floats:
    """Return one statistic of each `step` minutes, exactly; the last bucket may be shorter; NaN where empty."""
    values = {"Sum": minutes.total, "SampleCount": minutes.samples, "Minimum": minutes.minimum}.get(
        statistic, minutes.maximum
    )
    if step == 1:
        return values
    rest = -len(values) % step
    padded = np.pad(values, (0, rest), constant_values=np.nan) if rest else values
    # Minutes of a bucket in one column: NumPy is several times faster along the first axis of a short one.
    columns = np.ascontiguousarray(padded.reshape(-1, step).T)
    if statistic == "Minimum":
        return np.asarray(np.fmin.reduce(columns))
    if statistic == "Maximum":
        return np.asarray(np.fmax.reduce(columns))
    empty = np.isnan(columns)
    return np.where(empty.all(axis=0), np.nan, np.where(empty, 0.0, columns).sum(axis=0))
