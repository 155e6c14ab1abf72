"""The frozen types that flow from stage to stage."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from sre_lib.change import Change, Looked
from sre_lib.event import Event

PERIOD_S = 300
"""Period in seconds at which everything is analysed (60 s data is rolled up exactly)."""

MOST_IDENTITIES = 200
"""A part that stands for more resources is refused, never cut: each costs every week, and mostly it is a mistake."""

Resource = Literal["cpu", "memory", "context"]
Hurts = Literal["up", "down", "both"]


@dataclass(frozen=True)
class Week:
    """Seven local days of review, and the history before them.

    `start`, `end`, `history_start` are UTC; the week is `[start, end)` and the history `[history_start, start)`.
    `name` is the ISO week of the first day, such as `2026-W40`; `timezone` (IANA) is for people only.
    Over a daylight-saving change the week is 167 or 169 hours long.
    """

    name: str
    start: datetime
    end: datetime
    history_start: datetime
    timezone: str


@dataclass(frozen=True)
class Part:
    """One resource of a service: its kind in the catalogue and the dimensions of its metrics.

    A dimension's value is one text or several, and each may hold `*` for any characters: together the part is every
    resource that they name (its identities). `account`: the linked account that owns the metrics; `region` and
    `profile` (credentials): where they are asked for (each empty: the review's own); `limits`: what is no metric (RAM
    in bytes, connections, time-outs), by the key that the catalogue names.
    """

    name: str
    kind: str
    dimensions: Mapping[str, str | tuple[str, ...]]
    account: str = ""
    limits: Mapping[str, float] = field(default_factory=dict)
    region: str = ""
    profile: str = ""


@dataclass(frozen=True)
class Service:
    """What a page is about: its own part first, then related ones (load balancer, database, cache).

    `calls` are the names of the services of the review that it asks in its turn.
    """

    name: str
    parts: tuple[Part, ...]
    owner: str = ""
    runbook: str = ""
    calls: tuple[str, ...] = ()

    def part(self, name: str) -> Part:
        """Return the part called `name`; KeyError where there is none."""
        return {part.name: part for part in self.parts}[name]


class Column(NamedTuple):
    """Names one series of a service."""

    part: str
    metric: str
    statistic: str


class Status(StrEnum):
    """What came back for a series that was asked for: four different things, all the way to the page."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    NO_DATA = "no data"
    DENIED = "denied"


@dataclass(frozen=True)
class Answer:
    """What was asked for one column and what came: status, finest period in seconds, the source's own message."""

    status: Status
    period_s: int
    message: str = ""


@dataclass(frozen=True)
class MetricFrame:
    """The series of one service on one regular UTC grid.

    `values`: float64 DataFrame; index DatetimeIndex, tz UTC, unit s, every `period_s` seconds, no gap; columns a
    MultiIndex (part, metric, statistic). NaN means no datapoint. `answers` has an entry for every column that was
    asked for, also for those that came back empty (their column is then all NaN).
    Raises ValueError where the grid or the columns are not so.
    """

    values: pd.DataFrame
    answers: Mapping[Column, Answer]
    period_s: int = PERIOD_S

    def __post_init__(self) -> None:
        index = self.values.index
        if not isinstance(index, pd.DatetimeIndex) or str(index.tz) != "UTC":
            raise ValueError(f"a MetricFrame wants a UTC DatetimeIndex, got {type(index).__name__}")
        if len(index) > 1 and (np.diff(index.as_unit("s").asi8) != self.period_s).any():
            raise ValueError(f"a MetricFrame wants a datapoint slot every {self.period_s} s without gaps")
        missing = [column for column in self.answers if column not in self.values.columns]
        if missing:
            raise ValueError(f"a MetricFrame wants a column for every answer, got none for {missing[0]}")

    def series(self, column: Column) -> pd.Series:
        """Return one column as float64 on the frame's grid (NaN: no datapoint); KeyError where not asked for."""
        return self.values[tuple(column)]


@dataclass(frozen=True)
class DaySeen:
    """How one local day of a service was seen.

    `period_s`: the coarsest period in seconds at which its statistics other than percentiles came (0: no datapoint);
    `provisional`: CloudWatch may still correct some of it; `corrected`: datapoints whose value changed since they
    were first read.
    """

    day: date
    period_s: int
    provisional: bool = False
    corrected: int = 0


