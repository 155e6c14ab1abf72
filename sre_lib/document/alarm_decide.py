"""The top of the alarm page: what is to be decided, a line an alarm, silent incident or silent finding, with a link."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

from sre_lib.alarms.card import Card
from sre_lib.alarms.review import AlarmReview
from sre_lib.collect.alarms.kept import AlarmId
from sre_lib.document.alarm_effect import effect_text
from sre_lib.document.alarm_missing import Missing
from sre_lib.document.alarm_replayed import Tried
from sre_lib.document.opening import Opened
from sre_lib.model import Finding
from sre_lib.wording import N_, Wording
from sre_lib.wording.alarms import class_name, class_reason
from sre_lib.wording.findings import sentence

DECIDE = frozenset({"broken", "cried_wolf", "predictable", "never_could"})
"""Classes of alarms that the meeting decides on."""
_CHOICES: Mapping[str, str] = {
    "cried_wolf": N_("Downgrade it or delete it?"),
    "predictable": N_("Keep it quiet at that time, or delete it?"),
    "never_could": N_("Move its threshold or delete it?"),
}
MEND: Mapping[str, str] = {
    "unclear": N_("What should it watch? Set it up anew, or delete it?"),
    "actions_disabled": N_("Was it switched off on purpose? Switch it on, or delete it?"),
    "no_action": N_("Who should be told? Give it an action, or delete it?"),
    "stuck": N_("Is what it tells still wrong? Mend the cause; if nothing is wrong, move its threshold or delete it."),
    "blind": N_("Does what it watches still send data? If gaps are usual there, change how it treats missing data."),
    "metric_gone": N_("Is what it watched gone for good? Delete it, or let it watch what came in its place."),
}
"""What is asked first of a broken alarm: no threshold mends one that nobody hears, or that has nothing to compare."""


class Decide(NamedTuple):
    """One thing to decide: what it is about, its address on the page, what it is (a class), why, and the question."""

    name: str
    address: str
    class_: str
    why: str
    question: str

    @property
    def plain(self) -> str:
        """The line as plain text."""
        about = " → ".join(each for each in (self.why, self.question) if each)
        return f"{self.name} ({self.class_}){': ' if about else ''}{about}"


def to_decide(
    found: AlarmReview, tried: Mapping[AlarmId, Tried], missing: Sequence[Missing], opened: Opened
) -> Iterator[Decide]:
    """Yield what is to be decided: the alarms in the order of their cards, then the silent incidents.

    What an earlier meeting decided on an alarm stands in place of the question, with what came of it.
    """
    say, zone = opened.say, opened.review.timezone
    for card in found.cards:
        if card.is_ in DECIDE:
            why = class_reason(card.judged.reason, card.judged.details, say)
            before = [each for each in opened.meeting.alarms if each.name == card.case.id.name]
            ask = _question(card, tried[card.case.id], say)
            asked = " ".join([*(effect_text(each, card.case, say, zone) for each in before), ask])
            yield Decide(card.case.id.name, anchor(card.case.id), class_name(card.is_, say), why, asked)
    for place, (incident, would) in enumerate(zip(found.silent, missing, strict=True), 1):
        span = say.span(incident.start, incident.end, zone)
        ask = say("Add the suggested alarm?") if would.offers else say("No alarm would have told of it: what would?")
        yield Decide(incident.title, silent_anchor(place), say("happened in silence"), span, ask)


def findings_to_decide(
    unheard: Sequence[Finding], missing: Sequence[Missing], incidents: int, opened: Opened
) -> Iterator[Decide]:
    """Yield the silent findings, those first that an alarm was looked for, with the alarm that would have told.

    `missing` may be shorter than `unheard`: the others have no question. `incidents`: how many silent ones stand before
    them on the page.
    """
    say, zone = opened.say, opened.review.timezone
    for place, finding in enumerate(unheard):
        would = missing[place] if place < len(missing) else Missing()
        ask = say("Add this alarm?") if would.offers else say("No alarm would have told of it: what would?")
        yield Decide(
            sentence(finding, say, zone),
            silent_anchor(incidents + place + 1),
            say("happened in silence"),
            would.offers[0].said if would.offers else "",
            ask if place < len(missing) else "",
        )


def anchor(alarm: AlarmId) -> str:
    """Return the id of an alarm's card: a name may hold anything, so that it is no part of it."""
    text = f"{alarm.place}\n{alarm.name}"
    return f"alarm-{sha256(text.encode(errors='replace')).hexdigest()[:12]}"


def silent_anchor(place: int) -> str:
    """Return the id of a silent incident or finding, by its place among them from 1 on."""
    return f"silent-{place}"


def _question(card: Card, tried: Tried, say: Wording) -> str:
    """Return what the meeting is asked: to take the suggestion where there is one, else what the choice is."""
    if card.is_ == "broken":
        return say(MEND[card.judged.reason])
    found = tried.what_if
    if found and found.suggested and found.suggested.firings:
        if found.reason == "catches_more":
            return say("Tune it as suggested (it would have told of {caught} of {n} incidents)?",
                       caught=len(found.suggested.caught), n=found.incidents)  # fmt: skip
        return say("Tune it as suggested ({n} firings a week)?", n=say.number(found.suggested.firings, 1))
    if card.judged.reason == "always_with":
        return say("Merge it into {alarm}?", alarm=card.judged.details["alarm"])
    return say(_CHOICES[card.is_])
