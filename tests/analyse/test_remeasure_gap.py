"""A gap that was decided on, a week later."""

from datetime import timedelta

import numpy as np
import pytest

from sre_lib.earlier import Remeasured
from tests.analyse.series import rhythm
from tests.analyse.test_remeasure import CPU, at, known, measured, slot

GAP = known("metric_gap", at(8, 4), at(8, 5), direction=-1)
SEEN = {"minutes": 60.0, "others_count": 2.0, "beside_count": 3.0}
THEN = {**SEEN, "limit": 100.0}


def missing(*gaps):
    """Six weeks without the datapoints of `(day, minutes)` from 04:00 on."""
    series = rhythm(42)
    for day, minutes in gaps:
        series.iloc[slot(day, 4) : slot(day, 4, minutes)] = np.nan
    return series


CASES = {
    "gone": (((8, 60),), Remeasured("gone", THEN, {"gap_minutes": 0.0, "days": 0.0, "of_days": 7.0}, at(8, 5))),
    "a short one is none": (
        ((8, 60), (16, 25)), Remeasured("gone", THEN, {"gap_minutes": 25.0, "days": 0.0, "of_days": 7.0}, at(8, 5)),
    ),
    "still there": (((8, 60), (14, 60)), Remeasured("still", THEN, {"gap_minutes": 60.0, "days": 1.0, "of_days": 7.0})),
    "worse": (
        ((8, 60), (14, 60), (18, 120)), Remeasured("worse", THEN, {"gap_minutes": 120.0, "days": 2.0, "of_days": 7.0}),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_longest_gap_of_each_day(case):
    gaps, wanted = CASES[case]
    assert measured(GAP, SEEN, "2026-W12", {CPU: missing(*gaps)}) == wanted


def test_a_week_with_hardly_a_datapoint_is_too_little_data():
    series = missing((8, 60))
    series.iloc[slot(14) : slot(19)] = np.nan
    found = measured(GAP, SEEN, "2026-W12", {CPU: series})
    assert (found.outcome, found.reason) == ("cannot_tell", "too_little_data")


def test_one_that_the_next_midnight_cuts_counts_whole_on_both_days():
    series = missing((8, 60))
    start = slot(16, 23)
    series.iloc[start : start + timedelta(hours=2) // timedelta(minutes=5)] = np.nan
    found = measured(GAP, SEEN, "2026-W12", {CPU: series})
    assert (found.now["gap_minutes"], found.now["days"]) == (120.0, 2.0)
