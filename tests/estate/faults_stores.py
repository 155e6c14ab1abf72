"""Faults of databases and caches: what goes wrong in which way, where an SRE sees it, from moderate to clear."""

import numpy as np

from tests.estate.cache import Cache
from tests.estate.clock import DAY, HOUR
from tests.estate.database import Database
from tests.estate.fault import Fault, lerp, planted
from tests.estate.made import Planted, Signs

Store = Database | Cache


def _signs(parts: tuple[str, ...], *metrics: str) -> Signs:
    return frozenset((part, metric) for part in parts for metric in metrics)


def _hours(one: Store, hour: float, minutes: float) -> tuple[int, int]:
    first = one.clock.slot(int(one.rng.integers(7)), hour)
    return first, first + round(minutes / 5)


def _day(one: Store, most: int = 4) -> int:
    return one.clock.slot(int(one.rng.integers(0, most + 1)), one.rng.uniform(8, 18))


def busy_writer(one: Database, size: float) -> Planted:
    """A query keeps the database busy for hours: not spikes, a plateau."""
    first, last = _hours(one, one.rng.uniform(5, 22), lerp(60, 240, one.rng.random()))
    one.extra += lerp(35, 75, size) * one.clock.between(first, last)
    signs = _signs(one.parts, "cpu", "db_load", "db_load_cpu", "cpu_credits", "connections", "select_latency")
    return planted("database CPU sustained", one.name, one.clock, signs, (22, 23), (first, last), size)


def plan_flip(one: Database, size: float) -> Planted:
    """The planner takes another index: each query is dearer from one minute to the next, with the same queries."""
    first = _day(one)
    one.dearer *= 1 + (lerp(1.5, 2.4, size) - 1) * one.clock.between(first, one.clock.size)
    signs = _signs(one.parts, "cpu", "db_load", "db_load_cpu", "cpu_credits", "select_latency", "commit_latency")
    span = (first, one.clock.size)
    return planted("writer jump with flat traffic", one.name, one.clock, signs, (8, 24), span, size)


def idle_reader(one: Database, size: float) -> Planted:
    """Reads go to the writer: a pool that kept the address after a failover; the reader has nothing to do."""
    first = _day(one, 5)
    one.moved += lerp(0.8, 1.0, size) * one.clock.between(first, one.clock.size)
    signs = _signs(one.parts, "cpu", "connections", "select_latency")
    return planted("reader idle", one.name, one.clock, signs, (24, 25), (first, one.clock.size), size)


def memory_pressure(one: Database, size: float) -> Planted:
    """Free memory falls day by day and swap rises with it: a cache for each connection, a leak in the engine."""
    first = one.clock.slot(int(one.rng.integers(-4, 1)), one.rng.uniform(8, 18))
    age = np.maximum(np.arange(one.clock.size) - first, 0) / DAY
    one.taken += one.ram * lerp(0.025, 0.05, size) * age
    one.swapped += lerp(60e6, 300e6, size) * age
    signs = _signs(one.parts[:1], "freeable_memory", "swap")
    span = (first, one.clock.size)
    return planted("freeable memory falling", one.name, one.clock, signs, (26, 27, 28), span, size)


def staircase(one: Database, size: float) -> Planted:
    """Connections that are never given back: a step with each run of a job, towards the maximum."""
    first = _day(one, 2)
    runs = np.arange(first, one.clock.size, round(one.rng.uniform(5, 14) * HOUR))
    step = lerp(0.3, 0.75, size) * one.most_connections / max(len(runs), 1)
    for at in runs.tolist():
        one.held += step * one.clock.between(at, one.clock.size)
    signs = _signs(one.parts[:1], "connections")
    return planted("connections staircase", one.name, one.clock, signs, (29, 38), (first, one.clock.size), size)


def no_credits(one: Database, size: float) -> Planted:
    """More load than the class earns credits for: the balance runs to zero within days."""
    first = _day(one, 2)
    one.extra += lerp(24, 40, size) * one.clock.between(first, one.clock.size)
    signs = _signs(one.parts, "cpu_credits", "cpu", "db_load", "db_load_cpu")
    return planted("credits running out", one.name, one.clock, signs, (8, 30), (first, one.clock.size), size)


def hot_engine(one: Cache, size: float) -> Planted:
    """One hot key or KEYS: the only engine thread is full while the node's CPU looks low."""
    first, last = _hours(one, one.rng.uniform(6, 22), lerp(40, 180, one.rng.random()))
    one.extra += lerp(82 - one.peak, 130, size) * one.clock.between(first, last)
    signs = _signs((one.name,), "engine_cpu", "cpu")
    return planted("engine CPU high", one.name, one.clock, signs, (34, 35), (first, last), size)


def evicting(one: Cache, size: float) -> Planted:
    """A key without expiry fills the memory; from the full moment on keys are evicted."""
    first = one.clock.slot(int(one.rng.integers(-5, 1)), one.rng.uniform(8, 18))
    days = lerp(5.5, 3, size)
    at = np.arange(one.clock.size)
    full = first + round(days * DAY)
    one.filled += (101 - one.memory_base) * np.clip((at - first) / (full - first), 0, 1)
    one.evicted += lerp(150, 1500, size) * one.rhythm.level * (at >= full)
    one.missed += lerp(1, 6, size) * (at >= full)
    signs = _signs((one.name,), "memory", "evictions", "freeable_memory", "cache_hit_rate")
    signs |= _signs((one.database,), "cpu")
    return planted("evictions", one.name, one.clock, signs, (36, 37), (first, one.clock.size), size)


def cold_cache(one: Cache, size: float) -> Planted:
    """A release changed the keys' format: fewer hits from then on, the database works for it."""
    first = _day(one)
    at = np.arange(one.clock.size)
    lost = 0.6 + 0.4 * np.exp(-np.maximum(at - first, 0) / (8 * HOUR))
    one.missed += lerp(9, 30, size) * lost * one.clock.between(first, one.clock.size)
    signs = _signs((one.name,), "cache_hit_rate") | _signs((one.database,), "cpu", "connections")
    return planted("hit rate drop", one.name, one.clock, signs, (37,), (first, one.clock.size), size)


FAULTS = (
    Fault("busy writer", lambda one: isinstance(one, Database), busy_writer),
    Fault("plan flip", lambda one: isinstance(one, Database) and one.peak_cpu >= 20, plan_flip),
    Fault(
        "idle reader",
        lambda one: isinstance(one, Database) and not one.burstable and one.peak * one.reader_share >= 12,
        idle_reader,
    ),
    Fault("memory pressure", lambda one: isinstance(one, Database), memory_pressure),
    Fault("staircase", lambda one: isinstance(one, Database), staircase),
    Fault("no credits", lambda one: isinstance(one, Database) and one.burstable, no_credits),
    Fault("hot engine", lambda one: isinstance(one, Cache) and one.vcpus >= 4, hot_engine),
    Fault("evicting", lambda one: isinstance(one, Cache) and one.memory_base < 70, evicting),
    Fault("cold cache", lambda one: isinstance(one, Cache), cold_cache),
)
