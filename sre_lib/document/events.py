"""What the cells of the event notebook call, and the events section of the weekly page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property

from sre_lib.analyse.events.around import Rows
from sre_lib.analyse.events.backtest import Backtest
from sre_lib.analyse.events.conformal import TooFew
from sre_lib.analyse.events.measure import EventReview
from sre_lib.analyse.events.review import EventsOfWeek
from sre_lib.collect.archive import Archive
from sre_lib.collect.minutes import MinuteFiles
from sre_lib.document.agenda import own_run_notes
from sre_lib.document.display import Chart, Fragment, Plain, fragment, note
from sre_lib.document.event_decided import decided_texts
from sre_lib.document.event_load_test import load_test_fragment
from sre_lib.document.event_rows import headroom_rows, hop_rows, larger_rows, planned_rows
from sre_lib.document.event_strips import drawn_of, strips_chart
from sre_lib.document.event_targets import targets_of
from sre_lib.document.event_texts import answers_of, crowd_text, near_text, notes_of, release_text, sentence_of
from sre_lib.document.event_what_if import few_text
from sre_lib.document.how_to_read import how_to_read
from sre_lib.document.minutes.event_lines import line_name
from sre_lib.document.opening import Opened, open_review
from sre_lib.errors import ArchiveError, SreReviewError
from sre_lib.model import MetricFrame
from sre_lib.stores import store_of
from sre_lib.weeks import history
from sre_lib.wording.metrics import metric_name, where

PAGE = "events.html"
MOST_ROWS = 12
"""Resources in the table of headroom: those further away fit any push that is likely."""


def open_events(review: str, week: str, *, language: str = "", now: str = "", out: str = "") -> "EventsReview":
    """Open the events of a week; see `opening.open_review` for the parameters and what they raise."""
    return EventsReview(open_review(review, week, language=language, now=now, out=out))


@dataclass(frozen=True)
class EventsReview:
    """The event page; each method is one section."""

    opened: Opened

    @cached_property
    def found(self) -> EventsOfWeek:
        """The events of the week, measured at 60 s where the archive has that."""
        opened = self.opened
        weeks = {look.service.name: look.service_week for look in opened.looks}
        archive = Archive(store_of(opened.review.archive), opened.review.name)
        rows = Rows(weeks, _fine(opened, archive))
        return EventsOfWeek(opened.week, rows, opened.review.catalog, targets_of(opened.review, opened.week, archive))

    @cached_property
    def trouble(self) -> str:
        """Why the events cannot be shown; empty where they can. Nothing that is wrong with one may stop a run."""
        try:
            found = self.found
            _ = (found.every, found.headroom, [found.larger(each) for each in found.crowds],
                 [found.needs(each) for each in found.planned])  # fmt: skip
        except SreReviewError as error:
            return str(error)
        except Exception as error:  # noqa: BLE001  the week's other pages come whatever is wrong with an event
            return f"{type(error).__name__}: {error}"
        return ""

    @property
    def line(self) -> str:
        """Return the events of the week in one line."""
        if self.trouble:
            return self.trouble
        say, found = self.opened.say, self.found
        crowds = [each for each in found.crowds if each.visible]
        if not crowds:
            return self._no_crowd()
        near = [(one, one.weakest.left_share) for one in crowds if one.weakest]
        if not near:
            return say.plural("{n} push", "{n} pushes", len(crowds))
        nearest = min(near, key=lambda each: each[1])[0]
        count = say.plural("{n} push", "{n} pushes", len(crowds))
        weakest = nearest.weakest
        told = near_text(weakest, say) if weakest else ""
        return say(
            "{count}; {title} came nearest to a limit: {told}", count=count, title=nearest.event.title, told=told
        )

    def _no_crowd(self) -> str:
        """Return why no crowd is spoken of."""
        say, crowds = self.opened.say, self.found.crowds
        if not crowds:
            return say("No push, broadcast or sale this week.")
        if all(each.effect == "none" for each in crowds):
            return say("No push was visible.")
        return say("Too little was measured to say what the pushes did.")

    def headline(self) -> Fragment:
        """Return the week's events in one line, and what the model of larger ones rests on."""
        say, opened = self.opened.say, self.opened
        facts = [opened.review.title, opened.week.name, opened.review.timezone]
        facts += [] if self.trouble else [self._tested()]
        facts += [say("simulated data")] if opened.simulated else []
        notes = own_run_notes(opened)
        plain = "\n".join([self.line, " · ".join(facts), *notes])
        return fragment("headline", plain, say, line=self.line, facts=facts, notes=notes)

    def pushes(self) -> list[Fragment | Chart]:
        """Return a card and a chart for each push, broadcast and sale of the week, the nearest to a limit first."""
        say = self.opened.say
        if self.trouble:
            return [note(self.trouble, say)]
        shown: list[Fragment | Chart] = []
        for one in sorted(self.found.crowds, key=_left):
            shown.append(self._card(one))
            chart = strips_chart(one, self.found.comparable(one), crowd_text(one.event, say), say)
            shown += [chart] if chart else []
        return shown or [note(say("No push, broadcast or sale this week."), say)]

    def load_tests(self) -> list[Fragment]:
        """Return the load tests of the week, or the last one of the history, each beside the one before it."""
        if self.trouble:
            return [note(self.trouble, self.opened.say)]
        say, tests = self.opened.say, self.found.load_tests
        mine = [each for each in tests if each in self.found.reviewed] or list(tests[:1])
        if not mine:
            return [note(say("No load test is known."), say)]
        return [load_test_fragment(each, tests[tests.index(each) + 1 :], self.opened) for each in mine]

    def unseen(self) -> Fragment:
        """Return the events of the week that nothing followed, or cannot be told of: those are worth a word, too."""
        say, zone = self.opened.say, self.opened.review.timezone
        if self.trouble:
            return note(self.trouble, say)
        lines = [
            say("{when}: {sentence}", when=say.time(each.event.start, zone), sentence=sentence_of(each, say))
            for each in (*self.found.unseen, *self.found.untold)
        ]
        lines += [
            say("{when}: {sentence}", when=say.time(each.event.start, zone), sentence=release_text(each, say))
            for each in self.found.releases if each.effect != "seen"
        ]  # fmt: skip
        n = len(self.found.reviewed) + len(self.found.releases)
        if not n:
            return note(say("There was no event to look at."), say)
        if not lines:
            return note(say.plural("{n} event was looked at, and something followed it.",
                                   "{n} events were looked at, and something followed each.", n), say)  # fmt: skip
        return fragment("event_lines", "\n".join(lines), say, lines=lines)

    def headroom(self) -> Fragment:
        """Return how far each resource was from its limit at the week's peak, the nearest first."""
        say = self.opened.say
        if self.trouble:
            return note(self.trouble, say)
        rows = headroom_rows(self.found, say, MOST_ROWS)
        if not rows:
            return note(say("No limit is known: nothing has headroom that could be told."), say)
        plain = "\n".join(" ".join(row) for row in rows)
        return fragment("event_headroom", plain, say, rows=rows)

    def next_week(self) -> Fragment:
        """Return what is planned, with the headroom that it needs."""
        say = self.opened.say
        rows = [] if self.trouble else planned_rows(self.found, self.opened)
        if self.trouble:
            return note(self.trouble, say)
        if not rows:
            return note(say("Nothing is planned for next week in the review file."), say)
        plain = "\n".join(" ".join([row.when, row.what, *row.needs, row.state]) for row in rows)
        return fragment("event_planned", plain, say, rows=rows)

    def how_to_read(self) -> Fragment | None:
        """Return how the graphs of the page are read, folded; None where there is none."""
        if self.trouble or not self.found.crowds:
            return None
        return how_to_read(self.opened.say, ("event",))

    def summary(self) -> Plain:
        """Return the events as plain text without numbers."""
        if self.trouble:
            return Plain(self.trouble)
        names = [line_name(each.event, self.opened.review.timezone) for each in self.found.reviewed]
        weakest = [key and f"{key.trace.hop.part} {key.trace.column.metric}" for key in
                   (each.weakest for each in self.found.reviewed)]  # fmt: skip
        return Plain("\n".join(f"{name}: {part or '-'}" for name, part in zip(names, weakest, strict=True)))

    def _card(self, one: EventReview) -> Fragment:
        """Return what is said of one event."""
        say, zone = self.opened.say, self.opened.review.timezone
        sentence, when = sentence_of(one, say), say.time(one.event.start, zone)
        answers = answers_of(one, self.found, say) if one.visible else ()
        drawn = drawn_of(one)
        still = [
            say("{where} {metric}", where=where(each.trace.hop.service, each.trace.hop.part),
                metric=metric_name(each.trace.column.metric, "", say))
            for each in one.figures if not each.moved and each.trace not in drawn and each.trace.role != "cpu_max"
        ]  # fmt: skip
        notes = [*notes_of(one, self.found, say), *decided_texts(one, self.found, self.opened)]
        notes += [say("did not move: {what}", what=say.listing(still))] if still and one.visible else []
        plain = "\n".join(
            [f"{when} {sentence}", *(f"{each.question} {' '.join(each.answers)}" for each in answers), *notes]
        )
        return fragment(
            "event_card", plain, say, when=when, url=one.event.url, sentence=sentence, answers=answers, notes=notes,
            rows=hop_rows(one, say), larger=larger_rows(one, self.found, say),
        )  # fmt: skip

    def _tested(self) -> str:
        """Return how well the model of larger pushes foretells those that it did not see."""
        say, tested = self.opened.say, self.found.backtest
        if isinstance(tested, TooFew):
            return few_text(tested, say)
        return _tested_text(tested, self.opened)


