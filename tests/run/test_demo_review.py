"""The demo's default week, end to end: what the run writes, what it finds, what it leaves out."""

import json
import re
import shutil
from datetime import datetime
from pathlib import Path

import jsonschema
import nbformat
import pytest

from sre_lib import params
from sre_lib.demo.larger_push import truth
from sre_lib.demo.schedule import as_minute, as_time, pushes, week_of
from sre_lib.demo.shop import answer_key
from sre_lib.document.display import CHART_MIME
from tests.conftest import ROOT, demo_home, sre_review, sre_review_here
from tests.run.normalise import normalise

SERVICES = {service.name for service in params.load("demo", ROOT).services}


def overlaps(row, planted):
    start, end = (datetime.fromisoformat(row[key]) for key in ("start", "end"))
    return row["service"] == planted.service and start < planted.end and end > planted.start


def test_what_the_run_writes(demo):
    files = {path.relative_to(demo.week).as_posix() for path in demo.week.rglob("*") if path.is_file()}
    pages = {"index.html", "weekly_review.ipynb", "ask.ipynb", "findings.json", "run.json"}
    pages |= {"minutes.yaml", "decisions.md", "actions.csv", "alarms.html", "alarms.ipynb", "alarms.json"}
    pages |= {"alarms.tf", "events.html", "events.ipynb", "events.json", "learn.html", "learn.ipynb", "glossary.html"}
    pages |= {"onboarding.html", "onboarding.ipynb", "upkeep.html", "upkeep.ipynb", "upkeep.json"}
    services = {f"services/{name}.{suffix}" for name in SERVICES for suffix in ("html", "ipynb")}
    assert files == pages | services


def test_the_last_line_is_the_page_and_how_long_it_took(demo):
    assert re.fullmatch(r"reviews/demo/2026-W40/index\.html \(\d+ s\)\n", demo.stdout)


