"""Headroom: what is left to the limit at each week's peak, and whether it shrinks."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sre_lib.analyse import robust
from sre_lib.analyse.detectors.candidate import Candidate, positive, span
from sre_lib.analyse.seen import Seen

WEEK = pd.Timedelta(days=7)


@dataclass(frozen=True)
class Headroom:
    """Finds where the peak of each week comes nearer to the limit, until less than `least_share` of it is left.

    A week's peak is its `quantile` (p99.9 of 2,016 datapoints is the second highest: one datapoint alone is no peak).
    It counts where each of the last `weeks` weeks peaks higher than the one before, the last peak lies above all
    others, and all that is at least `shrunk_share` of the limit.
    """

    quantile: float = 0.999
    least_share: float = 0.3
    weeks: int = 3
    shrunk_share: float = 0.1

    def __post_init__(self) -> None:
        positive(self, "quantile", "least_share", "weeks", "shrunk_share")

    def look(self, seen: Seen) -> tuple[Candidate, ...]:
        """Return the week's peak where the headroom shrinks; nothing where no limit above is known."""
        if not seen.limit or seen.limit <= 0:
            return ()
        end = pd.Timestamp(seen.week.end)
        spans = [seen.series[end - (back + 1) * WEEK : end - back * WEEK] for back in range(self.weeks + 1)][::-1]
        if any(each.count() < 0.5 * len(spans[-1]) or not len(each) for each in spans):
            return ()
        peaks = np.array([np.quantile(each.dropna().to_numpy(), self.quantile) for each in spans])
        left, shrunk = (seen.limit - peaks[-1]) / seen.limit, (peaks[-1] - peaks[0]) / seen.limit
        if (np.diff(peaks) <= 0).any() or left >= self.least_share or shrunk < self.shrunk_share:
            return ()
        index = robust.index_of(seen.series)
        at = int(index.get_indexer(pd.DatetimeIndex([spans[-1].idxmax()]))[0])
        start, last = span(index, at, at + 1)
        slope = float(peaks[-1] - peaks[0]) / self.weeks
        return (
            Candidate(
                detector="headroom",
                view="",
                start=start,
                end=last,
                score=float(shrunk / (shrunk + self.shrunk_share)),
                direction=1,
                evidence={
                    "value": float(peaks[-1]),
                    "expected": float(peaks[0]),
                    "limit": seen.limit,
                    "left": float(seen.limit - peaks[-1]),
                    "change": float(peaks[-1] - peaks[0]),
                    "limit_days": float((seen.limit - peaks[-1]) / slope * 7) if slope > 0 else float("inf"),
                    "weeks_count": float(self.weeks),
                },
            ),
        )
