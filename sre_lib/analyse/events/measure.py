"""An event as a whole: the crowd, each resource on its way, the tasks, and which part of the chain is the weakest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Literal

import numpy as np

from sre_lib.analyse.events.around import AFTER, Around, Rows, stretch_of
from sre_lib.analyse.events.chain import GIVE_OUT, Hop, Trace, chain_of, concerns, traces_of
from sre_lib.analyse.events.figures import Figures, figures_of
from sre_lib.analyse.events.fleet import FleetFigures, Scaling, fleet_of, healthy_of, most_tasks
from sre_lib.analyse.events.observed import Observed, Reading, ResourceKey
from sre_lib.analyse.events.usual import shows_until
from sre_lib.catalog import Catalog
from sre_lib.event import Event
from sre_lib.model import PERIOD_S, MetricFrame

FASTER = 1.25
"""Growth beyond that of the requests by as much is worth a word: less is within what weeks differ by."""

ALIKE = 2.0
"""Pushes to between half and twice as many people are comparable."""


Effect = Literal["seen", "none", "unknown"]
"""Whether anything came of an event; unknown: too little was seen to say that nothing did."""


@dataclass(frozen=True, eq=False)
class EventReview:
    """What an event did: `figures` of each trace with datapoints, in the order of the way, `fleets` by hop.

    `requests` are those at the front (None: nothing counts them there); `overlapping` what else is known of the same
    time; `around` the series themselves, for the chart.
    """

    event: Event
    figures: tuple[Figures, ...]
    fleets: Mapping[Hop, FleetFigures]
    overlapping: tuple[Event, ...]
    requests: Figures | None
    around: Mapping[Trace, Around] = field(repr=False)

    @property
    def period_s(self) -> int:
        """Return the period at which the crowd was seen."""
        return self.requests.period_s if self.requests else max((each.period_s for each in self.figures), default=300)

    @property
    def effect(self) -> Effect:
        """Return whether the crowd, or any load where nothing counts it or it is a batch, was seen to come."""
        asked = [each for each in self.figures if each.trace.role in {"requests", "cpu", "cpu_max"}]
        if self.requests and self.event.kind != "batch":
            asked = [self.requests]
        if any(each.moved for each in asked):
            return "seen"
        return "none" if asked and all(each.told for each in asked) else "unknown"

    @property
    def visible(self) -> bool:
        """Tell whether something was seen to come of it."""
        return self.effect == "seen"

    @property
    def weakest(self) -> Figures | None:
        """Return the resource that came nearest to its limit, by share of it; None where no limit is known."""
        near = [each for each in self.figures if np.isfinite(each.left_share)]
        return min(near, key=lambda each: each.left_share, default=None)

    @property
    def recovery_min(self) -> float:
        """Return minutes from the send until the requests were back; NaN: not within what is looked at."""
        return self.requests.back_min if self.requests else float("nan")

    @property
    def not_back(self) -> tuple[Figures, ...]:
        """Return what moved and was not back within what is looked at."""
        lasting = ("memory", "cpu", "connections", "latency")
        return tuple(
            each
            for each in self.figures
            if each.moved and each.followed and np.isnan(each.back_min) and each.trace.role in lasting
        )

    @property
    def faster(self) -> tuple[Figures, ...]:
        """Return what grew faster than the requests, the most first."""
        factor = self.requests.factor if self.requests and self.requests.moved else float("nan")
        roles = {"connections", "latency", "requests"}
        found = [each for each in self.figures
                 if each.moved and each.trace.role in roles and each is not self.requests
                 and not each.trace.falls and each.factor > FASTER * factor]  # fmt: skip
        return tuple(sorted(found, key=lambda each: -each.factor))

    @property
    def slowest_fleet(self) -> tuple[Hop, FleetFigures] | None:
        """Return the service that got more tasks last; None where none got more."""
        scaled = [(hop, each) for hop, each in self.fleets.items() if np.isfinite(each.lag_min)]
        return max(scaled, key=lambda each: each[1].lag_min, default=None)


def review_event(event: Event, rows: Rows, catalog: Catalog, targets: Mapping[str, float] | None = None) -> EventReview:
    """Return what an event did to the services on its way: those that it names, and the stores of all.

    `targets`: the CPU that a service's scaling aims at, by service.
    """
    services = [week.service for week in rows.weeks.values()]
    hops = [hop for hop in chain_of(services, catalog) if on_the_way(event, hop, catalog)]
    fine = _fine(event, hops, rows)
    around: dict[Trace, Around] = {}
    for hop in hops:
        for trace in traces_of(rows.weeks[hop.service].service, catalog, hop):
            found = rows.around(event, trace, fine[hop.service])
            if found and found.seen:
                around[trace] = found
    figures = tuple(each for one in around.values() if (each := figures_of(one)))
    requests = next((each for each in figures if each.trace.role == "requests"), None)
    fleets = _fleets(rows, around, requests, targets or {})
    shown = tuple(each for each in figures if each.trace.column.statistic != "SampleCount")
    return EventReview(event, shown, fleets, _overlapping(event, rows), requests, around)


def on_the_way(event: Event, hop: Hop, catalog: Catalog) -> bool:
    """Tell whether an event names a hop's service, or the hop is a store, which all services share."""
    kind = catalog[hop.kind]
    store = not kind.front and kind.namespace.removeprefix("AWS/") in {"RDS", "DocDB", "DynamoDB", "ElastiCache"}
    return store or concerns(event, hop.service)


