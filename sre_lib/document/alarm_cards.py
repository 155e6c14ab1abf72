"""The card of one alarm: what it is worth and why, what else happened, its replay and what other settings would do."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from sre_lib.alarm import Alarm
from sre_lib.alarms.card import Card
from sre_lib.document.alarm_chart import alarm_chart
from sre_lib.document.alarm_decide import anchor
from sre_lib.document.alarm_effect import effect_text
from sre_lib.document.alarm_replayed import Tried, terraform_of, what_if_rows
from sre_lib.document.display import Chart, Fragment, fragment
from sre_lib.document.opening import Opened
from sre_lib.event import Event
from sre_lib.wording import Wording
from sre_lib.wording.alarms import class_name, class_question, class_reason, noise_text
from sre_lib.wording.changes import change_title
from sre_lib.wording.findings import sentence
from sre_lib.wording.ranked import kind_name

MOST_MEANWHILE = 6
"""Lines of what else happened while an alarm fired; what is more is counted."""
_NOISE = ("weeks", "a_week", "minutes", "short_share", "flapping", "off_hours", "night")


def card_shown(card: Card, tried: Tried, opened: Opened) -> list[Fragment | Chart]:
    """Return what is said of one alarm, its chart, and what other settings would have done."""
    say = opened.say
    shown: list[Fragment | Chart] = [_card(card, tried, opened)]
    if chart := alarm_chart(card, opened):
        shown.append(chart)
    if tried.what_if:
        rows, suggestion = what_if_rows(tried.what_if, say)
        plain = "\n".join([suggestion, *(" ".join(row) for row in rows)])
        block = terraform_of(card, tried, say)
        shown.append(
            fragment("alarm_what_if", plain, say, rows=rows, suggestion=suggestion, note=tried.note, terraform=block)
        )
    return shown


def cards_listed(is_: str, cards: Sequence[Card], say: Wording) -> Fragment:
    """Return alarms of one class as a list behind a title."""
    lines = [
        say("{name}: {why}", name=card.case.id.name, why=class_reason(card.judged.reason, card.judged.details, say))
        for card in cards
    ]
    count = say.plural("{n} alarm", "{n} alarms", len(lines))
    title = say("{name}: {why}", name=class_name(is_, say), why=count)
    return fragment("folded", "\n".join([title, *lines]), say, title=title, lines=lines)


def _card(card: Card, tried: Tried, opened: Opened) -> Fragment:
    """Return what is said of one alarm."""
    say, case, zone = opened.say, card.case, opened.review.timezone
    why = class_reason(card.judged.reason, card.judged.details, say)
    facts = [
        watched_text(case.alarm, say),
        *suppressor_lines(card, say),
        *mute_lines(card, say),
        noise_text({name: getattr(case.noise, name) for name in _NOISE}, say),
        *(_edit(each.at, each.before, each.after, say, zone) for each in case.edits if each.before),
        *tried.replayed,
        *(effect_text(each, case, say, zone) for each in opened.meeting.alarms if each.name == case.id.name),
    ]
    services = say.listing(list(case.services)) if case.services else say("of no service of the review")
    about = meanwhile(card, say, zone)
    plain = "\n".join([f"{case.id.name} ({class_name(card.is_, say)}): {why}", *facts, *about])
    return fragment(
        "alarm_card", plain, say, anchor=anchor(case.id), name=case.id.name, class_=class_name(card.is_, say),
        kind=card.is_, services=services, why=why, facts=facts, about=about, question=class_question(card.is_, say),
        description=getattr(case.alarm, "description", ""),
    )  # fmt: skip


def meanwhile(card: Card, say: Wording, zone: str) -> list[str]:
    """Return what else happened while an alarm fired: incidents, findings, events, deployments; at most a few lines."""
    lines = [
        say("incident: {title}, {span}", title=each.title, span=say.span(each.start, each.end, zone))
        for each in card.incidents
    ]
    lines += [sentence(each, say, zone) for each in card.findings]
    lines += _events(card.events, say, zone)
    lines += [
        say("{when} {what}", when=say.time(each.start, zone), what=f"{each.part}: {change_title(each, say)}")
        for each in card.changes
    ]
    left = len(lines) - MOST_MEANWHILE
    return [*lines[:MOST_MEANWHILE], say.plural("{n} more", "{n} more", left)] if left > 0 else lines


def suppressor_lines(card: Card, say: Wording) -> Iterator[str]:
    """Yield what holds back an alarm's actions, and how many of its firings of the week told nobody."""
    alarm = card.case.alarm
    if not isinstance(alarm, Alarm) or not alarm.suppressor:
        return
    yield say(
        "Its actions are held back while {alarm} is in ALARM (waits {wait} s for it, holds on for {extension} s).",
        alarm=alarm.suppressor, wait=alarm.wait_s, extension=alarm.extension_s,
    )  # fmt: skip
    begun = [each for each in card.firings if each.began]
    if card.muted is None:
        yield say("How often that was is not known: the states of {alarm} are not.", alarm=alarm.suppressor)
    elif begun:
        muted = sum(each.start in card.muted for each in begun)
        yield say("{muted} of {n} firings this week told nobody for that reason.", muted=muted, n=len(begun))


