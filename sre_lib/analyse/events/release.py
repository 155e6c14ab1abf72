"""What a deployment changed: CPU, memory, latency and errors of its services, before it and after it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from sre_lib.analyse import robust
from sre_lib.analyse.events.around import LEAST_COVERAGE, Around, Rows
from sre_lib.analyse.events.chain import Role, Trace, chain_of, concerns, traces_of
from sre_lib.analyse.events.figures import MORE
from sre_lib.analyse.events.measure import Effect
from sre_lib.catalog import Catalog
from sre_lib.event import Event
from sre_lib.model import ServiceWeek

SETTLES = timedelta(minutes=15)
"""Old and new tasks serve side by side for so long after its end: that is neither before nor after."""

LOOKED_AT: frozenset[Role] = frozenset({"cpu", "memory", "latency", "errors"})

DEPLOYMENT = "deployment"


@dataclass(frozen=True, eq=False)
class Release:
    """A deployment, the series of its services that were looked at, those of them that moved, and what was unseen."""

    event: Event
    moved: tuple[Trace, ...]
    still: tuple[Trace, ...]
    unseen: tuple[Trace, ...]

    @property
    def effect(self) -> Effect:
        """Return whether anything moved; unknown: too little was seen to say that nothing did."""
        if self.moved:
            return "seen"
        return "none" if self.still and not self.unseen else "unknown"


def deployments_of(weeks: Mapping[str, ServiceWeek]) -> tuple[Event, ...]:
    """Return the deployments that people or AWS tell of, by time; one that both tell of is that of people."""
    told = dict.fromkeys(each for week in weeks.values() for each in week.events if each.kind == DEPLOYMENT)
    found = [
        Event(each.start, each.end, DEPLOYMENT, each.title, (name,))
        for name, week in weeks.items()
        for each in week.changes
        if each.kind == DEPLOYMENT
    ]
    own = [each for each in dict.fromkeys(found) if not any(_same(each, other) for other in told)]
    return tuple(sorted((*told, *own), key=lambda each: (each.start, each.title)))


def release_of(event: Event, rows: Rows, catalog: Catalog) -> Release:
    """Return what moved after a deployment in the services that it names (all where it names none)."""
    found: dict[Effect, list[Trace]] = {"seen": [], "none": [], "unknown": []}
    for around in _series(event, rows, catalog):
        found[_moved(around, event)].append(around.trace)
    return Release(event, tuple(found["seen"]), tuple(found["none"]), tuple(found["unknown"]))


def _series(event: Event, rows: Rows, catalog: Catalog) -> Iterable[Around]:
    """Yield the series of the services that were deployed, at 300 s."""
    # What is instant for people still takes the time in which tasks change over.
    event = replace(event, end=max(event.end, event.start))
    mine = [week.service for name, week in rows.weeks.items() if concerns(event, name)]
    for hop in chain_of(mine, catalog):
        for trace in traces_of(rows.weeks[hop.service].service, catalog, hop):
            around = rows.around(event, trace, None) if trace.role in LOOKED_AT else None
            if around and around.seen:
                yield around


def _moved(around: Around, event: Event) -> Effect:
    """Tell whether a series stands elsewhere against what is usual than before, by a tenth and by what is worth a word.

    Compared are the medians of the half hour before and of what is looked at after, of the differences to the usual.
    """
    above = around.values - around.usual
    settled = (event.end - event.start + SETTLES) / timedelta(minutes=1)
    before, after = above[~around.since], above[around.minutes >= settled]
    if min(np.isfinite(before).mean(), np.isfinite(after).mean()) < LEAST_COVERAGE:
        return "unknown"
    shift = abs(robust.median(after) - robust.median(before))
    least = max(around.trace.least / (5.0 if around.trace.per_minute else 1.0), (MORE - 1) * _level(around))
    return "seen" if shift > least else "none"


def _level(around: Around) -> float:
    """Return where a series was before: a change is a share of that."""
    return abs(robust.median(around.values[~around.since]))


def _same(one: Event, other: Event) -> bool:
    """Tell whether AWS and people tell of the same deployment."""
    near = one.start <= other.end + SETTLES and one.end >= other.start - SETTLES
    return near and (not other.services or bool(set(one.services) & set(other.services)))
