"""A series around a push, aligned at its send: what it was, and what is usual then."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from sre_lib.analyse import robust
from sre_lib.analyse.events.chain import Trace, concerns
from sre_lib.analyse.events.usual import Usual
from sre_lib.analyse.robust import Floats
from sre_lib.event import Event
from sre_lib.model import PERIOD_S, MetricFrame, ServiceWeek

BEFORE, AFTER = timedelta(minutes=30), timedelta(minutes=120)
"""What is looked at of a push. Notifications are opened within the first hour; scaling in waits 15 minutes."""

WITHIN_MIN = 60
"""The crowd of a notification comes within the first hour; what peaks later has another cause."""

LEAST_COVERAGE = 0.8
"""Share of that hour that must have been seen before it is said that nothing came of it: a crowd takes longer to leave
than the fifth that may lack."""

LEAST_FINE = 0.5
"""Share of the minutes of its 300 s datapoints that 60 s must hold: what is published every 5 minutes holds 0.2."""

Fine = Callable[[str, datetime, datetime], MetricFrame | None]
"""A service's stretch at 60 s (`collect.minutes`); None where the archive has it at 300 s alone."""


@dataclass(frozen=True, eq=False)
class Around:
    """One trace around a send, a value a period: `minutes` since the send at which each period begins.

    `values` (NaN: no datapoint) and `usual` (NaN: not known) are in the trace's unit, counts a minute.
    """

    trace: Trace
    period_s: int
    minutes: Floats
    values: Floats
    usual: Floats

    @property
    def since(self) -> np.ndarray:
        """Tell which periods are not over before the send."""
        return self.minutes + self.period_s / 60 > 0

    @property
    def hour(self) -> np.ndarray:
        """Tell which periods are of the hour after the send."""
        return self.since & (self.minutes < WITHIN_MIN)

    @property
    def seen(self) -> bool:
        """Tell whether there is any datapoint after the send."""
        return bool(np.isfinite(self.values[self.since]).any())


@dataclass(frozen=True, eq=False)
class Rows:
    """The series of some services' weeks, each prepared once for all pushes."""

    weeks: Mapping[str, ServiceWeek]
    fine: Fine = field(default=lambda _service, _start, _end: None)
    _usual: dict[Trace, Usual] = field(default_factory=dict, init=False, repr=False)

    def around(self, event: Event, trace: Trace, fine: MetricFrame | None) -> Around | None:
        """Return a trace around an event; None where its service has no such column.

        At 60 s where `fine` (the service's stretch from `stretch_of`) is given, else at 300 s.
        """
        if trace.column not in self.weeks[trace.hop.service].frame.answers:
            return None
        start, end = stretch_of(event)
        usual = self._of(trace)
        slots = (end - start) // timedelta(seconds=PERIOD_S)
        coarse, expected = usual.cut(start, slots), usual.at(start, slots, event.start)
        per_minute = PERIOD_S / 60 if trace.per_minute else 1.0
        if fine is not None and trace.column in fine.answers:
            times = PERIOD_S // fine.period_s
            values = robust.floats(robust.finite(fine.series(trace.column)))
            if np.isfinite(values).sum() >= LEAST_FINE * times * np.isfinite(coarse).sum():
                return _around(event, trace, fine.period_s, values, np.repeat(expected, times) / per_minute)
        return _around(event, trace, PERIOD_S, coarse / per_minute, expected / per_minute)

    def _of(self, trace: Trace) -> Usual:
        """Return the whole series of a trace."""
        if trace not in self._usual:
            week = self.weeks[trace.hop.service]
            events = [each for each in week.events if concerns(each, trace.hop.service)]
            self._usual[trace] = Usual.of(week.frame.series(trace.column), events, week.week.timezone)
        return self._usual[trace]


def after_of(event: Event) -> timedelta:
    """Return how long after its start an event is looked at: two hours, of a longer one to an hour after its end."""
    return max(AFTER, event.end - event.start + AFTER / 2)


def stretch_of(event: Event) -> tuple[datetime, datetime]:
    """Return what is looked at of an event: whole slots of 300 s."""
    start = event.start - BEFORE
    floor = start - timedelta(seconds=start.timestamp() % PERIOD_S)
    length = after_of(event) + BEFORE
    slots = -(-length // timedelta(seconds=PERIOD_S)) + (floor != start)
    return floor, floor + slots * timedelta(seconds=PERIOD_S)


def _around(event: Event, trace: Trace, period_s: int, values: Floats, usual: Floats) -> Around:
    """Return a trace with its minutes since the send."""
    start, _ = stretch_of(event)
    first = (start - event.start) / timedelta(minutes=1)
    return Around(trace, period_s, first + np.arange(len(values)) * period_s / 60, values, usual)
