"""Load tests that the shop may have: every third week, soon after midnight, in five stages, on fixed tasks of web.

They are in the history that a week is compared with: a review that did not know of them would miss what is smaller.
"""

from typing import NamedTuple

import numpy as np

from sre_lib.demo.backend import Floats
from sre_lib.demo.noise import Counters
from sre_lib.demo.schedule import DEMO_WEEK, as_time, local
from sre_lib.event import Event, Stage

START, RAMP_MIN, HOLD_MIN, DOWN_MIN = 20, 4, 8, 5
"""Minute of the night, how long each load rises and is held, and the last one falls: over before a night's faults."""

HELD, HELD_TASKS = "web", 8
"""Whose tasks autoscaling leaves alone in a load test, and how many they are; they are used up in the last stage."""

_LOADS = (30.0, 60.0, 100.0, 135.0, 220.0)
"""Requests a second; a usual evening's peak is 133."""


class LoadTest(NamedTuple):
    """A load test: its first minute since the epoch, the requests a second of each stage, and its title."""

    minute: int
    loads: tuple[float, ...]
    title: str

    @property
    def end(self) -> int:
        """The minute after its last one."""
        return self.minute + (RAMP_MIN + HOLD_MIN) * len(self.loads) + DOWN_MIN

    @property
    def stages(self) -> tuple[tuple[int, int, float], ...]:
        """First minute, the minute after the last one, and load of each stage; the load rises before it."""
        starts = range(self.minute + RAMP_MIN, self.end - DOWN_MIN, RAMP_MIN + HOLD_MIN)
        return tuple((start, start + HOLD_MIN, load) for start, load in zip(starts, self.loads, strict=True))


def load_tests(week: int) -> tuple[LoadTest, ...]:
    """Return the load tests of a week: one every third week, of Tuesday, Wednesday or Thursday in turn.

    They follow the calendar alone, not the seed. The last one before the demo's week is in the week before it.
    """
    since, rest = divmod(week - DEMO_WEEK + 1, 3)
    title = f"{HELD_TASKS} tasks of {HELD}, before the autumn sale"
    return () if rest else (LoadTest(local(week, 1 + since % 3, START), _LOADS, title),)


def event_of(test: LoadTest) -> Event:
    """Return a load test as the shop's people would have written it into their review file."""
    services = ("web", "api", "orders-db", "cache")
    stages = tuple(Stage(as_time(start), as_time(end), load) for start, end, load in test.stages)
    return Event(as_time(test.minute), as_time(test.end), "load_test", test.title, services, stages=stages)


def offered(test: LoadTest, minutes: Counters) -> Floats:
    """Return the requests a minute that a load test sends: a line through the corners of its stages."""
    corners = [(test.minute - 1, 0.0)]
    for start, end, load in test.stages:
        corners += [(start, 60 * load), (end - 1, 60 * load)]
    at, height = zip(*corners, (test.end, 0.0), strict=True)
    sent: Floats = np.interp(minutes, at, height, left=0.0, right=0.0)
    return sent
