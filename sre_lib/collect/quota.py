"""How fast a place may be asked: its calls and datapoints a second, by a token bucket without saved-up tokens."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import ceil
from threading import Lock

from sre_lib.collect.queries import MAX_DATAPOINTS, Call, Place
from sre_lib.collect.windows import HOUR_S
from sre_lib.params_file import CloudWatchSource, Source

RECENT_S = 3 * HOUR_S
RECENT_PER_SECOND = 180_000
"""Datapoints a second that GetMetricData gives of the last three hours (AWS, CloudWatch endpoints and quotas); what is
older has a quota of 396,000. A window that reaches into the last three hours counts as recent as a whole."""
_SLOWEST = 8


@dataclass(frozen=True)
class Limits:
    """What one place is asked at most in a second: calls (each page is one) and datapoints.

    Datapoints are those that CloudWatch counts: window / period for each statistic, there or not.
    """

    calls_per_second: float
    datapoints_per_second: float


def limits_of(source: Source) -> Limits | None:
    """Return the limits that a review's source sets; None where it has none."""
    if isinstance(source, CloudWatchSource):
        return Limits(source.calls_per_second, source.datapoints_per_second)
    return None


def seconds_needed(calls: Iterable[Call], limits: Limits, now_s: int) -> float:
    """Return the seconds that some calls take at the limits, of the slowest place: places have limits of their own.

    `now_s` (since the epoch) tells what is recent. Network and CloudWatch's own time come on top.
    """
    spent: dict[Place, list[float]] = {}
    for call in calls:
        points = sum(request.points * len(request.statistics) for request in call)
        at_calls, at_points = spent.setdefault(call[0].place, [0.0, 0.0])
        spent[call[0].place] = [
            at_calls + max(1, ceil(points / MAX_DATAPOINTS)) / limits.calls_per_second,
            at_points + points / _datapoints_per_second(limits, call, now_s),
        ]
    return max((seconds for both in spent.values() for seconds in both), default=0.0)


@dataclass
class Quotas:
    """The limits of all places of one run, each with its own; thread-safe. Without limits nothing waits.

    `now_s` is the run's clock; `clock` (seconds, monotonic) and `sleep` are those of the computer.
    """

    limits: Limits | None
    now_s: int
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep
    _paces: dict[Place, "_Pace"] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def wait(self, call: Call, queries: int) -> None:
        """Wait until one page of a call, of so many of its statistics, may be asked for."""
        if self.limits is None:
            return
        points = min(queries * call[0].points, MAX_DATAPOINTS)
        each_s = 1 / self.limits.calls_per_second, points / _datapoints_per_second(self.limits, call, self.now_s)
        self._wait(call[0].place, *each_s)

    def wait_for_call(self, place: Place) -> None:
        """Wait until a place may be called for something else than datapoints, such as ListMetrics."""
        if self.limits is not None:
            self._wait(place, 1 / self.limits.calls_per_second, 0.0)

    def slow_down(self, place: Place) -> None:
        """Ask a place half as fast from now on, down to an eighth: somebody else uses up its quotas too."""
        with self._lock:
            pace = self._pace(place)
            pace.slower = min(pace.slower * 2, _SLOWEST)

    def _wait(self, place: Place, call_s: float, points_s: float) -> None:
        """Wait for the next start at a place."""
        with self._lock:
            seconds = self._pace(place).reserve(self.clock(), call_s, points_s)
        if seconds > 0:
            self.sleep(seconds)

    def _pace(self, place: Place) -> "_Pace":
        """Return the pace of a place."""
        return self._paces.setdefault(place, _Pace())


def at_most(
    per_second: float, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], object] = time.sleep
) -> Callable[[], None]:
    """Return what waits until the next call may be made, where an API allows so many a second; for one thread."""
    pace = _Pace()

    def wait() -> None:
        seconds = pace.reserve(clock(), 1 / per_second, 0.0)
        if seconds > 0:
            sleep(seconds)

    return wait


@dataclass
class _Pace:
    """When the next page may be asked for, by calls and by datapoints, and how many times slower than the limits."""

    calls_free: float = float("-inf")
    points_free: float = float("-inf")
    slower: int = 1

    def reserve(self, now: float, call_s: float, points_s: float) -> float:
        """Take the next start and return in how many seconds it is; what it uses up delays the one after it."""
        start = max(now, self.calls_free, self.points_free)
        self.calls_free = start + call_s * self.slower
        self.points_free = start + points_s * self.slower
        return start - now


def _datapoints_per_second(limits: Limits, call: Call, now_s: int) -> float:
    """Return how many datapoints of a call's window may be asked for in a second."""
    recent = call[0].window.end > now_s - RECENT_S
    return min(limits.datapoints_per_second, RECENT_PER_SECOND) if recent else limits.datapoints_per_second
