"""Alarms as the archive keeps them, since CloudWatch forgets their history after thirty days.

`alarms/definitions.json` holds each definition once, with when it was seen. `alarms/week=….json` holds the items of the
history that lie in a week as they came, what was looked at, and the state of each alarm at the looks of that week's
review. Putting something in never takes anything out; reading needs no AWS.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, TypeVar

import orjson
from pydantic import TypeAdapter, ValidationError

from sre_lib.collect.archive import Archive
from sre_lib.collect.queries import Place
from sre_lib.errors import ArchiveError, LaterVersionError
from sre_lib.model import Week

FORMAT = 1
AlarmType = Literal["MetricAlarm", "CompositeAlarm"]
Asked = Literal["definitions", "history", "mute_rules"]
LookStatus = Literal["complete", "partial", "denied", "gone"]


@dataclass(frozen=True, order=True)
class AlarmId:
    """What an alarm is known by: its name, and `profile/region` where that is not the review's own."""

    name: str
    place: str = ""


@dataclass(frozen=True)
class SeenDefinition:
    """A definition as DescribeAlarms told it (without its state), first and last seen so.

    `configured`: when it was set up or last changed (None: not told).
    """

    id: AlarmId
    type: AlarmType
    definition: Mapping[str, Any]
    configured: datetime | None
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True)
class Item:
    """One AlarmHistoryItem as it came; `data` is its JSON text, which may be cut."""

    id: AlarmId
    type: AlarmType
    at: datetime
    kind: str
    summary: str
    data: str
    contributor: str = ""


@dataclass(frozen=True)
class StateSeen:
    """The state of an alarm at the moment `at`, and since when it was in it (None: not told)."""

    id: AlarmId
    at: datetime
    state: str
    since: datetime | None
    reason: str = ""


@dataclass(frozen=True)
class MuteSeen:
    """A mute rule of a place as GetAlarmMuteRule told it at the moment `at`; times in it are texts."""

    place: str
    at: datetime
    name: str
    rule: Mapping[str, Any]


@dataclass(frozen=True)
class AlarmLook:
    """That definitions or history of one type of alarms were asked for at the moment `at`, for `[start, end)` (UTC).

    Only where it is `complete` does nothing mean that there was nothing; `gone` is what CloudWatch no longer keeps.
    """

    place: str
    asked: Asked
    type: AlarmType
    start: datetime
    end: datetime
    at: datetime
    status: LookStatus
    message: str = ""


@dataclass(frozen=True, order=True)
class Listed:
    """All alarms of a type were told of a place at the moment `at`."""

    place: str
    type: AlarmType
    at: datetime


@dataclass(frozen=True)
class KeptDefinitions:
    """The content of `definitions.json`: what was seen, and the items of the history that tell of edits.

    `listed`: when all alarms of a place and type were last told of.
    """

    seen: tuple[SeenDefinition, ...] = ()
    edits: tuple[Item, ...] = ()
    listed: tuple[Listed, ...] = ()
    format: int = FORMAT


@dataclass(frozen=True)
class KeptWeek:
    """The content of the file of a week."""

    items: tuple[Item, ...] = ()
    looks: tuple[AlarmLook, ...] = ()
    states: tuple[StateSeen, ...] = ()
    mutes: tuple[MuteSeen, ...] = ()
    format: int = FORMAT


File = TypeVar("File", KeptDefinitions, KeptWeek)
_DEFINITIONS, _WEEK = TypeAdapter(KeptDefinitions), TypeAdapter(KeptWeek)


def place_text(place: Place) -> str:
    """Return a place as the archive knows it; empty for the review's own."""
    return "/".join(place) if any(place) else ""


def definitions_key(archive: Archive) -> str:
    """Return the key of the definitions in the archive's store."""
    return f"{archive.folder}/alarms/definitions.json"


def week_key(archive: Archive, week: str) -> str:
    """Return the key of a week's file in the archive's store, by the week's name."""
    return f"{archive.folder}/alarms/week={week}.json"


def read_definitions(archive: Archive) -> KeptDefinitions:
    """Return all definitions that are kept. Raises ArchiveError."""
    key = definitions_key(archive)
    content = archive.store.read(key)
    return KeptDefinitions() if content is None else decode_definitions(content, key)


