"""What a load test showed, as plain figures: its stages and parts, and two tests side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import pandas as pd

from sre_lib.analyse.events.conformal import Interval
from sre_lib.event import Stage

NOTICED = 0.1
"""Work for a request that differs by less from one test to the next is not worth a word: nights differ as much."""


@dataclass(frozen=True, eq=False)
class Part:
    """A part of the chain during a test.

    `frame`: columns among "requests" (a minute), "tasks", "cpu", "memory", "latency" (s), "errors" (a minute) and
    "connections", on a regular UTC index; NaN: no datapoint, also of "errors" (what publishes no zeros is to be filled
    before). `limits`: by column, where it gives out.
    """

    service: str
    part: str
    frame: pd.DataFrame
    limits: Mapping[str, float]


@dataclass(frozen=True)
class StageReading:
    """Medians of a part over a stage; NaN where nothing is known.

    `requests` a minute, `cpu` in %, `tasks`, `latency` in s; `cpu_per_request`: points of CPU, summed over tasks, for
    1,000 requests a minute; `errors`: share (0..1) of the requests. From `n` datapoints with requests.
    """

    stage: Stage
    requests: float
    cpu: float
    cpu_per_request: float
    latency: float
    errors: float
    tasks: float
    n: int


class Knee(NamedTuple):
    """Throughput (requests a minute, for each task where they are known) and CPU (%) or latency (s) where it turns."""

    requests: float
    value: float


@dataclass(frozen=True)
class PartTested:
    """What a test showed of a part.

    `knee`: where more CPU brings at most half the throughput; `latency_knee`: where latency turns up; None: nowhere up
    to the `most` requests a minute that were reached. `work`: points of CPU for 1,000 requests a minute and task below
    the knee, with its 80 % interval (Sen 1968); NaN where too few datapoints tell. `per_task`: the tasks are known.
    """

    service: str
    part: str
    stages: tuple[StageReading, ...]
    most: float
    per_task: bool
    knee: Knee | None
    latency_knee: Knee | None
    work: Interval


class Saturated(NamedTuple):
    """The first resource that was used up over a stage (its median), and since when in it."""

    service: str
    part: str
    resource: str
    stage: Stage
    at: datetime


@dataclass(frozen=True)
class LoadTest:
    """A load test: its stages, `given` or found, what each part showed, what was used up first (None: nothing)."""

    stages: tuple[Stage, ...]
    given: bool
    parts: tuple[PartTested, ...]
    first: Saturated | None


class Compared(NamedTuple):
    """A part in this test and the last one."""

    now: PartTested
    last: PartTested

    @property
    def work_change(self) -> float:
        """By what share the work for a request has changed; NaN where not known."""
        return self.now.work.point / self.last.work.point - 1 if self.last.work.point else float("nan")

    @property
    def work_differs(self) -> bool:
        """Tell whether the work for a request differs: by a tenth or more, and the intervals do not meet."""
        now, last = self.now.work, self.last.work
        return abs(self.work_change) >= NOTICED and (now.low > last.high or now.high < last.low)
