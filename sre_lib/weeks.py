"""Weeks of review in local days, as UTC; the clock is always passed in."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sre_lib.errors import UserMistakeError
from sre_lib.model import Week

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FIRST_YEAR, LAST_YEAR = 1970, 2200
MEETING_HOUR = 7
"""Hour of the day after the week (review's time zone) at which the demo's clock stands."""


def last_finished(now: datetime, timezone: str, week_start: str = "monday", history_weeks: int = 6) -> Week:
    """Return the newest week that has ended by `now` (aware datetime)."""
    today = _aware(now).astimezone(ZoneInfo(timezone)).date()
    first = today - timedelta(days=(today.weekday() - DAYS.index(week_start)) % 7)
    return _week(first - timedelta(days=7), timezone, history_weeks)


def named(name: str, timezone: str, week_start: str = "monday", history_weeks: int = 6) -> Week:
    """Return the week whose first day lies in ISO week `name`, such as 2026-W40; UserMistakeError if there is none."""
    match = re.fullmatch(r"(\d{4})-W(\d{2})", name, re.ASCII)
    try:
        monday = date.fromisocalendar(int(match[1]), int(match[2]), 1) if match else None
        first = monday + timedelta(days=DAYS.index(week_start)) if monday else None
        week = _week(first, timezone, history_weeks) if first else None
    except (ValueError, OverflowError):
        week = None
    if week is None:
        raise UserMistakeError(f"week: got {name!r}, wants an ISO week that exists, such as 2026-W40")
    return week


def must_have_ended(week: Week, now: datetime) -> Week:
    """Return the week; UserMistakeError where it has not ended by `now`."""
    if week.end > _aware(now):
        end = week.end.astimezone(ZoneInfo(week.timezone))
        raise UserMistakeError(
            f"week: {week.name} has not ended yet (it ends {end:%Y-%m-%d %H:%M} {week.timezone}); "
            "name an earlier week or leave it out for the last finished one"
        )
    return week


def previous(week: Week) -> Week:
    """Return the week before, with as long a history."""
    zone = ZoneInfo(week.timezone)
    first = week.start.astimezone(zone).date() - timedelta(days=7)
    weeks = round((week.start - week.history_start) / timedelta(days=7))
    return _week(first, week.timezone, weeks)


def history(week: Week) -> tuple[Week, ...]:
    """Return the weeks of the history, oldest first."""
    count = round((week.start - week.history_start) / timedelta(days=7))
    first = week.start.astimezone(ZoneInfo(week.timezone)).date()
    return tuple(_week(first - timedelta(days=7 * back), week.timezone, 0) for back in range(count, 0, -1))


def days(week: Week) -> Mapping[date, datetime]:
    """Return the local days of history and week, oldest first, each with its first instant in UTC."""
    zone = ZoneInfo(week.timezone)
    first, end = (edge.astimezone(zone).date() for edge in (week.history_start, week.end))
    found = (first + timedelta(days=number) for number in range((end - first).days))
    return {day: _midnight(day, week.timezone) for day in found}


def morning_after(week: Week) -> datetime:
    """Return the moment at which the meeting prepares: 07:00 local on the first day after the week, in UTC."""
    zone = ZoneInfo(week.timezone)
    return datetime.combine(week.end.astimezone(zone).date(), time(MEETING_HOUR), zone).astimezone(UTC)


def _week(first: date, timezone: str, history_weeks: int) -> Week:
    """Build the week of seven local days from `first`."""
    year, number, _ = first.isocalendar()
    return Week(
        name=f"{year}-W{number:02d}",
        start=_midnight(first, timezone),
        end=_midnight(first + timedelta(days=7), timezone),
        history_start=_midnight(first - timedelta(days=7 * history_weeks), timezone),
        timezone=timezone,
    )


def _midnight(day: date, timezone: str) -> datetime:
    """Return the first instant of a local day in UTC (zones that skip midnight begin the day later)."""
    return datetime.combine(day, time(), ZoneInfo(timezone)).astimezone(UTC)


def _aware(now: datetime) -> datetime:
    """Return `now` unless it is naive or so far away that weeks around it do not exist."""
    if not FIRST_YEAR <= now.year <= LAST_YEAR:
        raise UserMistakeError(f"now: got the year {now.year}, wants one from {FIRST_YEAR} to {LAST_YEAR}")
    if now.tzinfo is None:
        raise UserMistakeError(
            f"now: got {now.isoformat()}, wants a time with its offset, such as {now.isoformat()}+09:00"
        )
    return now
