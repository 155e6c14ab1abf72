"""The embedded CloudWatch endpoint: metrics over HTTP on the loopback, as boto3 speaks it (awsJson 1.0)."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import NamedTuple

import orjson

from sre_lib.demo.backend import Backend, WithInventory
from sre_lib.demo.endpoint_accounts import Accounts, Caller, Everywhere
from sre_lib.demo.endpoint_alarms import DescribeAlarmHistory, DescribeAlarms, describe_alarm_history, describe_alarms
from sre_lib.demo.endpoint_faults import Fault, Faults, Ledger
from sre_lib.demo.endpoint_list import list_metrics
from sre_lib.demo.endpoint_mutes import (
    GetAlarmMuteRule,
    ListAlarmMuteRules,
    get_alarm_mute_rule,
    list_alarm_mute_rules,
)
from sre_lib.demo.endpoint_pages import Asked, get_metric_data
from sre_lib.demo.endpoint_request import ListMetrics, RefusedError, parse, parsed
from sre_lib.demo.endpoint_spoiled import HTML, body, spoiled
from sre_lib.demo.endpoint_wire import Call, call_of

Clock = datetime | Callable[[], datetime]

_TARGET = "GraniteServiceVersion20100801."
_HEADERS = {"Content-Type": "application/x-amz-json-1.0"}
_MAX_BODY = 4_000_000
_INSTEAD = ("reset", "silent", "html")


@contextmanager
def serve(
    backend: Backend | Accounts, now: Clock, faults: Faults | None = None, ledger: Ledger | None = None
) -> Iterator[str]:
    """Serve a backend until the context ends; yield the URL.

    A `backend` alone is what every account and region shows; `Accounts` tells them apart. `now` is the moment at which
    it is asked (aware datetime, or a function that returns one): what lies after it is not there yet, and what lies
    too far before it only at longer periods. `faults` makes it fail as a test wants, `ledger` keeps what was asked.
    Signatures are not checked. Answered are GetMetricData, ListMetrics and, of a backend that has alarms,
    DescribeAlarms and DescribeAlarmHistory (other backends have none); of one that has an inventory, the list calls of
    other services, too. Not answered (ValidationError): metric math, Metrics Insights, trimmed statistics.
    """
    accounts = backend if isinstance(backend, Accounts) else Everywhere(all=backend)
    service = _Service(accounts, now, faults or Faults(), ledger or Ledger())
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"service": service}))
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Answer(NamedTuple):
    """What a handler sends: bytes, or what happens instead."""

    content: bytes = b""
    fault: str = ""


@dataclass(frozen=True)
class _Service:
    """What the handler of every request shares."""

    accounts: Accounts
    clock: Clock
    faults: Faults
    ledger: Ledger

    def answer(self, target: str, content: bytes, caller: Caller) -> _Answer:
        """Return an answer; RefusedError where CloudWatch would refuse the call."""
        action = target.removeprefix(_TARGET)
        answer = {
            "GetMetricData": self._get_metric_data,
            "ListMetrics": self._list_metrics,
            "DescribeAlarms": self._describe_alarms,
            "DescribeAlarmHistory": self._describe_alarm_history,
            "ListAlarmMuteRules": self._list_alarm_mute_rules,
            "GetAlarmMuteRule": self._get_alarm_mute_rule,
        }.get(action)
        if answer is None:
            raise RefusedError("UnknownOperationException", f"This endpoint has no operation {target!r}.")
        faults = self.faults.on_call(action, caller)
        instead = next((fault.kind for fault in faults if fault.kind in _INSTEAD), "")
        if instead:
            self.ledger.refused.append(instead)
            return _Answer(HTML if instead == "html" else b"", instead)
        cut_off = any(fault.kind == "cut_off" for fault in faults)
        return _Answer(answer(content, caller, faults), "cut_off" if cut_off else "")

    def described(self, call: Call, caller: Caller) -> bytes:
        """Return what a list call of another service answers; RefusedError where there is nothing to answer from."""
        self.faults.on_call(call.action, caller)
        backend = self.accounts.backend(caller)
        if not isinstance(backend, WithInventory):
            raise RefusedError("UnknownOperationException", f"This endpoint has no operation {call.action!r}.")
        content = call.content(backend.inventory().answer(call.action, call.asked))
        self.ledger.described.append(call.action)
        return content

    def _get_metric_data(self, content: bytes, caller: Caller, faults: tuple[Fault, ...]) -> bytes:
        """Return the JSON of a page of datapoints."""
        request = parse(content)
        page = get_metric_data(Asked(request, self.accounts, caller, faults), self._now())
        self.ledger.answered.append(request)
        self.ledger.callers.append(caller)
        return body(spoiled(page | {"Messages": self.faults.messages}, request, faults), faults)

    def _list_metrics(self, content: bytes, caller: Caller, _faults: tuple[Fault, ...]) -> bytes:
        """Return the JSON of a page of metrics."""
        request = parsed(ListMetrics, content)
        page = list_metrics(request, self.accounts, caller, self._now())
        self.ledger.listed.append(request)
        return orjson.dumps(page)

    def _describe_alarms(self, content: bytes, caller: Caller, _faults: tuple[Fault, ...]) -> bytes:
        """Return the JSON of a page of alarms."""
        request = parsed(DescribeAlarms, content)
        page = describe_alarms(request, self.accounts, caller, self._now())
        self.ledger.alarms.append(request)
        return orjson.dumps(page)

    def _describe_alarm_history(self, content: bytes, caller: Caller, _faults: tuple[Fault, ...]) -> bytes:
        """Return the JSON of a page of the history of alarms."""
        request = parsed(DescribeAlarmHistory, content)
        page = describe_alarm_history(request, self.accounts, caller, self._now())
        self.ledger.alarms.append(request)
        return orjson.dumps(page)

    def _list_alarm_mute_rules(self, content: bytes, caller: Caller, _faults: tuple[Fault, ...]) -> bytes:
        """Return the JSON of a page of mute rules."""
        request = parsed(ListAlarmMuteRules, content)
        page = list_alarm_mute_rules(request, self.accounts, caller)
        self.ledger.alarms.append(request)
        return orjson.dumps(page)

    def _get_alarm_mute_rule(self, content: bytes, caller: Caller, _faults: tuple[Fault, ...]) -> bytes:
        """Return the JSON of a mute rule."""
        request = parsed(GetAlarmMuteRule, content)
        # That there is no such rule is an answer, too.
        self.ledger.alarms.append(request)
        return orjson.dumps(get_alarm_mute_rule(request, self.accounts, caller))

    def _now(self) -> int:
        """Return the service's moment in seconds since the epoch."""
        moment = self.clock if isinstance(self.clock, datetime) else self.clock()
        if moment.tzinfo is None:
            raise ValueError(f"the endpoint wants an aware time, got {moment.isoformat()}")
        return int(moment.timestamp())


