"""Plays a recording back: clients of botocore's that send nothing and answer what was recorded of the same call."""

from collections import defaultdict, deque
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import boto3  # type: ignore[import-untyped]  # boto3 ships no types
import orjson
from botocore.awsrequest import AWSResponse

from sre_lib.collect.clients import SharedClients
from sre_lib.collect.queries import Place

Call = Mapping[str, Any]


class Player:
    """The calls of a recording; each answer is given once, the last one of a call as often as it is asked for.

    Which series share a call of GetMetricData depends on the order of their names, which a recording changes: what was
    not asked for in one call is answered series by series.
    """

    def __init__(self, recording: Mapping[str, Any]) -> None:
        self.missing: list[tuple[str, Any]] = []
        self._calls: dict[bytes, deque[Call]] = defaultdict(deque)
        self._series: dict[bytes, list[Call]] = defaultdict(list)
        for each in recording["calls"]:
            self._calls[key(each["operation"], each["asked"])].append(each)
            stats = {query["Id"]: query["MetricStat"] for query in each["asked"].get("MetricDataQueries", ())}
            for result in each.get("answer", {}).get("MetricDataResults", ()):
                self._series[key(window(each["asked"]), stats[result["Id"]])].append(result)

    def clients(self) -> SharedClients:
        """Return clients that answer from the recording."""
        session = boto3.session.Session("played", "played", region_name="ap-northeast-1")

        def make(service: str, _place: Place) -> Any:
            client = session.client(service)
            client.meta.events.register("provide-client-params", keep)
            client.meta.events.register("before-call", self.answer)
            return client

        return SharedClients(make)

    def answer(self, model: Any, context: Mapping[str, Any], **_event: object) -> tuple[AWSResponse, dict[str, Any]]:
        """Handle botocore's `before-call`: return what was recorded, so that nothing is sent."""
        asked = plain(model.input_shape, context["asked"])
        known = self._calls.get(key(model.name, asked)) or self._by_series(asked)
        if not known:
            self.missing.append((model.name, asked))
            raise ValueError(f"not recorded: {model.name} {asked}")
        call = known.popleft() if len(known) > 1 else known[0]
        meta = {"HTTPStatusCode": call["status"], "HTTPHeaders": {}, "RetryAttempts": 0}
        parsed = {"Error": call["error"]} if "error" in call else restored(model.output_shape, call["answer"])
        return AWSResponse("played", call["status"], {}, None), parsed | {"ResponseMetadata": meta}

    def _by_series(self, asked: Mapping[str, Any]) -> deque[Call]:
        """Return one call that answers each series; none where one of them was not recorded."""
        queries = asked.get("MetricDataQueries", ())
        found = [(each["Id"], self._series.get(key(window(asked), each["MetricStat"]))) for each in queries]
        if not found or not all(pieces for _, pieces in found):
            return deque()
        results = [joined(id_, pieces or []) for id_, pieces in found]
        return deque([{"status": 200, "answer": {"MetricDataResults": results, "Messages": []}}])


def window(asked: Mapping[str, Any]) -> str:
    """Return the stretch of time that a call asks for."""
    return f"{asked.get('StartTime')} {asked.get('EndTime')}"


def joined(id_: str, pieces: list[Call]) -> Call:
    """Return the pages of one series as one."""
    times = [time for piece in pieces for time in piece["Timestamps"]]
    values = [value for piece in pieces for value in piece["Values"]]
    return {**pieces[-1], "Id": id_, "Timestamps": times, "Values": values}


def keep(params: Any, context: dict[str, Any], **_event: object) -> None:
    """Handle `provide-client-params`."""
    context["asked"] = params


def key(operation: str, asked: Any) -> bytes:
    """Return what tells calls apart; the order of dimensions, which their names decide, does not."""
    return orjson.dumps([operation, ordered(asked)], option=orjson.OPT_SORT_KEYS)


def ordered(value: Any) -> Any:
    """Return what is asked with dimensions in the order of their names."""
    if isinstance(value, dict):
        return {name: ordered(each) for name, each in value.items()}
    if isinstance(value, list):
        inside = [ordered(each) for each in value]
        return sorted(inside, key=lambda each: str(each["Name"])) if named(value) else inside
    return value


def named(values: list[Any]) -> bool:
    """Tell whether a list is one of dimensions."""
    return bool(values) and all(isinstance(each, dict) and "Name" in each for each in values)


def plain(shape: Any, value: Any) -> Any:
    """Return what is asked as a recording has it: times as seconds."""
    return walked(shape, value, lambda each: each.timestamp())


def restored(shape: Any, value: Any) -> Any:
    """Return an answer as botocore parses it: times as datetimes."""
    return walked(shape, value, lambda each: datetime.fromtimestamp(each, UTC))


def walked(shape: Any, value: Any, time: Any) -> Any:
    """Return a value of a shape with its times changed."""
    if shape.type_name == "structure":
        return {name: walked(shape.members[name], each, time) for name, each in value.items()}
    if shape.type_name == "list":
        return [walked(shape.member, each, time) for each in value]
    if shape.type_name == "map":
        return {name: walked(shape.value, each, time) for name, each in value.items()}
    return time(value) if shape.type_name == "timestamp" else value
