"""The JSON text of alarm histories, read defensively: it may be cut, and its members are not documented as a contract.

What the text does not tell is taken from the summary of its item; what neither tells is empty, never guessed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from sre_lib.collect.alarms.kept import AlarmId, Item

STATES = frozenset({"OK", "ALARM", "INSUFFICIENT_DATA"})
_CHANGE = re.compile(r"from (OK|ALARM|INSUFFICIENT_DATA) to (OK|ALARM|INSUFFICIENT_DATA)")
_RESOURCE = re.compile(r"arn:[\w-]+:\S+")
_UPDATED = {"Create": "createdAlarm", "Update": "updatedAlarm", "Delete": "deletedAlarm"}
_SUMMARY = (("created", "Create"), ("updated", "Update"), ("deleted", "Delete"))
_OF_STATE = re.compile(r"^(State\w*|EvaluationState|ActionsSuppressed\w*)$")
_NAMES = {"okactions": "OKActions", "okActions": "OKActions"}


@dataclass(frozen=True)
class Transition:
    """A change of an alarm's state: `reason_data` is `stateReasonData` as it came (empty where it was not readable)."""

    id: AlarmId
    at: datetime
    old: str
    new: str
    reason: str = ""
    reason_data: Mapping[str, Any] = field(default_factory=dict)
    whole: bool = True


@dataclass(frozen=True)
class ActionTaken:
    """What an alarm did: the resource (ARN, empty: not told), and whether it worked (None: not told)."""

    id: AlarmId
    at: datetime
    resource: str
    succeeded: bool | None
    summary: str = ""


@dataclass(frozen=True)
class ConfigUpdate:
    """A change of a definition: `before` and `after` are the members that changed, in the names of DescribeAlarms.

    `definition` is the whole of it afterwards (empty: not told, or cut); `kind` is Create, Update, Delete or empty.
    """

    id: AlarmId
    at: datetime
    kind: str
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    definition: Mapping[str, Any] = field(default_factory=dict)
    whole: bool = True


def transition_of(item: Item) -> Transition | None:
    """Return the change of state that an item tells of; None where it does not say from what to what."""
    told = _loaded(item.data)
    before, after = _mapping(told.get("oldState")), _mapping(told.get("newState"))
    said = _CHANGE.search(item.summary)
    old, new = _state(before) or (said[1] if said else ""), _state(after) or (said[2] if said else "")
    if not (old and new):
        return None
    data = after.get("stateReasonData")
    reason_data = _loaded(data) if isinstance(data, str) else _mapping(data)
    return Transition(item.id, item.at, old, new, str(after.get("stateReason", "")), reason_data, bool(told))


def action_of(item: Item) -> ActionTaken:
    """Return the action that an item tells of."""
    told = _loaded(item.data)
    named = _RESOURCE.search(item.summary)
    resource = str(told.get("notificationResource") or (named[0] if named else ""))
    state = str(told.get("actionState", ""))
    lower = item.summary.lower()
    if state:
        return ActionTaken(item.id, item.at, resource, state == "Succeeded", item.summary)
    failed, worked = "failed" in lower or "error" in lower, "successfully" in lower
    return ActionTaken(item.id, item.at, resource, False if failed else True if worked else None, item.summary)


def update_of(item: Item) -> ConfigUpdate:
    """Return the change of a definition that an item tells of."""
    told = _loaded(item.data)
    kind = str(told.get("type", ""))
    if kind not in _UPDATED:
        kind = next((name for word, name in _SUMMARY if item.summary.rstrip().endswith(word)), "")
    definition = without_state(as_described(_mapping(told.get(_UPDATED.get(kind, "")))))
    before = without_state(as_described(_mapping(told.get("originalUpdatedFields"))))
    after = {name: definition[name] for name in before if name in definition}
    return ConfigUpdate(item.id, item.at, kind, before, after, definition, bool(told))


def as_described(value: Any) -> Any:  # noqa: ANN401  # JSON of any shape
    """Return a definition in camelCase with its members named as DescribeAlarms names them; nothing where null."""
    if isinstance(value, Mapping):
        return {
            _NAMES.get(str(name), str(name)[:1].upper() + str(name)[1:]): as_described(each)
            for name, each in value.items()
            if each is not None
        }
    return [as_described(each) for each in value] if isinstance(value, list) else value


def without_state(definition: Mapping[str, Any]) -> dict[str, Any]:
    """Return a definition without the members that tell of the alarm's state."""
    return {name: value for name, value in definition.items() if not _OF_STATE.match(name)}


def _state(told: Mapping[str, Any]) -> str:
    """Return the state that is told; empty where it is none that there is."""
    value = told.get("stateValue")
    return value if isinstance(value, str) and value in STATES else ""


def _loaded(text: str) -> Mapping[str, Any]:
    """Return a JSON object; empty where the text is cut or no object."""
    try:
        return _mapping(orjson.loads(text))
    except orjson.JSONDecodeError:
        return {}


def _mapping(value: object) -> Mapping[str, Any]:
    """Return a value that is an object; empty for any other."""
    return value if isinstance(value, Mapping) else {}
