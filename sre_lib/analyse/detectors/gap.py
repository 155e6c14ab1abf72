"""No datapoints where they should be: an agent that stopped, a call that was refused, or nobody was there."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sre_lib.analyse import robust
from sre_lib.analyse.detectors.candidate import Candidate, positive, span
from sre_lib.analyse.seen import Seen


@dataclass(frozen=True)
class Gap:
    """Finds gaps of at least `least_min` in the reviewed week of a series that otherwise hardly has any.

    The history must hold at least `complete` of its datapoints from the first one on, and a gap must be `beyond_usual`
    times as long as the longest before the week. `others_count` says how many of the series beside it had data
    meanwhile: with some, what was measured went on; with none, perhaps the service was down.
    """

    least_min: float = 30
    complete: float = 0.98
    beyond_usual: float = 3.0

    def __post_init__(self) -> None:
        positive(self, "least_min", "complete", "beyond_usual")

    def look(self, seen: Seen) -> tuple[Candidate, ...]:
        """Return the gaps of the reviewed week, by time."""
        index = robust.index_of(seen.series)
        begins, ends = (int(index.searchsorted(pd.Timestamp(each))) for each in (seen.week.start, seen.week.end))
        there = ~np.isnan(robust.floats(seen.series))
        history = there[:begins]
        if not history.any():
            return ()
        history = history[int(history.argmax()) :]
        minutes = robust.period_of(index) / 60
        usual = max((last - first for first, last in robust.runs(~history)), default=0) * minutes
        if history.mean() < self.complete or len(history) < seen.band.slots:
            return ()
        least = max(self.least_min, self.beyond_usual * usual)
        runs = [(begins + first, begins + last) for first, last in robust.runs(~there[begins:ends])]
        return tuple(
            self._candidate(seen, first, last, least) for first, last in runs if (last - first) * minutes >= least
        )

    def _candidate(self, seen: Seen, first: int, last: int, least: float) -> Candidate:
        """Describe one gap."""
        start, end = span(robust.index_of(seen.series), first, last)
        minutes = (end - start).total_seconds() / 60
        others = [each for each in seen.beside.values() if each.series.iloc[first:last].notna().any()]
        return Candidate(
            detector="gap",
            view="",
            start=start,
            end=end,
            score=minutes / (minutes + least / 2),
            direction=-1,
            evidence={"minutes": minutes, "others_count": float(len(others)), "beside_count": float(len(seen.beside))},
        )
