"""Whatever people and runs do, in whatever order: every sentence ever saved is in the notebook or the minutes."""

import os
import shutil
import tempfile
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import nbformat
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

from sre_lib.document.minutes.minutes_file import encode
from sre_lib.document.minutes.record import Minutes, Written
from sre_lib.model import Finding
from tests.document.build import GROWTH, SHIFT, finding
from tests.run.stubbed import Room, cell_named, room

TEXTS = (
    "{word}", "Verdict: watch\n\n{word}", "判定：想定内　12/3まで {word}", "- [ ] {word} @ann next Monday",
    "# {word}: |-\n  '\"%@`", "<script>{word}</script>", "😀 {word}\n\n---\n\n- 日本語", "\t{word}\\",
    "**Notes:** {word}", "{word}\n<<<<<<< here\n=======",
)  # fmt: skip
KINDS = (new_markdown_cell, new_code_cell, new_raw_cell)
SPIKE = finding()
PLACE, BACK = st.integers(0, 40), st.integers(0, 2)
TEXT, HOW = st.sampled_from(TEXTS), st.sampled_from(["append", "replace", "empty"])


class Meetings(RuleBasedStateMachine):
    """A company's meetings; `words` are those that nobody took away again, with the week that they were written in."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.home = Path(tempfile.mkdtemp())
        self.room: Room = room(self.home / "home", self.patch)
        self.patch.chdir(self.room.home)
        self.words: dict[str, str] = {}
        self.count = self.copies = 0
        self.weeks: list[str] = []
        self.found: dict[str, Finding] = {"spike": SPIKE}

    def teardown(self) -> None:
        """Leave nothing behind."""
        self.patch.undo()
        shutil.rmtree(self.home)

    @initialize()
    def first_week(self) -> None:
        """Make the first document."""
        self.room.week = "2026-W40"
        self.weeks = [self.room.week]
        self.rerun()

    @rule()
    def rerun(self) -> None:
        """Run the week again: everything is on both sides then."""
        later = timedelta(weeks=len(self.weeks) - 1)
        self.room.findings = tuple(_later(each, later) for each in self.found.values())
        self.room.run()
        self._expect(self._cells(self.room.week), "the notebook after a run")
        self._expect(self._file(self.room.week), "minutes.yaml after a run")

    @rule()
    def publish(self) -> None:
        """Publish the week: everything is in the file then."""
        self.room.publish()
        self._expect(self._file(self.room.week), "minutes.yaml after publishing")

    @rule()
    def publish_while_it_is_open(self) -> None:
        """Publish again and again while JupyterLab has the notebook: it stays as it is, older than the file."""
        desk = self.room.plan.desk
        with desk.store.locked(f"open-{desk.folder}"):
            self.publish()
            self.publish()

    @rule()
    def next_week(self) -> None:
        """Go on to the next week, three at most."""
        if len(self.weeks) < 3:
            self.weeks.append(f"2026-W{40 + len(self.weeks)}")
            self.room.week = self.weeks[-1]
            self.rerun()

    @rule(place=PLACE, text=TEXT, how=HOW, week=BACK)
    def write_in_the_notebook(self, place: int, text: str, how: str, week: int) -> None:
        """Write in any cell: one to write in, one of theirs or one of ours, of this week or an earlier one."""
        name, notebook = self._notebook(week)
        cell = notebook.cells[place % len(notebook.cells)]
        ours = "made" in cell.metadata.get("sre_review", {})
        how = "append" if ours else how
        if how != "append":
            self._forget(cell.source, name)
        said = "" if how == "empty" else self._word(text, name)
        cell.source = f"{cell.source}\n{said}" if how == "append" else said
        self._save(notebook, name)

    @rule(text=TEXT)
    def write_on_both_sides(self, text: str) -> None:
        """Write on both sides of the same free cell, neither knowing of the other."""
        name, notebook = self._notebook(0)
        if not any(cell.metadata.get("sre_review", {}).get("cell") == "notes:meeting" for cell in notebook.cells):
            return  # Somebody deleted the cell: no run has put it back yet.
        if not self._file(name):
            return  # A week without findings and texts has no file.
        cell_named(notebook, "notes:meeting").source += f"\n{self._word(text, name)}"
        self._save(notebook, name)
        minutes, said = self.room.minutes(), self._word(text, name)
        known = minutes.notes.get("meeting", Written())
        notes = {**minutes.notes, "meeting": replace(known, text=f"{known.text}\n{said}".strip("\n"))}
        self.room.minutes_file.write_bytes(encode(replace(minutes, notes=notes), self.room.minutes_file.read_bytes()))

    @rule(place=PLACE, text=TEXT, kind=st.sampled_from(KINDS), week=BACK)
    def add_a_cell(self, place: int, text: str, kind: Callable[[str], NotebookNode], week: int) -> None:
        """Add a cell anywhere."""
        name, notebook = self._notebook(week)
        notebook.cells.insert(place % (len(notebook.cells) + 1), kind(self._word(text, name)))
        self._save(notebook, name)

    @rule(place=PLACE, text=TEXT, edited=st.booleans())
    def copy_a_cell(self, place: int, text: str, *, edited: bool) -> None:
        """Copy a cell with its metadata as JupyterLab does, and perhaps write in the copy."""
        name, notebook = self._notebook(0)
        copy = deepcopy(notebook.cells[place % len(notebook.cells)])
        self.copies += 1
        copy["id"] = f"copy-{self.copies}"
        copy.source += f"\n{self._word(text, name)}" if edited else ""
        notebook.cells.insert(place % len(notebook.cells) + 1, copy)
        self._save(notebook, name)

    @rule(place=PLACE)
    def delete_a_cell(self, place: int) -> None:
        """Delete a cell: what the minutes have of it stays, unless a copy of it takes its place."""
        name, notebook = self._notebook(0)
        cell = notebook.cells.pop(place % len(notebook.cells))
        mark = cell.metadata.get("sre_review", {}).get("cell")
        copied = mark and mark in [each.metadata.get("sre_review", {}).get("cell") for each in notebook.cells]
        kept = "" if copied else self._file(name)
        self._forget("\n".join(word for word in self.words if word in cell.source and word not in kept), name)
        self._save(notebook, name)

    @rule(place=PLACE, text=TEXT, how=HOW, week=BACK)
    def write_in_the_file(self, place: int, text: str, how: str, week: int) -> None:
        """Write in a text of minutes.yaml."""
        name = self.weeks[-1 - week % len(self.weeks)]
        if not self._file(name):
            return  # A week without findings and texts has no file.
        self.room.week = name
        minutes = self.room.minutes()
        self.room.week = self.weeks[-1]
        places = [*(each.id for each in minutes.entries), *minutes.notes, *(each.id for each in minutes.added)]
        if not places:
            return
        at = places[place % len(places)]

        def changed(written: Written) -> Written:
            if how != "append":
                self._forget(written.text, name)
            said = "" if how == "empty" else self._word(text, name)
            return replace(written, text=f"{written.text}\n{said}".strip("\n") if how == "append" else said)

        file = self._folder(name) / "minutes.yaml"
        file.write_bytes(encode(_with(minutes, at, changed), file.read_bytes()))

    @rule(name=st.sampled_from(["spike", "growth", "shift", "other"]))
    def a_finding_appears_or_vanishes(self, name: str) -> None:
        """Let the next run find something, or no longer."""
        other = replace(SPIKE, id="other", start=SPIKE.start - timedelta(days=1), end=SPIKE.end - timedelta(days=1))
        every = {"spike": SPIKE, "growth": replace(GROWTH, id="growth"), "shift": replace(SHIFT, id="shift")}
        if not self.found.pop(name, None):
            self.found[name] = {**every, "other": other}[name]

    @rule(minutes=st.sampled_from([-15, -5, 5, 10]), name=st.sampled_from(["spike", "growth", "shift", "other"]))
    def a_finding_moves_a_little(self, minutes: int, name: str) -> None:
        """Let the next run see a start that is up to three datapoints off, under another id."""
        if name in self.found:
            one = self.found[name]
            moved = timedelta(minutes=minutes)
            self.found[name] = replace(one, id=f"{name}{minutes}", start=one.start + moved)

    @rule()
    def a_finding_is_found_by_another_detector(self) -> None:
        """Let the next run call it something else."""
        if "spike" in self.found:
            self.found["spike"] = replace(self.found["spike"], id="renamed", view="sustained_high")

    @invariant()
    def no_word_is_lost(self) -> None:
        """Every word is on one side at least, in its own week."""
        for week in self.weeks:
            said = f"{self._cells(week)}\n{self._file(week)}"
            assert [word for word, where in self.words.items() if where == week and word not in said] == []

    def _expect(self, text: str, where: str) -> None:
        """Every word of the week stands in a text."""
        missing = [word for word, week in self.words.items() if week == self.room.week and word not in text]
        assert missing == [], f"not in {where}"

    def _word(self, text: str, week: str) -> str:
        """Return a text with a word that was never there before."""
        self.count += 1
        word = f"word{self.count:04d}"
        self.words[word] = week
        return text.format(word=word)

    def _forget(self, text: str, week: str) -> None:
        """People took these words away themselves."""
        self.words = {word: where for word, where in self.words.items() if where != week or word not in text}

    def _folder(self, week: str) -> Path:
        """Return a week's folder."""
        return self.room.home / "reviews" / "shop" / week

    def _notebook(self, back: int) -> tuple[str, NotebookNode]:
        """Return the notebook of a week so many weeks ago, with the week's name."""
        name = self.weeks[-1 - back % len(self.weeks)]
        return name, nbformat.read(self._folder(name) / "weekly_review.ipynb", as_version=4)

    def _save(self, notebook: NotebookNode, week: str) -> None:
        """Save a notebook as JupyterLab does."""
        nbformat.write(notebook, self._folder(week) / "weekly_review.ipynb")

    def _cells(self, week: str) -> str:
        """Return the text of a week's notebook."""
        return "\n".join(cell.source for cell in nbformat.read(self._folder(week) / "weekly_review.ipynb", 4).cells)

    def _file(self, week: str) -> str:
        """Return a week's minutes file."""
        file = self._folder(week) / "minutes.yaml"
        return file.read_text() if file.exists() else ""


