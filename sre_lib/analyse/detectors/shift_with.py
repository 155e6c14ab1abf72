"""A change of level, told apart by what the series beside it did meanwhile."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

import pandas as pd

from sre_lib.analyse import robust
from sre_lib.analyse.detectors.candidate import Candidate, Side, positive
from sre_lib.analyse.detectors.growth import Growth
from sre_lib.analyse.detectors.level_shift import LevelShift
from sre_lib.analyse.seen import Seen

DAY = timedelta(days=1)
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class ShiftWith:
    """Finds lasting changes of level towards `side` while the series beside it keep still, rise or fall (`others`).

    What the others did is the median of the day after the change against that of the same hours a week before. `flat`:
    none differs by `share` or more; `up` and `down`: each that is there does, in that direction. Nothing is found where
    none of them has datapoints on both of these days.
    """

    side: Side = "up"
    others: Literal["flat", "up", "down"] = "flat"
    share: float = 0.2
    shift: LevelShift = field(default_factory=LevelShift)

    def __post_init__(self) -> None:
        positive(self, "share")
        if self.side not in {"up", "down"}:
            raise ValueError(f"side: got {self.side!r}, wants up or down")
        if self.others not in {"flat", "up", "down"}:
            raise ValueError(f"others: got {self.others!r}, wants flat, up or down")

    def look(self, seen: Seen) -> tuple[Candidate, ...]:
        """Return the changes of level that the series beside bear out, by time."""
        sign = 1 if self.side == "up" else -1
        found = []
        for each in self.shift.detect(seen.series, seen.band):
            changes = [change_since(one.series, each.end) for one in seen.beside.values()]
            known = [one for one in changes if pd.notna(one)]
            if each.direction == sign and known and all(self._bears_out(one) for one in known):
                evidence = {**each.evidence, "others_change_percent": 100 * max(known, key=abs)}
                found.append(replace(each, detector="shift_with", view="", evidence=evidence))
        return tuple(found)

    def _bears_out(self, change: float) -> bool:
        """Tell whether a series beside did what it should have done."""
        if self.others == "flat":
            return abs(change) < self.share
        return change >= self.share if self.others == "up" else change <= -self.share


@dataclass(frozen=True)
class GrowthWith:
    """Finds growth towards `side` while what stands beside goes the other way by at least `share` of its level."""

    side: Side = "up"
    share: float = 0.05

    def __post_init__(self) -> None:
        positive(self, "share")
        if self.side not in {"up", "down"}:
            raise ValueError(f"side: got {self.side!r}, wants up or down")

    def look(self, seen: Seen) -> tuple[Candidate, ...]:
        """Return the growth that lasts until the end of the series and that each series beside bears out."""
        found = []
        for each in Growth(side=self.side).detect(seen.series, seen.band):
            changes = [_change_over(one.series, each.start, each.end) for one in seen.beside.values()]
            if changes and all(-each.direction * one >= self.share for one in changes):
                evidence = {**each.evidence, "others_change_percent": 100 * max(changes, key=abs)}
                found.append(replace(each, detector="growth_with", view="", evidence=evidence))
        return tuple(found)


def change_since(series: pd.Series, moment: datetime) -> float:
    """Return by which share a series differs in the day from a moment on from the same hours a week before.

    NaN where one of them has no datapoints, or the earlier level is 0.
    """
    after = series[moment : moment + DAY]
    before = series[moment - WEEK : moment - WEEK + DAY]
    return _share(robust.median(robust.floats(before)), robust.median(robust.floats(after)))


def _change_over(series: pd.Series, start: datetime, end: datetime) -> float:
    """Return by which share the last day of an interval differs from its first."""
    days = (series[start : start + DAY], series[end - DAY : end])
    return _share(*(robust.median(robust.floats(each)) for each in days))


def _share(before: float, after: float) -> float:
    """Return the change in shares of the level before; NaN where that is 0 or not known."""
    return after / before - 1 if before else float("nan")
