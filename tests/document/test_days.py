"""How days were seen, in words: literal days, both languages."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from sre_lib import weeks
from sre_lib.document.days import seen_of_all, seen_sentences
from sre_lib.model import DaySeen, ServiceWeek
from sre_lib.wording import wording
from tests.document.build import CPU, SERVICE, frame

WEEK = weeks.named("2026-W40", "Asia/Tokyo", history_weeks=2)
FIRST = WEEK.history_start.astimezone(ZoneInfo("Asia/Tokyo")).date()


def days(*periods: int, provisional: int = 0, corrected: dict[int, int] | None = None) -> tuple[DaySeen, ...]:
    """Return days from the first of the history: the last `provisional` ones are so."""
    return tuple(
        DaySeen(FIRST + timedelta(days=at), period_s, at >= len(periods) - provisional, (corrected or {}).get(at, 0))
        for at, period_s in enumerate(periods)
    )


def seen(*periods: int, **how: object) -> ServiceWeek:
    return ServiceWeek(SERVICE, WEEK, frame({CPU: 30.0}, WEEK), days=days(*periods, **how))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("week", "wanted"),
    [
        (seen(), []),
        (seen(*[60] * 21), ["Datapoints: 60 s since Mon 14 Sep."]),
        (
            seen(*[3600] * 3, 0, *[300] * 10, *[60] * 7),
            ["Datapoints: 60 s since Mon 28 Sep, 300 s since Fri 18 Sep, hourly since Mon 14 Sep."],
        ),
        (
            seen(*[0] * 7, *[300] * 14),
            ["Datapoints: 300 s since Mon 21 Sep.", "No datapoint of 1 of the 2 weeks before."],
        ),
        (seen(*[0] * 21), ["No datapoint of 2 of the 2 weeks before."]),
        (
            seen(*[300] * 21, provisional=2, corrected={13: 5, 14: 7}),
            [
                "Datapoints: 300 s since Mon 14 Sep.",
                "Datapoints since Sat 3 Oct are provisional: CloudWatch may still correct them.",
                "12 datapoints between Sun 27 Sep and Mon 28 Sep were corrected by CloudWatch since they were first "
                "read.",
            ],
        ),
    ],
)
def test_what_is_said(week, wanted):
    assert seen_sentences(week, wording("en")) == wanted


def test_a_day_of_last_year_has_its_year():
    long = replace(seen(), days=days(*[3600] * 310, *[60] * 7))
    assert seen_sentences(long, wording("en"))[0] == (
        "Datapoints: 60 s since Wed 21 Jul, hourly since 2026-09-14 (Mon)."
    )


def test_services_that_differ_are_named():
    other = replace(seen(*[60] * 21), service=replace(SERVICE, name="api"))
    assert seen_of_all([seen(*[60] * 21), other], wording("en")) == ["Datapoints: 60 s since Mon 14 Sep."]
    assert seen_of_all([seen(*[300] * 21, provisional=1), other], wording("en")) == [
        "web: Datapoints: 300 s since Mon 14 Sep.",
        "web: Datapoints since Sun 4 Oct are provisional: CloudWatch may still correct them.",
        "api: Datapoints: 60 s since Mon 14 Sep.",
    ]
