"""The cards of a week's alarms: what each firing was about, so far as something else is known of that time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sre_lib.alarms.card import Card, moment_of
from sre_lib.alarms.case import AlarmCase
from sre_lib.alarms.classes import CLASSES, Judged, Moment
from sre_lib.alarms.firings import Firing
from sre_lib.alarms.held_back import muted_starts
from sre_lib.change import Change
from sre_lib.event import Event
from sre_lib.model import Finding, Week

_SHORT_S = 12 * 3600


@dataclass(frozen=True)
class About:
    """What a firing may be about: incidents, findings, other known events, and each service's deployments."""

    incidents: tuple[Event, ...] = ()
    findings: tuple[Finding, ...] = ()
    events: tuple[Event, ...] = ()
    changes: tuple[tuple[str, Change], ...] = ()


def cards_of(judged: Sequence[tuple[AlarmCase, Judged]], week: Week, about: About) -> list[Card]:
    """Return the cards of alarms, in the order in which a meeting goes through them."""
    states = {case.id: case.spans for case, _ in judged}
    made = []
    for case, is_ in judged:
        fired = case.during(week)
        made.append(
            Card(
                case, is_, fired,
                incidents=tuple(each for each in about.incidents if _heard(moment_of(each), case, fired)),
                findings=tuple(each for each in about.findings if is_short(each) and _heard(_of(each), case, fired)),
                events=tuple(each for each in about.events if _heard(moment_of(each), case, fired)),
                changes=tuple(each for service, each in about.changes
                              if _heard(Moment(each.start, each.end, (service,)), case, fired)),
                muted=muted_starts(case, states),
            )
        )  # fmt: skip
    return sorted(made, key=lambda each: (CLASSES.index(each.is_), each.case.id.name))


def is_short(finding: Finding) -> bool:
    """Tell whether a finding is a moment of hours and no lasting change."""
    return finding.until is None and (finding.end - finding.start).total_seconds() <= _SHORT_S


def _of(finding: Finding) -> Moment:
    """Return a finding as a moment."""
    return Moment(finding.start, finding.end, (finding.service,))


def _heard(moment: Moment, case: AlarmCase, fired: Iterable[Firing]) -> bool:
    """Tell whether one of an alarm's firings is about a moment."""
    return any(moment.meets(each, case.services) for each in fired)
