"""Publish: what was written reaches pages, digest and minutes in seconds, without a run, and nothing else changes."""

import copy
import csv
import re

import nbformat
import pytest
from click.testing import CliRunner

from sre_lib.document.minutes.cells import name_of
from sre_lib.errors import UserMistakeError
from sre_lib.run.cli import main
from sre_lib.run.publish import publish
from tests.run import servers
from tests.run.test_weekly_run import WEEK

DECIDED = """\
**Verdict:** fix

**Note:** 原因はバッチです 🎉 <script>alert(1)</script> **bold** <!-- hidden hint -->

**Actions:**
- [ ] move the batch @kenji 10/9
- [x] =HYPERLINK("http://example.com") @mia
"""


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    home = tmp_path_factory.mktemp("servers")
    servers.reviewed(home)
    return home


@pytest.fixture
def home(once, tmp_path, monkeypatch):
    monkeypatch.chdir(servers.copied(once, tmp_path))
    return tmp_path


def published(home, to=None):
    told: list[str] = []
    result = publish(servers.desk(home), home / "reviews", told.append, to)
    return result, told


def files(home):
    return {path.name: path.read_bytes() for path in servers.folder(home).rglob("*") if path.is_file()}


def page(home, name="index.html"):
    return (servers.folder(home) / name).read_text()


def test_nothing_written_changes_no_page(home):
    before = files(home)
    result, told = published(home)
    assert (result.index, result.problems, told) == (servers.folder(home) / "index.html", (), [])
    assert files(home) == before
    assert 'class="written"' not in page(home)


def test_what_was_decided_is_on_the_pages_and_no_markup_of_it_runs(home):
    servers.write(home, {"discussion:": DECIDED, "notes:meeting": "**Who was there:** Aya\n- [ ] ask @bo"}, "## ours")
    assert published(home)[1] == []
    html = page(home)
    assert "<strong>fix</strong>" in html
    assert "原因はバッチです 🎉" in html
    assert "<strong>bold</strong>" in html
    assert 'move the batch <span class="who">@kenji until 2026-10-09</span>' in html
    assert '☑</span> =HYPERLINK("http://example.com") <span class="who">@mia</span>' in html
    assert "☐ ask @bo" in html
    assert ">ours</h2>" in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script>alert" not in html
    assert "hidden hint" not in html
    assert html.count('class="written"') == 3


def test_the_page_of_the_service_shows_it_too_with_a_link_and_no_other_does(home):
    servers.write(home, {"discussion:": DECIDED})
    published(home)
    html = page(home, "services/one.html")
    assert html.count('class="written"') == 1
    assert re.search('<a href="../index.html"[^>]*>This was written in the notebook of the week.</a>', html)
    assert "<strong>fix</strong>" in html
    others = [path for path in (servers.folder(home) / "services").glob("*.html") if path.name != "one.html"]
    assert ['class="written"' in path.read_text() for path in others] == [False]


def test_the_notebook_gets_iso_dates_and_keeps_all_else(home):
    first = servers.write(home, {"discussion:": DECIDED}, "a thought")
    published(home)
    kept = servers.desk(home).read().minutes
    text = DECIDED.replace("10/9", "2026-10-09").strip("\n")
    assert {each.id: each.written.text for each in kept.entries}[first] == text
    assert [each.written.text for each in kept.added] == ["a thought"]
    notebook = (servers.folder(home) / "weekly_review.ipynb").read_text()
    assert "2026-10-09" in notebook
    assert notebook.count("a thought") == 1


def test_publish_twice_writes_the_same_bytes_and_a_run_after_it_the_same_pages(home):
    servers.write(home, {"discussion:": DECIDED, "notes:services": "所見なし"}, "a thought")
    published(home)
    once = files(home)
    published(home)
    assert files(home) == once
    servers.run(home)
    again = files(home)
    for name in ("index.html", "one.html", "decisions.md", "actions.csv", "minutes.yaml"):
        assert again[name] == once[name], name


def test_a_copied_cell_is_one_again_and_keeps_both_texts(home):
    first = servers.write(home, {"discussion:": "**Verdict:** watch"})
    copy_cell(home, first, "**Verdict:** watch\n\nsecond thought")
    published(home)
    notebook = (servers.folder(home) / "weekly_review.ipynb").read_text()
    assert notebook.count(f'"discussion:{first}"') == 1
    assert "second thought" in notebook


