"""Which metrics a definition names, and what is asked for them."""

import pytest

from sre_lib.collect.alarms.kept import AlarmId
from sre_lib.collect.alarms.watched import SETS, Watched, watched
from sre_lib.collect.queries import Metric

HERE = AlarmId("a")
PLAIN = {
    "Namespace": "AWS/ECS", "MetricName": "CPUUtilization", "Statistic": "Average", "Period": 300,
    "Dimensions": [{"Name": "ServiceName", "Value": "web"}, {"Name": "ClusterName", "Value": "shop"}],
}  # fmt: skip
CPU = Metric("AWS/ECS", "CPUUtilization", (("ClusterName", "shop"), ("ServiceName", "web")))


def test_a_plain_alarm_watches_one_metric_in_its_region():
    assert watched(HERE, PLAIN) == (Watched("", CPU, "Average", 300),)
    (there,) = watched(AlarmId("a", "shop-osaka/ap-northeast-3"), PLAIN)
    assert there.metric == CPU._replace(region="ap-northeast-3")


def test_of_an_expression_the_metrics_and_their_accounts():
    stat = {
        "Metric": {key: PLAIN[key] for key in ("Namespace", "MetricName", "Dimensions")},
        "Period": 60,
        "Stat": "Sum",
    }
    definition = {
        "Metrics": [
            {"Id": "e", "Expression": "a/b*100"},
            {"Id": "a", "MetricStat": stat},
            {"Id": "b", "MetricStat": stat, "AccountId": "123456789012"},
        ]
    }
    assert watched(HERE, definition) == (
        Watched("a", CPU, "Sum", 60),
        Watched("b", CPU._replace(account="123456789012"), "Sum", 60),
    )


@pytest.mark.parametrize(
    ("statistic", "period", "wanted"),
    [
        ("Average", 300, (SETS, 60)),
        ("Sum", 10, (SETS, 60)),
        ("p99", 300, (("p99",), 300)),
        ("tm95", 60, (("tm95",), 60)),
        ("p90", 10, (("p90",), 60)),
    ],
)
def test_what_is_asked_for(statistic, period, wanted):
    assert Watched("", CPU, statistic, period).wanted == wanted


@pytest.mark.parametrize(
    "wrong",
    [
        {"Namespace": None}, {"MetricName": ""}, {"Statistic": None}, {"Period": "60"}, {"Period": 0},
        {"Dimensions": [{"Name": "x"}]}, {"Dimensions": 3},
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_not_asked_for(wrong):
    assert watched(HERE, {**PLAIN, **wrong}) == ()


@pytest.mark.parametrize("metrics", [None, 3, [3], [{}], [{"Id": "a", "MetricStat": {"Metric": 3}}]])
def test_neither_are_metrics_of_another_shape(metrics):
    assert watched(HERE, {"AlarmRule": "ALARM(x)", "Metrics": metrics}) == ()
