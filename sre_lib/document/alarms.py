"""What the cells of the alarm notebook call, and the alarms section of the weekly page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sre_lib.alarm import Alarm
from sre_lib.alarms.card import Card
from sre_lib.alarms.review import AlarmReview, alarm_review
from sre_lib.collect.alarms.gather import collect_alarms
from sre_lib.collect.archive import Archive
from sre_lib.collect.source import open_source
from sre_lib.document.agenda import own_run_notes
from sre_lib.document.alarm_chart import alarm_chart
from sre_lib.document.alarm_effect import effect_text
from sre_lib.document.alarm_missing import missing_lines
from sre_lib.document.alarm_replayed import fidelity_of, fidelity_texts, terraform_of, what_if_of, what_if_rows
from sre_lib.document.alarm_rows import figure_row, line_of, notification_rows, silent_lines
from sre_lib.document.display import Chart, Fragment, Plain, fragment, note
from sre_lib.document.opening import Opened, open_review
from sre_lib.errors import SreReviewError
from sre_lib.store import LocalStore
from sre_lib.wording import Wording
from sre_lib.wording.alarms import class_name, class_question, class_reason, noise_text
from sre_lib.wording.findings import sentence

_NOISE = ("weeks", "a_week", "minutes", "short_share", "flapping", "off_hours", "night")
FOLDED = frozenset({"quiet", "autoscaling"})
"""Classes of alarms that a meeting need not talk about: listed, without a card."""
_DECIDE = frozenset({"broken", "cried_wolf", "predictable", "never_could"})
PAGE = "alarms.html"


def open_alarms(review: str, week: str, *, language: str = "", now: str = "", out: str = "") -> "AlarmsReview":
    """Open the alarms of a week; see `opening.open_review` for the parameters and what they raise.

    Without `out` what the archive lacks of the alarms is collected, too.
    """
    opened = open_review(review, week, language=language, now=now, out=out)
    if not out and opened.review.alarms and opened.review.source.type != "archive":
        archive = Archive(LocalStore(opened.review.archive), opened.review.name)
        with open_source(opened.review, opened.now) as clients:
            collect_alarms(opened.review, opened.week, clients, archive, opened.now)
    return AlarmsReview(opened)


@dataclass(frozen=True)
class AlarmsReview:
    """The alarm page; each method is one section."""

    opened: Opened

    @cached_property
    def found(self) -> AlarmReview:
        """The alarms of the week; none where a file of them is damaged (`trouble` says which)."""
        opened = self.opened
        archive = Archive(LocalStore(opened.review.archive), opened.review.name)
        return alarm_review(
            opened.review, opened.week, archive, [(look.service_week, look.analysis) for look in opened.looks]
        )

    @cached_property
    def trouble(self) -> str:
        """Why the alarms cannot be shown; empty where they can."""
        try:
            found = self.found
        except SreReviewError as error:
            return str(error)
        if not self.opened.review.alarms:
            return self.opened.say("The review file leaves all alarms out.")
        return "" if found.looked else self.opened.say("CloudWatch was not asked for the alarms of this week.")

    def headline(self) -> Fragment:
        """Return the week's alarms in one line, then the meeting's own figure of the weeks."""
        say, opened = self.opened.say, self.opened
        line = self.trouble or line_of(self.found, say)
        facts = [opened.review.title, opened.week.name, opened.review.timezone]
        facts += [] if self.trouble else [self._clean()]
        facts += [say("simulated data")] if opened.simulated else []
        notes = own_run_notes(opened)
        notes += [] if self.trouble or self.found.complete else [say("Not all of the alarms' history could be read.")]
        plain = "\n".join([line, " · ".join(facts), *notes])
        return fragment("headline", plain, say, line=line, facts=facts, notes=notes)

    def weeks(self) -> Fragment | None:
        """Return the meeting's figure over the weeks."""
        if self.trouble:
            return None
        say = self.opened.say
        known = [place for place, each in enumerate(self.found.figures) if each.notifications is not None]
        rows = [figure_row(each, say) for each in self.found.figures[min(known, default=len(self.found.figures)) :]]
        if not rows:
            return None
        return fragment("alarm_weeks", "\n".join(" ".join(row) for row in rows), say, rows=rows)

    def notifications(self) -> Fragment:
        """Return the alarms that told people in the week, each with how often, and what it is worth."""
        say = self.opened.say
        if self.trouble:
            return note(self.trouble, say)
        rows = notification_rows(self.found, self.opened)
        if not rows:
            return note(say("No alarm told anybody anything this week ({n} looked at).", n=len(self.found.cards)), say)
        plain = "\n".join(f"{row.name}: {row.times} – {row.class_}" for row in rows)
        return fragment("alarm_rows", plain, say, rows=rows)

    def silent(self) -> Fragment:
        """Return what happened while no alarm of the service was in ALARM."""
        say = self.opened.say
        if self.trouble:
            return note(self.trouble, say)
        lines = silent_lines(self.found, self.opened)
        if not lines:
            return note(
                say("Every incident and every finding of high priority was seen by an alarm, or there was none."), say
            )
        would = [missing_lines(each, self.opened) for each in self.found.silent]
        would += [[] for _ in self.found.unheard]
        plain = [
            text for line, more in zip(lines, would, strict=True) for text in (line, *(f"   {each}" for each in more))
        ]
        return fragment("alarm_silent", "\n".join(plain), say, lines=list(zip(lines, would, strict=True)))

    def cards(self) -> list[Fragment | Chart]:
        """Return a card for every alarm that a meeting should talk about; the others as lists."""
        if self.trouble:
            return [note(self.trouble, self.opened.say)]
        shown: list[Fragment | Chart] = []
        for is_, cards in self.found.by_class.items():
            if is_ in FOLDED:
                shown.append(self._listed(is_, cards))
                continue
            for card in cards:
                shown += self._shown(card)
        return shown or [note(self.opened.say("There is no alarm."), self.opened.say)]

    def summary(self) -> Plain:
        """Return the alarms as plain text without numbers: which class each is of."""
        return Plain("\n".join(f"{card.case.id.name}: {card.is_}" for card in self.found.cards))

    def _shown(self, card: Card) -> list[Fragment | Chart]:
        """Return what is said of one alarm, its chart, and what other settings would have done."""
        say, told = self.opened.say, fidelity_of(card, self.found)
        replayed = fidelity_texts(card, told, say, self.opened.review.timezone)
        shown: list[Fragment | Chart] = [self._card(card, replayed)]
        if chart := alarm_chart(card, self.opened):
            shown.append(chart)
        if tried := what_if_of(card, told, self.opened):
            rows, suggestion = what_if_rows(tried, say)
            weeks = say("{tried} variants replayed over {weeks} weeks; only those that none beats are shown.",
                        tried=tried.tried, weeks=say.number(tried.weeks, 1))  # fmt: skip
            plain = "\n".join([suggestion, *(" ".join(row) for row in rows)])
            block = terraform_of(card, tried, [suggestion, weeks, *replayed], say)
            shown.append(
                fragment("alarm_what_if", plain, say, rows=rows, suggestion=suggestion, note=weeks, terraform=block)
            )
        return shown

    def _card(self, card: Card, replayed: Sequence[str]) -> Fragment:
        """Return what is said of one alarm."""
        say, case, zone = self.opened.say, card.case, self.opened.review.timezone
        why = class_reason(card.judged.reason, card.judged.details, say)
        figures = {name: getattr(case.noise, name) for name in _NOISE}
        about = [
            say("incident: {title}, {span}", title=each.title, span=say.span(each.start, each.end, zone))
            for each in card.incidents
        ]
        about += [sentence(each, say, zone) for each in card.findings]
        edits = [_edit(each.at, each.before, each.after, say, zone) for each in case.edits if each.before]
        facts = [
            watched_text(case.alarm, say),
            noise_text(figures, say),
            *edits,
            *replayed,
            *self._decided(card),
        ]
        services = say.listing(list(case.services)) if case.services else say("of no service of the review")
        question = class_question(card.is_, say)
        plain = "\n".join([f"{case.id.name} ({class_name(card.is_, say)}): {why}", *facts])
        return fragment(
            "alarm_card", plain, say, name=case.id.name, class_=class_name(card.is_, say), kind=card.is_,
            services=services, why=why, facts=facts, about=about, question=question,
            description=getattr(case.alarm, "description", ""),
        )  # fmt: skip

    def _decided(self, card: Card) -> list[str]:
        """Return what an earlier meeting decided on an alarm, and how often it fired before and since."""
        say, zone = self.opened.say, self.opened.review.timezone
        return [
            effect_text(each, card.case, say, zone)
            for each in self.opened.meeting.alarms
            if each.name == card.case.id.name
        ]

    def _listed(self, is_: str, cards: Sequence[Card]) -> Fragment:
        """Return alarms as a list behind a title."""
        say = self.opened.say
        lines = [
            say("{name}: {why}", name=card.case.id.name, why=class_reason(card.judged.reason, card.judged.details, say))
            for card in cards
        ]
        count = say.plural("{n} alarm", "{n} alarms", len(lines))
        title = say("{name}: {why}", name=class_name(is_, say), why=count)
        return fragment("folded", "\n".join([title, *lines]), say, title=title, lines=lines)

    def _clean(self) -> str:
        """Return how many weeks in a row were clean."""
        weeks = self.found.clean_weeks
        return self.opened.say.plural("{n} clean week in a row", "{n} clean weeks in a row", weeks)


