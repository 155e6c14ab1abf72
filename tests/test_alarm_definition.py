from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_lib.alarm import Alarm, AlarmMetric, UnclearAlarm
from sre_lib.alarm_definition import alarm_of
from sre_lib.alarms.points import MetricPoints, NotReplayable, Points
from sre_lib.alarms.replay import Replay, replay
from sre_lib.wording import wording
from sre_lib.wording.refusals import clause_text

PLAIN = {
    "AlarmName": "cpu",
    "AlarmArn": "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:cpu",
    "ActionsEnabled": False,
    "AlarmActions": ["arn:on-call"],
    "OKActions": [],
    "Namespace": "AWS/ECS",
    "MetricName": "CPUUtilization",
    "Dimensions": [{"Name": "ServiceName", "Value": "web"}, {"Name": "ClusterName", "Value": "shop"}],
    "Statistic": "Average",
    "Period": 300,
    "EvaluationPeriods": 3,
    "DatapointsToAlarm": 2,
    "Threshold": 80,
    "ComparisonOperator": "GreaterThanThreshold",
    "TreatMissingData": "notBreaching",
}
BAND: dict[str, Any] = {
    "AlarmName": "band",
    "EvaluationPeriods": 2,
    "ComparisonOperator": "GreaterThanUpperThreshold",
    "ThresholdMetricId": "ad1",
    "Metrics": [
        {"Id": "m1", "MetricStat": {"Metric": {"Namespace": "N", "MetricName": "M"}, "Period": 60, "Stat": "p99"}},
        {"Id": "ad1", "Expression": "ANOMALY_DETECTION_BAND(m1, 2)"},
    ],
}


def test_a_metric_alarm():
    assert alarm_of(PLAIN) == Alarm(
        "cpu", "AWS/ECS", "CPUUtilization", (("ClusterName", "shop"), ("ServiceName", "web")), "Average", 300, 3, 2,
        80.0, "GreaterThanThreshold", "notBreaching", actions_enabled=False, actions={"ALARM": ("arn:on-call",)},
        arn="arn:aws:cloudwatch:eu-west-1:123456789012:alarm:cpu",
    )  # fmt: skip


def test_what_is_left_out_has_its_default():
    left_out = {key: value for key, value in PLAIN.items() if key not in {"DatapointsToAlarm", "TreatMissingData"}}
    found = alarm_of(left_out | {"ActionsEnabled": None, "Statistic": None, "ExtendedStatistic": "p99.9"})
    assert isinstance(found, Alarm)
    assert (found.m, found.n, found.missing, found.actions_enabled) == (3, 3, None, True)
    assert (found.statistic, found.low_samples) == ("p99.9", "evaluate")


def test_an_alarm_on_a_band_has_no_threshold():
    assert alarm_of(BAND) == Alarm(
        "band", period_s=60, n=2, m=2, operator="GreaterThanUpperThreshold", threshold_metric_id="ad1",
        metrics=(
            AlarmMetric("m1", "N", "M", statistic="p99", period_s=60),
            AlarmMetric("ad1", expression="ANOMALY_DETECTION_BAND(m1, 2)"),
        ),
    )  # fmt: skip


def test_a_composite_alarm():
    element = {
        "AlarmName": "c", "AlarmRule": "ALARM(a)", "ActionsSuppressor": "s", "ActionsSuppressorWaitPeriod": 120,
        "ActionsSuppressorExtensionPeriod": 0,
    }  # fmt: skip
    assert alarm_of(element) == Alarm("c", rule="ALARM(a)", suppressor="s", wait_s=120)


@pytest.mark.parametrize("name", ["a/b", 'a "b"', "<script>alert(1)</script>", "x" * 255, "負荷が高い", "${x} %{y}\n"])
def test_names_are_only_data(name):
    found = alarm_of(PLAIN | {"AlarmName": name})
    assert isinstance(found, Alarm)
    assert found.name == name


