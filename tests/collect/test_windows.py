from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_lib.collect.windows import Window, epoch, floor, hull, missing, moment

windows = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(sorted).map(lambda pair: Window(*pair))


def seconds(found):
    return [second for window in found for second in range(*window)]


@given(windows, st.lists(windows, max_size=6))
def test_missing_is_exactly_what_no_window_covers(wanted, covered):
    gaps = missing(wanted, covered)
    assert seconds(gaps) == [second for second in range(*wanted) if second not in set(seconds(covered))]
    assert not any(gap.empty for gap in gaps)


@given(st.lists(windows.filter(lambda window: not window.empty), min_size=1, max_size=6))
def test_the_hull_is_the_least_window_that_holds_all(found):
    wanted = sorted(seconds(found))
    assert hull(found) == (wanted[0], wanted[-1] + 1)


def test_the_hull_of_nothing_is_none():
    assert hull([]) is None


def test_a_naive_time_is_refused():
    with pytest.raises(ValueError, match="2026-10-05T07:00:00 without its offset"):
        epoch(datetime(2026, 10, 5, 7))  # noqa: DTZ001  # the mistake under test


def test_times_come_back():
    assert moment(epoch(datetime(2026, 10, 5, 7, tzinfo=UTC))) == datetime(2026, 10, 5, 7, tzinfo=UTC)
    assert floor(3599, 3600) == 0
    assert floor(-1, 60) == -60
