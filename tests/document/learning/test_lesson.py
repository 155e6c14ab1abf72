"""Lessons: which days are right, and in which order people learn."""

from dataclasses import replace
from datetime import date, timedelta

from sre_lib.document.learning.lesson import Lesson, drawn_by_lot, easy_to_hard
from tests.document.build import CPU, GROWTH, MEMORY, WEEK, finding, look

SPIKE = finding(score=0.9)


def lesson(*found, **changes):
    return replace(Lesson(look(*found), CPU, found[0] if found else None), **changes)


def test_the_days_are_those_of_the_week_on_local_clocks():
    assert lesson().days == tuple(date(2026, 9, 28) + timedelta(days=number) for number in range(7))


def test_the_right_day_is_that_of_the_finding():
    assert lesson(SPIKE).right == (date(2026, 10, 1),)


def test_what_ends_at_midnight_was_not_on_the_next_day():
    midnight = WEEK.start + timedelta(days=2)
    assert lesson(finding(start=midnight - timedelta(hours=1), end=midnight)).right == (date(2026, 9, 29),)


def test_a_lasting_change_is_on_every_day_that_it_lasted():
    grown = Lesson(look(GROWTH), MEMORY, GROWTH)
    assert grown.right == grown.days[:5]


def test_whoever_sees_another_finding_of_the_series_is_right_too():
    other = finding(id="f2", start=WEEK.start, end=WEEK.start + timedelta(hours=1))
    elsewhere = finding(id="f3", metric="memory", start=WEEK.start + timedelta(days=4))
    assert lesson(SPIKE, other, elsewhere).right == (date(2026, 9, 28), date(2026, 10, 1))


def test_a_usual_week_has_no_right_day():
    assert lesson().right == ()


def test_views_with_the_clearest_case_come_first_and_what_the_tool_missed_last():
    clear, faint = lesson(finding(score=0.95)), lesson(finding(id="f4", score=0.6))
    shift = lesson(finding("level_shift", id="f5", score=0.8))
    missed = lesson(finding("seen", id="f6", score=0.99), missed=True)
    assert easy_to_hard([missed, faint, shift, clear]) == [clear, faint, shift, missed]


def test_a_lot_is_the_same_for_the_same_text():
    many = [lesson(finding(id=f"f{number}")) for number in range(20)]
    assert drawn_by_lot(many, "2026-W40") == drawn_by_lot(many[::-1], "2026-W40")
    assert drawn_by_lot(many, "2026-W40") != drawn_by_lot(many, "2026-W41")
