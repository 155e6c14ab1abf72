"""An answer of AWS without what is the company's own, told by AWS' own model of it: what is not known is replaced.

Kept are structure, times, numbers of pages and status codes, the words that AWS itself defines (values of an enum,
its metrics' names) and truth values. Tags and what runs inside containers are left out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sre_lib.catalog import builtin_catalog
from sre_lib.collect.record.pseudonyms import Pseudonyms
from sre_lib.collect.record.texts import Embedded, rule, sentence

Shape = Any
"""A shape of botocore's models, which ships no types."""

_DROPPED = frozenset(
    {
        "Tags", "tags", "TagList", "environment", "Environment", "environmentFiles", "secrets", "command", "entryPoint",
        "dockerLabels", "logConfiguration", "healthCheck", "AlarmDescription", "ResponseMetadata", "Username",
    }
)  # fmt: skip
"""Members that nothing here reads, or that are written by people in prose; with all below them."""
_JSON = frozenset({"HistoryData", "StateReasonData", "CloudTrailEvent"})
_SENTENCES = frozenset(
    {
        "HistorySummary", "StateReason", "Description", "description", "Cause", "StatusMessage", "statusReason",
        "rolloutStateReason", "Message", "message", "reason", "Reason", "Value",
    }
)  # fmt: skip
_TOKENS = frozenset({"NextToken", "nextToken", "Marker", "NextMarker", "PaginationToken"})
_AWS_WORDS = frozenset(
    {
        "status", "Status", "StatusCode", "launchType", "schedulingStrategy", "Engine", "DBInstanceClass", "SourceType",
        "CacheNodeType", "rolloutState", "DBInstanceStatus", "CacheClusterStatus", "EventName", "EventSource", "Region",
        "AttributeValue", "Stat", "ExtendedStatistic", "EventCategories", "platformVersion", "type",
        "InstanceType", "TreatMissingData",
    }
)  # fmt: skip
"""Texts that are AWS' own though its models have no enum of them."""
_AWS_WORD = re.compile(r"[A-Za-z][A-Za-z0-9._:-]{0,59}", re.ASCII)
_NUMBERS = frozenset(
    {
        "Period", "EvaluationPeriods", "DatapointsToAlarm", "MaxRecords", "MaxResults", "maxResults", "MaxDatapoints",
        "MaxItems", "PageSize",
    }
)  # fmt: skip
"""Numbers that say how something is measured, not how much there is."""
_OURS = re.compile(r"q\d+", re.ASCII)
ROLES = {"Role": ("WRITER", "READER"), "Region": ("Global",)}


