"""What expires, as the archive keeps it: one JSON file a week with the looks of that week."""

from dataclasses import dataclass

import orjson
from pydantic import TypeAdapter, ValidationError

from sre_lib.collect.archive import Archive
from sre_lib.errors import ArchiveError, LaterVersionError
from sre_lib.model import Week
from sre_lib.upkeep import UpkeepLook

FORMAT = 1


@dataclass(frozen=True)
class _File:
    """The looks of a week with the number of their format."""

    looks: tuple[UpkeepLook, ...]
    format: int = FORMAT


_FILE = TypeAdapter(_File)


def read(archive: Archive, week: Week) -> tuple[UpkeepLook, ...]:
    """Return the looks of a week; empty where there is no file. Raises ArchiveError."""
    key = _key(archive, week)
    content = archive.store.read(key)
    return () if content is None else decode(content, key)


def put(archive: Archive, week: Week, new: tuple[UpkeepLook, ...]) -> None:
    """Keep looks of a week in place of earlier ones of the same source and place. Raises ArchiveError."""
    with archive.locked():
        looks = {(each.source, each.place): each for each in (*read(archive, week), *new)}
        content = _File(tuple(looks[key] for key in sorted(looks)))
        option = orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z
        archive.store.write(_key(archive, week), orjson.dumps(content, option=option))


def decode(content: bytes, name: str) -> tuple[UpkeepLook, ...]:
    """Return the looks of a file; ArchiveError, with its name, where it is damaged or of a later version."""
    try:
        whole = orjson.loads(content)
        if isinstance(whole, dict) and isinstance(whole.get("format"), int) and whole["format"] > FORMAT:
            raise LaterVersionError(
                f"archive: {name} has format {whole['format']}, this version reads {FORMAT}; install a newer sre-review"
            )
        return _FILE.validate_json(content).looks
    except (ValidationError, ValueError) as error:
        text = " ".join(str(error).split())[:120]
        raise ArchiveError(f"archive: {name} is damaged ({text}); restore it from a copy, or move it away") from None


def _key(archive: Archive, week: Week) -> str:
    """Return the key of a week's file in the archive's store."""
    return f"{archive.folder}/upkeep/week={week.name}.json"
