"""A notebook that people work in, brought into step: what they added stays in place, with its outputs."""

from copy import deepcopy

from nbformat import NotebookNode, v4

from sre_lib.document.minutes.cells import filled, made, name_of, people_of, taken_in, to_write_in
from sre_lib.document.minutes.record import Added, Minutes, Written, digest
from sre_lib.document.minutes.together import together
from sre_lib.wording import wording
from tests.document.minutes.test_merge import entry, minutes

EN = wording("en")


def fresh() -> NotebookNode:
    title = made(v4.new_markdown_cell("# Weekly review"), "title")
    cells = [title, to_write_in("discussion:a", EN, "discussion"), to_write_in("notes:services", EN, "notes")]
    notebook: NotebookNode = v4.new_notebook(cells=cells)
    return notebook


def agreed(notebook: NotebookNode, kept: Minutes) -> Minutes:
    return together(people_of(notebook), kept).minutes


def texts(notebook: NotebookNode) -> list[tuple[str, str]]:
    return [(name_of(cell), cell.source) for cell in notebook.cells]


def test_texts_are_put_into_their_cells_and_agreed_on() -> None:
    notebook = fresh()
    notebook.cells[1].source = "- [ ] do it 10/9"
    done = taken_in(notebook, agreed(notebook, minutes(entry("a"))), EN)
    assert done.cells[1].source == "- [ ] do it 2026-10-09"
    assert done.cells[1].metadata["sre_review"]["agreed"] == digest("- [ ] do it 2026-10-09")
    assert done.cells[2].source == "**Notes:**"


def test_what_people_added_stays_where_it_is_with_its_outputs() -> None:
    notebook = fresh()
    outputs = [v4.new_output("stream", text="2")]
    notebook.cells.insert(1, v4.new_code_cell("1 + 1", id="sum", outputs=outputs))
    done = taken_in(notebook, agreed(notebook, minutes(entry("a"))), EN)
    assert (name_of(done.cells[1]), done.cells[1].source, done.cells[1].outputs) == ("added:sum", "1 + 1", outputs)
    assert [name for name, _ in texts(done)] == ["title", "added:sum", "discussion:a", "notes:services"]


def test_twice_is_once() -> None:
    notebook = fresh()
    notebook.cells[0].source += "\n\nours too"
    notebook.cells[1].source = "**Verdict:** fix"
    notebook.cells.append(v4.new_markdown_cell("a thought", id="thought"))
    kept = agreed(notebook, minutes(entry("a")))
    once = taken_in(notebook, kept, EN)
    again = taken_in(deepcopy(once), agreed(once, kept), EN)
    assert texts(again) == texts(once)
    assert once.cells[0].source == "# Weekly review\n\nours too"
    assert sum("ours too" in cell.source for cell in once.cells) == 1


def test_of_two_copies_the_first_holds_both_texts() -> None:
    notebook = filled(fresh(), minutes(), EN)
    copy = deepcopy(notebook.cells[1])
    notebook.cells[1].source, copy.source, copy.id = "one", "other", "copy"
    notebook.cells.append(copy)
    done = taken_in(notebook, agreed(notebook, minutes(entry("a"))), EN)
    assert [name for name, _ in texts(done)] == ["title", "discussion:a", "notes:services"]
    assert {"one", "other"} <= set(done.cells[1].source.split("\n"))


def test_a_cell_of_the_file_alone_comes_in_and_one_that_was_emptied_goes() -> None:
    kept = minutes(
        added=(
            Added("theirs", "title", "markdown", Written("t")),
            Added("x", "", "markdown", Written("x", digest("x"))),
        )
    )
    notebook = fresh()
    emptied = v4.new_markdown_cell("", metadata={"sre_review": {"cell": "added:x", "agreed": digest("x")}})
    notebook.cells.append(emptied)
    done = taken_in(notebook, agreed(notebook, kept), EN)
    assert [name for name, _ in texts(done)] == ["title", "added:theirs", "discussion:a", "notes:services"]
