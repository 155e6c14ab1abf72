"""The events of a week: what the model learns from, what is planned, load tests, and what is wrong with an event."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from sre_lib.analyse.events.around import Rows
from sre_lib.analyse.events.conformal import TooFew
from sre_lib.analyse.events.response import Response
from sre_lib.analyse.events.review import EventsOfWeek
from sre_lib.catalog import builtin_catalog
from sre_lib.event import Event
from sre_lib.model import MetricFrame, ServiceWeek
from sre_lib.weeks import named
from tests.document.test_event_texts import PUSHES, SEND, WEEK, events_of, push, service_week

CATALOG = builtin_catalog()


def at_60_s(week: ServiceWeek, since: datetime) -> Rows:
    """Return a service whose archive holds 60 s since a moment: each value of 300 s in its five minutes."""

    def fine(_service: str, start: datetime, end: datetime) -> MetricFrame | None:
        if start < since:
            return None
        index = pd.date_range(start, end, freq="60s", inclusive="left", unit="s")
        values = week.frame.values.reindex(index, method="ffill")
        counts = [each for each in values.columns if each[2] in {"Sum", "SampleCount"}]
        values[counts] /= 5
        return MetricFrame(values, week.frame.answers, 60)

    return Rows({"web": week}, fine)


@pytest.mark.parametrize(("weeks_ago", "periods"), [(7, {60}), (5, {60}), (3, {300})])
def test_the_model_learns_from_60_s_alone_where_that_is_enough_else_from_300_s(weeks_ago, periods):
    week = at_60_s(service_week(*PUSHES), SEND - timedelta(weeks=weeks_ago))
    found = EventsOfWeek(WEEK, week, CATALOG)
    fine = [each for each in found.every if each.period_s == 60]
    assert len(found.observed) == (len(fine) if periods == {60} else len(PUSHES))
    lags = {reading.lag_min for each in found.observed for reading in each.resources.values()}
    assert {lag for lag in lags if np.isfinite(lag)} == ({5.0} if periods == {60} else {10.0})


def test_the_model_wants_five_pushes_that_nothing_else_disturbed():
    assert isinstance(events_of(*PUSHES).model, Response)
    disturbed = [push(weeks, kind="incident", title="down") for weeks in range(3)]
    assert events_of(*PUSHES, *disturbed).model == TooFew(4, 5)
    assert events_of().model == TooFew(0, 5)


def test_a_deployment_disturbs_no_push():
    deployed = [push(weeks, kind="deployment", title="v2") for weeks in range(7)]
    assert len(events_of(*PUSHES, *deployed).observed) == 7


def test_of_the_week_are_those_that_began_in_it():
    before, first = push(start=WEEK.start - timedelta(minutes=5)), push(start=WEEK.start)
    last, after = push(start=WEEK.end - timedelta(minutes=5)), push(start=WEEK.end)
    found = events_of(before, first, last, after)
    assert [each.event for each in found.every] == [before, first, last]
    assert [each.event for each in found.crowds] == [first, last]
    assert found.planned == (after,)


def test_planned_is_the_next_week_without_holidays_and_incidents():
    kinds = ("push", "load_test", "maintenance", "holiday", "incident")
    later = [push(-1, kind=kind, title=kind) for kind in kinds]
    assert [each.kind for each in events_of(*later, push(-2)).planned] == ["load_test", "maintenance", "push"]


def test_a_planned_push_meets_the_tasks_of_its_time_of_the_week():
    later = push(-1, 100_000)
    found = events_of(*PUSHES, later)
    assert found.planned == (later,)
    thought = found.needs(later)
    assert thought
    (fleet,) = thought.fleets
    assert (fleet.part, fleet.tasks, fleet.most) == ("web", 4.0, 10.0)


@pytest.mark.parametrize(
    "changes", [{"audience": None}, {"audience": 0}, {"kind": "maintenance"}, {"kind": "load_test"}]
)
def test_of_what_brings_nobody_known_no_need_is_told(changes):
    later = replace(push(-1, 100_000), **changes)
    assert events_of(*PUSHES, later).needs(later) is None


def test_with_too_few_pushes_no_need_and_nothing_larger_is_told():
    later = push(-1)
    found = events_of(*PUSHES[:4], later)
    assert (found.needs(later), found.larger(found.crowds[0])) == (None, ())


def test_load_tests_are_the_newest_first_and_no_crowds():
    tests = [push(weeks, kind="load_test", title=f"test {weeks}") for weeks in (3, 0, 1)]
    found = events_of(*tests)
    assert [each.event.title for each in found.load_tests] == ["test 0", "test 1", "test 3"]
    assert found.crowds == ()


def partly(*events: Event, of: slice, column: str = "") -> EventsOfWeek:
    """Return the events of weeks in which nothing comes of them and a stretch of the datapoints is not there."""
    week = service_week(*events, peak=0.0)
    values = week.frame.values.copy()
    names = [each for each in values.columns if column in {"", each[1]}]
    values.loc[of, names] = np.nan
    return EventsOfWeek(WEEK, Rows({"web": replace(week, frame=MetricFrame(values, week.frame.answers))}), CATALOG)


def minutes(count: float) -> pd.Timestamp:
    """Return a moment so many minutes after the send."""
    return pd.Timestamp(SEND + timedelta(minutes=count))


def test_what_had_no_effect_is_unseen():
    found = events_of(push(), peak=0.0)
    assert ([each.event for each in found.unseen], found.untold) == ([push()], ())


@pytest.mark.parametrize(
    "lacking",
    [
        slice(None),
        slice(minutes(0), minutes(29)),
        slice(minutes(30), minutes(59)),
        slice(minutes(0), minutes(14)),
        slice(None, minutes(-1)),
    ],
    ids=["all", "the first half hour", "the second", "a quarter of the hour", "all before it"],
)
def test_of_what_was_seen_too_little_it_is_not_said_that_nothing_came_of_it(lacking):
    found = partly(push(), of=lacking)
    assert (found.unseen, [each.event for each in found.untold]) == ((), [push()])


def test_a_tenth_of_the_hour_may_lack():
    found = partly(push(), of=slice(minutes(0), minutes(4)))
    assert ([each.event for each in found.unseen], found.untold) == ([push()], ())


def test_a_push_at_the_end_of_the_week_is_not_told_yet():
    found = events_of(push(start=WEEK.end - timedelta(minutes=5), end=WEEK.end), peak=0.0)
    assert (found.unseen, len(found.untold)) == ((), 1)


def test_a_batch_is_told_by_its_load_not_by_the_crowd():
    assert events_of(push(kind="batch")).reviewed[0].effect == "seen"
    ran = partly(push(kind="batch"), of=slice(None), column="requests")
    assert ran.reviewed[0].effect == "none"
    assert partly(push(kind="batch"), of=slice(None), column="cpu").reviewed[0].effect == "none"
    assert partly(push(kind="batch"), of=slice(None)).reviewed[0].effect == "unknown"


def test_the_model_learns_from_no_push_whose_peak_may_be_in_a_gap():
    week = service_week(*PUSHES)
    values = week.frame.values.copy()
    values.loc[minutes(10) : minutes(40), ("alb", "requests", "Sum")] = np.nan
    found = EventsOfWeek(WEEK, Rows({"web": replace(week, frame=MetricFrame(values, week.frame.answers))}), CATALOG)
    assert found.crowds[0].visible
    assert SEND not in {each.at for each in found.observed}
    assert len(found.observed) == len(PUSHES) - 1


@pytest.mark.parametrize("apart", [6, 15, 45, 59])
def test_what_comes_in_the_hour_after_another_is_flagged_on_both_and_taught_to_nobody(apart):
    one, other = push(end=SEND, title="one"), push(start=SEND + timedelta(minutes=apart), title="other")
    other = replace(other, end=other.start)
    found = events_of(one, other, *PUSHES[1:])
    assert [[each.title for each in seen.overlapping] for seen in found.crowds] == [["other"], ["one"]]
    assert {SEND, other.start}.isdisjoint({each.at for each in found.observed})


def test_ten_pushes_within_an_hour_are_all_flagged():
    ten = [
        push(start=SEND + timedelta(minutes=6 * n), end=SEND + timedelta(minutes=6 * n), title=f"{n}")
        for n in range(10)
    ]
    found = events_of(*ten)
    assert [len(each.overlapping) for each in found.crowds] == [9] * 10
    assert found.observed == ()


def test_a_deployment_before_the_send_does_not_overlap():
    done = push(kind="deployment", start=SEND - timedelta(minutes=10), end=SEND - timedelta(minutes=5), title="v2")
    assert events_of(push(), done).crowds[0].overlapping == ()


BERLIN = named("2026-W44", "Europe/Berlin", history_weeks=6)
"""The week after the clocks went back; all of its history is in summer time."""


def by_the_clock(*events: Event) -> ServiceWeek:
    """Return weeks whose requests are 1,000 times the local hour, so that an hour amiss shows."""
    base = service_week(*events)
    index = pd.date_range(BERLIN.history_start, BERLIN.end, freq="300s", inclusive="left", unit="s")
    hours = index.tz_convert(BERLIN.timezone).hour.to_numpy(dtype=float)
    crowd = np.ones(len(index))
    for event in events:
        at = index.searchsorted(pd.Timestamp(event.start))
        crowd[at : at + 2] += (event.audience or 0) / 100_000
    values = base.frame.values.iloc[np.arange(len(index)) % len(base.frame.values)].set_axis(index)
    values["alb", "requests", "Sum"] = 5000.0 * hours * crowd
    values["web", "cpu", "Average"] = 2.0 * hours * crowd
    return replace(base, week=BERLIN, frame=MetricFrame(values, base.frame.answers))


def sent(day: int, audience: int = 100_000) -> Event:
    """Return a push at 19:00 by the clocks of Berlin."""
    start = datetime(2026, 10, day, 19, tzinfo=ZoneInfo("Europe/Berlin"))
    return Event(start, start + timedelta(minutes=45), "push", "Coupon", ("web",), audience)


def test_a_push_after_the_clocks_went_back_is_held_against_the_same_hour_of_the_clock():
    event = sent(29)
    (one,) = EventsOfWeek(BERLIN, Rows({"web": by_the_clock(event)}), CATALOG).crowds
    assert one.requests
    assert (one.requests.value, one.requests.usual, one.requests.at_min) == (38_000.0, 19_000.0, 0.0)


def test_a_push_planned_for_after_the_change_expects_the_level_of_its_own_hour():
    summer = named("2026-W43", "Europe/Berlin", history_weeks=6)
    past = [sent(day, 50_000 + 10_000 * day) for day in (1, 8, 15, 20, 22, 24)]
    week = replace(by_the_clock(*past), week=summer)
    later = sent(29)
    found = EventsOfWeek(summer, Rows({"web": replace(week, events=(*past, later))}), CATALOG)
    thought = found.needs(later)
    assert thought
    assert thought.planned.base == pytest.approx(19_000.0)


ODD = {
    "no service named": push(services=()),
    "an unknown service": push(services=("gone",)),
    "it ends before it begins": push(end=SEND - timedelta(days=1)),
    "an audience of nobody": push(audience=0),
    "fewer than nobody": push(audience=-5),
    "before the history": push(52),
    "a sale of three days": push(kind="sale", end=SEND + timedelta(days=3)),
    "a year long": push(end=SEND + timedelta(days=365)),
    "all the history long": push(start=WEEK.history_start, end=WEEK.end),
    "over the end of the week": push(start=WEEK.end - timedelta(seconds=1)),
    "between two seconds": push(start=SEND + timedelta(microseconds=1)),
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
@pytest.mark.parametrize("scale", [1.0, np.nan, np.inf, 0.0, -1.0], ids=["values", "none", "infinite", "zero", "below"])
def test_nothing_that_is_odd_about_an_event_or_its_values_is_an_error(odd, scale):
    week = service_week(*PUSHES[1:], odd, push(-1))
    frame = MetricFrame(week.frame.values * scale, week.frame.answers)
    found = EventsOfWeek(WEEK, Rows({"web": replace(week, frame=frame)}), CATALOG, {"web": 60.0})
    assert odd in {each.event for each in found.every}
    for one in found.every:
        assert all(np.isfinite(each.value) for each in one.figures)
        assert len(found.comparable(one)) <= len(found.every)
        assert isinstance(found.larger(one), tuple)
    assert all(np.isfinite(each.peak) for each in found.headroom)
    told = [found.needs(each) for each in found.planned]
    assert [each is None for each in told] == [isinstance(found.model, TooFew)]


def test_without_any_service_left_there_is_nothing_to_tell():
    found = EventsOfWeek(WEEK, Rows({}), CATALOG)
    assert (found.known, found.every, found.headroom, found.planned) == ((), (), (), ())
