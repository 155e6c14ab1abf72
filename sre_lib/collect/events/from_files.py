"""Events of CSV files that a review names: the plan of a push tool, a calendar of sales and load tests."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import get_args
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from sre_lib import moments
from sre_lib.collect.csv_rows import CsvFile, Row, rows, shown
from sre_lib.errors import UserMistakeError
from sre_lib.event import Event
from sre_lib.params import Review
from sre_lib.params_events import EventEntry, EventField, EventsFile, event_of
from sre_lib.params_wants import wanted
from sre_lib.params_yaml import Place

_FIELDS: tuple[EventField, ...] = get_args(EventField)
_COUNT = re.compile(r"-?(\d{1,15}|\d{1,3}(,\d{3}){1,4})")
"""A number of people, with or without commas between thousands."""


def events_of(review: Review) -> tuple[Event, ...]:
    """Return the events that the review file writes and those of the files that it names, by start (UTC), each once.

    A path is as seen from the folder beside which the archive lies. A time without an offset is local to its file's
    `timezone`, never to the review's. Raises UserMistakeError, with file and line, for what cannot be read.
    """
    found = (event for file in review.events_from for event in _read(file, review))
    return tuple(sorted(dict.fromkeys((*review.events, *found)), key=lambda each: each.start))


def with_events(review: Review) -> Review:
    """Return the review with all of its events, as `events_of` reads them; whatever looks at events wants this one."""
    return replace(review, events=events_of(review))


def _read(file: EventsFile, review: Review) -> Iterator[Event]:
    """Yield the events of one file."""
    needed = ("start", "title") if file.kind else ("start", "kind", "title")
    columns: dict[str, str] = dict(file.columns.items())
    names = tuple(each.name for each in review.services)
    for row in rows(CsvFile("events_from", file.file, review.home / file.file, columns, _FIELDS, needed)):
        yield _event(row, file, review.timezone, names)


def _event(row: Row, file: EventsFile, timezone: str, names: Sequence[str]) -> Event:
    """Return the event of a row."""

    def refuse(place: Place, message: str) -> UserMistakeError:
        return row.mistake(str(place[0]), message)

    cells = {
        "start": _moment(row, "start", file, timezone),
        "end": _moment(row, "end", file, timezone) if row["end"] else None,
        "kind": row["kind"] or file.kind,
        "title": row["title"],
        "audience": _audience(row),
        "services": tuple(filter(None, map(str.strip, re.split("[;|,]", row["services"])))) or file.services,
        "url": row["url"],
    }
    try:
        entry = EventEntry.model_validate(cells)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = str(first["loc"][0])
        raise row.mistake(name, f"got {shown(row[name])}, {wanted(first, (name,), row[name])}") from None
    return event_of(entry, file.timezone or timezone, names, refuse)


def _moment(row: Row, name: EventField, file: EventsFile, timezone: str) -> str:
    """Return a time of a row as ISO 8601 with its offset."""
    zone = ZoneInfo(file.timezone or timezone)
    try:
        found = moments.read(row[name])
        utc = moments.in_utc_surely(found, zone)
    except ValueError as error:
        raise row.mistake(name, f"got {shown(row[name])}, {error}") from None
    if not found.tzinfo and not file.timezone:
        raise row.mistake(name, f"got {shown(row[name])}, {_how_to_write(found, zone)}")
    return utc.astimezone(found.tzinfo or zone).isoformat()


def _how_to_write(found: datetime, zone: ZoneInfo) -> str:
    """Return why a time without a time zone is refused, and how to write it."""
    written = found.replace(tzinfo=zone).isoformat()
    return (
        "which has no time zone; write it with its offset, such as "
        f"{written}, or say `timezone: {zone.key}` beside `file` in the review file"
    )


def _audience(row: Row) -> int | None:
    """Return how many people an event was for; None where the row does not say."""
    if not row["audience"]:
        return None
    if not _COUNT.fullmatch(row["audience"]):
        raise row.mistake("audience", f"got {shown(row['audience'])}, wants a whole number, such as 250000 or 250,000")
    return int(row["audience"].replace(",", ""))
