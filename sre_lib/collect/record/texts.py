"""Texts of AWS that hold more than a name: JSON inside a text, sentences, rules of composite alarms."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from sre_lib.collect.record.pseudonyms import Pseudonyms

REMOVED = "removed"
Scale = Callable[[float], float]

_KEYS = frozenset(
    {
        "version", "oldState", "newState", "stateValue", "stateReason", "stateReasonData", "queryDate", "startDate",
        "statistic", "period", "threshold", "recentDatapoints", "evaluatedDatapoints", "timestamp", "value",
        "sampleCount", "triggeringAlarms", "arn", "state", "actionState", "notificationResource",
        "stateUpdateTimestamp",
        "type", "createdAlarm", "updatedAlarm", "deletedAlarm", "originalUpdatedFields", "alarmName", "metricName",
        "namespace", "dimensions", "name", "evaluationPeriods", "datapointsToAlarm", "comparisonOperator",
        "treatMissingData", "alarmActions", "okactions", "okActions", "insufficientDataActions", "actionsEnabled",
        "alarmRule", "eventName", "errorCode", "requestParameters", "sourceIPAddress", "userAgent", "service",
        "cluster",
        "family", "applicationName", "deploymentGroupName", "resourceId", "dBInstanceIdentifier", "dBClusterIdentifier",
        "cacheClusterId", "replicationGroupId", "serverlessCacheName", "functionName",
    }
)  # fmt: skip
"""Members of the JSON that is kept; any other one is left out."""
_WORDS = re.compile(
    r"OK|ALARM|INSUFFICIENT_DATA|Succeeded|Failed|Create|Update|Delete|Average|Sum|Minimum|Maximum|SampleCount|"
    r"p\d{1,2}(?:\.\d{1,2})?|\d+\.\d+|missing|notBreaching|breaching|ignore|(?:Greater|Less)Than[A-Za-z]{0,40}Threshold|AWS/[A-Za-z0-9]+|"
    r"[a-z-]+\.amazonaws\.com|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d{2}:?\d{2})"
)
_COUNTS = frozenset({"period", "evaluationPeriods", "datapointsToAlarm"})
_STATES = "OK|ALARM|INSUFFICIENT_DATA"
_AS_THEY_ARE = re.compile(
    rf"Alarm updated from (?:{_STATES}) to (?:{_STATES})"
    r"|Setting (?:desired|min|max|replica) (?:count|capacity) to \d{1,5}\.?"
)
_SAID = re.compile(
    r'(?P<before>Alarm "|Successfully executed action |Failed to execute action )(?P<name>.+?)'
    r'(?P<after>" (?:created|updated|deleted)|)'
)
_ACTION = re.compile(r"perform: [a-z0-9-]+:\w+")
_RULE = re.compile(rf'"[^"]*"|\b(?:{_STATES}|AND|OR|NOT|TRUE|FALSE|AT_LEAST)\b|[^\s()",]+')
_OF_RULES = re.compile(rf"{_STATES}|AND|OR|NOT|TRUE|FALSE|AT_LEAST")


def sentence(text: str, names: Pseudonyms) -> str:
    """Return a sentence of AWS that programs read with its names replaced; any other one is `removed`."""
    if _AS_THEY_ARE.fullmatch(text):
        return text
    if said := _SAID.fullmatch(text):
        return f"{said['before']}{names.text(said['name'])}{said['after']}"
    # Which action was denied says nothing of the company.
    denied = _ACTION.search(text)
    return f"{REMOVED}: not authorized to {denied[0]}" if denied else REMOVED


def rule(text: str, names: Pseudonyms) -> str:
    """Return the rule of a composite alarm with the alarms in it replaced."""

    def shown(found: re.Match[str]) -> str:
        word = found[0]
        if _OF_RULES.fullmatch(word):
            return word
        return f'"{names.text(word[1:-1])}"' if word.startswith('"') else names.text(word)

    return _RULE.sub(shown, text)


@dataclass(frozen=True)
class Embedded:
    """How JSON inside a text is shown: names, metrics (namespace and name), dimensions and numbers."""

    names: Pseudonyms
    metric: Callable[[str, str], tuple[str, str]]
    dimension: Callable[[str, str, str], tuple[str, str]]
    scale: Scale

    def json(self, text: str) -> str:
        """Return JSON with names and numbers replaced; what is cut or no JSON is `removed`."""
        try:
            return orjson.dumps(self._shown(orjson.loads(text), "")).decode()
        except orjson.JSONDecodeError:
            return REMOVED

    def _shown(self, value: Any, key: str) -> Any:  # noqa: ANN401  # JSON of any shape
        """Return JSON as it may be shown."""
        if isinstance(value, dict):
            return {name: self._shown(each, name) for name, each in value.items() if name in _KEYS} | self._named(value)
        if isinstance(value, list):
            return [self._shown(each, key) for each in value]
        if isinstance(value, str):
            return self._text(value, key)
        return value if isinstance(value, bool) or value is None or key in _COUNTS else self.scale(value)

    def _text(self, text: str, key: str) -> str:
        """Return a text as it may be shown."""
        if key == "stateReasonData":
            return self.json(text)
        if key == "stateReason":
            return REMOVED
        if _WORDS.fullmatch(text):
            return text
        return rule(text, self.names) if key == "alarmRule" else self.names.text(text)

    def _named(self, value: dict[str, Any]) -> dict[str, Any]:
        """Return the members that name a metric."""
        namespace, name, dimensions = (value.get(key) for key in ("namespace", "metricName", "dimensions"))
        if not (isinstance(namespace, str) and isinstance(name, str)):
            return {}
        shown, metric = self.metric(namespace, name)
        pairs = [
            self.dimension(namespace, str(each.get("name")), str(each.get("value")))
            for each in (dimensions if isinstance(dimensions, list) else ())
            if isinstance(each, dict)
        ]
        return {"namespace": shown, "metricName": metric} | (
            {"dimensions": [{"name": key, "value": text} for key, text in pairs]} if pairs else {}
        )
