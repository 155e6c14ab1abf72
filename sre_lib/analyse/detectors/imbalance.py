"""One task that works far harder than the others, for long."""

from dataclasses import dataclass, field

import numpy as np

from sre_lib.analyse import robust
from sre_lib.analyse.detectors.candidate import Candidate, positive, span
from sre_lib.analyse.detectors.persistent import Persistent, Stay
from sre_lib.analyse.robust import Floats
from sre_lib.analyse.seen import Seen

TASKS = "running_tasks"


@dataclass(frozen=True)
class Imbalance:
    """Finds where the busiest sample of any task stays `points` above what is usual between it and the average.

    The maximum of CloudWatch is the busiest 20 seconds of any task: a lone task shows it far above its average, and any
    fleet for a datapoint (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html). So only
    what persists counts, beyond what a higher average brings with it, and only while at least two tasks run; where it
    is not known how many run it is `suspected`, which is a view of its own with words of its own.
    """

    points: float = 15
    suspected: bool = False
    persistent: Persistent = field(default_factory=lambda: Persistent(least_min=45))

    def __post_init__(self) -> None:
        positive(self, "points")

    def look(self, seen: Seen) -> tuple[Candidate, ...]:
        """Return the stays of an imbalance, by time; `seen.series` is the maximum less the average."""
        tasks = seen.beside.get(TASKS)
        if self.suspected == (tasks is not None):
            return ()
        running = np.full(len(seen.series), np.inf) if tasks is None else robust.floats(tasks.series)
        excess = robust.floats(seen.series) - self._usual(seen)
        excess[~(running >= 2)] = np.nan
        if np.isnan(excess).all():
            return ()
        stays = self.persistent.stays(excess, seen, self.points)
        return tuple(self._candidate(seen, each, running) for each in stays)

    def _usual(self, seen: Seen) -> Floats:
        """Return the distance that is usual, larger where the average is up: what all tasks do is no imbalance."""
        expected = robust.floats(seen.band.expected)
        cpu = seen.beside.get("cpu")
        if cpu is None:
            return expected
        usual, now = robust.floats(cpu.band.expected), robust.floats(cpu.series)
        up = np.divide(now, usual, out=np.ones(len(now)), where=usual > 0)
        return np.asarray(expected * np.fmax(up, 1.0), dtype=np.float64)

    def _candidate(self, seen: Seen, stay: Stay, running: Floats) -> Candidate:
        """Describe one stay by its medians."""
        here = slice(stay.first, stay.last)
        start, end = span(robust.index_of(seen.series), stay.first, stay.last)
        tasks = robust.median(running[here])
        return Candidate(
            detector="imbalance",
            view="",
            start=start,
            end=end,
            score=stay.score,
            direction=1,
            evidence={
                "value": robust.median(robust.floats(seen.series)[here]),
                "expected": robust.median(robust.floats(seen.band.expected)[here]),
                "minutes": (end - start).total_seconds() / 60,
                **({} if self.suspected else {"tasks_count": tasks}),
            },
        )
