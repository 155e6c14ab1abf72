"""What the shop's people would have written into their review file: pushes, deployments, maintenance."""

from datetime import datetime

from sre_lib.demo.faults import Happening, between_minutes
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
from sre_lib.model import Event

_MAINTENANCE_MIN = 30


def events(seed: int, start: datetime, end: datetime) -> tuple[Event, ...]:
    """Return what is known to happen in `[start, end)` (aware datetimes), in the order of its start.

    The nightly batch is not among it: it is as usual every night, and the baseline knows it.
    """
    first, last = as_minute(start), as_minute(end)
    weeks = range(week_of(first) - 1, week_of(last) + 1)
    found = [_maintenance(each) for each in between_minutes(seed, first, last) if each.scenario == "restart_reader"]
    for week in weeks:
        found += [_deployment(each) for each in deployments(seed, week)]
        found += [_push(each) for each in pushes(seed, week)]
    return tuple(sorted((e for e in found if e.start < end and e.end > start), key=lambda event: event.start))


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
