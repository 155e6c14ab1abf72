"""Detectors of databases and caches: whatever is missing, they find nothing rather than raise."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sre_lib.analyse.baseline import Baseline
from sre_lib.analyse.detectors.filling import Filling
from sre_lib.analyse.detectors.from_zero import FromZero
from sre_lib.analyse.detectors.hidden_load import HiddenLoad
from sre_lib.analyse.detectors.shift_with import GrowthWith, ShiftWith, change_since
from sre_lib.analyse.detectors.staircase import Staircase
from sre_lib.analyse.registry import ALL
from sre_lib.analyse.seen import Beside, Seen
from sre_lib.model import Part, Service, Week
from tests.analyse.series import DAY, index, rhythm
from tests.analyse.views.shop import WEEK

PART = Part("db", "rds_instance", {"DBInstanceIdentifier": "shop"})
DETECTORS = (
    ShiftWith(),
    ShiftWith(side="down", others="up"),
    ShiftWith(others="down"),
    GrowthWith(),
    Staircase(),
    FromZero(),
    Filling(),
    HiddenLoad(),
)


def seen(series: pd.Series, beside: pd.Series, week: Week = WEEK) -> Seen:
    band, other = Baseline().band(series), Baseline().band(beside)
    near = {name: Beside("other", beside, other) for name in ("cpu", "swap", "memory")}
    return Seen(series, band, PART, Service("shop", (PART,)), week, 100.0, 1.0, near)


def holed(days: float, seed: int, missing: float) -> pd.Series:
    series = rhythm(days, seed)
    series[np.random.default_rng(seed).random(len(series)) < missing] = np.nan
    return series


@given(
    st.sampled_from(DETECTORS), st.sampled_from([0.02, 1, 8, 24]), st.integers(0, 9), st.sampled_from([0, 0.5, 0.99])
)
@settings(max_examples=30, deadline=None)
def test_whatever_is_missing_is_no_error_and_scores_are_scores(detector, days, seed, missing):
    found = detector.look(seen(holed(days, seed, missing), holed(days, seed + 10, missing)))
    assert all(0 <= each.score <= 1 and each.start < each.end for each in found)


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda each: f"{type(each).__name__}")
@pytest.mark.parametrize("value", [0.0, 7.0, np.nan], ids=str)
def test_nothing_is_found_in_a_constant_or_empty_series(detector, value):
    series = pd.Series(value, index(24))
    assert detector.look(seen(series, series)) == ()


def test_a_change_is_that_of_a_day_against_the_same_hours_a_week_before():
    series = pd.Series(np.where(np.arange(21 * DAY) >= 15 * DAY, 12.0, 10.0), index(21))
    at = series.index[15 * DAY].to_pydatetime()
    assert change_since(series, at) == pytest.approx(0.2)
    assert np.isnan(change_since(series, at - timedelta(days=14)))
    assert np.isnan(change_since(series * 0, at))


@pytest.mark.parametrize(
    ("detector", "setting"),
    [
        ("shift_with", {"side": "left"}),
        ("shift_with", {"others": "still"}),
        ("growth_with", {"side": "left"}),
        ("growth_with", {"share": 0}),
        ("staircase", {"enter": 0}),
        ("from_zero", {"least_min": 0}),
        ("filling", {"jump": -1}),
        ("hidden_load", {"host": 0}),
    ],
    ids=str,
)
def test_settings_that_mean_nothing_are_refused_by_name(detector, setting):
    with pytest.raises(ValueError, match=f"^{next(iter(setting))}: got "):
        ALL[detector](**setting)
