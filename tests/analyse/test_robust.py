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
