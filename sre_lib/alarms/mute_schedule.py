"""When mute rules keep alarms from telling anybody: the windows of a rule's schedule.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Schedule.html. Where both the day of the
month and the day of the week are restricted either is enough, as in cron; AWS does not say.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sre_lib.alarms.notifications import Interval

LONGEST = timedelta(days=15)
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_CRON = re.compile(r"cron\((?P<fields>[^()]*)\)")
_AT = re.compile(r"at\((?P<moment>\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?)\)")
_DURATION = re.compile(r"P(?:(\d{1,3})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?)?")


def windows(rule: Mapping[str, Any], start: datetime, end: datetime) -> tuple[Interval, ...]:
    """Return when a rule mutes within `[start, end)` (aware), by time and without overlap.

    `rule` is an answer of GetAlarmMuteRule; its dates may be ISO 8601 texts. ValueError where it is not as AWS
    documents it.
    """
    schedule = _mapping(_mapping(rule.get("Rule")).get("Schedule"))
    lasts = _duration(str(schedule.get("Duration", "")))
    first, last = _moment(rule.get("StartDate")), _moment(rule.get("ExpireDate"))
    since, until = max(start, first or start), min(end, last or end)
    zone = _zone(str(schedule.get("Timezone") or "UTC"))
    begins = _begins(str(schedule.get("Expression", "")), zone, since - lasts, until)
    found = (Interval(max(each, since).timestamp(), min(each + lasts, until).timestamp()) for each in begins)
    return tuple(_joined(sorted(each for each in found if each.start_s < each.end_s)))


def targets(rule: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the alarms that a rule mutes."""
    names = _mapping(rule.get("MuteTargets")).get("AlarmNames")
    return tuple(str(each) for each in names) if isinstance(names, list | tuple) else ()


def _begins(expression: str, zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield when an expression sets in, on the days of `[start, end)` in its time zone."""
    if once := _AT.fullmatch(expression):
        yield datetime.fromisoformat(once["moment"]).replace(tzinfo=zone)
        return
    cron = _CRON.fullmatch(expression)
    fields = cron["fields"].split() if cron else []
    if len(fields) != 5:
        raise ValueError("Expression")
    minutes, hours = _field(fields[0], 0, 59), _field(fields[1], 0, 23)
    days, months = _field(fields[2], 1, 31), _field(fields[3], 1, 12, _MONTHS, 1)
    weekdays = {each % 7 for each in _field(fields[4], 0, 7, _DAYS, 0)}
    either = fields[2] != "*" and fields[4] != "*"
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    while day <= last:
        matches = (day.day in days, day.isoweekday() % 7 in weekdays)
        if day.month in months and (any(matches) if either else all(matches)):
            yield from (_local(day, hour, minute, zone) for hour, minute in product(sorted(hours), sorted(minutes)))
        day += timedelta(days=1)


def _local(day: date, hour: int, minute: int, zone: ZoneInfo) -> datetime:
    """Return a moment of a day in a time zone."""
    return datetime.combine(day, time(hour, minute), zone)


def _field(text: str, least: int, most: int, names: tuple[str, ...] = (), first: int = 0) -> set[int]:
    """Return the numbers that a field of a cron expression stands for; names count from `first`."""
    known = {name: number for number, name in enumerate(names, first)}
    found: set[int] = set()
    for part in text.upper().split(","):
        low, dash, high = part.partition("-")
        if part == "*":
            found |= set(range(least, most + 1))
            continue
        bounds = [known[each] if each in known else int(each) for each in ([low, high] if dash else [low, low])]
        if not least <= bounds[0] <= bounds[1] <= most:
            raise ValueError("Expression")
        found |= set(range(bounds[0], bounds[1] + 1))
    return found


def _duration(text: str) -> timedelta:
    """Return an ISO 8601 duration of days, hours and minutes."""
    match = _DURATION.fullmatch(text)
    days, hours, minutes = (int(each or 0) for each in match.groups()) if match else (0, 0, 0)
    lasts = timedelta(days=days, hours=hours, minutes=minutes)
    if not timedelta() < lasts <= LONGEST:
        raise ValueError("Duration")
    return lasts


def _zone(name: str) -> ZoneInfo:
    """Return a time zone by its name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError):
        raise ValueError("Timezone") from None


def _moment(value: object) -> datetime | None:
    """Return a date of a rule; None where it has none."""
    if value is None or isinstance(value, datetime):
        return value
    found = datetime.fromisoformat(str(value))
    if found.tzinfo is None:
        raise ValueError("StartDate")
    return found


def _mapping(value: object) -> Mapping[str, Any]:
    """Return a value that is an object; empty for any other."""
    return value if isinstance(value, Mapping) else {}


def _joined(found: Iterable[Interval]) -> Iterator[Interval]:
    """Yield intervals, those that meet as one."""
    last: Interval | None = None
    for each in found:
        if last and each.start_s <= last.end_s:
            last = Interval(last.start_s, max(last.end_s, each.end_s))
            continue
        if last:
            yield last
        last = each
    if last:
        yield last
