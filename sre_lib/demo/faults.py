"""What is planted in the simulated shop: faults to be found, and decoys to be left alone."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from sre_lib.demo.noise import between, draw
from sre_lib.demo.schedule import DAY, DEMO_WEEK, HOUR, deployments, leaks, local, may_last, week_of

Symptom = tuple[str, str, str, str]
"""Where something shows, and as what: service, part, metric, view."""

_CHANCE = 0.25
"""Of each kind in a week other than the demo's own: the history is to be mostly healthy."""


class Happening(NamedTuple):
    """One thing that was planted: which scenario, the minutes `[start, end)` since the epoch, and how strong."""

    scenario: str
    start: int
    end: int
    size: float


class Scenario(NamedTuple):
    """What a happening is called and where it shows."""

    what: str
    symptom: Symptom
    is_fault: bool = True
    needs_cause: bool = False
    echoes: tuple[Symptom, ...] = ()


SCENARIOS: Mapping[str, Scenario] = {
    "runaway_api": Scenario(
        "a runaway job inside api burns CPU at a quiet hour, with no traffic behind it",
        ("api", "api", "cpu", "spike"),
    ),
    "runaway_web": Scenario(
        "a runaway log compaction inside web burns CPU at a quiet hour, with no traffic behind it",
        ("web", "web", "cpu", "spike"),
    ),
    "upstream": Scenario(
        "something before the load balancer fails: more than half of the requests do not arrive",
        ("web", "web-alb", "requests", "dip"),
        echoes=(
            ("web", "web", "cpu", "dip"),
            ("api", "api", "cpu", "dip"),
            ("api", "api-alb", "requests", "dip"),
            ("orders", "orders", "orders", "dip"),
            ("cache", "cache", "engine_cpu", "dip"),
            ("orders-db", "orders-db", "cpu", "dip"),
            ("orders-db", "orders-db-reader", "cpu", "dip"),
        ),
    ),
    "regression_worker": Scenario(
        "a release made worker costlier: CPU is higher from then until the next release",
        ("worker", "worker", "cpu", "level_shift"),
    ),
    "regression_writer": Scenario(
        "a release of worker brought a query without an index: the writer's CPU is higher until the next release",
        ("orders-db", "orders-db", "cpu", "level_shift"),
    ),
    "leak": Scenario(
        "api leaks memory since a hotfix: a few points a day until its tasks restart",
        ("api", "api", "memory", "growth"),
    ),
    "hot_cache": Scenario(
        "one hot key keeps the cache's only engine thread busy; pages wait for it",
        ("cache", "cache", "engine_cpu", "saturation"),
        echoes=(
            ("cache", "cache", "cpu", "spike"),
            ("web", "web-alb", "latency", "spike"),
            ("web", "web-alb", "errors_5xx", "spike"),
            ("api", "api-alb", "latency", "spike"),
            ("api", "api-alb", "errors_5xx", "spike"),
            ("orders", "orders", "orders", "dip"),
        ),
    ),
    "busy_writer": Scenario(
        "a report runs on the writer: its CPU is used up, connections pile up, api waits",
        ("orders-db", "orders-db", "cpu", "saturation"),
        echoes=(
            ("orders-db", "orders-db", "connections", "spike"),
            ("web", "web-alb", "latency", "spike"),
            ("web", "web-alb", "errors_5xx", "spike"),
            ("api", "api-alb", "latency", "spike"),
            ("api", "api-alb", "errors_5xx", "spike"),
            ("orders", "orders", "orders", "dip"),
        ),
    ),
    "tiny_cache": Scenario(
        "a new field in the session: the cache's memory is a point and a half higher",
        ("cache", "cache", "memory", "level_shift"),
        is_fault=False,
    ),
    "tiny_resize": Scenario(
        "a new image library: the function takes a few hundredths of a second longer",
        ("image-resize", "image-resize", "duration", "level_shift"),
        is_fault=False,
    ),
    "gap_worker": Scenario(
        "the metric was not published", ("worker", "worker", "memory", "missing"), is_fault=False
    ),
    "gap_reader": Scenario(
        "the metric was not published", ("orders-db", "orders-db-reader", "cpu", "missing"), is_fault=False
    ),
    "gap_cache": Scenario(
        "the metric was not published", ("cache", "cache", "connections", "missing"), is_fault=False
    ),
    "restart_reader": Scenario(
        "the reader restarted for maintenance: its buffer pool fills again for most of a day",
        ("orders-db", "orders-db-reader", "freeable_memory", "growth"),
        is_fault=False,
        needs_cause=True,
        echoes=(("orders-db", "orders-db-reader", "freeable_memory", "level_shift"),),
    ),
}  # fmt: skip


