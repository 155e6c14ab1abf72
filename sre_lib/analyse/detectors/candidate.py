"""What every detector obeys: settings in, one pure method on one series, candidate intervals out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, Protocol

import pandas as pd

from sre_lib.analyse import robust
from sre_lib.analyse.baseline import Band
from sre_lib.analyse.seen import Seen

Side = Literal["up", "down"]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Candidate:
    """An interval `[start, end)` in UTC that may be worth a look.

    `score` (0..1) is how surprising; `direction` is +1 up or -1 down; `evidence` holds numbers in the metric's unit
    under the names of the view. Of a lasting change `start`..`end` is the change itself,
    `until` how long it has lasted.
    """

    detector: str
    view: str
    start: datetime
    end: datetime
    score: float
    direction: int
    evidence: Mapping[str, float]
    until: datetime | None = None

    @property
    def last(self) -> datetime:
        """End of all that the candidate spans: of the lasting change, else of the interval."""
        return self.until or self.end


class Detector(Protocol):
    """A frozen dataclass whose fields are its settings."""

    @property
    def name(self) -> str:
        """Name of the detector, as `Finding.detector` shows it."""

    def detect(self, series: pd.Series, band: Band) -> tuple[Candidate, ...]:
        """Return candidates by time; `series` (float64, regular UTC index, NaN: no datapoint) is left as it is."""


class SeenDetector(Protocol):
    """A frozen dataclass whose fields are its settings, that looks at what stands beside a series, too."""

    def look(self, seen: Seen) -> tuple[Candidate, ...]:
        """Return candidates by time; the view that looked gives them its own name."""


def positive(settings: object, *names: str) -> None:
    """Raise ValueError naming the first of these settings that is not above 0."""
    for name in names:
        if not getattr(settings, name) > 0:
            raise ValueError(f"{name}: got {getattr(settings, name)!r}, wants a number above 0")


def span(index: pd.DatetimeIndex, first: int, last: int) -> tuple[datetime, datetime]:
    """Return the time of slots `[first, last)`: the last datapoint lasts one period."""
    ticks = index.asi8
    begin, end = int(ticks[first]), int(ticks[last - 1]) + int(ticks[1] - ticks[0])
    per_second = robust.TICKS[index.unit]
    return EPOCH + timedelta(seconds=begin / per_second), EPOCH + timedelta(seconds=end / per_second)
