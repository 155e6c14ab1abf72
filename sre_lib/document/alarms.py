"""What the cells of the alarm notebook call, and the alarms section of the weekly page."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from sre_lib.alarms.figures import as_recorded
from sre_lib.alarms.review import AlarmReview, alarm_review
from sre_lib.collect.alarms.gather import collect_alarms
from sre_lib.collect.alarms.kept import AlarmId
from sre_lib.collect.archive import Archive
from sre_lib.collect.source import open_source
from sre_lib.document.agenda import own_run_notes
from sre_lib.document.alarm_cards import card_shown, cards_listed
from sre_lib.document.alarm_decide import DECIDE, findings_to_decide, to_decide
from sre_lib.document.alarm_missing import MOST_FINDINGS, Missing, as_event, missing_of, offer_terraform
from sre_lib.document.alarm_replayed import Tried, tried_of
from sre_lib.document.alarm_rows import figure_row, figures_remark, line_of, notification_rows, silent_lines, times_told
from sre_lib.document.display import Chart, Fragment, Plain, fragment, note
from sre_lib.document.how_to_read import how_to_read
from sre_lib.document.minutes.alarm_lines import AlarmLine
from sre_lib.document.opening import Opened, open_review
from sre_lib.errors import SreReviewError
from sre_lib.stores import store_of

FOLDED = frozenset({"quiet", "autoscaling"})
"""Classes of alarms that a meeting need not talk about: listed, without a card."""
PAGE = "alarms.html"


def open_alarms(review: str, week: str, *, language: str = "", now: str = "", out: str = "") -> "AlarmsReview":
    """Open the alarms of a week; see `opening.open_review` for the parameters and what they raise.

    Without `out` what the archive lacks of the alarms is collected, too.
    """
    opened = open_review(review, week, language=language, now=now, out=out)
    if not out and opened.review.alarms and opened.review.source.type != "archive":
        archive = Archive(store_of(opened.review.archive), opened.review.name)
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
        archive = Archive(store_of(opened.review.archive), opened.review.name)
        found = alarm_review(
            opened.review, opened.week, archive, [(look.service_week, look.analysis) for look in opened.looks]
        )
        return replace(found, figures=as_recorded(found.figures, opened.meeting.figures))

    @cached_property
    def tried(self) -> Mapping[AlarmId, Tried]:
        """What the replay of each alarm tells."""
        return {card.case.id: tried_of(card, self.found, self.opened) for card in self.found.cards}

    @cached_property
    def missing(self) -> tuple[Missing, ...]:
        """Which alarms would have told of each silent incident."""
        return self._lacked[: len(self.found.silent)]

    @cached_property
    def missing_findings(self) -> tuple[Missing, ...]:
        """Which alarms would have told of the silent findings, of the first `MOST_FINDINGS` of them."""
        return self._lacked[len(self.found.silent) :]

    @cached_property
    def _lacked(self) -> tuple[Missing, ...]:
        """What the silent incidents lacked, then the findings: in one go, so that no name is offered twice."""
        names = {card.case.id.name for card in self.found.cards}
        silent = [*self.found.silent, *map(as_event, self.found.unheard[:MOST_FINDINGS])]
        return tuple(missing_of(silent, self.opened, names))

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
        notes += [] if self.trouble else self._mutes_lacking()
        plain = "\n".join([line, " · ".join(facts), *notes])
        return fragment("headline", plain, say, line=line, facts=facts, notes=notes)

    def decide(self) -> Fragment | None:
        """Return what the meeting has to decide, each with a link to its card; else how many alarms were looked at."""
        if self.trouble:
            return None
        say, cards = self.opened.say, len(self.found.cards)
        lines = list(to_decide(self.found, self.tried, self.missing, self.opened))
        silent = findings_to_decide(self.found.unheard, self.missing_findings, len(self.found.silent), self.opened)
        lines += islice(silent, MOST_FINDINGS)
        more = list(silent)
        if not lines:
            nothing = say.plural(
                "Nothing to decide: {n} alarm was looked at.", "Nothing to decide: {n} alarms were looked at.", cards
            )
            return note(nothing, say)
        title = say.plural("{n} thing to decide", "{n} things to decide", len(lines))
        folded = (
            say.plural("{n} more finding that no alarm saw", "{n} more findings that no alarm saw", len(more))
            if more
            else ""
        )
        plain = "\n".join([title, *(each.plain for each in lines), *([folded] if more else [])])
        return fragment("alarm_decide", plain, say, title=title, lines=lines, more=more, folded=folded)

    def weeks(self) -> Fragment | None:
        """Return the meeting's figure over the weeks."""
        if self.trouble:
            return None
        say = self.opened.say
        known = [place for place, each in enumerate(self.found.figures) if each.notifications is not None]
        figures = self.found.figures[min(known, default=len(self.found.figures)) :]
        rows = [figure_row(each, say) for each in figures]
        if not rows:
            return None
        remark = figures_remark(figures, say)
        plain = "\n".join([*(" ".join(row) for row in rows), remark])
        return fragment("alarm_weeks", plain, say, rows=rows, remark=remark)

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
        would = [*self._lacked, *(Missing() for _ in self.found.unheard[MOST_FINDINGS:])]
        told = [(line, each.lines, offer_terraform(each, say)) for line, each in zip(lines, would, strict=True)]
        plain = [text for line, more, _ in told for text in (line, *(f"   {each}" for each in more))]
        return fragment("alarm_silent", "\n".join(plain), say, lines=told)

    def cards(self) -> list[Fragment | Chart]:
        """Return a card for every alarm that a meeting should talk about; the others as lists."""
        if self.trouble:
            return [note(self.trouble, self.opened.say)]
        shown: list[Fragment | Chart] = []
        for is_, cards in self.found.by_class.items():
            if is_ in FOLDED:
                shown.append(cards_listed(is_, cards, self.opened.say))
                continue
            for card in cards:
                shown += card_shown(card, self.tried[card.case.id], self.opened)
        return shown or [note(self.opened.say("There is no alarm."), self.opened.say)]

    def how_to_read(self) -> Fragment | None:
        """Return how the graphs of the page are read, folded; None where there is none."""
        if self.trouble or not self.found.by_class:
            return None
        return how_to_read(self.opened.say, ("alarm",))

    def summary(self) -> Plain:
        """Return the alarms as plain text without numbers: which class each is of."""
        return Plain("\n".join(f"{card.case.id.name}: {card.is_}" for card in self.found.cards))

    def _mutes_lacking(self) -> list[str]:
        """Return why mute rules are not known, a sentence each reason."""
        week, kept = self.opened.week, self.found.kept
        looks = [each for each in kept.looks if each.asked == "mute_rules" and each.end > week.start] if kept else []
        missing = dict.fromkeys(each.message for each in looks if each.status != "complete")
        return [
            self.opened.say("Mute rules are not known, and a muted firing counts as told: {why}.", why=each.rstrip("."))
            for each in missing
        ]

    def _clean(self) -> str:
        """Return how many weeks in a row were clean."""
        weeks = self.found.clean_weeks
        return self.opened.say.plural("{n} clean week in a row", "{n} clean weeks in a row", weeks)


