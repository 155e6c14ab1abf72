"""Which changes of an alarm's state reach somebody: its actions, and what mutes them. The state never depends on it.

Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html (the suppressor,
its wait and extension period) and API_PutAlarmMuteRule.html there. Actions are done when a state is entered.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from sre_lib.alarm import Alarm, State
from sre_lib.alarms.composite import Course, Step

Muted = Literal["", "no_action", "disabled", "mute_rule", "suppressor", "overtaken"]
"""Why nothing was done: nothing is to do in that state; actions are disabled; a mute rule held; the suppressor was in
ALARM; the state changed again before the wait was over. Empty: it was done."""


class Interval(NamedTuple):
    """A time in seconds since the epoch, `[start_s, end_s)`."""

    start_s: float
    end_s: float


class Notification(NamedTuple):
    """What became of a change of state: done at `at_s`, or `muted` (then `at_s` is the change).

    `at_s` comes after the change where a suppressor was waited for.
    """

    changed_s: float
    at_s: float
    state: State
    actions: tuple[str, ...]
    muted: Muted = ""


def notifications(
    alarm: Alarm, steps: Sequence[Step], mute_rules: Iterable[Interval] = (), suppressor: Course | None = None
) -> Iterator[Notification]:
    """Yield what became of each change of an alarm's state, in their order.

    `mute_rules`: when rules mute the alarm; nothing is done later of what they muted. `suppressor`: the course of the
    composite's suppressor alarm. A change waits `alarm.wait_s` for it to go into ALARM; while it is, and for
    `alarm.extension_s` after, actions are held back, and done then unless the state has changed again.
    """
    muting = tuple(mute_rules)
    for place, step in enumerate(steps):
        actions = alarm.actions.get(step.state, ())
        until = steps[place + 1].at_s if place + 1 < len(steps) else float("inf")
        at_s, muted = _released(alarm, step.at_s, until, suppressor)
        if not actions or not alarm.actions_enabled:
            at_s, muted = step.at_s, "disabled" if actions else "no_action"
        elif not muted and any(each.start_s <= at_s < each.end_s for each in muting):
            at_s, muted = step.at_s, "mute_rule"
        yield Notification(step.at_s, at_s, step.state, actions, muted)


def _released(alarm: Alarm, changed_s: float, until: float, suppressor: Course | None) -> tuple[float, Muted]:
    """Return when the actions of a change are done, or why they are not before the state changes again."""
    if suppressor is None:
        return changed_s, ""
    held = _held(suppressor, alarm.extension_s)
    at_s, suppressed = changed_s, False
    while at_s < until:
        waited = at_s if suppressed else changed_s + alarm.wait_s
        holding = next((each for each in held if each.start_s <= waited and at_s < each.end_s), None)
        if holding is None:
            return (waited, "") if waited < until else (changed_s, "overtaken")
        at_s, suppressed = holding.end_s, True
    return changed_s, "suppressor"


def _held(suppressor: Course, extension_s: int) -> tuple[Interval, ...]:
    """Return when a suppressor holds actions back: in ALARM, and for the extension after."""
    found: list[Interval] = []
    since = -float("inf") if suppressor.before == "ALARM" else None
    for step in suppressor.steps:
        if step.state == "ALARM":
            since = step.at_s if since is None else since
        elif since is not None:
            found.append(Interval(since, step.at_s + extension_s))
            since = None
    return (*found, Interval(since, float("inf"))) if since is not None else tuple(found)
