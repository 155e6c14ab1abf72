"""What a push did to one series."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_lib.analyse.events.around import Around
from sre_lib.analyse.events.chain import Hop, Trace
from sre_lib.analyse.events.figures import Figures, figures_of
from sre_lib.model import Column

TRACE = Trace(Hop("web", "web", "ecs_service"), "cpu", Column("web", "cpu", "Average"), "Percent", 100.0, least=8.0)
FREE = replace(TRACE, role="memory", unit="Bytes", limit=0.0, falls=True, least=0.0)
MINUTES = np.arange(-30.0, 120.0)


def around(values, usual=40.0, trace=TRACE, minutes=MINUTES, period_s=60) -> Around:
    """Return a trace that is `usual` but for the values from the send on."""
    series = np.full(len(minutes), float(usual))
    at = int(np.searchsorted(minutes, 0))
    series[at : at + len(values)] = values
    return Around(trace, period_s, minutes, series, np.full(len(minutes), float(usual)))


def told(one):
    return figures_of(one)


def test_the_peak_against_what_is_usual_and_the_limit():
    found = told(around([40, 60, 90, 70, 45]))
    assert found == Figures(TRACE, 60, 90.0, 40.0, 2.0, 40.0, moved=True, back_min=4.0)
    assert (found.factor, found.left, found.left_share) == (2.25, 10.0, 0.1)


def test_what_was_not_seen_after_its_peak_is_not_said_to_have_stayed():
    one = around([40, 60, 90, *[85] * 200][:120])
    assert told(one).followed
    lost = told(replace(one, values=np.where(MINUTES > 20, np.nan, one.values)))
    assert (lost.followed, np.isnan(lost.back_min)) == (False, True)


def test_what_falls_is_farthest_at_its_lowest_and_its_share_is_of_what_was_there():
    found = told(around([1000, 400, 800], usual=1000, trace=FREE))
    assert (found.value, found.at_min, found.left, found.left_share) == (400.0, 1.0, 400.0, 0.4)


@pytest.mark.parametrize(("values", "moved"), [([40, 43, 41], False), ([40, 47], False), ([40, 49], True)])
def test_what_moves_less_than_a_tenth_or_than_is_worth_a_word_did_not_move(values, moved):
    found = told(around(values))
    assert found.moved is moved
    assert np.isnan(found.back_min) or moved


def test_the_crowd_of_a_climbing_morning_peaks_where_it_is_most_above_the_usual():
    requests = replace(TRACE, role="requests", unit="Count", limit=None, per_minute=True)
    climb = np.interp(MINUTES, [0, 60], [1000.0, 2000.0])
    crowd = np.where(MINUTES == 4, 600.0, 20.0)
    found = told(Around(requests, 60, MINUTES, climb + crowd, climb))
    assert (round(found.value), found.at_min, found.moved) == (1667, 4.0, True)
    assert told(Around(requests, 60, MINUTES, climb, climb * np.nan)).at_min == 59.0


def test_noise_before_the_send_counts():
    noisy = around([90])
    noisy.values[:30] += np.tile([-25.0, 25.0], 15)
    assert not told(noisy).moved


def test_it_is_back_only_where_it_stays_so_for_ten_minutes():
    values = [90, *([40] * 5), 90, *([40] * 20)]
    assert told(around(values)).back_min == 7.0
    assert np.isnan(told(around([90] * 120)).back_min)


def test_only_the_first_hour_counts_and_a_hole_is_no_zero():
    late = around([40] * 70 + [99])
    assert told(late).value == 40.0
    hole = around([np.nan, 80, np.nan])
    assert (told(hole).value, told(hole).at_min) == (80.0, 1.0)
    assert told(around([np.nan] * 120)) is None


def test_at_300_s_the_period_that_the_send_lies_in_counts():
    minutes = np.arange(-32.0, 118.0, 5)
    found = told(Around(TRACE, 300, minutes, np.where(minutes == -2.0, 80.0, 40.0), np.full(len(minutes), 40.0)))
    assert (found.value, found.at_min) == (80.0, 0.0)


VALUES = st.lists(st.floats(41, 400) | st.just(np.nan), min_size=1, max_size=60)


@given(values=VALUES, by=st.floats(0.5, 20))
def test_another_unit_changes_no_factor_and_no_minute(values, by):
    one = told(around(values))
    other = told(around(np.array(values) * by, usual=40.0 * by, trace=replace(TRACE, least=8.0 * by)))
    assert other.factor == pytest.approx(one.factor)
    assert (other.at_min, other.moved) == (one.at_min, one.moved)


@given(values=VALUES)
def test_a_datapoint_that_lacks_is_never_the_value(values):
    found = told(around(values))
    assert found.value in [*values, 40.0]


@pytest.mark.parametrize(("limit", "share"), [(100.0, 0.1), (0.0, np.nan), (-5.0, np.nan), (None, np.nan)])
def test_a_limit_that_is_none_has_no_share(limit, share):
    found = told(around([90], trace=replace(TRACE, limit=limit)))
    assert found.left_share == pytest.approx(share, nan_ok=True)


def test_what_is_usually_nothing_or_not_known_has_no_factor():
    assert np.isnan([told(around([90], usual=usual)).factor for usual in (0.0, -1.0, np.nan)]).all()
    assert not told(around([90], usual=np.nan)).moved
