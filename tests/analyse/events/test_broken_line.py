"""Where a relation turns over the stages of a test."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sre_lib.analyse.events.broken_line import Break, broken_line
from sre_lib.analyse.robust import Floats

Stages = list[tuple[Floats, Floats]]


def stages(*points: tuple[float, float]) -> Stages:
    """Return stages of three datapoints, the middle one at a point and the others a little above and below it."""
    return [(np.full(3, x), y + np.array([-0.01, 0.0, 0.01])) for x, y in points]


TURNS = stages((0, 0), (1, 2), (2, 4), (3, 4), (4, 4))


def test_two_lines_that_meet_are_found_where_they_meet() -> None:
    found = broken_line(TURNS)
    assert found == pytest.approx(Break(x=2.0, y=4.0, before=2.0, after=0.0))


def test_with_one_stage_beyond_the_turn_is_at_the_last_one_before_it() -> None:
    assert broken_line(TURNS[:4]) == pytest.approx(Break(x=2.0, y=4.0, before=2.0, after=0.0))


@pytest.mark.parametrize(
    "told",
    [
        [],
        TURNS[:2],
        stages((0, 0), (1, 2), (2, 4), (3, 6), (4, 8)),
        stages((0, 0), (1, 2), (2, 4.002), (3, 6), (4, 8)),
        stages((1, 0), (1, 2), (1, 4), (1, 4)),
        [(x[:2], y[:2]) for x, y in TURNS],
        [(x, np.full(3, np.nan)) for x, _ in TURNS],
    ],
    ids=["none", "two", "straight", "within noise", "one load", "two datapoints", "no datapoints"],
)
def test_where_a_straight_line_tells_as_much_nothing_is_found(told: Stages) -> None:
    assert broken_line(told) is None


def test_what_is_exact_is_no_evidence_by_its_rounding() -> None:
    third = [(np.full(3, x / 3), np.full(3, x / 7)) for x in range(6)]
    assert broken_line(third) is None


def test_datapoints_with_nan_are_left_out() -> None:
    told = [(np.append(x, np.nan), np.append(y, 99.0)) for x, y in TURNS]
    assert broken_line(told) == broken_line(TURNS)


@settings(max_examples=25)
@given(st.permutations(TURNS), st.sampled_from([1 / 8, 1.0, 256.0]))
def test_neither_the_order_of_stages_nor_the_unit_matters(mixed: Stages, by: float) -> None:
    found, plain = broken_line([(x * by, y) for x, y in mixed]), broken_line(TURNS)
    assert found is not None
    assert plain is not None
    assert (found.x / by, found.y, found.before * by) == pytest.approx((plain.x, plain.y, plain.before))