@lru_cache(maxsize=512)
def happenings(seed: int, week: int) -> tuple[Happening, ...]:
    """Return what is planted on account of one week (some of it lasts from the week before to the week after)."""
    days = sorted(range(7), key=lambda day: draw(seed, week, "day", day))
    placed = (_spike, _dip, _saturation, _gap, _restart)
    found = [place(seed, week, day) for place, day in zip(placed, days, strict=False)]
    if may_last(week):
        found += [_tiny(seed, week, days[-1]), _shift(seed, week)]
    kept = [each for each in found if week == DEMO_WEEK or draw(seed, week, "occurs", each.scenario) < _CHANCE]
    return tuple(sorted([*kept, *_leak(seed, week)], key=lambda each: each.start))


def between_minutes(seed: int, start: int, end: int) -> tuple[Happening, ...]:
    """Return what is planted in the minutes `[start, end)`, in the order of its start."""
    weeks = range(week_of(start) - 2, week_of(end) + 2)
    found = [each for week in weeks for each in happenings(seed, week) if each.start < end and each.end > start]
    return tuple(sorted(found, key=lambda each: each.start))


def _spike(seed: int, week: int, day: int) -> Happening:
    """CPU without traffic, for about 40 minutes of a quiet hour that is not the batch's."""
    scenario = ("runaway_api", "runaway_web")[draw(seed, week, "spike who") < 0.35]
    early = draw(seed, week, "spike when") < 0.5
    window = (100, 128) if early else (250, 310)
    start = local(week, day, between(*window, seed, week, "spike start"))
    minutes = round(between(36, 46, seed, week, "spike minutes"))
    return Happening(scenario, start, start + minutes, between(26, 35, seed, week, "spike size"))


def _dip(seed: int, week: int, day: int) -> Happening:
    """Requests that do not arrive, in the morning or the late afternoon."""
    hour = 9.9 if draw(seed, week, "dip when") < 0.5 else 16.6
    start = local(week, day, between(hour, hour + 1.3, seed, week, "dip start") * HOUR)
    minutes = round(between(46, 56, seed, week, "dip minutes"))
    return Happening("upstream", start, start + minutes, between(0.58, 0.7, seed, week, "dip size"))


def _saturation(seed: int, week: int, day: int) -> Happening:
    """A resource used up late in the evening, after the pushes."""
    busy = not _writer_shifts(seed, week) and draw(seed, week, "saturation who") < 0.4
    start = local(week, day, between(21.2, 22, seed, week, "saturation start") * HOUR)
    minutes = round(between(62, 88, seed, week, "saturation minutes"))
    return Happening("busy_writer" if busy else "hot_cache", start, start + minutes, 1.0)


def _shift(seed: int, week: int) -> Happening:
    """A costlier release of worker, until its next one."""
    scenario = "regression_writer" if _writer_shifts(seed, week) else "regression_worker"
    start, end = (_release(seed, each, "worker") for each in (week, week + 1))
    return Happening(scenario, start, end, between(12, 15, seed, week, "shift size"))


def _leak(seed: int, week: int) -> tuple[Happening, ...]:
    """A leak from the hotfix on the Friday before to the release of the Tuesday after."""
    if not leaks(seed, week):
        return ()
    start = max(each.minute for each in deployments(seed, week - 1) if "api" in each.services)
    end = _release(seed, week + 1, "api")
    return (Happening("leak", start, end, between(2.6, 3.4, seed, week, "leak size")),)


def _gap(seed: int, week: int, day: int) -> Happening:
    """One metric without datapoints for about 40 minutes."""
    scenario = ("gap_worker", "gap_reader", "gap_cache")[int(3 * draw(seed, week, "gap who"))]
    start = local(week, day, between(7, 22, seed, week, "gap start") * HOUR)
    return Happening(scenario, start, start + round(between(36, 45, seed, week, "gap minutes")), 1.0)


def _restart(seed: int, week: int, day: int) -> Happening:
    """Maintenance of the reader early in the morning; the buffer pool is full again some 20 hours later."""
    start = local(week, day, between(4.4, 5.3, seed, week, "restart start") * HOUR)
    return Happening("restart_reader", start, start + 20 * HOUR, 1.0)


def _tiny(seed: int, week: int, day: int) -> Happening:
    """A change that statistics see and nobody needs to, for five days."""
    scenario = ("tiny_cache", "tiny_resize")[draw(seed, week, "tiny who") < 0.5]
    start = local(week, min(day, 3), between(9, 18, seed, week, "tiny start") * HOUR)
    return Happening(scenario, start, start + 5 * DAY, 1.0)


def _writer_shifts(seed: int, week: int) -> bool:
    """Tell whether the writer, not worker, has the week's level shift."""
    return draw(seed, week, "shift who") < 0.5


def _release(seed: int, week: int, service: str) -> int:
    """Return the minute of a service's first release of a week."""
    return min(each.minute for each in deployments(seed, week) if service in each.services)
