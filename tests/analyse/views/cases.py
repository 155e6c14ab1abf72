"""For each view the week in which an expert would see it: what is drawn, told and measured again is tested on these."""

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

import numpy as np

from sre_lib.analyse.analyse import analyse
from sre_lib.analyse.derived import with_derived
from sre_lib.catalog import builtin_catalog
from sre_lib.model import Analysis, Finding, Part, ServiceWeek
from sre_lib.views import builtin_views
from tests.analyse.views import test_cache as caches
from tests.analyse.views import test_compute as fleet
from tests.analyse.views import test_database as stores
from tests.analyse.views import test_efficiency as traffic
from tests.analyse.views import test_time as clock
from tests.analyse.views.shop import DAY, INDEX, REVIEWED, service_week, wave

Case = Callable[[], Any]
END = len(INDEX)


def _cpu(first: int, last: int, by: float) -> Any:
    """CPU with so much more in slots `[first, last)` counted from the week's beginning."""
    return clock.cpu_week(fleet.plus(wave(30, 8), REVIEWED + first, REVIEWED + last, by))


def _requests(first: int, last: int) -> Any:
    """A fleet with hardly any requests in slots `[first, last)` counted from the week's beginning."""
    requests = wave(3000, 800, 60, seed=5)
    requests[REVIEWED + first : REVIEWED + last] *= 0.1
    return fleet.fleet({fleet.REQUESTS: requests})


def _memory(rise: np.ndarray) -> Any:
    """A fleet with so much more memory."""
    return fleet.fleet({fleet.MEMORY: wave(40, 1, 0.3, seed=3) + rise})


def _plateau() -> Any:
    """CPU flat at the ceiling while latency rises."""
    latency = fleet.plus(wave(0.2, 0.03, 0.01, seed=4), fleet.AT, fleet.AT + 18, 0.4)
    return fleet.fleet({fleet.CPU: fleet.full(wave(30, 8)), fleet.LATENCY: latency})


def _costs(factor: float) -> Any:
    """Requests that cost more from a moment on."""
    requests = traffic.traffic()
    return traffic.shop(requests, traffic.cpu_of(requests, traffic.since(fleet.AT, factor)))


def _extra() -> Any:
    """CPU that no request asked for."""
    requests = traffic.traffic()
    cpu = fleet.plus(traffic.cpu_of(requests), fleet.AT, fleet.AT + 18, 30)
    return traffic.shop(requests, cpu)


def _deployed() -> Any:
    """A level that came with a deployment."""
    higher = fleet.plus(wave(30, 8), fleet.AT, END, 15)
    return fleet.fleet({fleet.CPU: higher}, [fleet.deployment(fleet.AT - 2)])


def _beyond(view: str) -> Any:
    """Four hours beyond the threshold of a view, in the first kind that has its series."""
    known, catalog = builtin_views()[view], builtin_catalog()
    metric = known.series[0]
    kind = known.kinds[0] if known.kinds else next(name for name, each in catalog.items() if metric in each.metrics)
    spec = catalog[kind].metrics[metric]
    part = Part("it", kind, {}, limits={spec.limit: 2000.0} if isinstance(spec.limit, str) else {})
    level = float(known.settings["threshold"]) * ((spec.limit_for(part) or 1.0) if "of_limit" in known.settings else 1)
    down = known.settings.get("side") == "down"
    usual, beyond = (min(level * 4, 96.0), level * 0.6) if down else (level * 0.4, level * 1.08)
    values = usual + level * 0.01 * wave(0)
    values[fleet.AT : fleet.AT + 48] = beyond
    return service_week((part,), {("it", metric, spec.judge): values})


def _held_short(part: Part, free: float, before: float) -> Any:
    """Free memory that falls to so much from a moment on."""
    values = np.where(stores.SLOT >= stores.AT, free, before) * stores.GB + wave(0, noise=0.05) * stores.GB
    return service_week((part,), {(part.name, "freeable_memory", "Minimum"): values})


def _swapping() -> Any:
    """Swap that grows while free memory falls."""
    age = np.maximum(stores.SLOT - REVIEWED + 3 * DAY, 0) / DAY
    free, swap = wave(6, noise=0.03, seed=8) - 0.3 * age, wave(2e7, noise=1e5) + 1e8 * age
    return stores.db_week({stores.FREE: free * stores.GB, stores.SWAP: swap})


def _engine(by_engine: float, by_node: float) -> Any:
    """A cache whose engine and node work so much more for two hours."""
    engine = np.minimum(wave(20, 8) + by_engine * caches.FULL, 96)
    return service_week(
        (caches.SMALL,), {caches.ENGINE: engine, caches.CPU: wave(10, 3, seed=2) + by_node * caches.FULL}
    )


def _misses() -> Any:
    """A hit rate that drops, and a database that pays."""
    busy = wave(25, 8, seed=6) * np.where(caches.LATER, 1.6, 1)
    values = {caches.HITS: wave(94, noise=0.3, seed=5) - 12 * caches.LATER, caches.BEHIND: busy}
    return service_week((caches.CACHE, caches.DATABASE), values)


