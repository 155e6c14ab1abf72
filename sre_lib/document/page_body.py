"""The cells of an executed notebook as the body of a page: sanitised HTML, charts as data, errors as cards."""

import re
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import zip_longest
from typing import Any

import orjson
from jinja2.bccache import Bucket, BytecodeCache
from markupsafe import Markup
from nbconvert.exporters.html import HTMLExporter
from nbformat import NotebookNode
from traitlets.config import Config

from sre_lib.document.chart_table import chart_table
from sre_lib.document.first_use import FirstUse
from sre_lib.document.minutes.cells import is_empty_form
from sre_lib.document.sanitise import clean_html
from sre_lib.document.written import is_written, written_html
from sre_lib.wording import Wording

CHART_MIME = "application/vnd.plotly.v1+json"
_SHOWN_MIMES = (CHART_MIME, "text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg", "text/plain")
_BUNDLE_DRAWS = frozenset({"scatter", "bar", "pie"})
_HIDDEN_TAGS = frozenset({"remove-cell", "parameters", "injected-parameters"})
_PAPERMILL_MARK = "papermill-error-cell-tag"
_CHART_HEIGHT_PX = 450
_LONGEST_ERROR = 300
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@dataclass(frozen=True)
class PageBody:
    """The HTML of all cells, and how many charts, error cards and code cells are in it."""

    html: str
    charts: int
    errors: int
    code_cells: int


def page_body(
    notebook: NotebookNode, say: Wording, meeting: date | None = None, words: FirstUse | None = None
) -> PageBody:
    """Return the body of a notebook's page; the notebook stays as it is.

    What people wrote stands in boxes (`written.py`); `meeting` is the day from which its dates are counted. `words` are
    those that get a link to the glossary (None: none does), never in what people wrote. Cells tagged `remove-cell` or
    `parameters` are left out, but never one that failed; `remove-input` hides the code.
    """
    charts: list[str] = []
    errors: list[str] = []
    codes: list[str] = []

    def chart(figure: Mapping[str, Any], told: str) -> str:
        charts.append(_chart(figure, told, len(charts) + 1, say))
        return charts[-1]

    def error_card(output: Mapping[str, Any]) -> str:
        errors.append(_error_card(output, len(errors) + 1, say))
        return errors[-1]

    def code(highlighted: str) -> str:
        codes.append(clean_html(highlighted))
        return codes[-1]

    def written(cell: NotebookNode) -> str:
        return written_html(cell, say, meeting)

    own: dict[str, Callable[..., str]] = {"chart": chart, "error_card": error_card, "code": code, "written": written}
    cleaned = clean_html if words is None else lambda html: words.linked(clean_html(html))
    exporter = _exporter({**own, "clean_html": cleaned})
    html, _ = exporter.from_notebook_node(_shown(notebook))
    return PageBody(str(html), len(charts), len(errors), len(codes))


class _InMemory(BytecodeCache):
    """Keeps compiled templates for the next page: compiling them takes as long as all else of a small one."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill in a template that was compiled before; Jinja compares it with its source."""
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template that was compiled now."""
        self._known[bucket.key] = bucket.bytecode_to_string()


@cache
def _compiled() -> BytecodeCache:
    """Return the compiled templates of this process."""
    return _InMemory()


def _exporter(filters: Mapping[str, Callable[..., str]]) -> HTMLExporter:
    """Return an exporter with our template for cells and these filters; a figure goes before its picture or text."""
    exporter = HTMLExporter(  # type: ignore[no-untyped-call]  # nbconvert's constructor has no types
        config=Config({"NbConvertBase": {"display_data_priority": list(_SHOWN_MIMES)}}),
        template_name="notebook",
        extra_template_basedirs=[str(files("sre_lib.document") / "templates")],
        filters=dict(filters),
        sanitize_html=True,
        exclude_anchor_links=True,
    )
    exporter.environment.bytecode_cache = _compiled()
    exporter.environment.globals["chart_mime"] = CHART_MIME
    exporter.environment.tests["written"] = is_written
    return exporter


def _shown(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook with the cells and outputs that a page shows."""
    shown = copy(notebook)
    pairs = zip_longest(notebook.cells, notebook.cells[1:])
    cells = [cell for cell, following in pairs if _is_shown(cell) and not _is_bare_heading(cell, following)]
    shown.cells = [_with_shown_outputs(cell) for cell in cells]
    return shown


def _is_bare_heading(cell: NotebookNode, following: NotebookNode | None) -> bool:
    """Tell whether a cell is the heading of a form in which nothing was written: a page leaves out what is empty."""
    heading = cell.cell_type == "markdown" and cell.source.startswith("## ")
    return heading and following is not None and is_empty_form(following)


def _is_shown(cell: NotebookNode) -> bool:
    """Tell whether a cell belongs on the page: a failed one always does, papermill's banners and empty forms never."""
    tags = set(cell.metadata.get("tags", ()))
    failed = any(output.output_type == "error" for output in cell.get("outputs", ()))
    return failed or not (tags & (_HIDDEN_TAGS | {_PAPERMILL_MARK}) or is_empty_form(cell))


def _with_shown_outputs(cell: NotebookNode) -> NotebookNode:
    """Return the cell without outputs that a page cannot show (JavaScript, widgets)."""
    if cell.cell_type != "code":
        return cell
    shown = copy(cell)
    shown.outputs = [each for each in cell.outputs if "data" not in each or set(each.data) & set(_SHOWN_MIMES)]
    return shown


def _chart(figure: Mapping[str, Any], told: str, number: int, say: Wording) -> str:
    """Return the place of a chart: its data beside an empty plot that keeps its height until it is drawn.

    `told` says what it shows, for who cannot see it; its numbers are folded below it.
    """
    kinds = {trace.get("type", "scatter") for trace in figure.get("data", ())}
    if unknown := kinds - _BUNDLE_DRAWS:
        return _card(
            say("This chart cannot be drawn on a page: it is of the kind {kind}.", kind=", ".join(sorted(unknown)))
        )
    layout = {**figure.get("layout", {}), "autosize": True}
    layout.pop("width", None)
    height = int(layout.get("height") or _CHART_HEIGHT_PX)
    data = orjson.dumps({"data": figure.get("data", []), "layout": layout}, option=orjson.OPT_NON_STR_KEYS).decode()
    # Inside JSON `<` occurs in strings alone, and only `<` can end a script element.
    inert = data.replace("<", "\\u003c")
    label = Markup('<div class="chart" id="chart-{}" role="figure" aria-label="{}">').format(number, told)
    return (
        f'{label}<div class="plot" style="height:{height}px"></div>'
        f'<script type="application/json">{inert}</script>{chart_table(figure, say)}</div>\n'
    )


def _error_card(output: Mapping[str, Any], number: int, say: Wording) -> str:
    """Return the card of a failed cell: one sentence, the traceback folded."""
    error = f"{output['ename']}: {output['evalue']}".strip().split("\n")[0][:_LONGEST_ERROR]
    traceback = _ANSI.sub("", "\n".join(output["traceback"]))
    return Markup(
        '<section class="error-card" id="error-{number}"><p class="sentence">{sentence}</p><p>{error}</p>'
        "<details><summary>{summary}</summary><pre>{traceback}</pre></details></section>\n"
    ).format(
        number=number,
        sentence=say("This part could not be made; what would follow it on this page is missing."),
        error=error,
        summary=say("Technical details"),
        traceback=traceback,
    )


def _card(sentence: str) -> str:
    """Return a card of one sentence."""
    return Markup('<section class="error-card"><p class="sentence">{sentence}</p></section>\n').format(
        sentence=sentence
    )
