"""The calendar of upkeep: what is past, the next seven days, then month by month; also when an acceptance ends."""

from collections.abc import Iterator
from datetime import date, timedelta

from sre_lib.document.display import Fragment, fragment
from sre_lib.document.upkeep import UpkeepReview
from sre_lib.document.upkeep_texts import what

_WEEK = timedelta(days=7)


def calendar(page: UpkeepReview) -> Fragment:
    """Return what falls into next week, and month by month what comes after it."""
    say = page.opened.say
    groups: dict[str, list[str]] = {}
    past, next_days = say("Past"), say("Next seven days")
    for day, text in sorted(_entries(page), key=lambda each: each[0]):
        name = past if day < page.today else next_days if day < page.today + _WEEK else f"{day:%Y-%m}"
        groups.setdefault(name, []).append(say("{when}: {what}", when=page.day(day), what=text))
    groups.setdefault(next_days, [say("nothing")])
    rows = [(name, groups[name]) for name in sorted(groups, key=lambda name: (name != past, name != next_days, name))]
    plain = "\n".join(f"{name}: {'; '.join(lines)}" for name, lines in rows)
    return fragment("upkeep_calendar", plain, say, rows=rows)


def _entries(page: UpkeepReview) -> Iterator[tuple[date, str]]:
    """Yield what falls on which day."""
    say = page.opened.say
    for each in page.due:
        if each.day is not None:
            yield each.day, what(each, say)
        if each.accepted:
            yield each.accepted.until, say("{what}: until here it is accepted", what=what(each, say))
