"""The shop's own calendar: weeks in Japan time, releases, pushes, the nightly batch; a pure function of the seed.

Times are minutes since the epoch (UTC). Japan has no daylight-saving time, so its days are 1,440 minutes, always.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from sre_lib.demo.noise import between, draw

HOUR, DAY, WEEK = 60, 1440, 10080
JAPAN = 9 * HOUR
"""Japan is this many minutes ahead of UTC."""

FIRST_MONDAY = -3 * DAY - JAPAN
"""Monday 29 December 1969, 00:00 in Japan."""

DEMO_WEEK = (date(2026, 9, 28) - date(1969, 12, 29)).days // 7
"""2026-W40, in which every kind of fault occurs."""

DEPLOYMENT_MIN = 12
PUSH_MIN = 45
BATCH_START, BATCH_MIN = 3 * HOUR, 40

_PUSH_TITLES = ("Evening coupon", "New arrivals", "Time sale starts", "Points day reminder", "Back in stock")
_CHANCE_OF_LEAK = 0.25


class Deployment(NamedTuple):
    """New tasks of some services, from this minute on."""

    minute: int
    services: tuple[str, ...]
    title: str


class Push(NamedTuple):
    """A push notification to so many telephones, sent in this minute."""

    minute: int
    audience: int
    title: str


def week_of(minute: int) -> int:
    """Return the number of the Japanese week that a minute lies in."""
    return (minute - FIRST_MONDAY) // WEEK


def local(week: int, day: int, minute: float) -> int:
    """Return a minute of a week's day (0: Monday) as minutes since the epoch."""
    return FIRST_MONDAY + week * WEEK + day * DAY + round(minute)


def as_time(minute: int) -> datetime:
    """Return a minute since the epoch as UTC."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)


def as_minute(moment: datetime) -> int:
    """Return the minute since the epoch in which an aware datetime lies."""
    return int(moment.timestamp() // 60)


def may_last(week: int) -> bool:
    """Tell whether a week may have what lasts into the next one: every other week, so that no two of a kind meet."""
    return (week - DEMO_WEEK) % 2 == 0


def leaks(seed: int, week: int) -> bool:
    """Tell whether api leaks memory in a week; a leak lasts from the Friday before to the Tuesday after."""
    return week == DEMO_WEEK or (may_last(week) and draw(seed, week, "leak") < _CHANCE_OF_LEAK)


@lru_cache(maxsize=512)
def deployments(seed: int, week: int) -> tuple[Deployment, ...]:
    """Return a week's releases in the order of time.

    web and api on Tuesday, worker on Wednesday, sometimes web on Monday and api on Thursday. While api leaks nobody
    releases it, since that would restart its tasks; the leak came with the hotfix of the Friday before.
    """
    frozen = leaks(seed, week)
    year, number, _ = (date(1969, 12, 29) + timedelta(weeks=week)).isocalendar()
    plan: list[tuple[int, tuple[str, ...], str]] = [
        (1, ("web",) if frozen else ("web", "api"), "release"),
        (2, ("worker",), "worker release"),
    ]
    if draw(seed, week, "monday") < 0.3:
        plan.append((0, ("web",), "web fix"))
    if not frozen and draw(seed, week, "thursday") < 0.4:
        plan.append((3, ("api",), "api fix"))
    if leaks(seed, week + 1):
        plan.append((4, ("api",), "api hotfix"))
    return tuple(
        Deployment(
            local(week, day, 5 * round(between(14 * HOUR, 16 * HOUR, seed, week, "release", day) / 5)),
            services,
            f"{year}.{number:02d}.{day + 1} {title}",
        )
        for day, services, title in sorted(plan)
    )


@lru_cache(maxsize=512)
def pushes(seed: int, week: int) -> tuple[Push, ...]:
    """Return a week's pushes in the order of time: two to four, in the evening, at a round time."""
    count = 2 + int(3 * draw(seed, week, "pushes"))
    days = sorted(range(7), key=lambda day: draw(seed, week, "push day", day))[:count]
    return tuple(
        Push(
            local(week, day, 19 * HOUR + 30 * int(3 * draw(seed, week, "push time", day))),
            1000 * round(between(110, 320, seed, week, "audience", day)),
            _PUSH_TITLES[int(len(_PUSH_TITLES) * draw(seed, week, "push title", day))],
        )
        for day in sorted(days)
    )
