"""The history of the shop's alarms as DescribeAlarmHistory tells it: state changes, actions, changed definitions."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import orjson

from sre_lib.demo.alarms.catalogue import ALARMS, EDITED, ShopAlarm, ShopComposite
from sre_lib.demo.alarms.definitions import configured, definition
from sre_lib.demo.alarms.reasons import UNCHECKED, Change, reason, stamp
from sre_lib.demo.alarms.states import ALARM, states, threshold_of
from sre_lib.demo.noise import draw
from sre_lib.demo.schedule import FIRST_MONDAY, WEEK, week_of

_EVALUATED_S, _LATER_S = 12, 35
"""An alarm is evaluated so many seconds behind a minute's end, and up to so many more."""
_ACTION_S = 0.05


@lru_cache(maxsize=1024)
def changes(seed: int, alarm: ShopAlarm | ShopComposite, week: int) -> tuple[Change, ...]:
    """Return the changes of an alarm's state in a week, by time; its creation is none."""
    first = FIRST_MONDAY + week * WEEK
    after = states(seed, alarm, week)
    before = (states(seed, alarm, week - 1)[-1], *after[:-1])
    return tuple(
        Change(first + at, _evaluated_at(seed, alarm, first + at), old, new)
        for at, (old, new) in enumerate(zip(before, after, strict=True))
        if old != new and old
    )


