"""The calendar of upkeep: a year by month, then what is past, the next seven days, and month by month what follows."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from sre_lib.analyse.upkeep.due import Due
from sre_lib.document.display import Fragment, fragment
from sre_lib.document.upkeep_texts import what
from sre_lib.wording import Wording

_WEEK = timedelta(days=7)
_MONTHS = 12

MOST_A_MONTH = 10
"""So many things of a month are named: everything is in the table by date."""


class Entry(NamedTuple):
    """Something that falls on a day."""

    day: date
    text: str


def entries(due: tuple[Due, ...], say: Wording) -> list[Entry]:
    """Return what falls on which day, also where an acceptance ends, by day."""
    return sorted(_entries(due, say), key=lambda each: each.day)


def next_days(due: tuple[Due, ...], today: date, say: Wording) -> list[Entry]:
    """Return what falls into the seven days from today on."""
    return [each for each in entries(due, say) if today <= each.day < today + _WEEK]


def calendar(due: tuple[Due, ...], today: date, say: Wording) -> Fragment:
    """Return the year as a strip of months with their counts, then the things themselves."""
    found = entries(due, say)
    counts = Counter(f"{each.day:%Y-%m}" for each in found if each.day >= today)
    months = [(name, counts.get(name, 0)) for name in _year(today)]
    groups: dict[str, list[Entry]] = {say("Past"): [], say("Next seven days"): []}
    for each in found:
        groups.setdefault(_group(each.day, today, say), []).append(each)
    rows = [
        (name, _lines(those, say) or [say("nothing")])
        for name, those in groups.items()
        if those or name == say("Next seven days")
    ]
    plain = [" ".join(f"{name}: {say.number(count)}" for name, count in months)]
    plain += [f"{name}: {'; '.join(lines)}" for name, lines in rows]
    shown = [(name, say.number(count) if count else "") for name, count in months]
    return fragment("upkeep_calendar", "\n".join(plain), say, months=shown, rows=rows)


def _year(today: date) -> Iterator[str]:
    """Yield the months from today's on, such as 2026-10."""
    for ahead in range(_MONTHS):
        year, month = divmod(today.year * 12 + today.month - 1 + ahead, 12)
        yield f"{year}-{month + 1:02d}"


def _group(day: date, today: date, say: Wording) -> str:
    """Return under which heading a day stands."""
    if day < today:
        return say("Past")
    return say("Next seven days") if day < today + _WEEK else f"{day:%Y-%m}"


def _lines(those: list[Entry], say: Wording) -> list[str]:
    """Return a line a thing, and how many more there are."""
    lines = [say("{when}: {what}", when=each.day.isoformat(), what=each.text) for each in those[:MOST_A_MONTH]]
    more = len(those) - MOST_A_MONTH
    return (
        [*lines, say.plural("{n} more, in the table below", "{n} more, in the table below", more)]
        if more > 0
        else lines
    )


def _entries(due: tuple[Due, ...], say: Wording) -> Iterator[Entry]:
    """Yield what falls on which day."""
    for each in due:
        if each.day is not None:
            yield Entry(each.day, what(each, say))
        if each.accepted:
            yield Entry(each.accepted.until, say("{what}: the acceptance ends", what=what(each, say)))
