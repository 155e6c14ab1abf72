"""Damaged files of the archive are set aside, not deleted: what they hold may still be of use to somebody."""

from collections.abc import Iterable, Iterator
from itertools import count

from sre_lib.collect.archive import Archive

FOLDER = "damaged"


def set_aside(archive: Archive, keys: Iterable[str]) -> dict[str, str]:
    """Move files of an archive into its folder `damaged`; return where each went, by its key.

    A run takes such a file for one that is not there, and fetches it again. Raises StoreError; no file is lost then.
    """
    moved: dict[str, str] = {}
    for key in keys:
        content = archive.store.read(key)
        if content is None:
            continue
        moved[key] = next(name for name in _names(archive, key) if archive.store.create(name, content))
        archive.store.delete(key)
    return moved


def _names(archive: Archive, key: str) -> Iterator[str]:
    """Yield names for a file that is set aside: of another time one with its name may lie there already."""
    name = f"{archive.folder}/{FOLDER}/{key.removeprefix(f'{archive.folder}/')}"
    yield name
    for number in count(2):
        yield f"{name}.{number}"
