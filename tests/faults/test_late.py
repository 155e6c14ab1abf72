"""Datapoints that come late or are corrected: the next week's run brings them, as if they had always been there."""

import numpy as np
import pytest

from sre_lib.demo.endpoint_faults import Fault
from tests.faults.collecting import NEXT, WEEK, assert_complete, files, run, series, undisturbed

DAY_S = 86_400


def differing(folder):
    """Return how many datapoints of an archive are not those of the one without faults."""
    right = series(undisturbed())
    return sum(
        int((~((values == right[key]) | (np.isnan(values) & np.isnan(right[key])))).sum())
        for key, values in series(files(folder)).items()
    )


@pytest.mark.parametrize("kind", ["late", "corrected"])
def test_the_next_week_brings_what_came_late(tmp_path, kind):
    fault = Fault(kind, younger_than_s=DAY_S + 1)
    first = run(tmp_path, fault)
    # Seven hours after the week its last 17 hours are unsettled: every third datapoint of six metrics, four statistics.
    assert differing(tmp_path) == 17 * 6 // 3 * 6 * 4
    assert first.error == ""
    second = run(tmp_path, fault, week=NEXT)
    assert second.error == ""
    right = {key: values for key, values in series(undisturbed(WEEK, NEXT)).items() if WEEK.name in key[0]}
    got = {key: values for key, values in series(files(tmp_path)).items() if WEEK.name in key[0]}
    assert got.keys() == right.keys()
    for key, values in got.items():
        np.testing.assert_array_equal(values, right[key], err_msg=str(key))


def test_two_weeks_one_after_another_are_complete(tmp_path):
    for week in (WEEK, NEXT):
        run(tmp_path, week=week)
    assert_complete(tmp_path, WEEK, NEXT)
