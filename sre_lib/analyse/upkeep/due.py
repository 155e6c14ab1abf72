"""What is due when: each item with its day, how urgent that is, and what became of it since the week before."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from sre_lib.analyse.upkeep.accepted import Accepted, by_id, of_file
from sre_lib.analyse.upkeep.naming import short_id
from sre_lib.analyse.upkeep.priority import priority
from sre_lib.analyse.upkeep.support import support_of
from sre_lib.params import Review
from sre_lib.upkeep import UpkeepItem, UpkeepLook

Urgency = Literal["overdue", "now", "soon", "later", "unknown"]
Since = Literal["first", "new", "still", "moved"]

NOW_DAYS = {"certificate": 30, "engine": 90, "maintenance": 14}
"""So many days before its end the meeting should talk of something."""

SOON_DAYS = {"certificate": 60, "engine": 365, "maintenance": 60}
"""ACM begins to renew 60 days before the end (AWS Certificate Manager User Guide, "Managed certificate renewal")."""

RENEWAL_LATE_DAYS = 45
"""A managed certificate that is not renewed so near its end needs a person (same page: ACM tells of it then)."""


@dataclass(frozen=True)
class Due:
    """An item with its day (None: unknown) and the days until then, both in the review's time zone.

    `since` tells what became of it: `first` where the week before was not looked at, `moved` where it then had another
    day, which is `before`. `source` is the page that the end of an engine's support comes from.
    """

    item: UpkeepItem
    day: date | None
    days: int | None
    urgency: Urgency
    since: Since
    before: date | None = None
    accepted: Accepted | None = None
    source: str = ""

    @property
    def priority(self) -> float | None:
        """How much it matters, 0..1; None where its day is not known."""
        return priority(self.item, self.days, NOW_DAYS[self.item.kind])

    @property
    def open(self) -> bool:
        """Tell whether the meeting should talk of it."""
        return self.urgency in {"overdue", "now"} and self.accepted is None


def due_of(
    review: Review,
    looks: Iterable[UpkeepLook],
    earlier: Sequence[UpkeepLook],
    now: datetime,
    decided: Iterable[Accepted] = (),
) -> tuple[Due, ...]:
    """Return all that is due by day, unknown days last; `earlier` are the looks of the week before.

    `decided` is what earlier meetings accepted, beside what the review file says.
    """
    found = {_key(each): (each, look) for look in looks for each in look.items}
    past = {_key(each): each for look in earlier for each in look.items}
    asked = {(look.source, look.place) for look in earlier if look.status == "complete"}
    today = today_of(review, now)
    accepted = by_id(
        (each for each in (*of_file(review.upkeep_accepted), *decided) if each.until >= today),
        [each for each, _ in found.values()],
    )
    rows = (
        _due(review, each, past.get(_key(each)), today, accepted.get(short_id(each)),
             looked=(look.source, look.place) in asked)
        for each, look in found.values()
    )  # fmt: skip
    return tuple(sorted(rows, key=lambda each: (each.day or date.max, each.item.kind, each.item.name, each.item.id)))


def today_of(review: Review, now: datetime) -> date:
    """Return the day that it is where the review's people live."""
    return now.astimezone(ZoneInfo(review.timezone)).date()


def gone_since(looks: Sequence[UpkeepLook], earlier: Iterable[UpkeepLook]) -> Iterator[UpkeepItem]:
    """Yield what was there in the week before and is not there any more, of sources that told all."""
    whole = {(look.source, look.place) for look in looks if look.status == "complete"}
    there = {_key(each) for look in looks for each in look.items}
    for look in earlier:
        if (look.source, look.place) in whole:
            yield from (each for each in look.items if _key(each) not in there)


def _due(  # noqa: PLR0913  all that is known of one item
    review: Review, item: UpkeepItem, past: UpkeepItem | None, today: date, accepted: Accepted | None, *, looked: bool
) -> Due:
    """Return one item as it is on a day."""
    day, source = day_of(review, item)
    before = day_of(review, past)[0] if past else None
    since: Since = ("still" if before == day else "moved") if past else ("new" if looked else "first")
    days = None if day is None else (day - today).days
    return Due(item, day, days, _urgency(item, days), since, before, accepted, source)


def _key(item: UpkeepItem) -> tuple[str, str]:
    """Return what tells items apart: of many, two may share a short id."""
    return item.kind, item.id


def day_of(review: Review, item: UpkeepItem) -> tuple[date | None, str]:
    """Return the day on which something ends where the review's people live, and the page that says so."""
    if item.kind == "engine":
        support = support_of(item.engine, item.version, review.support)
        return support.ends, support.source
    return (None if item.due is None else item.due.astimezone(ZoneInfo(review.timezone)).date()), ""


def _urgency(item: UpkeepItem, days: int | None) -> Urgency:
    """Return how near something is; a certificate that ACM renews in time is not urgent before that is late."""
    if days is None:
        return "unknown"
    if days < 0:
        return "overdue"
    if days <= (RENEWAL_LATE_DAYS if item.managed else NOW_DAYS[item.kind]):
        return "now"
    return "soon" if days <= SOON_DAYS[item.kind] else "later"
