"""One alarm of the week with what it is worth, and what an event is to an alarm."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sre_lib.alarms.case import AlarmCase
from sre_lib.alarms.classes import AlarmClass, Judged, Moment
from sre_lib.alarms.firings import Firing
from sre_lib.change import Change
from sre_lib.event import Event
from sre_lib.model import Finding


@dataclass(frozen=True)
class Card:
    """One alarm of the week: what it is worth, its firings in the week, and what each of them was about.

    `incidents`, `findings`, other known `events` and deployments (`changes`) are those at the time of a firing. `muted`
    are the starts of firings, of all time, of which a suppressor kept anybody from being told; None: it has one whose
    states are not known.
    """

    case: AlarmCase
    judged: Judged
    firings: tuple[Firing, ...]
    incidents: tuple[Event, ...] = ()
    findings: tuple[Finding, ...] = ()
    events: tuple[Event, ...] = ()
    changes: tuple[Change, ...] = ()
    muted: frozenset[datetime] | None = frozenset()

    @property
    def is_(self) -> AlarmClass:
        """The class of the alarm."""
        return self.judged.is_

    @property
    def tells_people(self) -> bool:
        """Whether its actions reach anybody: one that scales, that has none, or that feeds another one does not."""
        mute = self.is_ == "autoscaling" or self.judged.reason in {"no_action", "actions_disabled", "unclear"}
        return not mute and bool(getattr(self.case.alarm, "actions", {}).get("ALARM"))

    def told(self, firings: Iterable[Firing]) -> list[Firing]:
        """Return the firings of which people were told when they began."""
        muted = self.muted or frozenset()
        return [each for each in firings if self.tells_people and each.began and each.start not in muted]


def moment_of(event: Event) -> Moment:
    """Return an event as a moment."""
    return Moment(event.start, event.end, event.services)
