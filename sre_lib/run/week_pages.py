"""The files of a week: executed notebooks as text, and as pages that link each other."""

from copy import deepcopy

import nbformat
from nbformat import NotebookNode

from sre_lib.collect.gather import Collected
from sre_lib.document.opening import Opened
from sre_lib.document.pages import PageInfo, PageLink, to_html
from sre_lib.run.execute import NotebookRun
from sre_lib.run.problems import incomplete
from sre_lib.store import file_name


def notebook_text(notebook: NotebookNode) -> bytes:
    """Return a notebook as it lies on disk; JupyterLab folds papermill's cell away like the others."""
    folded = deepcopy(notebook)
    for cell in folded.cells:
        if "injected-parameters" in cell.metadata.get("tags", ()):
            cell.metadata["jupyter"] = {"source_hidden": True}
    text: str = nbformat.writes(folded)  # type: ignore[no-untyped-call]  # nbformat ships no types
    return text.encode() + b"\n"


def not_run(template: NotebookNode, error: Exception | None) -> NotebookRun:
    """Return a notebook that could not even be started, as one whose first code cell failed."""
    notebook = deepcopy(template)
    name, reason = type(error).__name__, str(error)
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    failure = {"output_type": "error", "ename": name, "evalue": reason, "traceback": []}
    first.outputs = [nbformat.from_dict(failure)]  # type: ignore[no-untyped-call]  # nbformat ships no types
    return NotebookRun(notebook, f"{name}: {reason}", 0.0)


def weekly_page(notebook: NotebookNode, opened: Opened, collected: Collected) -> bytes:
    """Return the weekly page."""
    return to_html(notebook, page=_info(opened, collected, "", "")).encode()


def service_page(notebook: NotebookNode, opened: Opened, collected: Collected, service: str) -> bytes:
    """Return the page of a service."""
    return to_html(notebook, page=_info(opened, collected, service, "../")).encode()


def _info(opened: Opened, collected: Collected, service: str, up: str) -> PageInfo:
    """Return what a page says around its notebook; `up` leads to the week's folder."""
    say, review = opened.say, opened.review
    title = f"{review.title} {opened.week.name}"
    weekly = PageLink(say("The week"), f"{up}index.html", not service)
    services = tuple(
        PageLink(each.name, f"{up}services/{file_name(each.name)}.html", each.name == service)
        for each in review.services
    )
    return PageInfo(
        title=f"{service} – {title}" if service else title,
        language=review.language,
        banner=" ".join(filter(None, (_simulated(opened), incomplete(opened, collected)))),
        links=(weekly, *services),
        made=say("Made {when} ({timezone})", when=say.full_time(opened.now, review.timezone), timezone=review.timezone),
    )


def _simulated(opened: Opened) -> str:
    """Return the label of everything that was made from the demo."""
    return opened.say("Simulated data: this shop does not exist.") if opened.simulated else ""
