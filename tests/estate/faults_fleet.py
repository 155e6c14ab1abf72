"""Faults of fleets of tasks: what goes wrong in which way, where an SRE sees it, from moderate to clear.

Sizes are `low + (high - low) x size` with a size of 0 (moderate: an expert would bring it up) to 1 (clear: nobody
misses it). Times are such as people have: leaks since a release, dips by day, runaways at any hour.
"""

import numpy as np

from tests.estate.clock import DAY, HOUR
from tests.estate.fault import Fault, lerp, planted
from tests.estate.fleet import Fleet
from tests.estate.made import Planted, Signs

CPU, MEMORY = ("cpu", "cpu_units"), ("memory", "memory_used")
TASKS = ("running_tasks", "desired_tasks", "pending_tasks")


def signs_of(fleet: Fleet, *metrics: str) -> Signs:
    """Return these metrics at every part of the fleet."""
    parts = (*fleet.own, f"{fleet.name}-alb", f"{fleet.name}-queue")
    return frozenset((part, metric) for part in parts for metric in metrics)


def moment(fleet: Fleet, hour: float, minutes: float) -> tuple[int, int]:
    """Return slots of a moment on a random day of the week around a local hour."""
    rng, clock = fleet.rng, fleet.clock
    first = clock.slot(int(rng.integers(7)), (hour + rng.uniform(-1, 1)) % 23)
    return first, first + max(2, round(minutes / 5))


def onset(fleet: Fleet, least: int, most: int) -> int:
    """Return a slot in working hours, so many whole days from the start of the week (negative: before it)."""
    return fleet.clock.slot(int(fleet.rng.integers(least, most + 1)), fleet.rng.uniform(10, 18))


def hot_task(fleet: Fleet, size: float) -> Planted:
    """One task is busy, the others are not: a sticky session, one partition; the average hides it."""
    first, last = moment(fleet, fleet.rhythm.busy_hour(), lerp(60, 360, fleet.rng.random()))
    fleet.hot += lerp(38, 60, size) * fleet.clock.between(first, last)
    signs = signs_of(fleet, *CPU)
    return planted("hot task", fleet.name, fleet.clock, signs, (1, 41), (first, last), size)


def plateau(fleet: Fleet, size: float) -> Planted:
    """Requests get dear at the peak and every task is full: a flat line at the ceiling, latency up."""
    first, last = moment(fleet, fleet.rhythm.busy_hour(), lerp(60, 180, fleet.rng.random()))
    inside = slice(first, last)
    before = fleet.work()[inside].mean() / fleet.most
    fleet.cost[inside] *= lerp(108, 150, size) / max(before, 1)
    signs = signs_of(fleet, *CPU, *TASKS, "latency", "errors_5xx", "backlog", "oldest_message", "healthy_hosts")
    return planted("plateau at the ceiling", fleet.name, fleet.clock, signs, (2, 3, 13, 42), (first, last), size)


def leak(fleet: Fleet, size: float) -> Planted:
    """Memory rises without end from a release on, and tasks restart when it is full: sooner each week."""
    clock = fleet.clock
    first = onset(fleet, -14, -1)
    per_day = lerp(2.2, 9, size)
    leaked, now, pace = np.zeros(clock.size), 0.0, 1.0
    for at in range(first, clock.size):
        now += per_day / DAY * pace
        if fleet.memory_base + now > 93:
            now, pace = 0.0, pace * 1.25
            fleet.restarts[at] += fleet.least
        leaked[at] = now
    fleet.memory += leaked
    span = (first, clock.size)
    return planted("leak", fleet.name, clock, signs_of(fleet, *MEMORY, "restarts", *TASKS), (4,), span, size)


def memory_step(fleet: Fleet, size: float) -> Planted:
    """At a peak the allocator takes pages that it never gives back."""
    first = fleet.clock.slot(int(fleet.rng.integers(0, 5)), fleet.rhythm.busy_hour())
    at = np.arange(fleet.clock.size)
    fleet.memory += lerp(7, 18, size) * np.clip((at - first) / 6, 0, 1)
    span = (first, fleet.clock.size)
    return planted("memory step", fleet.name, fleet.clock, signs_of(fleet, *MEMORY), (5, 8), span, size)


def rising_floor(fleet: Fleet, size: float) -> Planted:
    """Each week's release needs a little more: the floor rises week by week, nobody looks at one of them."""
    clock = fleet.clock
    day = int(fleet.rng.integers(0, 4))
    steps = [clock.slot(day - 7 * back, 14) for back in (3, 2, 1, 0)]
    for at in steps:
        fleet.memory += lerp(2.2, 5, size) * clock.between(at, clock.size)
        fleet.release(at)
    span = (steps[0], clock.size)
    return planted("weekly floor rising", fleet.name, clock, signs_of(fleet, *MEMORY), (7, 8), span, size)


