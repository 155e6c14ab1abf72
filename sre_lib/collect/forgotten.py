"""What CloudWatch no longer tells of a past week and the archive does not have either: gone for good."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sre_lib.collect.alarms.kept import read_week
from sre_lib.collect.alarms.task import KEPT
from sre_lib.collect.archive import PERIODS, Archive
from sre_lib.collect.reach import Reach
from sre_lib.collect.spans import answered
from sre_lib.collect.windows import MINUTE_S, Window, epoch, hull, missing
from sre_lib.errors import ArchiveError
from sre_lib.model import PERIOD_S, Service, Week

DATAPOINTS = {MINUTE_S: 15, PERIOD_S: 63}
"""Days for which CloudWatch keeps datapoints of a period (AWS API reference, GetMetricData)."""
ALARM_HISTORY_DAYS = KEPT.days


class Forgotten(NamedTuple):
    """A stretch of a week that is gone: its datapoints of a period, or (period 0) the history of alarms."""

    period_s: int
    window: Window


def forgotten(
    services: Sequence[Service], week: Week, archive: Archive, now: datetime, *, alarms: bool
) -> tuple[Forgotten, ...]:
    """Return what is gone of a week at `now`, by period, each as one stretch over all services, the worst-off too.

    A damaged file of the archive holds nothing. `alarms`: the history of alarms too.
    """
    whole, reach = Window(epoch(week.start), epoch(week.end)), Reach.of(week, epoch(now))
    found: list[Forgotten] = []
    for period_s in DATAPOINTS:
        old = whole.clipped(reach.gone(period_s))
        finer = [each for each in PERIODS if each <= period_s]
        gaps = (gap for each in services for gap in missing(old, _answered(each, week, finer, archive)))
        found += _stretch(period_s, gaps)
    if alarms:
        old = whole.clipped(Window(0, epoch(now - KEPT)))
        found += _stretch(0, missing(old, _history(week, archive)))
    return tuple(found)


def _stretch(period_s: int, gaps: Iterable[Window]) -> list[Forgotten]:
    """Return gaps as one stretch; nothing where there are none."""
    window = hull(gap for gap in gaps if not gap.empty)
    return [Forgotten(period_s, window)] if window else []


def _answered(service: Service, week: Week, periods: Sequence[int], archive: Archive) -> list[Window]:
    """Return what the archive has answers of at some periods, of any series of a service."""
    try:
        known = [archive.spans(service, week, period_s) for period_s in periods]
    except ArchiveError:
        return []
    return [window for each in known for spans in each.values() for window in answered(spans)]


def _history(week: Week, archive: Archive) -> list[Window]:
    """Return of which time of a week the archive has the history of alarms."""
    try:
        looks = read_week(archive, week.name).looks
    except ArchiveError:
        return []
    whole = (each for each in looks if each.asked == "history" and each.status == "complete")
    return [Window(epoch(each.start), epoch(each.end)) for each in whole]
