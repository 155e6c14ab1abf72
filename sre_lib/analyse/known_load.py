"""Load tests of the history, taken out of what is usual: a night at ten times the load would hide smaller faults."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from sre_lib.analyse import robust
from sre_lib.event import Event
from sre_lib.model import ServiceWeek

AFTER = timedelta(minutes=60)
"""So long after its end a test still shows: tasks scale in, queues drain."""

WEEK_MIN = 7 * 24 * 60


def without_load_tests(service_week: ServiceWeek) -> ServiceWeek:
    """Return a service's week with the same time of the nearest other week in place of each load test of the history.

    Only what is compared with is changed, never the reviewed week. Of a test at the same time in all weeks, and of one
    without such a week, the datapoints stay as they are.
    """
    name, start = service_week.service.name, service_week.week.start
    tests = [
        (each.start, min(_over(each), start))
        for each in service_week.events
        if each.kind == "load_test" and each.start < start and (not each.services or name in each.services)
    ]
    frame = service_week.frame
    index = pd.DatetimeIndex(frame.values.index)
    if not tests or len(index) < 2:
        return service_week
    values, tested = frame.values.to_numpy(dtype=np.float64, copy=True), np.zeros(len(index), np.bool_)
    for first, last in _slots(tests, index):
        tested[first:last] = True
    week, reviewed = robust.steps(index, WEEK_MIN), int(index.searchsorted(pd.Timestamp(start)))
    for first, last in _slots(tests, index):
        others = (first + by * week for by in (-1, 1, -2, 2))
        size = last - first
        other = next((at for at in others if 0 <= at <= reviewed - size and not tested[at : at + size].any()), None)
        if other is not None:
            values[first:last] = values[other : other + size]
    made = pd.DataFrame(values, index=frame.values.index, columns=frame.values.columns)
    return replace(service_week, frame=replace(frame, values=made))


def _slots(tests: Iterable[tuple[datetime, datetime]], index: pd.DatetimeIndex) -> list[tuple[int, int]]:
    """Return the slots of each test that lie in the data, those included that it touches."""
    step = pd.Timedelta(seconds=robust.period_of(index))
    edges = ((pd.Timestamp(start).floor(step), pd.Timestamp(end).ceil(step)) for start, end in tests)
    found = [(int(index.searchsorted(start)), int(index.searchsorted(end))) for start, end in edges]
    return [(first, last) for first, last in found if first < last]


def _over(event: Event) -> datetime:
    """Return from when on a test no longer shows."""
    return max(event.end, event.start) + AFTER
