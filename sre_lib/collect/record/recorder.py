"""What AWS answers, taken down as botocore receives it, and told without what is the company's own.

botocore's public events are listened to (`provide-client-params`, `after-call`): each call is the one that was made
anyway. Until it is written, what was taken down is in memory alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, NamedTuple

import numpy as np

from sre_lib.collect.clients import SharedClients
from sre_lib.collect.record.anonymous import Anonymous, Shape, unit_of
from sre_lib.collect.record.texts import sentence

_ASKED = "sre_review_asked"
_METRIC_DATA = "GetMetricData"
_DIGITS = 7
"""Significant digits of a datapoint: CloudWatch's own are often fewer."""


class Taken(NamedTuple):
    """One call as botocore made it: botocore's model of it, the region, what was asked and answered."""

    model: Any
    region: str
    asked: Mapping[str, Any]
    status: int
    answer: Mapping[str, Any]


@dataclass
class Recorder:
    """Takes down the calls of clients; used by several threads."""

    anonymous: Anonymous = field(default_factory=Anonymous)
    taken: list[Taken] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def listening(self, clients: SharedClients) -> SharedClients:
        """Return clients made as the given ones are, whose calls are taken down."""

        def make(service: str, place: Any) -> Any:  # noqa: ANN401  # as `clients.Make`
            client = clients.make(service, place)
            client.meta.events.register("provide-client-params", self._keep_asked)
            client.meta.events.register("after-call", lambda **event: self._take(client.meta.region_name, event))
            return client

        return SharedClients(make)

    def calls(self) -> Iterator[dict[str, Any]]:
        """Yield the calls as they may be shown: service, operation, region, what was asked, status, answer or error."""
        self._learn_alarms()
        for each in self.taken:
            shown = {
                "service": each.model.service_model.service_name,
                "operation": each.model.name,
                "region": each.region,
                "asked": self.anonymous.value(each.model.input_shape, each.asked) if each.model.input_shape else {},
                "status": each.status,
            }
            yield shown | self._answered(each)

    def _keep_asked(self, params: Mapping[str, Any], context: dict[str, Any], **_event: object) -> None:
        """Handle `provide-client-params`: keep what is asked until the answer is there."""
        context[_ASKED] = params

    def _take(self, region: str, event: Mapping[str, Any]) -> None:
        """Handle `after-call`."""
        asked, status = event["context"].get(_ASKED, {}), event["http_response"].status_code
        with self._lock:
            self.taken.append(Taken(event["model"], region, asked, status, event["parsed"]))

    def _learn_alarms(self) -> None:
        """Note the units of alarms, so that their history is scaled as their metrics are."""
        for each in self.taken:
            for alarm in each.answer.get("MetricAlarms", ()) if each.model.name == "DescribeAlarms" else ():
                if alarm.get("MetricName"):
                    unit = unit_of(str(alarm.get("Namespace")), alarm["MetricName"], alarm.get("Statistic", ""))
                    self.anonymous.units[str(alarm.get("AlarmName"))] = unit

    def _answered(self, taken: Taken) -> dict[str, Any]:
        """Return the answer of a call, or its error."""
        if error := taken.answer.get("Error"):
            names = self.anonymous.names
            return {"error": {"Code": str(error.get("Code")), "Message": sentence(str(error.get("Message")), names)}}
        shape = taken.model.output_shape
        if shape is None:
            return {"answer": {}}
        if taken.model.name != _METRIC_DATA:
            return {"answer": self.anonymous.value(shape, taken.answer)}
        results = taken.answer.get("MetricDataResults", ())
        rest = {key: each for key, each in taken.answer.items() if key != "MetricDataResults"}
        units = _units(taken.asked)
        found = [self._result(shape.members["MetricDataResults"].member, each, units) for each in results]
        return {"answer": {"MetricDataResults": found, **self.anonymous.value(shape, rest)}}

    def _result(self, shape: Shape, result: Mapping[str, Any], units: Mapping[str, str]) -> dict[str, Any]:
        """Return the datapoints of one query: times as they are, gaps too, values scaled."""
        points = {"Timestamps", "Values"}
        rest = {key: each for key, each in result.items() if key not in points}
        factor = self.anonymous.factor(units.get(result.get("Id", ""), ""))
        values = np.asarray(result.get("Values", ()), dtype=float) * factor
        times = result.get("Timestamps", ())
        shown: dict[str, Any] = self.anonymous.value(shape, rest)
        return shown | {
            "Timestamps": [int(each.timestamp() if hasattr(each, "timestamp") else each) for each in times],
            "Values": [float(f"{each:.{_DIGITS}g}") for each in values],
        }


def _units(asked: Mapping[str, Any]) -> dict[str, str]:
    """Return the unit of each query, by its Id."""
    found: dict[str, str] = {}
    for query in asked.get("MetricDataQueries", ()):
        stat = query.get("MetricStat") or {}
        metric = stat.get("Metric") or {}
        found[query["Id"]] = unit_of(metric.get("Namespace", ""), metric.get("MetricName", ""), stat.get("Stat", ""))
    return found
