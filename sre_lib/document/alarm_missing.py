"""Which alarm would have told of an incident or a finding that none told of, as sentences under it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, count
from zoneinfo import ZoneInfo

import pandas as pd

from sre_lib.alarm import Alarm
from sre_lib.alarms.candidates import candidates
from sre_lib.alarms.firings import at_night
from sre_lib.alarms.missing_alarm import Caught, MissingAlarm, missing_alarm
from sre_lib.alarms.outcome import Incident
from sre_lib.alarms.terraform import Proposal, definition_of, terraform
from sre_lib.document.look import Look
from sre_lib.document.opening import Opened
from sre_lib.event import Event
from sre_lib.model import Column, Finding
from sre_lib.wording import N_, Wording
from sre_lib.wording.metrics import metric_name, where
from sre_lib.wording.replays import missing_text

MOST_FINDINGS = 3
"""Silent findings that an alarm is looked for, and that the meeting is asked about; the rest is folded away."""
MOST_TOLD = 3
"""Alarms told under one incident: the suggested one first, then the earliest ones."""
INCIDENT = "incident"


@dataclass(frozen=True)
class Offer:
    """An alarm that a silent incident lacked, as it would be set up, and the sentence of what it would have done."""

    alarm: Alarm
    said: str


@dataclass(frozen=True)
class Missing:
    """Which alarms would have told of a silent incident, a sentence each; one a service is offered to be added."""

    lines: tuple[str, ...] = ()
    offers: tuple[Offer, ...] = ()


def missing_of(incidents: Iterable[Event], opened: Opened, names: Iterable[str]) -> Iterator[Missing]:
    """Yield for each silent incident which alarms would have told of it; one says so where none would have.

    Of each service the suggested one is offered, else the quietest, by a name unlike all others and unlike `names`.
    """
    taken = set(names)
    for incident in incidents:
        looks = [look for look in opened.looks if not incident.services or look.service.name in incident.services]
        found = [(look, _found(look, incident, opened)) for look in looks]
        lines = [line for look, each in found for line in _lines(look, each, opened.say)]
        offers = [_offer(look, each, opened.say, taken) for look, each in found if each.rows]
        if looks and not lines:
            nothing = N_(
                "No alarm with a fixed threshold on {services} would have told of it; anomaly detection might."
            )
            lines = [opened.say(nothing, services=opened.say.listing([look.service.name for look in looks]))]
        yield Missing(tuple(lines), tuple(offers))


def as_event(finding: Finding) -> Event:
    """Return when and where a finding was, as what `missing_of` looks for an alarm of."""
    return Event(finding.start, finding.end, "finding", "", (finding.service,))


def offer_terraform(missing: Missing, say: Wording) -> str:
    """Return the offered alarms as blocks of Terraform; empty where there are none."""
    return terraform([proposed(each, say) for each in missing.offers], say)[0]


def proposed(offer: Offer, say: Wording) -> Proposal:
    """Return an offered alarm as a proposal."""
    return Proposal(definition_of(offer.alarm), why=offer.said, showed=[unnamed(say)], new=True)


def unnamed(say: Wording) -> str:
    """Return that nobody here knows whom a new alarm is to tell."""
    return say("alarm_actions is left for you: whom is it to tell?")


def _offer(look: Look, found: MissingAlarm, say: Wording, taken: set[str]) -> Offer:
    """Return the alarm of a service that is offered, and take its name."""
    one = found.suggested or min(found.rows, key=lambda each: each.outcome.other)
    tried = chain([one.alarm.name], (f"{one.alarm.name}-{again}" for again in count(2)))
    name = next(each for each in tried if each not in taken)
    taken.add(name)
    return Offer(replace(one.alarm, name=name), _told(one, look, say, suggested=one is found.suggested))


def _lines(look: Look, found: MissingAlarm, say: Wording) -> list[str]:
    """Return the sentences of one service."""
    chosen = [found.suggested] if found.suggested else []
    # By identity: two that are the same but for their series cannot be compared.
    chosen += [each for each in found.rows if each is not found.suggested]
    return [_told(each, look, say, suggested=each is found.suggested) for each in chosen[:MOST_TOLD]]


def _found(look: Look, incident: Event, opened: Opened) -> MissingAlarm:
    """Return what would have told of an incident in a service, over its history and the week."""
    name, frame = look.service.name, look.service_week.frame
    bad = [Incident(each.start, each.end) for each in opened.review.events if _is_of(each, name)]
    this = Incident(incident.start, incident.end)
    observed: dict[Column, pd.Series[float]] = {
        column: frame.series(column) for column in frame.answers if frame.series(column).notna().any()
    }
    night = partial(at_night, zone=ZoneInfo(opened.review.timezone))
    made = candidates(look.service, look.catalog, observed, bad)
    return missing_alarm(made, this, [each for each in bad if each != this], night)


def _is_of(event: Event, service: str) -> bool:
    """Tell whether an event is an incident of a service."""
    return event.kind == INCIDENT and (not event.services or service in event.services)


def _told(each: Caught, look: Look, say: Wording, *, suggested: bool) -> str:
    """Return one alarm with how early it would have told, and at what noise."""
    variant, alarm = each.outcome.combination, each.candidate.alarm
    column = each.candidate.column
    what = say(
        "{where} {metric} {sign} {threshold} ({m} of {n} periods of {seconds} s)",
        where=where(look.service.name, column.part),
        metric=metric_name(column.metric, column.statistic, say),
        sign=_sign(alarm),
        threshold=say.number(variant.threshold),
        m=variant.m,
        n=variant.n,
        seconds=alarm.period_s,
    )
    text = missing_text(what, each.outcome.warning, each.outcome.other, say)
    return say("Suggested: {text}", text=text) if suggested else text


def _sign(alarm: Alarm) -> str:
    """Return the comparison as a sign."""
    signs = {"GreaterThanOrEqualToThreshold": "≥", "GreaterThanThreshold": ">", "LessThanThreshold": "<"}
    return signs.get(alarm.operator, "≤")
