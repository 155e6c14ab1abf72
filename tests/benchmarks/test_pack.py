"""What is handed out: four weeks of the demo in one pack, against nbconvert's pages of the same notebooks."""

import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import sync_playwright

from tests import chromium
from tests.benchmarks import first_chart
from tests.conftest import demo_home, sre_review_here

WEEKS = ("2026-W40", "2026-W41", "2026-W42", "2026-W43")
SMALLER, SOONER = 3.5, 2
"""What must not get worse: 4 times smaller is wanted, and 3.6 was reached; the rest is plotly.js in each page."""
OUTSIDE = ("http:", "https:", "ws:", "wss:")


@pytest.fixture(scope="module")
def four(tmp_path_factory):
    """Return the company's folder with four weeks, and the pack of them."""
    home = demo_home(tmp_path_factory.mktemp("four") / "home")
    for week in WEEKS:
        answer = sre_review_here("run", "demo", "--week", week, cwd=home)
        assert answer.exit_code == 0, answer.output
    answer = sre_review_here("publish", "demo", "--week", WEEKS[-1], "--pack", "--weeks", "4", cwd=home)
    assert answer.exit_code == 0, answer.output
    (pack,) = home.glob("reviews/demo/*/*.zip")
    return home, pack


def stock(home: Path, folder: Path) -> int:
    """Return the bytes of what nbconvert makes of the notebooks of the four weeks, each figure by plotly's renderer."""
    made = []
    for number, file in enumerate(sorted(home.glob("reviews/demo/*/**/*.ipynb"))):
        if file.name != "ask.ipynb":
            made.append(folder / f"{number:02}-{file.stem}.ipynb")
            nbformat.write(first_chart.offline(nbformat.read(file, as_version=4)), made[-1])
    command = [str(Path(sys.executable).parent / "jupyter-nbconvert"), "--to", "html", *map(str, made)]
    subprocess.run(command, check=True, capture_output=True)
    return sum(each.with_suffix(".html").stat().st_size for each in made)


@pytest.mark.long
def test_a_pack_is_smaller_and_shows_its_first_chart_sooner_than_what_stock_tools_make(four, tmp_path):
    home, pack = four
    with zipfile.ZipFile(pack) as archive:
        archive.extractall(tmp_path / "pack")
        ours = sum(each.file_size for each in archive.infolist())
    theirs = stock(home, tmp_path)
    # The first week has findings with their charts; the later ones may have none on the weekly page.
    (first,) = (tmp_path / "pack").glob(f"*/{WEEKS[0]}")
    soon = first_chart.times(home / "reviews/demo" / WEEKS[0], tmp_path)
    requests = outside([first / "index.html", first / "services" / "web.html", first.parent / "index.html"])
    sys.stdout.write(
        f"\n4 weeks: zip {pack.stat().st_size / 1e6:.1f} MB, unpacked {ours / 1e6:.1f} MB, "
        f"nbconvert {theirs / 1e6:.1f} MB ({theirs / ours:.1f} times); "
        f"first chart {soon[0]:.2f} s, nbconvert {soon[1]:.2f} s "
        f"({soon[1] / soon[0]:.1f} times sooner); requests outside: {len(requests)}\n"
    )
    assert requests == []
    assert theirs / ours >= SMALLER
    assert soon[1] / soon[0] >= SOONER


def outside(pages: list[Path]) -> list[str]:
    """Return what pages ask of the network when they are opened and drawn."""
    asked: list[str] = []
    found = chromium.ensure()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        window = browser.new_page()
        window.on("request", lambda request: asked.append(request.url))
        for page in pages:
            window.goto(page.as_uri())
            window.wait_for_load_state("networkidle")
        browser.close()
    return [each for each in asked if each.startswith(OUTSIDE)]
