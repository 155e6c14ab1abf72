"""By what people name something that needs care: one name is not enough, two regions or kinds may share it."""

import re
from collections.abc import Iterable
from hashlib import blake2s

from sre_lib.upkeep import UpkeepItem

_ID = re.compile(r"\((?P<id>[0-9a-f]{8})\)\s*$|^\s*(?P<alone>[0-9a-f]{8})\s*$")


def short_id(item: UpkeepItem) -> str:
    """Return 8 hexadecimal characters that stand for an item, the same every week and in every language.

    Of its kind and what AWS knows it by, so that no account number stands in what people read and hand on.
    """
    return blake2s(f"{item.kind}\n{item.id}".encode(errors="replace"), digest_size=4).hexdigest()


def label(item: UpkeepItem) -> str:
    """Return the name by which minutes and review file know an item: kind, name and short id.

    It is a plain scalar of YAML, also unquoted: a `#` would begin a comment there.
    """
    return f"{item.kind} {' '.join(item.name.split())} ({short_id(item)})"


def id_in(name: str) -> str:
    """Return the short id in brackets at the end of a name that somebody wrote, or that it is; empty: there is none."""
    found = _ID.search(name)
    return (found["id"] or found["alone"]) if found else ""


def meant(name: str, items: Iterable[UpkeepItem]) -> tuple[UpkeepItem, ...]:
    """Return what a name that somebody wrote stands for: by its short id, else by the whole name alone.

    More than one: they share the name, and nobody knows which was meant.
    """
    there, short = tuple(items), id_in(name)
    if short and (found := tuple(each for each in there if short_id(each) == short)):
        return found
    plain = " ".join(name.split())
    return tuple(each for each in there if plain in {" ".join(each.name.split()), f"{each.kind} {each.name}"})
