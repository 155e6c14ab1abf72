import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sre_lib.analyse import robust

NAN = np.nan
with_holes = arrays(
    np.float64, st.tuples(st.integers(1, 6), st.integers(1, 6)), elements=st.floats(-1e6, 1e6) | st.just(NAN)
)


@given(with_holes)
def test_column_median_is_that_of_what_is_there(rows):
    expected = [np.median(column[~np.isnan(column)]) if (~np.isnan(column)).any() else NAN for column in rows.T]
    np.testing.assert_allclose(robust.column_median(rows), expected)


def test_rolling_statistics_look_only_at_what_is_there():
    values = np.array([1.0, NAN, 5.0, NAN, NAN, NAN, 2.0])
    np.testing.assert_array_equal(robust.rolling_max(values, 3), [1, 5, 5, 5, NAN, 2, 2])
    np.testing.assert_array_equal(robust.block_median(values, 2), [1, 5, NAN, 2])


def test_runs_and_joined_runs():
    mask = np.array([0, 1, 1, 0, 0, 1, 0, 0, 0, 1], dtype=bool)
    assert robust.runs(mask) == [(1, 3), (5, 6), (9, 10)]
    assert robust.joined(robust.runs(mask), 3) == [(1, 6), (9, 10)]


def test_steps_of_any_period():
    assert robust.steps(pd.date_range("2026-01-01", periods=3, freq="300s"), 60) == 12
    assert robust.steps(pd.date_range("2026-01-01", periods=3, freq="1h"), 15) == 1


@given(
    st.integers(1, 40),
    st.booleans(),
    st.sampled_from([None, 2]),
    st.lists(st.integers(-3, 3) | st.floats(-1e6, 1e6) | st.just(NAN), min_size=1, max_size=200),
)
def test_rolling_median_is_that_of_pandas(size, center, least, values):
    least = min(least or max(1, size // 4), size)
    expected = pd.Series(values, dtype=np.float64).rolling(size, center=center, min_periods=least).median()
    given_values = np.array(values, dtype=np.float64)
    np.testing.assert_array_equal(robust.rolling_median(given_values, size, center=center, least=least), expected)


@given(
    st.integers(1, 40),
    st.booleans(),
    st.integers(40, 400),
    st.integers(0, 1000),
)
def test_rolling_median_of_whole_series_is_that_of_pandas(size, center, slots, seed):
    values = np.random.default_rng(seed).normal(size=slots)
    expected = pd.Series(values).rolling(size, center=center, min_periods=max(1, size // 4)).median()
    np.testing.assert_array_equal(robust.rolling_median(values, size, center=center), expected)


@given(with_holes, st.integers(0, 4))
def test_cyclic_median_is_that_of_a_column_and_its_neighbours_round_the_end(rows, reach):
    near = [np.roll(rows, by, axis=1) for by in range(-reach, reach + 1)]
    np.testing.assert_array_equal(robust.cyclic_median(rows, reach), robust.column_median(np.concatenate(near)))


@given(st.lists(st.floats(-1e6, 1e6) | st.just(NAN), min_size=1, max_size=40))
def test_gaps_are_filled_as_pandas_fills_them(values):
    expected = pd.Series(values, dtype=np.float64).interpolate(limit_direction="both")
    np.testing.assert_array_equal(robust.filled(np.array(values, dtype=np.float64)), expected)


def test_what_is_infinite_is_no_datapoint():
    series = pd.Series([1.0, np.inf, NAN, -np.inf])
    np.testing.assert_array_equal(robust.finite(series), [1.0, NAN, NAN, NAN])
    assert np.isinf(series).sum() == 2
