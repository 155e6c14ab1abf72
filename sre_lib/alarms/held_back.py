"""Which firings of an alarm told nobody: a mute rule held, or a composite's suppressor held its actions back."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sre_lib.alarm import STATES, Alarm
from sre_lib.alarms.case import AlarmCase
from sre_lib.alarms.composite import Course, Step
from sre_lib.alarms.notifications import notifications
from sre_lib.alarms.rule import alarm_name
from sre_lib.collect.alarms.reading import AlarmId, StateSpan

_HELD = frozenset({"suppressor", "overtaken", "mute_rule"})


def muted_starts(case: AlarmCase, states: Mapping[AlarmId, Sequence[StateSpan]]) -> frozenset[datetime] | None:
    """Return when firings began of which nobody was told (UTC).

    `states` has the spans of all alarms. None where the alarm has a suppressor whose states are not known. A firing
    that was over before the wait for the suppressor was told nobody, too.
    """
    alarm = case.alarm
    if not isinstance(alarm, Alarm) or not (alarm.suppressor or case.mutes):
        return frozenset()
    if not alarm.suppressor:
        return _silent(case, None)
    known = _steps(states.get(AlarmId(alarm_name(alarm.suppressor), case.id.place), ()))
    if not known:
        return None
    return _silent(case, Course(known[0].state, known[1:]))


def _silent(case: AlarmCase, suppressor: Course | None) -> frozenset[datetime]:
    """Return when firings began of which nobody was told."""
    if not isinstance(case.alarm, Alarm):
        return frozenset()
    done = notifications(case.alarm, _steps(case.spans), case.mutes, suppressor)
    silent = {each.changed_s for each in done if each.state == "ALARM" and each.muted in _HELD}
    return frozenset(each.start for each in case.firings if each.start.timestamp() in silent)


def _steps(spans: Sequence[StateSpan]) -> tuple[Step, ...]:
    """Return the states that an alarm is known to have gone into."""
    found = ((each.start, next((one for one in STATES if one == each.state), None)) for each in spans)
    return tuple(Step(start.timestamp(), state) for start, state in found if state)
