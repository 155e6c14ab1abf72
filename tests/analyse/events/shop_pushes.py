"""The demo shop's pushes as the model wants them, straight from the simulator's minutes: no archive in between."""

from collections.abc import Callable, Iterator
from functools import cache

import numpy as np

from sre_lib.analyse.events.observed import Observed, Reading, ResourceKey
from sre_lib.demo import compute, stores
from sre_lib.demo.backend import Floats, Minutes
from sre_lib.demo.faults import between_minutes
from sre_lib.demo.known_events import events
from sre_lib.demo.schedule import DEMO_WEEK, PUSH_MIN, WEEK, Push, as_time, pushes
from sre_lib.demo.state import FLEETS, LOOK_BACK, State

WEEKS = 8
"""Weeks of pushes that an archive of the demo holds when it is reviewed."""

_EXPECT_FROM = 4
"""The level without the push is the median of that time of so many weeks before and after, and five minutes around."""

Values = Callable[[State], Floats]


def _mean(sets: Minutes) -> Floats:
    """Return the average of each minute."""
    return sets.total / sets.samples


METRICS: dict[ResourceKey, Values] = {
    ResourceKey("web", "web", "cpu"): lambda state: _mean(compute.cpu(state, "web")),
    ResourceKey("web", "web", "memory"): lambda state: _mean(compute.memory(state, "web")),
    ResourceKey("api", "api", "cpu"): lambda state: _mean(compute.cpu(state, "api")),
    ResourceKey("api", "api", "memory"): lambda state: _mean(compute.memory(state, "api")),
    ResourceKey("orders-db", "orders-db", "cpu"): lambda state: _mean(stores.writer_cpu(state)),
    ResourceKey("orders-db", "orders-db-reader", "cpu"): lambda state: _mean(stores.reader_cpu(state)),
    ResourceKey("orders-db", "orders-db", "connections"): lambda state: _mean(
        compute.database_connections(state, "WRITER")
    ),
    ResourceKey("orders-db", "orders-db-reader", "connections"): lambda state: _mean(
        compute.database_connections(state, "READER")
    ),
    ResourceKey("cache", "cache", "engine_cpu"): lambda state: _mean(stores.engine_cpu(state)),
}
CONNECTIONS = 1000.0


def sent_pushes(seed: int) -> list[Push]:
    """Return the pushes up to the demo's week by time, without those that an incident or maintenance overlaps."""
    sent = (each for week in range(DEMO_WEEK - WEEKS + 1, DEMO_WEEK + 1) for each in pushes(seed, week))
    return [each for each in sent if not _disturbed(seed, each)]


def shop_pushes(seed: int) -> list[Observed]:
    """Return what those pushes did."""
    return [observed_push(seed, each) for each in sent_pushes(seed)]


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
        resources={key: _reading(seed, push, state, key) for key in METRICS},
    )


def _reading(seed: int, push: Push, state: State, key: ResourceKey) -> Reading:
    """Return a resource at its worst minute."""
    values = METRICS[key](state)[LOOK_BACK:]
    worst = int(np.argmax(values))
    value, base = float(values[worst]), _usual(list(_others(seed, push.minute + worst)), METRICS[key])
    if key.resource == "connections":
        return Reading(value, base, CONNECTIONS)
    if key.service not in FLEETS:
        return Reading(value, base, 100.0, "%")
    tasks = state.tasks(key.service)
    grown = np.flatnonzero(tasks[LOOK_BACK:] > tasks[LOOK_BACK - 1])
    return Reading(
        value=value,
        base=base,
        limit=100.0,
        unit="%",
        tasks_before=float(tasks[LOOK_BACK - 1]),
        tasks_at_peak=float(tasks[LOOK_BACK + worst]),
        tasks_most=float(FLEETS[key.service].most),
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