def alarms_to_discuss(page: AlarmsReview) -> tuple[str, ...]:
    """Return the names of the alarms that a meeting should talk about, in the order of the page."""
    if not page.opened.review.alarms or page.trouble:
        return ()
    told = {each.name for each in page.found.notifications}
    cards = [card.case.id.name for card in page.found.cards if card.is_ in _DECIDE or card.case.id.name in told]
    return tuple(dict.fromkeys([*cards, *(each.name for each in page.found.notifications)]))


def alarms_section(opened: Opened) -> Fragment:
    """Return the alarms of the week for the weekly page: one line, who was told what, what no alarm saw."""
    say, page = opened.say, AlarmsReview(opened)
    if page.trouble:
        return note(page.trouble, say)
    rows, lines = notification_rows(page.found, opened), silent_lines(page.found, opened)
    line = line_of(page.found, say)
    plain = "\n".join([line, *(f"{row.name}: {row.times} – {row.class_}" for row in rows), *lines])
    return fragment("alarms_of_week", plain, say, line=line, rows=rows, lines=lines, page=PAGE if opened.in_run else "")


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


def _edit(at: datetime, before: object, after: object, say: Wording, zone: str) -> str:
    """Return an edit of an alarm: the members that changed, old and new."""
    old = dict(before) if isinstance(before, dict) else {}
    new = dict(after) if isinstance(after, dict) else {}
    changed = [f"{name} {old[name]} → {new.get(name, '')}" for name in old if "Timestamp" not in name]
    return say("Edited {when}: {changes}", when=say.time(at, zone), changes=", ".join(changed))
