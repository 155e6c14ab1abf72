from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_lib.document.series import local_text, points, runs, thin


def series(values: list[float], start: str = "2026-10-01T00:00Z", period_s: int = 300) -> pd.Series:
    index = pd.date_range(start, periods=len(values), freq=f"{period_s}s", unit="s")
    return pd.Series(values, index=index, dtype=float)


def test_moments_are_local_wall_time():
    assert local_text(datetime(2026, 10, 1, 5, 5, tzinfo=UTC), "Asia/Tokyo") == "2026-10-01T14:05:00"


def test_a_regular_series_needs_no_x_values():
    drawn = points(series([1.0, np.nan, 3.0]), "Asia/Tokyo")
    assert (drawn["x0"], drawn["dx"]) == ("2026-10-01T09:00:00", 300_000.0)
    assert drawn["y"].dtype == np.float32
    np.testing.assert_array_equal(drawn["y"], np.array([1, np.nan, 3], dtype=np.float32))


def test_last_week_is_drawn_seven_local_days_later():
    assert points(series([1.0, 2.0]), "Asia/Tokyo", timedelta(days=7))["x0"] == "2026-10-08T09:00:00"


def test_across_a_daylight_saving_change_every_x_is_given():
    drawn = points(series([1.0, 2.0, 3.0], "2026-11-01T05:00Z", 3600), "America/New_York")
    hours = [datetime.fromtimestamp(x / 1000, UTC).hour for x in drawn["x"]]
    assert hours == [1, 1, 2]


@given(st.lists(st.floats(-1e6, 1e6, width=32) | st.just(float("nan")), min_size=1, max_size=400), st.integers(2, 50))
def test_thinning_keeps_extremes_and_invents_nothing(values, most):
    given_values = np.array(values, dtype=np.float32)
    thinned, stride = thin(given_values, most)
    known = thinned[~np.isnan(thinned)]
    assert np.isin(known, given_values).all()
    assert len(thinned) <= most + 2
    assert len(thinned) * stride >= len(given_values)
    if len(given_values) % (2 * stride) == 0 and not np.isnan(given_values).any():
        assert (known.min(), known.max()) == (given_values.min(), given_values.max())


def test_a_spike_of_one_datapoint_survives_thinning():
    values = np.zeros(4000, dtype=np.float32)
    values[1717] = 99
    thinned, stride = thin(values)
    assert thinned.max() == 99
    assert abs(int(thinned.argmax()) * stride - 1717) <= 2 * stride


def test_a_gap_stays_a_gap():
    values = np.ones(4000, dtype=np.float32)
    values[1000:2000] = np.nan
    thinned, stride = thin(values)
    assert np.isnan(thinned[1100 // stride : 1900 // stride]).all()


@pytest.mark.parametrize(
    ("values", "expected"),
    [([], []), ([np.nan], []), ([1.0, 2.0], [[1.0, 2.0]]), ([np.nan, 1.0, np.nan, 2.0, 3.0], [[1.0], [2.0, 3.0]])],
)
def test_runs_are_the_stretches_with_values(values, expected):
    assert [run.tolist() for run in runs(series(values))] == expected
