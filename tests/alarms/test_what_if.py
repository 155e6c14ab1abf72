import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sre_lib.alarm import STATES, TREATMENTS, Alarm, UnclearAlarm
from sre_lib.alarms.assumptions import DEFAULT
from sre_lib.alarms.grid import MOST, combinations, rounded
from sre_lib.alarms.outcome import Episode, Incident, Judge, Outcome, episodes
from sre_lib.alarms.points import MetricPoints, NotReplayable, Points
from sre_lib.alarms.sweep import Combination, Run, own, sweep
from sre_lib.alarms.what_if import LATER_MIN, WhatIf, between, what_if

START = datetime(2026, 9, 28, tzinfo=UTC)
WEEK = 7 * 1440
CPU = Alarm("cpu", statistic="Average", threshold=50.0)


def at(minute):
    return START + timedelta(minutes=minute)


def night(moment):
    return moment.hour < 6


def points_of(values, start=START):
    values = np.array(values, dtype=float)
    count = np.where(np.isnan(values), np.nan, 1.0)
    return Points(int(start.timestamp()), 60, {"": MetricPoints(None, values, count, values, values)})


def week(*busy, level=60.0):
    """Return a week of 10 %, of `level` in the minutes of `busy`: each a first minute, how many, and its own level."""
    values = np.full(WEEK, 10.0)
    for first, minutes, *own_level in busy:
        values[first : first + minutes] = own_level[0] if own_level else level
    return values


def tried(values, incidents=(), alarm=CPU, **options):
    found = what_if(alarm, points_of(values), [Incident(at(a), at(b)) for a, b in incidents], night, **options)
    assert isinstance(found, WhatIf)
    return found


def suggested(found):
    assert found.suggested is not None
    return found.suggested


def variants(alarm, points):
    found = combinations(alarm, points)
    assert not isinstance(found, NotReplayable)
    return found


SPIKES = [(hour * 60, 1) for hour in range(0, 160, 4)]
"""Forty spikes of a minute, ten of them before 06:00."""


def test_the_alarm_as_it_is_comes_first_with_its_figures_a_week():
    found = tried(week(*SPIKES))
    assert replace(found.rows[0], warning=0.0) == Outcome(own(CPU), 40.0, 40.0, 14.0, (), 0.0, 40.0)
    assert math.isnan(found.rows[0].warning)
    assert (found.weeks, found.incidents) == (1.0, 0)


def test_what_fires_less_and_catches_the_same_is_suggested():
    found = tried(week(*SPIKES, (9000, 60, 90.0)), [(9010, 9060)])
    assert found.suggested in found.rows
    assert (found.reason, suggested(found).firings, suggested(found).caught) == ("fewer_firings", 1.0, (0,))
    assert found.rows[0].caught == (0,)
    assert found.rows[0].warning == 8.5
    assert suggested(found).warning > found.rows[0].warning - LATER_MIN
    assert found.details == {
        "before": 41.0, "after": 1.0, "minutes_before": 100.0, "minutes_after": suggested(found).minutes,
        "caught_before": 1, "caught": 1, "incidents": 1,
    }  # fmt: skip


def test_without_an_incident_a_near_variant_that_still_fires_is_suggested():
    found = tried(week(*SPIKES, (9000, 60)))
    assert (found.reason, suggested(found).firings) == ("unproved", 1.0)
    assert suggested(found).combination.threshold == 50.0


def test_what_never_fired_is_suggested_for_mere_noise_alone():
    careful, noise = tried(week(*SPIKES)), tried(week(*SPIKES), only_noise=True)
    assert (careful.suggested, careful.reason, careful.details) == (
        None, "nothing_better", {"before": 40.0, "incidents": 0},
    )  # fmt: skip
    assert (noise.reason, suggested(noise).firings) == ("only_noise", 0.0)


def test_what_caught_none_of_the_incidents_says_so():
    found = tried(week(*SPIKES, (9000, 60)), [(5000, 5010)])
    assert (found.reason, suggested(found).firings) == ("caught_none", 1.0)


def test_an_alarm_that_could_not_see_an_incident_is_brought_nearer():
    deaf = Alarm("cpu", statistic="Average", threshold=95.0)
    found = tried(week((9000, 30, 80.0)), [(9005, 9030)], deaf)
    assert (found.reason, suggested(found).caught, suggested(found).other) == ("catches_more", (0,), 0.0)
    assert 10 < suggested(found).combination.threshold < 80


def test_a_good_alarm_is_left_as_it_is():
    found = tried(week((9000, 60)), [(9000, 9060)])
    assert found.rows[0].caught == (0,)
    assert (found.suggested, found.reason) == (None, "nothing_better")


def test_an_alarm_that_is_stuck_catches_nothing():
    assert tried(week((100, WEEK - 100)), [(9000, 9060)]).rows[0].caught == ()


@pytest.mark.parametrize(
    ("alarm", "values", "why"),
    [
        (UnclearAlarm("x", "wants_period", {"period_s": "1"}), week(), "Period: got 1"),
        (Alarm("x", rule="TRUE"), week(), "composite"),
        (Alarm("x", statistic="p99", threshold=1.0), week(), "p99"),
        (CPU, [], "no datapoints"),
    ],
)
def test_what_cannot_be_replayed_says_why(alarm, values, why):
    found = what_if(alarm, points_of(values), (), night)
    assert isinstance(found, NotReplayable)
    assert why in found.why


