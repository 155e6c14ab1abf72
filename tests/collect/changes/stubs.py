"""Clients whose answers are checked against botocore's service models: Stubber, no protocol of our own."""

from typing import Any

import boto3  # type: ignore[import-untyped]  # boto3 ships no types
from botocore.stub import Stubber

from sre_lib.collect.queries import Place
from sre_lib.errors import SourceError
from tests.collect.account import SETTINGS

REGION = "ap-northeast-1"
OWN = Place()


class Stubbed:
    """Clients of one account: every call must have been announced, in its order."""

    def __init__(self, unreachable: frozenset[Place] = frozenset()) -> None:
        self.unreachable = unreachable
        self._stubs: dict[tuple[str, Place], tuple[Any, Stubber]] = {}

    def cloudwatch(self, place: Place) -> Any:
        raise AssertionError(f"nothing asks CloudWatch for changes: {place}")

    def other(self, service: str, place: Place) -> Any:
        if place in self.unreachable:
            raise SourceError("source: no AWS credentials were found; sign in")
        return self._stub(service, place)[0]

    def answers(self, service: str, operation: str, answer: dict[str, Any], asked: Any = None, at: Place = OWN) -> None:
        self._stub(service, at)[1].add_response(operation, answer, asked)

    def refuses(self, service: str, operation: str, code: str = "AccessDeniedException", at: Place = OWN) -> None:
        self._stub(service, at)[1].add_client_error(operation, code, "not you", 400)

    def all_asked(self) -> None:
        for _, stub in self._stubs.values():
            stub.assert_no_pending_responses()

    def _stub(self, service: str, place: Place) -> tuple[Any, Stubber]:
        if (service, place) not in self._stubs:
            client = boto3.client(
                service,
                region_name=REGION,
                aws_access_key_id=SETTINGS["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key=SETTINGS["AWS_SECRET_ACCESS_KEY"],
            )
            stub = Stubber(client)
            stub.activate()
            self._stubs[service, place] = client, stub
        return self._stubs[service, place]
