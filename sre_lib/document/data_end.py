"""Up to when there is data: said on every page, so that none looks fresher than it is."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sre_lib.model import MetricFrame, ServiceWeek, Week
from sre_lib.wording import Wording

AT_ONCE = timedelta(hours=1)
"""Data that end less than this before the week does are whole: some metrics come once an hour."""


def data_end(seen: ServiceWeek) -> datetime | None:
    """Return when the last period with a datapoint of the week ends, in UTC; None where the week has no datapoint."""
    frames = (each for each in (seen.frame, seen.hourly) if each is not None)
    ends = [end for each in frames if (end := _end(each, seen.week)) is not None]
    return min(max(ends), seen.week.end) if ends else None


def latest(ends: Iterable[datetime | None]) -> datetime | None:
    """Return the latest of some ends; None where there is none."""
    return max((each for each in ends if each is not None), default=None)


def ends_early(end: datetime | None, week: Week) -> bool:
    """Tell whether there is no data of the week's last hours."""
    return end is None or end < week.end - AT_ONCE


def end_text(end: datetime | None, week: Week, say: Wording) -> str:
    """Return the sentence of a page that says up to when there is data."""
    if end is None:
        return say("No data of this week could be read")
    when = say.full_time(end, week.timezone)
    if ends_early(end, week):
        return say("Data only up to {when} ({timezone}), before the week's end", when=when, timezone=week.timezone)
    return say("Data up to {when} ({timezone})", when=when, timezone=week.timezone)


def _end(frame: MetricFrame, week: Week) -> datetime | None:
    """Return when the last period with a datapoint ends; None where the week has none."""
    values = frame.values
    there = values.index[values.notna().any(axis=1) & (values.index >= week.start) & (values.index < week.end)]
    if there.empty:
        return None
    last: datetime = there[-1].to_pydatetime()
    return last + timedelta(seconds=frame.period_s)
