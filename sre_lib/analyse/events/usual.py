"""What is usual at the time of a push: the same time of other weeks, without what people know to have been unusual."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Self
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from sre_lib.analyse import robust
from sre_lib.analyse.robust import Floats
from sre_lib.event import Event

WEEK = timedelta(days=7)
LEAST_WEEKS = 2
"""With one other week alone that week's own noise would be the expectation: then the hour before the send is."""

AROUND = 1
"""So many datapoints before and after count, too: one slot of a few weeks is noisy."""

UNUSUAL = frozenset({"push", "broadcast", "sale", "load_test", "incident", "maintenance", "holiday"})
AFTER = timedelta(minutes=60)
"""So long after their end events still show."""


@dataclass(frozen=True, eq=False)
class Usual:
    """A series at 300 s over history and week, and the same without the times of unusual events (NaN there).

    `timezone` (IANA) is where people live: the same time of another week is that of their clocks.
    """

    index: pd.DatetimeIndex
    values: Floats
    calm: Floats
    timezone: str = "UTC"

    @classmethod
    def of(cls, series: pd.Series, events: Iterable[Event], timezone: str = "UTC") -> Self:
        """Return it of a series (float64, regular UTC index) and the events that concern its service."""
        index, values = robust.index_of(series), robust.floats(robust.finite(series))
        calm = values.copy()
        for event in events:
            if event.kind in UNUSUAL:
                first, last = (_first_from(each, index) for each in (event.start, shows_until(event)))
                calm[max(0, first - AROUND) : last + AROUND] = np.nan
        return cls(index, values, calm, timezone)

    def at(self, start: datetime, slots: int, send: datetime) -> Floats:
        """Return what is usual in so many slots from `start` on.

        The median over the same time of the other weeks; where fewer than `LEAST_WEEKS` of them were calm, the median
        of the hour before `send`; NaN where that has no datapoint either.
        """
        place = self._place(send)
        ahead = place - self._place(start)
        weeks = [each - ahead for each in self._same_time(send)]
        found = np.array([self._calm(at + by, slots) for at in weeks for by in range(-AROUND, AROUND + 1)])
        found = found.reshape(len(weeks) * (2 * AROUND + 1), slots)
        enough = (~np.isnan(found)).sum(axis=0) > (LEAST_WEEKS - 1) * (2 * AROUND + 1)
        before = robust.median(self.values[max(0, place - robust.steps(self.index, 60)) : max(0, place)])
        return np.where(enough, robust.column_median(found) if len(found) else np.nan, before)

    def cut(self, start: datetime, slots: int) -> Floats:
        """Return so many slots of the series from `start` on; NaN where it does not reach."""
        return _cut(self.values, self._place(start), slots)

    def _same_time(self, send: datetime) -> list[int]:
        """Return the slots of the same time of the other weeks that the series reaches into, or one beyond."""
        first, last = ((each.to_pydatetime() - send) // WEEK for each in (self.index[0], self.index[-1]))
        return [self._place(weeks_later(send, by, self.timezone)) for by in range(first - 1, last + 2) if by]

    def _calm(self, at: int, slots: int) -> Floats:
        """Return so many calm slots."""
        return _cut(self.calm, at, slots)

    def _place(self, moment: datetime) -> int:
        """Return the slot that a moment lies in, which may be outside the series."""
        first, step = self._grid
        return (moment - first) // step

    @cached_property
    def _grid(self) -> tuple[datetime, timedelta]:
        """The first slot and the step: plain, since a place is asked for thousands of times."""
        return self.index[0].to_pydatetime(), timedelta(seconds=robust.period_of(self.index))


def weeks_later(moment: datetime, weeks: int, timezone: str) -> datetime:
    """Return the same time of another week by the clocks of a time zone (IANA), as UTC."""
    local = moment.astimezone(ZoneInfo(timezone))
    return (local + weeks * WEEK).astimezone(UTC)


def shows_until(event: Event) -> datetime:
    """Return from when on an event no longer shows in the series: `AFTER` its end where it is an unusual one."""
    return max(event.end, event.start) + (AFTER if event.kind in UNUSUAL else timedelta(0))


def _first_from(moment: datetime, index: pd.DatetimeIndex) -> int:
    """Return the first slot that begins at a moment or later, which may lie between two seconds."""
    return int(index.searchsorted(pd.Timestamp(moment).ceil("s").as_unit(index.unit)))


def _cut(values: Floats, at: int, slots: int) -> Floats:
    """Return a stretch of values, NaN where there are none."""
    found = np.full(slots, np.nan)
    first, last = max(at, 0), min(at + slots, len(values))
    if first < last:
        found[first - at : last - at] = values[first:last]
    return found
