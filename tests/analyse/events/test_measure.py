"""An event as a whole, on seven small weeks of one service."""

from dataclasses import replace
from datetime import timedelta

import numpy as np

from sre_lib.analyse.events.around import Rows, stretch_of
from sre_lib.analyse.events.measure import comparable, observed, review_event
from sre_lib.analyse.events.observed import ResourceKey
from sre_lib.catalog import builtin_catalog
from sre_lib.model import MetricFrame
from tests.document.test_event_texts import SEND, WEEK, events_of, push, service_week

CATALOG = builtin_catalog()
CPU = ResourceKey("web", "web", "cpu")


def reviewed(*events, of=None, peak=1.0, **changes):
    """Return what one of some events did (the last one where none is named)."""
    week = replace(service_week(*events, peak=peak), **changes)
    return review_event(of or events[-1], Rows({"web": week}), CATALOG, {"web": 60.0})


def test_the_crowd_the_tasks_and_the_weakest_part():
    one = reviewed(push(audience=100_000))
    assert one.period_s == 300
    assert (one.requests.at_min, round(one.requests.factor, 1)) == (0.0, 2.0)
    assert round(one.requests.value / 100) == 20
    (fleet,) = one.fleets.values()
    assert (fleet.before, fleet.at_peak, fleet.most_seen, fleet.most, fleet.lag_min) == (4.0, 4.0, 6.0, 10.0, 5.0)
    assert (one.weakest.trace.column.metric, round(one.weakest.left_share, 1)) == ("cpu", 0.2)
    assert one.recovery_min == 10.0
    assert (one.overlapping, one.visible, one.faster, one.not_back) == ((), True, (), ())


def test_what_overlaps_is_named_ten_pushes_within_an_hour_too():
    ten = [push(start=SEND + timedelta(minutes=6 * number), title=f"push {number}") for number in range(10)]
    one = reviewed(*ten, of=ten[0])
    assert [each.title for each in one.overlapping] == [f"push {number}" for number in range(1, 10)]
    other = reviewed(push(), push(kind="maintenance", services=("api",), title="elsewhere"), of=push())
    assert other.overlapping == ()


def test_without_effect_nothing_is_weak_nor_back():
    one = reviewed(push(), peak=0.0)
    assert not one.visible
    assert np.isnan(one.recovery_min)
    assert one.faster == ()


def test_an_event_of_no_datapoint_has_no_figures():
    before = push(start=WEEK.history_start - timedelta(days=3))
    one = reviewed(before)
    assert (one.figures, one.requests, one.weakest, one.visible) == ((), None, None, False)
    week = service_week(push())
    empty = replace(week, frame=MetricFrame(week.frame.values * np.nan, week.frame.answers))
    assert review_event(push(), Rows({"web": empty}), CATALOG).figures == ()
    assert review_event(push(), Rows({}), CATALOG).figures == ()


def test_a_sale_of_three_days_is_looked_at_to_its_end():
    sale = push(kind="sale", end=SEND + timedelta(days=3))
    start, end = stretch_of(sale)
    assert end - sale.end == timedelta(hours=1)
    assert reviewed(sale, of=sale).requests.moved
    assert start == SEND - timedelta(minutes=30)


def test_a_send_between_two_datapoints_keeps_its_minute():
    one = reviewed(push(start=SEND + timedelta(minutes=2, seconds=30)))
    assert one.requests.at_min in {2.5, 7.5}


def test_infinite_values_are_no_datapoints():
    week = service_week(push())
    values = week.frame.values.copy()
    values.loc[SEND, ("web", "cpu", "Average")] = np.inf
    one = review_event(push(), Rows({"web": replace(week, frame=MetricFrame(values, week.frame.answers))}), CATALOG)
    assert [each for each in one.figures if not np.isfinite(each.value)] == []


def test_earlier_events_of_like_size_newest_first():
    found = events_of(
        push(3, 90_000), push(2, 10_000), push(1, 150_000), push(0, 100_000), push(2, 100_000, kind="sale")
    )
    one = found.crowds[-1]
    assert [each.event.audience for each in comparable(one.event, found.every)] == [150_000, 90_000]
    assert len(comparable(replace(one.event, audience=None), found.every)) == 3


def test_what_the_model_learns_from():
    seen = observed(reviewed(push(audience=100_000)))
    assert (seen.audience, round(seen.requests / 100), round(seen.base / 100)) == (100_000, 20, 10)
    cpu = seen.resources[CPU]
    assert (round(cpu.value), round(cpu.base), cpu.limit, cpu.tasks_before, cpu.tasks_most) == (
        80,
        40,
        100.0,
        4.0,
        10.0,
    )
    assert set(seen.resources) == {CPU, ResourceKey("web", "web", "memory")}
