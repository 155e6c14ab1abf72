"""How soon a page shows its first chart in Chromium, against the same notebook with plotly's offline renderer."""

import subprocess
import sys
import time
from copy import deepcopy
from pathlib import Path

import nbformat
import plotly.io
from nbformat import NotebookNode
from playwright.sync_api import sync_playwright

from sre_lib.document.page_body import CHART_MIME
from tests import chromium

ROUNDS = 3


def times(week: Path, scratch: Path) -> tuple[float, float]:
    """Return the seconds to the first chart of a week's weekly page, and of what stock tools make of its notebook."""
    stock = scratch / "stock.ipynb"
    nbformat.write(offline(nbformat.read(week / "weekly_review.ipynb", as_version=4)), stock)
    command = [str(Path(sys.executable).parent / "jupyter-nbconvert"), "--to", "html", str(stock)]
    subprocess.run(command, check=True, capture_output=True)
    found = chromium.ensure()
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=found, args=options)
        pages = (week / "index.html", stock.with_suffix(".html"))
        ours, theirs = (min(_first_chart(browser, page) for _ in range(ROUNDS)) for page in pages)
        browser.close()
    return ours, theirs


def _first_chart(browser: "playwright.sync_api.Browser", file: Path) -> float:  # type: ignore[name-defined]  # noqa: F821
    """Return the seconds from asking for a file to its first chart, with the network off."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True)
    page = context.new_page()
    started = time.perf_counter()
    page.goto(file.as_uri(), wait_until="commit")
    page.wait_for_selector(".main-svg", timeout=120_000)
    seconds = time.perf_counter() - started
    context.close()
    return seconds


def offline(notebook: NotebookNode) -> NotebookNode:
    """Return an executed notebook with each figure as plotly's renderer `notebook` puts it out: the library first."""
    made, first = deepcopy(notebook), True
    for output in (each for cell in made.cells for each in cell.get("outputs", ())):
        figure = output.get("data", {}).pop(CHART_MIME, None)
        if figure is not None:
            html = plotly.io.to_html(figure, include_plotlyjs=first, full_html=False, validate=False)
            output["data"], first = {"text/html": html}, False
    return made
