"""Beyond a fixed threshold for long, and more so than is usual at that time of day."""

from dataclasses import dataclass

import numpy as np

from sre_lib.analyse import robust
from sre_lib.analyse.detectors.candidate import Candidate, Side, positive, span
from sre_lib.analyse.robust import Floats
from sre_lib.analyse.seen import Seen

FOLLOWED_MIN = 36 * 60
"""A level that lasts longer, half of the window of the baseline, is what that expects."""


@dataclass(frozen=True)
class Threshold:
    """Finds where a series stays beyond `threshold` for at least `least_min`, as it does not every day.

    `of_limit`: the threshold is a share of the series' limit (nothing is found where there is none). A stay counts
    only where it is `beyond_usual` times as long as the stays at this time of day on half of the days: what is so
    each night is known. The score grows with the time spent there: 0.5 at `least_min`, 0.8 at four times that.
    """

    threshold: float = 80.0
    side: Side = "up"
    of_limit: bool = False
    least_min: float = 30
    gap_min: float = 15
    beyond_usual: float = 2.0

    def __post_init__(self) -> None:
        positive(self, "least_min", "gap_min", "beyond_usual")
        if self.side not in {"up", "down"}:
            raise ValueError(f"side: got {self.side!r}, wants up or down")

    def look(self, seen: Seen) -> tuple[Candidate, ...]:
        """Return the stays beyond the threshold, by time."""
        level = self._level(seen)
        if level is None:
            return ()
        index = robust.index_of(seen.series)
        values = robust.floats(seen.series)
        beyond = values >= level if self.side == "up" else values <= level
        usual = seen.band.usual_near(beyond.astype(np.float64), robust.steps(index, 30))
        found = []
        for first, last in robust.joined(robust.runs(beyond), robust.steps(index, self.gap_min)):
            stay = beyond[first:last]
            period_min = robust.period_of(index) / 60
            minutes = int(np.count_nonzero(stay)) * period_min
            known = float(np.count_nonzero(usual[first:last] > 0)) * period_min
            if minutes < self.least_min or minutes < self.beyond_usual * known:
                continue
            there = values[first:last][stay]
            start, end = span(index, first, last)
            peak = float(there.max() if self.side == "up" else there.min())
            found.append(
                Candidate(
                    detector="threshold",
                    view="",
                    start=start,
                    end=end,
                    score=minutes / (minutes + self.least_min),
                    direction=1 if self.side == "up" else -1,
                    evidence={
                        "value": float(np.mean(there)),
                        "maximum": peak,
                        "threshold": level,
                        "expected": _usual(seen, values, first, last),
                        "minutes": minutes,
                    },
                )
            )
        return tuple(found)

    def _level(self, seen: Seen) -> float | None:
        """Return the threshold in the metric's unit; None where it rests on a limit that is not known."""
        if not self.of_limit:
            return self.threshold
        return None if seen.limit is None else self.threshold * seen.limit


def _usual(seen: Seen, values: Floats, first: int, last: int) -> float:
    """Return what is expected in a stay; the median of the series where nothing is, or the expectation followed it."""
    expected = robust.median(robust.floats(seen.band.expected)[first:last])
    followed = last - first > robust.steps(robust.index_of(seen.series), FOLLOWED_MIN)
    return robust.median(values) if followed or np.isnan(expected) else expected
