"""A command that fails at any file operation loses no word, and the next one brings all together."""

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from filelock import FileLock
from nbformat.v4 import new_markdown_cell

from sre_lib.document.minutes.minutes_file import encode
from sre_lib.document.minutes.record import Minutes, Written
from sre_lib.document.minutes.week_files import meeting_day
from sre_lib.errors import SreReviewError, StoreError
from sre_lib.run import open_week
from sre_lib.run.cli import main
from sre_lib.run.minutes_command import merge
from sre_lib.run.weekly_run import Plan
from tests.run.stubbed import Room, cell_named, discussion, room

IN_NOTEBOOK = (
    "said-on-both-sides",
    "said-on-the-finding",
    "said-in-the-meeting",
    "said-in-a-cell-of-ours",
    "said-in-a-cell-of-my-own",
)
IN_FILE = ("said-in-the-file",)
IN_COPY = "said-in-the-copy"
IN_LAB = "said-while-it-is-open"


class KilledError(BaseException):
    """Stands for the end of the process: nothing of the store works from then on, tidying up neither."""


class Faulty:
    """File operations of the store, counted from 1; number `at` fails, `lasting`: those after it too."""

    def __init__(self, at: int, failure: Callable[[], BaseException], *, lasting: bool = False) -> None:
        self.at, self.failure = at, failure
        self.lasting = lasting or failure is KilledError
        self.count = 0

    def __call__(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """Return an operation that may fail."""

        def operation(*arguments: object, **named: object) -> object:
            self.count += 1
            if self.count == self.at or (self.count > self.at and self.lasting):
                raise self.failure()
            return real(*arguments, **named)

        return operation

    @property
    def fired(self) -> bool:
        """Tell whether there were as many operations."""
        return self.count >= self.at


def full_disk() -> OSError:
    """Return what the system says where the disk is full."""
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def read_only() -> OSError:
    """Return what the system says where a folder takes no files."""
    return OSError(errno.EROFS, os.strerror(errno.EROFS))


@contextmanager
def failing(at: int, failure: Callable[[], BaseException], *, lasting: bool = False) -> Iterator[Faulty]:
    """Let the store's file operation with this number fail, or all from there on."""
    faulty = Faulty(at, failure, lasting=lasting)
    with pytest.MonkeyPatch.context() as patch:
        for place, name in (
            (tempfile, "mkstemp"), (os, "fdopen"), (os, "fsync"), (Path, "chmod"), (Path, "mkdir"), (Path, "unlink"),
            (Path, "replace"), (Path, "read_bytes"), (FileLock, "acquire"),
        ):  # fmt: skip
            patch.setattr(place, name, faulty(getattr(place, name)))
        yield faulty


def written_on_both_sides(made: Room) -> None:
    """Let people write in the notebook and in the file, nothing of it taken in yet."""
    made.run()
    made.write_in("notes:services", "before")
    made.run()
    notebook = made.notebook()
    discussion(notebook).source = f"Verdict: expected until 12/3\n\n{IN_NOTEBOOK[1]}"
    cell_named(notebook, "notes:services").source = IN_NOTEBOOK[0]
    cell_named(notebook, "notes:meeting").source = IN_NOTEBOOK[2]
    cell_named(notebook, "title").source += f"\n{IN_NOTEBOOK[3]}"
    notebook.cells.insert(4, new_markdown_cell(IN_NOTEBOOK[4], id="mine"))
    made.save(notebook)
    made.minutes_file.write_text(made.minutes_file.read_text().replace("before", f"before, {IN_FILE[0]}"))


def opened(made: Room, plan: Plan) -> None:
    """Open the week; the server ends when something was written into the notebook."""

    def serve(*_: object, **__: object) -> None:
        made.write_in("notes:missing", IN_LAB)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(open_week, "serve", serve)
        open_week.open_week(plan.desk, made.home / "reviews", None, made.told.append, made.told.append, browser=False)


def merged(made: Room, plan: Plan) -> None:
    """Take in a copy, in which the same cell was written in too."""
    copy = made.home / "copy.yaml"
    notes = {"services": Written(IN_COPY), "changes": Written(IN_COPY)}
    copy.write_bytes(encode(Minutes(made.week, meeting_day(plan.week), notes=notes), None))
    merge(copy, plan.desk)


def restore(made: Room, kept: Path) -> None:
    """Put the folders of pages and archive back as they were."""
    for name in ("reviews", "archive"):
        shutil.rmtree(made.home / name)
        shutil.copytree(kept / name, made.home / name)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    """Return a company whose people have written, and keep it beside."""
    one = room(tmp_path / "home", monkeypatch)
    monkeypatch.chdir(one.home)
    written_on_both_sides(one)
    shutil.copytree(one.home, tmp_path / "kept")
    return one


def every(*cases: tuple[object, ...]) -> list[object]:
    """Return cases of command, failure and error: the first four take seconds, the others are for the long run."""
    return [pytest.param(*case, marks=pytest.mark.long if number > 3 else ()) for number, case in enumerate(cases)]


COMMANDS = {Room.run: (), Room.publish: (), opened: (IN_LAB,), merged: (IN_COPY,)}
"""The commands that write, each with the words that come by it."""


def assert_both_sides_say(made: Room, texts: tuple[str, ...], when: str) -> None:
    """Fail where a text lacks in the notebook or in the minutes."""
    minutes = made.minutes_file.read_text()
    cells = "\n".join(cell.source for cell in made.notebook().cells)
    for text in texts:
        assert (text in cells, text in minutes) == (True, True), f"{text} {when}"


@pytest.mark.parametrize(
    ("command", "failure", "raised"),
    every(
        (Room.run, KilledError, KilledError),
        (Room.publish, full_disk, StoreError),
        (opened, full_disk, StoreError),
        (merged, KilledError, KilledError),
        (merged, full_disk, SreReviewError),
        (Room.run, full_disk, StoreError),
        (Room.publish, KilledError, KilledError),
        (opened, KilledError, KilledError),
        (Room.run, read_only, StoreError),
        (Room.publish, read_only, StoreError),
        (opened, read_only, StoreError),
        (merged, read_only, SreReviewError),
    ),
)
@pytest.mark.parametrize("lasting", [False, pytest.param(True, marks=pytest.mark.long)])
def test_whatever_file_operation_fails_no_word_is_lost(made, tmp_path, command, failure, raised, lasting) -> None:
    plan, at, fired, words = made.plan, 0, True, (*IN_NOTEBOOK, *IN_FILE)
    while fired:
        at += 1
        with failing(at, failure, lasting=lasting) as faulty, suppress(raised):
            command(made, plan)
        fired = faulty.fired
        said = made.said()
        assert [text for text in words if text not in said] == [], f"operation {at}"
        command(made, plan)
        if command is merged:
            made.publish(plan)
        assert_both_sides_say(made, words, f"after operation {at}")
        said = made.said()
        assert [text for text in COMMANDS[command] if text not in said] == [], f"after operation {at}"
        assert made.store_leftovers() == () or failure is KilledError or lasting
        restore(made, tmp_path / "kept")
    assert at > 15


@pytest.mark.parametrize("command", [("publish", "shop"), ("minutes", "merge", "copy.yaml", "shop"), ("open", "shop")])
def test_a_full_disk_is_one_sentence_and_changes_nothing(made, monkeypatch, command) -> None:
    monkeypatch.setattr(open_week, "serve", lambda *_, **__: None)
    merged(made, made.plan)
    made.write_in("notes:services", "late")
    (made.home / "copy.yaml").write_text((made.home / "copy.yaml").read_text().replace(IN_COPY, "new in the copy"))
    before = made.notebook_file.read_bytes(), made.minutes_file.read_bytes()
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(full_disk()))
    answer = CliRunner().invoke(main, [*command, "--week", made.week])
    assert (answer.exit_code, answer.stdout, answer.stderr.count("\n")) == (1, "", 1), answer.stderr
    assert "No space left on device; free space or rights there" in answer.stderr
    assert (made.notebook_file.read_bytes(), made.minutes_file.read_bytes()) == before
    assert made.store_leftovers() == ()
