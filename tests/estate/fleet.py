"""A fleet of ECS tasks behind a load balancer or a queue: from demand to CPU, memory, latency, errors."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

import numpy as np

from sre_lib.change import Change
from sre_lib.model import Service, ServiceWeek
from tests.estate.clock import DAY, HOUR, Clock, Floats
from tests.estate.made import Notes, Series, part, service_week
from tests.estate.noise import Rng, ar1, capped, extreme, quantile_noise
from tests.estate.rhythm import Nightly, Rhythm, load

_SAMPLES = 15
"""Samples of 20 seconds in a slot, for each task."""


@dataclass
class Fleet:
    """Causes of one fleet, slot by slot; faults and decoys change them before `made` works out the metrics.

    `demand`: requests or messages a slot; `arrive`: the share of it that arrives; `rejected`: the share of
    arrivals that fails before it costs CPU; `cost`: CPU of a request, in units of the usual;
    `extra`: points of the average that no request explains; `hot`: points by which one task is above the others;
    `memory`: points on top of the usual; `lost`: tasks that should run and do not; `swing`: factor on the tasks.
    """

    name: str
    clock: Clock
    rng: Rng
    rhythm: Rhythm
    queue: bool
    insights: bool
    demand: Floats
    per_task: float
    idle: float
    least: int
    most: int
    target: float | None
    memory_base: float
    notes: Notes = field(default_factory=Notes)
    gaps: dict[str, Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        size = self.clock.size
        self.arrive, self.cost, self.swing = np.ones(size), np.ones(size), np.ones(size)
        self.rejected, self.extra, self.hot = np.zeros(size), np.zeros(size), np.zeros(size)
        self.memory, self.lost, self.restarts = np.zeros(size), np.zeros(size), np.zeros(size)
        self.rollout = np.zeros(size)
        self.job: Nightly | None = None
        self.job_points = 0.0
        self._traits()

    @classmethod
    def drawn(cls, name: str, clock: Clock, rng: Rng, queue: bool, insights: bool) -> "Fleet":
        """Draw a fleet: a few tiny ones, most of two to a dozen tasks, some autoscaled."""
        rhythm = Rhythm.drawn(rng, clock)
        scaled = rng.random() < 0.5
        least = int(rng.choice([1, 2, 2, 3, 4, 6])) if scaled else int(rng.choice([1, 2, 2, 3, 4, 6, 8]))
        peak = float(rng.choice([1.0, 1.4, 2.2, 3.0])) * least if scaled else least
        per_task = float(np.exp(rng.uniform(np.log(80), np.log(6000))))
        target = float(rng.choice([40, 50, 60, 70])) if scaled else None
        busy = target if target else rng.uniform(18, 62)
        idle = rng.uniform(0.5, 4)
        demand = load(rng, rhythm) * per_task * peak * (busy - idle) / 50
        return cls(
            name, clock, rng, rhythm, queue, insights, demand, per_task, idle, least,
            most=max(least + 2, round(1.6 * peak)) if scaled else least, target=target,
            memory_base=rng.uniform(22, 68),
        )  # fmt: skip

    def _traits(self) -> None:
        """Draw what is usual for this fleet every day: a nightly job, a minute of log rotation, garbage collection."""
        rng, clock = self.rng, self.clock
        if rng.random() < 0.3:
            self.job, self.job_points = Nightly.drawn(rng, clock), rng.uniform(10, 45)
        self.rotates = rng.integers(DAY) if rng.random() < 0.25 else None
        self.collects_h = float(rng.choice([0, 0, 6, 24]))
        often = rng.choice([0.05, 0.2])
        self.releases: list[int] = []
        for day in range(7 - clock.days, 7):
            if clock.is_workday(day) and rng.random() < often:
                self.release(clock.slot(day, rng.uniform(10, 17)))

    def release(self, at: int) -> None:
        """Deploy: new tasks start beside the old ones, warm up for a few minutes, and their memory is fresh."""
        self.releases.append(at)
        self.rollout[at : at + 2] = 1
        self.extra[at : at + 2] += self.rng.uniform(2, 9)
        start = self.clock.time(at)
        title = f"{self.name} v{len(self.releases)}"
        self.notes.changes.append(
            Change(f"{self.name}/{at}", start, start + timedelta(minutes=10), "deployment", self.name, title)
        )

    @property
    def own(self) -> tuple[str, ...]:
        """Names of the parts of its own."""
        return (self.name, f"{self.name}-tasks") if self.insights else (self.name,)

    @cached_property
    def peak_cpu(self) -> float:
        """Average CPU that the busiest usual hours of the history come to, in percent, before anything is planted."""
        first = self.clock.first
        return float(np.percentile(self.work()[:first] / self.tasks()[:first], 99)) + self.idle

    def served(self) -> Floats:
        """Return the requests of each slot that cost CPU."""
        return self.demand * self.arrive * (1 - self.rejected)

    def work(self) -> Floats:
        """Return the points of CPU that is wanted, all tasks together."""
        job = self.job_points * self.job.at_work(self.clock) if self.job else 0.0
        return 50 * self.served() * self.cost / self.per_task + (self.extra + job) * self.least

    def tasks(self) -> Floats:
        """Return the tasks that the service wants: out at once, in after a quarter of an hour, as target tracking."""
        if self.target is None:
            return np.full(self.clock.size, float(self.least))
        wanted = np.ceil(self.work() / (self.target - self.idle) - 0.05)
        now, quiet = self.least, 0
        found = []
        for want in np.clip(wanted, self.least, self.most).astype(int).tolist():
            found.append(now)
            quiet = quiet + 1 if want < now else 0
            if want > now or quiet >= 3:
                now, quiet = want, 0
        return np.clip(np.round(np.asarray(found) * self.swing), 1, self.most)

    def made(self) -> ServiceWeek:
        """Work out every metric."""
        tasks = self.tasks()
        running = np.maximum(tasks - self.lost, 0)
        wanted = self.idle + self.work() / np.maximum(running, 0.5)
        front = self._queue(wanted) if self.queue else self._balancer(wanted, running)
        series = self._service(wanted, running) | front
        parts = [part(self.name, "ecs_service")]
        if self.insights:
            series |= self._insights(series, tasks, running)
            limits = {"task_cpu_units": 1024.0, "task_memory_mb": 2048.0}
            limits |= {"max_tasks": float(self.most)} if self.target else {}
            parts.append(part(f"{self.name}-tasks", "ecs_container_insights_detail", **limits))
        front_kind = "sqs_queue" if self.queue else "alb_target_group"
        parts.append(part(f"{self.name}-{'queue' if self.queue else 'alb'}", front_kind))
        return service_week(Service(self.name, tuple(parts)), self.clock, series, self.notes, self.gaps)

    def _service(self, wanted: Floats, running: Floats) -> Series:
        """Return CPU and memory of the service: Average over tasks, Maximum the extreme sample of any."""
        rng, size = self.rng, self.clock.size
        average = capped(wanted * np.exp(rng.normal(0, 0.015, size)) + self.hot / np.maximum(running, 1))
        starts = np.maximum(np.diff(running, prepend=running[0]), 0) > 0
        highest = extreme(rng, average, running * _SAMPLES, rng.uniform(0.06, 0.22))
        highest = np.where(starts | (self.rollout > 0), np.maximum(highest, rng.uniform(60, 100, size)), highest)
        highest = np.where(rng.random(size) < 0.004, np.maximum(highest, rng.uniform(30, 95, size)), highest)
        if self.rotates is not None:
            minute = np.arange(size) % DAY == self.rotates
            highest = np.where(minute, np.maximum(highest, 85 + rng.normal(0, 4, size)), highest)
        highest = np.minimum(np.maximum(highest, average + self.hot), 100.0)
        memory = self._memory(running)
        most: Floats = memory + rng.uniform(0.2, 2.5) + np.abs(rng.normal(0, 0.3, size))
        gone: Floats = np.where(running > 0, 0.0, np.nan)
        return {
            (self.name, "cpu", "Average"): np.round(average, 4) + gone,
            (self.name, "cpu", "Maximum"): np.round(highest, 4) + gone,
            (self.name, "cpu", "SampleCount"): running * _SAMPLES + gone,
            (self.name, "memory", "Average"): np.round(np.minimum(memory, np.float64(99.9)), 4) + gone,
            (self.name, "memory", "Maximum"): np.round(np.minimum(most, np.float64(100)), 4) + gone,
        }

    def _memory(self, running: Floats) -> Floats:
        """Return memory in percent: base, a little with the load, what garbage collection leaves, what is planted."""
        rng, size = self.rng, self.clock.size
        a_task = self.served() / np.maximum(running, 1) / self.per_task
        memory = self.memory_base + 2.5 * np.sqrt(a_task) + ar1(rng, size, 8 * HOUR, 0.5) + rng.normal(0, 0.15, size)
        if self.collects_h:
            slots = self.collects_h * HOUR
            memory += 4 * ((np.arange(size) + rng.integers(DAY)) % slots) / slots
        released = np.zeros(size)
        for at in self.releases:
            released += 3 * np.exp(-(np.arange(size) - at) / (5 * HOUR)) * (np.arange(size) >= at)
        return memory - np.minimum(released, 4) + self.memory

    def _insights(self, series: Series, tasks: Floats, running: Floats) -> Series:
        """Return Container Insights: the same in units and megabytes, the counts of tasks, restarts."""
        name = f"{self.name}-tasks"
        cpu, highest = series[self.name, "cpu", "Average"], series[self.name, "cpu", "Maximum"]
        memory, most = series[self.name, "memory", "Average"], series[self.name, "memory", "Maximum"]
        during = np.where(self.rollout > 0, 2.0, 1.0)
        steady = np.ones(self.clock.size)
        return {
            (name, "cpu_units", "Average"): 10.24 * cpu,
            (name, "cpu_units", "Maximum"): 10.24 * (cpu + 0.6 * (highest - cpu)),
            (name, "memory_used", "Average"): 20.48 * memory,
            (name, "memory_used", "Maximum"): 20.48 * most,
            (name, "cpu_reserved", "Average"): 1024 * steady,
            (name, "memory_reserved", "Average"): 2048 * steady,
            (name, "running_tasks", "Minimum"): running,
            (name, "running_tasks", "Maximum"): np.maximum(running, tasks * (self.lost == 0)) + (self.rollout > 0),
            (name, "desired_tasks", "Maximum"): tasks,
            (name, "pending_tasks", "Maximum"): np.maximum(self.rollout, np.minimum(self.lost, tasks)),
            (name, "deployments", "Maximum"): during,
            (name, "network_in", "Average"): 900 * self.served() + self.rng.normal(4000, 300, self.clock.size),
            (name, "network_out", "Average"): 4200 * self.served() + self.rng.normal(4000, 300, self.clock.size),
            (name, "restarts", "Sum"): self.restarts + (self.rng.random(self.clock.size) < 2e-4),
        }

    def _balancer(self, wanted: Floats, running: Floats) -> Series:
        """Return what customers meet: requests, p99 of latency, errors; all fail where no task runs."""
        rng, name = self.rng, f"{self.name}-alb"
        requests = rng.poisson(self.demand * self.arrive).astype(np.float64)
        busy = np.minimum(wanted / 100, 4)
        queueing = 0.5 * busy + 2.2 * np.clip(busy - 0.75, 0, 1) + 3.0 * np.clip(busy - 0.98, 0, 0.5)
        latency = 0.05 * (1 + self.memory_base / 30) * np.exp(queueing) * quantile_noise(rng, requests)
        failing = 4e-5 * np.exp(ar1(rng, self.clock.size, 2 * HOUR, 0.6)) + 0.3 * np.clip(busy - 1.1, 0, 1)
        share = np.where(running > 0, np.clip(failing + self.rejected, 0, 1), 1)
        return {
            (name, "requests", "Sum"): requests,
            (name, "latency", "p99"): np.where((requests > 0) & (running > 0), np.minimum(latency, 30), np.nan),
            (name, "errors_5xx", "Sum"): rng.binomial(requests.astype(np.int64), share).astype(np.float64),
            (name, "healthy_hosts", "Minimum"): running,
        }

    def _queue(self, wanted: Floats) -> Series:
        """Return the queue: what waits is what the tasks have no CPU left for."""
        rng, name = self.rng, f"{self.name}-queue"
        sent = rng.poisson(self.demand * self.arrive).astype(np.float64)
        worked_off = np.clip(1 - 0.9 * np.maximum(wanted - 97, 0) / np.maximum(wanted, 1), 0.05, 1)
        backlog, now = [], 0.0
        for came, share in zip(sent.tolist(), worked_off.tolist(), strict=True):
            now = max(0.0, now + came * (1 - share) - (0.3 * came if share >= 1 else 0))
            backlog.append(now)
        waiting = np.round(np.asarray(backlog) + rng.exponential(0.004, self.clock.size) * sent)
        rate = np.maximum(sent / 300, 0.01)
        return {
            (name, "oldest_message", "Maximum"): np.round(waiting / rate + rng.exponential(2, self.clock.size)),
            (name, "backlog", "Maximum"): waiting,
            (name, "in_flight", "Maximum"): np.round(0.01 * sent + rng.poisson(1, self.clock.size)),
            (name, "messages_sent", "Sum"): sent,
            (name, "messages_deleted", "Sum"): np.maximum(sent - np.diff(waiting, prepend=waiting[0]), 0),
        }
