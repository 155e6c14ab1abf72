"""The drill: ten different graphs, some of usual weeks, the company's own first."""

from dataclasses import replace
from datetime import timedelta

from sre_lib.document.learning.drill import QUESTIONS, USUAL, questions, series_of
from sre_lib.document.learning.lesson import Lesson
from sre_lib.document.learning.shipped import shipped_lessons
from sre_lib.wording import wording
from tests.document.build import CPU, MEMORY, WEEK, finding, look

SHIPPED = shipped_lessons(wording("en"))
OWN = Lesson(look(finding()), CPU, finding())


def test_ten_questions_of_which_three_are_usual_weeks():
    asked = questions(SHIPPED, "2026-W40")
    assert [each.number for each in asked] == list(range(1, QUESTIONS + 1))
    assert sum(each.lesson.finding is None for each in asked) >= USUAL


def test_no_graph_comes_twice():
    shown = [
        (each.lesson.look.week, each.lesson.look.service.name, each.lesson.column) for each in questions(SHIPPED, "a")
    ]
    assert len(set(shown)) == len(shown)


def test_the_same_week_has_the_same_drill_and_another_week_another():
    assert questions(SHIPPED, "2026-W40") == questions(SHIPPED[::-1], "2026-W40")
    assert questions(SHIPPED, "2026-W40") != questions(SHIPPED, "2026-W41")


def test_the_company_comes_first():
    quiet = Lesson(look(), MEMORY)
    for lot in "abcdef":
        asked = [each.lesson for each in questions([*SHIPPED, OWN, quiet], lot)]
        assert OWN in asked
        assert quiet in asked


def test_what_lasts_all_week_is_no_question():
    week_long = finding(start=WEEK.start, end=WEEK.end - timedelta(hours=1))
    assert questions([Lesson(look(week_long), CPU, week_long)], "a") == ()


def test_a_usual_week_is_asked_even_where_there_is_nothing_else():
    (asked,) = questions([replace(OWN, finding=None)], "a")
    assert asked.lesson.right == ()


def test_what_a_meeting_called_a_false_alarm_is_no_right_answer():
    assert questions([Lesson(look(finding()), CPU, finding(), false_alarm=True)], "a") == ()


def test_what_was_shown_before_comes_last_and_is_told():
    shown = [each for each in SHIPPED if each.finding][:10]
    asked = questions(SHIPPED, "a", shown)
    series = {series_of(each) for each in shown}
    assert [each.shown for each in asked] == [each.lesson.key in {one.key for one in shown} for each in asked]
    # Where there are enough others, no series is asked about again.
    others = {series_of(each) for each in SHIPPED if each.finding and 0 < len(each.right) <= 3} - series
    again = [each for each in asked if each.lesson.finding and series_of(each.lesson) in series]
    assert len(again) == max(0, QUESTIONS - USUAL - len(others))
    assert all(each.shown for each in questions([OWN], "a", [OWN]))


def test_the_metric_does_not_tell_a_usual_week():
    every = set()
    for lot in "abcdefgh":
        asked = [each.lesson for each in questions(SHIPPED, lot)]
        usual = [each.column.metric for each in asked if each.finding is None]
        assert len(set(usual)) == len(usual) == USUAL
        assert {each.column.metric for each in asked if each.finding}.intersection(usual)
        every |= set(usual)
    assert len(every) >= 4
