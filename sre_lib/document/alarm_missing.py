"""Which alarm would have told of an incident that none told of, as sentences under it."""

from functools import partial
from zoneinfo import ZoneInfo

import pandas as pd

from sre_lib.alarm import Alarm
from sre_lib.alarms.candidates import candidates
from sre_lib.alarms.firings import at_night
from sre_lib.alarms.missing_alarm import Caught, MissingAlarm, missing_alarm
from sre_lib.alarms.outcome import Incident
from sre_lib.document.look import Look
from sre_lib.document.opening import Opened
from sre_lib.event import Event
from sre_lib.model import Column
from sre_lib.wording import N_, Wording
from sre_lib.wording.metrics import metric_name, where
from sre_lib.wording.replays import missing_text

MOST_TOLD = 3
"""Alarms told under one incident: the suggested one first, then the earliest ones."""
INCIDENT = "incident"


def missing_lines(incident: Event, opened: Opened) -> list[str]:
    """Return a sentence for each alarm that would have told of an incident; one says so where none would have."""
    say = opened.say
    looks = [look for look in opened.looks if not incident.services or look.service.name in incident.services]
    lines = [line for look in looks for line in _of_service(look, incident, opened)]
    if lines or not looks:
        return lines
    nothing = N_("No alarm with a fixed threshold on {services} would have told of it; anomaly detection might.")
    return [say(nothing, services=say.listing([look.service.name for look in looks]))]


def _of_service(look: Look, incident: Event, opened: Opened) -> list[str]:
    """Return the sentences of one service."""
    say = opened.say
    found = _found(look, incident, opened)
    chosen = [found.suggested] if found.suggested else []
    chosen += [each for each in found.rows if each not in chosen]
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
