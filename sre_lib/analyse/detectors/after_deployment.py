"""A lasting change of level, with what happened when it came: a deployment, or a peak of the load."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from sre_lib.analyse import robust
from sre_lib.analyse.detectors.candidate import Candidate, positive
from sre_lib.analyse.detectors.growth import Growth
from sre_lib.analyse.detectors.level_shift import LevelShift
from sre_lib.analyse.detectors.surprise import Surprise
from sre_lib.analyse.seen import Beside, Seen


def deployments(seen: Seen) -> list[tuple[datetime, datetime]]:
    """Return start and end of the known deployments of the service, by time."""
    known = [(each.start, each.end) for each in seen.changes if each.kind == "deployment"]
    own = seen.service.name
    told = [each for each in seen.events if each.kind == "deployment" and (not each.services or own in each.services)]
    return sorted({*known, *((each.start, each.end) for each in told)})


@dataclass(frozen=True)
class AfterDeployment:
    """Finds the changes of level that begin within `within_min` of a deployment of the reviewed week and last.

    `LevelShift`'s, which last 24 h at least; half a strength less is enough where a deployment says when to look, for
    then one moment is tested and not every one.
    """

    within_min: float = 30
    shift: LevelShift = field(default_factory=lambda: LevelShift(surprise=Surprise(event_hours=24, half=1.7)))

    def __post_init__(self) -> None:
        positive(self, "within_min")

    def look(self, seen: Seen) -> tuple[Candidate, ...]:
        """Return the lasting changes after a deployment, by time."""
        near = timedelta(minutes=self.within_min)
        known = [each for each in deployments(seen) if each[1] >= seen.week.start - near and each[0] < seen.week.end]
        if not known:
            return ()
        return tuple(
            replace(
                one,
                detector="after_deployment",
                view="",
                evidence={**one.evidence, "after_minutes": max((one.start - starts[-1]) / timedelta(minutes=1), 0.0)},
            )
            for one in self.shift.detect(seen.series, seen.band)
            if (starts := [start for start, end in known if start - near / 2 <= one.start <= end + near])
        )


@dataclass(frozen=True)
class AfterPeak:
    """Finds a daily floor that stepped up at a peak of the load and never came back.

    A change of level upwards (`LevelShift`) that lasts until the end of the series, without a deployment near it, in
    whose hour (`near_min`) a load beside it was among the highest `rare_percent` of its datapoints. The step of the
    daily floors is at least `share` of that of the level: else it is the days that became busier.
    """

    near_min: float = 60
    rare_percent: float = 5.0
    share: float = 0.6
    shift: LevelShift = field(default_factory=lambda: LevelShift(surprise=Surprise(event_hours=24, half=1.7)))

    def __post_init__(self) -> None:
        positive(self, "near_min", "rare_percent", "share")

    def look(self, seen: Seen) -> tuple[Candidate, ...]:
        """Return the steps at a peak, by time."""
        peaks = {name: self._rare(beside) for name, beside in seen.beside.items()}
        if not any(len(each) for each in peaks.values()):
            return ()
        there = robust.index_of(seen.series)[seen.series.notna().to_numpy()]
        shifts = self.shift.detect(seen.series, seen.band) if len(there) else ()
        lasting = [each for each in shifts if each.direction > 0 and pd.Timestamp(each.last) >= there[-1]]
        found = [self._candidate(seen, each, peaks) for each in lasting]
        return tuple(each for each in found if each is not None)

    def _rare(self, beside: Beside) -> pd.DatetimeIndex:
        """Return when a load was among its highest."""
        values = robust.floats(beside.series)
        there = values[~np.isnan(values)]
        if not there.size or there.max() == there.min():
            return pd.DatetimeIndex([])
        return robust.index_of(beside.series)[values >= np.percentile(there, 100 - self.rare_percent)]

    def _candidate(self, seen: Seen, one: Candidate, peaks: Mapping[str, pd.DatetimeIndex]) -> Candidate | None:
        """Describe one step by its daily floors; None where no load peaked, or something was deployed."""
        near = timedelta(minutes=self.near_min)
        if any(start - near <= one.start <= end + near for start, end in deployments(seen)):
            return None
        first, last = pd.Timestamp(one.start - near), pd.Timestamp(one.end + near)
        if not any(((each >= first) & (each <= last)).any() for each in peaks.values()):
            return None
        floors = Growth(days=21).floors(seen.series)
        changed = pd.Timestamp(one.start)
        before = floors[(floors.index <= changed) & (floors.index > changed - timedelta(days=7))]
        after = floors[floors.index >= pd.Timestamp(one.end) + timedelta(days=1)]
        if before.count() < 2 or not after.count():
            return None
        floor_before, floor_after = float(before.median()), float(after.median())
        if floor_after - floor_before < self.share * one.evidence["change"]:
            return None
        evidence = {**one.evidence, "floor_before": floor_before, "floor_after": floor_after}
        return replace(one, detector="after_peak", view="", evidence=evidence)