def _one_task() -> Any:
    """The maximum of memory jumps, the average does not."""
    return fleet.fleet({("web", "memory", "Maximum"): fleet.plus(wave(42, 1, 0.3, seed=3), fleet.AT, END, 20)})


CASES: Mapping[str, Case] = {
    "spike": lambda: _cpu(700, 704, 45),
    "dip": lambda: _requests(730, 740),
    "sustained_high": lambda: _cpu(700, 760, 40),
    "sustained_low": lambda: _requests(700, 760),
    "level_shift": lambda: _cpu(700, END - REVIEWED, 20),
    "growth": lambda: _memory(4.0 * np.maximum(np.arange(END) / DAY - 42, 0)),
    "saturation": lambda: clock.cpu_week(fleet.full(wave(30, 8))),
    "cpu_imbalance": lambda: fleet.fleet({fleet.MOST: fleet.hot()}),
    "cpu_imbalance_suspected": lambda: fleet.fleet({fleet.MOST: fleet.hot()}, parts=(fleet.WEB, fleet.ALB)),
    "cpu_plateau": _plateau,
    "memory_sawtooth": lambda: fleet.fleet({fleet.MEMORY: fleet.teeth(4, 6)}),
    "memory_after_peak": lambda: fleet.fleet(fleet.peaked()),
    "weekly_floor": lambda: fleet.fleet(fleet.weekly(4)),
    "level_after_deployment": _deployed,
    "tasks_below_desired": lambda: fleet.fleet({fleet.RUNNING: fleet.plus(fleet.STEADY, fleet.AT, fleet.AT + 24, -2)}),
    "crash_loop": lambda: fleet.fleet({fleet.RUNNING: fleet.saw()}),
    "oscillation": lambda: fleet.fleet({fleet.CPU: fleet.swinging(wave(30, 8), fleet.AT, fleet.AT + 144)}),
    "cpu_high": lambda: fleet.fleet({fleet.CPU: fleet.plus(wave(30, 8), fleet.AT, fleet.AT + 24, 55)}),
    "memory_of_one_task": _one_task,
    "too_quiet": lambda: fleet.fleet({fleet.CPU: wave(4, 1, 0.2)}),
    "cpu_per_request": lambda: _costs(1.6),
    "cpu_without_traffic": _extra,
    "traffic_without_cpu": lambda: traffic.shop(
        traffic.traffic(fleet.AT, fleet.AT + 12, 2.2), traffic.cpu_of(traffic.traffic())
    ),
    "same_minute": lambda: clock.cpu_week(clock.daily(wave(30, 8), range(42, 49), 108, 110, 40)),
    "batch_drift": lambda: clock.cpu_week(clock.batch(18)),
    "day_mode": lambda: clock.cpu_week(clock.office(wave(40, 20), [42])),
    "metric_gap": lambda: clock.cpu_week(clock.without(wave(30, 8), REVIEWED + 500, REVIEWED + 524)),
    "headroom": lambda: clock.cpu_week(clock.peaks(50, 50, 50, 55, 62, 72, 85)),
    "push_old_capacity": lambda: clock.pushed(10),
    "database_cpu_full": lambda: stores.db_week(
        {stores.CPU: stores.with_added(wave(40, 10), stores.AT, stores.AT + 24, 47)}
    ),
    "writer_jump": lambda: stores.db_week({stores.CPU: stores.dearer(2), stores.CONNECTIONS: wave(80, 10, seed=4)}),
    "reader_idle": lambda: stores.two(0.95),
    "buffer_pool": lambda: stores.db_week(stores.filling(4)),
    "memory_short": lambda: _held_short(stores.RDS, 2.5, 6),
    "memory_short_aurora": lambda: _held_short(stores.WRITER, 3, 28),
    "swapping": _swapping,
    "connections_staircase": lambda: stores.db_week({stores.CONNECTIONS: stores.stairs(back=False)}),
    "credits_out": lambda: stores.db_week({stores.CREDITS: np.maximum(wave(576, noise=0.5) - 300 * stores.AGE, 0)}),
    "engine_full": lambda: _engine(80, 20),
    "small_node_full": lambda: _engine(0, 40),
    "evictions_begin": lambda: caches.evicting(40),
    "hit_rate_drop": _misses,
    "cache_connections": lambda: service_week(
        (caches.CACHE,), {("cache", "connections", "Maximum"): stores.stairs(back=False)}
    ),
    **{
        view: partial(_beyond, view)
        for view in (
            "load_over_vcpus",
            "io_balance",
            "replica_lag",
            "aurora_replica_lag",
            "buffer_cache",
            "lambda_near_timeout",
            "lambda_memory",
            "host_cpu",
        )
    },
}


@cache
def case(view: str) -> tuple[ServiceWeek, Analysis, Finding]:
    """The week of a view with its derived series, what that view alone makes of it, and what it finds first."""
    looked_at = with_derived(CASES[view](), builtin_catalog())
    alone = {view: builtin_views()[view].model_copy(update={"enabled": True})}
    analysis = analyse(looked_at, builtin_catalog(), alone)
    every = (one for each in (*analysis.findings, *analysis.known) for one in (each, *each.members))
    return looked_at, analysis, next(every)
