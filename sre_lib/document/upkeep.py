"""The upkeep page, and its one line on the weekly page: what expires and what runs out of support, by date."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from sre_lib.analyse.upkeep.due import Due, due_of, gone_since
from sre_lib.analyse.upkeep.support import builtin_table
from sre_lib.collect.archive import Archive
from sre_lib.collect.upkeep import kept
from sre_lib.document.display import Fragment, fragment, note
from sre_lib.document.opening import Opened
from sre_lib.document.upkeep_texts import next_action, question, since_text, state_text, what
from sre_lib.errors import ArchiveError
from sre_lib.stores import store_of
from sre_lib.upkeep import UpkeepItem, UpkeepLook
from sre_lib.weeks import previous

PAGE = "upkeep.html"


@dataclass(frozen=True)
class UpkeepRow:
    """One row of the page."""

    day: str
    what: str
    state: str
    since: str


@dataclass(frozen=True)
class UpkeepReview:
    """The upkeep of a week, as the archive has it."""

    opened: Opened

    @cached_property
    def looks(self) -> tuple[UpkeepLook, ...]:
        """The looks of the week; ArchiveError where their file is damaged."""
        return tuple(each for each in kept.read(self._archive, self.opened.week) if each.source in self._asked)

    @cached_property
    def trouble(self) -> str:
        """Why nothing can be shown; empty where it can."""
        try:
            return "" if self.looks else self.opened.say("The archive holds no look at upkeep of this week.")
        except ArchiveError as error:
            return str(error)

    @cached_property
    def due(self) -> tuple[Due, ...]:
        """All that is due, by day."""
        return due_of(self.opened.review, self.looks, self._earlier, self.opened.now)

    @cached_property
    def gone(self) -> tuple[UpkeepItem, ...]:
        """What the week before had and this one has not."""
        return tuple(gone_since(self.looks, self._earlier))

    @property
    def discuss(self) -> tuple[Due, ...]:
        """What the meeting should talk of, the most urgent first."""
        return tuple(each for each in self.due if each.open)

    @property
    def unknown(self) -> tuple[Due, ...]:
        """Engines that the support table does not know."""
        return tuple(each for each in self.due if each.urgency == "unknown" and each.item.kind == "engine")

    @property
    def lacking(self) -> list[str]:
        """One sentence for each source that did not answer in full."""
        return list(dict.fromkeys(each.message for each in self.looks if each.message))

    @property
    def line(self) -> str:
        """The upkeep of the week in one line."""
        say = self.opened.say
        if self.trouble:
            return self.trouble
        nearest = next((each for each in self.due if each.day and not each.accepted), None)
        found = self.discuss
        head = (
            say.plural("Upkeep: {n} thing to talk about", "Upkeep: {n} things to talk about", len(found))
            if found
            else say("Upkeep: nothing is due soon")
        )
        parts = [head]
        if nearest:
            parts.append(say("{what}: {state}", what=what(nearest, say), state=state_text(nearest, say)))
        if self.unknown:
            parts.append(say.plural("{n} engine not in the table", "{n} engines not in the table", len(self.unknown)))
        if self.lacking:
            parts.append(say.plural("{n} source did not answer", "{n} sources did not answer", len(self.lacking)))
        return " · ".join(parts)

    def section(self) -> Fragment:
        """Return the line of the weekly page, with what is to be talked about below it."""
        say = self.opened.say
        lines = [] if self.trouble else [self._discussed(each) for each in self.discuss]
        page = PAGE if self.opened.in_run else ""
        plain = "\n".join([self.line, *lines])
        return fragment("upkeep_of_week", plain, say, line=self.line, lines=lines, page=page)

    def notebook(self) -> NotebookNode:
        """Return the page's notebook: what to talk about, a calendar, all that was asked for."""
        say = self.opened.say
        sections = [("", self._head())]
        if not self.trouble:
            sections += [
                (say("To talk about"), self._to_discuss()),
                (say("Calendar"), self._calendar()),
                (say("Everything by date"), self._table(self.due)),
                (say("Where the dates come from"), self._sources()),
            ]
        cells = [new_markdown_cell(f"# {say('Upkeep')}")]  # type: ignore[no-untyped-call]  # nbformat ships no types
        for name, section in sections:
            if name:
                cells.append(new_markdown_cell(f"## {name}"))  # type: ignore[no-untyped-call]  # nbformat ships no types
            cells.append(_cell(section))
        for number, cell in enumerate(cells):
            cell["id"] = f"upkeep-{number}"
        notebook: NotebookNode = new_notebook(cells=cells)  # type: ignore[no-untyped-call]  # nbformat ships no types
        return notebook

    def _head(self) -> Fragment:
        """Return the line, and what did not answer."""
        say, at = self.opened.say, [each.at for each in self.looks] if not self.trouble else []
        zone = self.opened.review.timezone
        facts = [self.opened.review.title, self.opened.week.name]
        facts += [say("asked {when}", when=say.full_time(max(at), zone))] if at else []
        notes = [] if self.trouble else self.lacking
        plain = "\n".join([self.line, *notes])
        return fragment("headline", plain, say, line=self.line, facts=facts, notes=notes, discuss=[])

    def _to_discuss(self) -> Fragment:
        """Return each thing to talk about with its question and the next action."""
        say = self.opened.say
        if not self.discuss:
            return note(say("Nothing is due soon."), say)
        rows = [(self._discussed(each), question(each, say), next_action(each, say)) for each in self.discuss]
        return fragment("upkeep_discuss", "\n".join(" ".join(row) for row in rows), say, rows=rows)

    def _calendar(self) -> Fragment:
        """Return what falls into next week, and month by month what comes after it."""
        say, first = self.opened.say, self.opened.now.astimezone(ZoneInfo(self.opened.review.timezone)).date()
        week_end = first + timedelta(days=7)
        groups: dict[str, list[str]] = {}
        for each in self.due:
            if each.day is None:
                continue
            if each.day < first:
                name = say("Past")
            else:
                name = say("Next seven days") if each.day < week_end else f"{each.day:%Y-%m}"
            groups.setdefault(name, []).append(say("{when}: {what}", when=self._day(each.day), what=what(each, say)))
        groups.setdefault(say("Next seven days"), [say("nothing")])
        order = sorted(groups, key=lambda name: (name != say("Past"), name != say("Next seven days"), name))
        rows = [(name, groups[name]) for name in order]
        plain = "\n".join(f"{name}: {'; '.join(lines)}" for name, lines in rows)
        return fragment("upkeep_calendar", plain, say, rows=rows)

    def _table(self, due: Iterable[Due]) -> Fragment:
        """Return everything by date, unknown dates last, then what is gone."""
        say = self.opened.say
        rows = [
            UpkeepRow(
                self._day(each.day) if each.day else say("not known"), what(each, say),
                state_text(each, say), since_text(each, say, self._day),
            )
            for each in due
        ]  # fmt: skip
        rows += [UpkeepRow("", each.name, say("not there any more"), say("there last week")) for each in self.gone]
        plain = "\n".join(" ".join((row.day, row.what, row.state, row.since)) for row in rows)
        return fragment("upkeep_table", plain, say, rows=rows)

    def _sources(self) -> Fragment:
        """Return how old the support table is, and the pages that it was made from."""
        say, table = self.opened.say, builtin_table()
        known = [each for each in self.due if each.item.kind == "engine"]
        pages = list(dict.fromkeys(each.source for each in known if each.source))
        age = (self.opened.now.date() - table.as_of).days
        text = say(
            "Ends of support are as known on {day}, {n} days ago; look them up again at: {pages}",
            day=table.as_of.isoformat(), n=age, pages=say.listing(pages) if pages else say("no page"),
        )  # fmt: skip
        return note(text, say)

    def _discussed(self, each: Due) -> str:
        """Return one thing to talk about in a sentence."""
        say, since = self.opened.say, since_text(each, self.opened.say, self._day)
        said = say("{what}: {state}", what=what(each, say), state=state_text(each, say))
        return f"{said} ({since})" if since else said

    def _day(self, day: date) -> str:
        """Return a day in words."""
        zone = self.opened.review.timezone
        return f"{day.year} " + self.opened.say.day(datetime.combine(day, time(12), ZoneInfo(zone)), zone)

    @property
    def _asked(self) -> frozenset[str]:
        """The sources that the review names."""
        return frozenset(self.opened.review.upkeep)

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


def _cell(section: Fragment) -> NotebookNode:
    """Return a cell that shows a section without code."""
    data = {"text/html": section.html, "text/plain": section.text}
    output = new_output("display_data", data=data)  # type: ignore[no-untyped-call]  # nbformat ships no types
    hidden = {"tags": ["remove-input"], "jupyter": {"source_hidden": True}}
    cell: NotebookNode = new_code_cell(outputs=[output], metadata=hidden)  # type: ignore[no-untyped-call]  # nbformat ships no types
    return cell
