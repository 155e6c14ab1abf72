import numpy as np
import pandas as pd
import pytest

from sre_lib.analyse.baseline import Baseline
from sre_lib.analyse.detectors.growth import Growth
from tests.analyse.series import DAY, noise, rhythm

DAYS = np.arange(28 * DAY) / DAY


def found_in(added, detector=None):
    series = rhythm(28) + added
    return (detector or Growth(limit=100.0)).detect(series, Baseline().band(series))


def test_a_leak_is_told_with_its_slope_and_the_days_that_are_left():
    (found,) = found_in(np.maximum(0, DAYS - 18) * 3.0)
    evidence = found.evidence
    assert evidence["slope_low"] <= 3.0 <= evidence["slope_high"] + 0.2
    assert evidence["slope_per_day"] == pytest.approx(3.0, abs=0.25)
    assert evidence["days_to_limit"] == pytest.approx((100 - evidence["value"]) / evidence["slope_per_day"])
    assert evidence["limit"] == 100.0
    assert found.end == pd.Timestamp("2026-03-30", tz="UTC")
    assert abs(found.start - pd.Timestamp("2026-03-20", tz="UTC")) <= pd.Timedelta(days=2)


def test_a_leak_that_restarted_is_measured_since_then():
    saw = np.where(DAYS < 20, DAYS * 4.0, (DAYS - 20) * 4.0)
    (found,) = found_in(saw)
    assert found.start >= pd.Timestamp("2026-03-21", tz="UTC")
    assert found.evidence["slope_per_day"] == pytest.approx(4.0, abs=0.4)


@pytest.mark.parametrize(
    "added",
    [
        0.0 * DAYS,
        np.where(DAYS > 22, 20.0, 0.0),
        40 * (1 - np.exp(-np.maximum(0, DAYS - 18) / 1.5)),
        -np.maximum(0, DAYS - 18) * 3.0,
        np.where(np.floor(DAYS) % 7 >= 5, 15.0, 0.0),
        0.05 * DAYS,
        3 * np.cumsum(noise(28 * DAY, 4)) / DAY,
    ],
    ids=["rhythm", "step", "a cache that fills", "falls", "weekends", "a hair a day", "a walk"],
)
def test_what_does_not_grow_on_is_no_growth(added):
    assert found_in(added) == ()


def test_free_memory_runs_towards_its_floor():
    detector = Growth(side="down", limit=0.0)
    (found,) = found_in(100 - np.maximum(0, DAYS - 18) * 5.0, detector)
    assert found.direction == -1
    assert found.evidence["slope_low"] <= found.evidence["slope_per_day"] <= found.evidence["slope_high"] < 0
    assert found.evidence["days_to_limit"] > 0


def test_without_a_limit_there_are_no_days_to_it():
    (found,) = found_in(np.maximum(0, DAYS - 18) * 3.0, Growth())
    assert set(found.evidence) == {"slope_per_day", "slope_low", "slope_high", "value", "from_value", "days"}
