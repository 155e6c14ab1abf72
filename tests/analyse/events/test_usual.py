"""What is usual at a push: the same time of other weeks, without what was not."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from sre_lib.analyse.events.usual import Usual, weeks_later
from sre_lib.event import Event

START = datetime(2026, 3, 2, tzinfo=UTC)
WEEK = timedelta(weeks=1)
SEND = START + 4 * WEEK + timedelta(hours=12)


def series(weeks: int = 5) -> pd.Series:
    """Return weeks in which every datapoint is the number of its week times ten, from 10 on."""
    index = pd.date_range(START, START + weeks * WEEK, freq="300s", inclusive="left", unit="s")
    return pd.Series(10.0 * (1 + np.arange(len(index)) // 2016), index)


def event(start: datetime, kind: str = "push") -> Event:
    return Event(start, start + timedelta(minutes=45), kind, "x")


def test_the_median_of_the_other_weeks_at_the_same_time():
    assert Usual.of(series(), ()).at(SEND, 2, SEND).tolist() == [25.0, 25.0]


def test_what_was_unusual_is_left_out_with_the_hour_after_it():
    others = [event(SEND - WEEK), event(SEND - 2 * WEEK - timedelta(minutes=100), "incident")]
    assert Usual.of(series(), others).at(SEND, 1, SEND).tolist() == [15.0]
    assert Usual.of(series(), [event(SEND - WEEK, "deployment")]).at(SEND, 1, SEND).tolist() == [25.0]


def test_with_one_calm_week_it_is_the_hour_before_the_send():
    others = [event(SEND - by * WEEK) for by in (1, 2, 3)]
    assert Usual.of(series(), others).at(SEND, 1, SEND).tolist() == [50.0]


def test_without_any_datapoint_it_is_not_known():
    found = Usual.of(series() * np.nan, ())
    assert np.isnan(found.at(SEND, 2, SEND)).all()
    assert np.isnan(found.cut(SEND, 2)).all()


def test_a_stretch_outside_the_series_is_not_known():
    found = Usual.of(series(), ())
    assert found.cut(START + 5 * WEEK - timedelta(minutes=5), 2)[0] == 50
    assert np.isnan(found.cut(START + 5 * WEEK, 2)).all()
    assert np.isnan(found.cut(START - timedelta(minutes=10), 2)).all()


def test_infinite_values_are_no_datapoints():
    values = series()
    values[values.index == pd.Timestamp(SEND - WEEK)] = np.inf
    assert np.isfinite(Usual.of(values, ()).at(SEND, 1, SEND)).all()


def test_the_same_time_is_that_of_the_clocks_over_a_change_in_either_direction():
    index = pd.date_range(START, START + 8 * WEEK, freq="300s", inclusive="left", unit="s")
    hours = pd.Series(index.tz_convert("Europe/Berlin").hour.to_numpy(dtype=float), index)
    for send in (START + 6 * WEEK + timedelta(hours=12), START + timedelta(days=9, hours=12)):
        clock = float(send.astimezone(ZoneInfo("Europe/Berlin")).hour)
        assert Usual.of(hours, (), "Europe/Berlin").at(send, 1, send).tolist() == [clock]


def test_a_week_later_is_so_by_the_clocks():
    before = datetime(2026, 3, 25, 11, tzinfo=UTC)
    assert weeks_later(before, 1, "Europe/Berlin") == datetime(2026, 4, 1, 10, tzinfo=UTC)
    assert weeks_later(before, 1, "Asia/Tokyo") == before + WEEK
    assert weeks_later(weeks_later(before, 1, "Europe/Berlin"), -1, "Europe/Berlin") == before


def test_a_send_between_two_seconds_is_that_of_its_slot():
    late = timedelta(microseconds=1), timedelta(seconds=1)
    one, other = ([event(SEND - by * WEEK + each) for by in (1, 2, 3)] for each in late)
    np.testing.assert_array_equal(Usual.of(series(), one).calm, Usual.of(series(), other).calm)


def test_a_send_far_outside_has_what_all_weeks_have_at_its_time():
    found = Usual.of(series(), ())
    for send in (START - 60 * WEEK, START + 60 * WEEK):
        assert found.at(send, 3, send).tolist() == [30.0] * 3


@given(st.lists(st.floats(1, 1000) | st.just(np.nan), min_size=5, max_size=5), st.integers(-3000, 3000))
def test_when_it_all_happened_does_not_matter(levels, slots):
    by = timedelta(minutes=5 * slots)
    values = series() * 0 + np.repeat(levels, 2016)
    moved = values.set_axis(values.index + by)
    one, other = Usual.of(values, [event(SEND - WEEK)]), Usual.of(moved, [event(SEND - WEEK + by)])
    np.testing.assert_array_equal(one.at(SEND, 4, SEND), other.at(SEND + by, 4, SEND + by))


@given(st.lists(st.floats(1, 1000) | st.just(np.nan), min_size=5, max_size=5))
def test_what_is_usual_lies_between_what_was_there(levels):
    (found,) = Usual.of(series() * 0 + np.repeat(levels, 2016), ()).at(SEND, 1, SEND)
    there = [each for each in levels if not np.isnan(each)]
    assert np.isnan(found) or min(there) <= found <= max(there)
    assert not np.isnan(found) or len(there) < 3
