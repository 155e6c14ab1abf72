"""What is usual at a push: the same time of other weeks, without what was not."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

from sre_lib.analyse.events.usual import Usual
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