def alarms_to_discuss(page: AlarmsReview) -> tuple[AlarmLine, ...]:
    """Return the alarms that a meeting should talk about, in the order of the page, with when each told people.

    An alarm that a silent incident or finding lacked is one, too: the meeting may add it.
    """
    if not page.opened.review.alarms or page.trouble:
        return ()
    say, told = page.opened.say, times_told(page.found, page.opened)
    names = [card.case.id.name for card in page.found.cards if card.is_ in DECIDE or card.case.id.name in told]
    lines = [AlarmLine(name, tuple(told.get(name, ()))) for name in dict.fromkeys([*names, *told])]
    for incident, missing in zip(page.found.silent, page.missing, strict=True):
        about = say("new, for the incident of {when}", when=say.time(incident.start, page.opened.review.timezone))
        lines += [AlarmLine(each.alarm.name, (about,)) for each in missing.offers]
    for finding, missing in zip(page.found.unheard, page.missing_findings, strict=False):
        about = say("new, for the finding of {when}", when=say.time(finding.start, page.opened.review.timezone))
        lines += [AlarmLine(each.alarm.name, (about,)) for each in missing.offers]
    return tuple(lines)


def alarms_section(opened: Opened) -> Fragment:
    """Return the alarms of the week for the weekly page: one line, who was told what, what no alarm saw."""
    say, page = opened.say, AlarmsReview(opened)
    if page.trouble:
        return note(page.trouble, say)
    rows, lines = notification_rows(page.found, opened), silent_lines(page.found, opened)
    line = line_of(page.found, say)
    plain = "\n".join([line, *(f"{row.name}: {row.times} – {row.class_}" for row in rows), *lines])
    return fragment("alarms_of_week", plain, say, line=line, rows=rows, lines=lines, page=PAGE if opened.in_run else "")