@lru_cache(maxsize=1024)
def items(seed: int, alarm: ShopAlarm | ShopComposite, week: int) -> tuple[dict[str, Any], ...]:
    """Return the AlarmHistoryItems of an alarm in a week, by time; `Timestamp` in seconds since the epoch."""
    found = [item for change in changes(seed, alarm, week) for item in _of_change(seed, alarm, change)]
    found += [item for item in _of_definition(alarm) if week_of(int(item["Timestamp"] // 60)) == week]
    return tuple(sorted(found, key=lambda item: item["Timestamp"]))


def between(seed: int, start: float, end: float) -> list[dict[str, Any]]:
    """Return the AlarmHistoryItems of all alarms from `start` to `end` (both inclusive, in seconds), by time."""
    weeks = range(week_of(int(start // 60)) - 1, week_of(int(end // 60)) + 1)
    found = (item for alarm in ALARMS for week in weeks for item in items(seed, alarm, week))
    inside = [item for item in found if start <= item["Timestamp"] <= end]
    return sorted(inside, key=lambda item: (item["Timestamp"], item["AlarmName"], item["HistoryItemType"]))


def described(seed: int, alarm: ShopAlarm | ShopComposite, at: float) -> dict[str, Any] | None:
    """Return the MetricAlarm or CompositeAlarm as it is at a moment (seconds); None where it does not exist yet."""
    minute = int(at // 60)
    if minute <= alarm.created:
        return None
    threshold = threshold_of(alarm, minute) if isinstance(alarm, ShopAlarm) else 0.0
    change = _last_change(seed, alarm, at)
    sentence, data = reason(seed, alarm, change) if change else (UNCHECKED, None)
    since = change.at if change else _created_at(alarm)
    return definition(alarm, threshold) | {
        "AlarmConfigurationUpdatedTimestamp": _configured_at(alarm, minute),
        "StateValue": change.new if change else "INSUFFICIENT_DATA",
        "StateReason": sentence,
        **({"StateReasonData": orjson.dumps(data).decode()} if data else {}),
        "StateUpdatedTimestamp": since,
        "StateTransitionedTimestamp": since,
    }


def _last_change(seed: int, alarm: ShopAlarm | ShopComposite, at: float) -> Change | None:
    """Return the last change of an alarm's state until a moment."""
    for week in range(week_of(int(at // 60)), week_of(alarm.created) - 1, -1):
        found = [each for each in changes(seed, alarm, week) if each.at <= at]
        if found:
            return found[-1]
    return None


def _of_change(seed: int, alarm: ShopAlarm | ShopComposite, change: Change) -> Iterator[dict[str, Any]]:
    """Yield what is told of a change of state, and of the action that it took."""
    sentence, data = reason(seed, alarm, change)
    told = {
        "version": "1.0",
        "oldState": {"stateValue": change.old},
        "newState": {"stateValue": change.new, "stateReason": sentence, "stateReasonData": data},
    }
    yield _item(alarm, change.at, "StateUpdate", f"Alarm updated from {change.old} to {change.new}", told)
    if change.new != ALARM or not (isinstance(alarm, ShopComposite) or alarm.enabled):
        return
    for action in alarm.actions:
        done = {"actionState": "Succeeded", "stateUpdateTimestamp": int(change.at * 1000),
                "notificationResource": action}  # fmt: skip
        yield _item(alarm, change.at + _ACTION_S, "Action", f"Successfully executed action {action}", done)


def _of_definition(alarm: ShopAlarm | ShopComposite) -> Iterator[dict[str, Any]]:
    """Yield what is told of an alarm's creation, and of the change of its threshold."""
    at = _created_at(alarm)
    before = threshold_of(alarm, alarm.created) if isinstance(alarm, ShopAlarm) else 0.0
    created = _wire(definition(alarm, before)) | {"alarmConfigurationUpdatedTimestamp": stamp(at)}
    told = {"version": "1.0", "type": "Create", "createdAlarm": created}
    yield _item(alarm, at, "ConfigurationUpdate", f'Alarm "{alarm.name}" created', told)
    if isinstance(alarm, ShopAlarm) and alarm.earlier is not None:
        at = _configured_at(alarm, EDITED)
        updated = _wire(definition(alarm, alarm.threshold)) | {"alarmConfigurationUpdatedTimestamp": stamp(at)}
        original = {
            "threshold": float(alarm.earlier),
            "alarmConfigurationUpdatedTimestamp": created["alarmConfigurationUpdatedTimestamp"],
        }
        told = {"version": "1.0", "type": "Update", "originalUpdatedFields": original, "updatedAlarm": updated}
        yield _item(alarm, at, "ConfigurationUpdate", f'Alarm "{alarm.name}" updated', told)


def _item(alarm: ShopAlarm | ShopComposite, at: float, type_: str, summary: str, data: object) -> dict[str, Any]:
    """Return an AlarmHistoryItem."""
    return {
        "AlarmName": alarm.name,
        "AlarmType": "CompositeAlarm" if isinstance(alarm, ShopComposite) else "MetricAlarm",
        "Timestamp": round(at, 3),
        "HistoryItemType": type_,
        "HistorySummary": summary,
        "HistoryData": orjson.dumps(data).decode(),
    }


def _evaluated_at(seed: int, alarm: ShopAlarm | ShopComposite, minute: int) -> float:
    """Return when an alarm was evaluated behind a minute, in seconds; a composite after its children."""
    later = _LATER_S if isinstance(alarm, ShopComposite) else 0
    chance = draw(seed, minute, "evaluated", alarm.name)
    return round((minute + 1) * 60 + _EVALUATED_S + later + (_LATER_S - 1) * chance * (0.3 if later else 1), 3)


def _created_at(alarm: ShopAlarm | ShopComposite) -> float:
    """Return when an alarm was created, in seconds."""
    return alarm.created * 60 + round(59 * draw("created", alarm.name), 3)


def _configured_at(alarm: ShopAlarm | ShopComposite, minute: int) -> float:
    """Return when an alarm was last set up or changed, as seen in a minute, in seconds."""
    at = configured(alarm, minute)
    return _created_at(alarm) if at == alarm.created else at * 60 + round(59 * draw("edited", alarm.name), 3)


def _wire(value: Any) -> Any:  # noqa: ANN401  # JSON of any shape
    """Return a definition as the JSON in an alarm's history writes it: members in camelCase."""
    if isinstance(value, dict):
        return {_member(key): _wire(each) for key, each in value.items()}
    return [_wire(each) for each in value] if isinstance(value, list) else value


def _member(name: str) -> str:
    """Return the name of a member in that JSON."""
    return "okactions" if name == "OKActions" else name[0].lower() + name[1:]
