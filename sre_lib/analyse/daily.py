"""A series as a table of local days, and which of them lie in the reviewed week."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from sre_lib.analyse import robust
from sre_lib.analyse.baseline import Band
from sre_lib.analyse.robust import Floats
from sre_lib.model import Week


@dataclass(frozen=True)
class Days:
    """Values by local day (rows) and slot of the day (columns); NaN: no datapoint, or no such time that day.

    `place` is the position in the series (-1: none), `reviewed` tells the days that begin in the reviewed week and
    `weekday` is 0 for Monday.
    """

    values: Floats
    place: npt.NDArray[np.intp]
    reviewed: npt.NDArray[np.bool_]
    weekday: npt.NDArray[np.intp]


def days_of(series: pd.Series, band: Band, week: Week) -> Days | None:
    """Return a series by local day; None where it is too short to know its days."""
    if band.slots == 1 or len(series) < band.slots:
        return None
    slot = band.time_of_day
    day = np.cumsum(np.concatenate(([0], np.diff(slot) < 0)))
    count = int(day[-1]) + 1
    place = np.full((count, band.slots), -1, dtype=np.intp)
    place[day, slot] = np.arange(len(series))
    values = np.where(place >= 0, robust.floats(series)[place], np.nan)
    index = robust.index_of(series)
    first = index[np.array([row[row >= 0][0] for row in place])]
    local = first.tz_convert(week.timezone)
    # A first day that is cut begins later than at midnight.
    reviewed = (first >= pd.Timestamp(week.start)) & (first < pd.Timestamp(week.end))
    return Days(values, place, np.asarray(reviewed), np.asarray(local.day_of_week, dtype=np.intp))
