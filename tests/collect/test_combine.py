"""Several resources as one: what each statistic means for a set, and what counts as answered."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_lib.collect.combine import never_asked, of_the_largest, together
from sre_lib.collect.lines import Line
from sre_lib.collect.windows import Window

NAN = np.nan


def line(sums, counts, minima=None, maxima=None, **flags):
    values = {
        "Sum": np.array(sums, float),
        "SampleCount": np.array(counts, float),
        "Minimum": np.array(minima or sums, float),
        "Maximum": np.array(maxima or sums, float),
    }
    values["Average"] = values["Sum"] / values["SampleCount"]
    return answered(values, **flags)


def answered(values, asked_at=100, whole=True, gone=False, denied=False, period_s=300, messages=()):
    size = len(next(iter(values.values())))
    slots = {"asked_at": asked_at, "whole": whole, "gone": gone, "denied": denied, "period_s": period_s}
    return Line(values, messages=messages, **{name: np.broadcast_to(each, size) for name, each in slots.items()})


def same(got, want):
    assert got.keys() == want.keys()
    for name, values in want.items():
        np.testing.assert_array_equal(got[name], values, err_msg=name)


def test_each_statistic_of_a_set():
    blue = line([10, 10, NAN, NAN], [2, 2, NAN, NAN], [4, 4, NAN, NAN], [6, 6, NAN, NAN])
    green = line([NAN, 90, 7, NAN], [NAN, 8, 1, NAN], [NAN, 1, 7, NAN], [NAN, 20, 7, NAN])
    same(
        together([blue, green]).values,
        {
            "Sum": [10, 100, 7, NAN],
            "SampleCount": [2, 10, 1, NAN],
            "Minimum": [4, 1, 7, NAN],
            "Maximum": [6, 20, 7, NAN],
            "Average": [5, 10, 7, NAN],
        },
    )


def test_one_alone_is_as_it_was():
    blue = line([10, NAN], [2, NAN])
    assert together([blue]) is blue


def test_a_percentile_is_that_of_the_one_with_the_most_samples():
    blue = answered({"p99": np.array([0.1, 0.1, 0.1, NAN, NAN, 0.1])})
    green = answered({"p99": np.array([0.9, 0.9, 0.9, 0.9, NAN, 0.9])})
    counts = [np.array([9.0, 1, 5, 9, NAN, NAN]), np.array([1.0, 9, 5, NAN, NAN, 1])]
    same(of_the_largest([blue, green], "p99", counts).values, {"p99": [0.1, 0.9, 0.1, 0.9, NAN, 0.9]})


@pytest.mark.parametrize(
    ("other", "sums", "whole", "gone", "asked_at"),
    [
        # answered, and nothing there: only the first counts
        ({}, [5, 5], [True, True], [False, False], [100, 100]),
        # not answered in full: what is there is not the total
        ({"whole": [True, False]}, [5, NAN], [True, False], [False, False], [100, 100]),
        ({"whole": [True, False], "denied": [False, True]}, [5, NAN], [True, False], [False, False], [100, 100]),
        # too old to be asked for: no more can come
        ({"whole": [False, True], "gone": [True, False], "asked_at": [0, 100]},
         [5, 5], [False, True], [True, False], [0, 100]),
        # not known before it was first asked for: it was not there
        ({"whole": [False, True], "asked_at": [0, 90]}, [5, 5], [True, True], [False, False], [100, 90]),
        # asked for once and then no more: not answered
        ({"whole": [True, False], "asked_at": [100, 0]}, [5, NAN], [True, False], [False, False], [100, 0]),
        # never asked for
        ({"whole": False, "asked_at": 0}, [NAN, NAN], [False, False], [False, False], [0, 0]),
    ],
)  # fmt: skip
def test_a_slot_is_answered_only_where_all_were(other, sums, whole, gone, asked_at):
    got = together([line([5, 5], [1, 1]), line([NAN, NAN], [NAN, NAN], **other)])
    np.testing.assert_array_equal(got.values["Sum"], sums)
    assert (got.whole.tolist(), got.gone.tolist(), got.asked_at.tolist()) == (whole, gone, asked_at)


def test_a_datapoint_that_came_late_or_in_part_counts():
    first, second = line([5], [1]), line([3], [1], whole=False)
    got = together([first, second])
    assert (got.values["Sum"].tolist(), got.whole.tolist()) == ([8], [False])


def test_denied_anywhere_is_denied_and_messages_stand_once():
    lines = [
        line([5], [1], messages=("slow", "late")),
        line([NAN], [NAN], whole=False, denied=True, messages=("late",)),
    ]
    got = together(lines)
    assert (got.denied.tolist(), got.messages) == ([True], ("slow", "late"))


def test_a_value_is_as_fine_as_the_coarsest_of_it():
    fine = line([5, 5, NAN], [1, 1, NAN], period_s=60)
    got = together([fine, line([1, NAN, NAN], [1, NAN, NAN])])
    assert got.period_s.tolist() == [300, 60, 60]


def test_what_was_never_asked_for_says_why():
    got = never_asked("p99", Window(0, 600), 300, "nothing matches")
    assert set(got.values) == {"p99", "Average", "Sum", "SampleCount", "Minimum", "Maximum"}
    assert np.isnan(got.values["p99"]).all()
    assert (got.asked_at.tolist(), got.messages) == ([0, 0], ("nothing matches",))


SAMPLE = st.tuples(st.integers(0, 3), st.integers(0, 4), st.integers(-1000, 1000))


@given(st.lists(SAMPLE, max_size=60), st.integers(1, 4))
def test_the_parts_of_a_split_series_are_together_the_whole(samples, count):
    """Samples (slot, resource, value) split over resources: together they are the statistics of all, exactly."""

    def statistics(chosen):
        slots = [[value for slot, _, value in chosen if slot == at] for at in range(4)]
        return line(
            *([f(each) if each else NAN for each in slots] for f in (sum, len, min, max)),
        )

    split = [statistics([each for each in samples if each[1] % count == number]) for number in range(count)]
    same(together(split).values, dict(statistics(samples).values))


def test_the_order_of_resources_changes_nothing():
    lines = [line([1, NAN], [1, NAN]), line([2, 3], [4, 1]), replace(line([5, NAN], [1, NAN]))]
    same(together(lines).values, dict(together(lines[::-1]).values))
