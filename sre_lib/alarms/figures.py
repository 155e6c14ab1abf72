"""The meeting's own figure: notifications to people week by week, and whether a week was clean."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from sre_lib.alarms.card import Card, moment_of
from sre_lib.alarms.case import AlarmCase
from sre_lib.alarms.classes import AlarmClass, silent
from sre_lib.alarms.firings import Firing, at_night
from sre_lib.collect.alarms.reading import AlarmId, AlarmsKept
from sre_lib.event import Event
from sre_lib.model import Week


@dataclass(frozen=True)
class WeekFigure:
    """The meeting's own figure of one week; None where its history was not looked at as a whole.

    `notifications` to people (not scaling); of these `night`, `wolf` (of alarms that cry wolf) and `predictable` (of
    those that fire in each batch or deployment); `silent` incidents; `broken` alarms. `recorded`: as the week's own
    review counted it, by what its alarms were worth then; else by what they are worth now.
    """

    week: str
    notifications: int | None
    night: int = 0
    wolf: int = 0
    silent: int = 0
    broken: int = 0
    predictable: int = 0
    recorded: bool = False

    @property
    def clean(self) -> bool:
        """Tell whether nothing had to be discussed: deleting alarms does not win, nor does switching them off."""
        return self.notifications is not None and not any((self.wolf, self.predictable, self.silent, self.broken))


def as_recorded(figures: Sequence[WeekFigure], recorded: Iterable[WeekFigure]) -> tuple[WeekFigure, ...]:
    """Return the figures of weeks, the reviewed one last, with the earlier ones as their own reviews recorded them.

    An alarm that was deleted since counts in those. A week of which none knew anything stays as it is.
    """
    kept = {each.week: replace(each, recorded=True) for each in recorded if each.notifications is not None}
    return (*(kept.get(each.week, each) for each in figures[:-1]), *figures[-1:])


def silent_incidents(incidents: Iterable[Event], cards: Sequence[Card], week: Week) -> tuple[Event, ...]:
    """Return the incidents of a week that no alarm saw."""
    inside = [each for each in incidents if each.start < week.end and each.end > week.start]
    unseen = set(silent([moment_of(each) for each in inside], [(card.case, card.judged) for card in cards]))
    return tuple(each for each in inside if moment_of(each) in unseen)


def figure(
    week: Week, kept: AlarmsKept, cards: Sequence[Card], incidents: Sequence[Event], zone: ZoneInfo
) -> WeekFigure:
    """Return the figure of a week; alarms count by what they are worth now."""
    looks = [each for each in kept.looks if each.asked == "history" and each.start < week.end and each.end > week.start]
    if not looks or any(each.status != "complete" for each in looks):
        return WeekFigure(week.name, None)
    inside = {card.case.id: _began(card, week) for card in cards}
    classes: dict[AlarmId, AlarmClass] = {card.case.id: card.is_ for card in cards}
    told = [(alarm, each) for alarm, fired in inside.items() for each in fired]
    of_class = Counter(classes[alarm] for alarm, _ in told)
    return WeekFigure(
        week=week.name,
        notifications=len(told),
        night=sum(at_night(each.start, zone) for _, each in told),
        wolf=of_class["cried_wolf"],
        silent=len(silent_incidents(incidents, cards, week)),
        broken=sum(card.is_ == "broken" and _existed(card.case, week) for card in cards),
        predictable=of_class["predictable"],
    )


def _began(card: Card, week: Week) -> list[Firing]:
    """Return the firings of a week of which people were told."""
    return [each for each in card.told(card.case.firings) if week.start <= each.start < week.end]


def _existed(case: AlarmCase, week: Week) -> bool:
    """Tell whether an alarm was set up before the end of a week."""
    return case.since is None or case.since < week.end