def _later(one: Finding, by: timedelta) -> Finding:
    """Return a finding of a later week."""
    until = one.until + by if one.until else None
    return replace(one, id=f"{one.id}-{by.days}", start=one.start + by, end=one.end + by, until=until)


def _with(minutes: Minutes, at: str, changed: Callable[[Written], Written]) -> Minutes:
    """Return the minutes with one text changed."""
    return replace(
        minutes,
        entries=tuple(
            replace(each, written=changed(each.written)) if each.id == at else each for each in minutes.entries
        ),
        notes={name: changed(each) if name == at else each for name, each in minutes.notes.items()},
        added=tuple(replace(each, written=changed(each.written)) if each.id == at else each for each in minutes.added),
    )


# A run takes a tenth of a second: few examples at the gate, many in the long run.
LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
Meetings.TestCase.settings = settings(max_examples=150 if LONG else 8, stateful_step_count=25 if LONG else 12)
TestMeetings = Meetings.TestCase


def test_both_texts_of_a_conflict_stay_while_the_notebook_is_open() -> None:
    machine = Meetings()
    try:
        machine.first_week()
        machine.write_on_both_sides("{word}")
        machine.publish_while_it_is_open()
        machine.no_word_is_lost()
    finally:
        machine.teardown()


def test_who_writes_on_in_an_open_notebook_replaces_nothing_that_came_into_the_file() -> None:
    machine = Meetings()
    try:
        machine.first_week()
        machine.write_on_both_sides("{word}")
        machine.publish_while_it_is_open()
        name, notebook = machine._notebook(0)
        cell_named(notebook, "notes:meeting").source += f"\n{machine._word('{word}', name)}"
        machine._save(notebook, name)
        machine.publish_while_it_is_open()
        machine.rerun()
    finally:
        machine.teardown()


def test_a_cell_that_is_emptied_while_the_notebook_is_open_is_there_once() -> None:
    machine = Meetings()
    try:
        machine.first_week()
        name, notebook = machine._notebook(0)
        notebook.cells.append(new_markdown_cell(machine._word("{word}", name)))
        machine._save(notebook, name)
        machine.publish_while_it_is_open()
        name, notebook = machine._notebook(0)
        notebook.cells[-1].source = ""
        machine._save(notebook, name)
        machine.publish()
        machine.no_word_is_lost()
        _, notebook = machine._notebook(0)
        assert sum("word0001" in cell.source for cell in notebook.cells) == 1
    finally:
        machine.teardown()
