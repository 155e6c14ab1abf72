"""What a load test showed, as plain figures: its stages and parts, and two tests side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import NamedTuple

import numpy as np
import pandas as pd

from sre_lib.analyse.events.conformal import Interval
from sre_lib.event import Stage

NOTICED = 0.1
"""Work for a request that differs by less from one test to the next is not worth a word: without any change it does by
up to a tenth in 95 of 100 tests of the demo shop."""

SAME_LOAD = 0.25
"""Stages of two tests are compared if their requests differ by no more than this: what a part does idle weighs more
at a low load."""


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
    to the `most` requests a minute that were reached, over the stages with the number of tasks that most of them have.
    `work`: points of CPU for 1,000 requests a minute and task below the knee, with its 80 % interval (Sen 1968); NaN
    where too few datapoints tell. `per_task`: the tasks are known.
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
    def changes(self) -> tuple[float, ...]:
        """By what share the CPU for a request has changed, for each stage that the last test has at about its load."""
        pairs = ((each, self._like(each)) for each in self.now.stages)
        every = (each.cpu_per_request / other.cpu_per_request - 1 for each, other in pairs if other is not None)
        return tuple(each for each in every if isfinite(each))

    @property
    def work_change(self) -> float:
        """The median of the changes; NaN where there is none."""
        return float(np.median(self.changes)) if self.changes else float("nan")

    @property
    def work_differs(self) -> bool:
        """Tell whether a request takes more or less CPU: by a tenth or more, and so in every stage."""
        alike = all(each > 0 for each in self.changes) or all(each < 0 for each in self.changes)
        return abs(self.work_change) >= NOTICED and alike

    def _like(self, stage: StageReading) -> StageReading | None:
        """Return the stage of the last test at about the load of one of this; None where there is none."""
        told = [each for each in self.last.stages if each.requests > 0 and each.cpu_per_request > 0]
        nearest = min(told, key=lambda each: abs(each.requests - stage.requests), default=None)
        if nearest is None or not abs(stage.requests / nearest.requests - 1) <= SAME_LOAD:
            return None
        return nearest
