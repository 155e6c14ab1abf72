"""The alarms of a week taken apart: a card an alarm, a row a notification, what no alarm saw, the meeting's figure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sre_lib import weeks
from sre_lib.alarms.card import Card, moment_of
from sre_lib.alarms.cards import About, cards_of, is_short
from sre_lib.alarms.case import cases
from sre_lib.alarms.classes import CLASSES, AlarmClass, Background, Moment, judge, silent
from sre_lib.alarms.figures import WeekFigure, figure, silent_incidents
from sre_lib.alarms.firings import Firing, at_night
from sre_lib.change import Change
from sre_lib.collect.alarms.datapoints import AlarmDatapoints
from sre_lib.collect.alarms.elsewhere import OtherAlarm, other_alarms
from sre_lib.collect.alarms.reading import AlarmsKept, alarms_of
from sre_lib.collect.archive import Archive
from sre_lib.event import Event
from sre_lib.model import Analysis, Finding, ServiceWeek, Week
from sre_lib.params import Review

INCIDENT, HOLIDAY = "incident", "holiday"
PLANNED = frozenset({"batch", "deployment", "maintenance"})
HIGH_PRIORITY = 0.4
"""A finding from this priority on, of some hours at most, is one that an alarm should have seen."""


@dataclass(frozen=True)
class Notification:
    """One time in the week that an alarm told people: `until` None: it still is; `card` None: it is from elsewhere."""

    at: datetime
    until: datetime | None
    name: str
    services: tuple[str, ...]
    night: bool
    card: Card | None = None
    severity: str = ""
    url: str = ""


@dataclass(frozen=True)
class AlarmReview:
    """All alarms of a week by class and name, everything else by time; `figures` are of the weeks, oldest first.

    `looked` tells whether CloudWatch's alarms were asked for at all, `complete` whether all answers came. `kept` and
    `datapoints` are what a replay needs.
    """

    cards: tuple[Card, ...] = ()
    notifications: tuple[Notification, ...] = ()
    silent: tuple[Event, ...] = ()
    unheard: tuple[Finding, ...] = ()
    figures: tuple[WeekFigure, ...] = ()
    looked: bool = False
    complete: bool = False
    kept: AlarmsKept | None = field(default=None, repr=False)
    datapoints: AlarmDatapoints | None = field(default=None, repr=False)

    @property
    def by_class(self) -> Mapping[AlarmClass, Sequence[Card]]:
        """The cards of each class that has any, in the order of the meeting."""
        found = {each: [card for card in self.cards if card.is_ == each] for each in CLASSES}
        return {each: cards for each, cards in found.items() if cards}

    @property
    def clean_weeks(self) -> int:
        """How many weeks in a row, up to this one, were clean."""
        clean = [each.clean for each in reversed(self.figures)]
        return clean.index(False) if False in clean else len(clean)


def alarm_review(
    review: Review, week: Week, archive: Archive, seen: Sequence[tuple[ServiceWeek, Analysis]]
) -> AlarmReview:
    """Return the alarms of a week, with what was found in the services (`seen`) beside them; AWS is not asked.

    Raises ArchiveError where a file of the archive is damaged.
    """
    kept = alarms_of(archive, review, (week.history_start, week.end))
    past = (*weeks.history(week), week)
    datapoints = AlarmDatapoints.read(archive, past)
    found = cases(kept, datapoints, review, week)
    findings = tuple(each for _, analysis in seen for each in (*analysis.findings, *analysis.known))
    incidents = tuple(each for each in review.events if each.kind == INCIDENT)
    background = _background(review, incidents, findings, [service_week for service_week, _ in seen])
    judged = [(case, judge(case, week, background)) for case in found]
    others = tuple(each for each in review.events if each.kind not in {INCIDENT, HOLIDAY})
    about = About(incidents, findings, others, tuple(_deployments(service_week for service_week, _ in seen)))
    cards = cards_of(judged, week, about)
    zone = ZoneInfo(review.timezone)
    told = tuple(_told(cards, week, zone))
    elsewhere = tuple(_elsewhere(other_alarms(review), week, zone))
    looks = [each for each in kept.looks if each.asked == "history" and each.end > week.start]
    return AlarmReview(
        cards=tuple(cards),
        notifications=tuple(sorted((*told, *elsewhere), key=lambda each: (each.at, each.name))),
        silent=silent_incidents(incidents, cards, week),
        unheard=_unheard(findings, incidents, cards, week),
        figures=tuple(figure(each, kept, cards, incidents, zone) for each in past),
        looked=bool(looks),
        complete=bool(looks) and all(each.status == "complete" for each in looks),
        kept=kept,
        datapoints=datapoints,
    )


def _background(
    review: Review, incidents: Sequence[Event], findings: Iterable[Finding], seen: Iterable[ServiceWeek]
) -> Background:
    """Return what was bad and what was planned, for the classes."""
    bad = [moment_of(each) for each in incidents]
    bad += [Moment(each.start, each.end, (each.service,)) for each in findings if is_short(each) and not each.because]
    planned = [moment_of(each) for each in review.events if each.kind in PLANNED]
    planned += [Moment(change.start, change.end, (service,)) for service, change in _deployments(seen)]
    return Background(tuple(bad), tuple(planned))


def _deployments(seen: Iterable[ServiceWeek]) -> Iterable[tuple[str, Change]]:
    """Yield the deployments of services, each with the service."""
    return ((each.service.name, change) for each in seen for change in each.changes if change.kind == "deployment")


def _told(cards: Iterable[Card], week: Week, zone: ZoneInfo) -> Iterable[Notification]:
    """Yield every time that an alarm of CloudWatch told people in a week."""
    for card in cards:
        for each in card.told(card.firings):
            if week.start <= each.start < week.end:
                until = each.end if each.over else None
                name, services = card.case.id.name, card.case.services
                yield Notification(each.start, until, name, services, at_night(each.start, zone), card)


def _elsewhere(others: Iterable[OtherAlarm], week: Week, zone: ZoneInfo) -> Iterable[Notification]:
    """Yield the alarms of other services in a week."""
    for each in others:
        if week.start <= each.opened < week.end:
            services = (each.service,) if each.service else ()
            night = at_night(each.opened, zone)
            yield Notification(each.opened, each.closed, each.name, services, night, None, each.severity, each.url)


def _unheard(
    findings: Iterable[Finding],
    incidents: Sequence[Event],
    cards: Sequence[Card],
    week: Week,
) -> tuple[Finding, ...]:
    """Return the findings of high priority that no alarm saw, the most important first.

    One that belongs to an incident is not told beside it.
    """
    high = [each for each in findings if each.priority >= HIGH_PRIORITY and is_short(each) and not each.because]
    high = [each for each in high if not any(_during(each, incident) for incident in incidents)]
    moments = {each.id: Moment(each.start, each.end, (each.service,)) for each in high}
    unseen = set(silent(moments.values(), [(card.case, card.judged) for card in cards]))
    found = [each for each in high if moments[each.id] in unseen and each.start < week.end and each.end > week.start]
    return tuple(sorted(found, key=lambda each: -each.priority))


def _during(finding: Finding, incident: Event) -> bool:
    """Tell whether a finding's service had an incident at its time."""
    return moment_of(incident).meets(Firing(finding.start, finding.end), (finding.service,))
