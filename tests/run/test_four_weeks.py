"""Four weeks of the demo in a row: what is decided comes back, measured again, until it is done."""

import json
import re
import shutil
import zipfile

import nbformat
import pytest

from tests.conftest import demo_home, sre_review_here
from tests.run.test_pack import broken

LEAK = "判定：直す\nメモ：ヒープ 🐢\n・［　］ヒープを見直す　＠田中　１０／１３まで"
TUNE = "調整　夜間バッチの間は鳴らさない（森さんが起こされた）"
PUSH, MORE_TASKS = "2026-10-04 19:00 Evening coupon", "直す　送信前にタスクを増やしておく"
CERTIFICATE, DATABASE = "certificate shop.example.com (2c6cc1c7)", "engine shop-orders (a13820e5)"
FREEZE = "受容　１０／１５まで、凍結期間のため"
WRITTEN = {
    ("api", "growth"): LEAK,
    ("cache", "saturation"): "**Verdict:** fix\n\n- [ ] larger node @mori 10/20",
    ("worker", "level_after_deployment"): "verdict: expected until 10/31",
}


class Weeks:
    """A company's folder with its weeks."""

    def __init__(self, home):
        self.home = home

    def file(self, week):
        """Return the notebook of a week."""
        return self.home / f"reviews/demo/2026-W{week}/weekly_review.ipynb"

    def command(self, name, week):
        """Run or publish a week."""
        answer = sre_review_here(name, "demo", "--week", f"2026-W{week}", cwd=self.home)
        assert answer.exit_code == 0, answer.stderr

    def listed(self, week):
        """Return the findings of a week."""
        return json.loads((self.file(week).parent / "findings.json").read_text())["findings"]

    def write(self, week, cell, change):
        """Change the text of a cell of a week's notebook as people do."""
        notebook = nbformat.read(self.file(week), as_version=4)
        (found,) = [each for each in notebook.cells if each.metadata.get("sre_review", {}).get("cell") == cell]
        found.source = change(found.source)
        nbformat.write(notebook, self.file(week))

    def cells(self, week):
        """Return the texts of a week's cells by name: what is written, or else what is shown."""
        notebook = nbformat.read(self.file(week), as_version=4)
        named = {each.metadata.get("sre_review", {}).get("cell"): each for each in notebook.cells}
        return {name: cell.source if cell.cell_type == "markdown" else shown(cell) for name, cell in named.items()}

    def shown(self, week, notebook, name):
        """Return what a cell of another notebook of a week shows."""
        cells = nbformat.read(self.file(week).parent / notebook, as_version=4).cells
        return next(shown(cell) for cell in cells if cell.metadata.get("sre_review", {}).get("cell") == name)


def shown(cell):
    """Return what a cell shows, as plain text."""
    return "\n".join(output.data.get("text/plain", "") for output in cell.outputs if "data" in output)


@pytest.fixture(scope="module")
def weeks(tmp_path_factory):
    home = demo_home(tmp_path_factory.mktemp("four") / "home", ("api", "cache", "worker"))
    four = Weeks(home)
    four.command("run", 40)
    for each in four.listed(40):
        if text := WRITTEN.get((each["service"], each["view"])):
            four.write(40, f"discussion:{each['id']}", lambda _, text=text: text)
    four.write(40, "notes:alarms", lambda text: text.replace("`worker-cpu-high`: ", f"`worker-cpu-high`: {TUNE}"))
    four.write(40, "notes:events", lambda text: text.replace(f"`{PUSH}`: ", f"`{PUSH}`: {MORE_TASKS}"))
    four.write(40, "notes:upkeep", lambda text: text.replace(f"`{CERTIFICATE}`: ", f"`{CERTIFICATE}`: fix @mori"))
    four.write(40, "notes:upkeep", lambda text: text.replace(f"`{DATABASE}`: ", f"`{DATABASE}`: {FREEZE}"))
    four.command("publish", 40)
    four.command("run", 41)
    four.write(41, "notes:actions", lambda text: text.replace("- [ ] ヒープ", "- [x] ヒープ"))
    four.command("publish", 41)
    four.command("run", 42)
    four.command("run", 43)
    return four


@pytest.mark.parametrize("week", [41, 42, 43])
def test_every_verdict_comes_back_measured_again(weeks, week):
    told = weeks.cells(week)["since-last-week"].splitlines()
    # What the simulator does: the leak and the worker's level ended with the releases of 6 and 7 October.
    assert [line for line in told if not line.startswith("[ ]") and "left" not in line and "ended" not in line] == [
        "fix (2026-W40) cache: not seen since Sat 3 Oct",
        "fix (2026-W40) api: gone since Tue 6 Oct, at the same traffic",
        "expected until 2026-10-31 (2026-W40) worker: gone since Wed 7 Oct (back to 21 % from 34 %)",
    ]


@pytest.mark.parametrize(("week", "late"), [(42, ""), (43, " open for 3 weeks")])
def test_an_open_action_comes_back_until_it_is_ticked(weeks, week, late):
    cells = weeks.cells(week)
    told = [line for line in cells["since-last-week"].splitlines() if line.startswith("[ ]")]
    assert told == [f"[ ] larger node @mori until 2026-10-20{late}"]
    assert cells["notes:actions"] == "- [ ] larger node @mori 2026-10-20\n\n**Notes:**"


def test_what_was_typed_stays_as_it_was_typed_but_for_its_dates(weeks):
    leak = next(each for each in weeks.listed(40) if (each["service"], each["view"]) == ("api", "growth"))
    kept = LEAK.replace("１０／１３", "2026-10-13")
    assert weeks.cells(40)[f"discussion:{leak['id']}"] == kept
    assert "メモ:ヒープ 🐢".replace(":", "：") in (weeks.file(40).parent / "minutes.yaml").read_text()


