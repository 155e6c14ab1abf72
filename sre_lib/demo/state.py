"""What goes on in the shop in each minute of a window: visitors, tasks, releases, and what was planted."""

from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.ndimage import maximum_filter1d

from sre_lib.demo.backend import Floats
from sre_lib.demo.faults import Happening
from sre_lib.demo.load_test import HELD, HELD_TASKS, LoadTest, load_tests, offered
from sre_lib.demo.noise import normal, poisson, smooth, texture, uniform
from sre_lib.demo.rhythm import BUSY, CROWD_MIN, crowd, weekly_profile
from sre_lib.demo.schedule import (
    BATCH_MIN,
    BATCH_START,
    DAY,
    FIRST_MONDAY,
    JAPAN,
    WEEK,
    Deployment,
    Push,
    deployments,
    pushes,
    week_of,
)

LOOK_BACK = 20
"""Minutes before a window that its first minute depends on, since scaling looks back."""

SCALE_OUT_LAG, SCALE_IN_LAG = 3, 18


class Fleet(NamedTuple):
    """An autoscaled ECS service: calls a minute that a task takes at its CPU target, and the bounds of its tasks."""

    calls_per_task: float
    least: int
    most: int


FLEETS = {"web": Fleet(760, 4, 24), "api": Fleet(1900, 8, 28), "worker": Fleet(np.inf, 3, 3)}
CALLS_PER_REQUEST = 2.2

HELD_FULL = 11_700.0
"""Requests a minute that use up the CPU of web's tasks in a load test: what more it sends is not answered."""


class Plan(NamedTuple):
    """What the shop's people bring about: the pushes of a seed's week, and the load tests of a week."""

    pushes: Callable[[int, int], tuple[Push, ...]] = pushes
    load_tests: Callable[[int], tuple[LoadTest, ...]] = load_tests


