"""The buffer pool of a database fills after a restart: free memory falls, and nothing is wrong."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from sre_lib.analyse import robust
from sre_lib.analyse.detectors.candidate import Candidate, positive, span
from sre_lib.analyse.robust import Floats
from sre_lib.analyse.seen import Seen

SWAP = "swap"
NEAR = timedelta(minutes=90)


@dataclass(frozen=True)
class Filling:
    """Finds where free memory jumped up by `jump` (a share of its level), and then falls back, ever more slowly.

    A jump is a restart: nothing else gives a database's memory back within minutes. A jump of half that size counts
    near a collected event of the database that speaks of a restart or a failover. It is the buffer pool as long as the
    new level is not below `keeps` of that before and swap does not rise with it by `swap_bytes`: otherwise it is
    pressure, and nothing is found here. The rule is that of practitioners: look at the slope of SwapUsage first.
    """

    jump: float = 0.2
    keeps: float = 0.8
    swap_bytes: float = 67_108_864
    most_days: float = 5

    def __post_init__(self) -> None:
        positive(self, "jump", "keeps", "swap_bytes", "most_days")

    def look(self, seen: Seen) -> tuple[Candidate, ...]:
        """Return the fillings, by time; `start` is the restart, `end` when free memory is level again."""
        index = robust.index_of(seen.series)
        hour = robust.steps(index, 60)
        values = robust.floats(seen.series)
        if len(values) < 4 * hour:
            return ()
        trailing = robust.rolling_median(values, hour, center=False)
        before = np.concatenate((np.full(hour, np.nan), trailing[:-hour]))
        ahead = np.concatenate((trailing[hour - 1 :], np.full(hour - 1, np.nan)))
        share = np.divide(ahead, before, out=np.ones(len(values)), where=before > 0) - 1
        jumps = np.nan_to_num(share) >= self.jump / 2
        found = (self._filling(seen, first, last, share) for first, last in robust.joined(robust.runs(jumps), 4 * hour))
        return tuple(each for each in found if each is not None)

    def _filling(self, seen: Seen, first: int, last: int, share: Floats) -> Candidate | None:
        """Return the filling that begins with a jump; None where it was no restart, or is no filling."""
        index, values = robust.index_of(seen.series), robust.floats(seen.series)
        hour = robust.steps(index, 60)
        at = first + int(np.argmax(share[first:last]))
        if share[at] < self.jump and not _restarted(seen, index[at].to_pydatetime()):
            return None
        course = values[at : at + robust.steps(index, self.most_days * 24 * 60)]
        before = robust.median(values[max(0, at - 6 * hour) : at])
        smooth = robust.rolling_median(course, hour)
        if len(course) < 4 * hour or np.isnan(smooth).all() or np.isnan(before):
            return None
        peak = int(np.nanargmax(smooth[: 6 * hour])) if not np.isnan(smooth[: 6 * hour]).all() else 0
        settled = robust.median(smooth[-12 * hour :]) if len(smooth) > 24 * hour else float(np.nanmin(smooth[peak:]))
        fall = smooth[peak] - settled
        if not fall > 0 or fall < 0.3 * (smooth[peak] - before) or settled < self.keeps * before:
            return None
        level = np.flatnonzero(smooth[peak:] <= settled + 0.1 * fall)
        ends = at + peak + (int(level[0]) if len(level) else len(course) - peak - 1) + 1
        if not _slows(values[at + peak : ends]) or self._swaps(seen, at, ends):
            return None
        start, end = span(index, at, ends)
        return Candidate(
            detector="filling",
            view="",
            start=start,
            end=end,
            score=0.9,
            direction=1,
            evidence={
                "value": float(smooth[peak]),
                "expected": before,
                "after": settled,
                "minutes": (end - start).total_seconds() / 60,
            },
        )

    def _swaps(self, seen: Seen, first: int, last: int) -> bool:
        """Tell whether swap came up meanwhile."""
        swap = seen.beside.get(SWAP)
        if swap is None:
            return False
        values = robust.floats(swap.series)
        hour = robust.steps(robust.index_of(seen.series), 60)
        rise = robust.median(values[max(first, last - 2 * hour) : last]) - robust.median(values[first : first + hour])
        return rise >= self.swap_bytes


def _slows(course: Floats) -> bool:
    """Tell whether a fall is no faster in its second half than in its first."""
    third = max(1, len(course) // 8)
    begins, middle, ends = (robust.median(each) for each in (
        course[:third], course[len(course) // 2 : len(course) // 2 + third], course[-third:]))  # fmt: skip
    return begins - middle >= middle - ends


def _restarted(seen: Seen, moment: datetime) -> bool:
    """Tell whether the database's own events speak of a restart near a moment."""
    spoken = ("restart", "reboot", "failover", "shutdown")
    return any(
        each.part == seen.part.name
        and abs(each.start - moment) <= NEAR
        and any(one in each.title.lower() for one in spoken)
        for each in seen.changes
    )
