"""At the limit: a flat line there is a finding, however usual it is."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from sre_lib.analyse import robust
from sre_lib.analyse.baseline import Band
from sre_lib.analyse.detectors.candidate import Candidate, Side, positive, span
from sre_lib.analyse.robust import Floats


@dataclass(frozen=True)
class Saturation:
    """Finds where a series stays at its limit: within `margin` of it for at least `least_min`.

    A limit below (`side` is "down", such as free memory towards 0) has no size of its own: the margin is then a share
    of the median distance to it. This detector looks at the limit alone; it knows nothing of what is usual.
    The score grows with the time spent there: 0.5 at `least_min`, 0.8 at four times that.
    """

    limit: float
    side: Side = "up"
    margin: float = 0.02
    least_min: float = 30
    gap_min: float = 30

    def __post_init__(self) -> None:
        positive(self, "margin", "least_min", "gap_min")
        if self.side not in {"up", "down"}:
            raise ValueError(f"side: got {self.side!r}, wants up or down")

    @property
    def name(self) -> str:
        """Name of the detector."""
        return "saturation"

    def threshold(self, series: pd.Series) -> float:
        """Return the value from which on the series counts as saturated, in the metric's unit."""
        if self.side == "up":
            return self.limit - self.margin * abs(self.limit)
        return self.limit + self.margin * max(0.0, robust.median(robust.floats(series)) - self.limit)

    def detect(self, series: pd.Series, band: Band) -> tuple[Candidate, ...]:  # noqa: ARG002 - a limit asks no band
        """Return the stays at the limit, by time."""
        index = robust.index_of(series)
        values = robust.floats(series)
        threshold = self.threshold(series)
        full = values >= threshold if self.side == "up" else values <= threshold
        found = []
        for first, last in robust.joined(robust.runs(full), robust.steps(index, self.gap_min)):
            there = values[first:last]
            minutes = int(np.count_nonzero(full[first:last])) * robust.period_of(index) / 60
            if minutes >= self.least_min and np.mean(full[first:last][~np.isnan(there)]) >= 0.5:
                start, end = span(index, first, last)
                found.append(self._candidate((start, end), there[full[first:last]], minutes))
        return tuple(found)

    def _candidate(self, when: tuple[datetime, datetime], there: Floats, minutes: float) -> Candidate:
        """Describe one stay at the limit."""
        return Candidate(
            detector=self.name,
            view="saturation",
            start=when[0],
            end=when[1],
            score=minutes / (minutes + self.least_min),
            direction=1 if self.side == "up" else -1,
            evidence={
                "value": float(np.mean(there)),
                "maximum": float(np.max(there) if self.side == "up" else np.min(there)),
                "limit": self.limit,
                "minutes": minutes,
            },
        )
