"""What is as it was is not made again: not a page, not a notebook; whatever is new is."""

from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner

from sre_lib.run import made_from, week_notebooks, weekly_run
from sre_lib.run.cli import main
from sre_lib.run.execute import NotebookRun
from sre_lib.run.made_from import MadeFrom
from sre_lib.run.progress import silent
from sre_lib.run.reuse import Reuse
from sre_lib.store import LocalStore
from tests.run.stubbed import discussion, room

NOTHING_NEW = "2026-W40: nothing is new, the pages stay as they are (--force makes them again)"
SECOND = "  - {name: api, kind: ecs_service, dimensions: {ClusterName: shop, ServiceName: api}}\n"


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Return a company of two services whose week was made once."""
    one = room(tmp_path / "home", monkeypatch, reuse=True)
    file = one.home / "params" / "shop.yaml"
    file.write_text(file.read_text() + SECOND)
    monkeypatch.chdir(one.home)
    one.run()
    one.ran.clear()
    one.told.clear()
    return one


def files(made):
    return {each: (each.stat().st_mtime_ns, each.read_bytes()) for each in made.folder.rglob("*") if each.is_file()}


def test_where_nothing_is_new_nothing_is_touched(made):
    before = files(made)
    made.run(replace(made.plan, now=made.plan.now + timedelta(days=1), jobs=7))
    assert (made.ran, files(made)) == ([], before)
    assert NOTHING_NEW in made.told


def edit_review(made):
    file = made.home / "params" / "shop.yaml"
    file.write_text(file.read_text().replace("The shop", "The other shop"))


def type_in_notebook(made):
    notebook = made.notebook()
    discussion(notebook).source = "**Verdict:** watch"
    made.save(notebook)


def type_in_minutes(made):
    made.minutes_file.write_text(made.minutes_file.read_text().replace("text: ''", "text: seen", 1) + "# ours\n")


def remove_page(made):
    (made.folder / "index.html").unlink()


def fetch_more(made):
    LocalStore(made.plan.review.archive).write("shop/metrics/service=web/week=2026-W40/300.parquet", b"")


def reuse(made):
    return Reuse(MadeFrom(made.plan.desk, made.plan.archive, made.plan.parameters))


@pytest.mark.parametrize("change", [edit_review, type_in_notebook, type_in_minutes, remove_page, fetch_more])
def test_whatever_is_new_is_noticed(made, change):
    assert reuse(made).unchanged(())
    change(made)
    assert not reuse(made).unchanged(())


def test_what_was_typed_is_on_the_page_of_the_next_run(made):
    type_in_notebook(made)
    made.run()
    assert "" in made.ran
    assert "watch" in made.minutes_file.read_text()


def test_another_version_of_anything_makes_the_pages_again(made, monkeypatch):
    monkeypatch.setattr(made_from, "_installed", lambda: b"plotly 99")
    made.run()
    assert sorted(made.ran) == ["", "", "", "", "", "api", "web"]


def test_what_could_not_be_collected_this_time_is_new(made):
    assert not reuse(made).unchanged(("web: throttled",))


def test_a_review_that_tells_somebody_always_has_something_to_tell(made):
    file = made.home / "params" / "shop.yaml"
    file.write_text("notify: [slack: {url_env: NOWHERE}]\n" + file.read_text())
    for _ in range(2):
        made.run()
    assert NOTHING_NEW not in made.told


def test_force_makes_everything_again(made):
    arguments = ["run", "shop", "--week", made.week, "--now", made.plan.now.isoformat()]
    assert NOTHING_NEW in CliRunner().invoke(main, arguments).stderr
    answer = CliRunner().invoke(main, [*arguments, "--force"])
    assert (answer.exit_code, sorted(made.ran)) == (0, ["", "", "", "", "", "api", "web"])


def test_only_the_service_that_changed_is_run_again(made):
    file = made.home / "params" / "shop.yaml"
    file.write_text(file.read_text().replace("ServiceName: api}}", "ServiceName: api}, owner: mori}"))
    made.run()
    assert sorted(made.ran) == ["", "", "", "", "", "api"]
    assert "1 of 2 services are as they were: their notebooks stay" in made.told


def test_a_notebook_that_somebody_changed_is_run_again(made):
    file = made.folder / "services" / "web.ipynb"
    file.write_text(file.read_text().replace("Service review", "Our review"))
    made.run()
    assert sorted(made.ran) == ["", "", "", "", "", "web"]
    assert "Our review" not in file.read_text()


def test_a_notebook_that_failed_is_run_again(made, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(week_notebooks, "run_notebook", lambda template, *_, **__: NotebookRun(template, "boom", 0.0))
        made.run(replace(made.plan, force=True))
    made.run()
    assert sorted(made.ran) == ["", "", "", "", "", "api", "web"]


def test_the_exit_code_and_what_was_wrong_are_those_of_the_run_that_made_the_pages(made, monkeypatch):
    trouble = ("web: throttled",)
    monkeypatch.setattr("sre_lib.run.problems.sentences", lambda *_: trouble)
    first = weekly_run.weekly_run(replace(made.plan, force=True), made.told.append, silent)
    again = weekly_run.weekly_run(made.plan, made.told.append, silent)
    assert (first.problems, first.exit_code) == (again.problems, again.exit_code) == (trouble, 1)
    assert again.news is None


def left(made):
    return [each.name for each in (made.home / "archive" / "shop" / "made" / made.week).glob("*.json")]


@pytest.fixture
def broken_off(made, monkeypatch):
    """Return a company whose next run was broken off after its first service."""
    file = made.home / "params" / "shop.yaml"
    file.write_text(
        file.read_text().replace("timezone:", "history_weeks: 2\ntimezone:").replace("history_weeks: 1\n", "")
    )

    def run_notebook(template, given, cwd):  # noqa: ARG001  as called
        if given.get("service") == "api":
            raise KeyboardInterrupt
        return made.executed(template, given)

    before = files(made)
    with monkeypatch.context() as patch:
        patch.setattr(week_notebooks, "run_notebook", run_notebook)
        with pytest.raises(KeyboardInterrupt):
            made.run()
    assert files(made) == before
    return made


def test_a_run_that_is_broken_off_says_what_is_kept_and_the_next_goes_on_from_there(broken_off):
    said = "broken off: 1 of 2 services are made and kept; run it again to go on from there"
    assert (said in broken_off.told, left(broken_off), broken_off.ran) == (True, ["web.json"], ["web"])
    broken_off.run()
    assert sorted(broken_off.ran) == ["", "", "", "", "", "api", "web"]
    assert left(broken_off) == []


def test_what_a_broken_off_run_kept_is_made_again_where_its_data_is_new(broken_off):
    fetch_more(broken_off)
    broken_off.run()
    assert sorted(broken_off.ran) == ["", "", "", "", "", "api", "web", "web"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"made_from": 1}'])
def test_what_a_broken_off_run_kept_is_made_again_where_it_is_damaged(broken_off, content):
    (broken_off.home / "archive" / "shop" / "made" / broken_off.week / "web.json").write_bytes(content)
    broken_off.run()
    assert sorted(broken_off.ran) == ["", "", "", "", "", "api", "web", "web"]
