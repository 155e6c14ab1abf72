from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from sre_lib.alarm import STATES, Alarm, AlarmMetric, UnclearAlarm
from sre_lib.alarms.assumptions import Assumptions
from sre_lib.alarms.points import MetricPoints, NotReplayable, Points
from sre_lib.alarms.replay import Replay, replay

NAN = np.nan
START = int(datetime(2026, 10, 5, 7, tzinfo=UTC).timestamp())


def points(*values, step_s=60, start_s=START, **more):
    return Points(start_s, step_s, {"": MetricPoints(value=np.array(values, dtype=float), **more)})


def replayed(alarm, looked_at, initial="INSUFFICIENT_DATA", **assumed):
    found = replay(alarm, looked_at, initial, Assumptions(**assumed))
    assert isinstance(found, Replay), found
    return found


def changes(alarm, looked_at, initial="INSUFFICIENT_DATA", **assumed):
    """Return the end of the window (minutes and seconds from the start) and the new state of each change."""
    found = replayed(alarm, looked_at, initial, **assumed).changes()
    return [(f"{(each.window_end - datetime.fromtimestamp(START, UTC)).seconds // 60}", each.new) for each in found]


def alarm(**more):
    return replace(Alarm("a", namespace="AWS/ECS", statistic="Average", threshold=50.0), **more)


@pytest.mark.parametrize(
    ("operator", "states"),
    [
        ("GreaterThanOrEqualToThreshold", "OK ALARM ALARM"),
        ("GreaterThanThreshold", "OK OK ALARM"),
        ("LessThanThreshold", "ALARM OK OK"),
        ("LessThanOrEqualToThreshold", "ALARM ALARM OK"),
    ],
)
def test_operators(operator, states):
    found = replayed(alarm(operator=operator), points(49, 50, 51))
    assert [STATES[each] for each in found.run.states] == states.split()


@pytest.mark.parametrize(
    ("operator", "states"),
    [
        ("LessThanLowerOrGreaterThanUpperThreshold", "ALARM OK OK ALARM INSUFFICIENT_DATA"),
        ("LessThanLowerThreshold", "ALARM OK OK OK INSUFFICIENT_DATA"),
        ("GreaterThanUpperThreshold", "OK OK OK ALARM INSUFFICIENT_DATA"),
    ],
)
def test_a_band_is_compared_where_it_is_given(operator, states):
    metrics = (
        AlarmMetric("m1", statistic="Average", period_s=60),
        AlarmMetric("ad1", expression="ANOMALY_DETECTION_BAND(m1)"),
    )
    one = Alarm("a", operator=operator, metrics=metrics, threshold_metric_id="ad1")
    values = np.array([9.0, 10, 20, 21, 30])
    looked_at = Points(
        START, 60, {"m1": MetricPoints(value=values)}, np.full(5, 10.0), np.array([20.0, 20, 20, 20, NAN])
    )
    found = replayed(one, looked_at, range_extra=0)
    assert [STATES[each] for each in found.run.states] == states.split()
    refused = replay(one, Points(START, 60, looked_at.metrics))
    assert isinstance(refused, NotReplayable)
    assert "band is not in the data" in refused.why


def test_an_evaluation_each_minute_over_a_window_that_slides():
    one = alarm(period_s=300, statistic="Sum", threshold=2.0, operator="GreaterThanOrEqualToThreshold")
    # Both land in one window of five minutes, though no five minutes of the clock hold them.
    assert changes(one, points(0, 0, 0, 1, 0, 0, 1, 0, 0, 0)) == [("1", "OK"), ("7", "ALARM"), ("9", "OK")]


def test_data_at_the_alarms_period_is_seen_on_its_grid_and_said_to_be_approximate():
    one = alarm(period_s=300)
    found = replayed(one, points(9, 99, 9, step_s=300))
    assert [each.window_end.minute for each in found.changes()] == [5, 10, 15]
    assert found.approximate == ("windows that do not begin with a datapoint of 300 s cannot be seen",)
    assert all("Approximate: windows" in each.reason for each in found.changes())
    assert found.run.minutes == 5


