"""A resource that is hardly used all week."""

from dataclasses import dataclass

import numpy as np

from sre_lib.analyse import robust
from sre_lib.analyse.detectors.candidate import Candidate, positive
from sre_lib.analyse.seen import Seen

LEAST_SEEN = 0.8
"""Share of the week's datapoints that must be there."""


@dataclass(frozen=True)
class Idle:
    """Finds a week whose busiest hour (median of its datapoints) stays under `threshold`.

    The score is 0.86 just under it and nears 1 towards 0: an unused resource hurts nobody, but it costs.
    """

    threshold: float = 10

    def __post_init__(self) -> None:
        positive(self, "threshold")

    def look(self, seen: Seen) -> tuple[Candidate, ...]:
        """Return the reviewed week where it is idle."""
        week = seen.series[(seen.series.index >= seen.week.start) & (seen.series.index < seen.week.end)]
        if len(week) < 2 or week.notna().mean() < LEAST_SEEN:
            return ()
        busiest = float(np.nanmax(robust.block_median(robust.floats(week), robust.steps(robust.index_of(week), 60))))
        if busiest >= self.threshold:
            return ()
        score = 0.86 + 0.14 * (1 - max(busiest, 0.0) / self.threshold)
        evidence = {"value": busiest, "threshold": self.threshold}
        return (Candidate("idle", "", seen.week.start, seen.week.end, score, -1, evidence),)