class State:
    """The shop in the minutes `[start - LOOK_BACK, end)`; every array has that length.

    All of it is a function of the minute alone, so that windows which overlap agree exactly. With another `plan` than
    the seed's pushes and no load test it is another shop of the same seed.
    """

    def __init__(
        self, seed: int, happenings: tuple[Happening, ...], start: int, end: int, plan: Plan | None = None
    ) -> None:
        self.seed = seed
        self.plan = plan or Plan()
        self.happenings = happenings
        self.minutes = np.arange(start - LOOK_BACK, max(start, end), dtype=np.int64)
        self.of_day = (self.minutes + JAPAN) % DAY

    def texture(self, sizes: dict[int, float], *names: object) -> Floats:
        """Return correlated noise by scale and size."""
        return texture(self.minutes, sizes, self.seed, *names)

    def white(self, *names: object) -> Floats:
        """Return a standard normal number a minute."""
        return normal(self.minutes, self.seed, *names)

    def chance(self, *names: object) -> Floats:
        """Return a uniform number a minute."""
        return uniform(self.minutes, self.seed, *names)

    def counts(self, rate: Floats, *names: object) -> Floats:
        """Return a Poisson count a minute."""
        return poisson(self.minutes, rate, self.seed, *names)

    def of_week(self, profile: Floats) -> Floats:
        """Return a profile of the minutes of a week from Monday 00:00 in Japan, for every minute."""
        return profile[(self.minutes - FIRST_MONDAY) % WEEK]

    def effect(self, scenario: str, rise: float = 3, fall: float = 3) -> Floats:
        """Return the strength of a planted scenario: its size while it lasts, with ramps of so many minutes."""
        total = np.zeros(self.minutes.size)
        for each in self.happenings:
            if each.scenario == scenario:
                total += each.size * self._ramped(each.start, each.end, rise, fall)
        return total

    def during(self, scenario: str) -> list[tuple[int, int, float]]:
        """Return start, end and size of a scenario's happenings."""
        return [(each.start, each.end, each.size) for each in self.happenings if each.scenario == scenario]

    def restarting(self, role: str) -> Floats:
        """Return 1 in the three minutes in which the reader is away, else 0."""
        away = np.zeros(self.minutes.size)
        if role == "READER":
            for start, _, _ in self.during("restart_reader"):
                away += (self.minutes >= start) & (self.minutes < start + 3)
        return away

    @cached_property
    def waiting(self) -> Floats:
        """How badly the shop waits for a resource that is used up: 0..1."""
        return self.effect("hot_cache", 6, 8) + self.effect("busy_writer", 8, 10)

    @cached_property
    def people(self) -> Floats:
        """Requests a minute that people send: the usual visitors, and the crowd of a push."""
        mood = self.texture({3: 0.02, 17: 0.025, 90: 0.03, 500: 0.025, 2 * DAY: 0.03}, "visits")
        return BUSY * self.of_week(weekly_profile()) * np.exp(mood) + self.push_crowd

    @cached_property
    def visits(self) -> Floats:
        """Expected requests a minute to web."""
        arrive = 1 - self.effect("upstream", 3, 5)
        return (self.people + self.tested) * arrive * (1 - 0.06 * self.waiting)

    @cached_property
    def push_crowd(self) -> Floats:
        """Requests a minute of the visitors whom a push brings."""
        total = np.zeros(self.minutes.size)
        for week in self._weeks():
            for push in self.plan.pushes(self.seed, week):
                first, last = np.searchsorted(self.minutes, (push.minute, push.minute + CROWD_MIN))
                total[first:last] += crowd(self.minutes[first:last] - push.minute, push.audience)
        return total

    @cached_property
    def offered(self) -> Floats:
        """Requests a minute that a load test sends; 0 without one."""
        total = np.zeros(self.minutes.size)
        for week in self._weeks():
            for test in self.plan.load_tests(week):
                total += offered(test, self.minutes)
        return total

    @cached_property
    def tested(self) -> Floats:
        """Requests a minute of a load test that are answered: what web's tasks have left."""
        return np.minimum(self.offered, np.maximum(HELD_FULL - self.people, 0))

    @cached_property
    def requests(self) -> Floats:
        """Requests a minute that web got."""
        return self.counts(self.visits, "requests")

    @cached_property
    def load(self) -> Floats:
        """Requests as a share of a usual evening's peak."""
        return self.requests / BUSY

    @cached_property
    def ordering(self) -> Floats:
        """The load of visitors who may buy: a load test orders nothing."""
        return self.load - self.tested / BUSY

    def calls(self, service: str) -> Floats:
        """Return the requests a minute that a service behind a load balancer got."""
        if service == "web":
            return self.requests
        each = CALLS_PER_REQUEST * np.exp(self.texture({1: 0.008, 30: 0.015, 400: 0.02}, "calls"))
        return np.round(self.requests * each)

    def tasks(self, service: str) -> Floats:
        """Return the tasks that do the work: target tracking in closed form.

        What the calls of a minute ask for is there three minutes later, and stays for a quarter of an hour: the
        most that the last minutes asked for (scale in is slower than scale out, as AWS documents for target tracking).
        In a load test web's tasks are held at a number.
        """
        fleet = FLEETS[service]
        if fleet.least == fleet.most:
            return np.full(self.minutes.size, float(fleet.least))
        calls = self.visits * (CALLS_PER_REQUEST if service == "api" else 1)
        asked = np.clip(np.ceil(calls / fleet.calls_per_task), fleet.least, fleet.most)
        if service == HELD:
            asked = np.where(self.offered > 0, HELD_TASKS, asked)
        width = SCALE_IN_LAG - SCALE_OUT_LAG + 1
        highest: Floats = maximum_filter1d(asked, width, origin=(width - 1) // 2, mode="nearest")
        return np.concatenate([np.repeat(highest[:1], SCALE_OUT_LAG), highest])[: highest.size]

    def rollout(self, service: str, first: float, last: float) -> Floats:
        """Return 1 from `first` to `last` minutes after the start of each of a service's deployments, else 0."""
        total = np.zeros(self.minutes.size)
        for each in self._deployments(service):
            since = self.minutes - each.minute
            total += (since >= first) & (since < last)
        return total

    def age(self, service: str) -> Floats:
        """Return the minutes since a service's tasks were last replaced."""
        starts = np.array(sorted(each.minute + 6 for each in self._deployments(service)))
        last = np.searchsorted(starts, self.minutes, side="right") - 1
        minutes: Floats = (self.minutes - starts[last]).astype(np.float64)
        return minutes

    @cached_property
    def batch(self) -> Floats:
        """How busy the nightly batch is: 0..1."""
        night = (self.minutes + JAPAN) // DAY
        length = BATCH_MIN + 1.2 * normal(night, self.seed, "batch length")
        since = self.of_day - BATCH_START
        shape = np.clip(np.minimum(since / 2, (length - since) / 3), 0, 1)
        return shape * (1 + 0.05 * smooth(self.minutes, 9, self.seed, "batch"))

    def _ramped(self, start: int, end: int, rise: float, fall: float) -> Floats:
        """Return a trapezium that is 0 outside `[start, end)` and 1 well inside."""
        inside = np.minimum((self.minutes - start + 1) / rise, (end - self.minutes) / fall)
        return np.clip(inside, 0.0, 1.0)

    def _deployments(self, service: str) -> list[Deployment]:
        """Return a service's deployments that its tasks of this window may stem from."""
        return [each for week in self._weeks() for each in deployments(self.seed, week) if service in each.services]

    def _weeks(self) -> range:
        """Return the weeks that matter: no service goes three weeks without a release."""
        first, last = int(self.minutes[0]), int(self.minutes[-1])
        return range(week_of(first) - 3, week_of(last) + 1)
