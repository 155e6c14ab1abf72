"""The drill: ten weeks, some of them usual, in each of which the reader picks the day."""

from collections.abc import Sequence
from dataclasses import dataclass

from sre_lib.document.learning.lesson import Lesson, drawn_by_lot

QUESTIONS, USUAL = 10, 3
"""Cases of a drill, and how many of them at least are weeks in which nothing was: whoever sees ghosts loses points."""

MOST_DAYS = 3
"""Where something was on more days than this, picking one of them shows nothing."""


@dataclass(frozen=True)
class Question:
    """One case of the drill: its lesson and its number, from 1."""

    lesson: Lesson
    number: int


def questions(lessons: Sequence[Lesson], lot: str) -> tuple[Question, ...]:
    """Return the drill of some lessons: at most ten, three or more of them usual weeks as far as there are any.

    The reader's own company comes before the shipped shop; beyond that `lot` decides, so that a week has one drill.
    """
    there = [each for each in lessons if 0 < len(each.right) <= MOST_DAYS and not each.false_alarm]
    usual = [each for each in lessons if each.finding is None]
    unusual = _one_a_series(there, lot)[: QUESTIONS - min(USUAL, len(usual))]
    taken = {_series(each) for each in unusual}
    quiet = [each for each in _one_a_series(usual, lot) if _series(each) not in taken][: QUESTIONS - len(unusual)]
    return tuple(Question(each, number) for number, each in enumerate(drawn_by_lot([*unusual, *quiet], lot), 1))


def _one_a_series(lessons: Sequence[Lesson], lot: str) -> list[Lesson]:
    """Return lessons of different series, in the order of choice: a graph that was seen before is no question."""
    own_first = sorted(drawn_by_lot(lessons, lot), key=lambda each: each.shipped)
    return list({_series(each): each for each in reversed(own_first)}.values())[::-1]


def _series(lesson: Lesson) -> tuple[str, ...]:
    """Return which series of which week a lesson shows."""
    return (lesson.look.week.name, lesson.look.service.name, *lesson.column, str(lesson.shipped))
