"""Caches: seen where an expert would, and only there."""

import numpy as np
import pytest

from sre_lib.model import Part
from tests.analyse.views.shop import DAY, INDEX, REVIEWED, seen, service_week, wave

NODE = {"CacheClusterId": "shop-001", "CacheNodeId": "0001"}
CACHE = Part("cache", "elasticache_node_detail", NODE)
SMALL = Part("cache", "elasticache_node_detail", NODE, limits={"vcpus": 2})
DATABASE = Part("db", "aurora_role", {"DBClusterIdentifier": "shop", "Role": "WRITER"})
ENGINE, CPU, MEMORY = (("cache", metric, "Average") for metric in ("engine_cpu", "cpu", "memory"))
EVICTIONS, HITS, BEHIND = (
    ("cache", "evictions", "Sum"),
    ("cache", "cache_hit_rate", "Average"),
    ("db", "cpu", "Average"),
)
AT = REVIEWED + DAY + 120
SLOT = np.arange(len(INDEX))
FULL = (SLOT >= AT) & (SLOT < AT + 24)
LATER = SLOT >= AT


def test_a_full_engine_thread_is_seen_where_the_node_looks_idle():
    values = {ENGINE: np.minimum(wave(20, 8) + 80 * FULL, 96), CPU: wave(8, 3, seed=2) + 20 * FULL}
    (found,) = seen(service_week((CACHE,), values), "engine_full")
    assert found.evidence["minutes"] == pytest.approx(120, abs=10)
    assert found.evidence["host_percent"] < 40


def test_a_full_engine_thread_on_a_full_node_is_not_hidden():
    values = {ENGINE: np.minimum(wave(20, 8) + 80 * FULL, 96), CPU: wave(8, 3, seed=2) + 80 * FULL}
    assert seen(service_week((CACHE,), values), "engine_full") == []


@pytest.mark.parametrize(("part", "number"), [(SMALL, 1), (CACHE, 0)], ids=["two vCPUs", "vCPUs not known"])
def test_half_of_a_node_of_two_vcpus_is_a_full_core(part, number):
    values = {ENGINE: wave(15, 5), CPU: wave(10, 3, seed=2) + 40 * FULL}
    assert len(seen(service_week((part,), values), "small_node_full")) == number


def evicting(rise):
    memory = np.minimum(wave(60, noise=0.3, seed=3) + rise * np.clip((SLOT - REVIEWED + DAY) / (2.4 * DAY), 0, 1), 100)
    evictions = np.random.default_rng(4).poisson(400, len(SLOT)) * LATER
    return service_week((CACHE,), {MEMORY: memory, EVICTIONS: evictions})


def test_evictions_that_begin_when_the_memory_is_full_are_seen():
    (found,) = seen(evicting(40), "evictions_begin")
    assert found.evidence["expected"] == 0
    assert found.evidence["total_count"] == pytest.approx(400 * np.count_nonzero(LATER), rel=0.02)
    assert found.evidence["memory_percent"] > 98


def test_evictions_from_a_memory_that_did_not_grow_are_not():
    assert seen(evicting(0), "evictions_begin") == []


def test_evictions_that_were_always_there_are_not():
    values = {MEMORY: wave(60), EVICTIONS: np.random.default_rng(4).poisson(400, len(SLOT))}
    assert seen(service_week((CACHE,), values), "evictions_begin") == []


@pytest.mark.parametrize(("load", "number"), [(1.6, 1), (1, 0)], ids=["the database pays", "the database does not"])
def test_a_hit_rate_that_drops_matters_where_the_database_pays(load, number):
    values = {HITS: wave(94, noise=0.3, seed=5) - 12 * LATER, BEHIND: wave(25, 8, seed=6) * np.where(LATER, load, 1)}
    assert len(seen(service_week((CACHE, DATABASE), values), "hit_rate_drop")) == number