def dear_release(fleet: Fleet, size: float) -> Planted:
    """A release makes each request dearer: CPU steps up, or where it is autoscaled the number of tasks."""
    first = onset(fleet, 0, 4)
    fleet.release(first)
    fleet.cost *= 1 + (lerp(1.35, 2.0, size) - 1) * fleet.clock.between(first, fleet.clock.size)
    signs = signs_of(fleet, *CPU, *TASKS, "healthy_hosts", "latency")
    span = (first, fleet.clock.size)
    return planted("dear release", fleet.name, fleet.clock, signs, (8, 9), span, size)


def creeping_cost(fleet: Fleet, size: float) -> Planted:
    """Requests get dearer by degrees, with no release to blame: a table that grows, a cache that helps less."""
    first = onset(fleet, -10, -3)
    at = np.arange(fleet.clock.size)
    fleet.cost *= 1 + lerp(0.3, 0.8, size) * np.clip((at - first) / (6 * DAY), 0, 1)
    signs = signs_of(fleet, *CPU, *TASKS, "healthy_hosts", "latency")
    span = (first, fleet.clock.size)
    return planted("dearer requests", fleet.name, fleet.clock, signs, (9,), span, size)


def runaway(fleet: Fleet, size: float) -> Planted:
    """CPU that no request explains: a stuck thread pool, a report somebody started, a scraper's regular expression."""
    first, last = moment(fleet, fleet.rng.uniform(0, 23), lerp(40, 180, fleet.rng.random()))
    fleet.extra += lerp(20, 48, size) * fleet.clock.between(first, last)
    signs = signs_of(fleet, *CPU, *TASKS, "latency", "healthy_hosts")
    return planted("CPU without traffic", fleet.name, fleet.clock, signs, (10,), (first, last), size)


def rejected(fleet: Fleet, size: float) -> Planted:
    """Requests come in numbers, are refused at once and cost nothing: 5xx up, CPU flat or down."""
    first, last = moment(fleet, fleet.rhythm.busy_hour(), lerp(30, 120, fleet.rng.random()))
    inside = fleet.clock.between(first, last)
    fleet.arrive *= 1 + lerp(0.5, 1.8, size) * inside
    fleet.rejected += lerp(0.35, 0.7, size) * inside
    signs = signs_of(fleet, *CPU, *TASKS, "requests", "errors_5xx", "healthy_hosts")
    return planted("traffic without CPU", fleet.name, fleet.clock, signs, (11, 42), (first, last), size)


def no_headroom(fleet: Fleet, size: float) -> Planted:
    """Daily peaks come nearer to the ceiling week by week, until a push would be one too many."""
    clock = fleet.clock
    today = np.percentile(fleet.work()[clock.first :] / fleet.most + fleet.idle, 99)
    last = lerp(84, 95, size) / today
    fleet.demand *= np.exp(np.log(last) * clock.age_weeks / clock.age_weeks[-1])
    signs = signs_of(fleet, *CPU, "requests", *TASKS, "latency", "healthy_hosts", "messages_sent")
    return planted("headroom gone", fleet.name, clock, signs, (13,), (clock.slot(-14), clock.size), size)


def new_minute(fleet: Fleet, size: float) -> Planted:
    """From some day on the same few minutes of every day are full: a new cron line, a token that expires for all."""
    clock, rng = fleet.clock, fleet.rng
    day, hour = int(rng.integers(0, 3)), rng.uniform(0, 24)
    for number in range(day, 7):
        at = clock.slot(number, hour)
        fleet.extra[at : at + 2] += lerp(25, 60, size) * np.array([1, rng.uniform(0.3, 1)])[: len(fleet.extra[at:])]
    span = (clock.slot(day, hour), clock.size)
    return planted("new daily minute", fleet.name, clock, signs_of(fleet, *CPU, *TASKS), (14,), span, size)


def late_batch(fleet: Fleet, size: float) -> Planted:
    """The nightly job takes longer each night and runs into the morning."""
    clock, job = fleet.clock, fleet.job
    if job is None:
        raise ValueError(f"{fleet.name} has no nightly job")
    since = clock.days - 7 - 7 * int(fleet.rng.integers(0, 3))
    nights = np.maximum(np.arange(clock.days) - since, 0)
    job.lasts *= 1 + lerp(1.5, 4, size) * nights / nights[-1]
    signs = signs_of(fleet, *CPU, *TASKS, "latency", "healthy_hosts")
    return planted("batch drifts", fleet.name, clock, signs, (15,), (clock.first, clock.size), size)


def crash_loop(fleet: Fleet, size: float) -> Planted:
    """Some of the tasks start, die and start again for hours."""
    first, last = moment(fleet, fleet.rng.uniform(0, 23), lerp(90, 480, fleet.rng.random()))
    down = max(1.0, round(lerp(0.4, 1, size) * fleet.least))
    at = np.arange(fleet.clock.size)
    inside = (at >= first) & (at < last)
    fleet.lost += np.where(inside & (fleet.rng.random(at.size) < 0.75), down, 0)
    fleet.restarts += np.where(inside, down * 2, 0)
    signs = signs_of(fleet, *TASKS, "restarts", *CPU, *MEMORY, "healthy_hosts", "latency", "errors_5xx", "backlog")
    return planted("crash loop", fleet.name, fleet.clock, signs, (16, 17), (first, last), size)


