"""What a run takes in of alarms: each thing once, nothing lost that CloudWatch forgot, no refusal ending anything."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from sre_lib import weeks
from sre_lib.alarms.mutes import mutes_of
from sre_lib.alarms.review import alarm_review
from sre_lib.collect.alarms.datapoints import AlarmDatapoints, points_key
from sre_lib.collect.alarms.gather import collect_alarms, places_of
from sre_lib.collect.alarms.kept import AlarmId, definitions_key, read_definitions, read_week, week_key
from sre_lib.collect.alarms.reading import alarms_of
from sre_lib.collect.alarms.watched import watched
from sre_lib.collect.queries import Place
from sre_lib.demo.endpoint_faults import Fault, Faults, Ledger
from sre_lib.model import Part, Service
from sre_lib.params_file import ArchiveSource, CloudWatchSource
from tests.collect.account import archive_in, models_read_once, opened, review_of, signed_in
from tests.collect.alarms.account import NOW, WEEK, Account, alarm, at, change, composite, item, mute_rule

CPU, BOTH = AlarmId("cpu"), AlarmId("both")
REVIEW = review_of(CloudWatchSource(type="cloudwatch", region="ap-northeast-1"), timezone="UTC")
FIRED = (change(at(2, 3), "OK", "ALARM"), change(at(2, 4), "ALARM", "OK"))


@pytest.fixture(autouse=True)
def _signed_in(monkeypatch):
    models_read_once(monkeypatch)
    signed_in(monkeypatch)
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)


def taken(folder, account, review=REVIEW, week=WEEK, now=NOW, faults=None):
    ledger = Ledger()
    with opened(account, now, faults, ledger) as clients:
        return collect_alarms(review, week, clients, archive_in(folder), now), ledger


def test_a_first_run_takes_all_and_a_second_nothing(tmp_path):
    account = Account([alarm(), composite()], FIRED)
    got, ledger = taken(tmp_path, account)
    assert got.problems == ()
    assert (got.calls, len(ledger.alarms)) == (6, 6)
    kept = alarms_of(archive_in(tmp_path), REVIEW, WEEK)
    assert kept.alarms == (BOTH, CPU)
    assert [(each.at, each.old, each.new) for each in kept.transitions] == [
        (at(2, 3), "OK", "ALARM"),
        (at(2, 4), "ALARM", "OK"),
    ]
    files = {key: archive_in(tmp_path).store.read(key) for key in archive_in(tmp_path).store.keys("shop/")}
    again, ledger = taken(tmp_path, account)
    assert (again.calls, again.usage.calls, ledger.alarms, ledger.calls) == (0, 0, [], 0)
    assert {key: archive_in(tmp_path).store.read(key) for key in archive_in(tmp_path).store.keys("shop/")} == files


def test_what_cloudwatch_forgot_stays_and_later_weeks_ask_only_for_what_is_new(tmp_path):
    account = Account([alarm()], [change(at(-20), "ALARM", "OK"), *FIRED])
    taken(tmp_path, account)
    later = weeks.named("2026-W41", "UTC", history_weeks=2)
    account.history = [change(at(9), "OK", "ALARM")]
    got, ledger = taken(tmp_path, account, week=later, now=NOW + timedelta(days=7))
    assert got.problems == ()
    asked = [each.start_date for each in ledger.alarms if hasattr(each, "start_date")]
    assert asked == [(WEEK.end - timedelta(hours=1)).timestamp()] * 2
    kept = alarms_of(archive_in(tmp_path), REVIEW, (at(-30), later.end))
    assert [each.at for each in kept.transitions] == [at(-20), at(2, 3), at(2, 4), at(9)]


def test_the_same_item_twice_is_one(tmp_path):
    account = Account([alarm()], [*FIRED, *FIRED])
    taken(tmp_path, account)
    assert len(read_week(archive_in(tmp_path), WEEK.name).items) == 2


def test_what_is_older_than_thirty_days_is_kept_as_gone(tmp_path):
    taken(tmp_path, Account([alarm()]), week=replace(WEEK, history_start=WEEK.start - timedelta(days=42)))
    archive = archive_in(tmp_path)
    oldest = alarms_of(archive, REVIEW, (at(-42), at(-35)))
    assert {(each.asked, each.status) for each in oldest.looks} == {("history", "gone")}


def test_datapoints_are_kept_at_a_minute_as_far_back_as_they_exist(tmp_path):
    got, ledger = taken(tmp_path, Account([alarm(), alarm("again", Statistic="Maximum", Period=300)]))
    assert {stat.metric_stat.stat for each in ledger.answered for stat in each.metric_data_queries} == {
        "Sum", "SampleCount", "Minimum", "Maximum",
    }  # fmt: skip
    assert got.usage.billed_low == 1
    archive = archive_in(tmp_path)
    points = AlarmDatapoints.read(archive, (*weeks.history(WEEK), WEEK))
    (metric,) = watched(CPU, alarm())
    frame = points.frame(metric, WEEK.start, WEEK.end)
    assert list(frame.columns) == ["sum", "count", "min", "max"]
    assert (frame.index[0], frame.index[-1]) == (WEEK.start, WEEK.end - timedelta(minutes=1))
    minutes = np.arange(int(WEEK.start.timestamp()), int(WEEK.end.timestamp()), 60) // 60
    assert np.array_equal(frame["sum"], minutes % 50)
    assert (frame["count"] == 1).all()
    before = points.frame(metric, at(-9), at(-6))["sum"]
    first = (NOW - timedelta(days=15)).replace(minute=0) + timedelta(hours=1)
    assert before.first_valid_index() == first
    assert min(span.start for span in points.spans(metric)) == first.timestamp()


def test_a_percentile_of_a_longer_period_is_kept_at_that_period(tmp_path):
    p90 = alarm(Period=300, ExtendedStatistic="p90")
    del p90["Statistic"]
    taken(tmp_path, Account([p90]))
    points = AlarmDatapoints.read(archive_in(tmp_path), (WEEK,))
    (metric,) = watched(CPU, p90)
    frame = points.frame(metric, at(1), at(1, 1))
    assert (list(frame.columns), len(frame)) == (["value"], 12)
    assert frame["value"].notna().all()


def test_a_metric_that_does_not_exist_is_no_problem(tmp_path):
    got, _ = taken(tmp_path, Account([alarm(MetricName="Gone"), alarm("odd", Period=None)]))
    assert got.problems == ()


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (
            Fault("refused", "AccessDenied", action="DescribeAlarms"),
            "alarms (definitions, MetricAlarm): allow cloudwatch:DescribeAlarms to whom the review runs as",
        ),
        (
            Fault("refused", "AccessDenied", action="DescribeAlarmHistory"),
            "alarms (history, MetricAlarm): allow cloudwatch:DescribeAlarmHistory to whom the review runs as",
        ),
        (
            Fault("refused", "Throttling", action="DescribeAlarmHistory"),
            "alarms (history, MetricAlarm): cloudwatch:DescribeAlarmHistory failed",
        ),
        (
            Fault("html", action="DescribeAlarms"),
            "alarms (definitions, MetricAlarm): source: the endpoint did not answer as CloudWatch does",
        ),
        (Fault("refused", "AccessDenied", action="GetMetricData"), "alarms (datapoints): 1 metrics: "),
    ],
)  # fmt: skip
def test_a_refusal_is_a_problem_and_the_rest_is_taken(tmp_path, fault, sentence):
    account = Account([alarm()], FIRED)
    got, _ = taken(tmp_path, account, faults=Faults(fault))
    assert any(str(each).startswith(sentence) for each in got.problems), [str(each) for each in got.problems]
    kept = alarms_of(archive_in(tmp_path), REVIEW, WEEK)
    assert bool(kept.transitions) == (fault.action != "DescribeAlarmHistory")
    assert bool(kept.definitions) == (fault.action != "DescribeAlarms")
    assert all(each.message for each in kept.looks if each.status in {"denied", "partial"})
    healed, _ = taken(tmp_path, account)
    assert healed.problems == ()
    kept = alarms_of(archive_in(tmp_path), REVIEW, WEEK)
    assert (len(kept.transitions), len(kept.definitions)) == (2, 1)


def test_pages_before_a_refusal_are_kept_as_partial(tmp_path):
    many = [
        change(at(1, minute / 60), "OK" if minute % 2 else "ALARM", "ALARM" if minute % 2 else "OK")
        for minute in range(150)
    ]
    faults = Faults(Fault("refused", "AccessDenied", after=1, times=1, action="DescribeAlarmHistory"))
    got, _ = taken(tmp_path, Account([alarm()], many), faults=faults)
    assert len(got.problems) == 1
    kept = alarms_of(archive_in(tmp_path), REVIEW, WEEK)
    assert len(kept.transitions) == 100
    assert {each.status for each in kept.looks if (each.asked, each.type) == ("history", "MetricAlarm")} == {"denied"}


@pytest.mark.parametrize("which", ["definitions", "week", "points"])
def test_a_damaged_file_is_said_and_left(tmp_path, which):
    archive = archive_in(tmp_path)
    key = {
        "definitions": definitions_key(archive),
        "week": week_key(archive, WEEK.name),
        "points": points_key(archive, WEEK.name, 60),
    }[which]
    archive.store.write(key, b"{")
    got, _ = taken(tmp_path, Account([alarm()], FIRED))
    assert any("is damaged" in each.message for each in got.problems)
    assert archive.store.read(key) == b"{"


def test_a_file_of_a_later_version_is_left(tmp_path):
    archive = archive_in(tmp_path)
    archive.store.write(definitions_key(archive), b'{"format": 2}')
    got, _ = taken(tmp_path, Account([alarm()]))
    assert any("has format 2, this version reads 1" in each.message for each in got.problems)


def test_names_left_out_are_not_kept_and_false_asks_for_nothing(tmp_path):
    account = Account([alarm(), alarm("staging [web]")], [*FIRED, change(at(3), "OK", "ALARM", "staging [web]")])
    review = replace(REVIEW, alarms_left_out=("staging [*",))
    taken(tmp_path, account, review)
    assert [each.id for each in read_definitions(archive_in(tmp_path)).seen] == [CPU]
    assert alarms_of(archive_in(tmp_path), REVIEW, WEEK).alarms == (CPU,)
    got, ledger = taken(tmp_path / "other", account, replace(REVIEW, alarms=False))
    assert (got.calls, ledger.alarms) == (0, [])
    assert alarms_of(archive_in(tmp_path / "other"), REVIEW, WEEK).alarms == ()


def test_an_archive_alone_asks_for_nothing(tmp_path):
    review = review_of(ArchiveSource(type="archive"))
    assert collect_alarms(review, WEEK, None, archive_in(tmp_path), NOW).problems == ()


def test_places_are_the_reviews_own_and_those_of_its_parts():
    part = Part("osaka", "ecs_service", {}, region="ap-northeast-3", profile="shop-osaka")
    review = replace(REVIEW, services=(Service("osaka", (part, replace(part, name="twin"))),))
    assert places_of(review) == (Place(), Place("shop-osaka", "ap-northeast-3"))


def test_names_from_outside_are_data(tmp_path):
    odd = ["../../x", "a/b", "<script>", '"', "決済", "x" * 255, "${a}"]
    account = Account([alarm(name) for name in odd], [item(at(1), "?", "{", name=name) for name in odd])
    got, _ = taken(tmp_path, account)
    assert got.problems == ()
    kept = alarms_of(archive_in(tmp_path), REVIEW, WEEK)
    assert {each.name for each in kept.alarms} == set(odd)
    assert len(kept.unreadable) == len(odd)
    assert all(path.is_relative_to(tmp_path / "shop") for path in tmp_path.rglob("*.json"))


def test_mute_rules_are_kept_and_tell_which_firings_told_nobody(tmp_path):
    account = Account([alarm(AlarmActions=["arn:aws:sns:eu-west-1:1:people"])], FIRED)
    account.rules = [mute_rule(), mute_rule("a", MuteTargets={"AlarmNames": ["x"]}), mute_rule("b", Rule={})]
    taken(tmp_path, account)
    kept = alarms_of(archive_in(tmp_path), REVIEW, (WEEK.history_start, WEEK.end))
    assert [each.name for each in kept.mutes] == ["a", "b", "nightly"]
    found = mutes_of(CPU, kept)
    assert found.unread == ("b",)
    (wednesday,) = [each for each in found.intervals if each.start_s >= WEEK.start.timestamp()]
    assert wednesday == (at(2, 3).timestamp(), at(2, 4).timestamp())
    (card,) = alarm_review(REVIEW, WEEK, archive_in(tmp_path), []).cards
    assert card.muted == frozenset({at(2, 3)})
    assert card.told(card.firings) == []


def test_a_rule_counts_from_its_last_update_until_it_is_seen_otherwise_or_is_gone(tmp_path):
    account = Account([alarm()])
    account.rules = [mute_rule(LastUpdatedTimestamp=at(2, 3.5).timestamp())]
    taken(tmp_path, account)
    later, monday = weeks.named("2026-W41", "UTC", history_weeks=2), NOW + timedelta(days=7)
    account.rules = []
    taken(tmp_path, account, week=later, now=monday)
    kept = alarms_of(archive_in(tmp_path), REVIEW, (WEEK.history_start, later.end))
    # Of the Wednesday after nothing is known: the rule was gone at the next look.
    assert mutes_of(CPU, kept).intervals == ((at(2, 3.5).timestamp(), at(2, 4).timestamp()),)


@pytest.mark.parametrize("action", ["ListAlarmMuteRules", "GetAlarmMuteRule"])
def test_mute_rules_that_are_denied_are_no_problem_but_are_said(tmp_path, action):
    got, _ = taken(tmp_path, Account([alarm()], FIRED), faults=Faults(Fault("refused", "AccessDenied", action=action)))
    assert got.problems == ()
    (look,) = [each for each in read_week(archive_in(tmp_path), WEEK.name).looks if each.asked == "mute_rules"]
    assert (look.status, look.message.partition(" (")[0]) == (
        "denied", f"allow cloudwatch:{action} to whom the review runs as"
    )  # fmt: skip
    assert alarms_of(archive_in(tmp_path), REVIEW, WEEK).mutes == ()
