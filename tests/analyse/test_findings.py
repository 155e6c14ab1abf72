from dataclasses import replace
from datetime import timedelta

import pytest

from sre_lib.analyse.detectors.candidate import Candidate
from sre_lib.analyse.findings import AGAINST_CUT, CUT, finding_id, merged, ranked
from sre_lib.analyse.registry import Meaning
from tests.analyse.series import START

CPU = Meaning("cpu", "Percent", "up", 100.0, 8.0)
HOUR = timedelta(hours=1)

SPIKE = Candidate(
    detector="departure",
    view="spike",
    start=START + 10 * HOUR,
    end=START + 11 * HOUR,
    score=0.8,
    direction=1,
    evidence={"value": 60.0, "expected": 30.0, "lower": 25.0, "upper": 35.0, "minutes": 60.0},
)
SHIFT = replace(
    SPIKE,
    detector="level_shift",
    view="level_shift",
    end=START + 10.5 * HOUR,
    until=START + 60 * HOUR,
    score=0.6,
    evidence={"before": 30.0, "after": 50.0, "change": 20.0},
)
FULL = replace(
    SPIKE,
    detector="saturation",
    view="saturation",
    evidence={"value": 99.0, "maximum": 100.0, "limit": 100.0, "minutes": 60.0},
)
GROWTH = replace(
    SPIKE,
    detector="growth",
    view="growth",
    start=START - 100 * HOUR,
    end=START + 100 * HOUR,
    evidence={"value": 60.0, "from_value": 30.0, "slope_per_day": 4.0, "days_to_limit": 10.0, "limit": 100.0},
)


def moved(candidate, hours, **changes):
    return replace(candidate, start=candidate.start + hours * HOUR, end=candidate.end + hours * HOUR, **changes)


@pytest.mark.parametrize(
    ("candidates", "expected"),
    [
        ([SPIKE, SHIFT], [replace(SHIFT, score=0.8)]),
        ([SPIKE, FULL], [FULL]),
        ([SHIFT, moved(SPIKE, 1.4)], [replace(SHIFT, score=0.8)]),
        ([SPIKE, moved(SPIKE, 2)], [SPIKE, moved(SPIKE, 2)]),
        ([SPIKE, GROWTH], [GROWTH, SPIKE]),
        ([SHIFT, replace(SPIKE, evidence={**SPIKE.evidence, "value": 95.0})],
         [replace(SPIKE, evidence={**SPIKE.evidence, "value": 95.0})]),
        ([], []),
    ],
    ids=["shift says more", "limit says more", "within an hour", "hours apart", "growth is its own", "else", "nothing"],
)  # fmt: skip
def test_one_moment_and_cause_is_one(candidates, expected):
    assert list(merged(candidates)) == expected
    assert list(merged(reversed(candidates))) == expected


@pytest.mark.parametrize(
    ("candidate", "meaning", "shown"),
    [
        (replace(SPIKE, score=CUT), CPU, True),
        (replace(SPIKE, score=CUT - 0.01), CPU, False),
        (replace(SPIKE, evidence={**SPIKE.evidence, "value": 37.9}), CPU, False),
        (replace(SPIKE, evidence={**SPIKE.evidence, "value": 38.0}), CPU, True),
        (replace(SPIKE, direction=-1, view="dip"), CPU, False),
        (replace(SPIKE, direction=-1, view="dip", score=AGAINST_CUT), CPU, True),
        (replace(SPIKE, direction=-1, view="dip"), replace(CPU, hurts="both"), True),
        (replace(SPIKE, direction=-1, view="dip"), replace(CPU, hurts="down"), True),
        (replace(SHIFT, evidence={"before": 30.0, "after": 35.0, "change": 5.0}), CPU, False),
        (FULL, replace(CPU, min_effect=1000.0), True),
    ],
)
def test_a_page_lists_what_is_surprising_large_enough_and_hurts(candidate, meaning, shown):
    assert ranked([candidate], meaning)[0].shown is shown


def priority(candidate, meaning=CPU, earlier=()):
    return next(each.priority for each in ranked([*earlier, candidate], meaning) if each.candidate == candidate)


def test_the_formula_of_the_priority():
    # Of the way of 70 to the limit 30 are gone; an hour of two.
    assert priority(SPIKE) == pytest.approx(0.8 * (0.4 + 0.6 * 30 / 70) * 0.8 * 1.0)
    assert priority(SPIKE, Meaning()) == pytest.approx(0.8 * 0.7 * 0.8 * 0.7)
    assert priority(GROWTH) == pytest.approx(0.8 * (0.4 + 0.6 / (1 + 10 / 14)))


@pytest.mark.parametrize(
    ("more", "less"),
    [
        (replace(SPIKE, score=0.9), SPIKE),
        (replace(SPIKE, evidence={**SPIKE.evidence, "value": 90.0}), SPIKE),
        (replace(SPIKE, end=SPIKE.end + HOUR), SPIKE),
        (FULL, SPIKE),
        (SPIKE, replace(SPIKE, direction=-1)),
    ],
    ids=["surprise", "nearness", "duration", "limit", "direction"],
)
def test_what_matters_more_comes_first(more, less):
    assert priority(more) > priority(less)


def test_what_happened_before_at_this_time_of_day_is_less_new():
    yesterday = moved(SPIKE, -24)
    assert priority(SPIKE, earlier=[yesterday]) == pytest.approx(priority(SPIKE) / 2)
    assert priority(SPIKE, earlier=[moved(SPIKE, -20)]) == priority(SPIKE)
    assert priority(SPIKE, earlier=[moved(SPIKE, -24, score=0.3)]) == priority(SPIKE)
    assert priority(SPIKE, earlier=[moved(SPIKE, -24 * day) for day in range(1, 9)]) == pytest.approx(
        priority(SPIKE) / 4
    )
    assert priority(SHIFT, earlier=[moved(SHIFT, -24)]) == priority(SHIFT)


def test_every_priority_is_between_0_and_1():
    for candidate in (SPIKE, SHIFT, FULL, GROWTH):
        assert 0 < priority(replace(candidate, score=1.0)) <= 1


def test_an_id_is_opaque_stable_and_keeps_its_parts_apart():
    assert finding_id("2026-W40", "web", "cpu") == "ed7589f644"
    assert finding_id("ab", "c") != finding_id("a", "bc")


@pytest.mark.parametrize(("one", "least"), [(SPIKE, 0.25), (FULL, 0.5)], ids=["a moment", "a limit reached again"])
def test_what_happens_each_day_is_less_new_but_a_limit_hurts_again(one, least):
    days = [moved(one, 24 * day) for day in range(5)]
    assert [each.factors["novelty"] for each in ranked(days, CPU)] == [1.0, 0.5, *[least] * 3]
