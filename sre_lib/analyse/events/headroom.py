"""How far each resource was from its limit at the week's peak, and whether that shrinks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd
from scipy.stats import theilslopes

from sre_lib.analyse import robust
from sre_lib.analyse.events.chain import GIVE_OUT, Hop, Trace, chain_of, traces_of
from sre_lib.analyse.events.conformal import Interval
from sre_lib.analyse.events.fleet import as_many, most_tasks, samples_of
from sre_lib.analyse.robust import Floats
from sre_lib.catalog import Catalog
from sre_lib.model import Column, ServiceWeek

PEAK = 0.999
"""Quantile that counts as the week's peak: without the two highest of 2,016 datapoints."""

LEAST_SHARE = 0.5
"""Share of a week's datapoints without which it has no peak."""

LEAST_WEEKS = 4
"""Peaks from which a trend is told: over three the slope's interval is the whole range."""

TASKS, WORK = "tasks", "cpu_of_most_tasks"
"""What is told of an autoscaled service beside its metrics: its tasks, and its CPU times tasks in percent of all that
the most tasks have."""

_NONE = Interval(float("nan"), float("nan"), float("nan"))


@dataclass(frozen=True)
class Headroom:
    """One resource at the week's peak, in `unit`; NaN: not known.

    `peak` is the p99.9 of the week (p0.1 where it falls). `peaks` are those of each week, oldest first (NaN: too few
    datapoints); `slope` what they move a week, with its 95 % interval; `days` until the limit at that pace (inf: it
    does not come nearer, or the interval holds 0; NaN: too few weeks for a slope).
    """

    hop: Hop
    resource: str
    unit: str
    limit: float
    peak: float
    peaks: tuple[float, ...]
    slope: Interval
    falls: bool = False

    @property
    def left(self) -> float:
        """Return how far the limit was."""
        return self.peak - self.limit if self.falls else self.limit - self.peak

    @property
    def left_share(self) -> float:
        """Return the same as a share of the limit; NaN for what falls towards 0."""
        return self.left / self.limit if self.limit > 0 else float("nan")

    @property
    def days(self) -> float:
        """Return the days until the limit is reached."""
        if np.isnan(self.slope.point):
            return float("nan")
        nearer = self.slope.high < 0 if self.falls else self.slope.low > 0
        return max(self.left, 0.0) / abs(self.slope.point) * 7 if nearer else float("inf")


def headroom_of(weeks: Mapping[str, ServiceWeek], catalog: Catalog) -> tuple[Headroom, ...]:
    """Return the headroom of each resource with a limit, those of which least is left first."""
    services = [week.service for week in weeks.values()]
    found: list[Headroom] = []
    for hop in chain_of(services, catalog):
        week = weeks[hop.service]
        traces = traces_of(week.service, catalog, hop)
        found += [one for each in traces if each.role in GIVE_OUT - {"latency"} and (one := _of_metric(week, each))]
        found += _of_tasks(week, traces)
    return tuple(sorted(found, key=_order))


def _order(one: Headroom) -> tuple[bool, float]:
    """Return where a resource stands in the table: what falls towards 0 has no share of its limit."""
    return np.isnan(one.left_share), one.left_share


def _of_metric(week: ServiceWeek, trace: Trace) -> Headroom | None:
    """Return the headroom of a metric; None without a limit or a peak."""
    if trace.limit is None or trace.column not in week.frame.answers:
        return None
    series = robust.finite(week.frame.series(trace.column))
    return _headroom(
        trace.hop, trace.column.metric, trace.unit, trace.limit, _peaks(series, week, trace.falls), trace.falls
    )


def _of_tasks(week: ServiceWeek, traces: Sequence[Trace]) -> list[Headroom]:
    """Return tasks against the most, and CPU times tasks against what the most tasks have."""
    tasks = next((each for each in traces if each.role == "tasks" and each.column in week.frame.answers), None)
    cpu = next((each for each in traces if each.role == "cpu" and each.column in week.frame.answers), None)
    if tasks is None or cpu is None:
        return []
    most = most_tasks(week.capacity, week.service.part(tasks.hop.part).limits)
    if not most > 0 or most == week.capacity.get("minimum"):
        return []
    count = robust.finite(week.frame.series(tasks.column)) / (5 * _samples(week, tasks) if tasks.per_minute else 1)
    work = robust.finite(week.frame.series(cpu.column)) * count / most
    one = _headroom(tasks.hop, TASKS, "Count", most, _peaks(count, week, falls=False))
    other = _headroom(tasks.hop, WORK, "Percent", 100.0, _peaks(work, week, falls=False))
    return [each for each in (one, other) if each]


def _samples(week: ServiceWeek, tasks: Trace) -> float:
    """Return how many samples a minute one task publishes, told by the healthy hosts as in `fleet.samples_a_task`."""
    hosts = [robust.median(robust.floats(week.frame.series(Column(*each))))
             for each in week.frame.answers if each.metric == "healthy_hosts"]  # fmt: skip
    samples = robust.median(robust.floats(week.frame.series(tasks.column))) / 5
    place = as_many(samples, hosts)
    return 1.0 if place is None else samples_of(samples, hosts[place])


def _peaks(series: pd.Series, week: ServiceWeek, falls: bool) -> tuple[float, ...]:
    """Return the peak of each week of a series, oldest first; NaN for one with too few datapoints."""
    end, count = pd.Timestamp(week.week.end), round((week.week.end - week.week.history_start) / timedelta(days=7))
    found = []
    for back in range(count - 1, -1, -1):
        first, last = (series.index.searchsorted(end - timedelta(days=7 * each)) for each in (back + 1, back))
        inside = robust.floats(series.iloc[first:last])
        there = inside[~np.isnan(inside)]
        enough = len(there) >= LEAST_SHARE * max(len(inside), 1) and len(there) > 0
        found.append(float(np.quantile(there, 1 - PEAK if falls else PEAK)) if enough else float("nan"))
    return tuple(found)


def _headroom(  # noqa: PLR0913, PLR0917  a row of the table
    hop: Hop, resource: str, unit: str, limit: float, peaks: tuple[float, ...], falls: bool = False
) -> Headroom | None:
    """Return a row; None where the week itself has no peak."""
    if not peaks or np.isnan(peaks[-1]):
        return None
    return Headroom(hop, resource, unit, limit, peaks[-1], peaks, _slope(np.array(peaks)), falls)


def _slope(peaks: Floats) -> Interval:
    """Return what the peaks move a week (Theil-Sen, Sen 1968) with its 95 % interval; NaN with too few."""
    known = np.flatnonzero(~np.isnan(peaks))
    if len(known) < LEAST_WEEKS:
        return _NONE
    point, _, low, high = theilslopes(peaks[known], known, alpha=0.95)
    return Interval(float(low), float(point), float(high))
