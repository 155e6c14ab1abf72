"""The minutes around a run: read before anything is replaced, put into the document, written after."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType

from nbformat import NotebookNode

from sre_lib.analyse.ranking import rank
from sre_lib.document.minutes import event_lines, meeting, upkeep_lines
from sre_lib.document.minutes.alarm_lines import ALARMS, AlarmLine, decisions, prefill
from sre_lib.document.minutes.cells import ACTIONS, NOTES, OWN, filled, prefilled, template, with_added
from sre_lib.document.minutes.form import action_line
from sre_lib.document.minutes.meeting import Meeting, OpenAction
from sre_lib.document.minutes.own import read_own
from sre_lib.document.minutes.record import Entry, Minutes
from sre_lib.document.minutes.week_files import MINUTES, NOTEBOOK, Kept, meeting_day, read_week
from sre_lib.document.opening import Opened
from sre_lib.document.own_findings import gone, linked, with_own
from sre_lib.errors import UserMistakeError
from sre_lib.model import Finding, Week
from sre_lib.params import Review
from sre_lib.store import Store, file_name
from sre_lib.wording import Wording
from sre_lib.wording.findings import sentence

HISTORY, FINDINGS = "history.html", "findings.json"
"""The page over all weeks, beside their folders, and what a week's run found, for programs."""

READ_AGAIN = 8
"""So many weeks back notebooks are read too: what was written there after the last publish. Older ones are settled."""


