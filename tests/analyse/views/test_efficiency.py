"""CPU against traffic: seen where one moves and the other does not, and only there."""

import numpy as np
import pytest

from tests.analyse.views.shop import DAY, INDEX, REVIEWED, service_week
from tests.analyse.views.test_compute import ALB, AT, CPU, MEMORY, REQUESTS, RUNNING, TASKS, WEB, seen

SLOT = np.arange(len(INDEX))


def noise(size, seed):
    return size * np.random.default_rng(seed).normal(size=len(INDEX))


def traffic(first=0, last=0, factor=1.0):
    """Requests of a shop with a daily rhythm, times a factor in some slots."""
    requests = 3000 + 1500 * np.sin(2 * np.pi * (SLOT / DAY - 0.3)) + noise(60, 5)
    requests[first:last] *= factor
    return requests


def cpu_of(requests, cost=1.0):
    """CPU of four tasks: a fixed base and what each request costs."""
    return 6 + cost * requests / 150 + noise(0.5, 6)


def shop(requests, cpu, tasks=None):
    values = {CPU: cpu, MEMORY: 40 + noise(0.3, 7), REQUESTS: requests}
    if tasks is None:
        return service_week((WEB, ALB), values)
    return service_week((WEB, TASKS, ALB), values | {RUNNING: tasks})


def since(slot, factor):
    return np.where(slot <= SLOT, factor, 1.0)


def test_requests_that_got_dearer_are_seen_at_the_same_traffic():
    requests = traffic()
    (found,) = seen(shop(requests, cpu_of(requests, since(AT, 1.6))), "cpu_per_request")
    assert found.metric == "cpu_for_traffic"
    assert found.evidence["before"] == pytest.approx(100, abs=3)
    assert found.evidence["after"] == pytest.approx(145, abs=8)


def test_more_traffic_makes_no_request_dearer():
    requests = traffic(AT, len(INDEX), 1.6)
    assert seen(shop(requests, cpu_of(requests)), "cpu_per_request") == []


def test_scaling_does_not_hide_dearer_requests():
    requests, cost = traffic(), since(AT, 1.6)
    tasks = np.maximum(np.ceil(4 * cpu_of(requests, cost) / 30), 1)
    found = seen(shop(requests, 4 * cpu_of(requests, cost) / tasks, tasks), "cpu_per_request")
    assert len(found) == 1


def extra(first, last, by):
    return np.where((first <= SLOT) & (last > SLOT), by, 0.0)


def test_cpu_that_no_request_asked_for_is_seen_once():
    requests = traffic()
    (found,) = seen(shop(requests, cpu_of(requests) + extra(AT, AT + 18, 30)), "cpu_without_traffic")
    assert found.evidence["value"] - found.evidence["expected"] == pytest.approx(30, abs=3)
    assert abs(found.evidence["traffic_change_percent"]) < 10
    assert found.score >= 0.7


def test_cpu_that_follows_traffic_and_the_batch_of_every_night_are_known():
    pushed = traffic(AT, AT + 18, 2.2)
    assert seen(shop(pushed, cpu_of(pushed)), "cpu_without_traffic") == []
    nightly = cpu_of(traffic()) + np.where((SLOT % DAY >= 12) & (SLOT % DAY < 24), 30, 0)
    assert seen(shop(traffic(), nightly), "cpu_without_traffic") == []


def test_traffic_that_no_cpu_follows_is_seen():
    usual = traffic()
    (found,) = seen(shop(traffic(AT, AT + 12, 2.2), cpu_of(usual)), "traffic_without_cpu")
    assert found.evidence["followed_share"] == pytest.approx(0, abs=0.1)
    assert found.score >= 0.7


def test_traffic_that_is_served_is_not():
    pushed = traffic(AT, AT + 12, 2.2)
    assert seen(shop(pushed, cpu_of(pushed)), "traffic_without_cpu") == []


def test_cpu_that_never_followed_traffic_tells_nothing():
    flat = 30 + noise(0.5, 6)
    assert seen(shop(traffic(AT, AT + 12, 2.2), flat), "traffic_without_cpu") == []


def test_a_fault_of_the_history_is_not_told():
    requests = traffic()
    cpu = cpu_of(requests) + extra(REVIEWED - DAY, REVIEWED - DAY + 18, 30)
    assert seen(shop(requests, cpu), "cpu_without_traffic") == []


def test_cpu_that_rises_because_tasks_went_is_no_load():
    requests = traffic()
    tasks = 4.0 - extra(AT, AT + 18, 2)
    assert seen(shop(requests, 4 * cpu_of(requests) / tasks, tasks), "cpu_without_traffic") == []