def beats(one, other):
    """Tell whether an outcome is no worse than another in anything, and better in something."""
    first = [(-each.firings, -each.minutes, each.warning if each.caught else -np.inf) for each in (one, other)]
    no_worse = set(one.caught) >= set(other.caught) and all(a >= b for a, b in zip(*first, strict=True))
    return no_worse and (set(one.caught) > set(other.caught) or first[0] != first[1])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([10.0, 40.0, 60.0, 90.0, float("nan")]), min_size=30, max_size=80), st.booleans())
def test_no_row_is_beaten_by_another_and_the_suggestion_is_a_row(values, only_noise):
    found = tried(values, [(10, 15), (20, 22)], only_noise=only_noise)
    _, *others = found.rows
    if found.rows[0].caught:
        assert not any(beats(one, other) for one, other in product(others, others))
    assert len(found.rows) <= found.tried <= MOST
    if found.suggested:
        assert found.suggested in found.rows
        assert suggested(found).firings or only_noise
        assert set(found.rows[0].caught) <= set(suggested(found).caught)
    else:
        assert found.reason == "nothing_better"


@given(st.lists(st.booleans(), max_size=40), st.sampled_from(STATES))
def test_episodes_are_those_of_the_states(inside, initial):
    states = np.array(inside, dtype=np.int8)
    run = Run(np.arange(len(states)), 60 * np.arange(1, len(states) + 1), states, 60, initial)
    found: list[list[int]] = []
    before = initial == "ALARM"
    for place, is_ in enumerate([*inside, False]):
        if is_ and not before:
            found.append([place, -1])
        elif before and not is_ and found and found[-1][1] == -1:
            found[-1][1] = place
        before = is_
    assert episodes(run, DEFAULT) == [Episode(60 * first + 90, 60 * last + 90) for first, last in found]


def test_a_warning_is_from_the_firing_to_the_start_of_an_incident():
    points = points_of(week((1000, 20), (2000, 5), (3000, 200)))
    ((combination, run),) = sweep(CPU, points, [own(CPU)], "OK")
    assert isinstance(run, Run)
    judge = Judge.over(WEEK * 60, [Incident(at(1011), at(1030)), Incident(at(2010), at(2020)),
                                   Incident(at(3150), at(3160))], night, DEFAULT)  # fmt: skip
    found = judge.outcome(combination, run)
    # The second firing was over before its incident; the third began more than an hour before.
    assert (found.caught, found.warning, found.firings, found.other) == ((0,), 9.5, 3.0, 2.0)


def test_points_are_cut_to_whole_slots():
    found = between(points_of(range(10)), at(2.5), at(7.5))
    total = found.metrics[""].total
    assert total is not None
    assert (found.start_s, total.tolist()) == (int(at(3).timestamp()), [3, 4, 5, 6])
    assert between(points_of(range(10)), at(-5), at(50)).size == 10
    assert between(points_of(range(10)), at(20), at(50)).size == 0


def test_variants_have_round_thresholds_and_only_what_the_points_can_give():
    values = np.append(np.linspace(0, 97.3, WEEK - 1), np.nan)
    found = variants(CPU, points_of(values))
    assert found[0] == own(CPU)
    assert len(found) == len(set(found)) <= MOST
    assert {each.statistic for each in found} == {"Average", "Maximum"}
    assert {each.missing for each in found} == set(TREATMENTS)
    assert all(each.threshold % 1 == 0 for each in found)
    assert {each.missing for each in variants(CPU, points_of(values[:-1]))} == {"missing"}


def test_counts_and_expressions_keep_their_statistic():
    errors = Alarm("errors", statistic="Sum", threshold=5.0, operator="GreaterThanOrEqualToThreshold")
    assert {each.statistic for each in variants(errors, points_of(week((5, 1))))} == {"Sum"}
    hosts = Alarm("hosts", statistic="Minimum", threshold=5.0, operator="LessThanThreshold")
    found = variants(hosts, points_of(week((5, 1), level=2.0)))
    assert {each.statistic for each in found} == {"Minimum", "Average"}
    assert min(each.threshold for each in found) == 2.0


def test_dynamodb_ignores_missing_data_in_all_variants():
    table = Alarm("t", namespace="AWS/DynamoDB", statistic="Sum", threshold=5.0)
    assert {each.missing for each in variants(table, points_of([1, np.nan, 2]))} == {"ignore"}


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_a_round_number_is_near(value, spread):
    found = rounded(value, spread)
    assert abs(found - value) <= spread / 20 + 1e-6 * abs(value)
    assert rounded(value, 0.0) == value


def test_round_numbers_are_round():
    assert [rounded(0.8234, 0.6), rounded(63.7, 50), rounded(123456.0, 90000), rounded(0.31, 1.0)] == [
        0.82, 64.0, 124000.0, 0.3,
    ]  # fmt: skip


def test_a_combination_of_the_sweep_is_what_is_told():
    found = tried(week(*SPIKES))
    assert all(isinstance(each.combination, Combination) for each in found.rows)