class _Handler(BaseHTTPRequestHandler):
    """Carries JSON over HTTP/1.1 with connections kept open."""

    service: _Service
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16

    def do_POST(self) -> None:
        """Answer one call."""
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > _MAX_BODY:
            self.close_connection = True
            self._send(413, _error("RequestEntityTooLarge", "The request is too large."), "RequestEntityTooLarge")
            return
        content = self.rfile.read(int(length))
        caller = Caller.of(self.headers.get("Authorization", ""))
        try:
            call = call_of(self.path, self.headers, content)
            if call:
                self._describe(call, caller)
                return
            self._carry(self.service.answer(self.headers.get("X-Amz-Target", ""), content, caller))
        except RefusedError as error:
            self.service.ledger.refused.append(error.code)
            self._send(error.status, _error(error.code, error.message), error.code)

    def do_GET(self) -> None:
        """Answer one call of a service that is asked so."""
        call = call_of(self.path, self.headers, b"")
        if call:
            self._describe(call, Caller.of(self.headers.get("Authorization", "")))
        else:
            self._send(404, _error("UnknownOperationException", "This endpoint has no such page."))

    def _describe(self, call: Call, caller: Caller) -> None:
        """Answer one call of a service other than CloudWatch, as its own protocol writes answers and errors."""
        try:
            self._send(200, self.service.described(call, caller), headers=call.headers)
        except RefusedError as error:
            self.service.ledger.refused.append(error.code)
            headers = call.headers | {"x-amzn-ErrorType": error.code}
            self._send(error.status, call.error(error.code, error.message), headers=headers)

    def _carry(self, answer: _Answer) -> None:
        """Send an answer, or do what happens instead; a connection that is closed early is not used again."""
        self.close_connection = answer.fault in {"reset", "silent", "cut_off"}
        if answer.fault == "silent":
            self.rfile.read(1)  # comes back empty when the client has given up
        elif answer.fault == "html":
            self._send(200, answer.content, headers={"Content-Type": "text/html"})
        elif answer.fault == "cut_off":
            self._send(200, answer.content[: len(answer.content) // 2], length=len(answer.content))
        elif answer.fault != "reset":
            self._send(200, answer.content)

    def _send(
        self, status: int, content: bytes, error: str = "", headers: Mapping[str, str] = _HEADERS, length: int = 0
    ) -> None:
        """Write a response; an error carries its code in a header too, as services with an older protocol do."""
        self.send_response(status)
        for name, text in headers.items():
            self.send_header(name, text)
        self.send_header("Content-Length", str(length or len(content)))
        if error:
            self.send_header("x-amzn-query-error", f"{error};{'Receiver' if status >= 500 else 'Sender'}")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the base class's
        """Say nothing: what a test wants to know stands in the ledger."""


def _error(code: str, message: str) -> bytes:
    """Return the body of an AWS error."""
    return orjson.dumps({"__type": code, "message": message})
