"""Laws that every detector obeys, whatever its statistic; limit detectors obey them where a limit allows it."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sre_lib.analyse.baseline import Baseline
from sre_lib.analyse.detectors.departure import Departure
from sre_lib.analyse.detectors.growth import Growth
from sre_lib.analyse.detectors.level_shift import LevelShift
from sre_lib.analyse.detectors.novelty import Novelty
from sre_lib.analyse.detectors.saturation import Saturation
from sre_lib.analyse.detectors.surprise import Surprise
from tests.analyse.series import DAY, index, noise, rhythm, with_change

STATISTICAL = (Departure(), LevelShift(), Growth(), Growth(side="down"))
ALL = (*STATISTICAL, Saturation(limit=100.0))
FEW = settings(max_examples=8, deadline=None)


def named(detector):
    return f"{detector.name}-{getattr(detector, 'side', '')}"


every = pytest.mark.parametrize("detector", ALL, ids=named)
statistical = pytest.mark.parametrize("detector", STATISTICAL, ids=named)


def found_in(detector, series):
    return detector.detect(series, Baseline().band(series))


def leaking(days=21):
    return rhythm(days) + np.maximum(0, np.arange(days * DAY) / DAY - (days - 8)) * 2.0


def faulty(detector):
    """The labelled case of a detector: a series and the slots of its fault."""
    quiet = rhythm(21)
    spike = (with_change(quiet, 18 * DAY + 100, 18 * DAY + 106, 25), 18 * DAY + 100, 18 * DAY + 106)
    return {
        "departure": spike,
        "level_shift": (with_change(quiet, 17 * DAY + 50, 21 * DAY, 12), 17 * DAY + 50, 17 * DAY + 50),
        "growth": (leaking() if getattr(detector, "side", "up") == "up" else 60 - leaking(), 13 * DAY, 21 * DAY),
        "saturation": (quiet.where(quiet.index < quiet.index[20 * DAY], 100.0), 20 * DAY, 21 * DAY),
    }[detector.name]


def seen(candidates):
    return [(c.view, c.start, c.end, c.until, c.direction) for c in candidates]


@every
def test_its_own_labelled_case_is_its_most_surprising_candidate(detector):
    series, first, last = faulty(detector)
    best = max(found_in(detector, series), key=lambda candidate: candidate.score)
    assert best.start <= series.index[min(last, len(series) - 1)] + pd.Timedelta(minutes=30)
    assert best.end > series.index[first]
    assert best.score > 0.6


@every
def test_the_series_is_left_as_it_is_and_two_looks_agree(detector):
    series, _, _ = faulty(detector)
    before = series.copy()
    first, second = found_in(detector, series), found_in(detector, series)
    pd.testing.assert_series_equal(series, before)
    assert first == second


@every
@given(value=st.floats(-1e9, 1e9, allow_subnormal=False).map(lambda x: x if abs(x) > 1e-6 else 0.0))
@FEW
def test_a_constant_series_is_no_finding_and_no_warning(detector, value):
    value = min(value, 97.0)
    series = pd.Series(value, index(14))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert found_in(detector, series) == ()


@every
@pytest.mark.parametrize("slots", [2, 3, 12, 200, 700])
def test_a_short_series_is_no_exception(detector, slots):
    found_in(detector, rhythm(3).iloc[:slots])


@every
def test_a_series_without_datapoints_is_no_finding_and_no_warning(detector):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert found_in(detector, pd.Series(np.nan, index(14))) == ()


@every
def test_missing_datapoints_here_and_there_neither_hide_nor_make_a_finding(detector):
    series, first, _ = faulty(detector)
    holes = np.random.default_rng(3).random(len(series)) < 0.1
    holes[first - 1] = True
    whole, holed = found_in(detector, series), found_in(detector, series.mask(holes))
    strong = [c.view for c in whole if c.score > 0.5]
    assert strong
    assert [c.view for c in holed if c.score > 0.5] == strong


@statistical
@given(factor=st.sampled_from([1e-6, 0.01, 0.5, 100.0, 1e9]))
@FEW
def test_scores_do_not_depend_on_the_unit(detector, factor):
    series, _, _ = faulty(detector)
    plain, scaled = found_in(detector, series), found_in(detector, series * factor)
    assert seen(plain) == seen(scaled)
    np.testing.assert_allclose([c.score for c in plain], [c.score for c in scaled], rtol=1e-4)


@pytest.mark.parametrize("detector", [Departure(), LevelShift()], ids=named)
def test_a_spike_and_its_mirror_image_are_as_surprising(detector):
    series, _, _ = faulty(detector)
    # Mirrored around its level, so that the floor of the scale, a share of the level, stays the same.
    up, down = found_in(detector, series), found_in(detector, 60 - series)
    assert [(c.start, c.end, c.direction) for c in up] == [(c.start, c.end, -c.direction) for c in down]
    np.testing.assert_allclose([c.score for c in up], [c.score for c in down], rtol=1e-3)


@every
@given(seed=st.integers(0, 10_000))
@FEW
def test_a_quiet_series_has_nothing_to_show(detector, seed):
    assert [c for c in found_in(detector, rhythm(21, seed)) if c.score >= 0.5] == []


@statistical
def test_white_noise_has_nothing_to_show(detector):
    series = pd.Series(50 + noise(21 * DAY), index(21))
    assert [c for c in found_in(detector, series) if c.score >= 0.5] == []


@pytest.mark.parametrize(
    ("detector", "settings"),
    [
        (Departure, {"enter": 0}),
        (Departure, {"edge": 1.5}),
        (LevelShift, {"window_hours": -1}),
        (Growth, {"side": "sideways"}),
        (Growth, {"least_days": 0}),
        (Saturation, {"limit": 100, "margin": 0}),
        (Saturation, {"limit": 100, "side": "left"}),
        (Novelty, {"window_hours": 0}),
        (Surprise, {"own": 1.1}),
        (Surprise, {"half": 0}),
    ],
)
def test_a_setting_out_of_range_is_refused_by_its_name(detector, settings):
    with pytest.raises(ValueError, match=f"^{list(settings)[-1]}: got"):
        detector(**settings)
