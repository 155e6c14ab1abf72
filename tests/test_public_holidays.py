"""Public holidays come from a library: the right days, at local midnight, in the language of the review."""

from datetime import UTC, datetime

import pytest

from sre_lib.errors import UserMistakeError
from sre_lib.event import Event
from sre_lib.params import load
from sre_lib.public_holidays import country_of, holiday_events

START, END = datetime(2026, 11, 1, 15, tzinfo=UTC), datetime(2026, 11, 8, 15, tzinfo=UTC)


@pytest.mark.parametrize(("language", "title"), [("en", "Culture Day"), ("ja", "文化の日")])
def test_they_are_whole_local_days(language, title):
    begins, ends = datetime(2026, 11, 2, 15, tzinfo=UTC), datetime(2026, 11, 3, 15, tzinfo=UTC)
    assert holiday_events(["JP"], START, END, "Asia/Tokyo", language) == (Event(begins, ends, "holiday", title),)


def test_the_country_is_that_of_the_time_zone():
    assert [country_of(zone) for zone in ("Asia/Tokyo", "Europe/Berlin", "UTC")] == [("JP",), ("DE",), ()]


def test_a_week_over_new_year_has_those_of_both_years():
    found = holiday_events(["DE"], datetime(2026, 12, 24, tzinfo=UTC), datetime(2027, 1, 3, tzinfo=UTC), "UTC", "en")
    assert [event.start.date().isoformat() for event in found] == ["2026-12-25", "2026-12-26", "2027-01-01"]


def test_a_country_that_is_not_known_is_refused(tmp_path):
    file = tmp_path / "shop.yaml"
    file.write_text("title: Shop\nsource: demo\nholidays: [XX]\nservices: []\n")
    with pytest.raises(UserMistakeError, match="no public holidays are known"):
        load(str(file))