def copy_cell(home, finding, text):
    file = servers.folder(home) / "weekly_review.ipynb"
    notebook = nbformat.read(file, as_version=4)
    cell = copy.deepcopy(next(each for each in notebook.cells if name_of(each) == f"discussion:{finding}"))
    cell.id, cell.source = "copied", text
    notebook.cells.append(cell)
    nbformat.write(notebook, file)


def test_while_jupyterlab_has_the_week_the_notebook_stays_as_it_is(home):
    servers.write(home, {"discussion:": DECIDED})
    before = files(home)
    desk = servers.desk(home)
    with desk.store.try_locked(f"open-{desk.folder}") as free:
        assert free
        _, told = published(home)
    after = files(home)
    assert told == ["2026-W40 is open in JupyterLab: pages and minutes.yaml are written, the notebook is not."]
    assert after["weekly_review.ipynb"] == before["weekly_review.ipynb"]
    assert "<strong>fix</strong>" in page(home)
    assert "2026-10-09" in after["minutes.yaml"].decode()
    assert published(home)[1] == []
    assert "2026-10-09" in files(home)["weekly_review.ipynb"].decode()


def test_slips_are_told_and_shown_as_typed(home):
    servers.write(home, {"discussion:": "**Verdict:** maybe"})
    _, told = published(home)
    assert len(told) == 1
    assert "got '**Verdict:** maybe'" in told[0]
    assert "<strong>Verdict:</strong> maybe" in page(home)


def test_actions_as_csv_that_no_spreadsheet_runs(home):
    servers.write(home, {"discussion:": DECIDED})
    published(home)
    with (servers.folder(home) / "actions.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [list(row.values())[2:] for row in rows] == [
        ["move the batch", "kenji", "2026-10-09", "no"],
        ['\'=HYPERLINK("http://example.com")', "mia", "", "yes"],
    ]
    assert {row["week"] for row in rows} == {WEEK.name}
    assert all("one" in row["about"] for row in rows)


def test_the_digest_holds_decisions_and_actions(home):
    servers.write(home, {"discussion:": DECIDED, "notes:meeting": "Aya, Bo"})
    published(home)
    text = (servers.folder(home) / "decisions.md").read_text()
    assert text.startswith("# Two servers 2026-W40: what the meeting decided\n\nAya, Bo\n\n## 1. ")
    assert "**Verdict:** fix" in text
    assert "- [ ] move the batch @kenji until 2026-10-09\n- [x] =HYPERLINK" in text
    assert "<!--" not in text


def test_a_copy_to_share_holds_pages_and_digest_alone(home, tmp_path):
    servers.write(home, {"discussion:": DECIDED})
    result, _ = published(home, tmp_path / "shared")
    there = sorted(p.relative_to(tmp_path / "shared").as_posix() for p in (tmp_path / "shared").rglob("*.*"))
    assert result.index == tmp_path / "shared" / "index.html"
    pages = ["actions.csv", "alarms.html", "alarms.tf", "decisions.md", "events.html", "glossary.html", "index.html"]
    assert [each for each in there if not each.startswith("services/")] == [*pages, "learn.html", "onboarding.html"]
    assert (tmp_path / "shared" / "index.html").read_text() == page(home)


def test_a_service_notebook_that_is_gone_stops_no_other_page(home):
    servers.write(home, {"discussion:": DECIDED})
    (servers.folder(home) / "services" / "one.ipynb").unlink()
    result, _ = published(home)
    assert [line.split(":")[0] for line in result.problems] == ["servers/2026-W40/services/one.ipynb"]
    assert "<strong>fix</strong>" in page(home)


def test_neither_analysis_nor_source_is_needed(home):
    for path in (home / "archive").rglob("*.parquet"):
        path.unlink()
    servers.write(home, {"discussion:": DECIDED})
    answer = CliRunner().invoke(main, ["publish", "servers", "--week", WEEK.name])
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert answer.stdout.startswith("reviews/servers/2026-W40/index.html (")


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda file: file.unlink(), "has no notebook yet"),
        (lambda file: file.write_text("{"), "is no notebook that can be read"),
        (lambda file: file.write_text(file.read_text().replace('"services": [', '"gone": [')), "run .sre-review run"),
    ],
)
def test_a_notebook_that_cannot_be_used_is_one_sentence_and_nothing_is_written(home, spoil, sentence):
    spoil(servers.folder(home) / "weekly_review.ipynb")
    before = files(home)
    with pytest.raises(UserMistakeError, match=f"(?i){sentence}"):
        published(home)
    assert files(home) == before
    answer = CliRunner().invoke(main, ["publish", "servers", "--week", WEEK.name])
    assert (answer.exit_code, answer.stdout, answer.stderr.count("\n")) == (2, "", 1)
