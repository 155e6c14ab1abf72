"""The states of the shop's alarms: the documented rows of missing data, and what each alarm was made to show."""

from dataclasses import replace

import numpy as np
import pytest

from sre_lib.demo.alarms.catalogue import ALARMS, EDITED, METRIC_ALARMS, SET_UP, YESTERDAY, ShopAlarm
from sre_lib.demo.alarms.states import ALARM, INSUFFICIENT, LOOK_BACK, OK, _evaluated, of_week, periods, states
from sre_lib.demo.schedule import BATCH_START, DAY, DEMO_WEEK, JAPAN, WEEK, local, week_of
from sre_lib.demo.shop import Shop

BY_NAME = {alarm.name: alarm for alarm in ALARMS}
PLAIN = METRIC_ALARMS[0]
CODES = {"0": 0, "X": 1, "-": 2}


@pytest.mark.parametrize(
    ("points", "m", "missing", "not_breaching"),
    [
        ("0-X-X", 3, OK, OK),
        ("0----", 3, OK, OK),
        ("-----", 3, INSUFFICIENT, OK),
        ("0XX-X", 3, ALARM, ALARM),
        ("--X--", 3, ALARM, OK),
        ("0-X-X", 2, ALARM, ALARM),
        ("00X0X", 2, ALARM, ALARM),
        ("0-X--", 2, OK, OK),
        ("----0", 2, OK, OK),
        ("---X-", 2, ALARM, OK),
        ("----X", 3, INSUFFICIENT, OK),
        ("---X-", 3, INSUFFICIENT, OK),
    ],
)
def test_the_rows_that_aws_documents(points, m, missing, not_breaching):
    codes = bytes([0] * (LOOK_BACK - 4) + [CODES[each] for each in points])
    alarm = replace(PLAIN, m=m, n=3, period=1)
    assert _evaluated(replace(alarm, missing="missing"), codes) == [missing]
    assert _evaluated(replace(alarm, missing="notBreaching"), codes) == [not_breaching]


def in_alarm(seed, name, week=DEMO_WEEK):
    return np.array([state == ALARM for state in states(seed, BY_NAME[name], week)])


@pytest.mark.parametrize("seed", [1, 2])
def test_each_alarm_shows_what_it_was_made_for(seed):
    starts = {name: int((np.diff(in_alarm(seed, name).astype(int)) > 0).sum()) for name in BY_NAME}
    assert {name: starts[name] for name, alarm in BY_NAME.items() if alarm.is_ == "useful"} == {
        "web-5xx-high": 1, "web-latency-p90-high": 1, "api-error-rate-high": 1, "web-customers-feel-it": 1,
    }  # fmt: skip
    assert starts["orders-db-reader-cpu-high"] > 14
    assert starts["image-resize-errors"] > 7
    assert in_alarm(seed, "image-resize-errors").sum() < 2 * starts["image-resize-errors"]
    assert in_alarm(seed, "cache-memory-high").all()
    assert set(states(seed, BY_NAME["web-old-5xx-high"], DEMO_WEEK)) == {INSUFFICIENT}
    assert not in_alarm(seed, "worker-memory-high").any()
    nights = np.flatnonzero(np.diff(in_alarm(seed, "worker-cpu-high").astype(int)) > 0) + local(DEMO_WEEK, 0, 0)
    assert {(minute + JAPAN) % DAY - BATCH_START for minute in nights} <= set(range(30))
    assert len(nights) == 7


def test_what_is_out_of_reach_is_far_out_of_reach():
    seen = np.concatenate([of_week(1, BY_NAME["worker-memory-high"], DEMO_WEEK - back) for back in range(6)])
    assert np.nanmax(seen) < 50


def test_an_alarm_exists_from_its_creation_on():
    before = states(1, BY_NAME["web-5xx-high"], week_of(SET_UP))
    assert before[: SET_UP % WEEK].count("") == SET_UP - local(DEMO_WEEK - 6, 0, 0)
    new = states(1, BY_NAME["api-memory-high"], DEMO_WEEK)
    first = YESTERDAY - local(DEMO_WEEK, 0, 0)
    assert (new[first - 1], new[first]) == ("", INSUFFICIENT)
    assert set(states(1, BY_NAME["web-5xx-high"], DEMO_WEEK - 7)) == {""}


def test_the_threshold_changes_on_the_day_that_it_was_edited():
    alarm = BY_NAME["orders-db-reader-cpu-high"]
    assert isinstance(alarm, ShopAlarm)
    first = local(DEMO_WEEK, 0, 0)
    values = of_week(1, alarm, DEMO_WEEK)[LOOK_BACK:]
    after = np.arange(first, first + WEEK) >= EDITED
    wanted = values > np.where(after, 40, 39)
    known = ~np.isnan(values)
    assert np.array_equal(in_alarm(1, alarm.name)[known], wanted[known])
    assert (values[after & known] > 39).sum() > (values[after & known] > 40).sum() > 0


@pytest.mark.parametrize("name", ["worker-cpu-high", "web-5xx-high", "worker-memory-high"])
def test_values_are_those_that_the_shop_publishes_rolled_over_a_sliding_window(name):
    alarm = BY_NAME[name]
    assert isinstance(alarm, ShopAlarm)
    minute = local(DEMO_WEEK, 5, 1317)
    (metric,) = alarm.metrics
    series = Shop(1).series(metric.namespace, metric.name, frozenset(metric.dimensions))
    assert series is not None
    for start, value in periods(1, alarm, minute):
        sets = series.minutes(start, start + alarm.period)
        total, count = np.nansum(sets.total), np.nansum(sets.samples)
        assert value == pytest.approx(total if metric.statistic == "Sum" else total / count)
