"""Planned events that nothing followed: a push that nobody came for is worth a word, too."""

from collections.abc import Mapping
from datetime import timedelta

import numpy as np
import pandas as pd

from sre_lib.analyse.judge import Judged
from sre_lib.event import Event
from sre_lib.model import PERIOD_S, Column, ServiceWeek

PLANNED = frozenset({"push", "broadcast", "sale", "load_test", "batch"})
"""Kinds of events that are planned to bring load."""

CROWD = frozenset({"requests", "cpu", "engine_cpu", "invocations", "orders"})
"""Where load shows first."""

WITHIN = timedelta(minutes=60)
MORE = 1.1
"""More than a tenth above the expected value, or outside the band, is an effect."""

LEAST_COVERAGE = 0.8
"""Share of that time in which a series must have been seen before it is said that it did not rise."""


def without_effect(service_week: ServiceWeek, judged: Mapping[Column, Judged]) -> tuple[Event, ...]:
    """Return the planned events of the reviewed week after which no load rose, by time.

    Looked at are the requests and CPU of the service from the event's start to an hour after its end; an event of which
    less than `LEAST_COVERAGE` of that was seen in one of them is not among them: it cannot be told.
    """
    week, name = service_week.week, service_week.service.name
    columns = [column for column in judged if column.metric in CROWD]
    planned = [
        event
        for event in service_week.events
        if event.kind in PLANNED and name in event.services and week.start <= event.start < week.end
    ]
    return tuple(event for event in planned if _silent(event, service_week, judged, columns))


def _silent(event: Event, service_week: ServiceWeek, judged: Mapping[Column, Judged], columns: list[Column]) -> bool:
    """Tell whether series were seen for most of an event, and none of them rose."""
    calm = []
    first, last = pd.Timestamp(event.start), pd.Timestamp(event.end + WITHIN)
    least = LEAST_COVERAGE * ((last - first) / pd.Timedelta(seconds=PERIOD_S))
    for column in columns:
        series, band = service_week.frame.series(column), judged[column].band
        inside = (series.index >= first) & (series.index < last)
        there = inside & series.notna().to_numpy()
        if there.any():
            above = (series[there] > band.upper[there]) | (series[there] > MORE * band.expected[there])
            calm.append(bool(there.sum() >= least and not np.asarray(above).any()))
    return bool(calm) and all(calm)