def test_a_mean_of_means_is_said_to_be_approximate_and_sums_and_extremes_are_not():
    assert replayed(alarm(period_s=120), points(1, 2)).approximate == (
        "a period's value is the mean of its shorter ones' values",
    )
    for statistic in ("Sum", "SampleCount", "Minimum", "Maximum"):
        assert replayed(alarm(period_s=120, statistic=statistic), points(1, 2)).approximate == ()


@pytest.mark.parametrize(
    ("statistic", "values"),
    [
        ("Average", [2, 7, 8, 20 / 3]),
        ("Sum", [2, 14, 32, 20]),
        ("SampleCount", [1, 2, 4, 3]),
        ("Minimum", [2, 2, 1, 1]),
        ("Maximum", [2, 12, 12, 9]),
    ],
)
def test_longer_periods_are_rebuilt_exactly(statistic, values):
    total, count = np.array([2.0, 12, 20, NAN, NAN]), np.array([1.0, 1, 3, NAN, NAN])
    low, high = np.array([2.0, 12, 1, NAN, NAN]), np.array([2.0, 12, 9, NAN, NAN])
    looked_at = Points(START, 60, {"": MetricPoints(None, total, count, low, high)})
    found = replayed(alarm(period_s=120, statistic=statistic), looked_at)
    assert found.values == pytest.approx([*values, NAN], nan_ok=True)
    assert found.approximate == ()


@pytest.mark.parametrize("period_s", [10, 20, 30])
def test_alarms_of_short_periods_are_evaluated_every_ten_seconds(period_s):
    found = replayed(alarm(period_s=period_s, statistic="Maximum"), points(*[0] * 6, 99, *[0] * 6, step_s=10))
    assert found.run.every_s == 10
    assert len(found.run.states) == 13
    (_, fired, back) = found.changes()
    assert (fired.window_end.timestamp() - START, back.window_end.timestamp() - START) == (70, 70 + period_s)


def test_windows_of_more_than_a_day_are_evaluated_hourly_with_data_up_to_the_full_hour():
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html: a job that fails at 10:02 is
    # OK at 10:03, ALARM at 11:03; mended at 11:43 it is OK at 12:03.
    hour = 3600
    values = np.zeros(30 * 60)
    values[26 * 60 + 2 : 27 * 60 + 43] = 1.0
    one = alarm(period_s=hour, n=25, m=1, statistic="Maximum", threshold=0.5)
    found = replayed(one, Points(START, 60, {"": MetricPoints(value=values)}), "OK")
    assert found.run.every_s == hour
    assert {end % hour for end in found.run.ends.tolist()} == {0}
    (fired,) = found.changes()
    assert fired.window_end.timestamp() - START == 27 * hour
    shorter = replayed(
        alarm(period_s=hour, n=24, statistic="Maximum"), Points(START, 60, {"": MetricPoints(value=values)})
    )
    assert shorter.run.every_s == 60


def test_the_timestamp_of_a_change_is_the_windows_end_and_the_assumed_delay():
    for delay in (0, 30, 120):
        (change,) = replayed(alarm(), points(99), evaluation_delay_s=delay).changes()
        assert (change.at - change.window_end).total_seconds() == delay
    assert 0 <= Assumptions().evaluation_delay_s <= 120


def test_what_lies_before_the_first_row_is_missing_or_waited_for_as_assumed():
    one = alarm(n=3, m=1, missing="breaching")
    assert changes(one, points(0, 0, 0, 0), "OK") == [("1", "ALARM"), ("3", "OK")]
    assert changes(one, points(0, 0, 0, 0), "OK", whole_first_window=True) == []


def test_the_initial_state_is_kept_until_something_is_known():
    assert changes(alarm(missing="ignore"), points(NAN, NAN, 9), "ALARM") == [("3", "OK")]
    assert changes(alarm(), points(NAN), "INSUFFICIENT_DATA") == []


