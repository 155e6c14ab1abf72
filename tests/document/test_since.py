"""Since last week: what is gone for weeks is folded away, and nothing else is."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sre_lib.document.minutes.form import Verdict
from sre_lib.document.minutes.meeting import Carried, Meeting, entry_of
from sre_lib.document.since import since_last_week
from tests.document.build import WEEK, finding, look
from tests.document.test_weekly import opened

MEETING = date(2026, 10, 5)
GONE = "web: CPU was at 92 %"


def carried(week, verdict=Verdict.FIX, until=None, **seen):
    """Return a verdict of an earlier week on an hour that was 92 % where 35 % is usual, unless told otherwise."""
    start = WEEK.start - timedelta(weeks=40 - week, days=-3)
    entry = entry_of(finding(start=start, end=start + timedelta(hours=1), **seen), "a", GONE)
    return Carried(f"2026-W{week}", MEETING, entry, verdict, until)


def folded(*meeting):
    """Return how many rows stand open and how many are folded."""
    shown = since_last_week(replace(opened(look()), meeting=Meeting(carried=meeting)))
    above, _, below = shown.html.partition('<details class="settled">')
    return above.count(GONE), below.count(GONE)


@pytest.mark.parametrize(("week", "rows"), [(39, (1, 0)), (37, (1, 0)), (36, (0, 1)), (20, (0, 1))])
def test_what_is_gone_is_folded_after_four_weeks(week, rows):
    assert folded(carried(week)) == rows


def test_what_is_still_so_is_never_folded():
    assert folded(carried(20, view="level_shift", evidence={"before": 20.0, "after": 31.0})) == (1, 0)


def test_what_cannot_be_told_is_never_folded():
    assert folded(carried(20, part="gone")) == (1, 0)


@pytest.mark.parametrize(("until", "rows"), [(MEETING, (1, 0)), (MEETING - timedelta(days=1), (0, 1))])
def test_what_is_expected_for_some_time_is_not_folded_before(until, rows):
    assert folded(carried(30, Verdict.EXPECTED, until)) == rows
