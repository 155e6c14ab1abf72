"""What the collections of a week took, kept in the archive: a page can say what its data cost whoever fetched it."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import NamedTuple

import orjson

from sre_lib.collect.archive import Archive
from sre_lib.collect.queries import Place
from sre_lib.collect.usage import Usage, total
from sre_lib.errors import ArchiveError, LaterVersionError
from sre_lib.model import Week

FORMAT = 1


class Entry(NamedTuple):
    """One collection: when it was, in seconds since the epoch, and what it took by place and account."""

    at: int
    usages: tuple[Usage, ...]


def note(archive: Archive, week: Week, entry: Entry) -> None:
    """Add a collection to those of a week; one that asked for nothing is none. Raises ArchiveError."""
    if not entry.usages:
        return
    with archive.locked():
        entries = (*noted(archive, week), entry)
        rows = [{"at": at, "usages": [asdict(usage) for usage in usages]} for at, usages in entries]
        archive.store.write(_key(archive, week), orjson.dumps({"format": FORMAT, "collections": rows}, default=list))


def noted(archive: Archive, week: Week) -> tuple[Entry, ...]:
    """Return the collections of a week, oldest first. Raises ArchiveError."""
    key = _key(archive, week)
    content = archive.store.read(key)
    return () if content is None else decode(content, key)


def decode(content: bytes, key: str) -> tuple[Entry, ...]:
    """Return the content of a file; ArchiveError, with its key, where it is damaged."""
    try:
        plain = orjson.loads(content)
        if plain["format"] > FORMAT:
            raise LaterVersionError(
                f"archive: {key} has format {plain['format']}, this version reads {FORMAT}; install a newer version"
            )
        rows = plain["collections"]
        return tuple(Entry(int(row["at"]), tuple(_usage(each) for each in row["usages"])) for row in rows)
    except (KeyError, TypeError, ValueError) as error:
        text = " ".join(str(error).split())[:120]
        raise ArchiveError(
            f"archive: {key} is damaged ({text}); let `sre-review archive verify` set it aside: only costs "
            "are noted in it"
        ) from error


def taken(archive: Archive, week: Week) -> Usage:
    """Return what all collections of a week took together. Raises ArchiveError."""
    return total(usage for entry in noted(archive, week) for usage in entry.usages)


def _key(archive: Archive, week: Week) -> str:
    """Return the key of a week's file in the store."""
    return f"{archive.folder}/collections/{week.name}.json"


def _usage(row: dict[str, object]) -> Usage:
    """Return a usage as it was noted."""
    place = row["place"]
    if not isinstance(place, Sequence):
        raise TypeError("place is no list")
    return Usage(**{**row, "place": Place(*place)})  # type: ignore[arg-type]  # a wrong name raises TypeError
