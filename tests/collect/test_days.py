"""Each local day says how it was seen: at which resolution, whether it is final, what was corrected."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from sre_lib import weeks
from sre_lib.collect.frame import service_week
from sre_lib.demo.endpoint_faults import Fault, Faults
from sre_lib.demo.recorded import Recorded
from sre_lib.model import DaySeen
from sre_lib.params_file import ArchiveSource
from tests.collect.account import SERVICE, archive_in, collected, review_of, steady

REVIEW = review_of(ArchiveSource(type="archive"))
WEEK = weeks.named("2026-W40", "Asia/Tokyo", history_weeks=2)
MONDAY = weeks.morning_after(WEEK)
YOUNG = 6 * 3600
UNSETTLED = Faults(Fault("corrected", younger_than_s=YOUNG))
"""Every third of the datapoints of the last six hours before a call is half of what it becomes."""

YOUNG_DATAPOINTS = 5 * 99 + 19
"""Five hours of the week are young: every third of 299 minutes of five metrics, and of 59 slots of a percentile."""


def days(archive, week=WEEK):
    return service_week(REVIEW, SERVICE, week, archive).days


def counts(found):
    return [(day.day.day, day.corrected) for day in found if day.corrected]


def test_each_day_of_history_and_week_at_its_resolution(tmp_path):
    archive = archive_in(tmp_path)
    collected(REVIEW, WEEK, archive, steady(WEEK), MONDAY)
    found = days(archive)
    assert [day.day for day in found] == [date(2026, 9, 14) + timedelta(days=number) for number in range(21)]
    assert [day.period_s for day in found] == [300] * 7 + [60] * 14
    # Asked for on Monday at 7: all since Saturday at 7 may still change.
    assert [day.provisional for day in found] == [False] * 19 + [True] * 2
    assert {day.corrected for day in found} == {0}


def test_days_without_a_datapoint_have_no_resolution(tmp_path):
    archive = archive_in(tmp_path)
    assert set(days(archive)) == {DaySeen(day.day, 0) for day in days(archive)}
    collected(REVIEW, WEEK, archive, Recorded(), MONDAY)
    assert [day.provisional for day in days(archive)] == [False] * 19 + [True] * 2
    assert {day.period_s for day in days(archive)} == {0}


def test_a_day_of_two_resolutions_is_at_the_coarser(tmp_path):
    archive = archive_in(tmp_path)
    collected(REVIEW, WEEK, archive, steady(WEEK), WEEK.end + timedelta(days=10, hours=-9))
    assert [day.period_s for day in days(archive)][14:] == [300] * 2 + [60] * 5


@pytest.mark.parametrize(("name", "zone"), [("2026-W13", "Europe/Berlin"), ("2026-W43", "Europe/Berlin")])
def test_days_are_local_over_the_change_of_the_clocks(tmp_path, name, zone):
    week = weeks.named(name, zone, history_weeks=1)
    archive = archive_in(tmp_path)
    collected(REVIEW, week, archive, steady(week), weeks.morning_after(week))
    assert [day.period_s for day in days(archive, week)] == [60] * 14


def test_what_changed_until_it_was_final_is_counted_once_a_datapoint(tmp_path):
    archive, backend = archive_in(tmp_path), steady(WEEK)
    first, _ = collected(REVIEW, WEEK, archive, backend, WEEK.end + timedelta(hours=1), UNSETTLED)
    assert (first.corrected, counts(days(archive))) == (0, [])
    second, _ = collected(REVIEW, WEEK, archive, backend, WEEK.end + timedelta(hours=48), Faults())
    assert second.corrected == YOUNG_DATAPOINTS
    assert counts(days(archive)) == [(4, second.corrected)]
    assert not any(day.provisional for day in days(archive))
    third, _ = collected(REVIEW, WEEK, archive, backend, WEEK.end + timedelta(days=5), UNSETTLED)
    assert (third.corrected, third.usage.calls) == (0, 0)


def test_what_came_late_is_there_and_no_correction(tmp_path):
    archive, backend = archive_in(tmp_path), steady(WEEK)
    late = Faults(Fault("late", younger_than_s=YOUNG))
    collected(REVIEW, WEEK, archive, backend, WEEK.end + timedelta(hours=1), late)
    before = service_week(REVIEW, SERVICE, WEEK, archive).frame.series
    second, _ = collected(REVIEW, WEEK, archive, backend, WEEK.end + timedelta(hours=48))
    got = service_week(REVIEW, SERVICE, WEEK, archive)
    whole = archive_in(tmp_path / "whole")
    collected(REVIEW, WEEK, whole, backend, WEEK.end + timedelta(hours=48))
    wanted = service_week(REVIEW, SERVICE, WEEK, whole)
    assert (second.corrected, counts(got.days)) == (0, [])
    for column in (each for each in wanted.frame.answers if each.metric != "errors_5xx"):
        np.testing.assert_allclose(got.frame.series(column), wanted.frame.series(column), rtol=1e-12)
        # A slot of which a minute lacked was smaller, one at 300 s was not there.
        assert not np.allclose(before(column), wanted.frame.series(column), equal_nan=True)


def test_a_datapoint_that_two_services_share_is_corrected_once(tmp_path):
    archive, backend = archive_in(tmp_path), steady(WEEK)
    both = replace(REVIEW, services=(SERVICE, replace(SERVICE, name="again")))
    collected(both, WEEK, archive, backend, WEEK.end + timedelta(hours=1), UNSETTLED)
    second, _ = collected(both, WEEK, archive, backend, WEEK.end + timedelta(hours=48), Faults())
    assert second.corrected == YOUNG_DATAPOINTS
