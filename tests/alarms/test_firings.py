"""When an alarm was in ALARM, and the figures of its noise, on literal states."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sre_lib.alarms.firings import Firing, at_night, firings_of, is_off_hours, noise_of
from sre_lib.collect.alarms.reading import StateSpan

TOKYO = ZoneInfo("Asia/Tokyo")
START = datetime(2026, 9, 28, tzinfo=UTC)
END = START + timedelta(days=7)


def minutes(*fired: tuple[int, int], first: str = "OK") -> tuple[StateSpan, ...]:
    """Return the states of a week: OK but for ALARM from minute to minute."""
    spans, last = [], 0
    for start, end in fired:
        spans += [(last, start, first if last == 0 else "OK"), (start, end, "ALARM")]
        last = end
    spans.append((last, 7 * 1440, "OK"))
    at = [(START + timedelta(minutes=start), START + timedelta(minutes=end), state) for start, end, state in spans]
    return tuple(StateSpan(*each) for each in at if each[0] < each[1])


def test_an_episode_whose_begin_or_end_is_not_known_says_so():
    spans = minutes((60, 90), first="")
    assert firings_of(spans) == (
        Firing(START + timedelta(minutes=60), START + timedelta(minutes=90), began=False, over=True),
    )
    ongoing = minutes((60, 7 * 1440))
    assert firings_of(ongoing) == (Firing(START + timedelta(minutes=60), END, began=True, over=False),)


def test_the_figures_of_a_week():
    # 10:00, 10:04 (four minutes each, flapping), and an hour at 02:00 of the next night, all in Tokyo.
    spans = minutes((60, 64), (70, 74), (1020, 1080))
    noise = noise_of(spans, TOKYO, {})
    assert asdict(noise) == {
        "weeks": 1.0, "firings": 3, "minutes": 68.0, "short_share": 2 / 3, "flapping": 1, "night": 1, "off_hours": 1,
        "same_minute": 0, "with_alarm": "",
    }  # fmt: skip
    assert noise.a_week == 3.0


def test_what_is_not_known_is_no_week_and_no_firing_no_share():
    noise = noise_of(minutes((0, 7 * 1440), first="")[:0], TOKYO, {})
    assert (noise.weeks, noise.firings) == (0.0, 0)
    assert noise.a_week != noise.a_week
    half = (StateSpan(START, START + timedelta(days=3.5), ""), StateSpan(START + timedelta(days=3.5), END, "OK"))
    found = noise_of(half, TOKYO, {})
    assert (found.weeks, found.firings, found.minutes, found.short_share != found.short_share) == (0.5, 0, 0.0, True)


@pytest.mark.parametrize(("days", "found"), [(7, 7), (3, 3), (2, 0)])
def test_the_same_minute_of_several_days(days, found):
    spans = minutes(*((day * 1440 + 200 + day, day * 1440 + 230) for day in range(days)))
    assert noise_of(spans, TOKYO, {}).same_minute == found


def test_an_alarm_that_always_comes_with_another():
    fired = ((60, 64), (600, 610), (3000, 3010))
    near = firings_of(minutes(*((start + 3, end + 3) for start, end in fired)))
    some = firings_of(minutes(*fired[:2]))
    assert noise_of(minutes(*fired), TOKYO, {"some": some, "near": near}).with_alarm == "near"
    assert noise_of(minutes(*fired), TOKYO, {"some": some}).with_alarm == ""


@pytest.mark.parametrize(
    ("local", "night", "off"),
    [
        ("2026-10-01T21:59", False, True), ("2026-10-01T22:00", True, True), ("2026-10-01T06:59", True, True),
        ("2026-10-01T07:00", False, True), ("2026-10-01T09:00", False, False), ("2026-10-03T12:00", False, True),
    ],
)  # fmt: skip
def test_night_and_off_hours_are_those_of_the_time_zone(local, night, off):
    moment = datetime.fromisoformat(local).replace(tzinfo=TOKYO).astimezone(UTC)
    assert (at_night(moment, TOKYO), is_off_hours(moment, TOKYO)) == (night, off)
