"""Alarms from elsewhere (another monitoring service, a pager, an error tracker): CSV files that the review names."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

from sre_lib.errors import UserMistakeError
from sre_lib.params import Review
from sre_lib.params_alarms import AlarmField, AlarmsFile
from sre_lib.weeks import FIRST_YEAR, LAST_YEAR

_FIELDS: tuple[AlarmField, ...] = get_args(AlarmField)
_NEEDED: tuple[AlarmField, ...] = ("opened", "name")
_QUOTED = 60


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
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            for line, cells in _rows(file, lines):
                yield _alarm(f"{file.file}, line {line}", cells, zone)
    except OSError as error:
        why = error.strerror or "cannot be read"
        raise UserMistakeError(
            f"alarms_from: {file.file}: {why}; name a CSV file, as seen from {path.parent}"
        ) from None
    except UnicodeDecodeError:
        raise UserMistakeError(f"alarms_from: {file.file}: is not UTF-8 text; save it as CSV in UTF-8") from None


def _rows(file: AlarmsFile, lines: Iterable[str]) -> Iterator[tuple[int, Mapping[AlarmField, str]]]:
    """Yield the rows that are not empty, by our names, with their lines in the file."""
    reader = csv.reader(lines, strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        places = _places(file, header)
        for row in reader:
            if len(row) > len(header):
                raise UserMistakeError(
                    f"alarms_from: {file.file}, line {reader.line_num}: got {len(row)} fields, "
                    f"wants {len(header)} as in line 1; put a text with a comma in quotes"
                )
            cells = {name: row[place].strip() if place < len(row) else "" for name, place in places.items()}
            if any(cells.values()):
                yield reader.line_num, cells
    except csv.Error as error:
        where = f"{file.file}, line {reader.line_num}"
        raise UserMistakeError(f"alarms_from: {where}: got no CSV ({error}); correct the line") from None


def _places(file: AlarmsFile, header: list[str]) -> Mapping[AlarmField, int]:
    """Return where each of our columns stands; those that are not needed may lack."""
    found: dict[AlarmField, int] = {}
    for name in _FIELDS:
        column = file.columns.get(name, name)
        if header.count(column) == 1:
            found[name] = header.index(column)
        elif column in header or name in _NEEDED or name in file.columns:
            wrong = "twice or more" if column in header else "not at all"
            raise UserMistakeError(
                f"alarms_from: {file.file}, line 1: got the column {_shown(column)} {wrong}, wants it once for "
                f"{name!r}; say under `columns` what the file calls it (it has {_shown(', '.join(header))})"
            )
    return found


def _alarm(where: str, cells: Mapping[AlarmField, str], zone: ZoneInfo) -> OtherAlarm:
    """Return the alarm of a row."""
    if not cells["name"]:
        raise UserMistakeError(f"alarms_from: {where}: name: got nothing, wants the alarm's name; fill it in")
    opened = _moment(where, "opened", cells["opened"], zone)
    closed = _moment(where, "closed", cells["closed"], zone) if cells.get("closed") else None
    if closed and closed < opened:
        raise UserMistakeError(
            f"alarms_from: {where}: closed: got {_shown(cells['closed'])}, wants a time that is not before opened "
            f"{_shown(cells['opened'])}; correct one of them"
        )
    url = cells.get("url", "")
    if url and not url.startswith(("https://", "http://")):
        raise UserMistakeError(
            f"alarms_from: {where}: url: got {_shown(url)}, wants an address that starts with https://; correct it"
        )
    return OtherAlarm(opened, closed, cells["name"], cells.get("service", ""), cells.get("severity", ""), url)


def _moment(where: str, name: str, text: str, zone: ZoneInfo) -> datetime:
    """Return a time in UTC; one without an offset is local to `zone`."""
    wants = "wants a time such as 2026-10-01T12:00 (local) or 2026-10-01T03:00Z"
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or not FIRST_YEAR < found.year < LAST_YEAR:
        raise UserMistakeError(f"alarms_from: {where}: {name}: got {_shown(text)}, {wants}; correct it")
    if found.tzinfo:
        return found.astimezone(UTC)
    utc = found.replace(tzinfo=zone).astimezone(UTC)
    if utc.astimezone(zone).replace(tzinfo=None) != found:
        raise UserMistakeError(
            f"alarms_from: {where}: {name}: got {_shown(text)}, which the clocks of {zone.key} skip; "
            "write it with its offset"
        )
    return utc


def _shown(text: str) -> str:
    """Return what a file holds as a message quotes it: short, on one line."""
    return repr(text if len(text) <= _QUOTED else f"{text[:_QUOTED]}...")
