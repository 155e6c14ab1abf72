from types import SimpleNamespace

import numpy as np
import pytest

from tests.accuracy.bootstrap import Sweep, intervals, sweep

TWO = Sweep(
    found=np.array([[1.0, 1.0, 2.0], [0.0, 1.0, 1.0]]),
    false=np.array([[0.0, 1.0, 1.0], [0.0, 0.0, 4.0]]),
    windows=np.array([2.0, 2.0]),
    weeks=np.array([5.0, 5.0]),
)
"""Two series at three thresholds: together 1, 2, 3 of 4 windows are found with 0, 1, 5 false findings in 10 weeks."""


def test_figures_are_those_of_the_scorer_s_rules():
    figures = {name: float(values[0]) for name, values in TWO.figures(np.ones((1, 2))).items()}
    assert figures == pytest.approx(
        {
            "recall@0.1": 2 / 4, "recall@0.5": 3 / 4, "recall@1": 3 / 4, "recall@2": 3 / 4,
            "f1": 4 / (4 + 2 + 1), "ap": 1 / 4 * 1 + 1 / 4 * 2 / 3 + 1 / 4 * 3 / 8,
        }
    )  # fmt: skip


def test_a_series_drawn_twice_counts_twice_and_one_not_drawn_not_at_all():
    figures = TWO.figures(np.array([[2.0, 0.0]]))
    alone = Sweep(TWO.found[:1], TWO.false[:1], TWO.windows[:1], TWO.weeks[:1]).figures(np.ones((1, 1)))
    assert {name: list(values) for name, values in figures.items()} == {
        name: list(values) for name, values in alone.items()
    }


def test_intervals_are_the_same_every_time_and_hold_what_the_draws_vary_by():
    first, second = intervals(TWO), intervals(TWO)
    assert first == second
    assert first["recall@2"] == (2 / 4, 4 / 4)
    assert all(low <= high for low, high in first.values())


def test_series_that_are_all_alike_leave_nothing_uncertain():
    alike = Sweep(*(np.repeat(values[:1], 5, axis=0) for values in (TWO.found, TWO.false, TWO.windows, TWO.weeks)))
    assert all(low == pytest.approx(high) for low, high in intervals(alike).values())


class Rules:
    """A scorer of the simplest kind: what starts in a window finds it, all else but history is false."""

    @staticmethod
    def Findings(start, end, score):  # noqa: N802  the scorer's name for it
        return SimpleNamespace(start=start, end=end, score=score)

    @staticmethod
    def thresholds_of(scores):
        return np.unique(scores)[::-1]

    @staticmethod
    def sweep(series, findings):
        (one,), (given,) = series, findings
        levels = Rules.thresholds_of(given.score)
        reviewed = given.end > one.review_start.astype("int64")
        inside = [[(given.start >= a) & (given.start < b) for a, b in one.windows] for _ in levels]
        active = [reviewed & (given.score >= level) for level in levels]
        found = [[bool((hit & on).any()) for hit in hits] for hits, on in zip(inside, active, strict=True)]
        false = [(on & ~np.any(hits, axis=0)).sum() for hits, on in zip(inside, active, strict=True)]
        rows = np.array(found, dtype=bool).reshape(len(levels), len(one.windows))
        return levels, rows, np.array(false, dtype=float), len(one.windows), one.review_weeks


def findings(*rows):
    return Rules.Findings(*(np.array(column) for column in zip(*rows, strict=True)))


def test_every_series_is_swept_at_the_thresholds_of_all_and_history_gives_none():
    begin = np.datetime64(100, "s")
    first = SimpleNamespace(windows=[(110, 120), (130, 140)], review_start=begin, review_weeks=1.0)
    second = SimpleNamespace(windows=[(150, 160)], review_start=begin, review_weeks=2.0)
    swept = sweep(
        Rules,
        [first, second],
        [
            findings((112, 113, 0.9), (125, 126, 0.5), (131, 132, 0.3)),
            findings((10, 20, 0.99), (170, 171, 0.7), (151, 152, 0.4)),
        ],
    )
    # thresholds: 0.9, 0.7, 0.5, 0.4, 0.3
    np.testing.assert_array_equal(swept.found, [[1, 1, 1, 1, 2], [0, 0, 0, 1, 1]])
    np.testing.assert_array_equal(swept.windows, [2, 1])
    np.testing.assert_array_equal(swept.weeks, [1, 2])
    np.testing.assert_array_equal(swept.false, [[0, 0, 1, 1, 1], [0, 1, 1, 1, 1]])
