"""What a firing was about, and which firings people were told of."""

from dataclasses import replace
from datetime import timedelta

from sre_lib.alarms.cards import About, cards_of
from sre_lib.alarms.classes import Judged
from sre_lib.change import Change
from sre_lib.event import Event
from tests.alarms.test_classes import WEEK, case

USEFUL = Judged("useful", "needed", {})


def at(minute):
    return WEEK.start + timedelta(minutes=minute)


def event(minute, kind="push", services=("web",)):
    return Event(at(minute), at(minute + 10), kind, kind, services)


def deployment(minute):
    return Change(f"d{minute}", at(minute), at(minute + 5), "deployment", "web", "12")


def test_events_and_deployments_at_the_time_of_a_firing_are_on_the_card():
    about = About(
        incidents=(event(605, "incident"), event(3000, "incident")),
        events=(event(600), event(600, services=("api",)), event(620, "batch", ()), event(3000)),
        changes=(("web", deployment(610)), ("api", deployment(610)), ("web", deployment(3000))),
    )
    (card,) = cards_of([(case((600, 30)), USEFUL)], WEEK, about)
    assert card.incidents == about.incidents[:1]
    assert card.events == (about.events[0], about.events[2])
    assert card.changes == (deployment(610),)


def test_people_are_told_when_an_alarm_begins_unless_it_is_muted():
    one = case((100, 5), (300, 5))
    (card,) = cards_of([(one, USEFUL)], WEEK, About())
    first, second = one.firings
    assert card.told(one.firings) == [first, second]
    assert replace(card, muted=frozenset({first.start})).told(one.firings) == [second]
    assert replace(card, muted=None).told(one.firings) == [first, second]
    assert replace(card, judged=Judged("broken", "actions_disabled")).told(one.firings) == []
    assert card.told([first._replace(began=False)]) == []
