"""The alarms of each service and why they exist: what their description says, and what meetings decided on them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sre_lib.alarm import Alarm, UnclearAlarm
from sre_lib.alarm_definition import alarm_of
from sre_lib.alarms.belongs import services_of
from sre_lib.alarms.case import children_of
from sre_lib.alarms.classes import only_scales
from sre_lib.collect.alarms.reading import alarms_of
from sre_lib.collect.archive import Archive
from sre_lib.document.alarm_cards import watched_text
from sre_lib.document.minutes.alarm_lines import VERDICT_NAMES, AlarmDecision
from sre_lib.document.opening import Opened
from sre_lib.stores import store_of
from sre_lib.wording import Wording


@dataclass(frozen=True)
class KnownAlarm:
    """One alarm at the end of the week: what it watches, and why it exists (empty: nobody wrote it down)."""

    name: str
    watches: str
    why: tuple[str, ...]


@dataclass(frozen=True)
class ServiceAlarms:
    """The alarms that tell people of a service, by name, and how many only scale it."""

    alarms: tuple[KnownAlarm, ...] = ()
    scaling: int = 0


def alarms_by_service(opened: Opened) -> Mapping[str, ServiceAlarms]:
    """Return the alarms of every service that has one; ArchiveError where their file is damaged."""
    review = opened.review
    archive = Archive(store_of(review.archive), review.name)
    kept = alarms_of(archive, review, opened.week)
    there = [alarm_of(each.raw) for each in kept.definitions if each.held(opened.week.end)]
    direct = {alarm.name: services_of(alarm, review.services, review.catalog) for alarm in there}
    of = {
        alarm.name: {*direct[alarm.name], *(name for child in children_of(alarm) for name in direct.get(child, ()))}
        for alarm in there
    }
    return {
        service.name: _of_service([each for each in there if service.name in of[each.name]], opened)
        for service in review.services
    }


def _of_service(alarms: Iterable[Alarm | UnclearAlarm], opened: Opened) -> ServiceAlarms:
    """Return the alarms of one service."""
    known = sorted(alarms, key=lambda each: each.name)
    people = [each for each in known if not only_scales(each)]
    told = tuple(_known(each, opened) for each in people)
    return ServiceAlarms(told, len(known) - len(people))


def _known(alarm: Alarm | UnclearAlarm, opened: Opened) -> KnownAlarm:
    """Return one alarm with the reasons that are written down."""
    say = opened.say
    name = " ".join(alarm.name.split())
    decided = (_decided(each, say) for each in opened.meeting.alarms if each.name == name)
    written = alarm.description if isinstance(alarm, Alarm) else ""
    return KnownAlarm(name, watched_text(alarm, say), tuple(each for each in (written, *decided) if each))


def _decided(decision: AlarmDecision, say: Wording) -> str:
    """Return what a meeting decided on an alarm, in its own words where it typed any."""
    verdict = say(VERDICT_NAMES[decision.verdict])
    text = f"{verdict}: {decision.text}" if decision.text else verdict
    return say("{week}: the meeting decided {decision}", week=decision.week, decision=text)
