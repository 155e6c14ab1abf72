"""The demo shop: a simulated Japanese online shop on AWS, as one-minute statistic sets. All of its data is invented.

A pure function of (seed, minute): any window and any number of weeks exist, and windows that overlap agree exactly.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from sre_lib.demo import compute, extras, shop_inventory, stores
from sre_lib.demo.answers import Planted, answer_key
from sre_lib.demo.backend import Dimensions, Floats, Key, Minutes
from sre_lib.demo.faults import Happening, between_minutes
from sre_lib.demo.inventory import Inventory
from sre_lib.demo.known_events import events
from sre_lib.demo.samples import Durations, duration_sets, percentile
from sre_lib.demo.state import LOOK_BACK, Plan, State

__all__ = ["Planted", "Shop", "ShopSeries", "answer_key", "events"]

_BALANCERS = {
    "web": ("app/shop-public/50dc6c495c0c9188", "targetgroup/shop-web/6d0ecf831eec9f09"),
    "api": ("app/shop-internal/1f4b7a8e02c6d935", "targetgroup/shop-api/a3c1e97f54b20d68"),
}
_CACHE = (("CacheClusterId", "shop-sessions-001"), ("CacheNodeId", "0001"))
_WINDOWS_KEPT = 2
"""The state of a window feeds some thirty metrics, which are read one after another."""

Sets = Callable[[State], Minutes]


@dataclass(frozen=True)
class Recipe:
    """How a metric comes from the state, the durations whose percentiles are published, and its planted gap."""

    sets: Sets
    durations: Callable[[State], Durations] | None = None
    gap: str = ""


@dataclass(frozen=True)
class ShopSeries:
    """One metric of the shop with one exact set of dimensions."""

    state: Callable[[int, int], State]
    recipe: Recipe

    def minutes(self, start: int, end: int) -> Minutes:
        """Return the statistic sets of the minutes `[start, end)`, counted from the epoch; NaN: no datapoint."""
        state = self.state(start, end)
        sets = self.recipe.sets(state)
        if self.recipe.gap:
            sets = _without(sets, state.effect(self.recipe.gap, 1, 1) > 0)
        return Minutes(*(array[LOOK_BACK:].copy() for array in sets))

    def percentile(self, share: float, start: int, end: int, step: int) -> Floats | None:
        """Return the percentile (`share` 0..1) of each `step` minutes of `[start, end)`; None where not published."""
        if self.recipe.durations is None:
            return None
        return percentile(self.recipe.durations(self.state(start, end)).cut(LOOK_BACK), share, step)


class Shop:
    """All metrics of the simulated shop.

    `planted` replaces the faults and decoys that belong to the seed: `()` is the same shop without them (its pushes,
    deployments and nightly batch stay). Another `plan` is a shop with other pushes, or with load tests.
    """

    def __init__(self, seed: int = 1, planted: tuple[Happening, ...] | None = None, plan: Plan | None = None) -> None:
        self._state = lru_cache(maxsize=_WINDOWS_KEPT)(partial(_state, seed, planted, plan))
        self._recipes = dict(_recipes())

    @property
    def metrics(self) -> tuple[Key, ...]:
        """Every metric there is: namespace, name and dimensions."""
        return tuple(self._recipes)

    def inventory(self) -> Inventory:
        """Return what the list calls of the shop's account answer."""
        return shop_inventory.inventory()

    def published(self, start: int, end: int) -> tuple[Key, ...]:
        """Return the metrics that have datapoints in the minutes `[start, end)`: all, since no planted gap is long."""
        return self.metrics if start < end else ()

    def series(self, namespace: str, name: str, dimensions: Dimensions) -> ShopSeries | None:
        """Return the series with exactly these dimensions; None where nothing was ever published."""
        recipe = self._recipes.get((namespace, name, dimensions))
        return None if recipe is None else ShopSeries(self._state, recipe)


def _state(seed: int, planted: tuple[Happening, ...] | None, plan: Plan | None, start: int, end: int) -> State:
    """Return what goes on in a window."""
    happenings = between_minutes(seed, start - LOOK_BACK, max(start, end)) if planted is None else planted
    return State(seed, happenings, start, end, plan)


