"""What the simulated shop does with a push to a larger audience, simulated: the truth that a what-if is held to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from sre_lib.demo import compute, stores
from sre_lib.demo.backend import Floats, Minutes
from sre_lib.demo.faults import between_minutes
from sre_lib.demo.schedule import PUSH_MIN, Push, pushes, week_of
from sre_lib.demo.state import LOOK_BACK, Plan, State

Resource = tuple[str, str, str]
"""Service and part of the review file `demo`, and the metric of the catalogue."""

FULL_PERCENT = 99.0
"""From here on a CPU counts as used up: the shop's own never show the last tenths of a percent."""

_CONNECTIONS = 1000.0
_STEP = 0.01
_SCALED = ("web", "api")

_RESOURCES: Mapping[Resource, tuple[Callable[[State], Minutes], float]] = {
    ("web", "web", "cpu"): (partial(compute.cpu, service="web"), FULL_PERCENT),
    ("api", "api", "cpu"): (partial(compute.cpu, service="api"), FULL_PERCENT),
    ("orders-db", "orders-db", "cpu"): (stores.writer_cpu, FULL_PERCENT),
    ("orders-db", "orders-db-reader", "cpu"): (stores.reader_cpu, FULL_PERCENT),
    ("orders-db", "orders-db", "connections"): (partial(compute.database_connections, role="WRITER"), _CONNECTIONS),
    ("orders-db", "orders-db-reader", "connections"): (
        partial(compute.database_connections, role="READER"),
        _CONNECTIONS,
    ),
    ("cache", "cache", "engine_cpu"): (stores.engine_cpu, FULL_PERCENT),
}
"""What can give out, how it is measured (the average of a minute), and its limit."""


@dataclass(frozen=True)
class PushTruth:
    """What a push did: minutes from its send to what followed; NaN where it did not follow within `PUSH_MIN`.

    `peak_min`: to the minute with the most requests; `crowd_peak_min`: to that in which most of them were the push's;
    `lag_min`: by autoscaled service, to the first minute with more tasks than the same shop has without the push.
    """

    peak_min: float
    crowd_peak_min: float
    lag_min: Mapping[str, float]


def truth(seed: int, push: Push) -> PushTruth:
    """Return what a push of the shop did, from the simulator's own minutes."""
    state, without = (with_audience(seed, push, factor) for factor in (1.0, 0.0))
    return PushTruth(
        peak_min=float(np.argmax(state.requests[LOOK_BACK:])),
        crowd_peak_min=float(np.argmax(state.push_crowd[LOOK_BACK:])),
        lag_min={service: _lag(state.tasks(service), without.tasks(service)) for service in _SCALED},
    )


def gives_out_first(seed: int, push: Push, factor: float) -> Resource | None:
    """Return what gives out first when a push's audience grows to `factor` times its own; None: nothing does.

    First is what reaches its limit at the smallest audience (to a hundredth of its own; of several then the earliest).
    What is used up without any push, by a fault, is left out. No formula: the shop is simulated at each size.
    """
    without = used_up(seed, push, 0.0)
    small, large, found = 0.0, factor, _new(seed, push, factor, without)
    while found and large - small > _STEP:
        middle = (small + large) / 2
        if earlier := _new(seed, push, middle, without):
            large, found = middle, earlier
        else:
            small = middle
    return found[0] if found else None


def used_up(seed: int, push: Push, factor: float) -> tuple[Resource, ...]:
    """Return what is at its limit in any minute of a push to `factor` times its audience, the earliest first."""
    state = with_audience(seed, push, factor)
    first: dict[Resource, int] = {}
    for resource, (measured, limit) in _RESOURCES.items():
        sets = measured(state)
        at = np.flatnonzero((sets.total / sets.samples)[LOOK_BACK:] >= limit)
        if at.size:
            first[resource] = int(at[0])
    return tuple(sorted(first, key=lambda each: first[each]))


def with_audience(seed: int, push: Push, factor: float) -> State:
    """Return the shop in the minutes of a push, with its audience multiplied and all else as it was.

    Raises ValueError for a push that this shop does not send.
    """
    if push not in pushes(seed, week_of(push.minute)):
        raise ValueError(f"push: got {push}, wants one that the shop of seed {seed} sends")

    def larger(shop_seed: int, week: int) -> tuple[Push, ...]:
        of_week = pushes(shop_seed, week)
        return tuple(
            each._replace(audience=round(each.audience * factor)) if each == push else each for each in of_week
        )

    end = push.minute + PUSH_MIN
    return State(seed, between_minutes(seed, push.minute - LOOK_BACK, end), push.minute, end, Plan(larger))


def _new(seed: int, push: Push, factor: float, without: tuple[Resource, ...]) -> list[Resource]:
    """Return what a push uses up that is not used up without it."""
    return [each for each in used_up(seed, push, factor) if each not in without]


def _lag(tasks: Floats, without: Floats) -> float:
    """Return the minutes from the send until more tasks run than without it; NaN where that never is."""
    more = np.flatnonzero(tasks[LOOK_BACK:] > without[LOOK_BACK:])
    return float(more[0]) if more.size else float("nan")
