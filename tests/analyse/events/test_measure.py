"""An event as a whole, on seven small weeks of one service."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from sre_lib.analyse.events.around import Rows, stretch_of
from sre_lib.analyse.events.conformal import TooFew
from sre_lib.analyse.events.headroom import TASKS, WORK, headroom_of
from sre_lib.analyse.events.load_parts import parts_of
from sre_lib.analyse.events.measure import comparable, observed, review_event
from sre_lib.analyse.events.observed import ResourceKey
from sre_lib.analyse.events.response import Response
from sre_lib.analyse.events.review import EventsOfWeek
from sre_lib.catalog import builtin_catalog
from sre_lib.model import Column, MetricFrame
from tests.document.test_event_texts import PUSHES, SEND, WEEK, events_of, push, service_week

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


def test_the_model_wants_five_pushes_that_nothing_else_disturbed():
    assert isinstance(events_of(*PUSHES).model, Response)
    disturbed = [push(weeks, kind="incident", title="down") for weeks in range(3)]
    assert events_of(*PUSHES, *disturbed).model == TooFew(4, 5)
    assert events_of().model == TooFew(0, 5)


def test_a_planned_push_meets_the_tasks_of_its_time_of_the_week():
    later = push(-1, 100_000)
    found = events_of(*PUSHES, later)
    assert found.planned == (later,)
    thought = found.needs(later)
    assert thought
    (fleet,) = thought.fleets
    assert (fleet.part, fleet.tasks, fleet.most) == ("web", 4.0, 10.0)
    assert found.needs(replace(later, audience=None)) is None


def test_headroom_of_metrics_and_tasks():
    week = service_week(*PUSHES)
    found = {each.resource: each for each in headroom_of({"web": week}, CATALOG)}
    assert set(found) == {"cpu", "memory", TASKS, WORK}
    assert (found[TASKS].peak, found[TASKS].limit, found[TASKS].left_share) == (4.0, 10.0, 0.6)
    assert 40 < found["cpu"].peak < 42  # The two datapoints of the push are beyond the p99.9.
    assert found["cpu"].days == float("inf")
    assert len(found["cpu"].peaks) == 7
    assert headroom_of({}, CATALOG) == ()


def test_headroom_that_shrinks_has_its_days():
    week = service_week()
    values = week.frame.values.copy()
    weeks = np.arange(len(values)) // 2016
    values["web", "memory", "Average"] += 5.0 * weeks
    found = headroom_of({"web": replace(week, frame=MetricFrame(values, week.frame.answers))}, CATALOG)
    memory = next(each for each in found if each.resource == "memory")
    assert memory.days == pytest.approx(7 * memory.left / 5, rel=0.05)


def test_headroom_of_a_week_with_hardly_a_datapoint_is_not_told():
    week = service_week()
    values = week.frame.values.copy()
    values["web", "memory", "Average"] = values["web", "memory", "Average"].where(
        np.arange(len(values)) < len(values) - 1500
    )
    found = headroom_of({"web": replace(week, frame=MetricFrame(values, week.frame.answers))}, CATALOG)
    assert "memory" not in {each.resource for each in found}


def test_the_parts_of_a_load_test_have_the_load_that_reached_them():
    test = push(kind="load_test", title="test")
    parts = parts_of(reviewed(test))
    assert [(each.part, set(each.frame)) for each in parts] == [
        ("alb", {"requests"}), ("web", {"tasks", "cpu", "memory", "requests"}),
    ]  # fmt: skip
    assert parts[1].limits == {"cpu": 100.0, "memory": 100.0}
    assert parts[1].frame["requests"].equals(parts[0].frame["requests"])


def test_the_week_over_a_daylight_saving_change_is_measured_like_any_other():
    found = EventsOfWeek(WEEK, Rows({"web": service_week(*PUSHES)}), CATALOG)
    assert [each.event for each in found.crowds] == [PUSHES[0]]
    assert found.unseen == ()
    assert Column("web", "cpu", "Average") in {each.column for each in found.crowds[0].around}
