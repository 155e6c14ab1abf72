"""What every measure of an earlier finding looks at, and how its outcome is named."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import pandas as pd

from sre_lib.analyse import robust
from sre_lib.analyse.baseline import Band, Baseline
from sre_lib.catalog import Catalog
from sre_lib.earlier import Known, Outcome
from sre_lib.model import Week
from sre_lib.views import Views, builtin_views

AWAY_DAYS = 7
"""What was away on as many days in a row, and is there now, came back: a weekly rhythm leaves six."""

MUCH = 1.25
"""Ratio to then from which it is worse (and under its inverse better): less is within what weeks differ by."""


@dataclass(frozen=True)
class Terms:
    """What a review's metrics and views mean: its catalogue, and its views (by default the package's)."""

    catalog: Catalog
    views: Views = field(default_factory=builtin_views)


@dataclass(frozen=True)
class Look:
    """An earlier finding with its evidence, direction (0: not known) and shape, its week, and this week's data.

    `series` (float64, regular UTC index, NaN: no datapoint) spans history and week and ends with the week.
    """

    earlier: Known
    evidence: Mapping[str, float]
    direction: int
    then: Week
    week: Week
    series: pd.Series
    min_effect: float
    shape: str

    @cached_property
    def band(self) -> Band:
        """Return what is expected of the series now, over history and week."""
        return Baseline().band(self.series, self.week.timezone)

    @property
    def step(self) -> timedelta:
        """Return how long one datapoint lasts."""
        return timedelta(seconds=robust.period_of(robust.index_of(self.series)))

    def between(self, start: datetime, end: datetime) -> pd.Series:
        """Return the datapoints of `[start, end)`."""
        return self.series[(self.series.index >= start) & (self.series.index < end)]

    def days(self, start: datetime) -> tuple[date, ...]:
        """Return the local days from that of `start` to the last one of the week."""
        zone = ZoneInfo(self.week.timezone)
        first, last = start.astimezone(zone).date(), self.week.end.astimezone(zone).date()
        return tuple(first + timedelta(days=count) for count in range((last - first).days))

    @property
    def first_day(self) -> date:
        """Return the first local day of the week."""
        return self.week.start.astimezone(ZoneInfo(self.week.timezone)).date()


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the first moment of a local day."""
    return datetime.combine(day, time(), zone)


def compared(ratio: float) -> Outcome:
    """Return the outcome of what is still there, by its size against then."""
    if ratio > MUCH:
        return "worse"
    return "better" if ratio < 1 / MUCH else "still"
