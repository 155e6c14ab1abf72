"""How far each resource was from its limit at the week's peak, and how fast that shrinks."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from sre_lib.analyse.events.chain import Hop
from sre_lib.analyse.events.conformal import Interval
from sre_lib.analyse.events.headroom import TASKS, WORK, Headroom, headroom_of
from sre_lib.catalog import builtin_catalog
from sre_lib.model import Answer, Column, MetricFrame, Part, Service, ServiceWeek, Status
from sre_lib.weeks import named

CATALOG = builtin_catalog()
WEEK = named("2026-W40", "UTC", history_weeks=4)
SLOTS = 5 * 2016
CPU, MEMORY = Column("web", "cpu", "Average"), Column("web", "memory", "Average")
SAMPLES, HEALTHY = Column("web", "cpu", "SampleCount"), Column("alb", "healthy_hosts", "Minimum")
FREE = Column("db", "freeable_memory", "Minimum")
GIB = 2.0**30
WEB = Service("web", (Part("web", "ecs_service", {}), Part("alb", "alb_target_group", {})))
DB = Service("db", (Part("db", "aurora_role", {}),))
CAPACITY = {"minimum": 4.0, "maximum": 10.0}


def week_of(
    columns: Mapping[Column, float | np.ndarray], capacity: Mapping[str, float] = CAPACITY, service: Service = WEB
) -> ServiceWeek:
    """Return four weeks and the week, each series one value or one a slot."""
    index = pd.date_range(WEEK.history_start, WEEK.end, freq="300s", inclusive="left", unit="s")
    table = pd.DataFrame({tuple(name): np.broadcast_to(value, SLOTS) for name, value in columns.items()}, index)
    table.columns = pd.MultiIndex.from_tuples(list(columns))
    frame = MetricFrame(table.astype(float), dict.fromkeys(columns, Answer(Status.COMPLETE, 300)))
    return ServiceWeek(service, WEEK, frame, capacity=capacity)


def told(*args, **kwargs) -> dict[str, Headroom]:
    week = week_of(*args, **kwargs)
    return {each.resource: each for each in headroom_of({week.service.name: week}, CATALOG)}


def by_week(*values: float) -> np.ndarray:
    """Return a series that is another value each week."""
    return np.repeat(values, 2016).astype(float)


def test_a_row_is_the_peak_of_each_week_against_the_limit_and_its_days():
    found = told({MEMORY: by_week(50, 55, 60, 65, 70)})
    slope = Interval(5.0, 5.0, 5.0)
    row = Headroom(Hop("web", "web", "ecs_service"), "memory", "Percent", 100.0, 70.0, (50, 55, 60, 65, 70), slope)
    assert found == {"memory": row}
    assert (row.left, row.left_share, row.days) == (30.0, 0.3, 42.0)


def test_two_datapoints_are_no_peak_and_a_hundred_are():
    values = np.full(SLOTS, 40.0)
    values[-2:] = 99.0
    assert told({CPU: values})["cpu"].peak == pytest.approx(40.0, abs=1.0)
    values[-100:] = 99.0
    assert told({CPU: values})["cpu"].peak == 99.0


def test_the_first_datapoint_of_a_week_is_not_one_of_the_week_before():
    values = by_week(40, 40, 40, 40, 40)
    values[4 * 2016 : 4 * 2016 + 100] = 90.0
    found = told({CPU: values})["cpu"]
    assert found.peaks == (40.0, 40.0, 40.0, 40.0, 90.0)


def test_free_memory_is_judged_by_its_lowest_and_has_days_but_no_share():
    found = told({FREE: by_week(9, 8, 7, 6, 5) * GIB}, service=DB)["freeable_memory"]
    assert (found.falls, found.limit, found.peak, found.left) == (True, 0.0, 5 * GIB, 5 * GIB)
    assert np.isnan(found.left_share)
    assert found.days == pytest.approx(35.0)


def test_what_moves_to_and_fro_never_reaches_its_limit():
    assert told({MEMORY: by_week(50, 60, 50, 60, 50)})["memory"].days == float("inf")
    assert told({MEMORY: by_week(70, 65, 60, 55, 50)})["memory"].days == float("inf")


def test_beyond_the_limit_already_it_is_today():
    found = told({MEMORY: by_week(90, 95, 100, 105, 110)})["memory"]
    assert (found.left, found.days) == (-10.0, 0.0)


def test_three_weeks_are_too_few_for_a_trend():
    found = told({MEMORY: by_week(np.nan, np.nan, 60, 65, 70)})["memory"]
    assert np.isnan([*found.slope, *found.peaks[:2], found.days]).all()


def test_the_tasks_against_the_most_and_their_cpu_against_all_that_those_have():
    found = told({CPU: 40.0, SAMPLES: 25.0, HEALTHY: 5.0})
    assert set(found) == {"cpu", TASKS, WORK}
    assert (found[TASKS].peak, found[TASKS].limit, found[TASKS].left_share) == (5.0, 10.0, 0.5)
    assert found[WORK].limit == 100.0
    assert found[WORK].peak == pytest.approx(20.0)


def test_a_second_load_balancer_with_fewer_hosts_does_not_divide_the_tasks():
    fewer = Column("admin-alb", "healthy_hosts", "Minimum")
    service = replace(WEB, parts=(Part("admin-alb", "alb_target_group", {}), *WEB.parts))
    columns = {fewer: 1, HEALTHY: 6, CPU: 40, SAMPLES: 30}
    rows = headroom_of({"web": week_of(columns, service=service)}, CATALOG)
    assert next(each.peak for each in rows if each.resource == TASKS) == 6.0


def test_samples_of_20_s_are_three_a_task():
    assert told({CPU: 40.0, SAMPLES: 75.0, HEALTHY: 5.0})[TASKS].peak == 5.0


@pytest.mark.parametrize("healthy", [0.0, np.nan])
def test_without_a_healthy_host_a_sample_is_a_task(healthy):
    assert told({CPU: 40.0, SAMPLES: 25.0, HEALTHY: healthy})[TASKS].peak == 5.0


@pytest.mark.parametrize("capacity", [{}, {"minimum": 5.0, "maximum": 5.0}, {"maximum": 0.0}])
def test_what_does_not_scale_has_no_row_of_tasks(capacity):
    assert set(told({CPU: 40.0, SAMPLES: 25.0, HEALTHY: 5.0}, capacity)) == {"cpu"}


def test_a_week_with_less_than_half_its_datapoints_is_not_told():
    values = by_week(50, 50, 50, 50, 50)
    values[-1100:] = np.nan
    assert told({MEMORY: values}) == {}
    assert told({MEMORY: np.nan}) == {}


def test_infinite_values_are_no_datapoints():
    values = by_week(50, 50, 50, 50, 50)
    values[-200:] = np.inf
    assert told({MEMORY: values})["memory"].peak == 50.0


def test_the_least_is_first_and_what_has_no_share_last():
    web, db = week_of({CPU: 40.0, MEMORY: 90.0}), week_of({FREE: GIB}, service=DB)
    found = headroom_of({"db": db, "web": web}, CATALOG)
    assert [each.resource for each in found] == ["memory", "cpu", "freeable_memory"]
    assert headroom_of({}, CATALOG) == ()


@pytest.mark.parametrize(("limit", "known"), [(0.0, False), (-1.0, False), (200.0, True)])
def test_a_limit_that_is_none_has_no_share(limit, known):
    row = told({MEMORY: 50.0})["memory"]
    assert np.isfinite(replace(row, limit=limit).left_share) == known


def test_a_history_over_a_daylight_saving_change_has_its_peak_of_each_week():
    berlin = named("2026-W44", "Europe/Berlin", history_weeks=4)
    index = pd.date_range(berlin.history_start, berlin.end, freq="300s", inclusive="left", unit="s")
    assert len(index) == SLOTS + 12
    values = pd.DataFrame({tuple(MEMORY): np.full(len(index), 50.0)}, index)
    values.columns = pd.MultiIndex.from_tuples([MEMORY])
    week = ServiceWeek(WEB, berlin, MetricFrame(values, {MEMORY: Answer(Status.COMPLETE, 300)}))
    (found,) = headroom_of({"web": week}, CATALOG)
    assert found.peaks == (50.0,) * 5
    assert berlin.end - berlin.history_start == timedelta(days=35, hours=1)