@dataclass(frozen=True)
class Anonymous:
    """How one recording hides names and values. `units` are those of alarms by name, to scale what they tell alike."""

    names: Pseudonyms = field(default_factory=Pseudonyms)
    units: dict[str, str] = field(default_factory=dict)

    def value(self, shape: Shape, value: Any, member: str = "", unit: str = "capacity") -> Any:  # noqa: ANN401  # JSON
        """Return a value of a shape as it may be shown: JSON, with times as seconds since the epoch."""
        if shape.type_name == "structure":
            return self._structure(shape, value, unit)
        if shape.type_name == "list":
            return [self.value(shape.member, each, member, unit) for each in value]
        if shape.type_name == "map":
            return {self.names.text(key): self.value(shape.value, each, "", unit) for key, each in value.items()}
        return self._leaf(shape, value, member, unit)

    def _leaf(self, shape: Shape, value: Any, member: str, unit: str) -> Any:  # noqa: ANN401  # as `value`
        """Return a value that has none below it."""
        if shape.type_name == "timestamp":
            return seconds(value)
        if shape.type_name == "string":
            return self._string(shape, str(value), member, unit)
        if shape.type_name == "blob":
            return ""
        return value if member in _NUMBERS or isinstance(value, bool) else self.scaled(value, unit)

    def scaled(self, value: float, unit: str) -> float:
        """Return a number as it may be shown; a whole one stays whole, one above zero never becomes zero."""
        found = value * self.factor(unit)
        return found if isinstance(value, float) else max(round(found), min(value, 1))

    def factor(self, unit: str) -> float:
        """Return the factor of a unit of `unit_of`: a sum's is that of its values times that of their number."""
        of, _, statistic = unit.partition("|")
        many = self.names.factor("SampleCount") if statistic else 1.0
        return many if statistic == "SampleCount" else many * self.names.factor(of)

    def metric(self, namespace: str, name: str) -> tuple[str, str]:
        """Return namespace and name of a metric: AWS' own as they are."""
        if namespace.startswith("AWS/") or (namespace, name) in _known():
            return namespace, name
        return namespace if namespace in _namespaces() else self.names.text(namespace), self.names.text(name)

    def dimension(self, namespace: str, name: str, value: str) -> tuple[str, str]:
        """Return a dimension: a name that AWS gave as it is, and what it names replaced."""
        shown = name if namespace.startswith("AWS/") or name in known_dimensions() else self.names.text(name)
        return shown, value if value in ROLES.get(name, ()) else self.names.text(value)

    def _structure(self, shape: Shape, value: Mapping[str, Any], unit: str) -> dict[str, Any]:
        """Return a structure; a member that the model does not know is left out."""
        namespace = value.get("Namespace")
        if isinstance(namespace, str) and "MetricName" in value:
            unit = unit_of(namespace, str(value["MetricName"]), str(value.get("Statistic", "")))
        elif isinstance(name := value.get("AlarmName"), str):
            unit = self.units.get(name, unit)
        known = {key: each for key, each in value.items() if key in shape.members and key not in _DROPPED}
        found = {key: self.value(shape.members[key], each, key, unit) for key, each in known.items()}
        if isinstance(namespace, str):
            found |= self._named(namespace, value)
        return found

    def _named(self, namespace: str, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return the members of a structure that name a metric."""
        shown, name = self.metric(namespace, str(value.get("MetricName", "")))
        found: dict[str, Any] = {"Namespace": shown} | ({"MetricName": name} if "MetricName" in value else {})
        if "Dimensions" in value:
            pairs = (self.dimension(namespace, each["Name"], each.get("Value", "")) for each in value["Dimensions"])
            keys = (each.keys() for each in value["Dimensions"])
            found["Dimensions"] = [
                {"Name": key} | ({"Value": text} if "Value" in there else {})
                for (key, text), there in zip(pairs, keys, strict=True)
            ]
        return found

    def _string(self, shape: Shape, text: str, member: str, unit: str) -> str:
        """Return a text as it may be shown."""
        own = member in _AWS_WORDS and _AWS_WORD.fullmatch(text)
        if text in (getattr(shape, "enum", None) or ()) or own or (member == "Id" and _OURS.fullmatch(text)):
            return text
        if member in _JSON:
            return Embedded(self.names, self.metric, self.dimension, lambda number: self.scaled(number, unit)).json(
                text
            )
        if member in _TOKENS:
            return self.names.opaque(text)
        written = {"AlarmRule": rule} | dict.fromkeys(_SENTENCES, sentence)
        return written[member](text, self.names) if member in written else self.names.text(text)


def unit_of(namespace: str, name: str, statistic: str) -> str:
    """Return what all values of a statistic are scaled by: the unit (the metric where it is not known), `|`, of a sum.

    The average must stay between minimum and maximum, so that a sum is scaled as its count and its values are.
    """
    unit = _known().get((namespace, name), f"{namespace} {name}")
    return f"{unit}|{statistic}" if statistic in {"Sum", "SampleCount"} else unit


def seconds(value: object) -> float | str:
    """Return a time as seconds since the epoch; empty for what is none."""
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, (int, float)):
        return float(value)
    try:
        return datetime.fromisoformat(str(value)).timestamp()
    except ValueError:
        return ""


def aws_words() -> frozenset[str]:
    """Return what AWS calls the catalogue's metrics and dimensions, and the roles of a database."""
    return frozenset(
        {name for _, name in _known()} | known_dimensions() | {each for row in ROLES.values() for each in row}
    )


@cache
def _known() -> Mapping[tuple[str, str], str]:
    """Return the units of the catalogue's metrics."""
    kinds = builtin_catalog().values()
    return {
        (each.namespace or kind.namespace, each.name): each.unit for kind in kinds for each in kind.metrics.values()
    }


@cache
def _namespaces() -> frozenset[str]:
    """Return the catalogue's namespaces."""
    return frozenset(namespace for namespace, _ in _known())


@cache
def known_dimensions() -> frozenset[str]:
    """Return the names of the catalogue's dimensions."""
    return frozenset(name for kind in builtin_catalog().values() for name in kind.dimensions)
