"""What became of something that a meeting decided on: measured again each week, from what AWS says now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sre_lib.analyse.upkeep.due import Due, day_of
from sre_lib.analyse.upkeep.naming import id_in, label, meant, short_id
from sre_lib.params import Review
from sre_lib.upkeep import UpkeepItem, UpkeepLook

Outcome = Literal["still", "later", "earlier", "upgraded", "replaced", "gone", "cannot_tell"]

_DONE = frozenset({"later", "upgraded", "replaced", "gone"})


@dataclass(frozen=True)
class Then:
    """An item as it was when a meeting decided: with its day (None: not known), and the days left on that meeting's.

    `place` is where it was asked for, as in `UpkeepLook`.
    """

    item: UpkeepItem
    place: str
    day: date | None
    days: int | None


@dataclass(frozen=True)
class Became:
    """What became of it. `now` is what it is measured by: the item itself or what took its place (None: gone).

    `then` is None where the archive no longer has the week of the decision.
    """

    outcome: Outcome
    now: Due | None = None
    then: Then | None = None

    @property
    def done(self) -> bool:
        """Tell whether nothing is left to do: it is gone, or not near again."""
        return self.outcome in _DONE and (self.now is None or self.now.urgency not in {"overdue", "now"})


def then_of(review: Review, name: str, looks: Iterable[UpkeepLook], meeting: date) -> Then | None:
    """Return what a name stood for in the looks of an earlier week; None where they do not have it."""
    there = {short_id(each): (each, look.place) for look in looks for each in look.items}
    which = meant(name, [each for each, _ in there.values()])
    if len(which) != 1:
        return None
    item, place = there[short_id(which[0])]
    day = day_of(review, item)[0]
    return Then(item, place, day, None if day is None else (day - meeting).days)


def became(name: str, then: Then | None, due: Sequence[Due], looks: Sequence[UpkeepLook]) -> Became:
    """Return what became of a name since; `looks` are those of now.

    It is gone only where its source told all at its place (where that is not known: all told all); a new one of the
    same kind and name, such as a certificate that was issued anew, has taken its place.
    """
    wanted = label(then.item) if then else name
    which = meant(wanted, [each.item for each in due])
    if len(which) == 1:
        now = next(each for each in due if each.item == which[0])
        return Became(_moved(now, then), now, then)
    asked = [each for each in looks if then is None or (each.source, each.place) == (then.item.source, then.place)]
    if not id_in(wanted) or not asked or any(each.status != "complete" for each in asked):
        return Became("cannot_tell", None, then)
    taken = next((each for each in due if then and _takes_place(each, then)), None)
    return Became("replaced" if taken else "gone", taken, then)


def _takes_place(each: Due, then: Then) -> bool:
    """Tell whether something has the kind and name of what is gone, and ends later."""
    same = (each.item.kind, each.item.name) == (then.item.kind, then.item.name)
    return same and each.day is not None and (then.day is None or each.day > then.day)


def _moved(now: Due, then: Then | None) -> Outcome:
    """Return what became of what is still there."""
    if then is None:
        return "still"
    other = (now.item.engine, now.item.version) != (then.item.engine, then.item.version)
    # A patch of a version that ends as soon is no upgrade: what was decided is still to be done.
    if other and (now.day is None or then.day is None or now.day > then.day):
        return "upgraded"
    if now.day is None or then.day is None or now.day == then.day:
        return "still"
    return "later" if now.day > then.day else "earlier"
