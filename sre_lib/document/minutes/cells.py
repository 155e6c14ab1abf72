"""The cells of the weekly notebook: which are ours, which hold what people wrote, and what they changed or added."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

from sre_lib.document.minutes import form
from sre_lib.document.minutes.record import Added, Minutes, Written, canonical, digest
from sre_lib.document.minutes.sync import both
from sre_lib.params_file import LANGUAGES
from sre_lib.wording import N_, Wording, wording

DISCUSSION, NOTES, ADDED = "discussion:", "notes:", "added:"
"""What the names of cells with people's texts begin with; the id of a finding, a section's name, a cell's id follow."""

MEETING, OWN, ACTIONS = "meeting", "own", "actions"
"""The free cell for the meeting as a whole, the form for what it saw itself, and where open actions are ticked."""

_OURS = "sre_review"
_PAPERMILL_TAGS = frozenset({"injected-parameters", "papermill-error-cell-tag"})
_PAPERMILL_LINE = re.compile(r"# Parameters|\w+ = .*|<span .*|")
_NEW = {"markdown": new_markdown_cell, "code": new_code_cell, "raw": new_raw_cell}

_FREE = N_("**Notes:**")
_WHO = N_("**Who was there:**\n\n**Agreed:**")
_SEEN = N_("**Service:**\n\n**Metric:**\n\n**From:**\n\n**To:**\n\n**What we saw:**")


@dataclass(frozen=True)
class People:
    """What people wrote in a notebook: by finding, in the free cells by name, and cells of their own."""

    discussions: Mapping[str, Written]
    notes: Mapping[str, Written]
    added: tuple[Added, ...] = ()


def template(name: str, say: Wording) -> str:
    """Return what an empty cell to write in shows."""
    if name.startswith(DISCUSSION):
        return form.empty(say).rstrip("\n")
    return say({f"{NOTES}{MEETING}": _WHO, f"{NOTES}{OWN}": _SEEN}.get(name, _FREE))


def people_of(notebook: NotebookNode) -> People:
    """Return what people wrote in a notebook of ours; an untouched form is no text.

    A cell that stands twice (copied) is one text with both. A cell of ours that was changed counts as one that people
    added behind it, with the lines that are new.
    """
    texts: dict[str, Written] = {}
    added: list[Added] = []
    after = ""
    for cell in notebook.cells:
        ours = _ours(cell)
        name = str(ours.get("cell", ""))
        if name.startswith((DISCUSSION, NOTES)):
            one = Written(_typed(name, cell), str(ours.get("agreed", "")))
            texts[name] = _joined(texts.get(name), one)
        elif name and not name.startswith(ADDED):
            added += _edited(cell, name, str(ours.get("made", cell.source)))
        elif _is_added(cell):
            added += _by_people(cell, after, ours)
            continue
        elif not name:
            papermills = filter(_PAPERMILL_LINE.fullmatch, cell.source.split("\n"))
            added += _edited(cell, after, "\n".join(papermills))
        after = name or after
    return People(
        {name.removeprefix(DISCUSSION): each for name, each in texts.items() if name.startswith(DISCUSSION)},
        {name.removeprefix(NOTES): each for name, each in texts.items() if name.startswith(NOTES)},
        _once(added),
    )


def name_of(cell: NotebookNode) -> str:
    """Return the name of a cell of ours, of one to write in, or of one that people added; empty for any other."""
    return str(_ours(cell).get("cell", ""))


def is_empty_form(cell: NotebookNode) -> bool:
    """Tell whether a cell is one to write in in which nothing was written."""
    name = str(_ours(cell).get("cell", ""))
    return name.startswith((DISCUSSION, NOTES)) and not _typed(name, cell)


def made(cell: NotebookNode, name: str) -> NotebookNode:
    """Mark a cell as ours: its name, and its source, so that a change by people is seen. Returns the cell."""
    cell.metadata[_OURS] = {"cell": name, "made": cell.source}
    return cell


def to_write_in(name: str, say: Wording, tag: str) -> NotebookNode:
    """Return an empty cell to write in."""
    cell = new_markdown_cell(template(name, say), id=_cell_id(name), metadata={"tags": [tag]})  # type: ignore[no-untyped-call]  # nbformat ships no types
    cell.metadata[_OURS] = {"cell": name, "agreed": ""}
    return cell  # type: ignore[no-any-return]  # nbformat ships no types


def filled(notebook: NotebookNode, minutes: Minutes, say: Wording) -> NotebookNode:
    """Put what people wrote into the cells to write in; an empty text shows the form. Returns the notebook.

    A cell that shows a text of ours (`prefilled`), left as it was, stays so.
    Free cells that the notebook no longer has come at its end.
    """
    texts = {f"{DISCUSSION}{each.id}": each.written.text for each in minutes.entries}
    texts |= {f"{NOTES}{name}": each.text for name, each in minutes.notes.items()}
    there = {name_of(cell) for cell in notebook.cells}
    notebook.cells += [
        to_write_in(name, say, "notes") for name in texts if name.startswith(NOTES) and name not in there
    ]
    for cell in notebook.cells:
        name = str(_ours(cell).get("cell", ""))
        if name.startswith((DISCUSSION, NOTES)):
            text = texts.get(name, "")
            if not text and _is_made(cell):
                continue
            cell.source = text or template(name, say)
            cell.metadata[_OURS] = {"cell": name, "agreed": digest(text)}
    return notebook