def test_code_is_folded_away_in_jupyterlab(demo):
    for path in demo.week.rglob("*.ipynb"):
        code = [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
        assert len(code) >= 5
        shown = [cell for cell in code if not cell.metadata.get("jupyter", {}).get("source_hidden")]
        assert [cell for cell in shown if "shown" not in cell.metadata.tags] == [], path.name
        assert len(shown) == (5 if path.name == "ask.ipynb" else 0), path.name


def test_a_page_with_graphs_says_once_how_to_read_them(demo):
    folded = re.compile(r'<details class="how-to-read"><summary>(How to read the graphs|グラフの読み方)</summary>')
    for path in demo.week.rglob("*.html"):
        page = path.read_text()
        graphs = 'class="chart"' in page or "data:image/svg+xml" in page
        assert len(folded.findall(page)) == graphs, path.name


def test_the_notebook_for_questions_has_its_charts_before_anything_is_run(demo):
    cells = nbformat.read(demo.week / "ask.ipynb", 4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    assert [output.output_type for output in outputs] == ["execute_result"] * 6
    assert len([output for output in outputs if CHART_MIME in output.data]) == 3
    (injected,) = [cell.source for cell in cells if "injected-parameters" in cell.metadata.get("tags", ())]
    assert 'service = "web"\nmetric = "cpu"\nbeside = "requests"' in injected
    assert str(demo.home) not in (demo.week / "ask.ipynb").read_text()


def test_pages_are_small_enough(demo):
    sizes = {path.name: path.stat().st_size for path in demo.week.rglob("*.html")}
    assert sizes.pop("index.html") <= 2_500_000
    assert max(sizes.values()) <= 2_000_000


def test_every_page_says_that_the_data_is_simulated(demo):
    words = ("imulated data", "シミュレーション")
    for page in demo.week.rglob("*.html"):
        assert any(word in page.read_text() for word in words), page


def test_every_planted_fault_is_among_the_findings(demo):
    found = json.loads((demo.week / "findings.json").read_text())
    week = params.load("demo", ROOT).week("2026-W40", datetime.fromisoformat("2026-10-05T00:00Z"))
    faults = [planted for planted in answer_key(1, week.start, week.end) if planted.is_fault and not planted.echo]
    missed = [planted for planted in faults if not any(overlaps(row, planted) for row in found["findings"])]
    assert len(faults) >= 5
    assert missed == []


def test_decoys_that_need_no_known_cause_are_not_discussed(demo):
    found = json.loads((demo.week / "findings.json").read_text())
    week = params.load("demo", ROOT).week("2026-W40", datetime.fromisoformat("2026-10-05T00:00Z"))
    key = answer_key(1, week.start, week.end)
    faults = [planted for planted in key if planted.is_fault]
    decoys = [planted for planted in key if not planted.is_fault and not planted.needs_cause]
    discussed = [row for row in found["findings"] if row["discuss"]]
    blamed = [
        row for row in discussed
        if any(overlaps(row, decoy) and row["part"] == decoy.part for decoy in decoys)
        and not any(overlaps(row, fault) for fault in faults)
    ]  # fmt: skip
    assert decoys
    assert blamed == []


def test_ranks_are_those_of_the_page(demo):
    found = json.loads((demo.week / "findings.json").read_text())["findings"]
    assert [row["rank"] for row in found] == list(range(1, len(found) + 1))
    discussed = [row["id"] for row in found if row["discuss"]]
    assert 1 <= len(discussed) <= 5
    assert discussed == [row["id"] for row in found[: len(discussed)]]


@pytest.mark.parametrize("name", ["findings", "run", "alarms", "events", "upkeep"])
def test_answers_for_programs_keep_their_shape(demo, name):
    schema = json.loads((ROOT / "tests" / "run" / "schemas" / f"{name}.schema.json").read_text())
    jsonschema.validate(json.loads((demo.week / f"{name}.json").read_text()), schema)


def test_every_push_is_measured_as_the_simulator_made_it(demo):
    written = json.loads((demo.week / "events.json").read_text())
    week = week_of(as_minute(datetime.fromisoformat(written["events"][0]["start"])))
    sent = {as_time(each.minute): each for each in pushes(1, week)}
    assert [datetime.fromisoformat(each["start"]) for each in written["events"]] == list(sent)
    for each in written["events"]:
        made = truth(1, sent[datetime.fromisoformat(each["start"])])
        assert each["period_s"] == 60
        assert abs(each["requests"]["at_min"] - made.peak_min) <= 1
        lags = {row["service"]: row["lag_min"] for row in each["tasks"]}
        assert all(abs(lags[name] - lag) <= 2 for name, lag in made.lag_min.items())
    assert written["model"]["needed"] is None


def test_what_the_run_did(demo):
    ran = json.loads((demo.week / "run.json").read_text())
    assert ran["source"] == "demo"
    assert ran["problems"] == []
    assert ran["collected"]["billed_metrics"] > 0
    assert {row["service"] for row in ran["coverage"]} == SERVICES


def unchanging(path: Path) -> object:
    """Return a file's content, of a notebook without the times and random names that papermill puts in."""
    return normalise(nbformat.read(path, 4)) if path.suffix == ".ipynb" else path.read_bytes()


# Nothing of a language is random: `make long` looks at the second one, too.
@pytest.mark.parametrize("demo", ["en", pytest.param("ja", marks=pytest.mark.long)], indirect=True)
def test_a_second_run_asks_cloudwatch_for_nothing_and_gives_the_same_bytes(demo, tmp_path):
    home = tmp_path / "again"
    shutil.copytree(demo.home, home)
    shutil.rmtree(home / "reviews")
    language = json.loads((demo.week / "run.json").read_text())["language"]
    answer = sre_review_here("run", "demo", "--language", language, cwd=home)
    assert answer.exit_code == 0, answer.stderr
    again = home / "reviews/demo/2026-W40"
    assert json.loads((again / "run.json").read_text())["collected"]["calls"] == 0
    for path in sorted(demo.week.rglob("*")):
        if path.is_file() and path.name != "run.json":
            other = again / path.relative_to(demo.week)
            assert unchanging(path) == unchanging(other), path.name
    before = {path: path.read_bytes() for path in again.rglob("*") if path.is_file()}
    answer = sre_review_here("run", "demo", "--language", language, cwd=home)
    assert "2026-W40: nothing is new, the pages stay as they are" in answer.stderr
    assert {path: path.read_bytes() for path in again.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("demo", ["en"], indirect=True)
def test_an_archive_of_the_demo_still_says_that_it_is_simulated(demo, tmp_path):
    home = demo_home(tmp_path / "archive-only", ("api", "cache"))
    shutil.copytree(demo.home / "archive", home / "archive")
    file = home / "params" / "demo.yaml"
    text = re.sub(r"^source:.*$", "source: {type: archive}", file.read_text(), flags=re.MULTILINE)
    file.write_text(text.replace("simulated", "").replace("Simulated", ""))
    answer = sre_review_here("run", "demo", "--week", "2026-W40", "--language", "en", cwd=home)
    assert answer.exit_code == 0, answer.stderr
    assert "Simulated data" in (home / "reviews/demo/2026-W40/index.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("run", "demmo"), "review: found no file for 'demmo'"),
        (("run", "demo", "--week", "2026-W99"), "week: got '2026-W99', wants an ISO week that exists"),
        (("run", "demo", "--now", "2026-10-01T00:00Z", "--week", "2026-W40"), "week: 2026-W40 has not ended yet"),
        (("run", "demo", "--now", "2026-10-01"), "wants its offset too"),
        (("run",), "Missing argument 'REVIEW'"),
    ],
)
def test_a_mistake_is_one_sentence_and_nothing_is_written(tmp_path, arguments, sentence):
    answer = sre_review_here(*arguments, cwd=demo_home(tmp_path))
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert sentence in answer.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"params"}


def test_a_mistake_ends_the_process_without_a_traceback(tmp_path):
    answer = sre_review("run", "demmo", cwd=demo_home(tmp_path))
    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr.startswith("sre-review: review: found no file for 'demmo'")
    assert answer.stderr.count("\n") == 1