@pytest.mark.parametrize(("statistic", "enough"), [("p99", 1000), ("p50", 20), ("p10", 100), ("p99.9", 10_000)])
def test_a_percentile_of_few_samples_keeps_the_state(statistic, enough):
    one = alarm(statistic=statistic, low_samples="ignore", n=2, m=1)
    counts = np.array([enough / 2, enough / 2 - 1, enough / 2 - 1, enough / 2 + 1])
    looked_at = points(99, 99, 0, 0, count=counts)
    assert changes(one, looked_at, "OK") == []
    assert changes(one, points(99, 99, 99, 99, count=counts), "OK") == [("4", "ALARM")]
    assert changes(alarm(statistic=statistic, n=2, m=1), looked_at, "OK") == [("1", "ALARM"), ("4", "OK")]
    assert changes(one, points(99), "OK") == [("1", "ALARM")]


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (
            UnclearAlarm("a", "wants_period", {"period_s": "1"}),
            "its definition is not clear (Period: got 1, wants 1",
        ),
        (Alarm("a", rule="ALARM(b)"), "it is a composite alarm"),
        (Alarm("a", unreplayable="promql"), "it evaluates a PromQL query"),
        (alarm(period_s=90), "datapoints at 60 s cannot make periods of 90 s"),
        (alarm(threshold=None), "it has no threshold"),
        (alarm(metrics=(AlarmMetric("e1", expression="RATE(m1)"),)), "uses RATE"),
        (alarm(metrics=(AlarmMetric("e1", expression="m1*2"),)), "its Metrics have no entry 'm1'"),
        (alarm(metrics=(AlarmMetric("e1", expression="e1*2"),)), "its Metrics go round in a circle"),
        (alarm(metrics=(AlarmMetric("e1", expression="1+1"),)), "names no metric"),
        (alarm(metrics=(AlarmMetric("e1", expression="m1"), AlarmMetric("m1", returned=True))), "got 2"),
        (alarm(metrics=(AlarmMetric("m1", statistic="Sum"),)), "it needs the datapoints of m1"),
    ],
)
def test_what_cannot_be_replayed_says_why(one, said):
    found = replay(one, points(1, 2, 3))
    assert isinstance(found, NotReplayable)
    assert said in found.why


def test_metric_math_of_several_metrics():
    entries = (
        AlarmMetric("e1", expression="FILL(errors, 0)/requests*100", returned=False),
        AlarmMetric("e2", expression="e1 + 0"),
        *(AlarmMetric(each, statistic="Sum", period_s=120, returned=False) for each in ("errors", "requests")),
    )
    one = alarm(metrics=entries, period_s=120, threshold=10.0, missing="notBreaching")
    columns = {"errors": [NAN, NAN, 3, NAN], "requests": [10, 10, 10, 10]}
    looked_at = Points(
        START, 60, {name: MetricPoints(value=np.array(each, dtype=float)) for name, each in columns.items()}
    )
    found = replayed(one, looked_at)
    assert found.values.tolist() == [0.0, 0.0, 15.0, 15.0]
    assert [each.new for each in found.changes()] == ["OK", "ALARM"]


def test_no_slot_at_all_is_no_evaluation():
    found = replayed(alarm(), points())
    assert (list(found.changes()), found.run.minutes) == ([], 0)


def test_reasons_are_in_cloudwatchs_manner():
    (one, two, three) = replayed(alarm(n=2, m=1), points(10, 80, NAN, NAN, NAN, NAN)).changes()
    assert one.reason == (
        "Threshold Crossed: 1 out of the last 1 datapoints [10.0 (05/10/26 07:00:00)] was not greater than the "
        "threshold (50.0) (minimum 2 datapoints for INSUFFICIENT_DATA -> OK transition)."
    )
    assert two.reason == (
        "Threshold Crossed: 1 out of the last 2 datapoints [80.0 (05/10/26 07:01:00)] was greater than the threshold "
        "(50.0) (minimum 1 datapoint for OK -> ALARM transition)."
    )
    assert three.reason == "Insufficient Data: 2 datapoints were unknown."
    (filled,) = replayed(alarm(n=2, missing="breaching"), points(NAN)).changes()
    assert filled.reason == (
        "Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were "
        "treated as [Breaching]."
    )
