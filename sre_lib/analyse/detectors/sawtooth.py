"""Memory that grows, falls back at a restart and grows again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd

from sre_lib.analyse import robust
from sre_lib.analyse.detectors.after_deployment import deployments
from sre_lib.analyse.detectors.candidate import Candidate, positive, span
from sre_lib.analyse.robust import Floats
from sre_lib.analyse.seen import Seen

NEAR_DEPLOYMENT = timedelta(hours=2)


@dataclass(frozen=True)
class Tooth:
    """The hours `[first, last)` between two falls: slope a day, the rise along it, how straight it is (r)."""

    first: int
    last: int
    slope: float
    rise: float
    straight: float

    @property
    def days(self) -> float:
        """How long it took."""
        return (self.last - self.first) / 24


@dataclass(frozen=True)
class Sawtooth:
    """Finds at least two teeth in a row up to the end of the series: straight rises between vertical falls.

    Looks at hourly medians freed of their daily or weekly shape. A fall is `fall` times the smallest effect or more
    (and of the noise) within two hours; a tooth takes `least_hours` at least, rises by half a fall or more, and is
    `straight` (correlation with time): what fills and flattens is no leak. A row of teeth that goes back to the first
    `new_share` of the series is usual, as a garbage collector's, unless it comes within `near` (a share) of the limit
    or its teeth got shorter by a third. The score grows with the height of the teeth and their number.
    """

    fall: float = 2.0
    least_hours: float = 18
    straight: float = 0.85
    new_share: float = 0.2
    near: float = 0.08

    def __post_init__(self) -> None:
        positive(self, "fall", "least_hours", "straight", "new_share", "near")

    def look(self, seen: Seen) -> tuple[Candidate, ...]:
        """Return the sawtooth that lasts until the end of the series, or nothing."""
        hour = robust.steps(robust.index_of(seen.series), 60)
        level = robust.block_median(robust.floats(seen.series) - robust.floats(seen.band.shape), hour)
        least = self.fall * max(seen.min_effect, 3 * seen.band.sigma)
        if np.count_nonzero(~np.isnan(level)) < 2 * self.least_hours or not least > 0:
            return ()
        row = self._row(self._teeth(level, least), len(level), least)
        if len(row) < 2 or self._is_usual(seen, row, hour):
            return ()
        return (self._candidate(seen, row, hour, least),)

    def _teeth(self, level: Floats, least: float) -> list[Tooth]:
        """Return the rises between falls of `least` or more, by time; the last one may still go on."""
        there = np.flatnonzero(~np.isnan(level))
        filled = np.interp(np.arange(len(level)), there, level[there])
        drop = filled[:-2] - filled[2:]
        falls = [first + int(np.argmax(drop[first:last])) + 2 for first, last in robust.runs(drop >= least)]
        edges = [0, *falls, len(level)]
        return [_tooth(filled, a, b) for a, b in pairwise(edges) if b - a >= 4]

    def _row(self, teeth: list[Tooth], length: int, least: float) -> list[Tooth]:
        """Return the last teeth in a row; a last one that is still too short to tell is left out."""
        short = bool(teeth) and teeth[-1].last == length and 24 * teeth[-1].days < self.least_hours
        row: list[Tooth] = []
        for each in reversed(teeth[:-1] if short else teeth):
            rises = each.rise >= least / 2 and each.straight >= self.straight
            if not rises or 24 * each.days < self.least_hours:
                break
            row.append(each)
        return row[::-1]

    def _is_usual(self, seen: Seen, row: list[Tooth], hour: int) -> bool:
        """Tell whether teeth like these were always there, away from the limit."""
        if row[0].first * hour > self.new_share * len(seen.series) or row[-2].days < 0.67 * row[0].days:
            return False
        return seen.limit is None or self._peak(seen, row, hour) < (1 - self.near) * seen.limit

    def _peak(self, seen: Seen, row: list[Tooth], hour: int) -> float:
        """Return the highest datapoint of the teeth."""
        return float(np.nanmax(robust.floats(seen.series)[row[0].first * hour : row[-1].last * hour]))

    def _candidate(self, seen: Seen, row: list[Tooth], hour: int, least: float) -> Candidate:
        """Describe the teeth by their slope, how often they fell back, how long they take and how high they come."""
        index = robust.index_of(seen.series)
        start, end = span(index, row[0].first * hour, len(index))
        falls = [index[each.first * hour].to_pydatetime() for each in row if each.first]
        slope = float(np.median([each.slope for each in row]))
        size = float(np.median([each.rise for each in row])) / least * len(row) / 2
        peak = self._peak(seen, row, hour)
        hourly = pd.Series(robust.block_median(robust.floats(seen.series), hour))
        foot = float(hourly.iloc[row[-1].first : row[-1].first + 3].median())
        return Candidate(
            detector="sawtooth",
            view="",
            start=start,
            end=end,
            score=size / (1 + size),
            direction=1,
            evidence={
                "slope_per_day": slope,
                "from_value": foot,
                "value": peak,
                "days": (end - start) / timedelta(days=1),
                "restarts_count": float(len(falls)),
                "deployments_count": float(sum(_deployed(each, seen) for each in falls)),
                "first_tooth_days": row[0].days,
                "foot_days": len(index) / hour / 24 - row[-1].first / 24,
                "rising_days": row[-1].days,
                "last_tooth_days": row[-2].days if len(row) > 2 else row[-1].days,
                **({} if seen.limit is None else {"days_to_limit": (seen.limit - foot) / slope}),
            },
        )


def _tooth(level: Floats, first: int, last: int) -> Tooth:
    """Describe the hours between two falls by the least-squares line through them."""
    # The hour of the fall holds minutes before and after it.
    here = level[first + 1 : last - 1]
    hours = np.arange(len(here), dtype=np.float64)
    slope = float(np.polyfit(hours, here, 1)[0])
    spread = float(np.std(here))
    straight = slope * float(np.std(hours)) / spread if spread > 0 else 0.0
    return Tooth(first, last, 24 * slope, slope * len(here), straight)


def _deployed(moment: datetime, seen: Seen) -> bool:
    """Tell whether a deployment was near a fall."""
    return any(start - NEAR_DEPLOYMENT <= moment <= end + NEAR_DEPLOYMENT for start, end in deployments(seen))
