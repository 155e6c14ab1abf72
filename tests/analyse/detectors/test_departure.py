import numpy as np
import pandas as pd
import pytest

from sre_lib.analyse.baseline import Baseline
from sre_lib.analyse.detectors.departure import Departure
from tests.analyse.series import DAY, index, noise, rhythm, with_change


def strong(series, least=0.5):
    return [each for each in Departure().detect(series, Baseline().band(series)) if each.score >= least]


@pytest.mark.parametrize(
    ("slots", "by", "view"),
    [(6, 25, "spike"), (6, -25, "dip"), (60, 25, "sustained_high"), (60, -25, "sustained_low")],
)
def test_a_departure_is_named_by_its_side_and_its_length(slots, by, view):
    first = 18 * DAY + 100
    series = with_change(rhythm(21), first, first + slots, by)
    found = strong(series)
    assert [each.view for each in found] == [view]
    assert found[0].start == series.index[first]
    assert found[0].last == series.index[first + slots]
    assert found[0].evidence["minutes"] == 5 * slots


def test_the_evidence_is_the_farthest_datapoint_with_its_band():
    series = with_change(rhythm(21), 18 * DAY + 100, 18 * DAY + 106, 25)
    band = Baseline().band(series)
    (found,) = strong(series)
    at = (series - band.expected).abs().to_numpy().argmax()
    assert found.evidence == {
        "value": series.iloc[at],
        "expected": band.expected.iloc[at],
        "lower": band.lower.iloc[at],
        "upper": band.upper.iloc[at],
        "minutes": 30.0,
    }


def test_a_batch_that_wanders_by_twenty_minutes_is_usual():
    series = pd.Series(10 + noise(28 * DAY), index(28))
    late = np.random.default_rng(5).integers(-4, 5, 28)
    for day in range(28):
        first = day * DAY + 24 + late[day]
        series.iloc[first : first + 6] += 60
    assert strong(series) == []


def test_the_same_batch_at_another_time_is_not_nor_that_it_did_not_run():
    series = pd.Series(10 + noise(28 * DAY), index(28))
    for day in range(28):
        first = day * DAY + (24 if day != 25 else 170)
        series.iloc[first : first + 24] += 60
    missed, moved = strong(series, 0.25)
    assert (missed.direction, moved.direction) == (-1, 1)
    assert missed.start >= series.index[25 * DAY + 24]
    assert missed.end <= series.index[25 * DAY + 48]
    assert (moved.start, moved.last) == (series.index[25 * DAY + 170], series.index[25 * DAY + 194])


def test_a_dip_is_not_lost_to_a_push_soon_after_that_is_farther_out_but_usual():
    series = rhythm(28)
    for day in (1, 4, 6, 9, 12, 15, 17, 20, 23, 25):
        push = day * DAY + 230 + 6 * (day % 3)
        series = with_change(series, push, push + 6, 30)
    dip = 25 * DAY + 212
    found = strong(with_change(series, dip, dip + 9, -15))
    assert [(each.view, each.start, each.last) for each in found] == [("dip", series.index[dip], series.index[dip + 9])]


def test_a_spike_between_missing_datapoints_is_found():
    series = with_change(rhythm(21), 18 * DAY + 100, 18 * DAY + 101, 40)
    series.iloc[18 * DAY + 94 : 18 * DAY + 100] = np.nan
    series.iloc[18 * DAY + 101 : 18 * DAY + 107] = np.nan
    assert [each.view for each in strong(series)] == ["spike"]


def test_a_burst_in_a_series_that_is_else_zero_is_found():
    series = pd.Series(0.0, index(28))
    series.iloc[25 * DAY : 25 * DAY + 4] = 300
    assert [(each.view, each.evidence["value"]) for each in strong(series)] == [("spike", 300.0)]


def test_tracks_and_strength_can_be_looked_at():
    series = with_change(rhythm(21), 18 * DAY + 100, 18 * DAY + 106, 25)
    band = Baseline().band(series)
    tracks, strength = Departure().tracks(series, band), Departure().statistic(series, band)
    assert list(tracks) == ["distance", "jump", "novelty", "rarity"]
    assert tracks.index.equals(series.index)
    assert strength.index.equals(series.index)
    assert abs(int(strength.to_numpy().argmax()) - (18 * DAY + 103)) <= 12
