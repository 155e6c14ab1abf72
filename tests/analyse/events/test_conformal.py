"""Intervals from errors of pushes that were left out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sre_lib.analyse.events.conformal import COVERAGE, LEAST_PUSHES, Interval, half_width, scale, without_each


@pytest.mark.parametrize(
    ("errors", "half"),
    [
        ([3.0, 1.0, 2.0, 4.0], 4.0),
        ([5.0, 3.0, 1.0, 2.0, 4.0], 5.0),
        ([9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0], 8.0),
        (list(range(19)), 15.0),
    ],
)
def test_half_of_an_interval_is_the_error_of_that_rank(errors: list[float], half: float) -> None:
    assert half_width(np.array(errors)) == half


@pytest.mark.parametrize("errors", [[], [1.0], [1.0, 2.0, 3.0], [1.0, 2.0, 3.0, np.nan]])
def test_errors_that_are_too_few_or_not_all_known_tell_nothing(errors: list[float]) -> None:
    assert np.isnan(half_width(np.array(errors)))


def test_four_errors_are_the_fewest_and_one_push_more_is_wanted() -> None:
    known = [n for n in range(10) if not np.isnan(half_width(np.ones(n)))]
    assert (known[0], LEAST_PUSHES) == (4, 5)


def test_intervals_hold_what_lies_in_them() -> None:
    interval = Interval.around(10.0, 2.0)
    assert interval == Interval(8.0, 10.0, 12.0)
    assert [interval.holds(each) for each in (7.9, 8.0, 12.0, 12.1, np.nan)] == [False, True, True, False, False]


def test_errors_grow_with_the_audience_and_never_shrink_below_the_usual() -> None:
    assert scale(np.array([50.0, 100.0, 300.0]), 100.0).tolist() == [1.0, 1.0, 3.0]


def test_each_is_left_out_once() -> None:
    assert [each.tolist() for each in without_each(np.array([1.0, 2.0, 3.0]))] == [[2, 3], [1, 3], [1, 2]]


@settings(max_examples=20)
@given(st.integers(4, 40), st.integers(0, 2**32 - 1))
def test_of_errors_like_those_before_so_many_lie_inside(n: int, seed: int) -> None:
    errors = np.random.default_rng(seed).exponential(size=(400, n + 1))
    held = np.mean([half_width(each[:-1]) >= each[-1] for each in errors])
    assert COVERAGE - 0.08 <= held <= COVERAGE + 1 / (n + 1) + 0.08
