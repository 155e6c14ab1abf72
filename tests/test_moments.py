"""Times as people and other tools write them, and the hours that clocks skip or show twice."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_lib.moments import in_utc, in_utc_surely, read

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-10-02T20:00", "2026-10-02T20:00:00"),
        ("2026-10-02 20:00:30", "2026-10-02T20:00:30"),
        ("2026/10/02 20:00", "2026-10-02T20:00:00"),
        ("2026/10/2 9:05:07", "2026-10-02T09:05:07"),
        ("2026-10-2 9:05", "2026-10-02T09:05:00"),
        ("2026/10/02 20:00 +0900", "2026-10-02T20:00:00+09:00"),
        ("2026/10/02 20:00:00+09:00", "2026-10-02T20:00:00+09:00"),
        ("2026/10/02 20:00Z", "2026-10-02T20:00:00+00:00"),
        ("2026-10-02T11:00Z", "2026-10-02T11:00:00+00:00"),
    ],
)
def test_common_forms_are_read(text, wanted):
    assert read(text).isoformat() == wanted


@pytest.mark.parametrize("text", ["", "tomorrow", "02/10/2026 20:00", "10-02 20:00", "2026-13-02", "20:00", "46297.83"])
def test_what_would_have_to_be_guessed_is_refused(text):
    with pytest.raises(ValueError, match="wants a time such as 2026-10-01T12:00"):
        read(text)


@pytest.mark.parametrize("text", ["0001-01-01", "1970-12-31", "2200-01-01", "9999-12-31T23:59:59+00:00"])
def test_a_year_that_is_too_far_away(text):
    with pytest.raises(ValueError, match="wants a year after 1970 and before 2200"):
        read(text)


@pytest.mark.parametrize("text", ["2026-10-02T20:00:30.999", "2026-10-02T20:00:30.5+02:00"])
def test_fractions_of_a_second_are_dropped(text):
    for way in (in_utc, in_utc_surely):
        assert way(read(text), BERLIN) == datetime(2026, 10, 2, 18, 0, 30, tzinfo=UTC)


def test_a_time_that_the_clocks_skip():
    for way in (in_utc, in_utc_surely):
        with pytest.raises(ValueError, match="which the clocks of Europe/Berlin skip; write it with its offset"):
            way(read("2026-03-29T02:30"), BERLIN)


def test_a_time_that_the_clocks_show_twice():
    twice = read("2026-10-25T02:30")
    assert in_utc(twice, BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    with pytest.raises(ValueError, match="which the clocks of Europe/Berlin show twice"):
        in_utc_surely(twice, BERLIN)
    assert in_utc_surely(read("2026-10-25T02:30+01:00"), BERLIN) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@given(st.integers(1, 63_000_000), st.sampled_from(["Asia/Tokyo", "America/New_York", "Australia/Lord_Howe"]))
def test_a_local_time_that_there_is_once_comes_back(minutes, name):
    zone = ZoneInfo(name)
    local = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)).astimezone(zone)
    assert in_utc_surely(local, zone) == local
    if local.utcoffset() == local.replace(fold=not local.fold).utcoffset():
        assert in_utc_surely(local.replace(tzinfo=None), zone) == local
