"""The shop's Aurora cluster and its cache node: one sample a minute for each instance."""

import numpy as np

from sre_lib.demo.backend import Floats, Minutes
from sre_lib.demo.rhythm import sessions_profile
from sre_lib.demo.samples import single
from sre_lib.demo.schedule import DAY
from sre_lib.demo.state import State

_GIB = 2.0**30
_PAGE = 4096
_POOL_EMPTY_BYTES = 5.2 * _GIB
"""What a restart frees, until the buffer pool has filled again (time constant: 6 hours)."""


def writer_cpu(state: State) -> Minutes:
    """Return CPUUtilization of the writer."""
    work = (7 + 24 * state.load) * np.exp(state.texture({1: 0.05, 7: 0.05, 50: 0.04, 700: 0.03}, "writer"))
    mean = work + 27 * state.batch + state.effect("regression_writer", 6, 6)
    mean += state.texture({1: 0.4, DAY: 0.5}, "writer idle")
    return single(_used_up(state, mean, "busy_writer"))


def reader_cpu(state: State) -> Minutes:
    """Return CPUUtilization of the reader; with a cold buffer pool it works more."""
    work = (6 + 30 * state.load) * np.exp(state.texture({1: 0.05, 7: 0.05, 50: 0.04, 700: 0.03}, "reader"))
    mean = work * (1 + 0.55 * _since_restart(state, 100)) + state.texture({1: 0.4, DAY: 0.4}, "reader idle")
    return single(np.clip(mean * (1 - 0.9 * state.restarting("READER")), 0.5, 99.5))


def freeable_memory(state: State, role: str) -> Minutes:
    """Return FreeableMemory of a role of the cluster, in bytes."""
    base = 6.1 if role == "WRITER" else 6.9
    free = base - 0.45 * np.sqrt(state.load) + state.texture({1: 0.012, 30: 0.03, 300: 0.05, 2 * DAY: 0.06}, role)
    if role == "WRITER":
        free = free - 0.55 * state.batch - 0.8 * state.effect("busy_writer", 12, 20)
        return single(_pages(free * _GIB))
    return single(_pages(free * _GIB + _POOL_EMPTY_BYTES * _since_restart(state, 6 * 60)))


def engine_cpu(state: State) -> Minutes:
    """Return EngineCPUUtilization of the cache: one thread, so that 100 % is the end."""
    work = (4 + 23 * state.load) * np.exp(state.texture({1: 0.035, 9: 0.04, 70: 0.03, 800: 0.02}, "engine"))
    return single(_used_up(state, work, "hot_cache"))


def cache_cpu(state: State) -> Minutes:
    """Return CPUUtilization of the cache's host, which has two cores: the engine's thread is half of it."""
    engine = engine_cpu(state).total
    rest = 2.5 + 3.5 * state.load
    return single(engine / 2 + rest * np.exp(state.texture({1: 0.04, 20: 0.04}, "host")))


def cache_memory(state: State) -> Minutes:
    """Return DatabaseMemoryUsagePercentage of the cache: sessions come and go with the day's visitors."""
    sessions = 6.5 * state.of_week(sessions_profile())
    sessions += state.texture({1: 0.06, 6: 0.1, 30: 0.15, 200: 0.2, DAY: 0.3, 3 * DAY: 0.35}, "sessions")
    return single(56 + sessions + 1.6 * state.effect("tiny_cache", 90, 90))


def evictions(state: State) -> Minutes:
    """Return Evictions of the cache: memory is enough, so hardly any; zeros are published."""
    rate = 0.003 + 0.5 * np.maximum(state.load - 1.2, 0)
    return single(state.counts(rate, "evictions"))


def _used_up(state: State, mean: Floats, scenario: str) -> Floats:
    """Return CPU with what was planted: all of it, but for a few tenths."""
    full = 99.6 - 0.35 * np.abs(state.white(scenario, "full"))
    share = state.effect(scenario, 4, 4)
    return np.clip(mean * (1 - share) + full * share, 0.5, 99.99)


def _since_restart(state: State, minutes: float) -> Floats:
    """Return what is left, of 1 at a restart of the reader, after decaying with this time constant."""
    total = np.zeros(state.minutes.size)
    for start, _, _ in state.during("restart_reader"):
        since = state.minutes - start
        total += np.where(since >= 0, np.exp(-np.maximum(since, 0) / minutes), 0)
    return total


def _pages(values: Floats) -> Floats:
    """Return bytes in whole pages of memory."""
    return np.floor(values / _PAGE) * _PAGE
