"""What the shop's people would have written into their review file: pushes, releases, load tests, incidents."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sre_lib.demo.faults import Happening, between_minutes
from sre_lib.demo.load_test import event_of, load_tests
from sre_lib.demo.schedule import (
    DEPLOYMENT_MIN,
    PUSH_MIN,
    Deployment,
    Push,
    as_minute,
    as_time,
    deployments,
    pushes,
    week_of,
)
from sre_lib.event import Event

_MAINTENANCE_MIN = 30


class _Incident(NamedTuple):
    """What people call a fault that customers or colleagues noticed, the services, and whether no alarm did."""

    title: str
    services: tuple[str, ...]
    silent: bool


_INCIDENTS: Mapping[str, _Incident] = {
    "hot_cache": _Incident("Pages are slow and some fail", ("web", "api", "cache"), silent=False),
    "busy_writer": _Incident("Pages are slow and some fail", ("web", "api", "orders-db"), silent=False),
    "upstream": _Incident("Most visitors did not get through", ("web", "orders"), silent=True),
    "runaway_api": _Incident("The nightly export of api was late", ("api",), silent=True),
    "runaway_web": _Incident("The nightly export of web was late", ("web",), silent=True),
}
"""By scenario of the shop's faults."""


def events(seed: int, start: datetime, end: datetime) -> tuple[Event, ...]:
    """Return what is known to happen in `[start, end)` (aware datetimes), in the order of its start.

    The nightly batch is not among it: it is as usual every night, and the baseline knows it.
    """
    first, last = as_minute(start), as_minute(end)
    weeks = range(week_of(first) - 1, week_of(last) + 1)
    found = [_maintenance(each) for each in between_minutes(seed, first, last) if each.scenario == "restart_reader"]
    found += incidents(seed, start, end)
    for week in weeks:
        found += [_deployment(each) for each in deployments(seed, week)]
        found += [_push(each) for each in pushes(seed, week)]
        found += [event_of(each) for each in load_tests(week)]
    return tuple(sorted((e for e in found if e.start < end and e.end > start), key=lambda event: event.start))


def incidents(seed: int, start: datetime, end: datetime, *, silent: bool | None = None) -> tuple[Event, ...]:
    """Return the incidents that overlap `[start, end)`; with `silent` those that no alarm noticed, or that one did.

    No alarm means: none of its services' but autoscaling's own, which tell nobody.
    """
    found = (each for each in between_minutes(seed, as_minute(start), as_minute(end)) if each.scenario in _INCIDENTS)
    return tuple(_incident(each) for each in found if silent in {None, _INCIDENTS[each.scenario].silent})


def _incident(each: Happening) -> Event:
    """Return a fault as the incident that people noticed."""
    named = _INCIDENTS[each.scenario]
    return Event(as_time(each.start), as_time(each.end), "incident", named.title, named.services)


def _deployment(each: Deployment) -> Event:
    """Return a deployment as an event."""
    end = as_time(each.minute + DEPLOYMENT_MIN)
    return Event(as_time(each.minute), end, "deployment", each.title, each.services)


def _push(each: Push) -> Event:
    """Return a push as an event, which lasts until most of its visitors have gone."""
    services = ("web", "api", "orders")
    return Event(as_time(each.minute), as_time(each.minute + PUSH_MIN), "push", each.title, services, each.audience)


def _maintenance(each: Happening) -> Event:
    """Return the restart of the reader as an event."""
    end = as_time(each.start + _MAINTENANCE_MIN)
    return Event(as_time(each.start), end, "maintenance", "Reader restarts for a patch", ("orders-db",))
