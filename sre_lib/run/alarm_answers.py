"""alarms.json: everything that the alarm page shows, for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import isnan
from typing import Any

from sre_lib.alarms.card import Card
from sre_lib.alarms.review import Notification
from sre_lib.alarms.terraform import definition_of
from sre_lib.document.alarm_missing import Missing
from sre_lib.document.alarm_proposals import Proposed
from sre_lib.document.alarms import AlarmsReview
from sre_lib.event import Event
from sre_lib.run import answers

ALARMS_JSON = "alarms.json"


def alarms_json(page: AlarmsReview, proposed: Sequence[Proposed]) -> bytes:
    """Return the alarms of a week with their class and noise, the notifications, what no alarm saw, the week's figures.

    `proposed` are the alarms in the order of the page, then new ones. Times are ISO 8601 in UTC; `trouble` says why
    there is nothing (empty: there is).
    """
    if page.trouble:
        return answers.document({"week": page.opened.week.name, "trouble": page.trouble})
    found = page.found
    return answers.document(
        {
            "week": page.opened.week.name,
            "trouble": "",
            "complete": found.complete,
            "clean_weeks": found.clean_weeks,
            "weeks": [{**asdict(each), "clean": each.clean} for each in found.figures],
            "alarms": [_card(*each) for each in zip(found.cards, proposed, strict=False)],
            "notifications": [_notification(each) for each in found.notifications],
            "silent": {
                "incidents": [_silent(*each) for each in zip(found.silent, page.missing, strict=True)],
                "findings": [each.id for each in found.unheard],
                "lacked": [
                    {"finding": each.id, "offers": _offers(missing)}
                    for each, missing in zip(found.unheard, page.missing_findings, strict=False)
                ],
            },
        }
    )


def _silent(incident: Event, missing: Missing) -> Mapping[str, Any]:
    """Return an incident that no alarm saw, with the alarms that would have."""
    return {"start": incident.start, "end": incident.end, "title": incident.title, "offers": _offers(missing)}


def _offers(missing: Missing) -> Sequence[Mapping[str, Any]]:
    """Return the alarms that would have told of something."""
    return [{"definition": definition_of(each.alarm), "said": [each.said]} for each in missing.offers]


def _card(card: Card, proposed: Proposed) -> Mapping[str, Any]:
    """Return one alarm."""
    suggestion = {"changes": proposed.changes, "said": list(proposed.said)} if proposed.changes else None
    noise = {name: None if isinstance(value, float) and isnan(value) else value for name, value in _noise(card).items()}
    return {
        "name": card.case.id.name,
        "place": card.case.id.place,
        "services": list(card.case.services),
        "class": card.is_,
        "reason": {"key": card.judged.reason, **card.judged.details},
        "noise": noise,
        "in_alarm": [{"start": each.start, "end": each.end, "over": each.over} for each in card.firings],
        "incidents": [each.title for each in card.incidents],
        "findings": [each.id for each in card.findings],
        "definition": card.case.definition.raw,
        "suggestion": suggestion,
    }


def _noise(card: Card) -> Mapping[str, Any]:
    """Return the figures of an alarm's noise."""
    return {**asdict(card.case.noise), "a_week": card.case.noise.a_week}


def _notification(each: Notification) -> Mapping[str, Any]:
    """Return one time that people were told something."""
    return {
        "at": each.at, "until": each.until, "name": each.name, "services": list(each.services), "night": each.night,
        "class": each.card.is_ if each.card else None, "severity": each.severity, "url": each.url,
    }  # fmt: skip
