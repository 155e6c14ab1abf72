"""What a simulated service is made into, and what was planted in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import pandas as pd

from sre_lib.catalog import builtin_catalog, columns_of
from sre_lib.change import Change
from sre_lib.collect.changes.events import deployment_events
from sre_lib.event import Event
from sre_lib.model import Answer, Column, MetricFrame, Part, Service, ServiceWeek, Status
from sre_lib.public_holidays import country_of, holiday_events
from tests.estate.clock import Clock, Floats

Series = dict[tuple[str, str, str], Floats]
Signs = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Planted:
    """One entry of the answer key: what happens to which service in `[start, end)` (UTC), and where it shows.

    `signs` are part and metric of the sign itself and its companions; `views` are those of the expert's catalogue
    that name it; `size` is 0 (moderate) to 1 (clear); `lasting`: it goes on to the end of the week.
    """

    kind: str
    service: str
    signs: Signs
    views: tuple[int, ...]
    start: datetime
    end: datetime
    size: float
    is_fault: bool = True
    lasting: bool = False


@dataclass
class Notes:
    """What people and AWS tell of a service."""

    events: list[Event] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


def service_week(
    service: Service, clock: Clock, series: Series, notes: Notes, gaps: Mapping[str, Floats]
) -> ServiceWeek:
    """Return a service's week; `gaps` by part: above 0 where no datapoint came. An optional metric may be absent."""
    wanted = columns_of(builtin_catalog(), service)
    counted = [Column(*key) for key in series if key[2] == "SampleCount"]
    values: dict[tuple[str, str, str], Floats] = {}
    for column in (*wanted, *counted):
        spec = builtin_catalog()[service.part(column.part).kind].metrics[column.metric]
        key = (column.part, column.metric, column.statistic)
        if key not in series and not spec.optional:
            raise KeyError(f"{service.name}: {column} was not made")
        made = series.get(key, np.full(clock.size, np.nan))
        values[key] = np.where(gaps.get(column.part, np.zeros(clock.size)) > 0, np.nan, made)
    columns = pd.MultiIndex.from_tuples(list(values), names=Column._fields)
    frame = pd.DataFrame(np.column_stack(list(values.values())), index=clock.index, columns=columns)
    empty = frame.iloc[clock.first :].isna().all()
    answers = {Column(*key): Answer(Status.NO_DATA if empty[key] else Status.COMPLETE, 300) for key in values}
    changes = tuple(sorted(notes.changes, key=lambda each: each.start))
    week = clock.week
    public = holiday_events(country_of(week.timezone), week.history_start, week.end, week.timezone, "en")
    events = tuple(sorted([*notes.events, *public], key=lambda each: each.start))
    events += deployment_events(changes, events, service)
    return ServiceWeek(service, week, MetricFrame(frame, answers), events, changes=changes)


def part(name: str, kind: str, **limits: float) -> Part:
    """Return a part whose dimensions are named after it."""
    names = builtin_catalog()[kind].dimensions
    return Part(name, kind, dict.fromkeys(names, name), limits=limits)
