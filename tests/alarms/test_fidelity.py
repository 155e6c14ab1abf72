from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_lib.alarm import STATES
from sre_lib.alarms.fidelity import Difference, Fidelity, fidelity, matched
from sre_lib.alarms.points import NotReplayable
from sre_lib.alarms.stretches import Step
from sre_lib.collect.alarms.datapoints import AlarmDatapoints
from sre_lib.collect.alarms.kept import AlarmLook
from sre_lib.collect.alarms.reading import AlarmId, AlarmsKept, Definition, StateSpan, Transition
from sre_lib.collect.alarms.watched import SETS
from sre_lib.collect.archive_file import SeriesKey, Stored
from sre_lib.collect.queries import Metric
from sre_lib.collect.spans import Span
from sre_lib.collect.windows import Window
from sre_lib.model import Status

START = datetime(2026, 10, 1, tzinfo=UTC)
ID = AlarmId("cpu")
METRIC = Metric("AWS/ECS", "CPUUtilization", (("ServiceName", "api"),))
RAW = {
    "AlarmName": "cpu", "Namespace": "AWS/ECS", "MetricName": "CPUUtilization",
    "Dimensions": [{"Name": "ServiceName", "Value": "api"}], "Statistic": "Average", "Period": 60,
    "EvaluationPeriods": 2, "Threshold": 50.0, "ComparisonOperator": "GreaterThanThreshold",
}  # fmt: skip
BAND = {
    **{name: RAW[name] for name in ("AlarmName", "EvaluationPeriods")},
    "ComparisonOperator": "GreaterThanUpperThreshold", "ThresholdMetricId": "band",
    "Metrics": [
        {"Id": "m1", "ReturnData": True, "MetricStat": {
            "Metric": {"Namespace": "AWS/ECS", "MetricName": "CPUUtilization"}, "Period": 60, "Stat": "Average"}},
        {"Id": "band", "Expression": "ANOMALY_DETECTION_BAND(m1, 2)"},
    ],
}  # fmt: skip
MINUTES = 600
AHEAD = 4
"""Minutes that the first window reaches back: N = 2 and the two more of the evaluation range."""


def at(minute, second=0):
    return START + timedelta(minutes=minute, seconds=second)


def datapoints(busy, first=0, last=MINUTES):
    """Return datapoints of 10 %, of 90 % in the minutes of `busy`; those of `[first, last)` were asked for."""
    values = np.full(MINUTES, 10.0)
    values[list(busy)] = 90.0
    origin = int(START.timestamp())
    columns = dict(zip(SETS, (values, np.ones(MINUTES), values, values), strict=True))
    span = Span(origin + 60 * first, origin + 60 * last, origin + 60 * MINUTES, Status.COMPLETE)
    stored = Stored(
        Window(origin, origin + 60 * MINUTES), 60,
        {SeriesKey(METRIC, name): each for name, each in columns.items()},
        {SeriesKey(METRIC, name): (span,) for name in SETS},
    )  # fmt: skip
    return AlarmDatapoints({60: [stored]})


def kept(*changes, definitions=((RAW, None, None),), looked=MINUTES):
    """Return an archive with these changes of state as (moment, old, new)."""
    return AlarmsKept(
        START, at(MINUTES),
        tuple(Definition(ID, "MetricAlarm", raw, since, until) for raw, since, until in definitions),
        tuple(Transition(ID, *each) for each in changes),
        looks=(AlarmLook("", "history", "MetricAlarm", START, at(looked), at(MINUTES), "complete"),),
    )  # fmt: skip


def compared(archive, points):
    return fidelity(ID, archive.state_spans(ID), archive, points)


FIRED = [(at(102, 20), "OK", "ALARM"), (at(110, 41), "ALARM", "OK")]
BUSY = range(100, 110)


def test_what_happened_is_reproduced():
    found = compared(kept(*FIRED), datapoints(BUSY))
    whole = timedelta(minutes=MINUTES - AHEAD)
    assert found == Fidelity(2, 2, 0, (), at(AHEAD), at(MINUTES), 60, whole)
    assert (found.share, found.trusted) == (1.0, True)


