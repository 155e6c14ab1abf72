"""Merging a copy: every sentence of both sides stays, one side's change wins, both sides' changes are said."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_lib.document.minutes.cells import People
from sre_lib.document.minutes.merge import merged, people_of_minutes
from sre_lib.document.minutes.record import Added, Entry, Minutes, Written, digest
from sre_lib.document.minutes.sync import BOTH
from sre_lib.document.minutes.together import together

DAY = date(2026, 10, 5)
OLD, NEW, OTHER = "what stood there", "what we made of it", "what they made of it"


def entry(name: str, text: str = "", agreed: str = "") -> Entry:
    at = datetime(2026, 9, 30, tzinfo=UTC)
    written = Written(text, digest(agreed))
    return Entry(name, "web", "web", "cpu", "cpu", "Average", "spike", at, at, sentence="CPU rose", written=written)


def minutes(*entries: Entry, notes: dict[str, Written] | None = None, added: tuple[Added, ...] = ()) -> Minutes:
    return Minutes("2026-W40", DAY, entries, notes or {}, added)


@pytest.mark.parametrize(
    ("ours", "theirs", "text", "said"),
    [
        (("", ""), (OTHER, ""), OTHER, 0),
        ((OLD, OLD), (OTHER, OLD), OTHER, 0),
        ((NEW, OLD), (OLD, OLD), NEW, 0),
        ((NEW, OLD), (NEW, OLD), NEW, 0),
        ((NEW, OLD), (OTHER, OLD), f"{OTHER}\n\n{BOTH}\n\n{NEW}", 1),
        ((NEW, NEW), (OTHER, OTHER), f"{OTHER}\n\n{BOTH}\n\n{NEW}", 1),
        ((OLD, OLD), (f"{OLD}\nand more", f"{OLD}\nand more"), f"{OLD}\nand more", 0),
        ((OLD, OLD), ("", ""), OLD, 0),
    ],
)
def test_a_finding_that_both_know(ours, theirs, text, said):
    found = merged(minutes(entry("a", *ours)), people_of_minutes(minutes(entry("a", *theirs))))
    came = (digest(theirs[0]),) if text != ours[0] else ()
    assert found.minutes.entries[0].written == Written(text, digest(ours[1]), past=came)
    assert len(found.remarks) == said


def settled(before: Minutes, text: str) -> Minutes:
    """What the minutes are once people wrote `text` on their first finding in the notebook, and it was published."""
    typed = Written(text, before.entries[0].written.agreed)
    return together(People({before.entries[0].id: typed}, {}), before).minutes


def test_a_copy_that_was_merged_brings_back_nothing_that_was_settled_since():
    theirs = people_of_minutes(minutes(entry("a", OTHER, OLD)))
    both = merged(minutes(entry("a", NEW, OLD)), theirs).minutes
    for chosen in (NEW, OTHER, "something else"):
        after = settled(settled(both, both.entries[0].written.text), chosen)
        again = merged(after, theirs)
        assert (again.minutes, again.remarks) == (after, ())


def test_a_copy_that_nobody_wrote_on_brings_back_nothing_that_was_written_here_since():
    before = settled(minutes(entry("a")), OLD)
    theirs = people_of_minutes(before)
    after = settled(before, NEW)
    assert merged(after, theirs).minutes == after


def test_what_they_write_on_the_copy_after_it_was_merged_comes_as_new():
    theirs = people_of_minutes(minutes(entry("a", OTHER, OLD)))
    both = merged(minutes(entry("a", NEW, OLD)), theirs).minutes
    after = settled(settled(both, both.entries[0].written.text), NEW)
    more = merged(after, people_of_minutes(minutes(entry("a", f"{OTHER} and more", OLD))))
    assert more.minutes.entries[0].written.text == f"{OTHER} and more\n\n{BOTH}\n\n{NEW}"


def test_findings_that_we_do_not_know_come_with_what_was_written_and_others_do_not():
    theirs = minutes(entry("b", OTHER), entry("c"))
    found = merged(minutes(entry("a", NEW)), people_of_minutes(theirs), theirs.entries)
    assert [(each.id, each.written.text) for each in found.minutes.entries] == [("a", NEW), ("b", OTHER)]


def test_a_notebook_that_knows_no_finding_gives_a_free_cell():
    found = merged(minutes(), People({"b": Written(OTHER)}, {"meeting": Written("Aya")}))
    assert found.minutes.notes == {
        "meeting": Written("Aya", past=(digest("Aya"),)),
        "finding b": Written(OTHER, past=(digest(OTHER),)),
    }


def test_cells_that_people_added_come_behind_ours():
    theirs = (Added("x", "title", "markdown", Written(OTHER)), Added("y", "", "code", Written("1 + 1")))
    ours = (Added("x", "title", "markdown", Written(NEW)),)
    found = merged(minutes(added=ours), people_of_minutes(minutes(added=theirs)))
    assert [(each.id, each.written.text) for each in found.minutes.added] == [
        ("x", f"{OTHER}\n\n{BOTH}\n\n{NEW}"),
        ("y", "1 + 1"),
    ]
    assert found.remarks == (
        "cell 'x': changed here and in the copy; both texts are kept, choose in the notebook or in minutes.yaml",
    )


def test_dates_in_words_are_counted_from_the_meeting():
    theirs = minutes(entry("a", "- [ ] move it @kenji 10/9"))
    assert merged(minutes(entry("a")), people_of_minutes(theirs)).minutes.entries[0].written.text.endswith("2026-10-09")


LINES = st.sampled_from(["", "one", "two", "one\ntwo", "三 🎉", "**Verdict:** fix"])
SIDES = st.dictionaries(st.sampled_from("abc"), st.tuples(LINES, LINES))


@given(ours=SIDES, theirs=SIDES)
def test_what_either_side_changed_stays_and_merging_again_changes_nothing(ours, theirs):
    mine, other = (minutes(*(entry(name, *each) for name, each in side.items())) for side in (ours, theirs))
    found = merged(mine, people_of_minutes(other), other.entries).minutes
    texts = {each.id: each.written.text for each in found.entries}
    for side, base in ((ours, {}), (theirs, ours)):
        for name, (text, agreed) in side.items():
            # Their text that is the one on which we last agreed is older than what we made of it.
            older = {agreed, base.get(name, ("", agreed))[1]}
            assert text in older or set(text.split()) <= set(texts.get(name, "").split())
    again = merged(found, people_of_minutes(other), other.entries).minutes
    assert again == replace(found, entries=again.entries)
    assert {each.id: each.written.text for each in again.entries} == texts
