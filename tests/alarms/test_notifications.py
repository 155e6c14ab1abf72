import pytest

from sre_lib.alarm import Alarm, State
from sre_lib.alarms.composite import Course, Step
from sre_lib.alarms.notifications import Interval, Notification, notifications

STEPS = (Step(600, "ALARM"), Step(900, "OK"), Step(5000, "ALARM"))
ACTIONS: dict[State, tuple[str, ...]] = {"ALARM": ("arn:on-call",)}


def told(alarm, **more):
    return [(each.state, each.changed_s, each.at_s, each.muted) for each in notifications(alarm, STEPS, **more)]


def test_what_is_done_when_a_state_is_entered():
    (first, *_) = notifications(Alarm("a", actions=ACTIONS), STEPS)
    assert first == Notification(600, 600, "ALARM", ("arn:on-call",))
    assert told(Alarm("a", actions=ACTIONS)) == [
        ("ALARM", 600, 600, ""), ("OK", 900, 900, "no_action"), ("ALARM", 5000, 5000, ""),
    ]  # fmt: skip


def test_disabled_actions_and_mute_rules_mute_notifications_not_states():
    off = Alarm("a", actions=ACTIONS, actions_enabled=False)
    assert [muted for *_, muted in told(off)] == ["disabled", "no_action", "disabled"]
    muted = told(Alarm("a", actions=ACTIONS), mute_rules=[Interval(500, 601), Interval(4000, 5000)])
    assert [muted for *_, muted in muted] == ["mute_rule", "no_action", ""]


@pytest.mark.parametrize(
    ("suppressor", "wait_s", "extension_s", "first"),
    [
        # Not in ALARM: its actions come when the wait is over.
        (Course("OK"), 120, 60, (720, "")),
        # In ALARM all the time, and until after the alarm is OK again.
        (Course("ALARM"), 120, 60, (600, "suppressor")),
        # Goes into ALARM within the wait.
        (Course("OK", (Step(700, "ALARM"),)), 120, 60, (600, "suppressor")),
        # Goes into ALARM only after it.
        (Course("OK", (Step(721, "ALARM"),)), 120, 60, (720, "")),
        # Leaves ALARM: the actions come when the extension is over.
        (Course("ALARM", (Step(650, "OK"),)), 120, 60, (710, "")),
        (Course("OK", (Step(100, "ALARM"), Step(590, "OK"))), 120, 60, (650, "")),
        # Comes back within the extension.
        (Course("ALARM", (Step(650, "OK"), Step(700, "ALARM"))), 0, 60, (600, "suppressor")),
        # The state changes before the wait is over.
        (Course("OK"), 300, 0, (600, "overtaken")),
        # Left ALARM long before.
        (Course("ALARM", (Step(100, "OK"),)), 0, 60, (600, "")),
    ],
)
def test_a_suppressor_holds_actions_back(suppressor, wait_s, extension_s, first):
    alarm = Alarm("c", rule="ALARM(a)", actions=ACTIONS, suppressor="s", wait_s=wait_s, extension_s=extension_s)
    assert told(alarm, suppressor=suppressor)[0] == ("ALARM", 600, *first)
