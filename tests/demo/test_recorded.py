import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_lib.demo.backend import Minutes
from sre_lib.demo.recorded import Recorded

WEB = {"ServiceName": "web", "ClusterName": "shop"}
KEY = ("AWS/ECS", "CPUUtilization", frozenset(WEB.items()))


def series(timestamps, values):
    backend = Recorded()
    backend.put("AWS/ECS", "CPUUtilization", WEB, timestamps, values)
    return backend.series(*KEY)


def test_samples_of_a_minute_accumulate_and_the_others_are_nan():
    sets = series([180, 60, 119, 60], [5.0, 1.0, 2.0, 4.0]).minutes(0, 5)
    nan = np.nan
    wanted = Minutes(
        np.array([nan, 7.0, nan, 5.0, nan]),
        np.array([nan, 3.0, nan, 1.0, nan]),
        np.array([nan, 1.0, nan, 5.0, nan]),
        np.array([nan, 4.0, nan, 5.0, nan]),
    )
    for got, want in zip(sets, wanted, strict=True):
        np.testing.assert_array_equal(got, want)


def test_samples_put_later_join_the_earlier_ones():
    backend = Recorded()
    backend.put("AWS/ECS", "CPUUtilization", WEB, [60], [1.0])
    backend.put("AWS/ECS", "CPUUtilization", WEB, [0, 60], [9.0, 3.0])
    found = backend.series(*KEY)
    assert found is not None
    np.testing.assert_array_equal(found.minutes(0, 2).total, [9.0, 4.0])


def test_only_the_exact_dimensions_name_a_series():
    backend = Recorded()
    backend.put("AWS/ECS", "CPUUtilization", WEB, [60], [1.0])
    assert backend.series("AWS/ECS", "CPUUtilization", frozenset({("ServiceName", "web")})) is None
    assert backend.series("AWS/EC2", "CPUUtilization", KEY[2]) is None


def test_a_window_without_samples_is_all_nan():
    found = series([600], [1.0])
    assert all(np.isnan(values).all() for values in found.minutes(0, 5))
    assert np.isnan(found.percentile(0.99, 0, 5, 5)).all()


@given(st.lists(st.floats(-1e300, 1e300).filter(bool), min_size=1, max_size=20))
def test_a_single_sample_a_minute_comes_back_bit_by_bit(values):
    sets = series(60 * np.arange(len(values)), values).minutes(0, len(values))
    assert (sets.total / sets.samples).tolist() == values


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30), st.sampled_from([0.0, 0.5, 0.9, 0.99, 1.0]))
def test_percentiles_are_those_of_all_samples_of_the_bucket(values, share):
    got = series(np.arange(len(values)) % 5 * 60, values).percentile(share, 0, 10, 5)
    assert got[0] == pytest.approx(np.quantile(values, share), rel=1e-9)
    assert np.isnan(got[1])


def test_there_are_no_percentiles_below_zero():
    assert series([0], [-1.0]).percentile(0.5, 0, 5, 5) is None


@pytest.mark.parametrize(("timestamps", "values"), [([0, 60], [1.0]), ([0], [np.nan]), ([0], [np.inf])])
def test_what_is_no_sample_is_refused(timestamps, values):
    with pytest.raises(ValueError, match="CPUUtilization"):
        series(timestamps, values)
