"""The shop's ECS services and their load balancers: CPU and memory of the tasks, requests, latency, errors."""

import numpy as np

from sre_lib.demo.backend import Floats, Minutes
from sre_lib.demo.samples import Durations, single, spread, tallies
from sre_lib.demo.schedule import DAY
from sre_lib.demo.state import FLEETS, State

_IDLE = {"web": 5.0, "api": 4.0}
_AT_TARGET = {"web": 55.0, "api": 48.0}
_MEMORY = {"web": 38.0, "api": 46.0, "worker": 41.0}
_MEDIAN_S = {"web": 0.085, "api": 0.042}
_SLOWED_BY = {"web": 1.75, "api": 2.1}
_NODES = 2
"""A load balancer has a node in each of two zones, and each publishes its own count of healthy hosts."""


def cpu(state: State, service: str) -> Minutes:
    """Return CPUUtilization of an ECS service: one sample a task."""
    count = _running(state, service)
    starting = state.rollout(service, 1, 5)
    mean = _work(state, service, count) + starting * (9 + 1.5 * state.white(service, "start-up"))
    mean = np.clip(mean, 0.3, 99.6)
    scatter = 0.6 + 0.075 * mean
    low = mean - scatter * _reach(state, count, service, "cpu low")
    high = mean + scatter * _reach(state, count, service, "cpu high")
    busiest = np.where(starting > 0, 88 + 3 * state.white(service, "busiest"), 0)
    return spread(mean, count, low, np.maximum(high, busiest), 100.0)


def memory(state: State, service: str) -> Minutes:
    """Return MemoryUtilization of an ECS service: one sample a task; a leak fills the tasks that are always there."""
    count = _running(state, service)
    filled = 1 - np.exp(-state.age(service) / (7 * 60))
    mean = _MEMORY[service] - 2.2 + 2.2 * filled + 2.0 * np.sqrt(state.load)
    mean += state.texture({1: 0.12, 20: 0.2, 240: 0.35, DAY: 0.4}, service, "memory")
    leaked = _leaked(state, service)
    share_of_old = FLEETS[service].least / np.maximum(count, FLEETS[service].least)
    fresh = state.rollout(service, 1, 9) * 1.8
    all_old = count <= FLEETS[service].least
    low = mean + leaked * all_old - (0.7 + fresh) * _reach(state, count, service, "memory low")
    high = mean + leaked + 0.7 * _reach(state, count, service, "memory high")
    return spread(mean + leaked * share_of_old - fresh / 2, count, low, high, 100.0)


def requests(state: State, service: str) -> Minutes:
    """Return RequestCount of a service's target group."""
    return tallies(state.calls(service))


def latency(state: State, service: str) -> Durations:
    """Return TargetResponseTime of a service's target group, in seconds."""
    calls = state.calls(service)
    busy = _work(state, service, state.tasks(service)) / 100
    queueing = 0.45 * busy + 1.6 * np.maximum(busy - 0.6, 0)
    mu = np.log(_MEDIAN_S[service]) + queueing + _SLOWED_BY[service] * state.waiting
    mu += 0.35 * state.rollout(service, 1, 6)
    mu += state.texture({1: 0.03, 6: 0.04, 25: 0.05, 200: 0.04, DAY: 0.03}, service, "latency")
    # the tail is the noisier the fewer requests a minute has
    sigma = 0.72 * np.exp(0.55 / np.sqrt(np.maximum(calls, 1) / 50) * state.white(service, "tail"))
    return Durations(calls, mu, sigma, state.chance(service, "shortest"), state.chance(service, "longest"))


def errors(state: State, service: str) -> Minutes:
    """Return HTTPCode_Target_5XX_Count of a service's target group: no datapoint in a minute without an error."""
    share = 4e-5 * np.exp(state.texture({15: 0.5, 300: 0.3}, service, "errors"))
    share += 0.0011 * state.rollout(service, 3, 8) + 0.011 * state.waiting
    return tallies(state.counts(share * state.calls(service), service, "errors"))


