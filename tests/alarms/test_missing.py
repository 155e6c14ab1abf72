"""Every row of the documented tables on missing data, current and older revisions."""

import numpy as np
import pytest

from sre_lib.alarm import STATES, Alarm
from sre_lib.alarms.assumptions import Assumptions
from sre_lib.alarms.points import MetricPoints, Points
from sre_lib.alarms.replay import Replay, replay

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html: points from old to new
# (0 within, X breaching, - missing), M, N, then the state by treatment; I: INSUFFICIENT_DATA, R: kept as it was.
DOCUMENTED = [
    ("0-X-X", 3, 3, "OK OK OK OK"),
    ("0----", 3, 3, "OK OK OK OK"),
    ("-----", 3, 3, "I R ALARM OK"),
    ("0XX-X", 3, 3, "ALARM ALARM ALARM ALARM"),
    ("--X--", 3, 3, "ALARM R ALARM OK"),
    ("0-X-X", 2, 3, "ALARM ALARM ALARM ALARM"),
    ("00X0X", 2, 3, "ALARM ALARM ALARM ALARM"),
    ("0-X--", 2, 3, "OK OK ALARM OK"),
    ("----0", 2, 3, "OK OK ALARM OK"),
    ("---X-", 2, 3, "ALARM R ALARM OK"),
]
OLDER_REVISION = [
    ("----X", 3, 3, "I R ALARM OK"),
    ("----X", 2, 3, "I R ALARM OK"),
    ("X----", 3, 3, "ALARM R ALARM OK"),
]
TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")
CELLS = [
    (points, m, n, missing, cell)
    for points, m, n, row in DOCUMENTED + OLDER_REVISION
    for missing, cell in zip(TREATMENTS, row.split(), strict=True)
]
VALUES = {"0": 0.0, "X": 100.0, "-": np.nan}


def last(points, m, n, missing, initial, assumptions=Assumptions(), namespace="AWS/ECS"):  # noqa: B008  frozen
    """Return the state of the last evaluation."""
    alarm = Alarm("a", namespace, statistic="Average", m=m, n=n, threshold=50.0, missing=missing)
    values = np.array([VALUES[each] for each in points])
    found = replay(alarm, Points(0, 60, {"": MetricPoints(value=values)}), initial, assumptions)
    assert isinstance(found, Replay)
    return STATES[found.run.states[-1]]


@pytest.mark.parametrize("initial", STATES)
@pytest.mark.parametrize(("points", "m", "n", "missing", "cell"), CELLS)
def test_the_documented_tables(points, m, n, missing, cell, initial):
    expected = {"I": "INSUFFICIENT_DATA", "R": initial}.get(cell, cell)
    assert last(points, m, n, missing, initial) == expected


@pytest.mark.parametrize(("points", "fires"), [("----X", False), ("---X-", False), ("--X--", True)])
def test_no_alarm_comes_too_soon_over_missing_data(points, fires):
    assert (last(points, 3, 3, "missing", "OK") == "ALARM") is fires


def test_under_ignore_few_breaching_datapoints_keep_the_state_or_not_as_assumed():
    assert last("---XX", 2, 3, "ignore", "OK") == "OK"
    assert last("---XX", 2, 3, "ignore", "OK", Assumptions(ignore_keeps_few_breaching=False)) == "ALARM"
    assert last("----X", 2, 3, "ignore", "OK", Assumptions(ignore_keeps_few_breaching=False)) == "OK"


def test_how_far_an_evaluation_looks_back_is_an_assumption():
    assert last("X-----", 1, 3, "missing", "OK") == "INSUFFICIENT_DATA"
    assert last("X-----", 1, 3, "missing", "OK", Assumptions(range_extra=3)) == "ALARM"
    assert last("X-XX--", 3, 3, "missing", "OK", Assumptions(range_extra=3)) == "ALARM"
    assert last("0XX---", 2, 3, "missing", "OK", Assumptions(range_extra=0)) == "INSUFFICIENT_DATA"


@pytest.mark.parametrize("missing", [None, *TREATMENTS])
def test_alarms_on_dynamodb_ignore_missing_data(missing):
    assert last("-----", 1, 3, missing, "ALARM", namespace="AWS/DynamoDB") == "ALARM"


def test_unless_a_choice_is_assumed_to_hold_there_too():
    assumptions = Assumptions(dynamodb_ignores=False)
    assert last("-----", 1, 3, "notBreaching", "ALARM", assumptions, "AWS/DynamoDB") == "OK"
    assert last("-----", 1, 3, None, "ALARM", assumptions, "AWS/DynamoDB") == "ALARM"
