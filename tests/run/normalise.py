"""What two runs of one notebook may differ in, taken out."""

import re
from copy import deepcopy

from nbformat import NotebookNode

# A kernel names a cell's code after a temporary file with its process id and a hash, the engine by its number.
_CELL_FILE = re.compile(r"\S*/ipykernel_\d+/\d+\.py")
_OBJECT = re.compile(r" at 0x[0-9a-f]+")


def normalise(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook without ids, times, addresses in memory and the engine's name; adjoining streams joined."""
    plain = deepcopy(notebook)
    plain.metadata.pop("papermill", None)
    for number, cell in enumerate(plain.cells):
        cell.id = f"cell-{number}"
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = _joined([_plain(output) for output in cell.outputs])
    return plain


def _plain(value):
    """Return a value with every text in it normalised."""
    if isinstance(value, str):
        # The pattern tries every place of a long text without spaces, such as a chart's data: seconds a notebook.
        named = _CELL_FILE.sub("<cell>", value) if "/ipykernel_" in value else value
        return _OBJECT.sub(" at 0x", named)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return NotebookNode({key: _plain(item) for key, item in value.items()})
    return value


def _joined(outputs):
    """Return the outputs with adjoining pieces of one stream as one: how they are cut depends on the moment."""
    joined: list[NotebookNode] = []
    for output in outputs:
        last = joined[-1] if joined else None
        if last is not None and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined
