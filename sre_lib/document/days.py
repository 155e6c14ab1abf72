"""How the days of a service were seen, in words: at which resolution, what may still be corrected, what was."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from sre_lib.document.lacking import several
from sre_lib.model import DaySeen, ServiceWeek, Week
from sre_lib.wording import Wording

DAYS_A_WEEK, HOUR_S = 7, 3600
_CLEAR = timedelta(days=300)


def seen_sentences(seen: ServiceWeek, say: Wording) -> list[str]:
    """Return what there is to say of how a service's days were seen, most general first."""
    resolution = resolution_text(seen.days, say)
    texts = [
        say("Datapoints: {resolution}.", resolution=resolution) if resolution else "",
        history_text(seen.days, seen.week, say),
        provisional_text(seen.days, say),
        corrected_text(seen.days, say),
    ]
    return [text for text in texts if text]


def seen_of_all(seen: Sequence[ServiceWeek], say: Wording) -> list[str]:
    """Return the same of several services: once what holds for all, else with the names it holds for."""
    names: dict[str, list[str]] = {}
    for each in seen:
        for text in seen_sentences(each, say):
            names.setdefault(text, []).append(each.service.name)
    return [
        text if len(of) == len(seen) else say("{services}: {text}", services=several(of, say), text=text)
        for text, of in names.items()
    ]


def resolution_text(days: Sequence[DaySeen], say: Wording) -> str:
    """Return the period of each stretch of days, newest first: 60 s since Mon 21 Sep, 300 s since Mon 3 Aug.

    Empty where no day has a datapoint; days without any are passed over.
    """
    seen = [day for day in days if day.period_s]
    stretches = [(period_s, next(iter(group)).day) for period_s, group in groupby(seen, lambda day: day.period_s)]
    texts = [_since(period_s, first, seen[-1].day, say) for period_s, first in reversed(stretches)]
    return say.listing(texts)


def provisional_text(days: Sequence[DaySeen], say: Wording) -> str:
    """Return since when datapoints may still be corrected; empty where all are final."""
    first = next((day.day for day in days if day.provisional), None)
    if first is None:
        return ""
    return say("Datapoints since {day} are provisional: CloudWatch may still correct them.", day=_day(first, say))


def corrected_text(days: Sequence[DaySeen], say: Wording) -> str:
    """Return how many datapoints were corrected, and of which days; empty where none was."""
    corrected = [day for day in days if day.corrected]
    count = sum(day.corrected for day in corrected)
    if not count:
        return ""
    first, last = (_day(corrected[at].day, say) for at in (0, -1))
    return say.plural(
        "{n} datapoint between {first} and {last} was corrected by CloudWatch since it was first read.",
        "{n} datapoints between {first} and {last} were corrected by CloudWatch since they were first read.",
        count,
        first=first,
        last=last,
    )


def history_text(days: Sequence[DaySeen], week: Week, say: Wording) -> str:
    """Return of how many weeks of the history there is no datapoint; empty where each has one."""
    first = week.start.astimezone(ZoneInfo(week.timezone)).date()
    before = [day for day in days if day.day < first]
    weeks = [before[at : at + DAYS_A_WEEK] for at in range(0, len(before), DAYS_A_WEEK)]
    empty = sum(not any(day.period_s for day in each) for each in weeks)
    if not empty:
        return ""
    return say("No datapoint of {empty} of the {weeks} weeks before.", empty=empty, weeks=len(weeks))


def _since(period_s: int, first: date, last: date, say: Wording) -> str:
    """Return since when datapoints are how far apart, with the year where it is not clear."""
    day = say.full_day(_noon(first), "UTC") if last - first > _CLEAR else _day(first, say)
    if period_s == HOUR_S:
        return say("hourly since {day}", day=day)
    return say("{period} s since {day}", period=period_s, day=day)


def _day(day: date, say: Wording) -> str:
    """Return a local day."""
    return say.day(_noon(day), "UTC")


def _noon(day: date) -> datetime:
    """Return a time on a day."""
    return datetime.combine(day, time(12), UTC)
