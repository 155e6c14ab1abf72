"""The answer key of the shop's alarms: which class each is, and which incidents no alarm noticed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sre_lib.demo.alarms.catalogue import ALARMS, AlarmClass
from sre_lib.demo.known_events import incidents
from sre_lib.event import Event


@dataclass(frozen=True)
class AlarmKey:
    """What a review of the demo's own week (2026-W40) should say: the class by alarm, the incidents by what noticed.

    `silent`: no alarm of the incident's services, but for autoscaling's own, was in ALARM; `noticed`: one was.
    """

    classes: Mapping[str, AlarmClass]
    silent: tuple[Event, ...]
    noticed: tuple[Event, ...]


def alarm_key(seed: int, start: datetime, end: datetime) -> AlarmKey:
    """Return the key for the incidents that overlap `[start, end)` (aware datetimes); in 2026-W40 they are three."""
    return AlarmKey(
        {alarm.name: alarm.is_ for alarm in ALARMS},
        incidents(seed, start, end, silent=True),
        incidents(seed, start, end, silent=False),
    )