@pytest.mark.parametrize("n", [288, 1000])
def test_many_periods_are_no_mistake(n):
    found = alarm_of(PLAIN | {"Period": 60, "EvaluationPeriods": n, "DatapointsToAlarm": 1})
    assert isinstance(found, Alarm)
    assert found.n == n


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"EvaluationCriteria": {"PromQLCriteria": {"Query": "up"}}}, "promql"),
        ({"EvaluationWindow": {"WallClockWindow": {}}}, "wall_clock"),
        ({"EvaluationWindow": {"SlidingWindow": {}}}, ""),
    ],
)
def test_what_no_replay_knows_is_kept_as_that(changed, said):
    found = alarm_of(PLAIN | changed)
    assert isinstance(found, Alarm)
    assert found.unreplayable == said


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"Period": 1}, "Period: got 1, wants 10, 20, 30 or a multiple of 60"),
        ({"Period": None}, "Period: got nothing, wants a whole number from 1"),
        ({"Period": 90}, "Period: got 90, wants 10, 20, 30 or a multiple of 60"),
        ({"Period": float("nan")}, "Period: got nan, wants a whole number from 1"),
        ({"Period": True}, "Period: got True, wants a whole number from 1"),
        ({"EvaluationPeriods": 0}, "EvaluationPeriods: got 0, wants a whole number from 1"),
        ({"EvaluationPeriods": 10**400}, f"EvaluationPeriods: got {10**59}..., wants a whole number from 1"),
        ({"EvaluationPeriods": 2.5}, "EvaluationPeriods: got 2.5, wants a whole number from 1"),
        ({"EvaluationPeriods": 9999}, "EvaluationPeriods: got 9999 periods of 300 s, wants at most 7 days"),
        ({"DatapointsToAlarm": 4}, "DatapointsToAlarm: got 4, wants at most EvaluationPeriods, which is 3"),
        ({"Threshold": None}, "Threshold: got nothing, wants a finite number"),
        ({"Threshold": float("inf")}, "Threshold: got inf, wants a finite number"),
        ({"Threshold": "80"}, "Threshold: got '80', wants a finite number"),
        ({"ComparisonOperator": "GreaterThan"}, "ComparisonOperator: got 'GreaterThan', wants GreaterThanOrEqualTo"),
        ({"ComparisonOperator": ["x"]}, "ComparisonOperator: got ['x'], wants GreaterThanOrEqualTo"),
        ({"ComparisonOperator": "LessThanLowerThreshold"}, "ThresholdMetricId: got nothing, wants text"),
        ({"TreatMissingData": "Missing"}, "TreatMissingData: got 'Missing', wants missing, ignore, breaching, notB"),
        ({"Statistic": "Mean"}, "Statistic: got 'Mean', wants Average, Sum, SampleCount, Minimum, Maximum or a percen"),
        ({"Statistic": None}, "Statistic: got nothing, wants text"),
        ({"Statistic": None, "ExtendedStatistic": "p99x"}, "ExtendedStatistic: got 'p99x', wants Average, Sum,"),
        ({"EvaluateLowSampleCountPercentile": "no"}, "EvaluateLowSampleCountPercentile: got 'no', wants evaluate,"),
        ({"Dimensions": {"a": 1}}, "Dimensions: got {'a': 1}, wants a list"),
        ({"Dimensions": ["a"]}, "Dimensions: got 'a', wants objects with Name and Value"),
        ({"ActionsEnabled": "yes"}, "ActionsEnabled: got 'yes', wants true or false"),
        ({"AlarmActions": [1]}, "AlarmActions: got [1], wants texts"),
        ({"Metrics": [1]}, "Metrics: got 1 as an entry, wants an object"),
        ({"Metrics": [{"Id": "m1"}]}, "Expression: got nothing, wants text"),
        ({"Metrics": [{"Id": "m1", "MetricStat": 1}]}, "Metrics: m1: MetricStat: got 1, wants an object with a Metric"),
        ({"AlarmRule": " "}, "AlarmRule is empty"),
    ],
)
def test_what_cannot_be_understood_says_why(changed, why):
    found = alarm_of(PLAIN | changed)
    assert isinstance(found, UnclearAlarm)
    assert found.name == "cpu"
    assert clause_text(found.reason, found.details, wording("en")).startswith(why)


def test_why_is_told_in_the_language_of_the_page():
    found = alarm_of(PLAIN | {"Period": None})
    assert isinstance(found, UnclearAlarm)
    assert clause_text(found.reason, found.details, wording("ja")) == "Period: 値はなしです。1以上の整数が必要です"


def test_metrics_of_several_periods_are_unclear():
    first, band = BAND["Metrics"]
    second = {"Id": "m2", "MetricStat": {"Metric": {}, "Period": 300, "Stat": "Sum"}, "ReturnData": False}
    assert alarm_of(BAND | {"Metrics": [first, band, second]}) == UnclearAlarm(
        "band", "several_periods", {"periods": "60, 300"}
    )


def test_a_name_that_is_none_is_empty():
    assert alarm_of({"AlarmName": 5}) == UnclearAlarm("", "wants_text", {"member": "AlarmName", "got": "5"})


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["m1", "m1/m2", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Id", "Expression", "MetricStat", "Metric", "Stat", "Name"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)


@given(st.sampled_from([PLAIN, BAND]), st.dictionaries(st.sampled_from(sorted({*PLAIN, *BAND, "AlarmRule"})), ANYTHING))
def test_whatever_a_definition_holds_there_is_an_answer(element, changed):
    found = alarm_of(element | changed)
    assert isinstance(found, (Alarm, UnclearAlarm))
    points = Points(0, 60, {"m1": MetricPoints(value=np.ones(3)), "": MetricPoints(value=np.ones(3))})
    assert isinstance(replay(found, points), (Replay, NotReplayable))
