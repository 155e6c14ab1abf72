"""The upkeep of a week, and its place on the weekly page: one line when it is quiet, a section when it is not."""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from zoneinfo import ZoneInfo

from sre_lib.analyse.upkeep.accepted import Accepted, Unclear, of_file, unclear
from sre_lib.analyse.upkeep.due import Due, due_of, gone_since, today_of
from sre_lib.analyse.upkeep.naming import id_in, label, short_id
from sre_lib.collect.archive import Archive
from sre_lib.collect.upkeep import kept
from sre_lib.document.display import Fragment, fragment
from sre_lib.document.opening import Opened
from sre_lib.document.upkeep_calendar import next_days
from sre_lib.document.upkeep_decided import DecidedUpkeep, decided_upkeep
from sre_lib.document.upkeep_texts import next_action, question, ranked, since_text, state_text, what, why
from sre_lib.errors import ArchiveError
from sre_lib.stores import store_of
from sre_lib.upkeep import UpkeepItem, UpkeepLook
from sre_lib.weeks import previous

PAGE = "upkeep.html"

MOST = 5
"""So many things are talked about on the weekly page; the others are on the upkeep page."""

MOST_LINES = 20
"""So many have a line to write on: nobody decides on more in one meeting."""


@dataclass(frozen=True)
class UpkeepTopic:
    """One thing to talk about: in a sentence, what an earlier meeting decided, the question, the next action."""

    id: str
    said: str
    decided: str
    question: str
    action: str
    why: str
    ranked: str

    @property
    def plain(self) -> str:
        """The topic as plain text."""
        return " ".join(filter(None, (self.said, self.decided, self.question, self.action)))


