"""A push served with old capacity: the peak is over before more tasks are there."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd

from sre_lib.analyse import robust
from sre_lib.analyse.detectors.candidate import Candidate, positive, span
from sre_lib.analyse.seen import Seen
from sre_lib.event import Event

CROWDS = frozenset({"push", "broadcast", "sale"})


@dataclass(frozen=True)
class PushLag:
    """Finds pushes whose peak the capacity of before had to carry, and carried narrowly.

    That is: within `within_min` of the send the requests peak at least `more` times what is expected, the number of
    tasks is still that of the send at the peak and rises only afterwards, and the series (CPU) reaches
    `narrow_share` of its limit.
    """

    within_min: float = 45
    more: float = 1.2
    narrow_share: float = 0.8

    def __post_init__(self) -> None:
        positive(self, "within_min", "more", "narrow_share")

    def look(self, seen: Seen) -> tuple[Candidate, ...]:
        """Return such pushes, by time."""
        if seen.limit is None or not {"requests", "running_tasks"} <= seen.beside.keys():
            return ()
        mine = [each for each in seen.events if each.kind in CROWDS and seen.service.name in each.services]
        found = (self._one(seen, event) for event in mine)
        return tuple(each for each in found if each is not None)

    def _one(self, seen: Seen, event: Event) -> Candidate | None:
        """Return a push that old capacity had to carry; None where it had not."""
        index = robust.index_of(seen.series)
        first, last = (
            int(index.searchsorted(pd.Timestamp(each)))
            for each in (event.start, event.start + timedelta(minutes=self.within_min))
        )
        requests, tasks = seen.beside["requests"], seen.beside["running_tasks"]
        rush, cpu = (robust.floats(each)[first:last] for each in (requests.series, seen.series))
        count = robust.floats(tasks.series)[max(0, first - 1) : last + last - first]
        if first >= last or np.isnan(rush).all() or np.isnan(cpu).all() or np.isnan(count).all():
            return None
        peak = int(np.nanargmax(rush))
        expected = robust.floats(requests.band.expected)[first + peak]
        more = np.flatnonzero(count > np.nanmin(count[:2]))
        highest = float(np.nanmax(cpu))
        narrow = seen.limit is not None and highest >= self.narrow_share * seen.limit
        if not (narrow and rush[peak] >= self.more * expected and len(more) and more[0] - 1 > peak):
            return None
        minutes = robust.period_of(index) / 60
        start, end = span(index, first, first + peak + 1)
        share = highest / seen.limit if seen.limit else 0.0
        return Candidate(
            detector="push_lag",
            view="",
            start=start,
            end=end,
            score=min(1.0, 0.55 + 0.4 * max(0.0, share - self.narrow_share) / (1 - self.narrow_share)),
            direction=1,
            evidence={
                "value": highest,
                "expected": float(robust.floats(seen.band.expected)[first + peak]),
                "peak_minutes": (peak + 1) * minutes,
                "lag_minutes": float(more[0]) * minutes,
            },
        )