def test_what_only_one_side_has_is_told():
    found = compared(kept(*FIRED, (at(300), "OK", "ALARM"), (at(305), "ALARM", "OK")), datapoints([*BUSY, 400, 401]))
    assert isinstance(found, Fidelity)
    assert (found.reproduced, found.real, found.extra, found.share) == (2, 4, 2, 2 / 6)
    assert not found.trusted
    assert found.differences == (
        Difference(at(300), "ALARM", False), Difference(at(305), "OK", False),
        Difference(at(402, 30), "ALARM", True), Difference(at(403, 30), "OK", True),
    )  # fmt: skip


def test_each_definition_is_replayed_by_itself():
    edited = at(105)
    archive = kept(
        (at(102, 20), "OK", "ALARM"), (at(105, 40), "ALARM", "OK"),
        definitions=((RAW, None, edited), ({**RAW, "Threshold": 95.0}, edited, None)),
    )  # fmt: skip
    found = compared(archive, datapoints(BUSY))
    assert isinstance(found, Fidelity)
    assert (found.reproduced, found.real, found.differences) == (2, 2, ())


def test_only_time_with_datapoints_and_known_states_is_compared():
    found = compared(kept(*FIRED, looked=500), datapoints([*BUSY, 30, 31, 550, 551], first=60))
    assert found == Fidelity(2, 2, 0, (), at(60 + AHEAD), at(500), 60, timedelta(minutes=500 - 60 - AHEAD))


def test_a_change_at_the_edge_is_no_difference():
    found = compared(kept(*FIRED), datapoints([*BUSY, 597, 598]))
    assert isinstance(found, Fidelity)
    assert (found.real, found.extra, found.differences) == (2, 0, ())


def test_an_alarm_that_never_changed_agrees():
    archive = kept()
    found = fidelity(ID, [StateSpan(START, at(MINUTES), "OK")], archive, datapoints([]))
    assert isinstance(found, Fidelity)
    assert (found.real, found.share, found.trusted) == (0, 1.0, True)


@pytest.mark.parametrize(
    ("archive", "points", "why"),
    [
        (kept(*FIRED), AlarmDatapoints({}), "no datapoints at the grid"),
        (kept(), datapoints(BUSY), "no datapoints at the grid"),
        (kept(*FIRED, looked=0), datapoints(BUSY), "no datapoints at the grid"),
        (kept(*FIRED, definitions=(({**RAW, "Period": 1}, None, None),)), datapoints(BUSY), "Period: got 1"),
        (kept(*FIRED, definitions=(({"AlarmName": "cpu", "AlarmRule": "TRUE"}, None, None),)), datapoints(BUSY),
         "composite"),
        (kept(*FIRED, definitions=()), datapoints(BUSY), "no datapoints at the grid"),
        (kept(*FIRED, definitions=(({**RAW, "Period": 10}, None, None),)), datapoints(BUSY),
         "its period is 10 s, and CloudWatch keeps such datapoints for three hours only"),
        (kept(*FIRED, definitions=((BAND, None, None),)), datapoints(BUSY),
         "its anomaly detection band is a model of CloudWatch's own, and the band is not in the data"),
    ],
)  # fmt: skip
def test_where_nothing_can_be_compared_it_says_why(archive, points, why):
    found = compared(archive, points)
    assert isinstance(found, NotReplayable)
    assert why in found.why


STEPS = st.lists(
    st.builds(Step, st.integers(0, 3000).map(lambda second: at(0, second)), st.sampled_from(STATES)), max_size=12
)


@given(STEPS, STEPS, st.sampled_from([0, 60, 120]))
def test_changes_are_matched_one_to_one(real, replayed, tolerance_s):
    pairs, over = matched(real, replayed, tolerance_s)
    assert sorted([one for one, _ in pairs] + [Step(*each[:2]) for each in over if not each.replayed]) == sorted(real)
    assert sorted([two for _, two in pairs] + [Step(*each[:2]) for each in over if each.replayed]) == sorted(replayed)
    for one, two in pairs:
        assert one.new == two.new
        assert abs((one.at - two.at).total_seconds()) <= tolerance_s
    # No two that are left over would have made a pair.
    for left in over:
        for other in over:
            if left.new == other.new and left.replayed != other.replayed:
                assert abs((left.at - other.at).total_seconds()) > tolerance_s


@given(STEPS)
def test_the_same_changes_all_match(steps):
    pairs, over = matched(steps, steps, 0)
    assert (len(pairs), over) == (len(steps), [])
