import numpy as np
import pandas as pd
import pytest

from sre_lib.analyse.baseline import Baseline
from sre_lib.analyse.detectors.saturation import Saturation
from tests.analyse.series import DAY, index, rhythm


def found_in(series, detector=None):
    return (detector or Saturation(limit=100.0)).detect(series, Baseline().band(series))


def test_a_flat_line_at_the_limit_is_one_finding_however_usual():
    (found,) = found_in(pd.Series(100.0, index(14)))
    assert (found.start, found.end) == (index(14)[0].to_pydatetime(), index(15)[14 * DAY].to_pydatetime())
    assert found.evidence == {"value": 100.0, "maximum": 100.0, "limit": 100.0, "minutes": 14 * 1440.0}
    assert found.score > 0.9


@pytest.mark.parametrize(("slots", "count"), [(5, 0), (6, 1), (12, 1)])
def test_it_wants_half_an_hour(slots, count):
    series = rhythm(14)
    series.iloc[1000 : 1000 + slots] = 99.0
    assert len(found_in(series)) == count


def test_near_the_limit_is_not_at_it():
    series = rhythm(14)
    series.iloc[1000:1100] = 97.5
    assert found_in(series) == ()


def test_a_gap_does_not_end_it_and_counts_no_minutes():
    series = rhythm(14)
    series.iloc[1000:1020] = 100.0
    series.iloc[1010:1013] = np.nan
    (found,) = found_in(series)
    assert (found.end - found.start, found.evidence["minutes"]) == (pd.Timedelta(minutes=100), 85.0)


def test_memory_that_is_used_up_is_at_its_floor():
    series = 8e9 + rhythm(14) * 1e7
    series.iloc[1000:1020] = 3e7
    (found,) = found_in(series, Saturation(limit=0.0, side="down"))
    assert (found.direction, found.evidence["value"], found.evidence["maximum"]) == (-1, 3e7, 3e7)


def test_the_longer_the_more_surprising():
    short, long = rhythm(14), rhythm(14)
    short.iloc[1000:1006], long.iloc[1000:1050] = 100.0, 100.0
    assert found_in(short)[0].score == 0.5
    assert found_in(long)[0].score > 0.85
