"""What people wrote in a notebook is told from what is ours, and comes back where it stood."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from sre_lib.document.minutes.cells import People, filled, made, people_of, template, to_write_in, with_added
from sre_lib.document.minutes.record import Added, Entry, Minutes, Written, digest
from sre_lib.wording import wording

SAY = wording("en")
ENTRY = Entry(
    "f1", "web", "web", "cpu", "cpu", "Average", "spike",
    datetime(2026, 9, 29, tzinfo=UTC), datetime(2026, 9, 29, 1, tzinfo=UTC),
)  # fmt: skip
MINUTES = Minutes("2026-W40", date(2026, 10, 5), (ENTRY,))


def fresh() -> NotebookNode:
    """Return a notebook as a run makes it: title, one finding, a free cell."""
    cells = [
        made(new_markdown_cell("# Weekly review", id="title"), "title"),
        made(new_code_cell("weekly.finding(1)", id="finding-1"), "finding-1"),
        to_write_in("discussion:f1", SAY, "discussion"),
        to_write_in("notes:services", SAY, "notes"),
    ]
    notebook: NotebookNode = new_notebook(cells=cells)
    return notebook


def test_an_untouched_notebook_holds_nothing() -> None:
    assert people_of(fresh()) == People({"f1": Written()}, {"services": Written()})


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_form_in_any_language_is_no_text(language: str) -> None:
    notebook = fresh()
    notebook.cells[2].source = template("discussion:f1", wording(language)) + "\n"
    notebook.cells[3].source = template("notes:services", wording(language))
    assert people_of(notebook) == People({"f1": Written()}, {"services": Written()})


def test_what_was_typed_is_read_with_what_was_agreed() -> None:
    notebook = filled(fresh(), replace(MINUTES, entries=(replace(ENTRY, written=Written("old")),)), SAY)
    notebook.cells[2].source = "new"
    notebook.cells[3].source = "a note"
    assert people_of(notebook) == People({"f1": Written("new", digest("old"))}, {"services": Written("a note")})


def test_a_copied_cell_keeps_both_texts() -> None:
    notebook = fresh()
    notebook.cells[2].source = "one"
    copy = to_write_in("discussion:f1", SAY, "discussion")
    copy.source = "two"
    notebook.cells.append(copy)
    text = people_of(notebook).discussions["f1"].text
    assert ("one" in text, "two" in text) == (True, True)


def test_a_copy_left_as_it_was_says_nothing_new() -> None:
    notebook = filled(fresh(), replace(MINUTES, entries=(replace(ENTRY, written=Written("old")),)), SAY)
    copy = notebook.cells[2].copy()
    notebook.cells.append(copy)
    notebook.cells[2] = NotebookNode({**copy, "source": "new"})
    assert people_of(notebook).discussions == {"f1": Written("new", digest("old"))}


def test_cells_of_people_come_back_where_they_stood() -> None:
    notebook = fresh()
    notebook.cells.insert(0, new_markdown_cell("first of all", id="a"))
    notebook.cells.insert(3, new_code_cell("1 + 1", id="b"))
    notebook.cells.append(new_markdown_cell("last", id="c"))
    notebook.cells.append(new_markdown_cell("   ", id="blank"))
    added = people_of(notebook).added
    assert added == (
        Added("a", "", "markdown", Written("first of all")),
        Added("b", "finding-1", "code", Written("1 + 1")),
        Added("c", "notes:services", "markdown", Written("last")),
    )
    again = with_added(fresh(), added)
    assert [cell.source for cell in again.cells] == [cell.source for cell in notebook.cells[:-1]]
    kept = tuple(replace(each, written=Written(each.written.text, digest(each.written.text))) for each in added)
    assert people_of(again).added == kept


def test_an_emptied_cell_of_people_is_to_go_and_one_without_its_place_stands_last() -> None:
    gone = Added("a", "a section of before", "markdown", Written("mine"))
    notebook = with_added(fresh(), (gone,))
    assert notebook.cells[-1].source == "mine"
    notebook.cells[-1].source = ""
    assert people_of(notebook).added == (Added("a", "notes:services", "markdown", Written("", digest("mine"))),)


def test_what_people_changed_in_a_cell_of_ours_is_theirs() -> None:
    notebook = fresh()
    notebook.cells[0].source = "# Weekly review\nAnn is away"
    notebook.cells[1].source = "weekly.finding(2)"
    assert people_of(notebook).added == (
        Added("in-title", "title", "markdown", Written("Ann is away")),
        Added("in-finding-1", "finding-1", "code", Written("weekly.finding(2)")),
    )


def test_papermills_own_cells_are_nobodys() -> None:
    notebook = fresh()
    notebook.cells.insert(1, new_code_cell("# Parameters", metadata={"tags": ["injected-parameters"]}))
    assert people_of(notebook).added == ()
