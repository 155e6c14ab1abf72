"""Fewer tasks than wanted, and tasks that start and die."""

from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from sre_lib.analyse import robust
from sre_lib.analyse.detectors.after_deployment import deployments
from sre_lib.analyse.detectors.candidate import Candidate, positive, span
from sre_lib.analyse.robust import Floats
from sre_lib.analyse.seen import Seen

LEAD = timedelta(minutes=5)
"""Datapoints are of five minutes: what a deployment does may carry the time before its start."""


@dataclass(frozen=True)
class Wanted:
    """How many tasks are wanted: as published, else the median of those that ran in the day before."""

    deploy_min: float = 30

    def __post_init__(self) -> None:
        positive(self, "deploy_min")

    def tasks(self, seen: Seen) -> Floats:
        """Return the tasks that are wanted at each slot; NaN: not known."""
        desired = seen.beside.get("desired_tasks")
        if desired is not None:
            return robust.floats(desired.series)
        day = robust.steps(robust.index_of(seen.series), 24 * 60)
        return np.round(robust.rolling_median(robust.floats(seen.series), day, center=False))

    def deploying(self, seen: Seen) -> npt.NDArray[np.bool_]:
        """Return where a deployment is going on, by what is known of it and by the count of deployments."""
        index = robust.index_of(seen.series)
        going = np.zeros(len(index), dtype=bool)
        for start, end in deployments(seen):
            first = pd.Timestamp(start - LEAD)
            last = pd.Timestamp(max(end, start + timedelta(minutes=self.deploy_min)))
            going |= (index >= first) & (index <= last)
        count = seen.beside.get("deployments")
        return going if count is None else going | (robust.floats(count.series) > 1)


@dataclass(frozen=True)
class TasksMissing:
    """Finds where fewer tasks run than are wanted for `least_min`, outside deployments and unlike most days.

    The score grows with the time: 0.5 at `least_min`, 0.8 at four times that.
    """

    least_min: float = 20
    gap_min: float = 15
    beyond_usual: float = 2.0
    wanted: Wanted = field(default_factory=Wanted)

    def __post_init__(self) -> None:
        positive(self, "least_min", "gap_min", "beyond_usual")

    def look(self, seen: Seen) -> tuple[Candidate, ...]:
        """Return the times with tasks missing, by time; `seen.series` counts the running ones."""
        index = robust.index_of(seen.series)
        missing = self.wanted.tasks(seen) - robust.floats(seen.series)
        lacks = (missing > 0) & ~self.wanted.deploying(seen)
        usual = seen.band.usual_near(lacks.astype(np.float64), robust.steps(index, 30)) > 0
        found = []
        for first, last in robust.joined(robust.runs(lacks), robust.steps(index, self.gap_min)):
            stayed, known = (np.count_nonzero(each[first:last]) for each in (lacks, usual))
            if stayed >= max(self.beyond_usual * known, robust.steps(index, self.least_min)):
                found.append(self._candidate(seen, (first, last), lacks, missing))
        return tuple(found)

    def _candidate(
        self, seen: Seen, slots: tuple[int, int], lacks: npt.NDArray[np.bool_], missing: Floats
    ) -> Candidate:
        """Describe one time by its worst slot."""
        first, last = slots
        index = robust.index_of(seen.series)
        start, end = span(index, first, last)
        minutes = np.count_nonzero(lacks[first:last]) * robust.period_of(index) / 60
        at = first + int(np.nanargmax(missing[first:last]))
        value = float(seen.series.iloc[at])
        return Candidate(
            detector="tasks_missing",
            view="",
            start=start,
            end=end,
            score=minutes / (minutes + self.least_min),
            direction=-1,
            evidence={"value": value, "expected": value + float(missing[at]), "minutes": minutes},
        )


@dataclass(frozen=True)
class CrashLoop:
    """Finds where the count of running tasks falls `least` times or more, none further than `apart_min` from the next.

    Only falls below what is wanted, outside deployments, since scaling in is no crash; restarts of containers that
    are published beside it count as falls, for a task may live on. The score is 0.5 at `least` falls and 0.8 at
    twice as many.
    """

    least: int = 4
    apart_min: float = 40
    wanted: Wanted = field(default_factory=Wanted)

    def __post_init__(self) -> None:
        positive(self, "least", "apart_min")

    def look(self, seen: Seen) -> tuple[Candidate, ...]:
        """Return the crash loops, by time; `seen.series` counts the running tasks."""
        index = robust.index_of(seen.series)
        running, wanted = robust.floats(seen.series), self.wanted.tasks(seen)
        fell = (np.diff(running, prepend=running[0]) < 0) & (running < wanted)
        falls = np.where(self.wanted.deploying(seen), 0.0, fell.astype(np.float64))
        restarts = seen.beside.get("restarts")
        if restarts is not None:
            again = np.nan_to_num(robust.floats(restarts.series))
            falls = np.where(self.wanted.deploying(seen), 0.0, np.maximum(falls, again))
        found = []
        for first, last in robust.joined(robust.runs(falls > 0), robust.steps(index, self.apart_min)):
            count = float(falls[first:last].sum())
            there = running[first:last]
            if count >= self.least and not np.isnan(there).all():
                start, end = span(index, first, last)
                size = (count / self.least) ** 2
                evidence = {
                    "value": float(np.nanmin(there)),
                    "wanted_count": robust.median(wanted[first:last]),
                    "falls_count": count,
                    "minutes": (end - start).total_seconds() / 60,
                }
                found.append(Candidate("crash_loop", "", start, end, size / (1 + size), -1, evidence))
        return tuple(found)
