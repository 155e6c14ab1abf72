"""What people wrote, as a page shows it: a box with the verdict first, the note as Markdown, actions with their box."""

import re
from collections.abc import Iterable, Mapping
from copy import copy
from datetime import date
from typing import Any

from markupsafe import Markup
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from sre_lib.document.display import fragment
from sre_lib.document.minutes.alarm_lines import ALARMS, ALARMS_TF
from sre_lib.document.minutes.cells import ADDED, DISCUSSION, NOTES, is_empty_form, name_of
from sre_lib.document.minutes.form import Action, Discussion, read
from sre_lib.document.minutes.record import Entry, Written
from sre_lib.document.minutes.said_lines import written_only
from sre_lib.document.sanitise import clean_written
from sre_lib.document.since import verdict_name
from sre_lib.wording import Wording

_BOX = re.compile(r"^(?P<indent>\s*)(?:[-*+・]\s*)?[\[［](?P<done>[ \u3000xXｘＸ✓]?)[\]］](?![(\[:])", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ON = "sre_review_on"
_BEFORE = {"alarms": "alarms", "events": "pushes", "upkeep": "upkeep"}
"""Name of the cell before which the page of alarms, events or upkeep shows what was decided, by free cell."""
_FINDINGS = "findings"
"""Name of the service notebook's cell before which its page shows what was decided."""


def is_written(cell: NotebookNode) -> bool:
    """Tell whether a cell is Markdown that people wrote: in a cell to write in, or in one that they added."""
    by_people = name_of(cell).startswith((DISCUSSION, NOTES, ADDED))
    return by_people and cell.cell_type == "markdown" and not is_empty_form(cell)


def written_html(cell: NotebookNode, say: Wording, meeting: date | None) -> str:
    """Return the box of a cell that people wrote in: sanitised HTML; HTML that they typed is shown as text.

    A discussion shows verdict, note and actions; where it says none of them, or `meeting` (the day from which its dates
    are counted) is not known, and in every other cell, the text is shown as Markdown.
    """
    name, text = name_of(cell), str(cell.source)
    title, said = say("Notes of the meeting"), Discussion(note=text)
    if name.startswith(DISCUSSION) and meeting:
        title, said = say("What the meeting decided"), read(text, meeting)
    if name.startswith(NOTES) and name.removeprefix(NOTES) in _BEFORE:
        said = Discussion(note=written_only(text))
    note = Markup(_markdown(said.note, cell.get("attachments", {})))  # noqa: S704  sanitised there
    actions = [(each.done, each.text, who_text(each, say)) for each in said.actions]
    values = {"on": str(cell.metadata.get(_ON, "")), "verdict": verdict_text(said, say)}
    return fragment("written", "", say, title=title, note=note, actions=actions, **values).html


def with_decisions(notebook: NotebookNode, entries: Iterable[Entry], say: Wording) -> NotebookNode:
    """Return a service's notebook with what was written on its findings before them, and a link to the week.

    The notebook given stays as it is; without a text on any of the entries it is returned itself.
    """
    cells = [_on_finding(each, number) for number, each in enumerate(entries, 1) if each.written.text]
    if not cells:
        return notebook
    text = say("This was written in the notebook of the week.")
    link = new_markdown_cell(f"[{text}](../index.html)", id="decided-link")  # type: ignore[no-untyped-call]  # nbformat ships no types
    place = next((at for at, cell in enumerate(notebook.cells) if name_of(cell) == _FINDINGS), len(notebook.cells))
    shown = copy(notebook)
    shown.cells = [*notebook.cells[:place], *cells, link, *notebook.cells[place:]]
    return shown


def with_notes(notebook: NotebookNode, name: str, written: Written | None, say: Wording) -> NotebookNode:
    """Return the notebook of alarms, events or upkeep with what the meeting wrote on top, and a link to the week.

    `name` is that of the week's free cell.

    The notebook given stays as it is; without a text it is returned itself.
    """
    if written is None or not written.text:
        return notebook
    ours = {"sre_review": {"cell": f"{NOTES}{name}"}}
    said = new_markdown_cell(written.text, id=f"decided-{name}", metadata=ours)  # type: ignore[no-untyped-call]  # nbformat ships no types
    text = say("This was written in the notebook of the week.")
    terraform = say("What was decided, as Terraform")
    links = [f"[{text}](index.html)", *([f"[{terraform}]({ALARMS_TF})"] if name == ALARMS else [])]
    link = new_markdown_cell(" · ".join(links), id="decided-link")  # type: ignore[no-untyped-call]  # nbformat ships no types
    place = next((at for at, cell in enumerate(notebook.cells) if name_of(cell) == _BEFORE[name]), len(notebook.cells))
    shown = copy(notebook)
    shown.cells = [*notebook.cells[:place], said, link, *notebook.cells[place:]]
    return shown


def verdict_text(said: Discussion, say: Wording) -> str:
    """Return a verdict with the day until which it holds; empty where there is none."""
    if said.verdict is None:
        return ""
    name = verdict_name(said.verdict, say)
    return say("{verdict} until {day}", verdict=name, day=said.until.isoformat()) if said.until else name


def who_text(action: Action, say: Wording) -> str:
    """Return who does something until when."""
    due = say("until {day}", day=action.due.isoformat()) if action.due else ""
    return " ".join(filter(None, (f"@{action.owner}" if action.owner else "", due)))


def _on_finding(entry: Entry, number: int) -> NotebookNode:
    """Return the cell for what was written on a finding, which it names; `number` makes its id its own."""
    ours = {"sre_review": {"cell": f"{DISCUSSION}{entry.id}"}, _ON: entry.sentence}
    return new_markdown_cell(entry.written.text, id=f"decided-{number}", metadata=ours)  # type: ignore[no-any-return,no-untyped-call]  # nbformat ships no types


def _markdown(text: str, attachments: Mapping[str, Any]) -> str:
    """Return what people typed as HTML: Markdown is rendered, HTML shown as it was typed, a comment not at all."""
    renderer = IPythonRenderer(escape=True, attachments=attachments, exclude_anchor_links=True)  # type: ignore[arg-type]  # a notebook's attachments are plain dicts
    marked = _BOX.sub(_with_mark, _COMMENT.sub("", text))
    return clean_written(MarkdownWithMath(renderer=renderer).render(marked))


def _with_mark(box: re.Match[str]) -> str:
    """Return the box of an action as a list item with a sign that HTML shows."""
    return f"{box['indent']}- {'☑' if box['done'].strip() else '☐'}"
