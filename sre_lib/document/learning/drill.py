"""The drill: ten weeks, some of them usual, in each of which the reader picks the day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sre_lib.document.learning.lesson import Lesson, drawn_by_lot

QUESTIONS, USUAL = 10, 3
"""Cases of a drill, and how many of them at least are weeks in which nothing was: whoever sees ghosts loses points."""

MOST_DAYS = 3
"""Where something was on more days than this, picking one of them shows nothing."""

Series = tuple[str, ...]
"""Week, service and column of a graph, and whether it is of the shipped shop."""


@dataclass(frozen=True)
class Question:
    """One case of the drill: its lesson and its number, from 1; `shown` tells that its graph was seen before."""

    lesson: Lesson
    number: int
    shown: bool = False


def questions(lessons: Sequence[Lesson], lot: str, shown: Collection[Lesson] = ()) -> tuple[Question, ...]:
    """Return the drill of some lessons: at most ten, three or more of them usual weeks as far as there are any.

    What is `shown` before the drill comes last, and the reader's own company before the shipped shop; beyond that
    `lot` decides, so that a week has one drill.
    """
    before = {series_of(each) for each in shown}
    there = [each for each in lessons if 0 < len(each.right) <= MOST_DAYS and not each.false_alarm]
    usual = [each for each in lessons if each.finding is None]
    unusual = _one_a_series(there, lot, before)[: QUESTIONS - min(USUAL, len(usual))]
    taken = {series_of(each) for each in unusual}
    free = [each for each in usual if series_of(each) not in taken]
    quiet = _unlike(_one_a_series(free, lot, before), [each.column.metric for each in unusual])
    drawn = drawn_by_lot([*unusual, *quiet[: QUESTIONS - len(unusual)]], lot)
    keys = {each.key for each in shown}
    return tuple(Question(each, number, each.key in keys) for number, each in enumerate(drawn, 1))


def _one_a_series(lessons: Sequence[Lesson], lot: str, before: Collection[Series]) -> list[Lesson]:
    """Return lessons of different series, in the order of choice: a graph that was seen before is hardly a question."""
    ordered = sorted(drawn_by_lot(lessons, lot), key=lambda each: (series_of(each) in before, each.shipped))
    return list({series_of(each): each for each in reversed(ordered)}.values())[::-1]


def _unlike(usual: Sequence[Lesson], metrics: Sequence[str]) -> list[Lesson]:
    """Return usual weeks so that their metrics are those of the others: the metric must not tell which week is usual.

    Those of a metric that something was seen in come first, one a metric, then the second of each, and so on.
    """
    counts: dict[str, int] = {}
    ranked = []
    for place, each in enumerate(usual):
        metric = each.column.metric
        ranked.append((each.shipped, metric not in metrics, counts.setdefault(metric, 0), place))
        counts[metric] += 1
    return [usual[place] for *_, place in sorted(ranked)]


def series_of(lesson: Lesson) -> Series:
    """Return which series of which week a lesson shows."""
    return (lesson.look.week.name, lesson.look.service.name, *lesson.column, str(lesson.shipped))
