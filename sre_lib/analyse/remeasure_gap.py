"""A gap, measured again: the longest stretch without a datapoint on each day since."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from sre_lib.analyse import robust
from sre_lib.analyse.detectors.candidate import span
from sre_lib.analyse.detectors.gap import Gap
from sre_lib.analyse.remeasure_days import Day, became, counts, this_week
from sre_lib.analyse.remeasure_look import Look, midnight
from sre_lib.earlier import Remeasured


def gap(look: Look) -> Remeasured:
    """Measure the longest gap that touches each local day, at whatever time, against that of then (in minutes)."""
    index = robust.index_of(look.series)
    gaps = [span(index, first, last) for first, last in robust.runs(np.isnan(robust.floats(look.series)))]
    found = [_longest(look, each, gaps) for each in look.days(look.earlier.start)]
    week = this_week(found, look)
    longest = max(each.size for each in week)
    outcome, since = became(found, look, longest / look.evidence["minutes"])
    return Remeasured(outcome, dict(look.evidence), {"gap_minutes": longest, **counts(week)}, since)


def _longest(look: Look, day: date, gaps: Sequence[tuple[datetime, datetime]]) -> Day:
    """Measure the longest gap of one day, which is there from `Gap.least_min` on."""
    zone = ZoneInfo(look.week.timezone)
    start, end = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    touching = [each for each in gaps if each[0] < end and each[1] > start]
    first, last = max(touching, key=lambda each: each[1] - each[0], default=(end, end))
    minutes = (last - first) / timedelta(minutes=1)
    return Day(day, minutes >= Gap().least_min, min(last, end), minutes, minutes, 0.0)
