"""A measured load test as the parts that its figures are made from."""

import pandas as pd

from sre_lib.analyse.events.around import Around
from sre_lib.analyse.events.chain import Hop, Role
from sre_lib.analyse.events.fleet import healthy_of, samples_a_task
from sre_lib.analyse.events.load_test_result import Part
from sre_lib.analyse.events.measure import EventReview

_ROLES: tuple[Role, ...] = ("requests", "tasks", "cpu", "memory", "latency", "errors", "connections")
_LIMITED: tuple[Role, ...] = ("cpu", "memory", "connections")


def parts_of(one: EventReview) -> list[Part]:
    """Return each hop on the way with its series at the period that they were seen at, in its order.

    A hop that counts no requests gets those of its service's load balancer, else those of the front: its load.
    """
    hops = dict.fromkeys(trace.hop for trace in one.around)
    parts = [_part(hop, one) for hop in hops]
    fronts = {part.service: part.frame["requests"] for part in reversed(parts) if "requests" in part.frame}
    first = next((part.frame["requests"] for part in parts if "requests" in part.frame), None)
    return [_with_load(part, fronts.get(part.service, first)) for part in parts]


def _part(hop: Hop, one: EventReview) -> Part:
    """Return one hop; of two series of a role the first in the catalogue (the engine's CPU before the node's)."""
    there = {role: _of_role(hop, role, one) for role in _ROLES}
    known = {str(role): _series(one, found) for role, found in there.items() if found}
    limits = {
        str(role): found.trace.limit
        for role in _LIMITED
        if (found := there[role]) and found.trace.limit and not found.trace.falls
    }
    return Part(hop.service, hop.part, pd.DataFrame(known), limits)


def _of_role(hop: Hop, role: Role, one: EventReview) -> Around | None:
    """Return the first series of a role of a hop."""
    return next((each for trace, each in one.around.items() if trace.hop == hop and trace.role == role), None)


def _series(one: EventReview, around: Around) -> pd.Series:
    """Return a series by time; tasks are counted, not their samples."""
    index = pd.Timestamp(one.event.start) + pd.to_timedelta(around.minutes, unit="min")
    counts = around.trace.role == "tasks"
    samples = samples_a_task(around, healthy_of(around.trace, one.around)) if counts else 1.0
    return pd.Series(around.values / samples, index=pd.DatetimeIndex(index).as_unit("s"))


def _with_load(part: Part, load: pd.Series | None) -> Part:
    """Return a part with the requests that reached it."""
    if "requests" in part.frame or load is None:
        return part
    return Part(part.service, part.part, part.frame.assign(requests=load.reindex(part.frame.index)), part.limits)
