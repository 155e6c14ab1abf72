from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_lib.wording import wording

MOMENT = datetime(2026, 10, 1, 5, 5, tzinfo=UTC)
EN, JA = wording("en"), wording("ja")


def test_a_text_is_translated_and_filled_in():
    assert EN("limit {value}", value="100 %") == "limit 100 %"
    assert JA("limit {value}", value="100%") == "上限 100%"


def test_a_value_with_braces_stays_as_it_is():
    assert EN("limit {value}", value="{x}") == "limit {x}"


@pytest.mark.parametrize(("n", "text"), [(0, "0 days"), (1, "1 day"), (2, "2 days"), (1200, "1,200 days")])
def test_plural_follows_the_number(n, text):
    assert EN.plural("{n} day", "{n} days", n) == text


def test_japanese_has_one_form():
    assert [JA.plural("{n} day", "{n} days", n) for n in (1, 2)] == ["1日", "2日"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.5742, "0.574"),
        (1.256, "1.26"),
        (12.34, "12.3"),
        (123.4, "123"),
        (12345.6, "12,346"),
        (-4.25, "-4.25"),
    ],
)
def test_numbers_keep_three_figures(value, text):
    assert EN.number(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(48.2, "48 %"), (4.14, "4.1 %"), (9.96, "10 %"), (100, "100 %"), (0, "0.0 %")]
)
def test_percent_as_people_say_it(value, text):
    assert EN.percent(value) == text


@pytest.mark.parametrize(("share", "text"), [(1.0, "100 %"), (0.9999, "99.9 %"), (0.5, "50 %"), (0.0, "0 %")])
def test_a_share_is_never_rounded_up_to_all(share, text):
    assert EN.share(share) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0 B"), (1023, "1,023 B"), (2**30 * 1.25, "1.2 GiB"), (2**30 * 120, "120 GiB"), (3 * 2**20, "3.0 MiB")],
)
def test_bytes_in_binary_units(value, text):
    assert EN.bytes(value) == text


@pytest.mark.parametrize(
    ("span", "en", "ja"),
    [
        (timedelta(minutes=45), "45 min", "45分"),
        (timedelta(minutes=60), "1 h", "1時間"),
        (timedelta(minutes=155), "2 h 35 min", "2時間35分"),
        (timedelta(hours=47, minutes=59), "47 h 59 min", "47時間59分"),
        (timedelta(days=3, hours=4), "3 days 4 h", "3日4時間"),
        (timedelta(days=13, hours=4), "13 days", "13日"),
    ],
)
def test_durations_in_two_units(span, en, ja):
    assert (EN.duration(span), JA.duration(span)) == (en, ja)


def test_times_are_local_and_written_as_the_language_writes_them():
    assert EN.time(MOMENT, "Asia/Tokyo") == "Thu 1 Oct 14:05"
    assert JA.time(MOMENT, "Asia/Tokyo") == "10月1日(木) 14:05"
    assert EN.time(MOMENT, "UTC") == "Thu 1 Oct 05:05"
    assert EN.full_time(MOMENT, "Asia/Tokyo") == "2026-10-01 (Thu) 14:05"
    assert JA.full_day(MOMENT, "Asia/Tokyo") == "2026年10月1日(木)"


def test_a_span_names_the_day_once():
    assert EN.span(MOMENT, MOMENT + timedelta(hours=1), "Asia/Tokyo") == "Thu 1 Oct 14:05 to 15:05"
    assert EN.span(MOMENT, MOMENT + timedelta(hours=10), "Asia/Tokyo") == "Thu 1 Oct 14:05 to Fri 2 Oct 00:05"


def test_large_numbers_are_shortened():
    assert (EN.compact(36_589_000), JA.compact(36_589_000)) == ("36.6M", "3658.9万")


@pytest.mark.parametrize(
    ("value", "text"), [(999.9e12, "999,900,000,000,000"), (1e15, "1E15"), (-1.2345e300, "-1.23E300")]
)
def test_numbers_of_absurd_size_are_scientific(value, text):
    assert [EN.number(value), EN.number(value, 0), JA.number(value)] == [text] * 3


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_finite_number_can_be_written(value):
    for say in (EN, JA):
        for write in (say.number, say.compact, say.percent, say.points, say.bytes):
            assert any(each.isdigit() for each in write(value))


def test_a_language_without_catalogue_is_said():
    with pytest.raises(FileNotFoundError):
        wording("fr")


def test_weekday_and_time_of_any_week():
    moment = datetime(2026, 10, 3, 11, 0, tzinfo=UTC)
    told = [
        (each.week_hour(moment, "Asia/Tokyo"), each.weekday(moment, "Asia/Tokyo"))
        for each in map(wording, ("en", "ja"))
    ]
    assert told == [("Sat 20:00", "Sat"), ("土曜日 20:00", "土曜日")]
