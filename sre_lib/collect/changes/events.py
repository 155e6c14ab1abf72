"""Deployments that AWS tells of, as known events: findings near them name them, charts show them."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sre_lib.change import Change
from sre_lib.event import Event
from sre_lib.model import Service

SAME = timedelta(minutes=15)
"""A deployment that people wrote down and one that AWS tells of are one within this time."""


def deployment_events(changes: Iterable[Change], known: Sequence[Event], service: Service) -> tuple[Event, ...]:
    """Return the deployments among changes as events of the service, but for those that are known already."""
    written = [event.start for event in known if event.kind == "deployment"]
    return tuple(
        Event(each.start, each.end, "deployment", each.title, (service.name,))
        for each in changes
        if each.kind == "deployment" and all(abs(each.start - start) > SAME for start in written)
    )
