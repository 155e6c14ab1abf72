"""A Redis node, with the Aurora writer that is asked for what the cache does not hold."""

from dataclasses import dataclass, field

import numpy as np

from sre_lib.model import Service, ServiceWeek
from tests.estate.clock import DAY, HOUR, Clock, Floats
from tests.estate.made import Notes, Series, part, service_week
from tests.estate.noise import Rng, ar1, capped, extreme
from tests.estate.rhythm import Rhythm, load

_GIB = 2.0**30


@dataclass
class Cache:
    """Causes of one cache: `commands` a slot (1: usual peak), `missed` (points of hit rate lost), `filled` (points).

    `extra`: points of the engine's one thread that usual commands do not explain; `evicted` keys a slot.
    """

    name: str
    clock: Clock
    rng: Rng
    rhythm: Rhythm
    commands: Floats
    peak: float
    vcpus: int
    memory_base: float
    hit_rate: float
    notes: Notes = field(default_factory=Notes)
    gaps: dict[str, Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        size = self.clock.size
        self.missed, self.filled = np.zeros(size), np.zeros(size)
        self.extra, self.evicted = np.zeros(size), np.zeros(size)
        self.held = np.zeros(size)

    @classmethod
    def drawn(cls, name: str, clock: Clock, rng: Rng) -> "Cache":
        """Draw a cache; on several vCPUs the node's CPU hides that of the one engine thread."""
        rhythm = Rhythm.drawn(rng, clock)
        vcpus = int(rng.choice([2, 4, 4, 8]))
        peak, base, hits = rng.uniform(6, 45), rng.uniform(25, 70), rng.uniform(82, 98.5)
        return cls(name, clock, rng, rhythm, load(rng, rhythm), peak, vcpus, base, hits)

    @property
    def database(self) -> str:
        """Name of the part behind it."""
        return f"{self.name}-db"

    def made(self) -> ServiceWeek:
        """Work out every metric."""
        series = self._node() | self._database()
        parts = (part(self.name, "elasticache_node_detail"), part(self.database, "aurora_role", connections=2000.0))
        return service_week(Service(self.name, parts), self.clock, series, self.notes, self.gaps)

    def _rate(self) -> Floats:
        noise = ar1(self.rng, self.clock.size, 3 * HOUR, 0.4) + self.rng.normal(0, 0.15, self.clock.size)
        return np.clip(self.hit_rate - self.missed + noise, 0, 100)

    def _node(self) -> Series:
        rng, size, name = self.rng, self.clock.size, self.name
        engine = capped((1 + self.peak * self.commands + self.extra) * np.exp(rng.normal(0, 0.03, size)))
        cpu = 1.5 + engine / self.vcpus * 1.15 + rng.gamma(2, 0.3, size)
        memory = np.clip(self.memory_base + self.filled + ar1(rng, size, DAY, 0.5) + 1.5 * self.rhythm.level, 0, 100)
        free = 2 + 10 * (1 - memory / 130)
        three = np.full(size, 5.0)
        none = np.zeros(size)
        return {
            (name, "engine_cpu", "Average"): engine,
            (name, "engine_cpu", "Maximum"): np.minimum(extreme(rng, engine, three, 0.12), 100),
            (name, "cpu", "Average"): cpu,
            (name, "cpu", "Maximum"): np.minimum(extreme(rng, cpu, three, 0.15), 100),
            (name, "memory", "Average"): memory,
            (name, "memory", "Maximum"): np.minimum(memory + 0.2, 100),
            (name, "evictions", "Sum"): rng.poisson(self.evicted).astype(np.float64),
            (name, "connections", "Maximum"): np.round(120 + 60 * self.rhythm.level + rng.poisson(4, size) + self.held),
            (name, "freeable_memory", "Minimum"): free * _GIB,
            (name, "swap", "Maximum"): np.full(size, 1e6),
            (name, "cache_hit_rate", "Average"): self._rate(),
            (name, "new_connections", "Sum"): rng.poisson(30 * (0.3 + self.commands)).astype(np.float64),
            (name, "bandwidth_in_exceeded", "Sum"): none,
            (name, "bandwidth_out_exceeded", "Sum"): (rng.random(size) < 0.003) * rng.integers(1, 80, size) * 1.0,
            (name, "packets_exceeded", "Sum"): none,
            (name, "replica_lag", "Maximum"): (rng.random(size) < 0.02) * 1.0,
        }

    def _database(self) -> Series:
        rng, size, name = self.rng, self.clock.size, self.database
        missing = (100 - self.hit_rate + self.missed) / (100 - self.hit_rate)
        cpu = capped((4 + 18 * self.commands * missing**0.7) * np.exp(rng.normal(0, 0.04, size)))
        return {
            (name, "cpu", "Average"): np.round(cpu, 3),
            (name, "cpu", "Maximum"): np.minimum(extreme(rng, cpu, np.full(size, 5.0), 0.15), 100),
            (name, "freeable_memory", "Minimum"): 9 * _GIB * (1 + ar1(rng, size, DAY, 0.01)),
            (name, "connections", "Maximum"): np.round(60 + 25 * self.commands + rng.poisson(2, size)),
        }