def prefilled(notebook: NotebookNode, name: str, text: str) -> NotebookNode:
    """Show a text of ours in a cell to write in where people wrote nothing; left as it is, it is not theirs.

    Returns the notebook.
    """
    for cell in notebook.cells:
        if text and name_of(cell) == name and is_empty_form(cell):
            cell.source = text
            cell.metadata[_OURS] = {"cell": name, "agreed": "", "made": text}
    return notebook


def with_added(notebook: NotebookNode, added: Sequence[Added]) -> NotebookNode:
    """Put the cells that people added back behind those they stood behind, else at the end. Returns the notebook."""
    waiting: dict[str, list[NotebookNode]] = {}
    for each in added:
        waiting.setdefault(each.after, []).append(_cell(each))
    cells = waiting.pop("", [])
    for cell in notebook.cells:
        cells.append(cell)
        cells += waiting.pop(str(_ours(cell).get("cell", "")) or "\0", [])
    notebook.cells = [*cells, *(cell for left in waiting.values() for cell in left)]
    return notebook


def taken_in(notebook: NotebookNode, minutes: Minutes, say: Wording) -> NotebookNode:
    """Bring a notebook that people work in into step with the minutes. Returns the notebook.

    As `filled` and `with_added`, but what people added stays where it is, with its outputs. A second copy of a cell
    goes: the first one holds the texts of both.
    """
    kept, there = {each.id: each for each in minutes.added}, {each.id for each in people_of(notebook).added}
    cells: dict[str, NotebookNode] = {}
    for number, cell in enumerate(notebook.cells):
        name = name_of(cell)
        added = kept.get(_added_id(cell)) if _is_added(cell) else None
        if added:
            there.add(added.id)
            cell.source = added.written.text
            cell.metadata[_OURS] = {"cell": f"{ADDED}{added.id}", "agreed": digest(cell.source)}
        if added or not name.startswith(ADDED):
            once = added or name.startswith((DISCUSSION, NOTES))
            cells.setdefault(name_of(cell) if once else str(number), cell)
    notebook.cells = list(cells.values())
    return with_added(filled(notebook, minutes, say), [each for each in minutes.added if each.id not in there])


def _ours(cell: NotebookNode) -> Mapping[str, Any]:
    """Return our part of a cell's metadata."""
    ours = cell.metadata.get(_OURS, {})
    return ours if isinstance(ours, dict) else {}


def _typed(name: str, cell: NotebookNode) -> str:
    """Return what was typed in a cell to write in: nothing where it is as it was, the form in whatever language."""
    text = canonical(cell.source)
    empty = {digest(template(name, wording(language))) for language in LANGUAGES}
    return "" if digest(text) in empty or _is_made(cell) else text


def _is_made(cell: NotebookNode) -> bool:
    """Tell whether a cell shows the text of ours that was put into it."""
    text = str(_ours(cell).get("made", ""))
    return bool(text) and digest(cell.source) == digest(text)


def _joined(known: Written | None, one: Written) -> Written:
    """Return a cell's text with that of a copy of it: whoever changed one of them still sees the other."""
    return replace(known, text=both(known.text, one.text)) if known else one


def edits_of(name: str) -> str:
    """Return what the ids of the texts begin with that people wrote into a cell of ours."""
    return f"in-{name[:40]}-"


def _edited(cell: NotebookNode, name: str, source: str) -> Iterator[Added]:
    """Yield what people changed in a cell of ours."""
    lines = source.split("\n")
    new = [line for line in cell.source.split("\n") if line not in lines]
    text = canonical("\n".join(new)) if cell.cell_type == "markdown" else cell.source
    if text.strip() and digest(cell.source) != digest(source):
        # Named by its text: the same cell may be changed again, beside what was taken out of it before.
        yield Added(f"{edits_of(name)}{digest(text)}", name, cell.cell_type, Written(text))


def _by_people(cell: NotebookNode, after: str, ours: Mapping[str, Any]) -> Iterator[Added]:
    """Yield a cell that people added; a new empty one says nothing, one that was emptied is to go."""
    if ours.get("cell") or cell.source.strip():
        yield Added(
            _added_id(cell), after, cell.cell_type, Written(canonical(cell.source), str(ours.get("agreed", "")))
        )


def _is_added(cell: NotebookNode) -> bool:
    """Tell whether a cell is one that people added."""
    name = name_of(cell)
    return name.startswith(ADDED) or not (name or _PAPERMILL_TAGS & set(cell.metadata.get("tags", ())))


def _added_id(cell: NotebookNode) -> str:
    """Return the id under which a cell that people added is kept."""
    return name_of(cell).removeprefix(ADDED) or str(cell.get("id", "")) or digest(cell.source)


def _once(added: Sequence[Added]) -> tuple[Added, ...]:
    """Return cells that people added, one that stands twice (copied) as one with both texts."""
    kept: dict[str, Added] = {}
    for each in added:
        known = kept.get(each.id)
        kept[each.id] = replace(known, written=_joined(known.written, each.written)) if known else each
    return tuple(kept.values())


def _cell(added: Added) -> NotebookNode:
    """Return a cell that people added."""
    cell = _NEW[added.type](added.written.text, id=_cell_id(added.id))  # type: ignore[no-untyped-call]  # nbformat ships no types
    cell.metadata[_OURS] = {"cell": f"{ADDED}{added.id}", "agreed": digest(added.written.text)}
    return cell  # type: ignore[no-any-return]  # nbformat ships no types


def _cell_id(name: str) -> str:
    """Return an id that nbformat takes: up to 64 letters, digits, `-` and `_`, the same for the same name."""
    safe = "".join(char if char.isascii() and (char.isalnum() or char in "-_") else "-" for char in name)
    return safe if safe == name and len(safe) <= 64 else f"{safe[:50]}-{digest(name)[:12]}"
