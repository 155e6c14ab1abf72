"""How each local day of a service was seen: at which resolution, whether it is final, what was corrected."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sre_lib import weeks
from sre_lib.catalog import is_percentile
from sre_lib.collect.archive_file import Stored
from sre_lib.collect.lines import Line
from sre_lib.collect.queries import Metric
from sre_lib.collect.spans import SETTLED_AFTER_S
from sre_lib.collect.windows import HOUR_S, epoch, floor
from sre_lib.model import PERIOD_S, Column, DaySeen, Week

Lines = Mapping[Column, Line]
_Days = NDArray[np.int64]


@dataclass(frozen=True)
class Seen:
    """What the archive holds of a service in history and week: lines at 300 s, at 3600 s (or none), its files.

    `known` are the metrics of which anything came.
    """

    lines: Lines
    hourly: Lines
    files: Sequence[Stored]
    known: Set[Metric] = frozenset()


def days_seen(week: Week, seen: Seen) -> tuple[DaySeen, ...]:
    """Return one entry for each local day of history and week, oldest first.

    A day is provisional where anything of it was last asked for less than 48 h after its slot's end. A corrected
    datapoint counts once, however many of its statistics changed, and how often.
    """
    days = weeks.days(week)
    starts = np.array([epoch(start) for start in days.values()])
    coarsest, provisional = np.zeros(len(days), np.int64), np.zeros(len(days), np.bool_)
    for lines, slot_s in ((seen.lines, PERIOD_S), (seen.hourly, HOUR_S)):
        times = np.arange(floor(int(starts[0]), slot_s), floor(epoch(week.end), slot_s), slot_s)
        day = _day_of(times, starts)
        for column, line in lines.items():
            provisional[day[(line.asked_at > 0) & (line.asked_at < times + slot_s + SETTLED_AFTER_S)]] = True
            if not is_percentile(column.statistic):
                np.maximum.at(coarsest, day[line.there], line.period_s[line.there])
    corrected = _corrected(seen.files, starts, epoch(week.end))
    rows = zip(days, coarsest.tolist(), provisional.tolist(), corrected, strict=True)
    return tuple(DaySeen(*row) for row in rows)


def _corrected(files: Sequence[Stored], starts: _Days, end: int) -> list[int]:
    """Return how many datapoints of each day were corrected."""
    changed = {
        (key.metric, file.period_s, each.time)
        for file in files
        for key, found in file.corrections.items()
        for each in found
        if starts[0] <= each.time < end
    }
    times = np.array([time for _, _, time in changed], np.int64)
    counts: list[int] = np.bincount(_day_of(times, starts), minlength=len(starts)).tolist()
    return counts


def _day_of(times: _Days, starts: _Days) -> _Days:
    """Return the day that each time lies in; the hour that the first day begins in is that day's."""
    return np.maximum(np.searchsorted(starts, times, side="right") - 1, 0)
