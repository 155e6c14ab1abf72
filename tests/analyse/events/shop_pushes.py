"""The demo shop's pushes as the model wants them, straight from the simulator's minutes: no archive in between."""

from collections.abc import Callable, Iterator
from functools import cache

import numpy as np

from sre_lib.analyse.events.observed import Observed, Reading, ResourceKey
from sre_lib.demo import compute, stores
from sre_lib.demo.backend import Floats
from sre_lib.demo.faults import between_minutes
from sre_lib.demo.known_events import events
from sre_lib.demo.schedule import DEMO_WEEK, PUSH_MIN, WEEK, Push, as_time, pushes
from sre_lib.demo.state import FLEETS, LOOK_BACK, State

WEEKS = 8
"""Weeks of pushes that an archive of the demo holds when it is reviewed."""

_EXPECT_FROM = 4
"""The level without the push is the median of that time of so many weeks before and after, and five minutes around."""

Values = Callable[[State], Floats]


def _fleet_metrics(service: str) -> dict[tuple[str, str], Values]:
    """Return the metrics of an autoscaled service."""
    return {
        (service, "cpu"): lambda state: compute.cpu(state, service).total / compute.cpu(state, service).samples,
        (service, "cpu_max"): lambda state: compute.cpu(state, service).maximum,
        (service, "memory"): lambda state: compute.memory(state, service).total / compute.memory(state, service).samples,
    }


METRICS: dict[tuple[str, str], Values] = {
    **_fleet_metrics("web"),
    **_fleet_metrics("api"),
    ("writer", "cpu"): lambda state: stores.writer_cpu(state).total,
    ("reader", "cpu"): lambda state: stores.reader_cpu(state).total,
    ("writer", "connections"): lambda state: compute.database_connections(state, "WRITER").total,
    ("cache", "cpu"): lambda state: stores.engine_cpu(state).total,
}
LIMITS = {"connections": 1000.0}


def shop_pushes(seed: int, weeks: int = WEEKS, last: int = DEMO_WEEK) -> list[Observed]:
    """Return the pushes of so many weeks up to `last`, without those that an incident or maintenance overlaps."""
    sent = [each for week in range(last - weeks + 1, last + 1) for each in pushes(seed, week)]
    return [observed_push(seed, each) for each in sent if not _disturbed(seed, each)]


def _disturbed(seed: int, push: Push) -> bool:
    """Tell whether people know of something else that happened at the same time."""
    known = events(seed, as_time(push.minute), as_time(push.minute + PUSH_MIN))
    return any(each.kind in {"incident", "maintenance"} for each in known)


@cache
def observed_push(seed: int, push: Push) -> Observed:
    """Return what one push did."""
    state = State(seed, between_minutes(seed, push.minute, push.minute + PUSH_MIN), push.minute, push.minute + PUSH_MIN)
    requests = state.requests[LOOK_BACK:]
    most = int(np.argmax(requests))
    around = list(_others(seed, push.minute + most))
    return Observed(
        at=as_time(push.minute),
        requests=float(requests[most]),
        base=_usual(around, lambda other: other.requests),
        audience=push.audience,
        resources={
            ResourceKey(service, service, resource): _reading(seed, push, state, service, resource)
            for service, resource in METRICS
        },
    )


def _reading(seed: int, push: Push, state: State, service: str, resource: str) -> Reading:
    """Return a resource at its worst minute."""
    values = METRICS[service, resource](state)[LOOK_BACK:]
    worst = int(np.argmax(values))
    base = _usual(list(_others(seed, push.minute + worst)), METRICS[service, resource])
    limit = LIMITS.get(resource, 100.0)
    if service not in FLEETS:
        return Reading(float(values[worst]), base, limit, "%")
    tasks = state.tasks(service)
    grown = np.flatnonzero(tasks[LOOK_BACK:] > tasks[LOOK_BACK - 1])
    return Reading(
        value=float(values[worst]),
        base=base,
        limit=limit,
        unit="%",
        tasks_before=float(tasks[LOOK_BACK - 1]),
        tasks_at_peak=float(tasks[LOOK_BACK + worst]),
        tasks_most=float(FLEETS[service].most),
        lag_min=float(grown[0]) if grown.size else float("nan"),
    )


def _others(seed: int, minute: int) -> Iterator[State]:
    """Yield the same minutes of the weeks before and after, without faults."""
    for by in range(-_EXPECT_FROM // 2, _EXPECT_FROM // 2 + 1):
        if by:
            yield _around(seed, minute + by * WEEK)


@cache
def _around(seed: int, minute: int) -> State:
    """Return five minutes on both sides of a minute."""
    return State(seed, (), minute - 5, minute + 6)


def _usual(states: list[State], values: Values) -> float:
    """Return the median over some windows of time."""
    return float(np.median(np.concatenate([values(each)[LOOK_BACK:] for each in states])))
