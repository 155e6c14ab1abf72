"""A pack of several weeks: each in a folder of its own, and a first page that lists them, the newest first."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from sre_lib.document.display import fragment
from sre_lib.document.pages import PageInfo, to_html
from sre_lib.document.share.redaction import Redaction
from sre_lib.model import Week
from sre_lib.run.frame import Frame
from sre_lib.wording import Wording, wording

FIRST = "index.html"
BACK = f"../{FIRST}"
"""Where the pages of a week find the list of the weeks."""


class PackedWeek(NamedTuple):
    """One week of a pack: its pages by name, and what the weekly page says in one line."""

    week: Week
    files: Mapping[str, bytes]
    line: str


def together(weeks: Sequence[PackedWeek], frame: Frame, title: str, redaction: Redaction) -> dict[str, bytes]:
    """Return the files of a pack of weeks, the newest given first; `frame` is that of the newest."""
    say = wording(frame.language)
    # What is said of the weeks is redacted before the page is made of it, as everywhere in a pack.
    rows = redaction.of([(each.week.name, _days(each.week, say), each.line) for each in weeks])
    page = PageInfo(redaction.text(title), frame.language, frame.simulated, made=redaction.text(frame.made))
    first = to_html(_list(rows, say), page=page).encode()
    return {FIRST: first} | {f"{each.week.name}/{name}": file for each in weeks for name, file in each.files.items()}


def line_of(weekly: NotebookNode) -> str:
    """Return what an executed weekly notebook says in one line; empty where it failed before that."""
    texts = (
        output["data"]["text/plain"]
        for cell in weekly.cells
        for output in cell.get("outputs", ())
        if 'class="headline"' in output.get("data", {}).get("text/html", "")
    )
    return next(texts, "").partition("\n")[0]


def _days(week: Week, say: Wording) -> str:
    """Return from when to when a week is."""
    return say.span(week.start, week.end, week.timezone)


def _list(rows: Sequence[tuple[str, str, str]], say: Wording) -> NotebookNode:
    """Return the first page as a notebook whose one cell is executed."""
    shown = fragment("pack_weeks", "\n".join(" ".join(row) for row in rows), say, rows=rows)
    data = {"text/html": shown.html, "text/plain": shown.text}
    output = new_output("display_data", data=data)  # type: ignore[no-untyped-call]  # nbformat ships no types
    heading = new_markdown_cell("# " + say("{n} weeks", n=len(rows)), id="pack-title")  # type: ignore[no-untyped-call]  # nbformat ships no types
    cells = [heading, new_code_cell("", id="pack-weeks", outputs=[output])]  # type: ignore[no-untyped-call]  # nbformat ships no types
    notebook: NotebookNode = new_notebook(cells=cells)  # type: ignore[no-untyped-call]  # nbformat ships no types
    return notebook
