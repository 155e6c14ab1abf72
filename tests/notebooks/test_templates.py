"""The gate for committed notebooks: templates without outputs, with short cells and no logic."""

import ast
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest

from sre_lib.document.alarms import open_alarms
from sre_lib.document.ask import open_ask
from sre_lib.document.events import open_events
from sre_lib.document.learning.page import open_learning
from sre_lib.document.minutes.cells import template
from sre_lib.document.onboarding.page import open_onboarding
from sre_lib.document.service import open_service
from sre_lib.document.weekly import open_week
from sre_lib.wording import wording

FOLDER = Path(__file__).parents[2] / "notebooks"
FILES = sorted(FOLDER.glob("*.ipynb"))
OPENS: dict[str, Callable[..., object]] = {
    "weekly_review": open_week,
    "service_review": open_service,
    "ask": open_ask,
    "alarm_review": open_alarms,
    "event_review": open_events,
    "learn": open_learning,
    "onboarding": open_onboarding,
}
LOGIC = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For, ast.While, ast.Try, ast.With, ast.Lambda, ast.If)
CHECKED = "# NBVAL_CHECK_OUTPUT"


def read(file: Path) -> Any:
    return nbformat.read(file, as_version=4)


def cells(file: Path, kind: str) -> list[Any]:
    return [cell for cell in read(file).cells if cell.cell_type == kind]


pytestmark = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def test_it_is_known_and_valid(file):
    assert file.stem in OPENS
    nbformat.validate(read(file))


def test_ids_are_names_that_stay(file):
    ids = [cell.id for cell in read(file).cells]
    assert len(set(ids)) == len(ids)
    assert all(name.replace("-", "").isalpha() for name in ids)


def test_metadata_is_minimal(file):
    notebook = read(file)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert notebook.metadata.language_info == {"name": "python"}
    assert notebook.metadata.kernelspec.name == "python3"
    assert all(set(cell.metadata) <= {"tags", "sre_review"} for cell in notebook.cells)


def test_nothing_was_run_but_the_summary_that_nbval_checks(file):
    for cell in cells(file, "code"):
        if not cell.source.startswith(CHECKED):
            assert (cell.outputs, cell.execution_count) == ([], None)
            continue
        (output,) = cell.outputs
        assert (cell.execution_count, output.execution_count) == (1, 1)
        assert (output.output_type, set(output.data)) == ("execute_result", {"text/plain"})
        assert output.data["text/plain"]


def test_one_cell_is_checked_by_nbval(file):
    assert [cell.id for cell in cells(file, "code") if CHECKED in cell.source] == ["summary"]


def test_code_is_short_and_holds_no_logic(file):
    for cell in cells(file, "code"):
        assert len(cell.source.splitlines()) <= 8, cell.id
        tree = ast.parse(cell.source)
        assert [node for node in ast.walk(tree) if isinstance(node, LOGIC)] == [], cell.id
        modules = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        assert all(module and module.startswith("sre_lib.") for module in modules), cell.id
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.Import)], cell.id


def test_exactly_one_cell_is_tagged_parameters_and_it_is_the_first_code_cell(file):
    tagged = [cell.id for cell in cells(file, "code") if "parameters" in cell.metadata.get("tags", [])]
    assert tagged == [cells(file, "code")[0].id]


def test_papermill_reads_the_parameters_that_the_notebook_opens_with(file):
    found = papermill.inspect_notebook(str(file))
    wanted = inspect.signature(OPENS[file.stem]).parameters
    assert list(found) == list(wanted)
    assert {each["inferred_type_name"] for each in found.values()} == {"str"}


def test_it_runs_on_the_demo_by_default(file):
    found = papermill.inspect_notebook(str(file))
    assert (found["review"]["default"], found["week"]["default"]) == ('"demo"', '""')


def test_every_heading_is_one_line_with_at_most_two_sentences_below(file):
    for cell in cells(file, "markdown"):
        if {"notes", "remove-cell"} & set(cell.metadata.get("tags", [])):
            continue
        heading, _, text = cell.source.partition("\n\n")
        assert heading.startswith(("# ", "## ")), cell.id
        assert "\n" not in heading + text, cell.id
        assert len(text) <= 200, cell.id


def test_a_cell_to_write_in_shows_its_empty_form(file):
    for cell in cells(file, "markdown"):
        if "notes" in cell.metadata.get("tags", []):
            assert cell.source == template(cell.metadata["sre_review"]["cell"], wording("en")), cell.id
