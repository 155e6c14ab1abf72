"""Notebook and minutes file of a week as one: what people wrote on either side, with what to point out to them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sre_lib.document.minutes import form
from sre_lib.document.minutes.cells import People
from sre_lib.document.minutes.record import Added, Entry, Minutes, Written, digest
from sre_lib.document.minutes.sync import agree


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
    notes = _notes(people, minutes, remarks)
    notes |= _unknown(people.discussions, minutes.entries)
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
    typed = digest(cell.text) if cell else (entry.taken if entry else "")
    return Written(text, digest(text), typed if typed != digest(text) else "")


def _notes(people: People, minutes: Minutes, remarks: list[str]) -> dict[str, Written]:
    """Return the free cells of both sides; one without text is left out."""
    names = dict.fromkeys((*people.notes, *minutes.notes))
    found = {
        name: _agreed(people.notes.get(name), minutes.notes.get(name), None, remarks, f"notes {name!r}")
        for name in names
    }
    return {name: each for name, each in found.items() if each.text}


def _unknown(discussions: Mapping[str, Written], entries: Iterable[Entry]) -> dict[str, Written]:
    """Return what was written on findings that the minutes do not know, as free cells."""
    known = {each.id for each in entries}
    return {
        f"finding {name}": Written(each.text, digest(each.text), digest(each.text))
        for name, each in discussions.items()
        if name not in known and each.text
    }


def _added(cells: Iterable[Added], kept: Iterable[Added], remarks: list[str]) -> tuple[Added, ...]:
    """Return the cells that people added, those of the notebook in its order; one that was emptied goes."""
    there, known = {each.id: each for each in cells}, {each.id: each for each in kept}
    found = []
    for name in dict.fromkeys((*there, *known)):
        base = there.get(name) or known[name]
        sides = (there[name].written if name in there else None, known[name].written if name in known else None)
        found.append(replace(base, written=_agreed(*sides, None, remarks, f"cell {name!r}")))
    return tuple(each for each in found if each.written.text)


def _slips(minutes: Minutes) -> Iterable[str]:
    """Yield what could not be understood in the discussions."""
    for each in minutes.entries:
        for slip in each.discussion(minutes.meeting).slips:
            yield f"{said_of(each)}, line {slip.line}: got {slip.text[:60]!r}, wants {slip.wants}; it is kept as a note"


def said_of(entry: Entry) -> str:
    """Return where an entry stands, for people."""
    where = entry.service if entry.part == entry.service else f"{entry.service} ({entry.part})"
    return f"{where}, {entry.metric} {entry.view.replace('_', ' ')} of {entry.start:%Y-%m-%d}"