def _without(sets: Minutes, gap: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Minutes:
    """Return the statistic sets without datapoints where there is a gap."""
    return Minutes(*(np.where(gap, np.nan, array) for array in sets))


def _recipes() -> Iterator[tuple[Key, Recipe]]:
    """Yield every metric and how it is made."""
    yield from _keyed("AWS/ECS", _ecs())
    yield from _keyed("AWS/ApplicationELB", _balancers())
    yield from _keyed("AWS/RDS", _aurora())
    yield from _keyed("AWS/ElastiCache", _cache())
    yield from _keyed("AWS/Lambda", _function())
    yield from _keyed("Shop/Business", {(("Site", "jp"),): {"OrdersPlaced": Recipe(extras.orders)}})


def _timed(durations: Callable[[State], Durations]) -> Recipe:
    """Return the recipe of a metric whose samples are durations."""
    return Recipe(lambda state: duration_sets(durations(state)), durations)


Metrics = Mapping[tuple[tuple[str, str], ...], Mapping[str, Recipe]]


def _keyed(namespace: str, metrics: Metrics) -> Iterator[tuple[Key, Recipe]]:
    """Yield the metrics of a namespace by their full names."""
    for dimensions, named in metrics.items():
        for name, recipe in named.items():
            yield (namespace, name, frozenset(dimensions)), recipe


def _ecs() -> Metrics:
    """Return the metrics of the ECS services."""

    def of(service: str) -> tuple[tuple[str, str], ...]:
        return (("ClusterName", "shop"), ("ServiceName", service))

    web_and_api = {
        of(service): {
            "CPUUtilization": Recipe(partial(compute.cpu, service=service)),
            "MemoryUtilization": Recipe(partial(compute.memory, service=service)),
        }
        for service in ("web", "api")
    }
    worker = {
        "CPUUtilization": Recipe(compute.worker_cpu),
        "MemoryUtilization": Recipe(partial(compute.memory, service="worker"), gap="gap_worker"),
    }
    return {**web_and_api, of("worker"): worker}


def _balancers() -> Metrics:
    """Return the metrics of the target groups."""
    return {
        (("LoadBalancer", balancer), ("TargetGroup", group)): {
            "RequestCount": Recipe(partial(compute.requests, service=service)),
            "TargetResponseTime": _timed(partial(compute.latency, service=service)),
            "HTTPCode_Target_5XX_Count": Recipe(partial(compute.errors, service=service)),
            "HealthyHostCount": Recipe(partial(compute.healthy_hosts, service=service)),
        }
        for service, (balancer, group) in _BALANCERS.items()
    }


def _aurora() -> Metrics:
    """Return the metrics of the database's roles."""
    cpu = {"WRITER": Recipe(stores.writer_cpu), "READER": Recipe(stores.reader_cpu, gap="gap_reader")}
    return {
        (("DBClusterIdentifier", "shop-orders"), ("Role", role)): {
            "CPUUtilization": cpu[role],
            "FreeableMemory": Recipe(partial(stores.freeable_memory, role=role)),
            "DatabaseConnections": Recipe(partial(compute.database_connections, role=role)),
        }
        for role in ("WRITER", "READER")
    }


def _cache() -> Metrics:
    """Return the metrics of the cache node."""
    return {
        _CACHE: {
            "EngineCPUUtilization": Recipe(stores.engine_cpu),
            "CPUUtilization": Recipe(stores.cache_cpu),
            "DatabaseMemoryUsagePercentage": Recipe(stores.cache_memory),
            "Evictions": Recipe(stores.evictions),
            "CurrConnections": Recipe(compute.cache_connections, gap="gap_cache"),
        }
    }


def _function() -> Metrics:
    """Return the metrics of the Lambda function."""
    return {
        (("FunctionName", "image-resize"),): {
            "Duration": _timed(extras.duration),
            "ConcurrentExecutions": Recipe(extras.concurrency),
            "Invocations": Recipe(extras.invocation_count),
            "Errors": Recipe(extras.failures),
            "Throttles": Recipe(extras.throttles),
        }
    }
