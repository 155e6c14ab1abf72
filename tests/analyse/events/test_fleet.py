"""Tasks around a push."""

from dataclasses import replace

import numpy as np
import pytest

from sre_lib.analyse.events.around import Around
from sre_lib.analyse.events.chain import Hop, Trace
from sre_lib.analyse.events.fleet import (
    FleetFigures,
    Scaling,
    as_many,
    fleet_of,
    healthy_of,
    most_tasks,
    samples_a_task,
    samples_of,
)
from sre_lib.model import Column

HOP = Hop("web", "web", "ecs_service")
TASKS = Trace(HOP, "tasks", Column("web", "cpu", "SampleCount"), "Count", per_minute=True)
HEALTHY = Trace(HOP, "healthy_hosts", Column("alb", "healthy_hosts", "Minimum"), "Count")
CPU = Trace(HOP, "cpu", Column("web", "cpu", "Average"), "Percent", 100.0)
MINUTES = np.arange(-30.0, 90.0)


def line(trace: Trace, before: float, *steps: tuple[float, float]) -> Around:
    """Return a trace that is `before`, and from each minute on another value."""
    values = np.full(len(MINUTES), float(before))
    for minute, value in steps:
        values[minute <= MINUTES] = value
    return Around(trace, 60, MINUTES, values, np.full(len(MINUTES), float(before)))


def told(*given):
    return fleet_of(*given)


GROWN = line(TASKS, 8, (4, 12), (6, 16), (40, 8))


def test_a_push_that_old_capacity_served():
    found = told(GROWN, 2.0, Scaling(24.0, 60.0), line(HEALTHY, 8, (5, 12), (8, 16)), line(CPU, 50, (1, 90), (5, 45)))
    assert found == FleetFigures(8.0, 8.0, 16.0, 24.0, 4.0, 8.0, 60.0, 4.0)
    assert found.old_capacity
    assert (found.at(3.0), found.at(4.0), found.at(7.0)) == (8.0, 12.0, 16.0)


def test_one_that_new_tasks_served():
    assert not told(GROWN, 10.0, Scaling(), None, None).old_capacity


def test_what_is_not_known_is_not_a_number():
    found = told(line(TASKS, 8), 2.0, Scaling(), line(HEALTHY, 8), line(CPU, 50))
    assert (found.before, found.most_seen) == (8.0, 8.0)
    assert np.isnan([found.lag_min, found.healthy_min, found.most, found.target, found.above_target_min]).all()


@pytest.mark.parametrize("lacks", [MINUTES < 0, MINUTES >= 0])
def test_without_tasks_on_both_sides_of_the_send_nothing_is_said(lacks):
    one = line(TASKS, 8)
    assert told(replace(one, values=np.where(lacks, np.nan, one.values)), 2.0, Scaling(), None, None) is None


def test_samples_of_20_s_are_three_a_task():
    assert samples_a_task(line(TASKS, 24), line(HEALTHY, 8)) == 3.0
    assert samples_a_task(line(TASKS, 8), line(HEALTHY, 8)) == 1.0
    assert samples_a_task(line(TASKS, 24), None) == 1.0
    assert told(line(TASKS, 24, (4, 36)), 2.0, Scaling(), line(HEALTHY, 8), None).most_seen == 12.0


def test_of_several_load_balancers_the_hosts_are_those_that_are_as_many_as_the_tasks():
    other = replace(HEALTHY, hop=Hop("web", "admin-alb", "alb_target_group"))
    few, mine = line(other, 2), line(HEALTHY, 10)
    for samples in (10, 30):
        assert healthy_of(TASKS, {TASKS: line(TASKS, samples), other: few, HEALTHY: mine}) is mine
    assert healthy_of(TASKS, {TASKS: line(TASKS, 20), other: few}) is None
    elsewhere = replace(HEALTHY, hop=Hop("api", "alb", "alb_target_group"))
    assert healthy_of(TASKS, {TASKS: line(TASKS, 10), elsewhere: line(elsewhere, 10)}) is None


