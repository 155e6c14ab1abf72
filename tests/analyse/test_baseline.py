import numpy as np
import pandas as pd
import pytest

from sre_lib.analyse.baseline import Baseline
from tests.analyse.series import DAY, index, noise, rhythm, with_change

FLAT = 42.0


@pytest.mark.parametrize(
    ("days", "basis"), [(2, "local_level"), (3, "hour_of_day"), (20.9, "hour_of_day"), (21, "hour_of_week")]
)
def test_the_basis_follows_from_how_many_days_there_are(days, basis):
    assert Baseline().band(rhythm(days)).basis == basis


def test_days_without_datapoints_do_not_count_for_the_basis():
    series = rhythm(28)
    series.iloc[: 20 * DAY] = np.nan
    assert Baseline().band(series).basis == "hour_of_day"


@pytest.mark.parametrize("days", [2, 7, 28])
def test_a_flat_series_has_a_band_as_wide_as_the_floor(days):
    band = Baseline(relative_floor=0.01, width=4).band(pd.Series(FLAT, index(days)))
    assert set(band.expected) == {FLAT}
    assert set(band.scale.round(6)) == {0.42}
    assert set(band.upper.round(6)) == {43.68}
    assert set(band.lower.round(6)) == {40.32}


def test_a_weekend_that_is_always_quiet_is_expected():
    at = index(28)
    weekend = at.day_of_week >= 5
    series = pd.Series(np.where(weekend, 5.0, 50.0) + noise(len(at)), at)
    expected = Baseline().band(series).expected
    # Away from midnight, where the median of both sides is pooled.
    noon = at.hour == 12
    assert expected[noon & weekend].between(3, 7).all()
    assert expected[noon & ~weekend].between(48, 52).all()


def test_an_incident_in_the_history_does_not_become_expected():
    series = rhythm(28)
    sick = with_change(series, 7 * DAY, 7 * DAY + 100, 500)
    healthy, after = Baseline().band(series).expected, Baseline().band(sick).expected
    assert (after - healthy).abs().max() < 1.5


def test_the_level_follows_a_lasting_shift_at_once():
    shifted = with_change(rhythm(28), 20 * DAY, 28 * DAY, 30)
    residual = shifted - Baseline().band(shifted).expected
    assert residual.iloc[20 * DAY + 12 : 21 * DAY].abs().median() < 2
    assert residual.iloc[19 * DAY : 20 * DAY - 12].abs().median() < 2


def batch(days, late):
    """A nightly batch of an hour at 02:00 that starts `late[day]` slots later."""
    series = pd.Series(10 + noise(days * DAY), index(days))
    for day in range(days):
        first = day * DAY + 24 + late[day]
        series.iloc[first : first + 12] += 60
    return series


def test_a_batch_that_is_five_minutes_late_stays_in_the_band():
    late = [0] * 28
    late[26] = 1
    series = batch(28, late)
    band = Baseline().band(series)
    outside = (series > band.upper) | (series < band.lower)
    assert not outside.iloc[26 * DAY : 27 * DAY].any()


def test_missing_datapoints_leave_no_hole_in_the_band():
    series = rhythm(28)
    series.iloc[5 * DAY : 6 * DAY] = np.nan
    band = Baseline().band(series)
    assert not pd.concat([band.expected, band.lower, band.upper, band.scale], axis=1).isna().any().any()


def test_the_shape_follows_local_time_through_a_change_of_clocks():
    # Berlin, 2026-03-29: from then on 09:00 local is an hour earlier in UTC.
    at = index(42)
    local = at.tz_convert("Europe/Berlin")
    series = pd.Series(np.where((local.hour >= 9) & (local.hour < 17), 50.0, 10.0), at)
    residual = (series - Baseline().band(series, "Europe/Berlin").expected).abs()
    assert residual.max() == 0
    assert (series - Baseline().band(series, "UTC").expected).abs().max() > 30


def test_zones_with_odd_offsets_keep_their_days():
    at = index(28)
    local = at.tz_convert("Asia/Kathmandu")
    series = pd.Series(np.where(local.hour == 3, 50.0, 10.0), at)
    assert (series - Baseline().band(series, "Asia/Kathmandu").expected).abs().max() == 0


def test_an_hourly_series_has_a_band_too():
    at = index(42, 3600)
    series = pd.Series(30 + 10 * np.sin(2 * np.pi * np.arange(len(at)) / 24), at)
    assert (series - Baseline().band(series).expected).abs().max() < 0.5


@pytest.mark.parametrize("field", ["weeks", "days", "level_hours", "width", "relative_floor", "range_floor"])
def test_a_setting_out_of_range_is_refused_by_its_name(field):
    with pytest.raises(ValueError, match=f"^{field}: got 0"):
        Baseline(**{field: 0})


def test_the_share_of_days_counts_the_other_days_at_that_time_and_a_week_at_least():
    band = Baseline().band(rhythm(14))
    there = np.zeros(14 * DAY, dtype=bool)
    there[[100, 3 * DAY + 100, 9 * DAY + 100, 9 * DAY + 101]] = True
    assert band.share_of_days(there, 100, 7) == 2 / 13
    assert band.share_of_days(there, 101, 7) == 1 / 13
    assert band.share_of_days(there, 100, 20) == 2 / 20
    assert Baseline().band(rhythm(2)).share_of_days(there[: 2 * DAY], 100, 7) == 0
