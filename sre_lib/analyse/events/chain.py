"""The way of the crowd through a review's services, and what is looked at on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from sre_lib.catalog import Catalog, KindSpec, MetricSpec
from sre_lib.event import Event
from sre_lib.model import Column, Part, Service

Role = Literal[
    "requests", "tasks", "healthy_hosts", "cpu", "cpu_max", "memory", "latency", "errors", "connections"
]  # fmt: skip
"""What a series tells of a push."""

ROLES: Mapping[str, Role] = {
    "requests": "requests", "invocations": "requests",
    "running_tasks": "tasks", "instances": "tasks", "healthy_hosts": "healthy_hosts",
    "cpu": "cpu", "engine_cpu": "cpu", "acu_utilization": "cpu",
    "memory": "memory", "freeable_memory": "memory",
    "latency": "latency", "duration": "latency", "origin_latency": "latency",
    "errors_5xx": "errors", "elb_errors_5xx": "errors", "error_rate_5xx": "errors", "errors": "errors",
    "throttles": "errors",
    "connections": "connections", "active_connections": "connections", "concurrency": "connections",
}  # fmt: skip
"""Role of a metric by its key in the catalogue."""

GIVE_OUT: frozenset[Role] = frozenset({"cpu", "memory", "latency", "connections"})
"""Roles whose limit is one of the whole resource: the busiest task of many (`cpu_max`) may well touch 100 %."""

_TASKS_OF = "AWS/ECS"
"""Namespace in which each task publishes a sample of its service's CPU, so that samples count tasks."""

_EDGES, _STORES, _CACHES = ("AWS/CloudFront",), ("AWS/RDS", "AWS/DocDB", "AWS/DynamoDB"), ("AWS/ElastiCache",)
_COMPUTE = ("AWS/ECS", "ECS/ContainerInsights", "AWS/Lambda", "LambdaInsights", "AWS/EC2", "CWAgent")


class Hop(NamedTuple):
    """One resource on the way: a part of a service."""

    service: str
    part: str
    kind: str


@dataclass(frozen=True)
class Trace:
    """One series on the way: which hop's, what it tells, where it gives out (None: not known; below where `falls`).

    `per_minute`: a count of its period, to be divided by its minutes. A change under `least` is not worth a word.
    """

    hop: Hop
    role: Role
    column: Column
    unit: str
    limit: float | None = None
    falls: bool = False
    per_minute: bool = False
    least: float = 0.0


def chain_of(services: Sequence[Service], catalog: Catalog) -> tuple[Hop, ...]:
    """Return the resources on the way in its order; what is neither front, compute nor store is left out.

    CDN first; then each service in the review's order, its load balancers before its tasks; then databases, caches.
    """
    places = [
        (_place(catalog[part.kind], at, number), Hop(service.name, part.name, part.kind))
        for at, service in enumerate(services)
        for number, part in enumerate(service.parts)
    ]
    return tuple(hop for place, hop in sorted(places, key=lambda each: each[0]) if place[0] >= 0)


def traces_of(service: Service, catalog: Catalog, hop: Hop) -> tuple[Trace, ...]:
    """Return what is looked at of a hop of a service, in the order of `Role`."""
    part, kind = service.part(hop.part), catalog[hop.kind]
    mine = [(role, metric, spec) for metric, spec in kind.metrics.items() if (role := ROLES.get(metric))]
    found = [_trace(hop, role, Column(hop.part, metric, spec.judge), spec, part) for role, metric, spec in mine]
    found += [
        _trace(hop, "cpu_max", Column(hop.part, metric, "Maximum"), spec, part)
        for role, metric, spec in mine
        if role == "cpu" and spec.show == "Maximum"
    ]
    if kind.namespace == _TASKS_OF and "cpu" in kind.metrics:
        samples = Column(hop.part, "cpu", "SampleCount")
        found.append(Trace(hop, "tasks", samples, "Count", per_minute=True, least=1))
    return tuple(sorted(found, key=lambda each: Role.__args__.index(each.role)))  # type: ignore[attr-defined]  # a Literal's values


def concerns(event: Event, service: str) -> bool:
    """Tell whether an event names a service, or all."""
    return not event.services or service in event.services


def _trace(hop: Hop, role: Role, column: Column, spec: MetricSpec, part: Part) -> Trace:
    """Return the series of a metric."""
    return Trace(
        hop, role, column, spec.unit, spec.limit_for(part),
        falls=spec.hurts == "down" and role != "healthy_hosts", per_minute=column.statistic == "Sum",
        least=spec.min_effect,
    )  # fmt: skip


def _place(kind: KindSpec, at: int, number: int) -> tuple[int, int, int, int]:
    """Return where a part stands: tier, then service, load balancer before tasks, then its own order; -1: nowhere."""
    if kind.namespace in _EDGES:
        return 0, at, 0, number
    if kind.front or kind.namespace in _COMPUTE:
        return 1, at, 0 if kind.front else 1, number
    tiers = {**dict.fromkeys(_STORES, 2), **dict.fromkeys(_CACHES, 3)}
    return tiers.get(kind.namespace, -1), at, 0, number
