"""The local days since an earlier finding: at which time of day to look, and what became of it over the days."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sre_lib.analyse.remeasure_look import AWAY_DAYS, Look, compared, midnight
from sre_lib.earlier import Outcome

AROUND = timedelta(minutes=60)
"""The same time of day is from so much before to so much after."""

ALL_DAY = timedelta(hours=20)
"""What lasted as long has no time of day: whole days are compared."""

ROUTINE = 4
"""Occurrences that make a routine of something."""

Outcomes = tuple[Outcome, datetime | None]


class Day(NamedTuple):
    """One local day: whether it was there (None: too few datapoints), its last moment, how far it went, its value.

    `expected` is what is usual at that moment.
    """

    day: date
    there: bool | None
    end: datetime
    size: float
    value: float
    expected: float


def became(found: Sequence[Day], look: Look, ratio: float) -> Outcomes:
    """Return the outcome over the days since, and since when it is gone (None: it is not).

    `ratio` is its size this week against then. A single day away says nothing: it is gone in the week itself only
    where it came on most days and stays away for three.
    """
    seen = [each for each in found if each.there is not None]
    hits = [at for at, each in enumerate(seen) if each.there]
    first = next((at for at, each in enumerate(seen) if each.day >= look.first_day), len(seen))
    here, before = [at for at in hits if at >= first], [at for at in hits if at < first]
    if not here:
        return "gone", max(seen[before[-1]].end, look.earlier.end) if before else look.earlier.end
    if _given_up(hits, len(seen)):
        return "gone", seen[hits[-1]].end
    last = before[-1] if before else -1
    return ("again", None) if here[0] - last - 1 >= AWAY_DAYS else (compared(ratio), None)


def this_week(found: Sequence[Day], look: Look) -> list[Day]:
    """Return the days of this week with enough datapoints."""
    return [each for each in found if each.day >= look.first_day and each.there is not None]


def counts(week: Sequence[Day]) -> dict[str, float]:
    """Return on how many days it was there, and on how many it could be seen."""
    return {"days": float(sum(bool(each.there) for each in week)), "of_days": float(len(week))}


def start_on(look: Look, day: date) -> datetime:
    """Return the finding's local time of day on a local day, in UTC."""
    zone = ZoneInfo(look.week.timezone)
    clock = look.earlier.start.astimezone(zone).time()
    return datetime.combine(day, clock, zone).astimezone(UTC)


def window(look: Look, day: date) -> tuple[datetime, datetime]:
    """Return the finding's time of day on a local day, with an hour around it; the whole day for what lasted long."""
    zone = ZoneInfo(look.week.timezone)
    length = look.earlier.end - look.earlier.start
    if length >= ALL_DAY:
        return midnight(day, zone), midnight(day + timedelta(days=1), zone)
    start = start_on(look, day)
    return start - AROUND, start + length + AROUND


def _given_up(hits: Sequence[int], days: int) -> bool:
    """Tell whether what came on every second day or more has stayed away for three days or more.

    What came on a Tuesday and stays away until Sunday may come next Tuesday.
    """
    pause = max((later - at - 1 for at, later in pairwise(hits)), default=0)
    return len(hits) >= ROUTINE and pause <= 1 and days - 1 - hits[-1] > 2
