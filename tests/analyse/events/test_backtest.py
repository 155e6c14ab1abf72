"""How well each past push is foretold by the others."""

from collections.abc import Iterable
from dataclasses import replace
from math import nan

import pytest

from sre_lib.analyse.events.backtest import Backtest, Foretold, backtest
from sre_lib.analyse.events.conformal import TooFew
from sre_lib.analyse.events.observed import ResourceKey
from tests.analyse.events.shop_pushes import shop_pushes
from tests.analyse.events.small import CPU, DISK, push, pushes, with_cpu

SEEDS = range(1, 21)


def _outcome(seed: int) -> Backtest:
    """Return the test of a shop's pushes."""
    found = backtest(shop_pushes(seed))
    assert isinstance(found, Backtest)
    return found


def _coverage(several: Iterable[Foretold]) -> float:
    """Return the share of intervals that held, over several shops."""
    every = list(several)
    return sum(each.held for each in every) / sum(each.n for each in every)


def test_a_law_that_holds_exactly_foretells_every_push() -> None:
    assert backtest(pushes(0, 0, 0, 0, 0)) == Backtest(
        Foretold(n=5, error=0.0, held=5),
        {CPU: Foretold(n=5, error=0.0, held=5), DISK: Foretold(n=5, error=0.0, held=5)},
    )


def test_a_push_of_another_kind_is_missed_and_said_to_be() -> None:
    found = backtest(pushes(0, 0, 0, 0, 0, 0, 1000, 0, 0, 0))
    assert isinstance(found, Backtest)
    assert (found.requests, found.resources[CPU].held) == (Foretold(n=10, error=0.0, held=9), 9)


@pytest.mark.parametrize("n", range(5))
def test_too_few_pushes_say_nothing(n: int) -> None:
    assert backtest(pushes(0, 0, 0, 0, 0)[:n]) == TooFew(n, 5)


def test_what_was_used_up_is_foretold_where_the_interval_reaches_the_limit() -> None:
    found = backtest([*pushes(0, 0, 0, 0, 0), with_cpu(push(6, 1_280_000), value=99.5)])
    assert isinstance(found, Backtest)
    assert found.resources[CPU] == Foretold(n=6, error=0.0, held=6)


@pytest.mark.parametrize("field", ["value", "tasks_before"])
def test_a_reading_that_is_not_known_is_no_miss(field: str) -> None:
    six = pushes(0, 0, 0, 0, 0, 0)
    found = backtest([*six[:5], with_cpu(six[5], **{field: nan})])
    assert isinstance(found, Backtest)
    assert (found.resources[CPU], found.requests.n) == (Foretold(n=5, error=0.0, held=5), 6)


def test_a_resource_that_is_there_in_one_push_alone_is_not_tested() -> None:
    six = pushes(0, 0, 0, 0, 0, 0)
    lone = ResourceKey("cache", "cache", "cpu")
    found = backtest([*six[:5], replace(six[5], resources={**six[5].resources, lone: six[5].resources[DISK]})])
    assert isinstance(found, Backtest)
    assert list(found.resources) == [DISK, CPU]


@pytest.mark.parametrize("seed", [1, 2])
def test_held_out_pushes_of_a_shop_are_foretold(seed: int) -> None:
    found = _outcome(seed)
    assert found.requests.error < 0.05
    assert max(each.error for each in found.resources.values()) < 0.15
    assert 0.7 <= _coverage([found.requests, *found.resources.values()]) <= 0.9


@pytest.mark.long
def test_intervals_hold_70_to_90_of_100_held_out_pushes_of_20_shops() -> None:
    found = [_outcome(seed) for seed in SEEDS]
    held = {key: _coverage(each.resources[key] for each in found) for key in found[0].resources}
    assert {key: each for key, each in held.items() if not 0.7 <= each <= 0.9} == {}
    assert 0.7 <= _coverage(each.requests for each in found) <= 0.9
