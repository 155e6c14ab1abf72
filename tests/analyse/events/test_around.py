"""A series around a push: at 60 s where the archive has it, a count as one a minute, aligned at the send."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from sre_lib.analyse.events.around import Around, Rows, stretch_of
from sre_lib.analyse.events.chain import Hop, Trace
from sre_lib.event import Event
from sre_lib.model import Answer, Column, MetricFrame, Part, Service, ServiceWeek, Status
from sre_lib.weeks import named

WEEK = named("2026-W40", "UTC", history_weeks=3)
SEND = WEEK.start + timedelta(days=2, hours=12)
WEB = Hop("web", "alb", "alb_target_group")
REQUESTS = Trace(WEB, "requests", Column("alb", "requests", "Sum"), "Count", per_minute=True)
HEALTHY = Trace(WEB, "healthy_hosts", Column("alb", "healthy_hosts", "Minimum"), "Count")
PUSH = Event(SEND, SEND, "push", "x")
SLOTS = 30
"""Those of 300 s from half an hour before a send to two hours after it."""


def frame(start: datetime, end: datetime, period_s: int, **values: float | np.ndarray) -> MetricFrame:
    """Return a frame of the two metrics, each one value or one a slot."""
    index = pd.date_range(start, end, freq=f"{period_s}s", inclusive="left", unit="s")
    columns = {each.column: values[each.column.metric] for each in (REQUESTS, HEALTHY) if each.column.metric in values}
    table = pd.DataFrame({tuple(name): np.broadcast_to(value, len(index)) for name, value in columns.items()}, index)
    table.columns = pd.MultiIndex.from_tuples(list(columns))
    return MetricFrame(table.astype(float), dict.fromkeys(columns, Answer(Status.COMPLETE, period_s)), period_s)


def rows(*events: Event, week=WEEK) -> Rows:
    """Return a service with 500 requests in five minutes (100 a minute) and 4 healthy hosts, all the time."""
    service = Service("web", (Part("alb", "alb_target_group", {}),))
    seen = frame(week.history_start, week.end, 300, requests=500.0, healthy_hosts=4.0)
    return Rows({"web": ServiceWeek(service, week, seen, events)})


def seen_around(told: Rows, event: Event, trace: Trace, at_60_s: MetricFrame | None = None) -> Around:
    """Return a trace that the service has."""
    found = told.around(event, trace, at_60_s)
    assert found
    return found


def fine(minutes: float | np.ndarray, event: Event = PUSH) -> MetricFrame:
    return frame(*stretch_of(event), 60, requests=minutes)


def test_at_300_s_a_count_is_one_a_minute_and_a_level_stays():
    found = seen_around(rows(), PUSH, REQUESTS)
    assert (found.period_s, found.minutes.tolist()) == (300, list(np.arange(-30.0, 120.0, 5)))
    assert (set(found.values), set(found.usual)) == ({100.0}, {100.0})
    assert set(seen_around(rows(), PUSH, HEALTHY).values) == {4.0}


def test_at_60_s_each_minute_stands_alone_beside_the_usual_of_its_five():
    minutes = np.arange(150.0)
    found = seen_around(rows(), PUSH, REQUESTS, fine(minutes))
    assert (found.period_s, found.minutes.tolist()) == (60, list(np.arange(-30.0, 120.0)))
    assert (found.values.tolist(), set(found.usual)) == (minutes.tolist(), {100.0})


def published(every: int) -> np.ndarray:
    """Return minutes of which only some have a datapoint."""
    return np.where(np.arange(150) % every == 0, 90.0, np.nan)


@pytest.mark.parametrize(("every", "period_s"), [(1, 60), (2, 60), (3, 300), (5, 300), (1000, 300)])
def test_what_is_published_every_five_minutes_is_not_taken_for_60_s(every, period_s):
    assert seen_around(rows(), PUSH, REQUESTS, fine(published(every))).period_s == period_s


def test_a_column_that_was_not_fetched_at_60_s_is_seen_at_300_s():
    assert seen_around(rows(), PUSH, HEALTHY, fine(1.0)).period_s == 300


def test_infinite_minutes_are_no_datapoints():
    minutes = np.full(150, 90.0)
    minutes[40] = np.inf
    found = seen_around(rows(), PUSH, REQUESTS, fine(minutes)).values
    assert np.isnan(found[40])
    assert np.isfinite(np.delete(found, 40)).all()


def test_a_column_that_the_service_lacks_is_none():
    assert rows().around(PUSH, replace(REQUESTS, column=Column("alb", "x", "Sum")), None) is None


def test_since_begins_with_the_period_that_holds_the_send():
    minutes = np.array([-7.0, -2.0, 3.0])
    one = Around(REQUESTS, 300, minutes, np.array([1.0, np.nan, np.nan]), np.full(3, np.nan))
    assert one.since.tolist() == [False, True, True]
    assert not one.seen
    assert replace(one, values=np.array([np.nan, 2.0, np.nan])).seen


@pytest.mark.parametrize(
    ("late_s", "lasts", "first", "slots"),
    [
        (0, timedelta(0), timedelta(minutes=30), SLOTS),
        (0, timedelta(hours=1), timedelta(minutes=30), SLOTS),
        (90, timedelta(0), timedelta(minutes=31, seconds=30), SLOTS + 1),
        (0, timedelta(days=3), timedelta(minutes=30), 6 + 3 * 288 + 12),
        (0, -timedelta(hours=5), timedelta(minutes=30), SLOTS),
    ],
)
def test_the_stretch_is_whole_slots_to_two_hours_after_the_send_or_one_after_the_end(late_s, lasts, first, slots):
    start = SEND + timedelta(seconds=late_s)
    assert stretch_of(Event(start, start + lasts, "sale", "x")) == (
        start - first, start - first + slots * timedelta(minutes=5),
    )  # fmt: skip


@pytest.mark.parametrize("start", [WEEK.history_start - timedelta(days=30), WEEK.end + timedelta(days=30)])
def test_outside_history_and_week_there_is_no_datapoint(start):
    found = seen_around(rows(), replace(PUSH, start=start, end=start), REQUESTS)
    assert not found.seen
    assert np.isnan(found.values).all()


def test_the_usual_is_that_of_the_clock_over_a_daylight_saving_change():
    berlin = named("2026-W44", "Europe/Berlin", history_weeks=3)
    index = pd.date_range(berlin.history_start, berlin.end, freq="300s", inclusive="left", unit="s")
    hours = index.tz_convert("Europe/Berlin").hour.to_numpy(dtype=float)
    seen = frame(berlin.history_start, berlin.end, 300, requests=hours * 5, healthy_hosts=1.0)
    week = replace(rows(week=berlin).weeks["web"], frame=seen)
    send = datetime(2026, 10, 29, 11, 30, tzinfo=UTC)
    found = seen_around(Rows({"web": week}), Event(send, send, "push", "x"), REQUESTS)
    assert found.usual.tolist() == found.values.tolist()
    assert found.usual[6] == 12.0
