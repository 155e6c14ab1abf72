import pandas as pd
import pytest

from sre_lib.analyse.baseline import Baseline
from sre_lib.analyse.detectors.level_shift import LevelShift
from tests.analyse.series import DAY, rhythm, with_change


def strong(series):
    return [each for each in LevelShift().detect(series, Baseline().band(series)) if each.score >= 0.5]


@pytest.mark.parametrize("by", [12, -12])
def test_a_step_is_located_to_the_hour_and_lasts_until_the_end(by):
    at = 17 * DAY + 60
    series = with_change(rhythm(21), at, 21 * DAY, by)
    (found,) = strong(series)
    assert abs(found.start - series.index[at]) <= pd.Timedelta(minutes=30)
    assert found.end - found.start <= pd.Timedelta(hours=1)
    assert found.until == series.index[-1] + pd.Timedelta(minutes=5)
    assert found.evidence["change"] == pytest.approx(by, rel=0.2)
    assert found.evidence["after"] - found.evidence["before"] == pytest.approx(found.evidence["change"])


def test_it_is_told_when_it_ended():
    series = with_change(rhythm(28), 17 * DAY, 20 * DAY, 12)
    up = strong(series)[0]
    assert abs(up.until - series.index[20 * DAY]) <= pd.Timedelta(hours=2)


@pytest.mark.parametrize("seed", [6, 19, 21, 26])
def test_it_lasts_from_the_change_on_wherever_the_medians_differ_most(seed):
    at = 17 * DAY + 60
    series = with_change(rhythm(28, seed), at, 28 * DAY, 12)
    (found,) = strong(series)
    assert abs(found.start - series.index[at]) <= pd.Timedelta(minutes=30)
    assert found.until == series.index[-1] + pd.Timedelta(minutes=5)


@pytest.mark.parametrize("hours", [1, 6, 14])
def test_what_is_over_within_a_day_is_no_shift(hours):
    assert strong(with_change(rhythm(21), 17 * DAY, 17 * DAY + 12 * hours, 12)) == []


@pytest.mark.parametrize("hours", [14, 20])
def test_the_way_back_from_what_was_over_within_a_day_is_none_either(hours):
    low = with_change(rhythm(21), 17 * DAY, 17 * DAY + 12 * hours, -12)
    assert strong(low) == []


def test_it_is_located_although_a_batch_with_half_of_its_size_runs_every_night():
    series = rhythm(28)
    for day in range(28):
        series = with_change(series, day * DAY + 216 + 2 * (day % 4), day * DAY + 224 + 2 * (day % 4), 7)
    at = 24 * DAY + 180
    (found,) = strong(with_change(series, at, 28 * DAY, 12))
    assert abs(found.start - series.index[at]) <= pd.Timedelta(minutes=15)


def test_a_daily_rhythm_is_no_shift():
    assert strong(rhythm(28)) == []