@dataclass(frozen=True)
class Desk:
    """Where a week's minutes lie: the store of the pages, the review and the week."""

    store: Store
    review: Review
    week: Week

    @property
    def folder(self) -> str:
        """Key of the week's folder."""
        return self.folder_of(self.week.name)

    def folder_of(self, week: str) -> str:
        """Return the key of a week's folder."""
        return f"{file_name(self.review.name)}/{week}"

    @property
    def history(self) -> str:
        """Key of the history page."""
        return f"{file_name(self.review.name)}/{HISTORY}"

    def read(self) -> Kept:
        """Return what people wrote on this week. Raises UserMistakeError where it cannot be read."""
        kept = read_week(self.store, self.folder, self.week)
        slips = (*own_slips(kept.minutes, self.review, self.week), *upkeep_lines.slips(kept.minutes))
        return replace(kept, together=replace(kept.together, remarks=(*kept.together.remarks, *slips)))

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the week while it is made again: another run waits, JupyterLab must not have it open.

        Where there is no folder of pages yet nobody can have it open, and none is made. Raises UserMistakeError where
        JupyterLab has it.
        """
        if not self.store.keys(f"{self.folder}/"):
            yield
            return
        with self.store.locked(f"run-{self.folder}"), self.store.try_locked(f"open-{self.folder}") as free:
            if not free:
                raise UserMistakeError(
                    f"week: {self.week.name} is open in JupyterLab (`sre-review open`); close it first, "
                    "or use `sre-review publish`, which writes the pages beside it"
                )
            yield

    def earlier(self) -> dict[str, Kept]:
        """Return what people wrote on the weeks before, by name, oldest first. Raises UserMistakeError as `read`."""
        before = [name for name in self.weeks() if name < self.week.name]
        return {name: self._of(name, old=name not in before[-READ_AGAIN:]) for name in before}

    def weeks(self) -> list[str]:
        """Return the names of the weeks that have minutes or a notebook, oldest first."""
        keys = self.store.keys(f"{file_name(self.review.name)}/")
        names = sorted({key.split("/")[1] for key in keys if key.endswith((f"/{MINUTES}", f"/{NOTEBOOK}"))})
        return [name for name in names if re.fullmatch(r"\d{4}-W\d{2}", name)]

    def write(
        self, planned: Meeting | None, document: "Document", once: Mapping[str, bytes] = MappingProxyType({})
    ) -> tuple[str, ...]:
        """Write the week's files, all or none, the minutes first; return what to point out to people.

        Both sides are read once more, since people may have written while the notebooks ran, and again where they did
        while the pages were made: `document` returns the week's files by name for what people wrote. `planned` are the
        findings of the document (None: it keeps those that it has); `once` are files that are written only where they
        are missing.
        """
        while True:
            kept, earlier = self.read(), self.earlier()
            minutes = with_entries(kept.minutes, planned) if planned else kept.minutes
            past = {name: each.minutes for name, each in earlier.items()}
            people = People(minutes, kept.notebook, planned.actions if planned else (), past)
            missing = {name: content for name, content in once.items() if self._lacks(name)}
            files = {**kept.changed(minutes), **document(people), **missing}
            keyed = {
                self.history if name == HISTORY else f"{self.folder}/{name}": content for name, content in files.items()
            }
            for name, each in earlier.items():
                taken_in = each.changed(each.minutes)
                keyed = {f"{self.folder_of(name)}/{key}": content for key, content in taken_in.items()} | keyed
            with self.writing():
                if self.store.write_all(keyed, partial(self._still, kept, earlier, missing)):
                    return kept.together.remarks

    def writing(self) -> AbstractContextManager[None]:
        """Hold what people wrote on all weeks of the review while it is written: a run takes in earlier weeks too."""
        return self.store.locked(f"write-{file_name(self.review.name)}")

    def _still(self, kept: Kept, earlier: Mapping[str, Kept], missing: Iterable[str]) -> bool:
        """Tell whether nobody wrote anything since."""
        return self.read() == kept and self.earlier() == earlier and all(map(self._lacks, missing))

    def _lacks(self, name: str) -> bool:
        """Tell whether the week has no file of this name."""
        return self.store.read(f"{self.folder}/{name}") is None

    def _of(self, name: str, *, old: bool) -> Kept:
        """Return what people wrote on an earlier week; of an old one minutes.yaml says it all."""
        week = self.review.week(name, self.week.end)
        return read_week(self.store, self.folder_of(name), week, notebook_too=not old)


@dataclass(frozen=True)
class People:
    """What people wrote on a week, to be put into its document; `notebook` is the one that they wrote in, if any.

    `actions` are the open ones of earlier weeks, which people tick in the document, `earlier` those weeks' minutes;
    `alarms`, `events` and `upkeep` (by name) are those that have a line to write on.
    """

    minutes: Minutes
    notebook: NotebookNode | None = None
    actions: tuple[OpenAction, ...] = ()
    earlier: Mapping[str, Minutes] = field(default_factory=dict)
    alarms: tuple[AlarmLine, ...] = ()
    events: tuple[str, ...] = ()
    upkeep: tuple[str, ...] = ()

    def put_into(self, notebook: NotebookNode, say: Wording) -> NotebookNode:
        """Return a copy of the notebook with what people wrote in it, where they wrote it."""
        name = f"{NOTES}{ACTIONS}"
        lines = "\n".join(action_line(each.action) for each in self.actions)
        texts = filled(deepcopy(notebook), self.minutes, say)
        prefilled(texts, name, f"{lines}\n\n{template(name, say)}" if lines else "")
        prefilled(texts, f"{NOTES}{ALARMS}", prefill(self.alarms, say))
        prefilled(texts, f"{NOTES}{event_lines.EVENTS}", event_lines.prefill(self.events, say))
        prefilled(texts, f"{NOTES}{upkeep_lines.UPKEEP}", upkeep_lines.prefill(self.upkeep, say))
        return with_added(texts, self.minutes.added)


Document = Callable[[People], Mapping[str, bytes]]


def with_meeting(opened: Opened, kept: Kept, earlier: Mapping[str, Kept]) -> Opened:
    """Return the opened week with what its document takes from the minutes."""
    past = [each.minutes for each in earlier.values()]
    zone, day = opened.review.timezone, meeting_day(opened.week)
    analyses = [look.analysis for look in opened.looks]
    every = [each for analysis in analyses for each in (*analysis.findings, *analysis.below_cut)]
    minutes = with_own(kept.minutes, opened, past)
    matches = meeting.Matches.of(every, minutes, past, zone)
    decided = meeting.carried(past, matches.before, day)
    said_of = (decisions(past), event_lines.decisions(past))
    found = Meeting((), decided, meeting.open_actions(past, day), *said_of, upkeep=upkeep_lines.decisions(past))
    written = {each.id for each in minutes.entries} if minutes.begun else set()
    apart = {name for name, matched in matches.here.items() if matched.same in written}
    ranking = rank(analyses, aside=found.aside, apart=apart)
    said = {each.id: sentence(each, opened.say, zone) for each in ranking.discuss}
    rest: list[Finding] = [each for each in every if each.id not in said]
    found = replace(found, items=meeting.items(minutes, ranking.discuss, rest, matches, said))
    return replace(opened, meeting=linked(found, every, zone))


def own_slips(minutes: Minutes, review: Review, week: Week) -> tuple[str, ...]:
    """Return a sentence for each form of what the meeting saw itself that could not be understood."""
    text = minutes.notes[OWN].text if OWN in minutes.notes else ""
    _, slips = read_own(text, review.services, review.catalog, minutes.meeting, week)
    return tuple(
        f"what we saw ourselves, line {slip.line}: got {slip.text[:60]!r}, wants {slip.wants}; it stays in its cell"
        for slip in slips
    )


def with_entries(minutes: Minutes, planned: Meeting) -> Minutes:
    """Return the minutes with the document's findings as entries, in its order, and every text that there was."""
    known = {each.id: each for each in minutes.entries}
    entries = [_with_text(each.entry, known.pop(each.entry.id, None)) for each in planned.items]
    left = [each for each in known.values() if each.written.text or (each.origin == "people" and not gone(each))]
    return replace(minutes, entries=(*entries, *left))


def _with_text(entry: Entry, known: Entry | None) -> Entry:
    """Return an entry with the text that the minutes have of it."""
    return replace(entry, written=known.written) if known else entry