def events_to_discuss(page: EventsReview) -> tuple[str, ...]:
    """Return the names of the events that the meeting has a line for: crowds and load tests of the week, by time."""
    kinds = [] if page.trouble else [each for each in page.found.reviewed if each.event.kind != "batch"]
    return tuple(dict.fromkeys(line_name(each.event, page.opened.review.timezone) for each in kinds))


def events_section(opened: Opened) -> Fragment:
    """Return pushes and load tests of the week for the weekly page, and next week's, each in a line."""
    say, page, zone = opened.say, EventsReview(opened), opened.review.timezone
    if page.trouble:
        return note(page.trouble, say)
    lines = [
        say("{when}: {sentence}", when=say.time(each.event.start, zone), sentence=sentence_of(each, say))
        for each in page.found.reviewed
        if each.event.kind != "batch" or not each.visible
    ]
    rows = planned_rows(page.found, opened)
    plain = "\n".join([page.line, *lines, *(" ".join([row.when, row.what, *row.needs[:1], row.state]) for row in rows)])
    return fragment("events_of_week", plain, say, line=page.line, lines=lines, rows=rows,
                    page=PAGE if opened.in_run else "")  # fmt: skip


def _fine(opened: Opened, archive: Archive) -> Callable[[str, datetime, datetime], MetricFrame | None]:
    """Return a service's stretch at 60 s, its files read when first asked for; a damaged one counts as not there."""
    weeks, services = (*history(opened.week), opened.week), {look.service.name: look.service for look in opened.looks}

    @cache
    def files(service: str) -> MinuteFiles | None:
        try:
            return MinuteFiles.read(opened.review.catalog, services[service], archive, weeks)
        except ArchiveError:
            return None

    def frame(service: str, start: datetime, end: datetime) -> MetricFrame | None:
        found = files(service)
        return found.frame(start, end) if found else None

    return frame


def _left(one: EventReview) -> float:
    """Return the share of the limit that was left of an event's weakest part."""
    return one.weakest.left_share if one.weakest else 1.0


def _tested_text(tested: Backtest, opened: Opened) -> str:
    """Return the model's test on held-out pushes in words."""
    say, every = opened.say, [tested.requests, *tested.resources.values()]
    held, count = sum(each.held for each in every), sum(each.n for each in every)
    return say(
        "model of {n} pushes, tested on each by the others: requests {error} off, {held} of the 80 % intervals held",
        n=tested.requests.n, error=say.percent(100 * tested.requests.error), held=say.percent(100 * held / count),
    )  # fmt: skip
