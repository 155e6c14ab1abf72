"""Databases: an Aurora writer with its reader, and a burstable RDS instance that lives on credits."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from sre_lib.model import Service, ServiceWeek
from tests.estate.clock import DAY, HOUR, Clock, Floats
from tests.estate.made import Notes, Series, part, service_week
from tests.estate.noise import Rng, ar1, capped, extreme
from tests.estate.rhythm import Nightly, Rhythm, load

_GIB = 2.0**30
_EARNED = 24 / HOUR
"""Credits that a t3.medium earns in a slot; it holds 576 of them (Amazon EC2, CPU credits)."""
_MOST_CREDITS = 576.0


@dataclass
class Database:
    """Causes of one database: `queries` a slot (1: usual peak), points of CPU on top, memory taken in bytes.

    `moved`: the share of the reader's queries that go to the writer instead; `dearer`: factor on the CPU of a query.
    """

    name: str
    clock: Clock
    rng: Rng
    rhythm: Rhythm
    burstable: bool
    queries: Floats
    peak: float
    ram: float
    pool: float
    most_connections: float
    notes: Notes = field(default_factory=Notes)
    gaps: dict[str, Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        size = self.clock.size
        self.dearer, self.moved = np.ones(size), np.zeros(size)
        self.extra, self.taken, self.swapped = np.zeros(size), np.zeros(size), np.zeros(size)
        self.held = np.zeros(size)
        self.job = Nightly.drawn(self.rng, self.clock)
        self.job_points = float(self.rng.choice([0, 8, 20, 35]))
        self.reader_share = self.rng.uniform(0.35, 1.1)

    @classmethod
    def drawn(cls, name: str, clock: Clock, rng: Rng, burstable: bool) -> "Database":
        """Draw a database."""
        rhythm = Rhythm.drawn(rng, clock)
        peak = rng.uniform(8, 19) if burstable else rng.uniform(15, 55)
        ram = 4 * _GIB if burstable else float(rng.choice([16, 32, 64])) * _GIB
        pool, most = float(rng.choice([20, 60, 120])), float(rng.choice([1000, 2000]))
        return cls(name, clock, rng, rhythm, burstable, load(rng, rhythm), peak, ram, pool, most)

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of its parts, the writer first."""
        return (self.name,) if self.burstable else (self.name, f"{self.name}-reader")

    @cached_property
    def peak_cpu(self) -> float:
        """CPU of the writer in the busiest usual hours of the history, in percent."""
        return float(np.percentile(self._wanted()[: self.clock.first], 99))

    def _wanted(self) -> Floats:
        """Return the points of CPU that the writer wants."""
        own = self.peak * self.queries * self.dearer + self.job_points * self.job.at_work(self.clock) + self.extra
        return 2 + own + self.moved * self.reader_share * self.peak * self.queries

    def made(self) -> ServiceWeek:
        """Work out every metric."""
        limits = {"connections": self.most_connections, "vcpus": 2.0}
        if self.burstable:
            series = self._common(self.name, self._wanted(), 1.0) | self._instance()
            one = part(self.name, "rds_instance_detail", **limits)
            return service_week(Service(self.name, (one,)), self.clock, series, self.notes, self.gaps)
        reader = f"{self.name}-reader"
        reads = 2 + (1 - self.moved) * self.reader_share * self.peak * self.queries
        series = self._common(self.name, self._wanted(), 1.0) | self._aurora(self.name)
        series |= self._common(reader, reads, 1 - 0.8 * self.moved) | self._aurora(reader)
        kinds = {self.name: "aurora_role_detail", reader: "aurora_role_detail"}
        parts = tuple(part(name, kind, connections=self.most_connections) for name, kind in kinds.items())
        return service_week(Service(self.name, parts), self.clock, series, self.notes, self.gaps)

    def _common(self, name: str, wanted: Floats, used: Floats | float) -> Series:
        """Return CPU, free memory and connections, which every kind has; only the first part's memory is changed."""
        rng, size = self.rng, self.clock.size
        own = name == self.name
        cpu = capped(wanted * np.exp(rng.normal(0, 0.03, size)))
        free = 0.28 * self.ram * (1 + ar1(rng, size, DAY, 0.02) - 0.04 * self.queries) - (self.taken if own else 0)
        connections = self.pool * (0.7 + 0.3 * self.queries) * used + rng.poisson(2, size) + (self.held if own else 0)
        return {
            (name, "cpu", "Average"): np.round(cpu, 3),
            (name, "cpu", "Maximum"): np.minimum(np.round(extreme(rng, cpu, np.full(size, 5.0), 0.12), 3), 100),
            (name, "freeable_memory", "Minimum"): np.round(np.maximum(free, 0.01 * self.ram) / 4096) * 4096,
            (name, "connections", "Maximum"): np.round(np.minimum(connections, self.most_connections)),
            (name, "swap", "Maximum"): np.round((self.swapped if own else 0) + 12e6 + ar1(rng, size, DAY, 1e5)),
        }

    def _aurora(self, name: str) -> Series:
        """Return what Aurora has besides."""
        rng, size = self.rng, self.clock.size
        slow = np.exp(0.2 * self.queries + rng.normal(0, 0.08, size)) * self.dearer
        return {
            (name, "aurora_replica_lag", "Maximum"): 14 + rng.gamma(3, 3, size),
            (name, "commit_latency", "Average"): 2.2 * np.exp(0.2 * self.queries + rng.normal(0, 0.1, size)),
            (name, "select_latency", "Average"): 0.4 * slow,
            (name, "cache_hit_ratio", "Minimum"): np.minimum(99.7 + ar1(rng, size, DAY, 0.05), 100),
            (name, "deadlocks", "Average"): (rng.random(size) < 0.002) * 0.0033,
            (name, "free_local_storage", "Minimum"): 50 * _GIB + ar1(rng, size, DAY, 0.3 * _GIB),
        }

    def _instance(self) -> Series:
        """Return what an RDS instance has besides; its credits are spent above a fifth of each vCPU."""
        rng, size, name = self.rng, self.clock.size, self.name
        busy = self._wanted() / 100
        now, credits_ = _MOST_CREDITS, []
        for spent in (busy * 10).tolist():
            now = min(_MOST_CREDITS, max(0.0, now + _EARNED - spent))
            credits_.append(now)
        stored = 400 * _GIB - 0.4 * _GIB * self.clock.age_weeks * 7 + ar1(rng, size, DAY, 0.05 * _GIB)
        load_ = busy * 2 * np.exp(rng.normal(0, 0.1, size))
        return {
            (name, "free_storage", "Minimum"): stored,
            (name, "read_latency", "Average"): 0.0008 * np.exp(rng.normal(0, 0.2, size)),
            (name, "write_latency", "Average"): 0.0012 * np.exp(rng.normal(0, 0.2, size)),
            (name, "db_load", "Average"): 1.15 * load_,
            (name, "db_load", "Maximum"): 1.15 * load_ * np.exp(np.abs(rng.normal(0, 0.3, size))),
            (name, "db_load_cpu", "Average"): load_,
            (name, "cpu_credits", "Minimum"): np.round(np.asarray(credits_), 2),
            (name, "burst_balance", "Minimum"): np.minimum(100 + ar1(rng, size, HOUR, 0.2), 100),
        }
