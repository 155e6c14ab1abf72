"""Decoys: what a tool cries about and an SRE waves through, since it is known, usual, planned or tiny."""

from datetime import timedelta

import numpy as np

from sre_lib.change import Change
from sre_lib.event import Event
from tests.estate.cache import Cache
from tests.estate.clock import DAY, HOUR
from tests.estate.database import Database
from tests.estate.fault import Fault, lerp
from tests.estate.faults_fleet import moment
from tests.estate.fleet import Fleet
from tests.estate.function import Function
from tests.estate.made import Planted
from tests.estate.noise import ar1

Any = Fleet | Database | Cache | Function


def _decoy(kind: str, one: Any, first: int, last: int, size: float = 0.0) -> Planted:
    last = min(last, one.clock.size)
    return Planted(kind, one.name, frozenset(), (), one.clock.time(first), one.clock.time(last), size, is_fault=False)


def push(one: Fleet, size: float) -> Planted:
    """A push notification in the list of events: customers come within minutes and leave within the hour."""
    clock = one.clock
    first, _ = moment(one, float(one.rng.choice([8, 12, 19, 20])), 10)
    after = np.arange(clock.size) - first
    one.demand *= 1 + lerp(0.6, 2.2, size) * (after >= 0) * np.exp(-np.maximum(after, 0) / 4)
    start = clock.time(first)
    one.notes.events.append(Event(start, start + timedelta(minutes=40), "push", "Evening push", (one.name,), 400_000))
    return _decoy("known push", one, first, first + HOUR, size)


def sale(one: Fleet, size: float) -> Planted:
    """A sale or a load test that was announced: hours of more traffic."""
    clock = one.clock
    first = clock.slot(int(one.rng.integers(0, 6)), one.rng.uniform(9, 16))
    last = first + round(one.rng.uniform(3, 12) * HOUR)
    one.demand *= 1 + lerp(0.4, 1.2, size) * clock.between(first, last)
    kind = str(one.rng.choice(["sale", "load_test"]))
    one.notes.events.append(Event(clock.time(first), clock.time(last), kind, "Planned", (one.name,)))
    return _decoy(f"planned {kind}", one, first, last, size)


def blip(one: Fleet, size: float) -> Planted:
    """A deployment: its tasks warm up for some minutes, and that is all."""
    first = one.clock.slot(int(one.rng.integers(0, 5)), one.rng.uniform(10, 17))
    one.release(first)
    one.extra[first : first + 3] += lerp(8, 40, size)
    return _decoy("deployment blip", one, first, first + 4, size)


def filling_pool(one: Database, size: float) -> Planted:
    """After a restart the buffer pool fills for a day: free memory falls, then is flat; swap does not move."""
    clock = one.clock
    first = clock.slot(int(one.rng.integers(0, 6)), one.rng.uniform(2, 5))
    age = np.arange(clock.size) - first
    one.taken -= lerp(0.25, 0.55, size) * one.ram * np.exp(-np.maximum(age, 0) / (9 * HOUR)) * (age >= 0)
    for minutes, title in ((0, "DB instance shutdown"), (3, "DB instance restarted")):
        at = clock.time(first) + timedelta(minutes=minutes)
        one.notes.changes.append(Change(f"{one.name}/{title}", at, at, "database", one.name, title))
    return _decoy("buffer pool filling", one, first, first + 2 * DAY, size)


def tiny(one: Function | Fleet, size: float) -> Planted:
    """Twice or five times next to nothing: two requests become ten, 1 % of CPU becomes 3 %."""
    clock = one.clock
    first = clock.slot(int(one.rng.integers(0, 6)), one.rng.uniform(0, 20))
    last = first + round(one.rng.uniform(1, 30) * HOUR)
    one.demand *= 1 + lerp(1, 4, size) * clock.between(first, last)
    return _decoy("tiny change", one, first, last, size)


def growth(one: Fleet, size: float) -> Planted:
    """Business goes well: some percent a week, with room enough above."""
    one.demand *= (1 + lerp(0.02, 0.04, size)) ** one.clock.age_weeks
    return _decoy("organic growth", one, one.clock.first, one.clock.size, size)


def short_gap(one: Any, size: float) -> Planted:
    """One or two datapoints are missing, as now and then they are."""
    at = one.clock.first + np.sort(one.rng.integers(0, 7 * DAY, 3))
    gap = np.zeros(one.clock.size)
    for first in at:
        gap[first : first + int(one.rng.integers(1, 3))] = 1
    parts = one.own if isinstance(one, Fleet) else (one.name,)
    for part in parts:
        one.gaps[part] = gap
    return _decoy("short gaps", one, int(at[0]), int(at[-1]) + 2, size)


def noisy(one: Fleet, size: float) -> Planted:
    """A service that is never calm: a crawler's load, in history as in the week."""
    one.extra += np.maximum(ar1(one.rng, one.clock.size, 4, lerp(2, 6, size)), 0)
    one.demand *= np.exp(one.rng.standard_t(3, one.clock.size) * lerp(0.08, 0.2, size))
    return _decoy("noisy service", one, one.clock.first, one.clock.size, size)


def cache_fills(one: Cache, size: float) -> Planted:
    """A cache with expiry fills after a flush and levels off under its limit; nothing is evicted."""
    clock = one.clock
    first = clock.slot(int(one.rng.integers(-3, 2)), one.rng.uniform(8, 18))
    at = np.arange(clock.size)
    target = lerp(10, 28, size)
    one.filled += target * (1 - np.exp(-np.maximum(at - first, 0) / (1.2 * DAY))) * (at >= first)
    return _decoy("cache fills", one, first, clock.size, size)


def usual_batch(one: Database, size: float) -> Planted:
    """A batch that nobody listed, each night at about this time, now longer, now shorter."""
    one.job_points = lerp(30, 60, size)
    one.job.starts += one.rng.uniform(-15, 15, one.clock.days)
    return _decoy("usual batch", one, one.clock.first, one.clock.size, size)


def _low(one: object) -> bool:
    return (isinstance(one, Function) and one.demand.max() < 60) or (isinstance(one, Fleet) and one.peak_cpu < 8)


DECOYS = (
    Fault("push", lambda one: isinstance(one, Fleet), push, 2),
    Fault("sale", lambda one: isinstance(one, Fleet), sale),
    Fault("blip", lambda one: isinstance(one, Fleet), blip),
    Fault("filling pool", lambda one: isinstance(one, Database) and not one.burstable, filling_pool),
    Fault("tiny", _low, tiny, 2),
    Fault("growth", lambda one: isinstance(one, Fleet) and one.peak_cpu < 50, growth),
    Fault("short gap", lambda _: True, short_gap),
    Fault("noisy", lambda one: isinstance(one, Fleet) and one.peak_cpu < 50, noisy),
    Fault("cache fills", lambda one: isinstance(one, Cache) and one.memory_base < 65, cache_fills),
    Fault("usual batch", lambda one: isinstance(one, Database), usual_batch),
)
