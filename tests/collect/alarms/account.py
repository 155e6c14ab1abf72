"""An account with metrics and alarms on the embedded endpoint, made by hand."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson

from sre_lib import weeks
from sre_lib.demo.recorded import Recorded

WEEK = weeks.named("2026-W40", "UTC", history_weeks=2)
NOW = WEEK.end + timedelta(hours=7)
WEB = {"ClusterName": "shop", "ServiceName": "web"}


def at(day: int, hour: float = 0) -> datetime:
    """Return a moment of the week: its day (0: Monday; negative: before) and hour."""
    return WEEK.start + timedelta(days=day, hours=hour)


def alarm(
    name: str = "cpu", threshold: float = 80.0, configured: datetime | None = None, **more: Any
) -> dict[str, Any]:
    """Return a MetricAlarm as DescribeAlarms answers it."""
    return {
        "AlarmName": name,
        "AlarmArn": f"arn:aws:cloudwatch:ap-northeast-1:123456789012:alarm:{name}",
        "AlarmConfigurationUpdatedTimestamp": (configured or at(-40)).timestamp(),
        "ActionsEnabled": True,
        "AlarmActions": [],
        "StateValue": "OK",
        "StateReason": "",
        "StateTransitionedTimestamp": at(-39).timestamp(),
        "Namespace": "AWS/ECS",
        "MetricName": "CPUUtilization",
        "Dimensions": [{"Name": key, "Value": value} for key, value in WEB.items()],
        "Statistic": "Average",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": threshold,
        "ComparisonOperator": "GreaterThanThreshold",
    } | more


def composite(name: str = "both") -> dict[str, Any]:
    """Return a CompositeAlarm."""
    return {
        "AlarmName": name,
        "AlarmRule": 'ALARM("cpu")',
        "StateValue": "OK",
        "StateTransitionedTimestamp": at(-39).timestamp(),
    }


def item(
    when: datetime, summary: str, data: object = None, kind: str = "StateUpdate", name: str = "cpu"
) -> dict[str, Any]:
    """Return an AlarmHistoryItem."""
    return {
        "AlarmName": name,
        "AlarmType": "MetricAlarm",
        "Timestamp": when.timestamp(),
        "HistoryItemType": kind,
        "HistorySummary": summary,
        "HistoryData": data if isinstance(data, str) else orjson.dumps(data or {}).decode(),
    }


def change(when: datetime, old: str, new: str, name: str = "cpu") -> dict[str, Any]:
    """Return the item of a change of state."""
    told = {"oldState": {"stateValue": old}, "newState": {"stateValue": new, "stateReason": "Threshold Crossed"}}
    return item(when, f"Alarm updated from {old} to {new}", told, name=name)


def mute_rule(name: str = "nightly", **more: Any) -> dict[str, Any]:
    """Return a mute rule: cpu is quiet on Wednesdays from 03:00 to 04:00 UTC."""
    schedule = {"Expression": "cron(0 3 * * WED)", "Duration": "PT1H"}
    targets = {"AlarmNames": ["cpu"]}
    since = at(-9).timestamp()
    return {"Name": name, "Rule": {"Schedule": schedule}, "MuteTargets": targets, "LastUpdatedTimestamp": since} | more


class Account(Recorded):
    """Samples of a web service every minute of the last three weeks, some alarms, and what happened to them."""

    def __init__(self, known: Sequence[Mapping[str, Any]] = (), history: Sequence[Mapping[str, Any]] = ()) -> None:
        super().__init__()
        self.known = list(known)
        self.rules: list[Mapping[str, Any]] = [mute_rule()]
        self.history = sorted(history, key=lambda each: each["Timestamp"])
        times = range(int(WEEK.history_start.timestamp()), int(WEEK.end.timestamp()), 60)
        self.put("AWS/ECS", "CPUUtilization", WEB, list(times), [float(each // 60 % 50) for each in times])

    def alarms(self, at: float) -> Sequence[Mapping[str, Any]]:  # noqa: ARG002  # they are as the test says
        """Return the alarms."""
        return self.known

    def mute_rules(self) -> Sequence[Mapping[str, Any]]:
        """Return the mute rules."""
        return self.rules

    def alarm_history(self, start: float, end: float) -> Sequence[Mapping[str, Any]]:
        """Return what happened."""
        return [each for each in self.history if start <= each["Timestamp"] <= end]
