"""The simulator's own truth of a push to more people: it says what a reading of the shop's metrics says."""

from functools import partial

import numpy as np
import pytest

from sre_lib.demo.larger_push import FULL_PERCENT, gives_out_first, truth, used_up, with_audience
from sre_lib.demo.schedule import DEMO_WEEK, PUSH_MIN, Push, pushes
from sre_lib.demo.shop import Shop
from sre_lib.demo.state import LOOK_BACK, Plan
from tests.demo.shop_reading import series

PUSHES = [(seed, push) for seed in (1, 2, 3) for push in pushes(seed, DEMO_WEEK)]


def named(case: object) -> str:
    return f"{case.minute}" if isinstance(case, Push) else str(case)


def grown(push: Push, factor: float, seed: int, week: int) -> tuple[Push, ...]:
    """Return the pushes of a week with one of them multiplied."""
    return tuple(
        each._replace(audience=round(each.audience * factor)) if each == push else each for each in pushes(seed, week)
    )


@pytest.mark.parametrize(("seed", "push"), PUSHES, ids=named)
def test_the_push_as_it_was_is_the_shop_as_it_is(seed: int, push: Push) -> None:
    found = series(Shop(seed), "web-alb", "requests").minutes(push.minute, push.minute + PUSH_MIN).total
    assert np.array_equal(with_audience(seed, push, 1.0).requests[LOOK_BACK:], found)


@pytest.mark.parametrize(("seed", "push"), PUSHES, ids=named)
def test_the_crowd_comes_within_minutes_and_tasks_later(seed: int, push: Push) -> None:
    found = truth(seed, push)
    requests = series(Shop(seed), "web-alb", "requests").minutes(push.minute, push.minute + PUSH_MIN).total
    assert found.peak_min == requests.argmax()
    assert found.crowd_peak_min == 2
    hosts = series(Shop(seed), "web-alb", "healthy_hosts").minutes(push.minute - 1, push.minute + PUSH_MIN).maximum
    assert 3 <= found.lag_min["web"] <= 5
    assert hosts[1 + round(found.lag_min["web"])] > hosts[0]
    assert set(found.lag_min) == {"web", "api"}


def test_a_push_that_the_shop_does_not_send_is_refused() -> None:
    seed, push = PUSHES[0]
    for asked in (push._replace(audience=0), push._replace(minute=push.minute + 1)):
        with pytest.raises(ValueError, match="wants one that the shop of seed 1 sends"):
            truth(seed, asked)


@pytest.mark.parametrize(("seed", "push"), PUSHES, ids=named)
def test_what_gives_out_first_is_at_its_limit_and_the_rest_is_later(seed: int, push: Push) -> None:
    first = gives_out_first(seed, push, 4.0)
    assert first is not None
    assert first in used_up(seed, push, 4.0)
    shop = Shop(seed, plan=Plan(partial(grown, push, 4.0)))
    sets = series(shop, *first[1:]).minutes(push.minute, push.minute + PUSH_MIN)
    assert (sets.total / sets.samples).max() >= FULL_PERCENT
    smallest = next(factor for factor in np.arange(0.2, 4.01, 0.05) if used_up(seed, push, factor))
    assert used_up(seed, push, smallest)[0] == first


def test_nothing_gives_out_where_few_people_come() -> None:
    seed, push = PUSHES[0]
    assert gives_out_first(seed, push, 0.1) is None
    assert gives_out_first(seed, push, 0.0) is None


def test_services_and_stores_may_give_out() -> None:
    found = {gives_out_first(seed, push, 6.0) for seed, push in PUSHES}
    assert ("web", "web", "cpu") in found
    everything = {each for seed, push in PUSHES for each in used_up(seed, push, 5.0)}
    assert {
        ("api", "api", "cpu"),
        ("orders-db", "orders-db-reader", "cpu"),
        ("cache", "cache", "engine_cpu"),
    } <= everything
