"""What a document takes from the minutes: its findings in their order, verdicts and actions of earlier meetings."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sre_lib.document.minutes.form import Action, Verdict
from sre_lib.document.minutes.meeting import Carried, Item, Matches, Meeting, carried, entry_of, items, open_actions
from sre_lib.document.minutes.record import Entry, Minutes, Written
from tests.document.build import TOKYO, finding

SPIKE = finding()
OTHER = replace(SPIKE, id="f2", start=SPIKE.start - timedelta(days=2), end=SPIKE.end - timedelta(days=2))
MOVED = replace(SPIKE, id="f3", start=SPIKE.start + timedelta(minutes=10))
SAID = {"f1": "one", "f2": "two", "f3": "moved"}
ONE, TWO = entry_of(SPIKE, "f1", "one"), entry_of(OTHER, "f2", "two")
DAY, WEEK = date(2026, 10, 5), timedelta(days=7)


def week(number: int, *entries: Entry, note: str = "") -> Minutes:
    """Return the minutes of a week; 2026-W40's meeting is on 5 October."""
    notes = {"meeting": Written(note)} if note else {}
    return Minutes(f"2026-W{number}", DAY + (number - 40) * WEEK, entries, notes)


def said(entry: Entry, text: str) -> Entry:
    """Return an entry with something written on it."""
    return replace(entry, written=Written(text))


def document(minutes: Minutes, *discuss, rest=()) -> tuple[Item, ...]:
    """Return the items of a week's document."""
    matches = Matches.of([*discuss, *rest], minutes, [], TOKYO)
    return items(minutes, discuss, rest, matches, SAID)


def test_before_anybody_wrote_this_runs_findings_are_the_document() -> None:
    assert document(week(40, TWO), SPIKE) == (Item(ONE, "f1"),)


def test_once_people_wrote_what_they_saw_stays_first_and_new_ones_come_behind() -> None:
    kept = week(40, said(TWO, "watch"), ONE)
    newer = replace(SPIKE, id="f4", start=SPIKE.start - timedelta(days=1), end=SPIKE.end - timedelta(days=1))
    matches = Matches.of([newer, SPIKE, OTHER], kept, [], TOKYO)
    found = items(kept, [newer, SPIKE, OTHER], [], matches, {**SAID, "f4": "newer"})
    assert found == (Item(said(TWO, "watch"), "f2"), Item(ONE, "f1"), Item(entry_of(newer, "f4", "newer"), "f4"))


def test_what_is_no_longer_found_stays_and_says_so() -> None:
    kept = week(40, said(TWO, "watch"), ONE)
    assert document(kept, SPIKE) == (Item(replace(said(TWO, "watch"), found=False)), Item(ONE, "f1"))


def test_what_moved_a_little_keeps_the_numbers_that_the_meeting_saw() -> None:
    assert document(week(40, said(ONE, "watch")), MOVED) == (Item(said(ONE, "watch"), "f3"),)


def test_what_is_found_but_no_longer_one_to_discuss_counts_as_found() -> None:
    assert document(week(40, said(ONE, "watch")), rest=[MOVED]) == (Item(said(ONE, "watch"), "f3"),)


def test_what_people_saw_themselves_stays_though_nothing_else_was_written() -> None:
    own = replace(TWO, id="own-1", origin="people", found=False)
    assert document(week(40, own), SPIKE) == (Item(ONE, "f1"), Item(own))


def test_a_verdict_stands_until_a_later_meeting_gives_another() -> None:
    first = week(38, said(ONE, "Verdict: fix"))
    second = week(39, replace(ONE, follows="2026-W38/f1"))
    third = week(40, said(replace(ONE, id="f9", follows="2026-W39/f1"), "Verdict: watch"))
    now = DAY + WEEK
    assert carried([first, second], {}, DAY) == (Carried("2026-W38", DAY, first.entries[0], Verdict.FIX),)
    assert carried([first, second, third], {"x": "2026-W40/f9"}, now) == (
        Carried("2026-W40", now, third.entries[0], Verdict.WATCH, finding="x"),
    )


def test_an_entry_that_follows_takes_this_weeks_finding_of_the_subject() -> None:
    first, second = week(38, said(ONE, "Verdict: fix")), week(39, replace(ONE, id="f5", follows="2026-W38/f1"))
    assert [each.finding for each in carried([first, second], {"x": "2026-W39/f5"}, DAY)] == ["x"]


@pytest.mark.parametrize(
    ("text", "aside"),
    [
        ("Verdict: expected until 2026-10-12", True),
        ("Verdict: expected until 2026-10-11", False),
        ("Verdict: expected", True),
        ("判定：誤検知", True),
        ("Verdict: watch", False),
        ("Verdict: fix", False),
        ("no verdict", False),
    ],
)
def test_expected_and_false_alarm_set_the_same_subject_aside(text: str, aside: bool) -> None:
    decided = carried([week(40, said(ONE, text))], {"x": "2026-W40/f1"}, DAY + WEEK)
    assert ("x" in Meeting(carried=decided).aside) is aside


def test_an_action_is_open_until_a_later_note_ticks_it_off() -> None:
    first = week(38, said(ONE, "- [ ] Raise the limit @ann"), note="- [ ] call Bob")
    assert [(each.week, each.weeks, each.action, each.about) for each in open_actions([first], DAY)] == [
        ("2026-W38", 2, Action("Raise the limit", "ann"), "one"),
        ("2026-W38", 2, Action("call Bob"), ""),
    ]
    ticked = week(39, note="- [x] raise  the limit @Ann\n- [x] call Bob @eve")
    assert [each.action.text for each in open_actions([first, ticked], DAY)] == ["call Bob"]


def test_the_same_text_of_another_owner_is_another_action_and_a_later_date_moves_it() -> None:
    first = week(38, note="- [ ] look @ann 2026-10-01\n- [ ] look @bob")
    later = week(39, note="- [ ] look @ann 2026-10-20")
    assert [(each.week, each.action) for each in open_actions([first, later], DAY)] == [
        ("2026-W38", Action("look", "ann", date(2026, 10, 20))),
        ("2026-W38", Action("look", "bob")),
    ]
