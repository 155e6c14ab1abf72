"""An event as a whole, on seven small weeks of one service."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sre_lib.analyse.events.around import Rows, stretch_of
from sre_lib.analyse.events.chain import Hop
from sre_lib.analyse.events.measure import comparable, observed, on_the_way, review_event
from sre_lib.analyse.events.observed import ResourceKey
from sre_lib.catalog import builtin_catalog
from sre_lib.model import Answer, Column, MetricFrame, ServiceWeek, Status
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


def moved_by(week: ServiceWeek, by: timedelta) -> ServiceWeek:
    """Return a week in UTC with all that happened in it, so much later."""
    frame = MetricFrame(week.frame.values.set_axis(week.frame.values.index + by), week.frame.answers)
    start, end, history = (each + by for each in (week.week.start, week.week.end, week.week.history_start))
    events = tuple(replace(each, start=each.start + by, end=each.end + by) for each in week.events)
    later = replace(week.week, start=start, end=end, history_start=history, timezone="UTC")
    return replace(week, week=later, frame=frame, events=events)


WEEKS = service_week(push(audience=100_000), push(1), push(3))


@given(st.integers(-20_000, 20_000))
@settings(max_examples=15)
def test_when_it_all_happened_changes_no_figure(slots):
    one, other = (moved_by(WEEKS, timedelta(minutes=by)) for by in (0, 5 * slots))
    before, after = (review_event(each.events[0], Rows({"web": each}), CATALOG, {"web": 60.0}) for each in (one, other))
    assert repr(after.figures) == repr(before.figures)
    assert repr(after.fleets) == repr(before.fleets)


@given(st.floats(0.5, 1000))
@settings(max_examples=15)
def test_a_crowd_in_another_unit_has_the_same_factor(by):
    values = WEEKS.frame.values.copy()
    values["alb", "requests", "Sum"] *= by
    scaled = replace(WEEKS, frame=MetricFrame(values, WEEKS.frame.answers))
    one, other = (review_event(WEEKS.events[0], Rows({"web": each}), CATALOG) for each in (WEEKS, scaled))
    assert one.requests
    assert other.requests
    assert other.requests.factor == pytest.approx(one.requests.factor)
    assert other.requests.at_min == one.requests.at_min


@given(st.sets(st.integers(0, 29), max_size=29))
@settings(max_examples=15)
def test_a_datapoint_that_lacks_is_nowhere_a_zero(lacking):
    values = WEEKS.frame.values.copy()
    first = int(values.index.searchsorted(pd.Timestamp(SEND - timedelta(minutes=30)).as_unit("s")))
    values.iloc[[first + each for each in lacking]] = np.nan
    holed = replace(WEEKS, frame=MetricFrame(values, WEEKS.frame.answers))
    one = review_event(WEEKS.events[0], Rows({"web": holed}), CATALOG, {"web": 60.0})
    assert all(each.value > 1 and not each.usual <= 1 and not each.before <= 1 for each in one.figures)
    assert all(fleet.before >= 4 and not fleet.at_peak < 4 for fleet in one.fleets.values())


def test_what_grew_faster_than_the_requests_is_named_the_most_first():
    week = service_week(push(audience=100_000))
    columns = {Column("alb", "latency", "p99"): 0.5, Column("web", "memory", "Average"): 50.0}
    values = week.frame.values.copy()
    at = int(values.index.searchsorted(pd.Timestamp(SEND).as_unit("s")))
    for column, level in columns.items():
        values[tuple(column)] = level
        values.loc[values.index[at], tuple(column)] = level * 8
    answers = {**week.frame.answers, **dict.fromkeys(columns, Answer(Status.COMPLETE, 300))}
    one = review_event(
        push(audience=100_000), Rows({"web": replace(week, frame=MetricFrame(values, answers))}), CATALOG
    )
    assert [(each.trace.column.metric, each.factor) for each in one.faster] == [("latency", 8.0)]


def test_what_moved_and_did_not_come_back_is_named():
    week = service_week(push())
    values = week.frame.values.copy()
    values.loc[values.index >= pd.Timestamp(SEND), ("web", "memory", "Average")] += 20
    one = review_event(push(), Rows({"web": replace(week, frame=MetricFrame(values, week.frame.answers))}), CATALOG)
    assert [each.trace.role for each in one.not_back] == ["memory"]


def test_without_requests_anything_that_rose_makes_it_visible():
    week = service_week(push())
    kept = {column: answer for column, answer in week.frame.answers.items() if column.metric == "cpu"}
    one = review_event(push(), Rows({"web": replace(week, frame=MetricFrame(week.frame.values, kept))}), CATALOG)
    assert (one.requests, one.visible, one.faster) == (None, True, ())
    assert np.isnan([one.recovery_min, observed(one).requests, observed(one).base]).all()


def test_an_event_looks_at_the_services_that_it_names_and_at_the_stores_of_all():
    named = push(services=("api",))
    assert review_event(named, Rows({"web": service_week(named)}), CATALOG).figures == ()
    store, web = Hop("db", "db", "aurora_role"), Hop("web", "web", "ecs_service")
    assert [on_the_way(named, each, CATALOG) for each in (store, web)] == [True, False]
    assert on_the_way(replace(named, services=()), web, CATALOG)


def test_of_all_that_got_more_tasks_the_last_is_the_slowest():
    one = reviewed(push(audience=100_000))
    ((hop, fleet),) = one.fleets.items()
    later, never = replace(fleet, lag_min=9.0), replace(fleet, lag_min=float("nan"))
    other, third = hop._replace(part="api"), hop._replace(part="worker")
    assert replace(one, fleets={hop: fleet, other: later, third: never}).slowest_fleet == (other, later)
    assert replace(one, fleets={third: never}).slowest_fleet is None