def mute_lines(card: Card, say: Wording) -> Iterator[str]:
    """Yield how many firings of the week began while a mute rule held, and which rules cannot be understood."""
    begun = [each for each in card.firings if each.began]
    held = sum(any(one.start_s <= each.start.timestamp() < one.end_s for one in card.case.mutes) for each in begun)
    if held:
        yield say("{muted} of {n} firings this week began while a mute rule held.", muted=held, n=len(begun))
    if card.case.mutes_unread:
        names = say.listing(list(card.case.mutes_unread))
        yield say("The mute rule {names} cannot be understood: its firings count as told.", names=names)


def watched_text(alarm: object, say: Wording) -> str:
    """Return what an alarm watches, in one line."""
    if not isinstance(alarm, Alarm):
        return say("Its definition cannot be understood.")
    if alarm.rule:
        return say("Rule: {rule}", rule=alarm.rule)
    if alarm.metrics:
        entries = [each.expression or f"{each.id} = {each.statistic} {each.metric}" for each in alarm.metrics]
        what = "; ".join(entries)
    else:
        what = f"{alarm.statistic} {alarm.metric}"
    sign = {"GreaterThanOrEqualToThreshold": "≥", "GreaterThanThreshold": ">", "LessThanThreshold": "<",
            "LessThanOrEqualToThreshold": "≤"}.get(alarm.operator, "∉")  # fmt: skip
    threshold = say.number(alarm.threshold) if alarm.threshold is not None else say("anomaly detection band")
    return say(
        "{what} {sign} {threshold}, {m} of {n} periods of {seconds} s, missing data: {missing}",
        what=what, sign=sign, threshold=threshold, m=alarm.m, n=alarm.n, seconds=alarm.period_s,
        missing=alarm.missing or "missing",
    )  # fmt: skip


def _events(events: Sequence[Event], say: Wording, zone: str) -> Iterator[str]:
    """Yield known events; one that came again and again is one line."""
    count = Counter((each.kind, each.title) for each in events)
    first = {(each.kind, each.title): each for each in reversed(events)}
    for (kind, title), times in count.items():
        each = first[kind, title]
        when = say.span(each.start, each.end, zone)
        if times > 1:
            when = say("{n} times, first {when}", n=times, when=when)
        yield say("{kind}: {title}, {when}", kind=kind_name(kind, say), title=title, when=when)


def _edit(at: datetime, before: object, after: object, say: Wording, zone: str) -> str:
    """Return an edit of an alarm: the members that changed, old and new."""
    old = dict(before) if isinstance(before, dict) else {}
    new = dict(after) if isinstance(after, dict) else {}
    changed = [f"{name} {old[name]} → {new.get(name, '')}" for name in old if "Timestamp" not in name]
    return say("Edited {when}: {changes}", when=say.time(at, zone), changes=", ".join(changed))
