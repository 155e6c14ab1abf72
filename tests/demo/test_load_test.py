"""Load tests of the simulated shop: a knee where web's held tasks are used up, and nothing behind web is near it."""

from datetime import UTC, datetime

import numpy as np
import pytest

from sre_lib.demo.load_test import HELD_TASKS, LoadTest, event_of, load_tests
from sre_lib.demo.schedule import DEMO_WEEK, as_minute
from sre_lib.demo.shop import Shop
from sre_lib.demo.state import Plan
from tests.demo.shop_reading import every_metric, series

WITHOUT = Plan(load_tests=lambda _week: ())
(TEST,) = load_tests(DEMO_WEEK - 1)
(EARLIER,) = load_tests(DEMO_WEEK - 4)


def stage_means(shop: Shop, test: LoadTest, part: str, metric: str) -> np.ndarray:
    """Return the mean of all samples of each stage."""
    found = series(shop, part, metric)
    stages = [found.minutes(start, end) for start, end, _ in test.stages]
    return np.array([np.nansum(each.total) / np.nansum(each.samples) for each in stages])


def stage_requests(shop: Shop, test: LoadTest) -> np.ndarray:
    """Return the requests a minute that web got in each stage."""
    found = series(shop, "web-alb", "requests")
    return np.array([found.minutes(start, end).total.mean() for start, end, _ in test.stages])


def test_two_of_the_history_may_be_compared_and_none_is_in_the_week_itself() -> None:
    around = [week - DEMO_WEEK for week in range(DEMO_WEEK - 6, DEMO_WEEK + 1) if load_tests(week)]
    assert around == [-4, -1]
    for which in every_metric():
        one, two = (
            series(shop, *which).minutes(TEST.end + 300, TEST.end + 400) for shop in (Shop(1, plan=WITHOUT), Shop(1))
        )
        assert np.array_equal(one.total, two.total, equal_nan=True), which
    usual = series(Shop(1, plan=WITHOUT), "web-alb", "requests").minutes(TEST.minute, TEST.end).total
    assert usual.max() < 60 * TEST.loads[1]


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
@pytest.mark.parametrize("test", [TEST, EARLIER], ids=["last", "earlier"])
def test_throughput_has_a_knee_where_the_held_tasks_are_used_up(seed: int, test: LoadTest) -> None:
    shop = Shop(seed, planted=())
    cpu, requests = stage_means(shop, test, "web", "cpu"), stage_requests(shop, test)
    assert (np.diff(cpu) > 5).all()
    assert cpu[-2] < 95 < cpu[-1]
    a_request = cpu[:-1] / requests[:-1]
    assert requests[-1] < 0.9 * 60 * test.loads[-1]
    assert np.ptp((cpu[:-1] - 5) / requests[:-1]) < 0.15 * a_request.mean()
    latency = stage_means(shop, test, "web-alb", "latency")
    assert latency[-1] > 2 * latency[0]


@pytest.mark.parametrize("seed", [1, 2])
def test_web_is_the_first_to_give_out(seed: int) -> None:
    shop = Shop(seed, planted=())
    others = [("api", "cpu"), ("orders-db", "cpu"), ("orders-db-reader", "cpu"), ("cache", "engine_cpu")]
    assert max(stage_means(shop, TEST, *which)[-1] for which in others) < 70
    hosts = stage_means(shop, TEST, "web-alb", "healthy_hosts")
    assert (hosts == HELD_TASKS).all()


def test_a_load_test_orders_nothing() -> None:
    with_test, without = (
        series(Shop(1, plan=plan), "orders", "orders").minutes(TEST.minute, TEST.end).total for plan in (None, WITHOUT)
    )
    assert with_test.mean() == pytest.approx(without.mean(), rel=0.05)


def test_as_an_event_it_has_its_stages() -> None:
    event = event_of(TEST)
    assert (event.kind, event.start) == ("load_test", datetime(2026, 9, 21, 15, 20, tzinfo=UTC))
    assert [(as_minute(each.start), as_minute(each.end), each.load) for each in event.stages] == list(TEST.stages)
    assert event.start < event.stages[0].start
    assert event.stages[-1].end < event.end
