"""Every page of a review whose names, notes and notebooks attack: nothing acts, nothing is sent, all can be read."""

import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_output

from tests import hostile
from tests.browser.test_pages import ACTIVE, CUT
from tests.conftest import sre_review_here

pytestmark = pytest.mark.browser

LINKS = """() => [...document.querySelectorAll('a[href], img[src], iframe, object, embed, form, link, base')]
  .map((each) => each.getAttribute('href') ?? each.getAttribute('src') ?? each.tagName)
  .filter((text) => !/^(https:|#|[\\w./%-]+\\.(html|tf|csv|md)(#|$)|data:image\\/)/.test(text))"""
OWN_SCRIPTS = "() => document.querySelectorAll('main script:not([type=\"application/json\"])').length"
TURNED = "() => /[\\u202a-\\u202e\\u2066-\\u2069]/.test(document.documentElement.outerHTML + document.title)"
SHOWN = "() => getComputedStyle(document.body).display !== 'none' && document.querySelector('main').clientHeight > 200"


def inert(visit, folder):
    """Look at every page of a folder: what acts, leads out, is cut or is hidden, by page."""
    wrong = []
    for path in sorted(folder.rglob("*.html")):
        page = visit.show(path)
        page.evaluate("() => document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        page.wait_for_function("() => [...document.querySelectorAll('.chart')].every((c) => c.innerHTML)")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found = (page.evaluate(ACTIVE), page.evaluate(LINKS), page.evaluate(OWN_SCRIPTS), page.evaluate(CUT), wide)
        if found != ([], [], 0, [], 0) or page.evaluate(TURNED) or not page.evaluate(SHOWN):
            wrong.append((path.name, found))
    return wrong


def test_names_and_notes_from_outside_are_inert_and_readable_on_every_page(visit, attacked):
    folder = attacked / "reviews" / hostile.NAME / hostile.WEEK.name
    assert inert(visit, folder) == []
    assert (visit.requests, visit.complaints) == ([], [])
    text = visit.show(folder / "index.html").locator("main").inner_text()
    assert all(name in text for name in hostile.ATTACK.services[:1])
    assert "{{7*7}}" in text
    assert visit.page.locator('main a[href="https://ok.example/"]').inner_text() == "ok"
    assert all(name in visit.page.locator("nav.pages").inner_text() for name in hostile.ATTACK.services)


def test_nothing_left_its_folder(attacked):
    assert {path.name for path in attacked.iterdir()} == {"params", "archive", "reviews", "sent.csv"}
    assert {path.name for path in attacked.parent.iterdir()} & {"x", "x.html", "x.ipynb"} == set()


def test_a_notebook_that_attacks_runs_nothing_when_it_is_published(visit, attacked, tmp_path):
    home = shutil.copytree(attacked, tmp_path / "home")
    folder = home / "reviews" / hostile.NAME / hostile.WEEK.name
    code = "open('owned', 'w').write('x'); import os; os.system('touch owned')"
    bundle = {
        "text/html": f"{hostile.SCRIPT}{hostile.IMAGE}<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "application/javascript": "alert('j')",
        "image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(2)</script></svg>",
        "text/markdown": "[m](javascript:alert('m')) <script>alert('m')</script>",
        "text/latex": "$\\href{javascript:alert('l')}{x}$",
        "application/vnd.jupyter.widget-view+json": {"model_id": "<script>alert('w')</script>"},
    }
    for file in (folder / "weekly_review.ipynb", *(folder / "services").glob("*.ipynb"), folder / "learn.ipynb"):
        notebook = nbformat.read(file, as_version=4)
        outputs = [new_output("display_data", {kind: each}) for kind, each in bundle.items()]
        notebook.cells.append(new_code_cell(code, outputs=outputs))
        notebook.metadata["title"] = hostile.SCRIPT
        nbformat.write(notebook, file)
    answer = sre_review_here("publish", hostile.NAME, "--week", hostile.WEEK.name, cwd=home)
    assert answer.exit_code == 0, answer.output
    assert list(tmp_path.rglob("owned")) == []
    assert [each for each in inert(visit, folder) if each[1][0] or each[1][2]] == []
    assert visit.requests == []
    assert [each for each in visit.complaints if "dialog" in each or "violation" in each] == []


@pytest.mark.parametrize(
    "text",
    ["!!python/object/apply:os.system ['touch owned']", "&a [*a, *a]", "x: !<tag:yaml.org,2002:js/function> y", "\0"],
)
def test_a_minutes_file_that_attacks_is_refused_and_stays(attacked, tmp_path, text):
    home = shutil.copytree(attacked, tmp_path / "home")
    file = home / "reviews" / hostile.NAME / hostile.WEEK.name / "minutes.yaml"
    file.write_text(f"format: 1\nweek: 2026-W40\nmeeting: 2026-10-05\nfindings: {text}\n")
    before = file.read_bytes()
    answer = sre_review_here("publish", hostile.NAME, "--week", hostile.WEEK.name, cwd=home)
    assert answer.exit_code == 2, answer.output
    assert "minutes.yaml" in answer.output
    assert answer.output.count("\n") == 1
    assert file.read_bytes() == before
    assert list(tmp_path.rglob("owned")) == []
