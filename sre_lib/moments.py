"""Times as people and other tools write them: text -> datetime, and local time -> UTC."""

from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sre_lib.weeks import FIRST_YEAR, LAST_YEAR

_EXPORTS = tuple(
    f"{date} {clock}{offset}"
    for date in ("%Y/%m/%d", "%Y-%m-%d")
    for clock in ("%H:%M", "%H:%M:%S")
    for offset in ("", "%z", " %z")
)
"""What spreadsheets and exports write beside ISO 8601; day and month are never guessed, so the year stands first."""


def read(text: str) -> datetime:
    """Return the time that a text says, without time zone where it says none.

    Read are ISO 8601 and forms such as `2026/10/02 20:00` or `2026/10/2 20:00:00 +0900`. Raises ValueError, which
    says what is wanted, for any other text and for years that no review reaches.
    """
    found = _parsed(text)
    if found is None:
        raise ValueError("wants a time such as 2026-10-01T12:00 (local) or 2026-10-01T03:00Z")
    if not FIRST_YEAR < found.year < LAST_YEAR:
        raise ValueError(f"wants a year after {FIRST_YEAR} and before {LAST_YEAR}")
    return found


def in_utc(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return a time in UTC; one without an offset is local to `zone`, the first of two where its clocks go back.

    Fractions of a second, which some exports write, are dropped: no series is finer than a second.
    Raises ValueError for a local time that the clocks skip.
    """
    moment = moment.replace(microsecond=0)
    if moment.tzinfo:
        return moment.astimezone(UTC)
    utc = moment.replace(tzinfo=zone).astimezone(UTC)
    if utc.astimezone(zone).replace(tzinfo=None) != moment:
        raise ValueError(f"which the clocks of {zone.key} skip; write it with its offset")
    return utc


def in_utc_surely(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return a time in UTC as `in_utc` does; ValueError also for a local time that there is twice."""
    if not moment.tzinfo and len({moment.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1)}) > 1:
        in_utc(moment, zone)
        raise ValueError(f"which the clocks of {zone.key} show twice; write it with its offset")
    return in_utc(moment, zone)


def _parsed(text: str) -> datetime | None:
    """Return the time of a text; None where it is none."""
    with suppress(ValueError):
        return datetime.fromisoformat(text)
    for form in _EXPORTS:
        with suppress(ValueError):
            return datetime.strptime(text, form)  # noqa: DTZ007  # whether it has an offset is the caller's matter
    return None
