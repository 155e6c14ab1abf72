"""What changed, as the archive keeps it: one JSON file a service and week, since AWS forgets after weeks.

`changes` holds each change once by its id, `looked` what was asked for and when, `limits` what was so at each look
(the minimum and maximum of scaling have no history at AWS). Reading needs no AWS.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import orjson
from pydantic import TypeAdapter, ValidationError

from sre_lib import weeks
from sre_lib.change import Change, Looked
from sre_lib.collect.archive import Archive
from sre_lib.errors import ArchiveError, LaterVersionError
from sre_lib.model import Service, Week
from sre_lib.store import file_name

FORMAT = 1


@dataclass(frozen=True)
class Limits:
    """What a resource's limits were at a moment, by name."""

    resource: str
    at: datetime
    values: Mapping[str, str]


@dataclass(frozen=True)
class Kept:
    """The content of one file, or of several together."""

    changes: tuple[Change, ...] = ()
    looked: tuple[Looked, ...] = ()
    limits: tuple[Limits, ...] = ()


@dataclass(frozen=True)
class _File(Kept):
    """A file with the number of its format."""

    format: int = FORMAT


_FILE = TypeAdapter(_File)


def key_of(archive: Archive, service: Service, week: Week) -> str:
    """Return the key of a file in the archive's store."""
    return f"{archive.folder}/changes/service={file_name(service.name)}/week={week.name}.json"


def read(archive: Archive, service: Service, week: Week) -> Kept:
    """Return what is kept of one week; empty where there is no file. Raises ArchiveError."""
    key = key_of(archive, service, week)
    content = archive.store.read(key)
    return Kept() if content is None else decode(content, key)


def changes_of(archive: Archive, service: Service, week: Week) -> Kept:
    """Return what is kept of history and week together, changes by time. Raises ArchiveError."""
    found = [read(archive, service, each) for each in (*weeks.history(week), week)]
    together = Kept()
    for each in found:
        together = merged(together, each)
    return together


def capacity_of(kept: Kept) -> dict[str, float]:
    """Return minimum and maximum of an ECS service's tasks as they were at the last look; nothing of a set of them."""
    newest = max((each for each in kept.limits if each.resource.startswith("ecs_service:")),
                 key=lambda each: each.at, default=None)  # fmt: skip
    return {name: float(value) for name, value in newest.values.items() if value.isdecimal()} if newest else {}


def put(archive: Archive, service: Service, week: Week, new: Kept) -> None:
    """Put what came into the file of a week, with what is there already; ArchiveError where that is damaged."""
    with archive.locked():
        archive.store.write(key_of(archive, service, week), encode(merged(read(archive, service, week), new)))


def merged(old: Kept, new: Kept) -> Kept:
    """Return both; of a change with the same kind, id and part the newer stays."""
    changes = {(each.kind, each.id, each.part): each for each in (*old.changes, *new.changes)}
    limits = {(each.resource, each.at): each for each in (*old.limits, *new.limits)}
    looked = old.looked
    for each in new.looked:
        looked = with_look(looked, each)
    return Kept(
        tuple(sorted(changes.values(), key=lambda each: (each.start, each.kind, each.id, each.part))),
        tuple(sorted(looked, key=lambda each: (each.source, each.resource, each.start))),
        tuple(sorted(limits.values(), key=lambda each: (each.resource, each.at))),
    )


def with_look(known: tuple[Looked, ...], new: Looked) -> tuple[Looked, ...]:
    """Return the looks with one more: a whole one joins those that it touches and takes the place of failed ones.

    A failed look is kept where no whole one covers it, the last one alone.
    """
    others = [each for each in known if (each.source, each.resource) != (new.source, new.resource)]
    same = [each for each in known if (each.source, each.resource) == (new.source, new.resource)]
    if any(each.status == "complete" and each.start <= new.start and new.end <= each.end for each in same):
        return known
    rest = []
    for each in same:
        touches = each.start <= new.end and new.start <= each.end
        if each.status == new.status and each.message == new.message and touches:
            new = replace(new, start=min(each.start, new.start), end=max(each.end, new.end), at=max(each.at, new.at))
        elif not (new.start <= each.start and each.end <= new.end):
            rest.append(each)
    return (*others, *rest, new)


def encode(kept: Kept) -> bytes:
    """Return the bytes of a file; equal content gives equal bytes."""
    whole = _File(kept.changes, kept.looked, kept.limits)
    return orjson.dumps(whole, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z)


def decode(content: bytes, name: str) -> Kept:
    """Return the content of a file; ArchiveError, with its name, where it is damaged or of a later version."""
    try:
        _check_format(orjson.loads(content), name)
        file = _FILE.validate_json(content)
        _check((*file.changes, *file.looked))
    except (ValidationError, ValueError) as error:
        text = " ".join(str(error).split())[:120]
        raise ArchiveError(
            f"archive: {name} is damaged ({text}); restore it from a copy, or let `sre-review archive verify` set it "
            "aside to ask for it again"
        ) from None
    return Kept(file.changes, file.looked, file.limits)


def _check_format(content: object, name: str) -> None:
    """Raise ArchiveError for a later version: what it holds may have another shape."""
    found = content.get("format") if isinstance(content, dict) else None
    if isinstance(found, int) and found > FORMAT:
        raise LaterVersionError(
            f"archive: {name} has format {found}, this version reads {FORMAT}; install a newer version"
        )


def _check(entries: Iterable[Change | Looked]) -> None:
    """Raise ValueError for a time without an offset or an end before its start."""
    for each in entries:
        if each.start.tzinfo is None or each.end.tzinfo is None or each.end < each.start:
            raise ValueError("a time has no offset, or an end lies before its start")
