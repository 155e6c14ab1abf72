"""The files of a week: both are read, and the minutes are written only where they say something new."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_notebook

from sre_lib.document.minutes.cells import to_write_in
from sre_lib.document.minutes.minutes_file import encode
from sre_lib.document.minutes.record import Minutes, Written, digest
from sre_lib.document.minutes.week_files import MINUTES, NOTEBOOK, meeting_day, read_notebook, read_week
from sre_lib.errors import UserMistakeError
from sre_lib.store import LocalStore
from sre_lib.wording import wording
from tests.document.build import WEEK
from tests.document.minutes.test_meeting import ONE

EMPTY = Minutes(WEEK.name, date(2026, 10, 5))


def test_the_meeting_is_on_the_first_local_day_after_the_week() -> None:
    assert meeting_day(WEEK) == date(2026, 10, 5)


def test_an_empty_folder_holds_nothing_and_nothing_is_written_for_it(tmp_path: Path) -> None:
    kept = read_week(LocalStore(tmp_path), "w", WEEK)
    assert (kept.minutes, kept.notebook, kept.changed(EMPTY)) == (EMPTY, None, {})


def test_both_sides_are_read(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    cell = to_write_in("notes:services", wording("en"), "notes")
    cell.source = "in the notebook"
    store.write(f"w/{NOTEBOOK}", nbformat.writes(new_notebook(cells=[cell])).encode())
    file = encode(replace(EMPTY, notes={"meeting": Written("in the file")}), None)
    store.write(f"w/{MINUTES}", file)
    notes = {name: Written(text, digest(text)) for name, text in
             (("services", "in the notebook"), ("meeting", "in the file"))}  # fmt: skip
    assert read_week(store, "w", WEEK).minutes.notes == notes
    only = read_week(store, "w", WEEK, notebook_too=False).minutes.notes
    assert only == {"meeting": Written("in the file")}


def test_minutes_that_say_nothing_new_are_not_written(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    kept = replace(EMPTY, entries=(replace(ONE, written=Written("fix", digest("fix"))),))
    store.write(f"w/{MINUTES}", encode(kept, None))
    read = read_week(store, "w", WEEK)
    assert read.changed(read.minutes) == {}
    assert list(read.changed(replace(kept, notes={"meeting": Written("new")}))) == [MINUTES]


def test_the_file_of_another_week_is_refused(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    store.write(f"w/{MINUTES}", encode(replace(EMPTY, week="2026-W39"), None))
    with pytest.raises(UserMistakeError, match=r"week: got '2026-W39', wants 2026-W40"):
        read_week(store, "w", WEEK)


def test_cells_get_the_same_ids_each_time_where_they_have_none_or_one_stands_twice() -> None:
    cells: list[dict[str, object]] = [
        {"cell_type": "markdown", "metadata": {}, "source": text, "id": "same"} for text in ("a", "b", "c")
    ]
    twice = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}).encode()
    found = read_notebook(twice, Path("n"))
    assert found
    assert [cell.id for cell in found.cells] == ["same", "same-2", "same-3"]
    without = twice.replace(b', "id": "same"', b"")
    first, second = read_notebook(without, Path("n")), read_notebook(without, Path("n"))
    assert first == second
    assert first
    assert [cell.id for cell in first.cells] == [digest(text) for text in ("a", "b", "c")]
