from datetime import timedelta

import pytest

from sre_lib.model import NotEvaluated, Status
from sre_lib.wording import wording
from sre_lib.wording.advice import ADVICE
from sre_lib.wording.findings import next_action, question, reason, sentence, status_name, view_name, why_here
from tests.document.build import GROWTH, SHIFT, TOKYO, WEEK, finding

EN, JA = wording("en"), wording("ja")
FREE = {
    "metric": "freeable_memory", "resource": "memory", "unit": "Bytes", "statistic": "Minimum", "part": "db",
    "end": WEEK.start + timedelta(days=4),
}  # fmt: skip

CASES = [
    (
        finding(),
        "web: CPU rose to 92 % on Thu 1 Oct 14:05, where 35 % is usual (1 h outside the band); the limit is 100 %",
        "web: 10月1日(木) 14:05、CPU使用率が92%まで上昇(平常値 35%、1時間にわたり想定範囲外)。上限は 100%",
    ),
    (
        finding("dip", evidence={"value": 3.0, "expected": 35.0, "minutes": 25.0}),
        "web: CPU fell to 3.0 % on Thu 1 Oct 14:05, where 35 % is usual (25 min outside the band)",
        "web: 10月1日(木) 14:05、CPU使用率が3.0%まで低下(平常値 35%、25分にわたり想定範囲外)",
    ),
    (
        finding("sustained_high", part="alb", metric="latency", statistic="p99", unit="Seconds",
                evidence={"value": 2.6, "expected": 0.3, "minutes": 200.0}),
        "web / alb: p99 latency stayed above the usual for 3 h 20 min from Thu 1 Oct 14:05, "
        "up to 2.6 s where 0.3 s is usual",
        "web / alb: 10月1日(木) 14:05から3時間20分、レイテンシ(p99)が高止まり(最大 2.6秒、平常値 0.3秒)",
    ),
    (
        finding("sustained_low", part="alb", metric="requests", statistic="Sum", unit="Count",
                evidence={"value": 1200.0, "expected": 250_000.0, "minutes": 180.0}),
        "web / alb: requests stayed below the usual for 3 h from Thu 1 Oct 14:05, "
        "down to 1,200 per 5 min where 250K per 5 min is usual",
        "web / alb: 10月1日(木) 14:05から3時間、リクエスト数が低止まり(最小 5分あたり 1,200、平常値 5分あたり 25万)",
    ),
    (
        SHIFT,
        "web: CPU stepped up by 15 points on Thu 1 Oct 14:05, from 30 % to 45 %; it has lasted 32 h 55 min",
        "web: 10月1日(木) 14:05、CPU使用率の水準が15ポイント上昇(30% → 45%)。32時間55分継続",
    ),
    (
        finding("level_shift", evidence={"before": 45.0, "after": 30.0, "change": -15.0}),
        "web: CPU stepped down by 15 points on Thu 1 Oct 14:05, from 45 % to 30 %",
        "web: 10月1日(木) 14:05、CPU使用率の水準が15ポイント低下(45% → 30%)",
    ),
    (
        GROWTH,
        "web: the daily low of memory grew 4.1 points a day for 5 days, from 48 % to 69 %; "
        "at this rate even the low is at the limit in 7 days (Sat 10 Oct)",
        "web: メモリ使用率の1日の底値が5日にわたり毎日4.1ポイントずつ上昇(48% → 69%)。"
        "このペースでは7日後(10月10日(土))に底値でも上限へ到達",
    ),
    (
        finding("growth", **FREE, evidence={"slope_per_day": -(2**30), "from_value": 6 * 2**30, "value": 2 * 2**30,
                                            "days": 4.0, "limit": 0.0, "days_to_limit": 2.0}),
        "web / db: the daily high of free memory shrank 1.0 GiB a day for 4 days, from 6.0 GiB to 2.0 GiB; "
        "at this rate nothing is left in 2 days (Sun 4 Oct)",
        "web / db: 空きメモリの1日の最大値が4日にわたり毎日1.0 GiBずつ減少(6.0 GiB → 2.0 GiB)。"
        "このペースでは2日後(10月4日(日))に枯渇",
    ),
    (
        finding("saturation", evidence={"value": 99.4, "maximum": 100.0, "limit": 100.0, "minutes": 70.0}),
        "web: CPU was at its limit of 100 % for 1 h 10 min from Thu 1 Oct 14:05, 99 % on average",
        "web: 10月1日(木) 14:05から1時間10分、CPU使用率が上限の100%で飽和(平均 99%)",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("found", "en", "ja"), CASES, ids=lambda case: getattr(case, "view", ""))
def test_a_finding_is_said_in_one_sentence(found, en, ja):
    assert (sentence(found, EN, TOKYO), sentence(found, JA, TOKYO)) == (en, ja)


def test_a_metric_of_ones_own_keeps_its_name():
    found = finding(
        "dip", metric="orders_placed", unit="None", evidence={"value": 3.0, "expected": 35.0, "minutes": 25.0}
    )
    assert sentence(found, EN, TOKYO).startswith("web: orders placed fell to 3 on")


def test_advice_is_for_the_metric_then_the_resource_then_the_view():
    connections = finding(metric="connections", resource="context")
    assert question(connections, EN) == ADVICE["spike", "connections"].question
    assert next_action(finding("growth", resource="memory", metric="rss"), EN) == ADVICE["growth", "memory"].action
    assert why_here(finding(metric="orders", resource="context"), EN) == ADVICE["spike", ""].why
    assert question(finding("unheard_of"), EN) == ADVICE["", ""].question


@pytest.mark.parametrize(
    "view", ["spike", "dip", "sustained_high", "sustained_low", "level_shift", "growth", "saturation"]
)
def test_every_view_has_a_name_and_advice_of_its_own(view):
    assert (view, "") in ADVICE
    assert view_name(view, EN) != view
    assert view_name(view, JA) != view_name(view, EN)


@pytest.mark.parametrize(
    ("key", "details", "text"),
    [
        ("no_data", {}, "no datapoints came"),
        ("denied", {"message": "no"}, "access denied: allow cloudwatch:GetMetricData"),
        ("partial", {"share": 0.1}, "CloudWatch answered only in part"),
        ("too_little_history", {"days": 1.5, "wanted": 2.0}, "only 1.5 days of history, 2 are needed"),
        ("only_hourly", {}, "so old that only hourly datapoints exist"),
        ("too_little_data", {"share": 0.1234}, "only 12.3 % of the datapoints"),
        ("of_tomorrow", {}, "of_tomorrow"),
    ],
)
def test_reasons_come_with_their_numbers(key, details, text):
    assert reason(NotEvaluated("web", "web", "cpu", "Average", key, details), EN) == text


def test_every_status_has_a_name():
    assert [status_name(each, EN) for each in Status] == ["complete", "partial", "no data", "denied"]