@dataclass(frozen=True)
class ServiceWeek:
    """All that the analysis of one service in one week looks at; the frame spans history and week at 300 s.

    `hourly` spans the same time at 3600 s where the history reaches beyond what CloudWatch keeps at 300 s; `days` says
    how each local day was seen; `changes` are those of history and week, by time; `looked` is what was asked for them.
    `resources` names, by part, what each set or pattern of dimensions stands for; `capacity` is what scaling was last
    known to keep a service's tasks within: `minimum` and `maximum` (empty: not known).
    """

    service: Service
    week: Week
    frame: MetricFrame
    events: tuple[Event, ...] = ()
    hourly: MetricFrame | None = None
    days: tuple[DaySeen, ...] = ()
    changes: tuple[Change, ...] = ()
    looked: tuple[Looked, ...] = ()
    resources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    capacity: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """One thing worth a look: where, when `[start, end)` in UTC, how surprising, how much it matters, the evidence.

    `start`..`end` of a lasting change is the change itself and `until` how long it has lasted. `score` (0..1) is how
    surprising, `priority` (0..1) how much it matters. `evidence` holds numbers in the metric's unit under fixed names
    (value, expected, lower, upper, limit, slope_per_day, days_to_limit, ...); one that ends in `_count`, `_share`,
    `_percent`, `minutes` or `days` has that unit instead. `members` are the findings of the same moment and cause that
    this one tells, too (a story); the product of `factors` is the priority (that of a story rises with what customers
    `felt`); `because` is a key of the wording that says why it was set aside (empty: it was not).
    `like` is the shape of its view and `expert` tells a view of named series (a review file may have views of its own).
    `id` is opaque.
    """

    id: str
    service: str
    part: str
    kind: str
    resource: Resource
    metric: str
    statistic: str
    unit: str
    detector: str
    view: str
    start: datetime
    end: datetime
    score: float
    priority: float
    evidence: Mapping[str, float]
    until: datetime | None = None
    shown: bool = True
    events: tuple[Event, ...] = ()
    factors: Mapping[str, float] = field(default_factory=dict)
    like: str = ""
    expert: bool = False
    members: tuple["Finding", ...] = ()
    because: str = ""


NOT_PUBLISHED = "not_published"
"""Why an optional series that never had a datapoint was not judged: nothing lacks, so it has no coverage either."""


@dataclass(frozen=True)
class NotEvaluated:
    """A series that could not be judged, and why: `reason` is a key of the wording, `details` its numbers.

    `view`: the one view that could not look at it (empty: none could).
    """

    service: str
    part: str
    metric: str
    statistic: str
    reason: str
    details: Mapping[str, float | str] = field(default_factory=dict)
    view: str = ""


@dataclass(frozen=True)
class Coverage:
    """How much of the week one series was seen: `share` 0..1 of the expected datapoints, longest gap in minutes.

    `longest_stale_min`: the longest stretch of one repeated value in a series that otherwise moves (0 for a flat one).
    """

    column: Column
    status: Status
    share: float
    longest_gap_min: float
    message: str = ""
    longest_stale_min: float = 0.0


@dataclass(frozen=True)
class Analysis:
    """What was found in one service's week, and what was looked at.

    `findings` are those to show, by falling priority; `below_cut` those that stayed under the cut; `known` those that
    a known cause explains, each with its reason (`because`); `no_effect` the planned events that nothing followed;
    `views_lacking` the views that were not evaluated because the account does not publish what they need. `bands` is a
    float64 DataFrame on the 300 s grid of the week; columns (part, metric, statistic, expected|lower|upper), NaN
    where there is no baseline. `basis` says for each column what the baseline rests on.
    """

    service: str
    week: str
    findings: tuple[Finding, ...]
    below_cut: tuple[Finding, ...]
    not_evaluated: tuple[NotEvaluated, ...]
    coverage: tuple[Coverage, ...]
    bands: pd.DataFrame
    basis: Mapping[Column, str] = field(default_factory=dict)
    known: tuple[Finding, ...] = ()
    no_effect: tuple[Event, ...] = ()
    views_lacking: tuple[NotEvaluated, ...] = ()
