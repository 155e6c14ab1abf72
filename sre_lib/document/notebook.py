"""A template notebook -> the notebook of one week: translated, with a section for each finding."""

from copy import deepcopy
from importlib.resources import files
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from sre_lib.wording import wording

_ALL, _ONE = "findings_to_discuss()", "finding({number})"
"""What the cell tagged `finding` calls in the template, and in the section of one finding."""


def build(template: str, language: str, findings: int) -> NotebookNode:
    """Return the notebook `template` (such as `weekly_review`) for a week with so many findings to discuss.

    Markdown cells come in `language`, the cell tagged `finding` becomes one cell a finding, and the cell tagged
    `summary` (for running the template on its own) is left out. The same arguments give the same bytes. Raises
    FileNotFoundError where there is no such template.
    """
    text = template_file(template).read_text(encoding="utf-8")
    notebook: NotebookNode = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]  # no types there
    say = wording(language)
    cells: list[NotebookNode] = []
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type == "markdown":
            cells.append(_with_source(cell, say.translations.ugettext(cell.source)))
        elif "finding" in tags and findings:
            cells += [_of_finding(cell, number) for number in range(1, findings + 1)]
        elif "summary" not in tags:
            cells.append(_with_source(cell, cell.source))
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
        # JupyterLab folds such cells away: the meeting looks at what they show.
        fresh.metadata["jupyter"] = {"source_hidden": True}
    return fresh
