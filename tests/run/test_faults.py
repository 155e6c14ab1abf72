"""A run or a publish that fails at any file operation loses no word, and the next one brings all together."""

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from nbformat.v4 import new_markdown_cell

from sre_lib.errors import StoreError
from tests.run.stubbed import Room, cell_named, discussion, room

IN_NOTEBOOK = (
    "said-on-both-sides",
    "said-on-the-finding",
    "said-in-the-meeting",
    "said-in-a-cell-of-ours",
    "said-in-a-cell-of-my-own",
)
IN_FILE = ("said-in-the-file",)


class KilledError(BaseException):
    """Stands for the end of the process: nothing of the store works from then on, tidying up neither."""


class Faulty:
    """File operations of the store, counted from 1; the one with the number `at` fails."""

    def __init__(self, at: int, failure: Callable[[], BaseException]) -> None:
        self.at, self.failure = at, failure
        self.count = 0

    def __call__(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """Return an operation that may fail."""

        def operation(*arguments: object, **named: object) -> object:
            self.count += 1
            dead = self.count > self.at and self.failure is KilledError
            if self.count == self.at or dead:
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
def failing(at: int, failure: Callable[[], BaseException]) -> Iterator[Faulty]:
    """Let the store's file operation with this number fail."""
    faulty = Faulty(at, failure)
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
    """Return cases of command, failure and error: the first two take seconds, the others are for the long run."""
    return [pytest.param(*case, marks=pytest.mark.long if number > 1 else ()) for number, case in enumerate(cases)]


@pytest.mark.parametrize(
    ("command", "failure", "raised"),
    every(
        (Room.run, KilledError, KilledError),
        (Room.publish, full_disk, StoreError),
        (Room.run, full_disk, StoreError),
        (Room.publish, KilledError, KilledError),
        (Room.run, read_only, StoreError),
        (Room.publish, read_only, StoreError),
    ),
)
def test_whatever_file_operation_fails_no_word_is_lost(made, tmp_path, command, failure, raised) -> None:
    plan, at, fired = made.plan, 0, True
    while fired:
        at += 1
        with failing(at, failure) as faulty, suppress(raised):
            command(made, plan)
        fired = faulty.fired
        said = made.said()
        assert [text for text in (*IN_NOTEBOOK, *IN_FILE) if text not in said] == [], f"operation {at}"
        command(made, plan)
        minutes = made.minutes_file.read_text()
        cells = "\n".join(cell.source for cell in made.notebook().cells)
        for text in (*IN_NOTEBOOK, *IN_FILE):
            assert (text in cells, text in minutes) == (True, True), f"{text} after operation {at}"
        assert made.store_leftovers() == () or failure is KilledError
        restore(made, tmp_path / "kept")
    assert at > 30
