"""What a load test showed: each stage, where more load stopped to bring more throughput, what gave out first."""

from collections import Counter
from collections.abc import Sequence
from math import isfinite

import numpy as np
import pandas as pd
from scipy.stats import theilslopes

from sre_lib.analyse import robust
from sre_lib.analyse.events.broken_line import broken_line
from sre_lib.analyse.events.conformal import COVERAGE, Interval, TooFew
from sre_lib.analyse.events.load_test_result import Compared, Knee, LoadTest, Part, PartTested, Saturated, StageReading
from sre_lib.analyse.events.loads import SATURATED
from sre_lib.analyse.events.plateaus import LEAST_STAGES, plateaus
from sre_lib.analyse.robust import Floats
from sre_lib.event import Stage

HALF = 0.5
"""A knee is where a further point of CPU brings at most half of the requests that it brought before."""

LEAST_READINGS = 10
"""Datapoints with requests and CPU from which the work for a request is told."""


def load_test(stages: Sequence[Stage], parts: Sequence[Part]) -> LoadTest | TooFew:
    """Return what a test showed, the parts in the order of the chain (the first one's requests are the load).

    Without stages they are found from the plateaus of the requests; TooFew where those are fewer than three.
    """
    found = tuple(stages) or _found(parts)
    if not found:
        return TooFew(0, LEAST_STAGES)
    tested = tuple(_tested(each, found) for each in parts)
    return LoadTest(found, bool(stages), tested, _first(parts, found))


def compared(now: LoadTest, last: LoadTest) -> tuple[Compared, ...]:
    """Return the parts that both tests have, in the order of this one."""
    before = {(each.service, each.part): each for each in last.parts}
    pairs = ((each, before.get((each.service, each.part))) for each in now.parts)
    return tuple(Compared(each, earlier) for each, earlier in pairs if earlier is not None)


def _found(parts: Sequence[Part]) -> tuple[Stage, ...]:
    """Return the plateaus of the requests at the front."""
    front = next((each.frame["requests"] for each in parts if "requests" in each.frame), None)
    return () if front is None else plateaus(front)


def _tested(part: Part, stages: Sequence[Stage]) -> PartTested:
    """Return what a test showed of a part."""
    inside = [_of_stage(part.frame, each) for each in stages]
    per_task = any(np.isfinite(_column(each, "tasks")).any() for each in inside)
    loads = [_load(each, per_task=per_task) for each in inside]
    cpus, latencies = ([_column(each, name) for each in inside] for name in ("cpu", "latency"))
    alike = _alike([robust.median(_column(each, "tasks")) for each in inside])
    knee = _knee([loads[place] for place in alike], [cpus[place] for place in alike])
    requests = np.concatenate([_column(each, "requests") for each in inside])
    return PartTested(
        service=part.service,
        part=part.part,
        stages=tuple(_reading(part.frame, each) for each in stages),
        most=float(np.nanmax(requests)) if np.isfinite(requests).any() else float("nan"),
        per_task=per_task,
        knee=knee,
        latency_knee=_latency_knee([loads[place] for place in alike], [latencies[place] for place in alike]),
        work=_work(np.concatenate(loads), np.concatenate(cpus), knee),
    )


def _alike(tasks: Sequence[float]) -> list[int]:
    """Return the places of the stages with the number of tasks that most have (the fewest of several such numbers).

    While scaling adds tasks each gets about as much as before, and what it does with more is not seen.
    """
    counts = Counter(tasks)
    most = max(sorted(counts), key=lambda each: counts[each])
    return [place for place, each in enumerate(tasks) if each == most or not isfinite(most)]


def _load(frame: pd.DataFrame, *, per_task: bool) -> Floats:
    """Return the requests a minute, for each task where they are known."""
    requests = _column(frame, "requests")
    return _shared(requests, _column(frame, "tasks")) if per_task else requests


def _reading(frame: pd.DataFrame, stage: Stage) -> StageReading:
    """Return the medians of a stage."""
    inside = _of_stage(frame, stage)
    requests, tasks, cpu = (_column(inside, name) for name in ("requests", "tasks", "cpu"))
    busy = cpu * tasks if np.isfinite(tasks).any() else cpu
    errors, both = _column(inside, "errors"), np.isfinite(requests) & np.isfinite(_column(inside, "errors"))
    asked = float(requests[both].sum())
    return StageReading(
        stage=stage,
        requests=robust.median(requests),
        cpu=robust.median(cpu),
        cpu_per_request=robust.median(1000 * _shared(busy, requests)),
        latency=robust.median(_column(inside, "latency")),
        errors=float(errors[both].sum()) / asked if asked else float("nan"),
        tasks=robust.median(tasks),
        n=int(np.isfinite(requests).sum()),
    )


def _of_stage(frame: pd.DataFrame, stage: Stage) -> pd.DataFrame:
    """Return the rows of a stage."""
    return frame[(frame.index >= pd.Timestamp(stage.start)) & (frame.index < pd.Timestamp(stage.end))]


def _column(frame: pd.DataFrame, name: str) -> Floats:
    """Return a column; NaN where there is none."""
    return robust.floats(frame[name]) if name in frame else np.full(len(frame), np.nan)


def _shared(values: Floats, among: Floats) -> Floats:
    """Return values divided by others; NaN where those are 0."""
    shared: Floats = np.divide(values, among, out=np.full(len(values), np.nan), where=among != 0)
    return shared


def _knee(loads: Sequence[Floats], cpus: Sequence[Floats]) -> Knee | None:
    """Return where a further point of CPU brings at most half the requests."""
    found = broken_line(list(zip(cpus, loads, strict=True)))
    if found is None or found.before <= 0 or found.after > HALF * found.before:
        return None
    return Knee(found.y, found.x)


def _latency_knee(loads: Sequence[Floats], latencies: Sequence[Floats]) -> Knee | None:
    """Return where latency turns up: twice as steep as before, at least."""
    found = broken_line(list(zip(loads, latencies, strict=True)))
    if found is None or found.after <= 0 or found.before > HALF * found.after:
        return None
    return Knee(found.x, found.y)


def _work(load: Floats, cpu: Floats, knee: Knee | None) -> Interval:
    """Return the CPU for 1,000 requests a minute and task, below the knee."""
    told = np.isfinite(load) & np.isfinite(cpu)
    if knee is not None:
        told &= cpu <= knee.value
    if told.sum() < LEAST_READINGS or np.ptp(load[told]) == 0:
        return Interval(float("nan"), float("nan"), float("nan"))
    point, _, low, high = theilslopes(cpu[told], load[told], alpha=COVERAGE)
    return Interval(*(1000 * float(each) for each in (low, point, high)))


def _first(parts: Sequence[Part], stages: Sequence[Stage]) -> Saturated | None:
    """Return what was used up first: in the earliest stage, and in it since the earliest datapoint."""
    for stage in stages:
        there = (_used_up(part, name, limit, stage) for part in parts for name, limit in part.limits.items())
        found = [each for each in there if each is not None]
        if found:
            return min(found, key=lambda each: each.at)
    return None


def _used_up(part: Part, name: str, limit: float, stage: Stage) -> Saturated | None:
    """Return a resource whose median over a stage is at its limit."""
    inside = _of_stage(part.frame, stage)
    values = _column(inside, name)
    if not isfinite(limit) or not robust.median(values) >= SATURATED * limit:
        return None
    at = robust.index_of(inside[name])[int(np.argmax(values >= SATURATED * limit))]
    return Saturated(part.service, part.part, name, stage, at.to_pydatetime())
