"""What a view looks at: one series of one part with its band, and what stands beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from sre_lib.analyse.baseline import Band
from sre_lib.change import Change
from sre_lib.event import Event
from sre_lib.model import Part, Service, Week


@dataclass(frozen=True)
class Beside:
    """A series beside the one that is looked at, with its band (float64, the same index, NaN: no datapoint)."""

    part: str
    series: pd.Series
    band: Band
    limit: float | None = None


@dataclass(frozen=True)
class Seen:
    """All that a detector of several series may look at.

    `series` (float64, regular UTC index over history and week, NaN: no datapoint) with its `band`, `limit` and
    smallest effect; `beside` by the names that the view gives, only those that are there; the known `events` and
    collected `changes` of the service, by time.
    """

    series: pd.Series
    band: Band
    part: Part
    service: Service
    week: Week
    limit: float | None = None
    min_effect: float = 0.0
    beside: Mapping[str, Beside] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    changes: tuple[Change, ...] = ()
