"""Something that never happened begins: keys are evicted from a memory that has filled."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from sre_lib.analyse import robust
from sre_lib.analyse.detectors.candidate import Candidate, positive, span
from sre_lib.analyse.robust import Floats
from sre_lib.analyse.seen import Beside, Seen

MEMORY = "memory"


@dataclass(frozen=True)
class FromZero:
    """Finds where a count that was 0 before is above it for `least_min` in all.

    "Before" is all of the series up to then: at most `never` of its datapoints are above 0. Where the memory beside is
    known it must have come up by `rise` points in the week before: what is evicted from a memory that did not grow is a
    command of somebody. Rests of up to `gap_hours` (nights) belong to it.
    """

    least_min: float = 30
    never: float = 0.01
    rise: float = 3
    gap_hours: float = 12

    def __post_init__(self) -> None:
        positive(self, "least_min", "never", "rise", "gap_hours")

    def look(self, seen: Seen) -> tuple[Candidate, ...]:
        """Return the first times that it happened, by time."""
        index = robust.index_of(seen.series)
        values = robust.floats(seen.series)
        there = values > 0
        week, memory = robust.steps(index, 7 * 24 * 60), seen.beside.get(MEMORY)
        found = []
        for first, last in robust.joined(robust.runs(there), robust.steps(index, self.gap_hours * 60)):
            minutes = int(np.count_nonzero(there[first:last])) * robust.period_of(index) / 60
            known = first >= week and np.mean(there[:first]) <= self.never and not np.isnan(values[:first]).all()
            rise = _rise(memory, first, robust.steps(index, 6 * 60), week)
            if known and minutes >= self.least_min and not rise < self.rise:
                found.append(self._candidate(seen, (first, last), values, minutes))
        return tuple(found)

    def _candidate(self, seen: Seen, run: tuple[int, int], values: Floats, minutes: float) -> Candidate:
        """Describe one beginning."""
        here = slice(*run)
        start, end = span(robust.index_of(seen.series), *run)
        memory = seen.beside.get(MEMORY)
        full = {} if memory is None else {"memory_percent": robust.median(robust.floats(memory.series)[here])}
        return Candidate(
            detector="from_zero",
            view="",
            start=start,
            end=max(end, start + timedelta(hours=1)),
            score=minutes / (minutes + self.least_min),
            direction=1,
            evidence={
                "value": float(np.nanmax(values[here])),
                "expected": 0.0,
                "total_count": float(np.nansum(values[here])),
                "minutes": minutes,
                **full,
            },
        )


def _rise(memory: Beside | None, first: int, hours: int, week: int) -> float:
    """Return by how much a memory came up within the week before a slot; infinite where it is not known."""
    if memory is None:
        return float("inf")
    values = robust.floats(memory.series)
    now = robust.median(values[max(0, first - hours) : first])
    return now - robust.median(values[max(0, first - week - hours) : max(1, first - week)])
