from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_lib.collect.lines import Line, combined, rolled_up
from sre_lib.collect.spans import SETTLED_AFTER_S
from sre_lib.collect.windows import Window

NAN = np.nan
BASE = ("Sum", "SampleCount", "Minimum", "Maximum")


@st.composite
def minutes(draw):
    """Return the samples of some minutes: none, one or several each."""
    size = 5 * draw(st.integers(1, 6))
    return [draw(st.lists(st.floats(0, 1000), max_size=3)) for _ in range(size)]


def sets(samples):
    """Return the statistic sets of groups of samples, NaN where there are none."""
    functions: dict[str, Callable[[list[float]], float]] = {
        "Sum": sum,
        "SampleCount": len,
        "Minimum": min,
        "Maximum": max,
    }
    return {
        name: np.array([function(each) if each else NAN for each in samples], dtype=float)
        for name, function in functions.items()
    }


@given(minutes())
def test_a_roll_up_is_that_of_all_samples_together(samples):
    whole = np.ones(len(samples) // 5, bool)
    slots = [[value for minute in samples[at : at + 5] for value in minute] for at in range(0, len(samples), 5)]
    got, wanted = rolled_up(sets(samples), whole, 5), sets(slots)
    for name in BASE:
        np.testing.assert_allclose(got[name], wanted[name], rtol=1e-12)


@given(minutes())
def test_a_roll_up_in_two_steps_is_the_roll_up_in_one(samples):
    base = sets(samples * 3)
    ones = np.ones(len(samples) * 3, bool)
    once = rolled_up(base, ones[: len(ones) // 15], 15)
    twice = rolled_up(rolled_up(base, ones[: len(ones) // 5], 5), ones[: len(ones) // 15], 3)
    for name in BASE:
        np.testing.assert_allclose(once[name], twice[name], rtol=1e-12)


def test_a_single_sample_is_rolled_up_bit_by_bit():
    got = rolled_up(sets([[], [0.1], [], [], []]), np.array([True]), 5)
    assert {name: values[0] for name, values in got.items()} == {
        "Sum": 0.1, "SampleCount": 1.0, "Minimum": 0.1, "Maximum": 0.1,
    }  # fmt: skip


@pytest.mark.parametrize(("whole", "total"), [(True, 3.0), (False, NAN)])
def test_a_slot_with_minutes_missing_counts_only_where_the_answer_was_full(whole, total):
    got = rolled_up(sets([[1.0], [2.0], [], [], []]), np.array([whole]), 5)
    np.testing.assert_array_equal(got["Sum"], [total])


def test_a_minute_counts_only_where_all_its_statistics_came():
    base = sets([[1.0], [2.0], [3.0], [4.0], [5.0]])
    base["SampleCount"][2] = NAN
    got = rolled_up(base, np.array([True]), 5)
    assert {name: values[0] for name, values in got.items()} == {
        "Sum": 12.0, "SampleCount": 4.0, "Minimum": 1.0, "Maximum": 5.0,
    }  # fmt: skip


def line(value, asked_at, whole=True):
    array = np.array([value])
    no = np.array([False])
    return Line({"Sum": array}, np.array([asked_at]), np.array([whole]), no, no, np.array([300 if asked_at else 0]))


FINAL = 300 + SETTLED_AFTER_S


@pytest.mark.parametrize(
    ("fine", "coarse", "wanted", "from_fine"),
    [
        (line(1.0, FINAL), line(2.0, FINAL + 9), 1.0, True),
        (line(1.0, FINAL - 1), line(2.0, FINAL + 9), 2.0, False),
        (line(1.0, 600), line(2.0, 600), 1.0, True),
        (line(1.0, 600), line(NAN, FINAL), 1.0, True),
        (line(NAN, FINAL), line(2.0, 600), 2.0, False),
        (line(NAN, FINAL), line(NAN, 0, whole=False), NAN, True),
        (line(NAN, 0, whole=False), line(NAN, FINAL), NAN, False),
    ],
)
def test_minutes_go_first_unless_only_the_coarse_is_final(fine, coarse, wanted, from_fine):
    got = combined(replace(fine, period_s=fine.period_s // 5), coarse, Window(0, 300))
    np.testing.assert_array_equal(got.values["Sum"], [wanted])
    assert (got.period_s[0], got.whole[0]) == (60 if from_fine else 300, True)