def read_week(archive: Archive, week: str) -> KeptWeek:
    """Return what is kept of one week, by its name; empty where there is no file. Raises ArchiveError."""
    key = week_key(archive, week)
    content = archive.store.read(key)
    return KeptWeek() if content is None else decode_week(content, key)


def decode_definitions(content: bytes, name: str) -> KeptDefinitions:
    """Return the content of `definitions.json`; ArchiveError where it is damaged or of a later version."""
    return _decoded(_DEFINITIONS, content, name)


def decode_week(content: bytes, name: str) -> KeptWeek:
    """Return the content of a week's file; ArchiveError where it is damaged or of a later version."""
    return _decoded(_WEEK, content, name)


def put_definitions(archive: Archive, new: KeptDefinitions) -> None:
    """Put definitions beside what is kept; ArchiveError where that is damaged, and nothing is written then."""
    with archive.locked():
        both = all_definitions(read_definitions(archive), new)
        archive.store.write(definitions_key(archive), encoded(both))


def put_week(archive: Archive, week: Week, new: KeptWeek) -> None:
    """Put what came beside what is kept of a week; ArchiveError where that is damaged, and nothing is written then."""
    with archive.locked():
        both = together(read_week(archive, week.name), new)
        archive.store.write(week_key(archive, week.name), encoded(both))


def all_definitions(old: KeptDefinitions, new: KeptDefinitions) -> KeptDefinitions:
    """Return both; of the listings of a place and type the last one."""
    edits = dict.fromkeys((*old.edits, *new.edits))
    listed = {(each.place, each.type): each for each in sorted((*old.listed, *new.listed))}
    return KeptDefinitions(
        with_seen(old.seen, new.seen), tuple(sorted(edits, key=_when)), tuple(sorted(listed.values()))
    )


def with_seen(known: Iterable[SeenDefinition], new: Iterable[SeenDefinition]) -> tuple[SeenDefinition, ...]:
    """Return definitions with others among them: the same one of an alarm is one, seen from its first to its last."""
    found: dict[tuple[AlarmId, bytes, datetime | None], SeenDefinition] = {}
    for each in (*known, *new):
        key = (each.id, orjson.dumps(each.definition, option=orjson.OPT_SORT_KEYS), each.configured)
        old = found.get(key, each)
        first, last = min(old.first_seen, each.first_seen), max(old.last_seen, each.last_seen)
        found[key] = replace(old, first_seen=first, last_seen=last)
    return tuple(sorted(found.values(), key=lambda each: (each.id, each.first_seen, each.last_seen)))


def together(old: KeptWeek, new: KeptWeek) -> KeptWeek:
    """Return both, each item once: by alarm, time, kind and content."""
    items = dict.fromkeys((*old.items, *new.items))
    states = dict.fromkeys((*old.states, *new.states))
    looks = dict.fromkeys((*old.looks, *new.looks))
    mutes = {(each.place, each.name, each.at): each for each in (*old.mutes, *new.mutes)}
    return KeptWeek(
        tuple(sorted(items, key=_when)),
        tuple(sorted(looks, key=lambda each: (each.place, each.asked, each.type, each.start, each.at))),
        tuple(sorted(states, key=lambda each: (each.id, each.at))),
        tuple(sorted(mutes.values(), key=lambda each: (each.place, each.name, each.at))),
    )


def _when(item: Item) -> tuple[datetime, AlarmId, str, str, str]:
    """Return what items are sorted by."""
    return item.at, item.id, item.kind, item.summary, item.data


def encoded(file: KeptDefinitions | KeptWeek) -> bytes:
    """Return the bytes of a file; equal content gives equal bytes."""
    return orjson.dumps(file, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z)


def _decoded(adapter: TypeAdapter[File], content: bytes, name: str) -> File:
    """Return the content of a file; ArchiveError, with its name, where it is damaged or of a later version."""
    try:
        plain = orjson.loads(content)
        found = plain.get("format") if isinstance(plain, dict) else None
        if isinstance(found, int) and found > FORMAT:
            raise LaterVersionError(
                f"archive: {name} has format {found}, this version reads {FORMAT}; install a newer version"
            )
        return adapter.validate_json(content)
    except (ValidationError, ValueError) as error:
        text = " ".join(str(error).split())[:120]
        raise ArchiveError(
            f"archive: {name} is damaged ({text}); restore it from a copy, or let `sre-review archive verify` set "
            "it aside: what CloudWatch still tells is then asked for again"
        ) from None
