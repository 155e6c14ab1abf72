"""A template notebook -> the notebook of one week: translated, with a section for each finding."""

from collections.abc import Sequence
from copy import deepcopy
from importlib.resources import files
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from sre_lib.document.minutes.cells import DISCUSSION, made, to_write_in
from sre_lib.wording import wording

_ALL, _ONE = "findings_to_discuss()", "finding({number})"
"""What the cell tagged `finding` calls in the template, and in the section of one finding."""


def build(template: str, language: str, findings: Sequence[str] = ()) -> NotebookNode:
    """Return the notebook `template` (such as `weekly_review`) for a week with these findings to discuss, by id.

    Markdown cells come in `language`, the cell tagged `finding` becomes one cell a finding with a cell to write in
    behind it, a cell tagged `notes` becomes an empty one to write in, and the cell tagged `summary` (for running the
    template on its own) is left out. The same arguments give the same bytes. Raises FileNotFoundError where there is
    no such template.
    """
    text = template_file(template).read_text(encoding="utf-8")
    notebook: NotebookNode = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]  # no types there
    say = wording(language)
    cells: list[NotebookNode] = []
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        if "notes" in tags:
            cells.append(to_write_in(cell.metadata["sre_review"]["cell"], say, "notes"))
        elif cell.cell_type == "markdown":
            cells.append(made(_with_source(cell, say.translations.ugettext(cell.source)), cell["id"]))
        elif "finding" in tags and findings:
            for number, name in enumerate(findings, 1):
                cells.append(made(_of_finding(cell, number), f"{cell['id']}-{name}"))
                cells.append(to_write_in(f"{DISCUSSION}{name}", say, "discussion"))
        elif "summary" not in tags:
            cells.append(made(_with_source(cell, cell.source), cell["id"]))
    notebook.cells = cells
    nbformat.validate(notebook)
    return notebook


def template_file(template: str) -> Path:
    """Return the file of a template: inside the installed package, else beside it in the checkout."""
    packaged = Path(str(files("sre_lib").joinpath("notebooks", f"{template}.ipynb")))
    return packaged if packaged.is_file() else Path(__file__).parents[2] / "notebooks" / f"{template}.ipynb"


def _of_finding(cell: NotebookNode, number: int) -> NotebookNode:
    """Return the cell of one finding, with an id that is its own."""
    one = _with_source(cell, cell.source.replace(_ALL, _ONE.format(number=number)))
    one["id"] = f"{cell['id']}-{number}"
    return one


def _with_source(cell: NotebookNode, source: str) -> NotebookNode:
    """Return a cell without outputs and with another source; the template's own is left as it is."""
    fresh = deepcopy(cell)
    fresh["source"] = source
    if cell.cell_type == "code":
        fresh["outputs"], fresh["execution_count"] = [], None
        # JupyterLab folds such cells away: the meeting looks at what they show, and changes only those tagged `shown`.
        if "shown" not in cell.metadata.get("tags", []):
            fresh.metadata["jupyter"] = {"source_hidden": True}
    return fresh