def healthy_hosts(state: State, service: str) -> Minutes:
    """Return HealthyHostCount of a service's target group: a task counts once it has passed its checks."""
    tasks = state.tasks(service)
    joined = tasks * (1 + state.rollout(service, 3, 9))
    count = np.full(tasks.size, float(_NODES))
    return Minutes(joined * count, count, joined.copy(), joined.copy())


def worker_cpu(state: State) -> Minutes:
    """Return CPUUtilization of the worker: it follows the orders, and does the nightly batch."""
    mean = 13 + 17 * state.ordering * np.exp(state.texture({1: 0.05, 6: 0.06, 45: 0.04}, "worker"))
    mean += 44 * state.batch + state.effect("regression_worker", 6, 6)
    mean += state.texture({1: 0.6, 30: 0.5, 360: 0.7, DAY: 0.5}, "worker idle")
    starting = state.rollout("worker", 1, 5)
    count = _running(state, "worker")
    mean = np.clip(mean * FLEETS["worker"].least / count + 8 * starting, 0.3, 99.6)
    scatter = 0.8 + 0.07 * mean
    low = mean - scatter * _reach(state, count, "worker low")
    high = mean + scatter * _reach(state, count, "worker high")
    return spread(mean, count, low, np.maximum(high, 84 * starting), 100.0)


def database_connections(state: State, role: str) -> Minutes:
    """Return DatabaseConnections of a role of the cluster: the pools of all tasks that run."""
    web, api = _running(state, "web"), _running(state, "api")
    pools = 9 * api + 12 + 10 * state.batch if role == "WRITER" else 6 * api + 2 * web
    pools = pools + 170 * state.effect("busy_writer", 12, 10) * (role == "WRITER")
    held = np.round(np.maximum(pools + state.texture({1: 1.2, 25: 2.0}, role, "connections"), 0))
    return single(held * (1 - state.restarting(role)))


def cache_connections(state: State) -> Minutes:
    """Return CurrConnections of the cache: so many for each task."""
    held = 8 * _running(state, "web") + 10 * _running(state, "api") + 14
    return single(np.round(held + state.texture({1: 0.8, 40: 1.5}, "cache connections")))


def _work(state: State, service: str, count: Floats) -> Floats:
    """Return the CPU that the requests take on so many tasks, and what was planted there."""
    a_task = state.calls(service) / count / FLEETS[service].calls_per_task
    cost = np.exp(state.texture({1: 0.025, 8: 0.03, 60: 0.03, 600: 0.02, 3 * DAY: 0.02}, service, "cost"))
    served = (_AT_TARGET[service] - _IDLE[service]) * a_task * cost * (1 - 0.15 * state.waiting)
    planted = state.effect(f"runaway_{service}", 2, 2) * (1 + state.texture({1: 0.03, 7: 0.05}, service, "runaway"))
    return _IDLE[service] + served + planted + 0.35 * np.abs(state.white(service, "idle"))


def _running(state: State, service: str) -> Floats:
    """Return the tasks that run, with those that a deployment starts before it stops the old ones."""
    return np.round(state.tasks(service) * (1 + 0.5 * state.rollout(service, 1, 2) + state.rollout(service, 2, 9)))


def _leaked(state: State, service: str) -> Floats:
    """Return the points of memory that the oldest tasks have lost."""
    total = np.zeros(state.minutes.size)
    if service == "api":
        for start, end, per_day in state.during("leak"):
            inside = (state.minutes >= start) & (state.minutes < end)
            total += np.where(inside, (state.minutes - start) / DAY * per_day, 0)
    return total


def _reach(state: State, count: Floats, *names: object) -> Floats:
    """Return how many standard deviations the extreme of so many tasks lies out: about sqrt(2 ln n)."""
    expected = np.sqrt(2 * np.log(np.maximum(count, 2)))
    reach: Floats = np.maximum(expected * 0.8 * np.exp(state.texture({1: 0.12, 25: 0.12}, *names)), 0.1)
    return reach
