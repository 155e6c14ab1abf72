"""Asking CloudWatch for the alarms of one place: definitions with their states, and their history."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sre_lib.collect.alarms.history_data import without_state
from sre_lib.collect.alarms.kept import AlarmId, AlarmType, Item, LookStatus, MuteSeen, SeenDefinition, StateSeen
from sre_lib.collect.changes.asking import Asking, NotAnsweredError, Stretch
from sre_lib.collect.client_errors import safe
from sre_lib.collect.page import not_cloudwatch

PAGE = 100
"""AWS API reference, DescribeAlarms and DescribeAlarmHistory: MaxRecords."""
_TOKEN = ("NextToken", "NextToken")
_MEMBERS: Mapping[AlarmType, str] = {"MetricAlarm": "MetricAlarms", "CompositeAlarm": "CompositeAlarms"}
_RULES = "AlarmMuteRuleSummaries"
_LISTS = (*_MEMBERS.values(), "AlarmHistoryItems", _RULES, "Rule")
_MUTE_RULE = ":alarm-mute-rule:"
_CONFIGURED = "AlarmConfigurationUpdatedTimestamp"


class Told(NamedTuple):
    """What came of a question, whether that is all, and why not."""

    entries: tuple[Mapping[str, Any], ...]
    status: LookStatus
    message: str = ""


class AlarmAsking(Asking):
    """The calls to CloudWatch of one place; an answer without its list is not CloudWatch's, even where it is empty."""

    def call(self, service: str, operation: str, /, **arguments: object) -> dict[str, Any]:
        """Return the answer of one call; NotAnsweredError where it is refused or not CloudWatch's."""
        answer = super().call(service, operation, **arguments)
        if answer.keys().isdisjoint(_LISTS):
            raise NotAnsweredError("partial", str(not_cloudwatch(f"{operation}: no list")))
        return answer


def ask_definitions(asking: Asking, type_: AlarmType) -> Told:
    """Return the MetricAlarms or CompositeAlarms that exist now. Composite ones want the permission on `*`."""
    return _told(asking, "describe_alarms", _MEMBERS[type_], AlarmTypes=[type_], MaxRecords=PAGE)


def ask_history(asking: Asking, type_: AlarmType, stretch: Stretch) -> Told:
    """Return the AlarmHistoryItems of all alarms of a type in a stretch, oldest first."""
    return _told(
        asking, "describe_alarm_history", "AlarmHistoryItems", AlarmTypes=[type_], MaxRecords=PAGE,
        StartDate=stretch.start, EndDate=stretch.end, ScanBy="TimestampAscending",
    )  # fmt: skip


def ask_mute_rules(asking: Asking) -> Told:
    """Return all mute rules, each as GetAlarmMuteRule tells it."""
    listed = _told(asking, "list_alarm_mute_rules", _RULES, MaxRecords=PAGE, named="AlarmMuteRuleArn")
    found: list[Mapping[str, Any]] = []
    try:
        for each in listed.entries:
            name = str(each["AlarmMuteRuleArn"]).partition(_MUTE_RULE)[2]
            answer = asking.call("cloudwatch", "get_alarm_mute_rule", AlarmMuteRuleName=name)
            found.append({key: _plain(value) for key, value in answer.items() if key != "ResponseMetadata"})
    except NotAnsweredError as error:
        return Told(tuple(found), error.status, error.message)
    return Told(tuple(found), listed.status, listed.message)


def mute_rule_of(rule: Mapping[str, Any], place: str, now: datetime) -> MuteSeen:
    """Return a mute rule as it is kept."""
    return MuteSeen(place, now, str(rule.get("Name", "")), rule)


def definition_of(alarm: Mapping[str, Any], type_: AlarmType, place: str, now: datetime) -> SeenDefinition:
    """Return an alarm's definition as it is kept; times in it become text, as the CLI writes them."""
    configured = alarm.get(_CONFIGURED)
    raw = {name: _plain(value) for name, value in without_state(alarm).items()}
    return SeenDefinition(AlarmId(alarm["AlarmName"], place), type_, raw, configured, now, now)


def state_of(alarm: Mapping[str, Any], place: str, now: datetime) -> StateSeen:
    """Return the state that an alarm is in."""
    since = alarm.get("StateTransitionedTimestamp") or alarm.get("StateUpdatedTimestamp")
    return StateSeen(
        AlarmId(alarm["AlarmName"], place), now, alarm.get("StateValue", ""), since, alarm.get("StateReason", "")
    )


def item_of(entry: Mapping[str, Any], type_: AlarmType, place: str) -> Item:
    """Return an item of the history as it is kept."""
    return Item(
        AlarmId(entry["AlarmName"], place),
        entry.get("AlarmType", type_),
        entry["Timestamp"],
        entry.get("HistoryItemType", ""),
        entry.get("HistorySummary", ""),
        entry.get("HistoryData", ""),
        entry.get("AlarmContributorId", ""),
    )


def _told(asking: Asking, operation: str, key: str, named: str = "AlarmName", **arguments: object) -> Told:
    """Return all pages of an answer; those that came where a later one is refused."""
    found: list[Mapping[str, Any]] = []
    try:
        # What came before a page that is refused stays.
        found.extend(_named(each, named) for each in asking.items("cloudwatch", operation, key, _TOKEN, **arguments))
    except NotAnsweredError as error:
        return Told(tuple(found), error.status, error.message)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # An endpoint that is none of CloudWatch's, say.
        message = f"an answer is not as AWS documents it ({type(error).__name__}: {safe(str(error))})"
        return Told(tuple(found), "partial", message)
    return Told(tuple(found), "complete")


def _named(entry: Mapping[str, Any], named: str) -> Mapping[str, Any]:
    """Return an entry; ValueError where it does not name what it is about."""
    if not entry[named]:
        raise ValueError("an alarm has no name")
    return entry


def _plain(value: object) -> object:
    """Return a member as JSON holds it."""
    return value.isoformat() if isinstance(value, datetime) else value
