"""The rows of the alarm page and of the weekly page's section: who was told what, what no alarm saw, week by week."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sre_lib.alarms.figures import WeekFigure
from sre_lib.alarms.review import AlarmReview, Notification
from sre_lib.document.opening import Opened
from sre_lib.wording import Wording
from sre_lib.wording.alarms import class_name, class_reason
from sre_lib.wording.findings import sentence

MOST_AT_ONCE = 7
"""Notifications of one alarm whose times are shown at once, one a day; the times of more are folded away."""


class Row(NamedTuple):
    """One alarm that told people in the week: how often and when (`each` time), what it is worth, and why."""

    name: str
    services: str
    class_: str
    times: str
    night: str
    why: str
    url: str
    each: tuple[str, ...] = ()

    @property
    def folded(self) -> bool:
        """Whether there are so many times that they are folded away."""
        return len(self.each) > MOST_AT_ONCE


def times_told(found: AlarmReview, opened: Opened) -> Mapping[str, Sequence[str]]:
    """Return by name each time that an alarm told people, as a line to write on; of many of one alarm a single one."""
    told = {}
    for row in notification_rows(found, opened):
        told[row.name] = [row.times] if row.folded else row.each
    return told


def notification_rows(found: AlarmReview, opened: Opened) -> list[Row]:
    """Return a row for every alarm that told people, those that cry wolf first."""
    groups: dict[str, list[Notification]] = {}
    for each in found.notifications:
        groups.setdefault(each.name, []).append(each)
    order = {card.case.id.name: place for place, card in enumerate(found.cards)}
    names = sorted(groups, key=lambda name: (order.get(name, len(order)), name))
    return [_row(name, groups[name], opened) for name in names]


def silent_lines(found: AlarmReview, opened: Opened) -> list[str]:
    """Return the incidents and the findings that no alarm saw."""
    say, zone = opened.say, opened.review.timezone
    incidents = [
        say("incident: {title}, {span}", title=each.title, span=say.span(each.start, each.end, zone))
        for each in found.silent
    ]
    return [*incidents, *(sentence(each, say, zone) for each in found.unheard)]


def line_of(found: AlarmReview, say: Wording) -> str:
    """Return the week's alarms in one line."""
    count = Counter(card.is_ for card in found.cards)
    night, silent = sum(each.night for each in found.notifications), len(found.silent) + len(found.unheard)
    return say.listing([
        say.plural("{n} notification", "{n} notifications", len(found.notifications)),
        say.plural("{n} at night", "{n} at night", night),
        say.plural("{n} alarm cried wolf", "{n} alarms cried wolf", count["cried_wolf"]),
        say.plural("{n} predictable", "{n} predictable", count["predictable"]),
        say.plural("{n} broken", "{n} broken", count["broken"]),
        say.plural("{n} thing happened in silence", "{n} things happened in silence", silent),
    ])  # fmt: skip


def _row(name: str, group: list[Notification], opened: Opened) -> Row:
    """Return the row of one alarm."""
    say, zone, card = opened.say, opened.review.timezone, group[0].card
    first = say.time(group[0].at, zone)
    times = first if len(group) == 1 else say("{n} times, first {when}", n=len(group), when=first)
    night = sum(each.night for each in group)
    url = next((each.url for each in group if each.url), "")
    if card:
        class_, why = class_name(card.is_, say), class_reason(card.judged.reason, card.judged.details, say)
    else:
        class_, why = say("from elsewhere"), group[0].severity
    at_night = say.plural("{n} at night", "{n} at night", night) if night else ""
    each = tuple(_time(one, say, zone) for one in group)
    return Row(name, say.listing(list(group[0].services)), class_, times, at_night, why, url, each)


def _time(one: Notification, say: Wording, zone: str) -> str:
    """Return when an alarm told people, how long it was in ALARM then, and whether that was at night."""
    when = say.time(one.at, zone)
    lasted = say.duration(one.until - one.at) if one.until else ""
    return say.listing([when, *([lasted] if lasted else []), *([say("at night")] if one.night else [])])


def figure_row(each: WeekFigure, say: Wording) -> tuple[str, ...]:
    """Return a week's figure as texts."""
    if each.notifications is None:
        return (each.week, say("not looked at"), "", "", "", "", "")
    counts = (each.notifications, each.night, each.wolf, each.predictable, each.silent, each.broken)
    return (each.week, *(str(count) for count in counts))


def figures_remark(figures: Sequence[WeekFigure], say: Wording) -> str:
    """Return by which classes the alarms of earlier weeks count; `figures` are those shown, the newest last."""
    earlier = [each for each in figures[:-1] if each.notifications is not None]
    if not any(each.recorded for each in earlier):
        return say("An alarm counts in earlier weeks as what it is worth now, with its whole history known.")
    then = say("Earlier weeks count as their own reviews did, by what each alarm was worth then.")
    others = [each.week for each in earlier if not each.recorded]
    if not others:
        return then
    now = say("{weeks} had no review: there an alarm counts as what it is worth now.", weeks=say.listing(others))
    return f"{then} {now}"
