"""What people accepted until a day: in the review file or in a meeting; a name that nothing or too much has is said."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sre_lib.analyse.upkeep.naming import meant, short_id
from sre_lib.params_upkeep import AcceptedEntry
from sre_lib.upkeep import UpkeepItem


@dataclass(frozen=True)
class Accepted:
    """That something is due was accepted until a day (it included), and why; `week`: by which week's meeting.

    `name` is as somebody wrote it; no `week`: it stands in the review file.
    """

    name: str
    until: date
    reason: str
    week: str = ""


@dataclass(frozen=True)
class Unclear:
    """An acceptance that stands for nothing that is there, or (`choices`) for more than one; `week` as `Accepted`."""

    name: str
    choices: tuple[UpkeepItem, ...] = ()
    week: str = ""


def of_file(entries: Iterable[AcceptedEntry]) -> tuple[Accepted, ...]:
    """Return the entries of a review file."""
    return tuple(Accepted(each.name, each.until, each.reason) for each in entries)


def by_id(said: Iterable[Accepted], items: Sequence[UpkeepItem]) -> Mapping[str, Accepted]:
    """Return what was accepted by short id, of several what lasts longest; a name that is not clear accepts nothing."""
    found: dict[str, Accepted] = {}
    for each in said:
        which = meant(each.name, items)
        if len(which) == 1:
            key = short_id(which[0])
            found[key] = max(found.get(key, each), each, key=lambda one: one.until)
    return found


def unclear(said: Iterable[Accepted], items: Sequence[UpkeepItem], today: date) -> tuple[Unclear, ...]:
    """Return what accepts nothing, what has run out aside."""
    found = ((each, meant(each.name, items)) for each in said if each.until >= today)
    return tuple(Unclear(each.name, which, each.week) for each, which in found if len(which) != 1)