@dataclass(frozen=True)
class UpkeepReview:
    """The upkeep of a week, as the archive has it."""

    opened: Opened

    @cached_property
    def looks(self) -> tuple[UpkeepLook, ...]:
        """The looks of the week; ArchiveError where their file is damaged."""
        asked = frozenset(self.opened.review.upkeep)
        return tuple(each for each in kept.read(self._archive, self.opened.week) if each.source in asked)

    @cached_property
    def trouble(self) -> str:
        """Why nothing can be shown; empty where it can."""
        try:
            return "" if self.looks else self.opened.say("The archive holds no look at upkeep of this week.")
        except ArchiveError as error:
            return str(error)

    @cached_property
    def due(self) -> tuple[Due, ...]:
        """All that is due, by day; nothing where there is trouble."""
        if self.trouble:
            return ()
        return due_of(self.opened.review, self.looks, self._earlier, self.opened.now, self._accepted)

    @cached_property
    def gone(self) -> tuple[UpkeepItem, ...]:
        """What the week before had and this one has not."""
        return () if self.trouble else tuple(gone_since(self.looks, self._earlier))

    @property
    def discuss(self) -> tuple[Due, ...]:
        """What the meeting should talk of, the most urgent first."""
        found = (each for each in self.due if each.open)
        return tuple(sorted(found, key=lambda each: -(each.priority or 0.0)))

    @cached_property
    def decided(self) -> tuple[DecidedUpkeep, ...]:
        """What earlier meetings decided, measured again."""
        looks = () if self.trouble else self.looks
        return decided_upkeep(self.opened, self._archive, self.due, looks)

    @cached_property
    def unclear(self) -> tuple[Unclear, ...]:
        """What was accepted in vain; what names nothing only where all was told.

        What a meeting accepted and is gone since is told among what was decided.
        """
        entries = (*of_file(self.opened.review.upkeep_accepted), *self._accepted)
        whole = not self.trouble and all(each.status == "complete" for each in self.looks)
        found = unclear(entries, [each.item for each in self.due], self.today)
        return tuple(each for each in found if each.choices or (whole and not (each.week and id_in(each.name))))

    @property
    def unknown(self) -> tuple[Due, ...]:
        """Engines that the support table does not know."""
        return tuple(each for each in self.due if each.urgency == "unknown" and each.item.kind == "engine")

    @property
    def lacking(self) -> list[str]:
        """One sentence for each source that did not answer in full."""
        return [] if self.trouble else list(dict.fromkeys(each.message for each in self.looks if each.message))

    @property
    def today(self) -> date:
        """The day that it is where the review's people live."""
        return today_of(self.opened.review, self.opened.now)

    @property
    def line(self) -> str:
        """The upkeep of the week in one line: how much was looked at, what there is to talk about, what comes next."""
        say = self.opened.say
        if self.trouble:
            return self.trouble
        nearest = next((each for each in self.due if each.day and not each.accepted), None)
        head, *rest = self._counts
        said = [say("{what}: {state}", what=what(nearest, say), state=state_text(nearest, say))] if nearest else []
        return " · ".join([say("Upkeep: {what}", what=head), *said, *rest])

    @property
    def _counts(self) -> list[str]:
        """How much was looked at and is to be talked about, then what else there is to say of it."""
        say, found = self.opened.say, len(self.discuss)
        accepted, unknown, lacking = sum(each.accepted is not None for each in self.due), self.unknown, self.lacking
        head = [
            say.plural("{n} thing looked at", "{n} things looked at", len(self.due)),
            say.plural("{n} to talk about", "{n} to talk about", found) if found else say("nothing is due soon"),
        ]
        parts = [say.listing(head)]
        if accepted:
            parts.append(say.plural("{n} accepted", "{n} accepted", accepted))
        if unknown:
            parts.append(say.plural("{n} engine not in the table", "{n} engines not in the table", len(unknown)))
        if lacking:
            parts.append(say.plural("{n} source did not answer", "{n} sources did not answer", len(lacking)))
        return parts

    @property
    def topics(self) -> list[UpkeepTopic]:
        """What to talk about, the most urgent first."""
        say = self.opened.say
        return [
            UpkeepTopic(
                short_id(each.item),
                self._said(each),
                self._before(each),
                question(each, say),
                next_action(each, say),
                why(each, say),
                ranked(each, say),
            )
            for each in self.discuss
        ]

    def section(self) -> Fragment:
        """Return the line of the weekly page, with what is to be talked about below it."""
        say, topics = self.opened.say, self.topics
        page, more = PAGE if self.opened.in_run else "", len(topics) - MOST
        left = say.plural("{n} more on the upkeep page", "{n} more on the upkeep page", more) if more > 0 else ""
        # Below a heading of its own the line need not say of what it is, and the first topic says what comes next.
        line, ahead = " · ".join(self._counts) if topics else self.line, self._ahead(topics)
        plain = "\n".join(filter(None, [line, *(each.plain for each in topics[:MOST]), left, ahead]))
        return fragment(
            "upkeep_of_week", plain, say, line=line, topics=topics[:MOST], page=page, left=left, ahead=ahead
        )

    def _ahead(self, topics: list[UpkeepTopic]) -> str:
        """Return what falls into the next seven days, where there is anything to talk about; empty where nothing."""
        say = self.opened.say
        found = next_days(self.due, self.today, say) if topics else []
        lines = [say("{when}: {what}", when=each.day.isoformat(), what=each.text) for each in found[:MOST]]
        return say("Next seven days: {what}", what=say.listing(lines)) if lines else ""

    def day(self, day: date) -> str:
        """Return a day in words."""
        zone = self.opened.review.timezone
        return self.opened.say.full_day(datetime.combine(day, time(12), ZoneInfo(zone)), zone)

    def told(self, each: DecidedUpkeep) -> str:
        """Return what became of a verdict of an earlier meeting."""
        return each.now(self.opened.say, self.today, self.day)

    def _said(self, each: Due) -> str:
        """Return one thing to talk about in a sentence."""
        say, since = self.opened.say, since_text(each, self.opened.say, self.day)
        said = say("{what}: {state}", what=what(each, say), state=state_text(each, say))
        return f"{said} ({since})" if since else said

    def _before(self, each: Due) -> str:
        """Return what an earlier meeting decided on a thing, and what became of it; empty where none did."""
        say, key = self.opened.say, short_id(each.item)
        one = next((one for one in self.decided if one.found.now and short_id(one.found.now.item) == key), None)
        if one is None:
            return ""
        verdict = say("{verdict} ({week})", verdict=one.verdict(say), week=one.decision.week)
        return say("{what}: {state}", what=verdict, state=self.told(one))

    @property
    def _accepted(self) -> tuple[Accepted, ...]:
        """What earlier meetings accepted."""
        return tuple(each.accepted for each in self.opened.meeting.upkeep if each.accepted)

    @cached_property
    def _archive(self) -> Archive:
        """The archive of the review."""
        return Archive(store_of(self.opened.review.archive), self.opened.review.name)

    @cached_property
    def _earlier(self) -> tuple[UpkeepLook, ...]:
        """The looks of the week before; a damaged file counts as not there."""
        try:
            return kept.read(self._archive, previous(self.opened.week))
        except ArchiveError:
            return ()


def upkeep_section(opened: Opened) -> Fragment | None:
    """Return the upkeep of a week on its page; None where nobody asked for it."""
    return UpkeepReview(opened).section() if opened.review.upkeep else None


def upkeep_to_discuss(page: UpkeepReview) -> tuple[str, ...]:
    """Return the names of what the meeting has a line for, the most urgent first; others can be written by hand."""
    return tuple(label(each.item) for each in page.discuss[:MOST_LINES]) if page.opened.review.upkeep else ()