def test_what_was_decided_is_to_be_learnt_from_with_what_came_of_it(weeks):
    folder = weeks.file(43).parent
    learnt = "\n".join(
        shown(cell) for cell in nbformat.read(folder / "learn.ipynb", as_version=4).cells if cell.cell_type == "code"
    )
    (row,) = [line for line in learnt.splitlines() if line.startswith("2026-W40 | api")]
    assert "memory grew" in row
    assert "ヒープ 🐢" in row
    assert row.count(" | ") == 4
    assert "ヒープ 🐢" in (folder / "learn.html").read_text()


def test_what_is_done_is_in_the_history(weeks):
    history = (weeks.home / "reviews/demo/history.html").read_text()
    assert "ヒープを見直す" in history
    assert "larger node" in history


def test_what_was_decided_on_an_alarm_is_on_its_page_and_comes_back_measured_again(weeks):
    page = (weeks.file(40).parent / "alarms.html").read_text()
    assert "夜間バッチの間は鳴らさない" in page
    shown = weeks.shown(42, "alarms.ipynb", "cards")
    assert re.search(
        r"worker-cpu-high \(predictable\)(.|\n)*?tune \(2026-W40\): 6\.\d firings a week before, 7\.\d since", shown
    )
    assert "夜間バッチ" not in weeks.cells(42)["notes:alarms"]
    assert "- `worker-cpu-high`: \n" in weeks.cells(42)["notes:alarms"]


def test_what_was_decided_on_a_push_is_on_its_page_and_comes_back_beside_the_next_one(weeks):
    assert "送信前にタスクを増やしておく" in (weeks.file(40).parent / "events.html").read_text()
    told = [line for line in weeks.shown(41, "events.ipynb", "pushes").splitlines() if "2026-W40" in line]
    assert len(told) == 3
    assert all(re.fullmatch(r"fix of 2026-W40 on Evening coupon: then api .+; now api .+", line) for line in told)
    assert "送信前" not in weeks.cells(41)["notes:events"]
    assert "- `2026-10-08 19:30 Back in stock`: \n" in weeks.cells(41)["notes:events"]


@pytest.mark.parametrize(
    ("week", "certificate", "database", "lines"),
    [
        (41, "not renewed: 6 days left (13 days at that meeting)", "19 days left (26 days at that meeting)",
         [CERTIFICATE]),
        (42, "not renewed: ended 1 day ago (13 days at that meeting)",
         "12 days left (26 days at that meeting); accepted until 2026-10-15, which is over", [CERTIFICATE, DATABASE]),
    ],
)  # fmt: skip
def test_what_was_decided_on_upkeep_is_measured_again_and_comes_back_when_its_day_is_over(
    weeks, week, certificate, database, lines
):
    told = weeks.cells(week)["since-last-week"].splitlines()
    assert f"fix (2026-W40) certificate shop.example.com: {certificate}" in told
    engine = "aurora-mysql 8.0.mysql_aurora.3.04.1"
    assert f"accepted until 2026-10-15 (2026-W40) shop-orders ({engine}): still {engine}: {database}" in told
    assert re.findall(r"- `(.+)`: \n", weeks.cells(week)["notes:upkeep"]) == lines


def test_what_was_decided_on_upkeep_is_on_its_page_and_in_the_digest_as_it_was_typed(weeks):
    folder = weeks.file(40).parent
    assert "凍結期間のため" in (folder / "upkeep.html").read_text()
    assert f"`{DATABASE}`: {FREEZE}" in (folder / "decisions.md").read_text()


def packed(home, folder, *more):
    """Return the exit code and what was said of a pack of four weeks, and its files."""
    answer = sre_review_here(
        "publish", "demo", "--week", "2026-W43", "--pack", "--weeks", "4", "--to", str(folder), *more, cwd=home
    )
    assert answer.exit_code < 2, answer.output
    with zipfile.ZipFile(folder / "demo-2026-W43-and-before.zip") as archive:
        return answer, {name: archive.read(name).decode() for name in archive.namelist()}


def test_four_weeks_go_into_one_pack_the_newest_first(weeks, tmp_path):
    answer, files = packed(weeks.home, tmp_path)
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert broken(files) == []
    first = files["demo-2026-W43-and-before/index.html"]
    assert re.findall(r'href="(2026-W\d\d)/index\.html"', first) == [f"2026-W{week}" for week in (43, 42, 41, 40)]
    assert "3 services looked at, " in first
    names = {name.split("/", 1)[1] for name in files}
    assert {f"2026-W{week}/services/api.html" for week in (40, 41, 42, 43)} <= names
    assert not [name for name in names if not name.endswith((".html", ".tf"))]
    assert 'href="../index.html"' in files["demo-2026-W43-and-before/2026-W40/index.html"]
    assert LEAK.splitlines()[1].removeprefix("メモ：") in files["demo-2026-W43-and-before/2026-W40/index.html"]


def test_a_week_that_cannot_be_read_is_left_out_and_said(weeks, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(weeks.home, home)
    (home / "reviews/demo/2026-W41/weekly_review.ipynb").unlink()
    answer, files = packed(home, tmp_path)
    assert answer.exit_code == 1
    assert "pack: 2026-W41 is left out: " in answer.stderr
    assert {name.split("/")[1] for name in files} == {"index.html", "2026-W43", "2026-W42", "2026-W40"}
