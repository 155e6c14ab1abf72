"""CPU and the traffic that it is for: one moves and the other does not."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sre_lib.analyse import robust
from sre_lib.analyse.detectors.candidate import Candidate, positive, span
from sre_lib.analyse.detectors.persistent import Persistent, Stay
from sre_lib.analyse.robust import Floats
from sre_lib.analyse.seen import Beside, Seen

REQUESTS = "requests"


@dataclass(frozen=True)
class WithoutTraffic:
    """Finds where a load stays `points` above the expected while traffic keeps within `same` (a share) of its own.

    What a little more traffic explains is taken off: the expected load times the share by which traffic is above its
    expected value. Where the load of all tasks together is beside it, that has to be up, too: fewer tasks are no
    load. Of the stays of seven days the strongest stands for all, with their number: they have one cause.
    """

    points: float = 8
    same: float = 0.2
    persistent: Persistent = field(default_factory=Persistent)

    def __post_init__(self) -> None:
        positive(self, "points", "same")

    def look(self, seen: Seen) -> tuple[Candidate, ...]:
        """Return the stays above what traffic explains, by time; none without traffic beside."""
        requests = seen.beside.get(REQUESTS)
        if requests is None:
            return ()
        more = _above(requests, robust.steps(robust.index_of(seen.series), self.persistent.least_min))
        expected = robust.floats(seen.band.expected)
        excess = robust.floats(seen.series) - expected - np.maximum(more, 0) * np.maximum(expected, 0)
        excess = np.where(np.abs(more) <= self.same, excess, np.where(np.isnan(more), np.nan, 0.0))
        excess[_fewer_tasks(seen)] = 0.0
        if np.isnan(excess).all():
            return ()
        stays = self.persistent.stays(excess, seen, max(self.points, seen.min_effect))
        week = robust.steps(robust.index_of(seen.series), 7 * 24 * 60)
        weeks: dict[int, list[Stay]] = {}
        for each in stays:
            weeks.setdefault((len(excess) - 1 - each.first) // week, []).append(each)
        return tuple(self._candidate(seen, of_week, more) for of_week in weeks.values())

    def _candidate(self, seen: Seen, stays: list[Stay], more: Floats) -> Candidate:
        """Describe the strongest stay of a week by its medians."""
        stay = max(stays, key=lambda each: each.score)
        here = slice(stay.first, stay.last)
        start, end = span(robust.index_of(seen.series), stay.first, stay.last)
        return Candidate(
            detector="without_traffic",
            view="",
            start=start,
            end=end,
            score=stay.score,
            direction=1,
            evidence={
                "value": robust.median(robust.floats(seen.series)[here]),
                "expected": robust.median(robust.floats(seen.band.expected)[here]),
                "traffic_change_percent": 100 * robust.median(more[here]),
                "stays_count": float(len(stays)),
                "minutes": (end - start).total_seconds() / 60,
            },
        )


@dataclass(frozen=True)
class WithoutLoad:
    """Finds where traffic stays `factor` times its expected value and the load beside it does not follow.

    What should follow comes from the line of the load on traffic over the hours of history and week, which must explain
    `explains` of it (r squared): a fleet that scales keeps its CPU, and says nothing here unless its tasks are known.
    Not following is less than `follows` of a rise that should be `points` or more.
    """

    factor: float = 1.4
    points: float = 8
    follows: float = 0.3
    explains: float = 0.6
    persistent: Persistent = field(default_factory=lambda: Persistent(least_min=15))

    def __post_init__(self) -> None:
        positive(self, "factor", "points", "follows", "explains")

    def look(self, seen: Seen) -> tuple[Candidate, ...]:
        """Return the rises of traffic that no load follows, by time."""
        load = seen.beside.get("cpu_total") or seen.beside.get("cpu")
        slope = None if load is None else self._slope(seen, load)
        if load is None or slope is None:
            return ()
        values, expected = robust.floats(seen.series), robust.floats(seen.band.expected)
        excess = np.where(values >= self.factor * expected, values - expected, np.where(np.isnan(values), np.nan, 0.0))
        stays = self.persistent.stays(excess, seen, max(self.points / slope, seen.min_effect))
        found = (self._candidate(seen, load, each, slope) for each in stays)
        return tuple(each for each in found if each is not None)

    def _slope(self, seen: Seen, load: Beside) -> float | None:
        """Return how much load a request brings, hour by hour; None where load does not follow traffic."""
        hour = robust.steps(robust.index_of(seen.series), 60)
        pairs = np.column_stack([robust.block_median(robust.floats(each), hour) for each in (seen.series, load.series)])
        pairs = pairs[~np.isnan(pairs).any(axis=1)]
        if len(pairs) < 72 or (np.ptp(pairs, axis=0) == 0).any():
            return None
        (variance, together), (_, other) = np.cov(pairs.T)
        explained = together**2 / (variance * other)
        return float(together / variance) if together > 0 and explained >= self.explains else None

    def _candidate(self, seen: Seen, load: Beside, stay: Stay, slope: float) -> Candidate | None:
        """Describe one rise at its highest; None where the load followed."""
        here = slice(stay.first, stay.last)
        start, end = span(robust.index_of(seen.series), stay.first, stay.last)
        excess = (robust.floats(seen.series) - robust.floats(seen.band.expected))[here]
        rise = robust.median((robust.floats(load.series) - robust.floats(load.band.expected))[here])
        share = rise / (slope * robust.median(excess))
        if not share < self.follows:
            return None
        at = stay.first + int(np.nanargmax(excess))
        return Candidate(
            detector="without_load",
            view="",
            start=start,
            end=end,
            score=stay.score,
            direction=1,
            evidence={
                "value": float(seen.series.iloc[at]),
                "expected": float(seen.band.expected.iloc[at]),
                "followed_share": share,
                "minutes": (end - start).total_seconds() / 60,
            },
        )


def _fewer_tasks(seen: Seen) -> npt.NDArray[np.bool_]:
    """Return where a series is up and the load of all tasks together is not by half as much."""
    total = seen.beside.get("cpu_total")
    if total is None:
        return np.zeros(len(seen.series), dtype=bool)
    up = robust.floats(seen.series - seen.band.expected) * robust.floats(total.band.expected)
    load = robust.floats(total.series - total.band.expected) * robust.floats(seen.band.expected)
    return np.asarray((up > 0) & (load < up / 2), dtype=np.bool_)


def _above(requests: Beside, size: int) -> Floats:
    """Return by which share traffic lies above (below 0: under) its expected value, over `size` slots."""
    expected = robust.floats(requests.band.expected)
    size = min(size, len(expected))
    there = robust.rolling_mean(robust.floats(requests.series), size)
    usual = robust.rolling_mean(expected, size)
    return np.asarray(np.divide(there, usual, out=np.full(len(there), np.nan), where=usual > 0) - 1, dtype=np.float64)
