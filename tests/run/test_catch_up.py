"""`run --catch-up`: missed weeks are made, one failure never stops the others, and what is lost is said."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner

from sre_lib import params, weeks
from sre_lib.collect.alarms.kept import AlarmLook, KeptWeek, put_week
from sre_lib.errors import ArchiveError, SourceError
from sre_lib.run import catch_up, weekly_run
from sre_lib.run.catch_up import Missed, lost_lines, missed
from sre_lib.run.cli import main
from sre_lib.store import LocalStore
from tests.collect.account import SERVICE, archive_in, collected, signed_in, steady
from tests.collect.test_verify import REVIEW as COLLECTED
from tests.document.build import WEEK
from tests.run.stubbed import room

CLOUDWATCH = "source: {type: cloudwatch, region: ap-northeast-1}\nalarms: false"


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Return a company with a review of CloudWatch whose runs are stubbed."""
    one = room(tmp_path / "home", monkeypatch)
    file = one.home / "params" / "shop.yaml"
    file.write_text(file.read_text().replace("source: {type: archive}", CLOUDWATCH))
    monkeypatch.chdir(one.home)
    return one


def later(number, made):
    """Return a plan of the week so many weeks after the first, on its Monday."""
    week = WEEK
    for _ in range(number):
        week = params.load("shop", made.home).week("", week.end + timedelta(days=8))
    return replace(made.plan, week=week, now=weeks.morning_after(week))


def after(number):
    """Return the name of the week so many weeks after the first one."""
    return (WEEK.start + timedelta(days=7 * number + 1)).strftime("%G-W%V")


def run(made, number):
    """Run the command on the Monday after a week; return its answer."""
    now = later(number, made).now
    return CliRunner().invoke(main, ["run", "shop", "--catch-up", "--now", now.isoformat()])


def pages(made):
    return sorted(each.parent.name for each in (made.home / "reviews/shop").glob("*/run.json"))


def test_without_any_pages_there_is_only_the_last_finished_week(made):
    assert missed(made.plan) == Missed((made.plan.week,), ())
    answer = run(made, 0)
    assert (answer.exit_code, answer.stdout) == (0, f"reviews/shop/{WEEK.name}/index.html\n")


def test_missed_weeks_are_made_oldest_first_and_only_once(made):
    run(made, 0)
    answer = run(made, 3)
    assert answer.stdout.splitlines() == [f"reviews/shop/{after(each)}/index.html" for each in (1, 2, 3)]
    assert answer.exit_code == 0
    ran = [json.loads((made.home / f"reviews/shop/{after(each)}/run.json").read_text()) for each in (1, 2, 3)]
    assert [each["week"] for each in ran] == [after(each) for each in (1, 2, 3)]
    again = run(made, 3)
    assert (again.exit_code, again.stdout) == (0, f"shop: no week up to {after(3)} was missed\n")


def test_one_week_that_fails_never_stops_the_others_and_is_made_the_next_time(made, monkeypatch):
    run(made, 0)
    collect = vars(weekly_run)["collect_week"]

    def broken(plan, *rest):
        if plan.week.name == after(2):
            raise SourceError("source: unreachable")
        return collect(plan, *rest)

    monkeypatch.setattr(weekly_run, "collect_week", broken)
    answer = run(made, 3)
    assert answer.exit_code == 1
    assert f"sre-review: {after(2)}: source: unreachable\n" in answer.stderr
    assert pages(made) == [after(0), after(1), after(3)]
    assert run(made, 3).exit_code == 3
    monkeypatch.setattr(weekly_run, "collect_week", collect)
    assert run(made, 3).exit_code == 0
    assert pages(made) == [after(each) for each in range(4)]


def test_a_week_that_cannot_be_made_for_another_reason_has_its_own_exit_code(made, monkeypatch):
    run(made, 0)
    monkeypatch.setattr(weekly_run, "collect_week", lambda *_: (_ for _ in ()).throw(ArchiveError("archive: damaged")))
    assert run(made, 2).exit_code == 2


def test_weeks_that_are_too_old_are_said_to_be_lost_until_a_later_one_has_pages(made):
    run(made, 0)
    found = missed(later(12, made))
    assert [each.name for each in found.too_old] == [after(1), after(2), after(3)]
    assert [each.name for each in found.weeks] == [after(each) for each in range(4, 13)]
    first, *rest = lost_lines(later(12, made), found)
    assert first == (
        f"{after(1)}: lost: CloudWatch has only hourly datapoints of a week after 63 days, which are not judged; "
        "no pages are made of it"
    )
    assert any(line.startswith(f"{after(4)}: lost: datapoints of 300 s from ") for line in rest)
    for each in range(4, 13):
        LocalStore(made.home / "reviews").write(f"shop/{after(each)}/run.json", b"{}")
    assert missed(later(13, made)) == Missed((later(13, made).week,), ())


def test_a_review_of_an_archive_has_the_weeks_that_it_holds(tmp_path, monkeypatch):
    one = room(tmp_path / "home", monkeypatch)
    one.run()
    monkeypatch.setattr(catch_up, "weeks_held", lambda _services, week, _archive: {"web": {after(2)} & {week.name}})
    assert [each.name for each in missed(later(3, one)).weeks] == [after(2)]
    assert list(lost_lines(one.plan, Missed((one.plan.week,), ()))) == []


def test_what_is_lost_is_what_neither_cloudwatch_nor_the_archive_has(tmp_path, made, monkeypatch):
    signed_in(monkeypatch)
    week = weeks.named("2026-W40", "Asia/Tokyo", history_weeks=1)
    review = replace(made.plan.review, services=(SERVICE,), alarms=True, archive=tmp_path / "archive", timezone="UTC")
    plan = replace(made.plan, review=review, week=week, now=week.end + timedelta(days=25))

    def lost():
        return list(lost_lines(plan, Missed((week,), ())))

    assert lost() == [
        "2026-W40: lost: datapoints of 60 s from 2026-09-28 00:00 to 2026-10-05 00:00; "
        "CloudWatch keeps them for 15 days, and the archive has none",
        "2026-W40: lost: changes of alarms from 2026-09-28 00:00 to 2026-09-30 00:00; "
        "CloudWatch keeps them for 30 days, and the archive has none",
    ]
    archive = archive_in(tmp_path / "archive")
    collected(replace(COLLECTED, services=(SERVICE,)), week, archive, steady(week), week.end - timedelta(days=1))
    minutes, alarms = lost()
    assert minutes.startswith("2026-W40: lost: datapoints of 60 s from 2026-10-03 23:45 to 2026-10-05 00:00; ")
    looked = AlarmLook("", "history", "MetricAlarm", week.start, week.end, plan.now, "complete")
    put_week(archive, week, KeptWeek(looks=(looked,)))
    assert (lost(), "changes of alarms" in alarms) == ([minutes], True)


@pytest.mark.parametrize("option", [("--week", "2026-W40"), ("--dry-run",)])
@pytest.mark.usefixtures("made")
def test_catching_up_finds_the_weeks_itself(option):
    answer = CliRunner().invoke(main, ["run", "shop", "--catch-up", *option])
    assert answer.exit_code == 2
    assert "leave out --week and --dry-run" in answer.stderr


def test_a_folder_of_another_name_is_no_week(made):
    LocalStore(made.home / "reviews").write("shop/notes/run.json", b"{}")
    assert missed(made.plan).weeks == (made.plan.week,)
