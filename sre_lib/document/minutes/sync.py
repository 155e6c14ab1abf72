"""Notebook and minutes file kept in step: a change on one side wins, changes on both sides are both kept."""

from dataclasses import dataclass

from sre_lib.document.minutes.record import Written, canonical, digest

BOTH = (
    "**Changed on two sides: keep what is right, delete this line** "
    "(両側で変更されました。正しい方を残し、この行を削除してください)"
)
"""Stands between two texts that were changed on both sides; above it the notebook's (or a merged copy's), below it the
file's."""


@dataclass(frozen=True)
class Agreed:
    """The text that both sides shall have, and whether both had been changed."""

    text: str
    conflict: bool = False


def agree(cell: Written | None, entry: Written | None) -> Agreed:
    """Return what a cell and its entry in the minutes shall both say; None where a side does not have it.

    A side was changed where its text is not the one last agreed. A cell that was deleted takes no text with it: what
    the file has stays, and the other way round. Where it cannot be told who changed, both are kept.
    """
    if cell is None or entry is None:
        return Agreed(canonical((cell or entry or Written()).text))
    ours, theirs = canonical(cell.text), canonical(entry.text)
    if ours == theirs:
        return Agreed(ours)
    seen = digest(ours)
    # Where both agreed on one text since, whoever typed the earlier one again means it.
    as_taken = bool(seen) and seen == (entry.taken or entry.agreed) and cell.agreed != entry.agreed
    in_cell = seen != cell.agreed and not as_taken
    in_file = digest(theirs) != entry.agreed
    # A cell whose text was taken in as it stands is older than what the file made of it.
    if not in_cell and (in_file or as_taken):
        return Agreed(theirs)
    # What the file has from elsewhere, and no notebook was written with yet, is no text that the cell's replaces.
    unseen = entry.ahead and cell.agreed != entry.agreed
    if in_cell and not in_file and not unseen:
        return Agreed(ours)
    text = both(ours, theirs)
    return Agreed(text, conflict=text not in {ours, theirs})


def both(one: str, other: str) -> str:
    """Return two texts as one, the second left out where the first says it already."""
    if not one or not other:
        return one or other
    if within(other, one):
        return one
    return other if within(one, other) else f"{one}\n\n{BOTH}\n\n{other}"


def within(part: str, whole: str) -> bool:
    """Tell whether the lines of a text stand in another, one after the other."""
    return f"\n{part}\n" in f"\n{whole}\n"
