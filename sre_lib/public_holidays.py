"""Public holidays as known events: a Monday like a Sunday is no anomaly when nobody works."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
from babel.core import get_global

from sre_lib.event import Event


def country_of(timezone: str) -> tuple[str, ...]:
    """Return the country of an IANA time zone (ISO 3166-1, CLDR's territory); nothing where it has no holidays here."""
    country = get_global("zone_territories").get(timezone, "")
    return (country,) if country in supported() else ()


def supported() -> frozenset[str]:
    """Return the countries whose public holidays are known (library `holidays`)."""
    return frozenset(holidays.list_supported_countries())


def holiday_events(
    countries: Sequence[str], start: datetime, end: datetime, timezone: str, language: str
) -> tuple[Event, ...]:
    """Return the public holidays of countries whose local day touches `[start, end)`, by time.

    From local midnight to the next one, in UTC; the title is in the language where the library has it, else in the
    country's own.
    """
    zone = ZoneInfo(timezone)
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    years = range(first.year, last.year + 1)
    spoken = {"en": "en_US"}.get(language, language)
    known = holidays.list_localized_countries()
    found = []
    for country in countries:
        days = holidays.country_holidays(
            country, years=years, language=spoken if spoken in known.get(country, ()) else None
        )
        for day, title in days.items():
            begins, ends = (
                datetime.combine(each, time(), zone).astimezone(UTC) for each in (day, day + timedelta(days=1))
            )
            if begins < end and ends > start:
                found.append(Event(begins, ends, "holiday", title))
    return tuple(sorted(found, key=lambda event: (event.start, event.title)))
