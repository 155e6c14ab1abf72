"""Notebook and file in step: the changed side wins, both changed keeps both, nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_lib.document.minutes.record import Written, canonical, digest
from sre_lib.document.minutes.sync import BOTH, Agreed, agree, both

OLD, NEW, OTHER = "old", "new", "other"
AGREED = digest(OLD)


@pytest.mark.parametrize(
    ("cell", "entry", "expected"),
    [
        (None, None, Agreed("")),
        (Written(NEW), None, Agreed(NEW)),
        (None, Written(NEW), Agreed(NEW)),
        (Written(OLD, AGREED), Written(OLD, AGREED), Agreed(OLD)),
        (Written(NEW, AGREED), Written(OLD, AGREED), Agreed(NEW)),
        (Written(OLD, AGREED), Written(NEW, AGREED), Agreed(NEW)),
        (Written("", AGREED), Written(OLD, AGREED), Agreed("")),
        (Written(""), Written(NEW), Agreed(NEW)),
        (Written(NEW, AGREED), Written(OTHER, AGREED), Agreed(f"{NEW}\n\n{BOTH}\n\n{OTHER}", conflict=True)),
        (Written(NEW), Written(OTHER), Agreed(f"{NEW}\n\n{BOTH}\n\n{OTHER}", conflict=True)),
    ],
    ids=["none", "cell", "file", "same", "cell-new", "file-new", "emptied", "fresh-form", "both", "never-agreed"],
)
def test_agree(cell: Written | None, entry: Written | None, expected: Agreed) -> None:
    assert agree(cell, entry) == expected


def test_what_was_taken_in_as_typed_is_older_than_what_the_file_made_of_it() -> None:
    entry = Written("until 2026-12-03", digest("until 2026-12-03"), taken=digest("until 12/3"))
    assert agree(Written("until 12/3", AGREED), entry) == Agreed("until 2026-12-03")


def test_an_edit_of_the_file_after_that_wins_too() -> None:
    entry = Written("until 2027-01-01", digest("until 2026-12-03"), taken=digest("until 12/3"))
    assert agree(Written("until 12/3", AGREED), entry) == Agreed("until 2027-01-01")


def test_whoever_chooses_the_notebooks_text_after_a_conflict_has_chosen() -> None:
    kept = agree(Written(NEW, AGREED), Written(OTHER, AGREED)).text
    entry = Written(kept, digest(kept), taken=digest(NEW))
    assert agree(Written(NEW, AGREED), entry) == Agreed(kept)
    assert agree(Written(NEW, digest(kept)), entry) == Agreed(NEW)


def test_an_emptied_cell_that_was_never_agreed_is_no_conflict() -> None:
    assert agree(Written(""), Written(NEW, digest(NEW))) == Agreed(NEW)


def test_a_text_that_holds_the_other_is_enough() -> None:
    assert both("one\ntwo", "two") == "one\ntwo"
    assert both("two", "one\ntwo") == "one\ntwo"
    assert both("two", "one two") == f"two\n\n{BOTH}\n\none two"


TEXTS = st.text(st.sampled_from("ab \n"), max_size=8)
SIDES = st.builds(Written, TEXTS, st.sampled_from(["", *(digest(text) for text in ("a", "b", "ab"))]))


@given(SIDES, SIDES)
def test_nothing_changed_on_either_side_is_lost(cell: Written, entry: Written) -> None:
    agreed = agree(cell, entry)
    for side in (cell, entry):
        if digest(side.text) != side.agreed and canonical(side.text) and agreed.conflict:
            assert canonical(side.text) in agreed.text
    assert agreed.text in {canonical(cell.text), canonical(entry.text)} or agreed.conflict


@given(SIDES, SIDES)
def test_once_agreed_it_stays(cell: Written, entry: Written) -> None:
    text = agree(cell, entry).text
    side = Written(text, digest(text), digest(text))
    assert agree(side, side) == Agreed(text)