@pytest.mark.parametrize(
    ("tasks", "healthy", "place"),
    [(20.0, (2.0, 10.0), 1), (6.0, (2.0, 10.0), 0), (20.0, (2.0,), None), (20.0, (), None), (np.nan, (2.0,), None),
     (4.0, (0.0, np.nan), None)],
)  # fmt: skip
def test_hosts_that_are_not_near_are_another_parts(tasks, healthy, place):
    assert as_many(tasks, healthy) == place


def test_tasks_that_were_not_counted_at_the_peak_are_not_known_there():
    gap = line(TASKS, 8, (4, 12))
    found = told(replace(gap, values=np.where(MINUTES == 2, np.nan, gap.values)), 2.0, Scaling(), None, None)
    assert np.isnan(found.at_peak)
    assert round(found.coverage, 2) == 0.98
    assert np.isnan(told(gap, np.nan, Scaling(), None, None).at_peak)


def test_the_most_tasks_are_those_of_scaling_else_of_the_review_file():
    assert most_tasks({"maximum": 24.0}, {"max_tasks": 10.0}) == 24.0
    assert most_tasks({}, {"max_tasks": 10.0}) == 10.0
    assert np.isnan(most_tasks({}, {}))


def test_without_a_healthy_host_before_the_send_a_sample_is_a_task():
    assert samples_a_task(line(TASKS, 24), line(HEALTHY, 0)) == 1.0
    assert samples_a_task(line(TASKS, 24), line(HEALTHY, np.nan)) == 1.0


@pytest.mark.parametrize(
    ("samples", "healthy", "each"), [(24.0, 8.0, 3.0), (16.0, 8.0, 1.0), (8.0, 0.0, 1.0), (np.nan, 8.0, 1.0)]
)
def test_three_samples_are_told_by_the_healthy_hosts(samples, healthy, each):
    assert samples_of(samples, healthy) == each


def test_minutes_above_the_target_are_those_that_were_seen():
    def above(cpu, target):
        return told(GROWN, 2.0, Scaling(24.0, target), None, cpu).above_target_min

    hole = line(CPU, 50, (1, 90), (3, np.nan), (5, 90), (7, 45))
    assert above(hole, 60.0) == 4.0
    assert np.isnan([above(line(CPU, np.nan), 60.0), above(None, 60.0), above(hole, np.nan)]).all()
    assert np.isnan(above(line(CPU, 50, (1, np.nan), (50, 90)), 60.0))
    assert above(line(CPU, 50, (1, 90), (5, 50), (60, 90)), 60.0) == 4.0


def test_one_task_that_comes_and_goes_is_not_yet_more_because_of_the_push():
    assert told(line(TASKS, 8, (1, 9), (2, 8), (5, 16)), 2.0, Scaling(), None, None).lag_min == 5.0


def test_more_after_the_hour_are_not_told():
    found = told(line(TASKS, 8, (70, 16)), 2.0, Scaling(), None, None)
    assert (found.most_seen, np.isnan(found.lag_min)) == (8.0, True)


def test_at_300_s_the_tasks_of_a_minute_are_those_of_its_period():
    minutes = np.arange(-30.0, 90.0, 5)
    tasks = Around(TASKS, 300, minutes, np.where(minutes < 5, 8.0, 12.0), np.full(len(minutes), 8.0))
    found = fleet_of(tasks, 7.0, Scaling(), None, None)
    assert found
    assert (found.lag_min, found.at_peak, found.at(4.9), found.at(5.0)) == (5.0, 12.0, 8.0, 12.0)
    assert np.isnan([found.at(-31.0), found.at(90.0)]).all()


def test_one_task_of_a_rise_of_four_is_not_yet_the_scaling_out():
    assert told(line(TASKS, 9, (1, 10), (4, 13)), 2.0, Scaling(), None, None).lag_min == 4.0


def test_one_task_more_is_all_of_a_rise_of_one():
    assert told(line(TASKS, 2, (6, 3)), 2.0, Scaling(), None, None).lag_min == 6.0
