import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sre_lib.alarm import OPERATORS, STATES, TREATMENTS, Alarm
from sre_lib.alarms.points import MetricPoints, NotReplayable, Points
from sre_lib.alarms.sweep import Combination, Run, sweep
from tests.alarms.plain import plain_states

SERIES = st.lists(st.sampled_from([0.0, 1.0, 2.0, 3.5, math.nan]), min_size=1, max_size=40)
TREATED = st.sampled_from(TREATMENTS)
SIZES = st.integers(1, 4).flatmap(lambda n: st.tuples(st.integers(1, n), st.just(n)))
AWAY = {"GreaterThanThreshold": 1, "GreaterThanOrEqualToThreshold": 1, "LessThanThreshold": -1,
        "LessThanOrEqualToThreshold": -1}  # fmt: skip


def swept(minutes, combinations, operator="GreaterThanThreshold", steps=1, initial="INSUFFICIENT_DATA"):
    alarm = Alarm("a", period_s=60 * steps, threshold=0.0, operator=operator)
    points = Points(0, 60, {"": MetricPoints(value=np.array(minutes))})
    runs = [run for _, run in sweep(alarm, points, combinations, initial)]
    return [run for run in runs if isinstance(run, Run)]


@settings(max_examples=150, deadline=None)
@given(
    SERIES, SIZES, st.sampled_from(OPERATORS[:4]), TREATED, st.sampled_from(["Average", "Sum", "Minimum", "Maximum"]),
    st.integers(1, 7), st.sampled_from([1.0, 2.0]), st.sampled_from(STATES),
)  # fmt: skip
def test_the_sweep_is_the_plain_loop(minutes, size, operator, missing, statistic, steps, threshold, initial):
    m, n = size
    (run,) = swept(minutes, [Combination(threshold, m, n, statistic, missing)], operator, steps, initial)
    states = plain_states(
        minutes, steps=steps, m=m, n=n, threshold=threshold, operator=operator, missing=missing, statistic=statistic,
        initial=initial,
    )  # fmt: skip
    assert [STATES[state] for state in run.states] == states
    changes = zip([initial, *states], states, strict=False)
    assert run.firings == sum(new == "ALARM" != old for old, new in changes)
    assert run.minutes == states.count("ALARM")


@settings(max_examples=100, deadline=None)
@given(SERIES, SIZES, TREATED.filter(lambda each: each != "ignore"), st.integers(1, 4))
def test_the_minutes_in_alarm_never_grow_with_m(minutes, size, missing, steps):
    _, n = size
    runs = swept(minutes, [Combination(1.0, m, n, "Average", missing) for m in range(1, n + 1)], steps=steps)
    in_alarm = [run.states == 1 for run in runs]
    assert all((later <= earlier).all() for earlier, later in pairwise(in_alarm))


@settings(max_examples=100, deadline=None)
@given(SERIES, SIZES, TREATED.filter(lambda each: each != "ignore"), st.sampled_from(OPERATORS[:4]))
def test_nor_when_the_threshold_moves_away(minutes, size, missing, operator):
    m, n = size
    thresholds = [1 + AWAY[operator] * step / 2 for step in range(6)]
    runs = swept(minutes, [Combination(each, m, n, "Average", missing) for each in thresholds], operator)
    in_alarm = [run.states == 1 for run in runs]
    assert all((later <= earlier).all() for earlier, later in pairwise(in_alarm))


@settings(max_examples=100, deadline=None)
@given(SERIES, SIZES, st.integers(1, 4))
def test_those_under_not_breaching_lie_within_those_under_breaching(minutes, size, steps):
    m, n = size
    less, more = swept(
        minutes, [Combination(1.0, m, n, "Average", each) for each in ("notBreaching", "breaching")], steps=steps
    )
    assert ((less.states == 1) <= (more.states == 1)).all()


def test_a_statistic_that_is_not_there_does_not_cost_the_others():
    points = Points(0, 60, {"": MetricPoints(None, *(np.ones(3) for _ in range(4)))})
    found = sweep(
        Alarm("a", threshold=1.0, period_s=120), points,
        [Combination(0.5, 1, 1, "p99", "missing"), Combination(0.5, 1, 1, "Average", "missing")],
    )  # fmt: skip
    (_, refused), (_, run) = found
    assert isinstance(refused, NotReplayable)
    assert refused.why.startswith("p99 cannot be rebuilt")
    assert isinstance(run, Run)
    assert run.firings == 1


def test_an_alarm_that_is_in_alarm_before_has_not_gone_there():
    (run,) = swept([9.0, 9.0, 0.0, 9.0], [Combination(1.0, 1, 1, "Average", "missing")], initial="ALARM")
    assert run.firings == 1
    assert replace(run, initial="OK").firings == 2