def gap(fleet: Fleet, size: float) -> Planted:
    """For hours the service says nothing of itself while its requests go on."""
    first, last = moment(fleet, fleet.rng.uniform(0, 20), lerp(120, 600, size))
    for part in fleet.own:
        fleet.gaps[part] = fleet.gaps.get(part, 0) + fleet.clock.between(first, last)
    every = (*CPU, *MEMORY, *TASKS, "restarts")
    return planted("metric gap", fleet.name, fleet.clock, signs_of(fleet, *every), (17,), (first, last), size)


def oscillation(fleet: Fleet, size: float) -> Planted:
    """Scaling fights itself: tasks swing with a fixed period for most of a day, CPU the other way."""
    hours = lerp(6, 20, fleet.rng.random())
    first = onset(fleet, 0, 5)
    last = first + round(hours * HOUR)
    at = np.arange(fleet.clock.size)
    period = fleet.rng.integers(6, 13)
    square = np.where((at - first) % period < period / 2, 1.0, -1.0)
    fleet.swing *= 1 + lerp(0.22, 0.45, size) * square * fleet.clock.between(first, last)
    signs = signs_of(fleet, *CPU, *TASKS, "healthy_hosts", "latency")
    return planted("oscillation", fleet.name, fleet.clock, signs, (19,), (first, last), size)


def dip(fleet: Fleet, size: float) -> Planted:
    """By day a good part of the traffic does not arrive: DNS, a broken release upstream, a push not sent."""
    first, last = moment(fleet, fleet.rhythm.busy_hour(), lerp(45, 150, fleet.rng.random()))
    fleet.arrive *= 1 - lerp(0.4, 0.8, size) * fleet.clock.between(first, last)
    signs = signs_of(fleet, *CPU, *TASKS, "requests", "messages_sent", "messages_deleted", "healthy_hosts")
    return planted("daytime dip", fleet.name, fleet.clock, signs, (20,), (first, last), size)


def like_sunday(fleet: Fleet, size: float) -> Planted:
    """A working day looks like a Sunday, and it is no holiday."""
    clock = fleet.clock
    day = int(fleet.rng.choice([number for number in range(7) if clock.is_workday(number)]))
    first, last = clock.slot(day), clock.slot(day + 1) if day < 6 else clock.size
    fleet.arrive *= 1 - lerp(0.35, 0.6, size) * clock.between(first, last)
    signs = signs_of(fleet, *CPU, *TASKS, "requests", "messages_sent", "messages_deleted", "healthy_hosts")
    return planted("weekday like a Sunday", fleet.name, clock, signs, (20, 21), (first, last), size)


def _busy(fleet: object) -> bool:
    """Tell whether a fleet is one whose CPU a meeting cares about."""
    return isinstance(fleet, Fleet) and fleet.peak_cpu >= 22


def _fixed(fleet: object) -> bool:
    return isinstance(fleet, Fleet) and fleet.target is None and 30 <= fleet.peak_cpu <= 60


FAULTS = (
    Fault("hot task", lambda one: _busy(one) and one.least >= 3, hot_task),
    Fault("plateau", _busy, plateau),
    Fault("leak", lambda one: isinstance(one, Fleet) and one.memory_base < 60, leak),
    Fault("memory step", lambda one: isinstance(one, Fleet), memory_step),
    Fault("rising floor", lambda one: isinstance(one, Fleet) and one.memory_base < 65, rising_floor),
    Fault("dear release", lambda one: _busy(one) and one.peak_cpu < 70, dear_release),
    Fault("creeping cost", lambda one: _busy(one) and one.peak_cpu < 70, creeping_cost),
    Fault("runaway", lambda one: isinstance(one, Fleet) and one.peak_cpu < 60, runaway),
    Fault("rejected", lambda one: _busy(one) and not one.queue and one.demand.max() > 1500, rejected),
    Fault("no headroom", _fixed, no_headroom),
    Fault("new minute", _busy, new_minute),
    Fault(
        "late batch", lambda one: isinstance(one, Fleet) and one.job is not None and one.job_points >= 18, late_batch
    ),
    Fault("crash loop", lambda one: isinstance(one, Fleet) and one.insights, crash_loop),
    Fault("gap", lambda one: isinstance(one, Fleet), gap),
    Fault("oscillation", lambda one: _busy(one) and one.target is not None and one.least >= 3, oscillation),
    Fault("dip", lambda one: _busy(one) and one.demand.max() > 1000, dip),
    Fault("like Sunday", lambda one: _busy(one) and one.demand.max() > 1000, like_sunday),
)
