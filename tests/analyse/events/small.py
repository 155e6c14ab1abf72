"""Pushes that the law holds for exactly: a recipient brings 1/64 requests a minute, each takes 1/16 point of a task."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sre_lib.analyse.events.observed import Observed, Reading, ResourceKey

CPU = ResourceKey("web", "web", "cpu")
DISK = ResourceKey("db", "db", "free")
SENT = datetime(2026, 9, 1, 11, tzinfo=UTC)


def push(day: int, audience: int, base: float = 2048.0, more: float = 0.0, tasks: float = 8.0) -> Observed:
    """Return a push on a day, which brought so many `more` requests than the law says."""
    requests = base + audience / 64 + more
    cpu = Reading(
        value=8 + requests / 16 / tasks,
        base=8 + base / 16 / tasks,
        limit=100.0,
        unit="%",
        tasks_before=tasks,
        tasks_at_peak=tasks,
        tasks_most=20.0,
        lag_min=float(2 + day % 3),
    )
    free = Reading(value=64 - requests / 256, base=64 - base / 256, limit=16.0, unit="GiB", falls=True)
    return Observed(SENT + timedelta(days=day), requests, base, audience, {CPU: cpu, DISK: free})


def pushes(*more: float) -> list[Observed]:
    """Return pushes to 64,000 people each, a day apart, on levels that differ."""
    return [push(day, 64_000, 2048.0 + 64 * day, each) for day, each in enumerate(more)]


def with_cpu(one: Observed, **changes: float) -> Observed:
    """Return a push with another reading of the CPU."""
    reading = Reading(**{**vars(one.resources[CPU]), **changes})
    return replace(one, resources={**one.resources, CPU: reading})


def scaled(several: Sequence[Observed], by: float) -> list[Observed]:
    """Return pushes with requests counted in another unit."""
    return [replace(each, requests=each.requests * by, base=each.base * by) for each in several]