def comparable(event: Event, others: Sequence[EventReview]) -> tuple[EventReview, ...]:
    """Return earlier events of the same kind to about as many people, newest first; to all where it is not known."""

    def alike(other: Event) -> bool:
        if event.audience and other.audience:
            return 1 / ALIKE <= other.audience / event.audience <= ALIKE
        return True

    found = [each for each in others
             if each.event.start < event.start and each.event.kind == event.kind and alike(each.event)]  # fmt: skip
    return tuple(sorted(found, key=lambda each: each.event.start, reverse=True))


def observed(review: EventReview) -> Observed:
    """Return an event as the model of larger ones wants it: requests at the front, each resource at its worst."""
    readings: dict[ResourceKey, Reading] = {}
    for each in review.figures:
        hop, trace = each.trace.hop, each.trace
        if trace.role not in GIVE_OUT - {"latency"} or trace.limit is None:
            continue
        reading = Reading(each.value, each.usual, trace.limit, trace.unit, falls=trace.falls)
        fleet = review.fleets.get(hop)
        if fleet and trace.role == "cpu":
            reading = replace(
                reading,
                tasks_before=fleet.before,
                tasks_at_peak=fleet.at(each.at_min),
                tasks_most=fleet.most,
                lag_min=fleet.lag_min + (PERIOD_S / 60 if fleet.counted.period_min * 60 >= PERIOD_S else 0.0),
            )
        readings[ResourceKey(hop.service, hop.part, trace.column.metric)] = reading
    requests = review.requests
    return Observed(
        at=review.event.start,
        requests=requests.value if requests else float("nan"),
        base=requests.usual if requests else float("nan"),
        audience=review.event.audience,
        resources=readings,
    )


def _fine(event: Event, hops: Sequence[Hop], rows: Rows) -> Mapping[str, MetricFrame | None]:
    """Return the stretch of each service at 60 s, where there is one."""
    start, end = stretch_of(event)
    return {name: rows.fine(name, start, end) for name in dict.fromkeys(hop.service for hop in hops)}


def _fleets(
    rows: Rows, around: Mapping[Trace, Around], requests: Figures | None, targets: Mapping[str, float]
) -> dict[Hop, FleetFigures]:
    """Return the tasks of each hop that counts them."""
    found: dict[Hop, FleetFigures] = {}
    for trace, tasks in around.items():
        if trace.role != "tasks" or trace.hop in found:
            continue
        week = rows.weeks[trace.hop.service]
        most = most_tasks(week.capacity, week.service.part(trace.hop.part).limits)
        scaling = Scaling(most, targets.get(trace.hop.service, float("nan")))
        cpu = next((each for other, each in around.items() if other.role == "cpu" and other.hop == trace.hop), None)
        peak_min = requests.at_min if requests else float("nan")
        fleet = fleet_of(tasks, peak_min, scaling, healthy_of(trace, around), cpu)
        if fleet:
            found[trace.hop] = fleet
    return found


def _overlapping(event: Event, rows: Rows) -> tuple[Event, ...]:
    """Return what else shows from the send to two hours later, by time; it touches one of the same services."""
    last, instant = max(event.end, event.start + AFTER), timedelta(minutes=1)
    every: Mapping[Event, None] = dict.fromkeys(each for week in rows.weeks.values() for each in week.events)
    same = [each for each in every
            if each != event and each.start < last and max(shows_until(each), each.start + instant) > event.start
            and each.kind != "holiday"
            and (not event.services or not each.services or set(event.services) & set(each.services))]  # fmt: skip
    return tuple(sorted(same, key=lambda each: (each.start, each.title)))
