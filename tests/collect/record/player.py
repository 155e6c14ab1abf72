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
    """The calls of a recording; each answer is given once, the last one of a call as often as it is asked for."""

    def __init__(self, recording: Mapping[str, Any]) -> None:
        self.missing: list[tuple[str, Any]] = []
        self._calls: dict[bytes, deque[Call]] = defaultdict(deque)
        for each in recording["calls"]:
            self._calls[key(each["operation"], each["asked"])].append(each)

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
        known = self._calls.get(key(model.name, asked))
        if not known:
            self.missing.append((model.name, asked))
            raise ValueError(f"not recorded: {model.name} {asked}")
        call = known.popleft() if len(known) > 1 else known[0]
        meta = {"HTTPStatusCode": call["status"], "HTTPHeaders": {}, "RetryAttempts": 0}
        parsed = {"Error": call["error"]} if "error" in call else restored(model.output_shape, call["answer"])
        return AWSResponse("played", call["status"], {}, None), parsed | {"ResponseMetadata": meta}


def keep(params: Any, context: dict[str, Any], **_event: object) -> None:
    """Handle `provide-client-params`."""
    context["asked"] = params


def key(operation: str, asked: Any) -> bytes:
    """Return what tells calls apart."""
    return orjson.dumps([operation, asked], option=orjson.OPT_SORT_KEYS)


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
