"""When mute rules mute: AWS' own examples, time zones, dates of start and end, and what is no schedule."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_lib.alarms.mute_schedule import targets, windows

START, END = datetime(2026, 9, 28, tzinfo=UTC), datetime(2026, 10, 5, tzinfo=UTC)
"""A Monday to the next."""


def rule(expression, duration="PT1H", timezone=None, **more):
    return {"Rule": {"Schedule": {"Expression": expression, "Duration": duration, "Timezone": timezone}}, **more}


def shown(made, start=START, end=END):
    """Return the windows as texts of their UTC times."""
    return [
        "/".join(f"{datetime.fromtimestamp(each, UTC):%d %H:%M}" for each in one) for one in windows(made, start, end)
    ]


@pytest.mark.parametrize(
    ("made", "wanted"),
    [
        (rule("cron(0 2 * * SUN)", "PT4H"), ["04 02:00/04 06:00"]),
        (rule("cron(0 2 * * 7)", "PT4H"), ["04 02:00/04 06:00"]),
        (rule("cron(0 1 1 * *)"), ["01 01:00/01 02:00"]),
        (rule("cron(0 18 * * FRI)", "P2DT12H"), ["28 00:00/28 06:00", "02 18:00/05 00:00"]),
        (rule("cron(0 2 * * MON-TUE,thu)"), ["28 02:00/28 03:00", "29 02:00/29 03:00", "01 02:00/01 03:00"]),
        (rule("cron(0,30 2 3 OCT *)"), ["03 02:00/03 03:30"]),
        (rule("cron(0 2 3 * SUN)"), ["03 02:00/03 03:00", "04 02:00/04 03:00"]),
        (rule("cron(0 2 * NOV *)"), []),
        (rule("cron(* * * * *)", "PT1M"), ["28 00:00/05 00:00"]),
        (rule("cron(0 2 * * SUN)", timezone="Asia/Tokyo"), ["03 17:00/03 18:00"]),
        (rule("at(2026-09-30T14:00)", "PT90M"), ["30 14:00/30 15:30"]),
        (rule("at(2026-09-30T14:00)", timezone="Europe/Berlin"), ["30 12:00/30 13:00"]),
        (rule("at(2020-01-01T00:00)"), []),
        (rule("at(2026-09-27T00:00)", "P15D"), ["28 00:00/05 00:00"]),
        (rule("cron(0 2 * * *)", StartDate="2026-10-03T00:00:00+00:00"), ["03 02:00/03 03:00", "04 02:00/04 03:00"]),
        (rule("cron(0 2 * * *)", ExpireDate=datetime(2026, 9, 28, 2, 30, tzinfo=UTC)), ["28 02:00/28 02:30"]),
    ],
)
def test_a_schedule_s_windows(made, wanted):
    assert shown(made) == wanted


@pytest.mark.parametrize(
    "made",
    [
        {}, {"Rule": "x"}, {"Rule": {"Schedule": []}}, rule(""), rule("rate(5 minutes)"), rule("cron(0 2 * *)"),
        rule("cron(0 2 * * * *)"), rule("cron(60 2 * * *)"), rule("cron(5-2 2 * * *)"), rule("cron(a 2 * * *)"),
        rule("cron(*/5 2 * * *)"), rule("at(2026-13-01T00:00)"), rule("cron(0 2 * * *)", "P"),
        rule("cron(0 2 * * *)", "PT0M"), rule("cron(0 2 * * *)", "P16D"), rule("cron(0 2 * * *)", "1h"),
        rule("cron(0 2 * * *)", timezone="Mars/Base"), rule("cron(0 2 * * *)", timezone="../etc/passwd"),
        rule("cron(0 2 * * *)", StartDate="soon"), rule("cron(0 2 * * *)", StartDate="2026-10-03"),
    ],
)  # fmt: skip
def test_what_is_no_schedule_is_refused(made):
    with pytest.raises(ValueError, match=r"\w"):
        windows(made, START, END)


def test_targets():
    assert targets({"MuteTargets": {"AlarmNames": ["a", "b"]}}) == ("a", "b")
    assert targets({}) == targets({"MuteTargets": {"AlarmNames": "a"}}) == targets({"MuteTargets": 1}) == ()


@given(
    st.sampled_from(["*", "0", "5-20", "0,59"]), st.sampled_from(["*", "2", "22-23"]),
    st.sampled_from(["*", "1", "31"]), st.sampled_from(["*", "SUN", "1-5"]), st.sampled_from(["PT1M", "PT7H", "P3D"]),
    st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York"]), st.integers(0, 400),
)  # fmt: skip
def test_windows_lie_inside_in_order_and_apart(minute, hour, day, weekday, lasts, zone, later):
    start = START + timedelta(days=later)
    end = start + timedelta(days=7)
    found = windows(rule(f"cron({minute} {hour} {day} * {weekday})", lasts, zone), start, end)
    flat = [edge for each in found for edge in each]
    assert flat == sorted(set(flat))
    assert all(start.timestamp() <= edge <= end.timestamp() for edge in flat)
