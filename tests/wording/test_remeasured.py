"""What became of an earlier finding, in one sentence."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from sre_lib.earlier import Known, Remeasured
from sre_lib.wording import wording
from sre_lib.wording.remeasured import remeasured_sentence

EN, JA = wording("en"), wording("ja")
TOKYO = "Asia/Tokyo"
MEETING = date(2026, 11, 16)
SINCE = datetime(2026, 11, 12, 2, tzinfo=UTC)
KNOWN = Known("f", "api", "api", "memory", "memory", "growth", SINCE, SINCE, 1, "Average")
LEAK = Remeasured("still", {"slope_per_day": 1.3}, {"slope_per_day": 1.1})
CPU = replace(KNOWN, resource="cpu", metric="cpu")
SHIFT = replace(CPU, view="level_shift")
LEVEL = Remeasured("still", {"before": 30.0, "after": 45.0}, {"after": 44.0})
SPIKE = replace(CPU, view="spike")
HIGH = Remeasured("still", {"value": 92.0, "expected": 35.0}, {"value": 88.0, "days": 2.0, "of_days": 7.0})
FULL = replace(CPU, view="saturation")
MINUTES = Remeasured("worse", {"minutes": 60.0}, {"minutes": 195.0, "days": 2.0, "of_days": 7.0})
GONE = Remeasured("gone", {**LEAK.then, **HIGH.then}, {**LEAK.now, **HIGH.now}, SINCE)
SILENT = Remeasured("cannot_tell", reason="no_data_since_deployment", since=SINCE)
LATER, OVER = date(2026, 11, 30), date(2026, 11, 15)


def said(verdict, known, remeasured, until=None, say=EN, unit="Percent"):
    return remeasured_sentence(verdict, until, remeasured, known, unit, say, TOKYO, MEETING)


CASES = [
    ("fix", KNOWN, LEAK, "still there: memory grows 1.1 points a day (was 1.3 points)",
     "継続中: メモリ使用率が毎日1.1ポイントずつ上昇(当時 1.3ポイント)"),
    ("fix", KNOWN, replace(LEAK, outcome="again"),
     "came back after it was fixed: memory grows 1.1 points a day (was 1.3 points)",
     "修正後に再発: メモリ使用率が毎日1.1ポイントずつ上昇(当時 1.3ポイント)"),
    ("fix", KNOWN, replace(GONE, traffic=(1000.0, 1040.0)), "gone since Thu 12 Nov, at the same traffic",
     "11月12日(木)以降は解消(トラフィックは同程度)"),
    ("fix", KNOWN, replace(GONE, traffic=(1000.0, 700.0)),
     "gone since Thu 12 Nov, with 30 % less traffic, which may be why",
     "11月12日(木)以降は解消(トラフィックが30%減っており、その影響の可能性あり)"),
    ("fix", KNOWN, replace(GONE, traffic=(1000.0, 1300.0)), "gone since Thu 12 Nov, with 30 % more traffic",
     "11月12日(木)以降は解消(トラフィックは30%増)"),
    ("fix", replace(SPIKE, view="dip", direction=-1), replace(GONE, traffic=(1000.0, 1300.0)),
     "not seen since Thu 12 Nov, with 30 % more traffic, which may be why",
     "11月12日(木)を最後に再発なし(トラフィックが30%増えており、その影響の可能性あり)"),
    ("fix", KNOWN, replace(GONE, since=None), "gone", "解消"),
    ("fix", SHIFT, replace(LEVEL, outcome="gone", now={"after": 31.0}, since=SINCE),
     "gone since Thu 12 Nov (back to 31 % from 45 %)", "11月12日(木)以降は解消(45%から31%に復帰)"),
    ("fix", KNOWN, SILENT, "cannot tell: no data since the deployment (Thu 12 Nov 11:00)",
     "判断できません: デプロイ(11月12日(木) 11:00)以降データなし"),
    ("watch", SHIFT, LEVEL, "unchanged: CPU is at 44 % (was 45 %, and 30 % before that)",
     "変化なし: CPU使用率は現在44%(当時 45%、変化前 30%)"),
    ("", SPIKE, replace(HIGH, outcome="better"), "less than then: CPU rose to 88 % on 2 of 7 days (was 92 %)",
     "当時より減少: CPU使用率が7日中2日で88%まで上昇(当時 92%)"),
    ("watch", FULL, MINUTES,
     "more than then: CPU was at its limit for 3 h 15 min on 2 of 7 days (was 1 h)",
     "当時より増加: CPU使用率が7日中2日、計3時間15分にわたり上限で飽和(当時 1時間)"),
    ("false alarm", SPIKE, HIGH, "seen again: CPU rose to 88 % on 2 of 7 days (was 92 %)",
     "再度検知: CPU使用率が7日中2日で88%まで上昇(当時 92%)"),
    ("false alarm", SPIKE, GONE, "not seen again", "再発なし"),
    ("expected", SPIKE, replace(HIGH, outcome="again"), "so again: CPU rose to 88 % on 2 of 7 days (was 92 %)",
     "再び発生: CPU使用率が7日中2日で88%まで上昇(当時 92%)"),
]  # fmt: skip


@pytest.mark.parametrize(("verdict", "known", "remeasured", "en", "ja"), CASES, ids=[case[3] for case in CASES])
def test_what_became_of_it_is_one_sentence(verdict, known, remeasured, en, ja):
    assert said(verdict, known, remeasured) == en
    assert said(verdict, known, remeasured, say=JA) == ja


@pytest.mark.parametrize(
    ("until", "remeasured", "text"),
    [
        (LATER, HIGH, "still so: CPU rose to 88 % on 2 of 7 days (was 92 %)"),
        (MEETING, HIGH, "still so: CPU rose to 88 % on 2 of 7 days (was 92 %)"),
        (None, HIGH, "still so: CPU rose to 88 % on 2 of 7 days (was 92 %)"),
        (OVER, HIGH, "over: expected until Sun 15 Nov has passed, and it is still there: "
                     "CPU rose to 88 % on 2 of 7 days (was 92 %)"),
        (OVER, GONE, "over: expected until Sun 15 Nov; not seen since Thu 12 Nov"),
        (OVER, SILENT, "cannot tell: no data since the deployment (Thu 12 Nov 11:00)"),
    ],
)  # fmt: skip
def test_what_was_expected_is_so_until_its_last_day(until, remeasured, text):
    assert said("expected", SPIKE, remeasured, until) == text


def test_until_belongs_to_expected_alone():
    assert said("watch", SPIKE, HIGH, OVER).startswith("unchanged: ")


def test_units_are_those_of_the_metric():
    free = replace(KNOWN, metric="freeable_memory", statistic="Minimum", direction=-1)
    slope = Remeasured("worse", {"slope_per_day": -(2.0**30)}, {"slope_per_day": -3 * 2.0**30})
    assert said("fix", free, slope, unit="Bytes") == "worse: free memory shrinks 3.0 GiB a day (was 1.0 GiB)"
    requests = replace(SPIKE, metric="requests", statistic="Sum", view="dip")
    low = replace(HIGH, then={"value": 900.0, "expected": 5000.0})
    assert said("fix", requests, low, unit="Count") == (
        "still there: requests fell to 88 per 5 min on 2 of 7 days (was 900 per 5 min)"
    )


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        ("denied", "access denied: allow cloudwatch:GetMetricData"), ("no_data", "no data"),
        ("no_data_since", "no data since Thu 12 Nov 11:00"), ("no_data_then", "too few datapoints at that time of day"),
        ("not_in_review", "the metric is not in the review any more"),
        ("nothing_to_compare", "there is no number of then to compare with"),
        ("too_few_days", "too few days since the restart on Thu 12 Nov"),
        ("too_little_data", "too few datapoints this week"), ("of tomorrow", "of tomorrow"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_says_why(reason, text):
    since = SINCE if "since" in text else None
    found = Remeasured("cannot_tell", reason=reason, since=since)
    assert said("fix", SPIKE, found) == f"cannot tell: {text}"
    assert said("fix", SPIKE, found, say=JA).startswith("判断できません: ")
