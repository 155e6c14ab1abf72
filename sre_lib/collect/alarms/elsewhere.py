"""Alarms from elsewhere (another monitoring service, a pager, an error tracker): CSV files that the review names."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

from sre_lib import moments
from sre_lib.collect.csv_rows import CsvFile, Row, rows, shown
from sre_lib.params import Review
from sre_lib.params_alarms import AlarmField, AlarmsFile

_FIELDS: tuple[AlarmField, ...] = get_args(AlarmField)
_NEEDED: tuple[AlarmField, ...] = ("opened", "name")


@dataclass(frozen=True)
class OtherAlarm:
    """One time that an alarm of another service was open: UTC, `[opened, closed)`; None: it still is.

    `service` is as the file calls it: of the review where it has one of that name. What the file lacks is empty.
    """

    opened: datetime
    closed: datetime | None
    name: str
    service: str = ""
    severity: str = ""
    url: str = ""


def other_alarms(review: Review) -> tuple[OtherAlarm, ...]:
    """Return the alarms of all files that the review names, by time, each once.

    A path is as seen from the folder beside which the archive lies. Raises UserMistakeError, with file and line, for
    what cannot be read.
    """
    found = (alarm for file in review.alarms_from for alarm in _read(review.home / file.file, file, review.timezone))
    return tuple(sorted(dict.fromkeys(found), key=lambda each: (each.opened, each.name, each.service)))


def _read(path: Path, file: AlarmsFile, timezone: str) -> Iterator[OtherAlarm]:
    """Yield the alarms of one file."""
    zone = ZoneInfo(file.timezone or timezone)
    columns: dict[str, str] = dict(file.columns.items())
    for row in rows(CsvFile("alarms_from", file.file, path, columns, _FIELDS, _NEEDED)):
        yield _alarm(row, zone)


def _alarm(row: Row, zone: ZoneInfo) -> OtherAlarm:
    """Return the alarm of a row."""
    if not row["name"]:
        raise row.mistake("name", "got nothing, wants the alarm's name; fill it in")
    opened = _moment(row, "opened", zone)
    closed = _moment(row, "closed", zone) if row["closed"] else None
    if closed and closed < opened:
        wants = f"wants a time that is not before opened {shown(row['opened'])}; correct one of them"
        raise row.mistake("closed", f"got {shown(row['closed'])}, {wants}")
    url = row["url"]
    if url and not url.startswith(("https://", "http://")):
        raise row.mistake("url", f"got {shown(url)}, wants an address that starts with https://; correct it")
    return OtherAlarm(opened, closed, row["name"], row["service"], row["severity"], url)


def _moment(row: Row, name: AlarmField, zone: ZoneInfo) -> datetime:
    """Return a time in UTC; one without an offset is local to `zone`."""
    try:
        return moments.in_utc(moments.read(row[name]), zone)
    except ValueError as error:
        raise row.mistake(name, f"got {shown(row[name])}, {error}") from None
