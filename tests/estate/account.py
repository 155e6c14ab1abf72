"""One estate: a company's services with a handful of faults among decoys, and its answer key."""

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from sre_lib.model import ServiceWeek
from tests.estate.cache import Cache
from tests.estate.clock import Clock
from tests.estate.database import Database
from tests.estate.decoys import DECOYS
from tests.estate.fault import Fault
from tests.estate.faults_fleet import FAULTS as FLEET_FAULTS
from tests.estate.faults_stores import FAULTS as STORE_FAULTS
from tests.estate.fleet import Fleet
from tests.estate.function import Function
from tests.estate.made import Planted

Causes = Fleet | Database | Cache | Function

FLEETS = (
    "web", "api", "search", "cart", "checkout", "payment", "login", "catalog", "pricing", "stock", "reviews", "coupon",
    "admin", "partner-api", "image-proxy", "recommend", "mypage", "bff",
)  # fmt: skip
WORKERS = ("mailer", "indexer", "shipping", "billing", "push-sender")
FUNCTIONS = ("thumbnail", "webhook", "export-csv", "fraud-check", "slack-notify")
CLUSTERS = ("orders-db", "members-db", "items-db", "analytics-db")
BURSTABLE = ("cms-db", "batch-db", "staff-db")
CACHES = ("session", "page-cache", "stock-cache", "rank-cache", "token-cache")


@dataclass(frozen=True)
class Estate:
    """An account in one week, and what was planted in it."""

    seed: int
    clock: Clock
    services: tuple[ServiceWeek, ...]
    key: tuple[Planted, ...]

    @property
    def faults(self) -> tuple[Planted, ...]:
        """What is to be found."""
        return tuple(each for each in self.key if each.is_fault)


def estate(seed: int, services: int = 40, faults: int = 6, decoys: int = 7) -> Estate:
    """Return an estate; fewer services are spread over the same kinds."""
    rng = np.random.default_rng([seed, 2026])
    clock = Clock.drawn(rng)
    causes = unplanted(seed, clock, services)
    key, free = _planted(rng, causes, (*FLEET_FAULTS, *STORE_FAULTS), faults)
    lures, _ = _planted(rng, free, DECOYS, decoys, again=True)
    return Estate(seed, clock, tuple(each.made() for each in causes), (*key, *lures))


def unplanted(seed: int, clock: Clock, services: int) -> list[Causes]:
    """Return the causes of all services, nothing planted yet."""
    return [_causes(name, kind, clock, seed) for name, kind in _picked(services)]


def _picked(number: int) -> list[tuple[str, str]]:
    """Return names with their kinds, evenly over all kinds."""
    kinds = {"fleet": FLEETS, "worker": WORKERS, "function": FUNCTIONS, "cluster": CLUSTERS, "burstable": BURSTABLE}
    every = [(name, kind) for kind, names in (kinds | {"cache": CACHES}).items() for name in names]
    return [every[at * len(every) // number] for at in range(number)]


def _causes(name: str, kind: str, clock: Clock, seed: int) -> Causes:
    """Draw one service; its draws depend on nothing but seed and name."""
    rng = np.random.default_rng([seed, crc32(name.encode())])
    if kind in {"fleet", "worker"}:
        return Fleet.drawn(name, clock, rng, queue=kind == "worker", insights=rng.random() < 0.6)
    if kind == "function":
        return Function.drawn(name, clock, rng)
    if kind == "cache":
        return Cache.drawn(name, clock, rng)
    return Database.drawn(name, clock, rng, burstable=kind == "burstable")


def _planted(
    rng: np.random.Generator, causes: Sequence[Causes], kinds: Sequence[Fault], wanted: int, *, again: bool = False
) -> tuple[list[Planted], list[Causes]]:
    """Plant so many, each in a service of its own; return them and the services that stayed free."""
    free = list(causes)
    key: list[Planted] = []
    left = list(kinds)
    while len(key) < wanted and left:
        weights = np.array([each.weight for each in left])
        kind = left[int(rng.choice(len(left), p=weights / weights.sum()))]
        fitting = [each for each in free if kind.fits(each)]
        if fitting:
            one = fitting[int(rng.integers(len(fitting)))]
            key.append(kind.plant(one, float(rng.random())))
            free.remove(one)
        if not (again and fitting):
            left.remove(kind)
    return key, free
