"""Dates in words: a closed list of forms, counted from the meeting's day."""

from datetime import date

import pytest

from sre_lib.document.minutes.dates import Found, find, find_past

MONDAY = date(2026, 10, 5)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-03", date(2026, 12, 3)),
        ("2026/12/3", date(2026, 12, 3)),
        ("2026年12月3日", date(2026, 12, 3)),
        ("12/3", date(2026, 12, 3)),
        ("10/5", MONDAY),
        ("10/4", date(2027, 10, 4)),
        ("12月3日", date(2026, 12, 3)),
        ("2/29", date(2028, 2, 29)),
        ("Monday", date(2026, 10, 12)),
        ("fri", date(2026, 10, 9)),
        ("this Friday", date(2026, 10, 9)),
        ("next monday", date(2026, 10, 12)),
        ("next Friday", date(2026, 10, 16)),
        ("月曜", date(2026, 10, 12)),
        ("今週の金曜日", date(2026, 10, 9)),
        ("来週月曜", date(2026, 10, 12)),
        ("in 3 days", date(2026, 10, 8)),
        ("in 2 weeks", date(2026, 10, 19)),
        ("3日後", date(2026, 10, 8)),
        ("2週間後", date(2026, 10, 19)),
        ("end of month", date(2026, 10, 31)),
        ("end of next month", date(2026, 11, 30)),
        ("月末", date(2026, 10, 31)),
        ("来月末", date(2026, 11, 30)),
        ("today", MONDAY),
        ("明日", date(2026, 10, 6)),
        ("next week", date(2026, 10, 12)),
        ("次回", date(2026, 10, 12)),
    ],
)
def test_a_form_is_a_day(text: str, day: date) -> None:
    found = find(f"call them {text}", MONDAY)
    assert found is not None
    assert (f"call them {text}"[found.start : found.end], found.day) == (text, day)


@pytest.mark.parametrize("text", ["", "Mondays", "v1/2026-12-03", "12/3/4/5", "2026-12-03T10", "sunset", "12.3"])
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert find(text, MONDAY) is None


@pytest.mark.parametrize("text", ["13/45", "2026-02-30", "2026年2月30日", "0/1"])
def test_a_day_that_does_not_exist_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"day|month"):
        find(text, MONDAY)


def test_the_last_date_counts() -> None:
    found = find("since 12/1, until next Friday", MONDAY)
    assert found is not None
    assert found.day == date(2026, 10, 16)


def test_the_end_of_december_is_in_the_same_year() -> None:
    found = find("月末", date(2026, 12, 7))
    assert found is not None
    assert found.day == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-10-01", date(2026, 10, 1)),
        ("10/5", date(2026, 10, 5)),
        ("10/6", date(2025, 10, 6)),
        ("2/29", date(2024, 2, 29)),
        ("12月31日", date(2025, 12, 31)),
        ("Monday", date(2026, 10, 5)),
        ("Tue", date(2026, 9, 29)),
        ("last Monday", date(2026, 9, 28)),
        ("先週の金曜", date(2026, 10, 2)),
        ("昨日", date(2026, 10, 4)),
        ("today", date(2026, 10, 5)),
    ],
)
def test_dates_that_look_back(text: str, day: date) -> None:
    found = find_past(text, date(2026, 10, 5))
    assert found == Found(0, len(text), day)


@pytest.mark.parametrize("text", ["soon", "next Monday", "tomorrow", "来週"])
def test_what_lies_ahead_is_no_date_that_looks_back(text: str) -> None:
    found = find_past(text, date(2026, 10, 5))
    assert found is None or found.start > 0
