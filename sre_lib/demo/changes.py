"""What AWS would tell of changes in the simulated shop: releases, scaling, the reader's restart; a pure function."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

import numpy as np

from sre_lib.change import Change, ChangeSource
from sre_lib.demo.faults import between_minutes
from sre_lib.demo.schedule import DEPLOYMENT_MIN, Deployment, as_minute, as_time, deployments, week_of
from sre_lib.demo.state import FLEETS, State

_CLUSTER = "shop"
_DATABASE, _READER = "shop-orders", "shop-orders-reader"
_WEEKS_BACK = 4
"""No service goes so many weeks without a release."""
_TASKS_START_AFTER = timedelta(minutes=1)
_RESTART: tuple[tuple[int, str, str], ...] = (
    (0, "DB instance shutdown", "availability"),
    (2, "Database instance patched", "maintenance"),
    (3, "DB instance restarted", "availability"),
)
"""Minute, message and category of the events of a restart, worded as Amazon RDS words them."""


def changes(seed: int, source: ChangeSource, names: tuple[str, ...], start: datetime, end: datetime) -> list[Change]:
    """Return the changes of a resource that begin in `[start, end)` (UTC), by time, their part still empty.

    `names` are those of `resources.Resource`: `shop/web`, or the name of a database cluster; others have none.
    """
    found: list[Change] = []
    for name in names:
        cluster, _, service = name.partition("/")
        if cluster == _CLUSTER and service in FLEETS:
            found += _OF_SERVICES.get(source, _nothing)(seed, service, start, end)
        elif name == _DATABASE and source == "database_events":
            found += _restarts(seed, start, end)
    return sorted((each for each in found if start <= each.start < end), key=lambda each: (each.start, each.id))


def capacity(source: ChangeSource, names: tuple[str, ...]) -> dict[str, str]:
    """Return minimum and maximum of a resource's tasks, as scaling tells them; nothing of what does not scale."""
    services = [service for cluster, _, service in (name.partition("/") for name in names) if cluster == _CLUSTER]
    fleets = [FLEETS[each] for each in services if each in FLEETS and FLEETS[each].least < FLEETS[each].most]
    if source != "scaling" or not fleets:
        return {}
    return {"minimum": str(fleets[0].least), "maximum": str(fleets[0].most)}


def _releases(seed: int, service: str, start: datetime, end: datetime) -> Iterator[tuple[Deployment, str]]:
    """Yield the releases of a service with the version that each took the place of."""
    weeks = range(week_of(as_minute(start)) - _WEEKS_BACK, week_of(as_minute(end)) + 1)
    before = ""
    for each in (one for week in weeks for one in deployments(seed, week) if service in one.services):
        yield each, before
        before = _version(each)


def _deployments(seed: int, service: str, start: datetime, end: datetime) -> Iterator[Change]:
    """Yield the deployments of a service."""
    for each, before in _releases(seed, service, start, end):
        began, version = as_time(each.minute), _version(each)
        yield Change(
            f"{_CLUSTER}/{service}/{version}",
            began,
            began + timedelta(minutes=DEPLOYMENT_MIN),
            "deployment",
            "",
            f"{service} {version}",
            {f"image {service}": (f"shop/{service}:{before}" if before else "", f"shop/{service}:{version}")},
        )


def _calls(seed: int, service: str, start: datetime, end: datetime) -> Iterator[Change]:
    """Yield the calls with which the shop's pipeline released a service."""
    for each, _ in _releases(seed, service, start, end):
        at = as_time(each.minute) - _TASKS_START_AFTER
        name = f"{service}-{_version(each)}"
        yield Change(name, at, at, "api_call", "", "UpdateService", {"by": ("", "release-pipeline")})


def _scaling(seed: int, service: str, start: datetime, end: datetime) -> Iterator[Change]:
    """Yield a change whenever another number of tasks does a service's work."""
    first, last = as_minute(start), as_minute(end)
    state = State(seed, between_minutes(seed, first - 1, last), first - 1, last)
    inside = state.minutes >= first - 1
    minutes, tasks = state.minutes[inside], state.tasks(service)[inside].astype(int)
    for at in np.flatnonzero(np.diff(tasks)):
        minute, before, after = int(minutes[at + 1]), int(tasks[at]), int(tasks[at + 1])
        began = as_time(minute)
        alarm = "AlarmHigh" if after > before else "AlarmLow"
        cause = f"monitor alarm TargetTracking-service/{_CLUSTER}/{service}-{alarm} in state ALARM triggered policy cpu"
        details = {"scaled": (str(before), str(after)), "reason": ("", cause)}
        name, title = f"{_CLUSTER}/{service}/{minute}", f"Setting desired count to {after}."
        yield Change(name, began, began + timedelta(minutes=1), "scaling", "", title, details)


def _restarts(seed: int, start: datetime, end: datetime) -> Iterator[Change]:
    """Yield the events of the reader's restarts."""
    for each in between_minutes(seed, as_minute(start), as_minute(end)):
        if each.scenario != "restart_reader":
            continue
        for after, message, category in _RESTART:
            at = as_time(each.start + after)
            details = {"resource": ("", _READER), "category": ("", category)}
            yield Change(f"{_READER} {at.isoformat()} {message}", at, at, "database", "", message, details)


def _nothing(_seed: int, _service: str, _start: datetime, _end: datetime) -> Iterator[Change]:
    """Yield nothing: a source that knows no services."""
    yield from ()


def _version(each: Deployment) -> str:
    """Return the version of a release: the first word of its title."""
    return each.title.partition(" ")[0]


_OF_SERVICES: Mapping[ChangeSource, Callable[[int, str, datetime, datetime], Iterator[Change]]] = {
    "deployments": _deployments,
    "scaling": _scaling,
    "cloudtrail": _calls,
}
