"""Notebook and minutes file of a week as one: what people wrote on either side, with what to point out to them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sre_lib.document.minutes import form
from sre_lib.document.minutes.cells import People, edits_of
from sre_lib.document.minutes.record import Added, Entry, Minutes, Written, digest
from sre_lib.document.minutes.sync import agree, both, within


@dataclass(frozen=True)
class Together:
    """The minutes with the texts of both sides, and sentences (English) for what people should look at."""

    minutes: Minutes
    remarks: tuple[str, ...] = ()


def together(people: People | None, minutes: Minutes) -> Together:
    """Return the minutes with what people wrote in the notebook taken in; None where there is no notebook yet.

    Dates in words become ISO dates, counted from the meeting's day. What was written on a finding that the minutes do
    not know stays as a free cell. Nothing is dropped; what could not be understood is pointed out with its line.
    """
    if people is None:
        return Together(minutes, tuple(_slips(minutes)))
    remarks: list[str] = []
    entries = tuple(
        replace(
            each,
            written=_agreed(people.discussions.get(each.id), each.written, minutes.meeting, remarks, said_of(each)),
        )
        for each in minutes.entries
    )
    cells = _free_cells(people, minutes.entries)
    notes = _notes(cells, minutes, remarks)
    result = replace(minutes, entries=entries, notes=notes, added=_added(people.added, minutes.added, remarks))
    return Together(result, (*remarks, *_slips(result)))


def _agreed(
    cell: Written | None, entry: Written | None, meeting: date | None, remarks: list[str], where: str
) -> Written:
    """Return the text that both sides shall have, with their digests."""
    agreed = agree(cell, entry)
    if agreed.conflict:
        remarks.append(f"{where}: changed in the notebook and in minutes.yaml; both texts are kept, choose there")
    text = form.saved(agreed.text, meeting) if meeting else agreed.text
    base, now = entry or Written(), digest(text)
    ahead = digest(agreed.text) != digest(cell.text) if cell and now != base.agreed else base.ahead
    return Written(text, now, _taken(cell, entry, now), _past(base, now), ahead)


def _past(entry: Written, agreed: str) -> tuple[str, ...]:
    """Return the digests of the texts before the one agreed on now."""
    return entry.past if entry.agreed in {"", agreed, *entry.past} else (*entry.past, entry.agreed)


def _taken(cell: Written | None, entry: Written | None, agreed: str) -> str:
    """Return the digest of the cell's text as typed where it is not the text agreed on.

    It stays until the next change: the file is written before the notebook, which may not have been replaced yet.
    """
    if cell and digest(cell.text) != agreed:
        return digest(cell.text)
    return entry.taken if entry and (cell is None or entry.agreed == agreed) else ""


def _notes(cells: Mapping[str, Written], minutes: Minutes, remarks: list[str]) -> dict[str, Written]:
    """Return the free cells of both sides; one without text is left out."""
    names = dict.fromkeys((*cells, *minutes.notes))
    found = {
        name: _agreed(cells.get(name), minutes.notes.get(name), None, remarks, f"notes {name!r}") for name in names
    }
    return {name: each for name, each in found.items() if each.text}


def _free_cells(people: People, entries: Iterable[Entry]) -> dict[str, Written]:
    """Return the notebook's free cells, with what was written on findings that the minutes do not know."""
    cells, known = dict(people.notes), {each.id for each in entries}
    for name, each in people.discussions.items():
        if name not in known and each.text:
            there = cells.get(f"finding {name}")
            cells[f"finding {name}"] = replace(there, text=both(there.text, each.text)) if there else each
    return cells


def _added(cells: Iterable[Added], kept: Iterable[Added], remarks: list[str]) -> tuple[Added, ...]:
    """Return the cells that people added, those of the notebook in its order; one that was emptied goes."""
    there, known = {each.id: each for each in cells}, {each.id: each for each in kept}
    found = []
    for name in dict.fromkeys((*there, *known)):
        if name not in there and any(_grew(known[name], each) for each in there.values()):
            continue
        base = there.get(name) or known[name]
        sides = (there[name].written if name in there else None, known[name].written if name in known else None)
        found.append(replace(base, written=_agreed(*sides, None, remarks, f"cell {name!r}")))
    return tuple(each for each in found if each.written.text)


def _grew(before: Added, now: Added) -> bool:
    """Tell whether a text in a cell of ours is that of before, with more."""
    start = edits_of(now.after)
    ours = before.after == now.after and before.id.startswith(start) and now.id.startswith(start)
    return (
        ours and digest(before.written.text) == before.written.agreed and within(before.written.text, now.written.text)
    )


def _slips(minutes: Minutes) -> Iterable[str]:
    """Yield what could not be understood in the discussions."""
    for each in minutes.entries:
        for slip in each.discussion(minutes.meeting).slips:
            where = f"{said_of(each)}, line {slip.line}"
            yield f"{where}: got {slip.text[:60]!r}, wants {slip.wants}; it is kept as a note"


def said_of(entry: Entry) -> str:
    """Return where an entry stands, for people."""
    where = entry.service if entry.part == entry.service else f"{entry.service} ({entry.part})"
    return f"{where}, {entry.metric} {entry.view.replace('_', ' ')} of {entry.start:%Y-%m-%d}"
