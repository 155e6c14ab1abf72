"""The lines of a card: what else happened, and what held its actions back."""

from dataclasses import replace

import pytest

from sre_lib.alarms.card import Card
from sre_lib.alarms.held_back import muted_starts
from sre_lib.alarms.notifications import Interval
from sre_lib.document.alarm_cards import MOST_MEANWHILE, meanwhile, mute_lines, suppressor_lines
from sre_lib.wording import wording
from tests.alarms.test_cards import USEFUL, deployment, event
from tests.alarms.test_classes import case
from tests.alarms.test_held_back import composite

EN = wording("en")


def card(**about):
    one = case((600, 30), (3000, 30))
    return Card(one, USEFUL, one.firings, **about)


def test_incidents_events_and_deployments_are_told_and_what_came_again_is_one_line():
    made = card(
        incidents=(event(605, "incident"),), events=(event(600, "batch"), event(3000, "batch"), event(600, "fair")),
        changes=(deployment(610),),
    )  # fmt: skip
    assert meanwhile(made, EN, "Asia/Tokyo") == [
        "incident: incident, Mon 28 Sep 10:05 to 10:15",
        "batch: batch, 2 times, first Mon 28 Sep 10:00 to 10:10",
        "fair: fair, Mon 28 Sep 10:00 to 10:10",
        "Mon 28 Sep 10:10 web: Deployment 12",
    ]


def test_more_than_a_few_are_counted():
    made = card(incidents=tuple(replace(event(600, "incident"), title=str(each)) for each in range(9)))
    lines = meanwhile(made, EN, "Asia/Tokyo")
    assert (len(lines), lines[-1]) == (MOST_MEANWHILE + 1, "3 more")


HELD = "Its actions are held back while maintenance is in ALARM (waits 60 s for it, holds on for 0 s)."


@pytest.mark.parametrize(
    ("muted", "said"),
    [
        (frozenset(), "0 of 2 firings this week told nobody for that reason."),
        (True, "1 of 2 firings this week told nobody for that reason."),
        (None, "How often that was is not known: the states of maintenance are not."),
    ],
)
def test_what_holds_actions_back_is_on_the_card(muted, said):
    one = composite((100, 5), (300, 5), wait_s=60, suppressor="maintenance")
    starts = frozenset({one.firings[0].start}) if muted is True else muted
    assert list(suppressor_lines(Card(one, USEFUL, one.firings, muted=starts), EN)) == [HELD, said]


def test_without_a_suppressor_there_is_no_line():
    assert list(suppressor_lines(card(), EN)) == []


def test_a_mute_rule_that_held_and_one_that_is_not_understood_are_told():
    one = case((600, 30), (3000, 30))
    first = one.firings[0].start.timestamp()
    held = replace(one, mutes=(Interval(first, first + 60),), mutes_unread=("nightly",))
    assert list(mute_lines(Card(held, USEFUL, held.firings), EN)) == [
        "1 of 2 firings this week began while a mute rule held.",
        "The mute rule nightly cannot be understood: its firings count as told.",
    ]
    assert muted_starts(held, {}) == frozenset({one.firings[0].start})
    assert list(mute_lines(card(), EN)) == []
