"""Weeks are seven local days, also over daylight-saving changes and year ends."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_lib import weeks
from sre_lib.errors import UserMistakeError
from sre_lib.model import Week


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_named_week_in_japan():
    assert weeks.named("2026-W40", "Asia/Tokyo") == Week(
        "2026-W40", utc("2026-09-27T15:00"), utc("2026-10-04T15:00"), utc("2026-08-16T15:00"), "Asia/Tokyo"
    )


@pytest.mark.parametrize(
    ("name", "hours"), [("2026-W12", 168), ("2026-W13", 167), ("2026-W14", 168), ("2026-W43", 169), ("2026-W44", 168)]
)
def test_a_week_over_a_daylight_saving_change(name, hours):
    week = weeks.named(name, "Europe/Berlin")
    assert week.end - week.start == timedelta(hours=hours)


def test_the_history_over_a_daylight_saving_change_starts_at_local_midnight():
    week = weeks.named("2026-W45", "Europe/Berlin")
    assert week.history_start == utc("2026-09-20T22:00")
    assert week.start == utc("2026-11-01T23:00")


@pytest.mark.parametrize(
    ("now", "name"),
    [
        ("2026-10-04T14:59", "2026-W39"),
        ("2026-10-04T15:00", "2026-W40"),
        ("2026-10-11T14:59", "2026-W40"),
        ("2026-12-27T15:00", "2026-W52"),
        ("2027-01-03T15:00", "2026-W53"),
        ("2027-01-10T15:00", "2027-W01"),
    ],
)
def test_the_last_finished_week(now, name):
    assert weeks.last_finished(utc(now), "Asia/Tokyo").name == name


def test_a_week_that_starts_on_sunday_has_the_name_of_its_first_day():
    week = weeks.named("2026-W40", "UTC", "sunday")
    assert (week.start, week.end) == (utc("2026-10-04"), utc("2026-10-11"))
    assert weeks.last_finished(utc("2026-10-11"), "UTC", "sunday") == week


@pytest.mark.parametrize(
    "name", ["2026-W54", "2026-W00", "2025-W53", "W40", "2026-40", "", "2026-W4", "٢٠٢٦-W40", "9999-W60"]
)
def test_a_week_that_does_not_exist(name):
    with pytest.raises(UserMistakeError, match="wants an ISO week that exists, such as 2026-W40"):
        weeks.named(name, "UTC")


def test_a_week_that_has_not_ended():
    week = weeks.named("2026-W40", "Asia/Tokyo")
    assert weeks.must_have_ended(week, week.end) == week
    with pytest.raises(UserMistakeError, match="2026-W40 has not ended yet \\(it ends 2026-10-05 00:00 Asia/Tokyo\\)"):
        weeks.must_have_ended(week, week.end - timedelta(seconds=1))


def test_a_naive_clock_is_refused():
    with pytest.raises(UserMistakeError, match="wants a time with its offset"):
        weeks.last_finished(datetime(2026, 10, 5), "UTC")  # noqa: DTZ001  the naive time is what is tested


@pytest.mark.parametrize("now", ["0001-01-20T00:00", "9999-12-31T23:59"])
def test_a_clock_that_no_calendar_reaches_is_refused(now):
    with pytest.raises(UserMistakeError, match="wants one from 1970 to 2200"):
        weeks.last_finished(utc(now), "Asia/Tokyo")


def test_the_morning_after():
    assert weeks.morning_after(weeks.named("2026-W40", "Asia/Tokyo")) == utc("2026-10-04T22:00")


ZONES = st.sampled_from(
    ["UTC", "Asia/Tokyo", "Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Beirut"]
)


@given(ZONES, st.sampled_from(weeks.DAYS), st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)))  # noqa: DTZ001
def test_weeks_follow_each_other_without_gap_or_overlap(zone, start, moment):
    week = weeks.last_finished(moment.replace(tzinfo=UTC), zone, start)
    assert week.end <= moment.replace(tzinfo=UTC) < week.end + timedelta(days=7, hours=2)
    before = weeks.previous(week)
    assert before.end == week.start
    assert weeks.history(week)[-1].start == before.start
    assert weeks.history(week)[0].start == week.history_start
    assert len(weeks.history(week)) == 6
    assert weeks.named(week.name, zone, start) == week
