"""The minutes with what somebody wrote on a copy of them: both sides' texts are kept, by the rules of `sync`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sre_lib.document.minutes import form
from sre_lib.document.minutes.cells import People
from sre_lib.document.minutes.record import Added, Entry, Minutes, Written, canonical, digest
from sre_lib.document.minutes.sync import Agreed, agree, both
from sre_lib.document.minutes.together import Together, said_of


@dataclass(frozen=True)
class _Side:
    """What one text became, and whether both sides had changed it."""

    written: Written
    conflict: bool


def merged(ours: Minutes, theirs: People, entries: Sequence[Entry] = ()) -> Together:
    """Return our minutes with their texts taken in, and a sentence (English) for each text that both sides changed.

    `entries` are the findings that their minutes know: one that ours do not is added with its text. What they wrote on
    a finding that nobody knows becomes a free cell. Digests stay ours: our notebook has not seen the new text yet.
    """
    known = {each.id for each in ours.entries}
    new = [replace(each, written=Written()) for each in entries if each.id not in known and _says(each)]
    remarks: list[str] = []
    together = [_entry(each, theirs, ours.meeting, remarks) for each in (*ours.entries, *new)]
    notes = {**theirs.notes, **_unknown(theirs.discussions, together)}
    result = replace(
        ours,
        entries=tuple(together),
        notes=_notes(ours.notes, notes, remarks),
        added=_added(ours.added, theirs.added, remarks),
    )
    return Together(result, tuple(remarks))


def people_of_minutes(minutes: Minutes) -> People:
    """Return what people wrote as the minutes have it, in the form of a notebook's."""
    return People({each.id: each.written for each in minutes.entries}, minutes.notes, minutes.added)


def _says(entry: Entry) -> bool:
    """Tell whether an entry is worth keeping where we do not know it."""
    return bool(entry.written.text) or entry.origin == "people"


def _entry(entry: Entry, theirs: People, meeting: date, remarks: list[str]) -> Entry:
    """Return an entry with both texts."""
    side = _side(entry.written, theirs.discussions.get(entry.id), meeting)
    remarks += [_said(said_of(entry))] if side.conflict else []
    return replace(entry, written=side.written)


def _notes(ours: Mapping[str, Written], theirs: Mapping[str, Written], remarks: list[str]) -> dict[str, Written]:
    """Return the free cells of both sides."""
    found = {name: _side(ours.get(name), theirs.get(name), None) for name in dict.fromkeys((*ours, *theirs))}
    remarks += [_said(f"notes {name!r}") for name, each in found.items() if each.conflict]
    return {name: each.written for name, each in found.items() if each.written.text}


def _added(ours: Sequence[Added], theirs: Sequence[Added], remarks: list[str]) -> tuple[Added, ...]:
    """Return the cells that people added on both sides, ours first."""
    mine, other = ({each.id: each for each in side} for side in (ours, theirs))
    found = []
    for name in dict.fromkeys((*mine, *other)):
        side = _side(mine[name].written if name in mine else None, other[name].written if name in other else None, None)
        remarks += [_said(f"cell {name!r}")] if side.conflict else []
        found.append(replace(mine.get(name) or other[name], written=side.written))
    return tuple(each for each in found if each.written.text)


def _unknown(discussions: Mapping[str, Written], entries: Sequence[Entry]) -> dict[str, Written]:
    """Return what was written on findings that nobody knows, as free cells."""
    known = {each.id for each in entries}
    return {f"finding {name}": each for name, each in discussions.items() if name not in known and each.text}


def _side(ours: Written | None, theirs: Written | None, meeting: date | None) -> _Side:
    """Return the text of both sides with our digests; dates in words become ISO dates where there is a `meeting`.

    A text of theirs that stood here or came before is not taken in again: what was made of it here stays.
    """
    base, came = ours or Written(), digest(theirs.text) if theirs else ""
    if came in base.past:
        return _Side(base, conflict=False)
    agreed = _both_where_ours_is_newer(agree(theirs, ours), base, theirs or Written())
    text = form.saved(agreed.text, meeting) if meeting else agreed.text
    past = (*base.past, came) if came and digest(text) != digest(base.text) else base.past
    # What is in neither our notebook nor our file yet was never agreed on, so that the notebook takes it in.
    return _Side(replace(base, text=text, past=past), agreed.conflict and digest(text) != digest(base.text))


def _both_where_ours_is_newer(agreed: Agreed, ours: Written, theirs: Written) -> Agreed:
    """Return theirs alone only where ours is what their copy began with, else both."""
    one, other = canonical(theirs.text), canonical(ours.text)
    if agreed.text != one or digest(other) == theirs.agreed:
        return agreed
    text = both(one, other)
    return Agreed(text, conflict=text not in {one, other})


def _said(where: str) -> str:
    """Return the sentence for a text that both sides changed."""
    return f"{where}: changed here and in the copy; both texts are kept, choose in the notebook or in minutes.yaml"
