import numpy as np
import pandas as pd
import pytest

from sre_lib.analyse.detectors.rarity import Rarity
from tests.analyse.series import DAY, index, noise


def test_steps_that_came_often_are_not_rare_and_steps_never_seen_are():
    values = np.tile([0.0, 10.0], 7 * DAY)
    values[5 * DAY] = 70.0
    distance = Rarity().distance(pd.Series(values, index(14)))
    assert set(np.flatnonzero(distance)) == {5 * DAY, 5 * DAY + 1, 5 * DAY + 2}


def test_how_seldom_counts_more_than_how_far():
    values = np.zeros(14 * DAY)
    values[np.arange(10, 14 * DAY, 40)] = 100.0
    values[777] = 30.0
    distance = Rarity().distance(pd.Series(values, index(14)))
    assert distance.argmax() in {777, 778}
    assert distance[10] == 0


def test_unit_and_level_do_not_matter():
    series = pd.Series(noise(14 * DAY), index(14))
    plain, scaled = Rarity().distance(series), Rarity().distance(series * 1e6 + 5e6)
    np.testing.assert_allclose(plain, scaled, atol=1e-4)


def test_a_gap_is_a_straight_line_and_not_rare():
    series = pd.Series(noise(14 * DAY), index(14))
    series.iloc[1000:1100] = np.nan
    assert Rarity().distance(series)[1002:1099].max() < 0.2


@pytest.mark.parametrize(("value", "said"), [(5.0, 0.0), (np.nan, np.nan)])
def test_constant_and_empty_series(value, said):
    np.testing.assert_array_equal(Rarity().distance(pd.Series(value, index(2))), np.full(2 * DAY, said))


def test_a_number_of_neighbours_below_one_is_refused():
    with pytest.raises(ValueError, match=r"^neighbours: got 0"):
        Rarity(neighbours=0)
