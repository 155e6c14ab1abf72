"""What people wrote in a notebook is told from what is ours, and comes back where it stood."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from sre_lib.document.minutes.cells import (
    People,
    filled,
    is_empty_form,
    made,
    people_of,
    prefilled,
    template,
    to_write_in,
    with_added,
)
from sre_lib.document.minutes.record import Added, Entry, Minutes, Written, digest
from sre_lib.document.minutes.sync import BOTH
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


@pytest.mark.parametrize(("typed", "kept"), [("new", f"new\n\n{BOTH}\n\nold"), ("", "old"), ("old", "old")])
def test_what_a_copy_still_shows_stays_whatever_becomes_of_the_other(typed: str, kept: str) -> None:
    notebook = filled(fresh(), replace(MINUTES, entries=(replace(ENTRY, written=Written("old")),)), SAY)
    copy = notebook.cells[2].copy()
    notebook.cells.append(copy)
    notebook.cells[2] = NotebookNode({**copy, "source": typed})
    assert people_of(notebook).discussions == {"f1": Written(kept, digest("old"))}


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
        Added(f"in-title-{digest('Ann is away')}", "title", "markdown", Written("Ann is away")),
        Added(f"in-finding-1-{digest('weekly.finding(2)')}", "finding-1", "code", Written("weekly.finding(2)")),
    )


def test_a_cell_of_ours_may_be_changed_again_beside_what_was_taken_out_of_it() -> None:
    first = fresh()
    first.cells[0].source = "# Weekly review\nAnn is away"
    second = with_added(fresh(), people_of(first).added)
    second.cells[0].source = "# Weekly review\nBob is back"
    assert [each.written.text for each in people_of(second).added] == ["Bob is back", "Ann is away"]


def test_what_was_typed_into_papermills_cell_is_theirs() -> None:
    notebook = fresh()
    typed = new_code_cell("# Parameters\nweek = '2026-W40'\nask Ann", metadata={"tags": ["injected-parameters"]})
    notebook.cells.insert(1, typed)
    assert [(each.after, each.written.text) for each in people_of(notebook).added] == [("title", typed.source)]


def test_a_free_cell_without_its_place_stands_last() -> None:
    notebook = filled(fresh(), replace(MINUTES, notes={"a section of before": Written("mine")}), SAY)
    assert people_of(notebook).notes == {"services": Written(), "a section of before": Written("mine", digest("mine"))}


def test_papermills_own_cells_are_nobodys() -> None:
    notebook = fresh()
    notebook.cells.insert(1, new_code_cell("# Parameters", metadata={"tags": ["injected-parameters"]}))
    assert people_of(notebook).added == ()


OPEN = "- [ ] look at the log @yuki 2026-10-12\n\n**Notes:**"


def test_a_text_of_ours_in_a_cell_is_not_peoples_until_they_touch_it() -> None:
    notebook = prefilled(filled(fresh(), MINUTES, SAY), "notes:services", OPEN)
    assert notebook.cells[3].source == OPEN
    assert is_empty_form(notebook.cells[3])
    assert people_of(notebook).notes == {"services": Written()}
    assert filled(notebook, MINUTES, SAY).cells[3].source == OPEN
    notebook.cells[3].source = OPEN.replace("[ ]", "[x]")
    assert people_of(notebook).notes == {"services": Written(OPEN.replace("[ ]", "[x]"))}


def test_a_text_of_ours_never_stands_in_place_of_peoples() -> None:
    notebook = fresh()
    notebook.cells[3].source = "a note"
    assert prefilled(notebook, "notes:services", OPEN).cells[3].source == "a note"
    kept = replace(MINUTES, notes={"services": Written("theirs")})
    again = prefilled(filled(prefilled(fresh(), "notes:services", OPEN), kept, SAY), "notes:services", OPEN)
    assert again.cells[3].source == "theirs"
