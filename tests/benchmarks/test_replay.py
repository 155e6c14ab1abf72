"""How long a replay of six weeks of minutes and a sweep of 200 variants take, against a plain loop over the minutes.

Processor time on both sides: other work on the machine must not decide.
"""

import itertools
import math
from time import process_time

import numpy as np
import pytest

from sre_lib.alarm import STATES, TREATMENTS, Alarm
from sre_lib.alarms.points import MetricPoints, Points
from sre_lib.alarms.replay import Replay, replay
from sre_lib.alarms.sweep import Combination, Run, sweep

MINUTES = 6 * 7 * 1440
FASTER_THAN_A_LOOP = 50
ROUNDS = 20
COMPARED = 8
"""Variants of the sweep that the loop goes through, too; all 200 would take it minutes."""
COMBINATIONS = [
    Combination(threshold, m, n, statistic, missing)
    for threshold, (m, n), statistic, missing in itertools.product(
        [60.0, 70.0, 80.0, 90.0, 95.0], [(1, 1), (2, 3), (3, 3), (3, 5), (5, 5)], ["Average", "Maximum"], TREATMENTS
    )
]


def minutes(seed):
    """Return sums, counts, minima and maxima of six weeks of minutes with noise, spikes and gaps."""
    generator = np.random.default_rng(seed)
    mean = 45 + 15 * np.sin(2 * np.pi * np.arange(MINUTES) / 1440) + generator.gamma(2, 6, MINUTES)
    count = generator.integers(1, 6, MINUTES).astype(float)
    spread = generator.gamma(2, 3, MINUTES)
    gone = generator.random(MINUTES) < 0.02
    for at in generator.integers(0, MINUTES, 40):
        gone[at : at + generator.integers(2, 200)] = True
    return [np.where(gone, np.nan, each) for each in (mean * count, count, mean - spread, mean + spread)]


def plain_loop(total, count, maximum, *, steps, rule, initial):
    """Return the state after each minute as the documentation says it, one minute after the other."""
    states: list[str] = []
    periods: list[float | None] = []
    for at in range(len(total)):
        there = [each for each in range(max(at - steps + 1, 0), at + 1) if not math.isnan(count[each])]
        if not there:
            periods.append(None)
        elif rule.statistic == "Average":
            added = 0.0
            for each in there:
                added += total[each]
            periods.append(added / sum(count[each] for each in there))
        else:
            periods.append(max(maximum[each] for each in there))
        ages = range(rule.n + 2, 0, -1)
        window = [(age, periods[at - (age - 1) * steps]) for age in ages if at >= (age - 1) * steps]
        real = [(age, value) for age, value in window if value is not None]
        states.append(plain_state(real, rule, states[-1] if states else initial))
    return states


def plain_state(real, rule, before):
    """Return the state that the datapoints of a range lead to; `real` has the age in periods and value of each."""
    threshold, m, n, _, missing = rule
    if len(real) >= n:
        return "ALARM" if sum(value > threshold for _, value in real[-n:]) >= m else "OK"
    bad = sum(value > threshold for _, value in real)
    if missing == "breaching":
        return "ALARM" if bad + n - len(real) >= m else "OK"
    if missing == "notBreaching" or bad < len(real):
        return "ALARM" if bad >= m else "OK"
    if missing == "ignore":
        return before
    return "ALARM" if real and real[0][0] >= m else "INSUFFICIENT_DATA"


def alarm_and_points(columns):
    """Return an alarm of five minutes and its datapoints."""
    alarm = Alarm("cpu", statistic="Average", period_s=300, n=3, m=2, threshold=80.0)
    return alarm, Points(0, 60, {"": MetricPoints(None, *columns)})


def best(action, rounds):
    """Return the least processor time of some rounds, and what the last brought."""
    times, found = [], None
    for _ in range(rounds):
        started = process_time()
        found = action()
        times.append(process_time() - started)
    return min(times), found


@pytest.mark.benchmark
def test_a_replay_and_a_sweep_are_many_times_faster_than_a_loop_and_agree_with_it(capsys):
    columns = minutes(1)
    alarm, points = alarm_and_points(columns)
    lists = [columns[place].tolist() for place in (0, 1, 3)]
    one_s, one = best(lambda: replay(alarm, points), ROUNDS)
    sweep_s, runs = best(lambda: list(sweep(alarm, points, COMBINATIONS)), 3)
    assert isinstance(one, Replay)
    own = Combination(80.0, 2, 3, "Average", "missing")
    started = process_time()
    expected = plain_loop(*lists, steps=5, rule=own, initial="INSUFFICIENT_DATA")
    loop_s = process_time() - started
    assert [STATES[state] for state in one.run.states] == expected
    started = process_time()
    for combination, run in runs[:: len(runs) // COMPARED]:
        assert isinstance(run, Run)
        assert [STATES[state] for state in run.states] == plain_loop(
            *lists, steps=5, rule=combination, initial="INSUFFICIENT_DATA"
        )
    loops_s = (process_time() - started) / COMPARED * len(COMBINATIONS)
    with capsys.disabled():
        print(  # noqa: T201  the figures are what a benchmark is for
            f"\n{MINUTES:,} minutes: one replay {one_s:.4f} s, plain loop {loop_s:.2f} s ({loop_s / one_s:.0f} times); "
            f"{len(COMBINATIONS)} variants {sweep_s:.2f} s, loops {loops_s:.0f} s ({loops_s / sweep_s:.0f} times); "
            f"{len(set(expected))} states, {one.run.firings} firings"
        )
    assert len(COMBINATIONS) == 200
    assert loop_s >= FASTER_THAN_A_LOOP * one_s
    assert loops_s >= FASTER_THAN_A_LOOP * sweep_s
