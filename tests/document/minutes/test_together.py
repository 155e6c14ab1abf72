"""Notebook and minutes file as one: both sides' texts, dates, slips, findings that nobody knows."""

from dataclasses import replace
from datetime import date

from sre_lib.document.minutes.cells import People
from sre_lib.document.minutes.record import Added, Minutes, Written, digest
from sre_lib.document.minutes.sync import BOTH
from sre_lib.document.minutes.together import Together, together
from tests.document.minutes.test_meeting import ONE

MINUTES = Minutes("2026-W40", date(2026, 10, 5), (ONE,))


def agreed(text: str, taken: str = "") -> Written:
    """Return a text that both sides have."""
    return Written(text, digest(text), digest(taken))


def people(discussion: Written | None = None, notes=None, added=()) -> People:
    """Return what a notebook holds."""
    return People({"f1": discussion} if discussion else {}, notes or {}, tuple(added))


def test_without_a_notebook_the_file_is_all() -> None:
    kept = replace(MINUTES, entries=(replace(ONE, written=agreed("Verdict: fix")),))
    assert together(None, kept) == Together(kept)


def test_dates_in_words_become_iso_dates_and_what_was_typed_is_known() -> None:
    typed = "Verdict: expected until 12/3"
    found = together(people(Written(typed)), MINUTES).minutes
    assert found.entries[0].written == agreed("Verdict: expected until 2026-12-03", typed)
    assert together(people(Written(typed)), found).minutes == found


def test_what_was_typed_is_known_until_the_next_change_though_the_notebook_has_it_too() -> None:
    typed, saved = "Verdict: expected until 12/3", "Verdict: expected until 2026-12-03"
    known = replace(MINUTES, entries=(replace(ONE, written=agreed(saved, typed)),))
    assert together(people(agreed(saved)), known).minutes == known
    after = together(people(Written("Verdict: fix", digest(saved))), known).minutes
    assert after.entries[0].written == replace(agreed("Verdict: fix"), past=(digest(saved),))


def test_a_slip_is_pointed_out_with_its_line() -> None:
    found = together(people(Written("so\nVerdict: perhaps")), MINUTES)
    assert found.minutes.entries[0].written.text == "so\nVerdict: perhaps"
    assert [line.split(":")[0] for line in found.remarks] == ["web, cpu spike of 2026-10-01, line 2"]


def test_changes_on_both_sides_are_both_kept_and_said() -> None:
    known = replace(MINUTES, notes={"services": Written("file", digest("old"))})
    found = together(people(notes={"services": Written("cell", digest("old"))}), known)
    text = f"cell\n\n{BOTH}\n\nfile"
    assert found.minutes.notes == {"services": replace(agreed(text, "cell"), past=(digest("old"),), ahead=True)}
    assert found.remarks == (
        "notes 'services': changed in the notebook and in minutes.yaml; both texts are kept, choose there",
    )


def test_what_was_written_on_an_unknown_finding_stays_as_a_free_cell() -> None:
    cells = People({"gone": Written("mine")}, {}, ())
    found = together(cells, MINUTES).minutes
    assert found.notes == {"finding gone": agreed("mine")}
    assert together(cells, found).minutes == found


def test_a_free_cell_of_an_unknown_finding_loses_nothing_to_another_text_on_it() -> None:
    known = replace(MINUTES, notes={"finding gone": Written("in the file", digest("before"))})
    text = together(People({"gone": Written("in the cell")}, {}, ()), known).minutes.notes["finding gone"].text
    assert ("in the file" in text, "in the cell" in text) == (True, True)


def test_a_cell_that_was_deleted_comes_back_and_one_that_was_emptied_goes() -> None:
    mine = Added("a", "title", "markdown", agreed("mine"))
    known = replace(MINUTES, added=(mine,), notes={"services": agreed("note")})
    assert together(people(), known).minutes == known
    emptied = people(
        notes={"services": Written("", digest("note"))}, added=[replace(mine, written=Written("", digest("mine")))]
    )
    assert together(emptied, known).minutes == MINUTES


def test_a_text_in_a_cell_of_ours_that_grew_is_one_text() -> None:
    first = Added(f"in-title-{digest('one')}", "title", "markdown", agreed("one"))
    grown = Added(f"in-title-{digest('one and two')}", "title", "markdown", Written("one\ntwo"))
    known = replace(MINUTES, added=(first,))
    assert together(people(added=[grown]), known).minutes.added == (replace(grown, written=agreed("one\ntwo")),)
    other = replace(grown, written=Written("three"))
    assert [each.written.text for each in together(people(added=[other]), known).minutes.added] == ["three", "one"]
