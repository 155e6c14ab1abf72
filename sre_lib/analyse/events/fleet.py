"""Tasks around a push: how many there were, and how many minutes after the send more of them served."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, log

import numpy as np

from sre_lib.analyse import robust
from sre_lib.analyse.events.around import LEAST_COVERAGE, Around
from sre_lib.analyse.events.chain import Trace
from sre_lib.analyse.robust import Floats

NAN = float("nan")
OF_THE_RISE = 0.4
"""Share of a push's rise in tasks from which they are more because of it: before that a single task may come and go."""
AS_MANY = 2.0
"""Healthy hosts within this factor of the tasks (or of a third of their samples) are those; else another part's."""
MAXIMUM = "maximum"
"""What `collect.changes.scaling` calls the most tasks that scaling may run."""


@dataclass(frozen=True, eq=False)
class Counted:
    """The tasks of each period, which begins so many minutes after the send; NaN: not known."""

    minutes: Floats = field(default_factory=lambda: np.empty(0))
    tasks: Floats = field(default_factory=lambda: np.empty(0))
    period_min: float = 1.0

    def at(self, minute: float) -> float:
        """Return the tasks in a minute since the send; NaN where not known."""
        inside = np.flatnonzero((self.minutes <= minute) & (self.minutes + self.period_min > minute))
        return float(self.tasks[inside[0]]) if len(inside) else NAN


@dataclass(frozen=True)
class FleetFigures:
    """The tasks of a part of a service around a send; NaN where not known.

    `before` ran at the send, `at_peak` when the requests were highest, at most `most_seen`, and scaling may run
    `most`. `lag_min`: minutes from the send until more ran, by two fifths of the rise; `healthy_min`: until the load
    balancer had as many healthy hosts as then ran at most. `above_target_min`: minutes of that hour in which the
    average CPU was above the scaling's `target`; NaN where less than `LEAST_COVERAGE` of it was seen. `coverage` is the
    share of the hour in which tasks were counted, `period_s` that of the tasks or of the hosts, the longer one.
    """

    before: float
    at_peak: float
    most_seen: float
    most: float
    lag_min: float
    healthy_min: float
    target: float
    above_target_min: float
    coverage: float = 1.0
    period_s: int = 60
    counted: Counted = field(repr=False, compare=False, default_factory=Counted)

    @property
    def old_capacity(self) -> bool:
        """Tell whether the highest requests met the tasks from before the send."""
        return self.at_peak <= self.before

    def at(self, minute: float) -> float:
        """Return the tasks in a minute since the send; NaN where not known."""
        return self.counted.at(minute)


@dataclass(frozen=True)
class Scaling:
    """What is known of how a service scales: the most tasks, and the CPU that it aims at; NaN where not known."""

    most: float = NAN
    target: float = NAN


def fleet_of(
    tasks: Around, peak_min: float, scaling: Scaling, healthy: Around | None, cpu: Around | None
) -> FleetFigures | None:
    """Return the tasks around a send; None where no task was counted before it or after it.

    `tasks` are counted, or samples of them (`samples_a_task`); `peak_min` is when the requests were highest (NaN: not
    known).
    """
    each = samples_a_task(tasks, healthy)
    counts = np.round(tasks.values / each, 1)
    ahead, behind = counts[~tasks.since & (tasks.minutes >= -10)], counts[tasks.hour]
    before = float(ahead[np.isfinite(ahead)][-1]) if np.isfinite(ahead).any() else NAN
    if np.isnan(before) or not np.isfinite(behind).any():
        return None
    most_seen = float(np.nanmax(behind))
    more = before + max(0.5, OF_THE_RISE * (most_seen - before))
    counted = Counted(tasks.minutes, counts, tasks.period_s / 60)
    return FleetFigures(
        before=before,
        at_peak=counted.at(peak_min),
        most_seen=most_seen,
        most=scaling.most,
        lag_min=_first(tasks, counts >= more),
        healthy_min=_first(healthy, healthy.values >= np.floor(most_seen)) if healthy and most_seen > before else NAN,
        target=scaling.target,
        above_target_min=_above(cpu, scaling.target),
        coverage=float(np.isfinite(behind).mean()),
        period_s=max(tasks.period_s, healthy.period_s if healthy else 0),
        counted=counted,
    )


def healthy_of(tasks: Trace, around: Mapping[Trace, Around]) -> Around | None:
    """Return the healthy hosts that are a part's tasks, of the load balancers of its service; None: none of them is."""
    hosts = [each for other, each in around.items()
             if other.role == "healthy_hosts" and other.hop.service == tasks.hop.service]  # fmt: skip
    before = [robust.median(each.values[~each.since]) for each in (around[tasks], *hosts)]
    place = as_many(before[0], before[1:], (1.0, 3.0) if tasks.per_minute else (1.0,))
    return None if place is None else hosts[place]


def as_many(tasks: float, healthy: Sequence[float], samples: Sequence[float] = (1.0, 3.0)) -> int | None:
    """Return the place of the hosts that are nearest to as many as some tasks, or samples of them; None: none is near.

    `samples` that one task may publish in a minute. A service may have several load balancers, and tasks behind none.
    """
    off = [min((abs(log(tasks / each / one)) for one in samples), default=inf) if tasks > 0 and each > 0 else inf
           for each in healthy]  # fmt: skip
    place = int(np.argmin(off)) if off else 0
    return place if off and off[place] <= log(AS_MANY) else None


def samples_a_task(tasks: Around, healthy: Around | None) -> float:
    """Return how many samples a minute one task publishes: 1, or 3 where the metric has a resolution of 20 s.

    Told by the healthy hosts before the send; 1 where there are none, or where tasks themselves are counted.
    """
    if not tasks.trace.per_minute or healthy is None:
        return 1.0
    return samples_of(robust.median(tasks.values[~tasks.since]), robust.median(healthy.values[~healthy.since]))


def samples_of(samples: float, healthy: float) -> float:
    """Return the samples of one task out of those of all in a minute: 3 or 1; 1 where no healthy host is known."""
    return 3.0 if healthy > 0 and samples > 2 * healthy else 1.0


def most_tasks(capacity: Mapping[str, float], limits: Mapping[str, float]) -> float:
    """Return the most tasks that scaling may run: as it was last told, else `limits: max_tasks`; NaN: not known."""
    return capacity.get(MAXIMUM, limits.get("max_tasks", NAN))


def _first(series: Around, there: np.ndarray) -> float:
    """Return the first minute since the send at which something is so; NaN where it never is within the hour."""
    found = np.flatnonzero(there & series.hour)
    return max(0.0, float(series.minutes[found[0]])) if len(found) else NAN


def _above(cpu: Around | None, target: float) -> float:
    """Return the minutes of the hour in which CPU was above a target; NaN without one, or where too few were seen."""
    if cpu is None or np.isnan(target) or np.isfinite(cpu.values[cpu.hour]).mean() < LEAST_COVERAGE:
        return NAN
    return float((cpu.values[cpu.hour] > target).sum() * cpu.period_s / 60)
