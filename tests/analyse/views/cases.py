"""For each view the week in which an expert would see it: what is drawn, told and measured again is tested on these."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np

from sre_lib.analyse.analyse import analyse
from sre_lib.analyse.derived import with_derived
from sre_lib.catalog import builtin_catalog
from sre_lib.model import Analysis, Finding, ServiceWeek
from sre_lib.views import builtin_views
from tests.analyse.views import test_compute as fleet
from tests.analyse.views import test_efficiency as traffic
from tests.analyse.views import test_time as clock
from tests.analyse.views.shop import DAY, INDEX, REVIEWED, wave

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
}


@cache
def case(view: str) -> tuple[ServiceWeek, Analysis, Finding]:
    """The week of a view with its derived series, what that view alone makes of it, and what it finds first."""
    looked_at = with_derived(CASES[view](), builtin_catalog())
    alone = {view: builtin_views()[view].model_copy(update={"enabled": True})}
    analysis = analyse(looked_at, builtin_catalog(), alone)
    return looked_at, analysis, analysis.findings[0]
