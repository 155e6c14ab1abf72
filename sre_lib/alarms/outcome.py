"""What a replayed alarm would have meant for people: firings, minutes, nights, incidents caught and how early."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from statistics import median
from typing import Final, NamedTuple

import numpy as np

from sre_lib.alarms.assumptions import DEFAULT, Assumptions
from sre_lib.alarms.missing import ALARM
from sre_lib.alarms.sweep import Combination, Run
from sre_lib.collect.windows import moment

LEAD: Final = timedelta(hours=1)
"""An alarm that went into ALARM so long before an incident, and was still in it at its start, gave a warning; one that
began earlier told of something else, or was stuck."""
WEEK_S: Final = 7 * 86_400
Night = Callable[[datetime], bool]


class Incident(NamedTuple):
    """Something that should have been noticed, in `[start, end)` (aware)."""

    start: datetime
    end: datetime


class Episode(NamedTuple):
    """An alarm was in ALARM in `[start_s, end_s)` (seconds since the epoch; `end_s` may be that of the data)."""

    start_s: int
    end_s: int


@dataclass(frozen=True)
class Outcome:
    """One variant of an alarm over some weeks: `firings`, `minutes` in ALARM and firings at `night`, each a week.

    `caught`: the places of the incidents that it was about. `warning`: median of the minutes from going into ALARM to
    the start of those (negative: after it; NaN: none was caught). `other`: firings a week that were about none.
    """

    combination: Combination
    firings: float
    minutes: float
    night: float
    caught: tuple[int, ...] = ()
    warning: float = float("nan")
    other: float = 0.0


@dataclass(frozen=True)
class Judge:
    """What all variants over the same time are judged by."""

    incidents: tuple[Incident, ...]
    night: Night
    weeks: float
    assumptions: Assumptions = DEFAULT

    @classmethod
    def over(cls, span_s: float, incidents: Sequence[Incident], night: Night, assumptions: Assumptions) -> "Judge":
        """Return the judge of a span; `night` is asked once a minute at most."""
        return cls(tuple(incidents), cache(night), span_s / WEEK_S, assumptions)

    def outcome(self, combination: Combination, run: Run) -> Outcome:
        """Return what a variant came to."""
        fired = episodes(run, self.assumptions)
        first = [_first(each, fired) for each in self.incidents]
        warnings = [
            (each.start.timestamp() - found.start_s) / 60
            for each, found in zip(self.incidents, first, strict=True)
            if found
        ]
        about = sum(any(_about(each, incident) for incident in self.incidents) for each in fired)
        at_night = sum(self.night(moment(each.start_s // 60 * 60)) for each in fired)
        return Outcome(
            combination,
            len(fired) / self.weeks,
            run.minutes / self.weeks,
            at_night / self.weeks,
            tuple(place for place, found in enumerate(first) if found),
            median(warnings) if warnings else float("nan"),
            (len(fired) - about) / self.weeks,
        )


def episodes(run: Run, assumptions: Assumptions) -> list[Episode]:
    """Return when an alarm went into ALARM and when it left it, by time; one that it began in is no episode."""
    inside = run.states == ALARM
    left = np.append(np.flatnonzero(inside[:-1] & ~inside[1:]) + 1, len(inside))
    ends = np.append(run.ends, run.ends[-1:] + run.every_s) + assumptions.evaluation_delay_s
    entered = run.entered
    until = left[np.searchsorted(left, entered, side="right")] if len(entered) else entered
    return [Episode(*each) for each in zip(ends[entered].tolist(), ends[until].tolist(), strict=True)]


def _first(incident: Incident, fired: Sequence[Episode]) -> Episode | None:
    """Return the first episode that was about an incident; None where none was."""
    return next((each for each in fired if _about(each, incident)), None)


def _about(episode: Episode, incident: Incident) -> bool:
    """Tell whether an alarm went into ALARM during an incident, or shortly before and was still in it at its start."""
    start_s, end_s = incident.start.timestamp(), incident.end.timestamp()
    return start_s - LEAD.total_seconds() <= episode.start_s < end_s and episode.end_s > start_s
