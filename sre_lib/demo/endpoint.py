"""The embedded CloudWatch endpoint: GetMetricData over HTTP on the loopback, as boto3 speaks it (awsJson 1.0)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import orjson

from sre_lib.demo.backend import Backend
from sre_lib.demo.endpoint_faults import Faults, Ledger
from sre_lib.demo.endpoint_pages import get_metric_data
from sre_lib.demo.endpoint_request import RefusedError, parse

Clock = datetime | Callable[[], datetime]

_TARGET = "GraniteServiceVersion20100801."
_CONTENT_TYPE = "application/x-amz-json-1.0"
_MAX_BODY = 4_000_000


@contextmanager
def serve(backend: Backend, now: Clock, faults: Faults | None = None, ledger: Ledger | None = None) -> Iterator[str]:
    """Serve a backend until the context ends; yield the URL.

    `now` is the moment at which it is asked (aware datetime, or a function that returns one): what lies after it is
    not there yet, and what lies too far before it only at longer periods. `faults` makes it fail as a test wants,
    `ledger` keeps what was asked. Signatures and regions are not looked at, `AccountId` is accepted. Not answered
    (ValidationError): metric math, Metrics Insights, trimmed statistics.
    """
    service = _Service(backend, now, faults or Faults(), ledger or Ledger())
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


@dataclass(frozen=True)
class _Service:
    """What the handler of every request shares."""

    backend: Backend
    clock: Clock
    faults: Faults
    ledger: Ledger = field(default_factory=Ledger)

    def answer(self, target: str, body: bytes) -> bytes:
        """Return the JSON of an answer; RefusedError where CloudWatch would refuse the call."""
        if target != f"{_TARGET}GetMetricData":
            raise RefusedError("UnknownOperationException", f"This endpoint has no operation {target!r}.")
        code = self.faults.refusal()
        if code:
            raise RefusedError(code, f"{code} (simulated)", 500 if code.startswith("Internal") else 400)
        request = parse(body)
        answer = get_metric_data(request, self.backend, self._now(), self.faults)
        self.ledger.answered.append(request)
        return orjson.dumps(answer, option=orjson.OPT_SERIALIZE_NUMPY)

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
        body = self.rfile.read(int(length))
        try:
            self._send(200, self.service.answer(self.headers.get("X-Amz-Target", ""), body))
        except RefusedError as error:
            self.service.ledger.refused.append(error.code)
            self._send(error.status, _error(error.code, error.message), error.code)

    def _send(self, status: int, content: bytes, error: str = "") -> None:
        """Write a response; an error carries its code in a header too, as services with an older protocol do."""
        self.send_response(status)
        self.send_header("Content-Type", _CONTENT_TYPE)
        self.send_header("Content-Length", str(len(content)))
        if error:
            self.send_header("x-amzn-query-error", f"{error};{'Receiver' if status >= 500 else 'Sender'}")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the base class's
        """Say nothing: what a test wants to know stands in the ledger."""


def _error(code: str, message: str) -> bytes:
    """Return the body of an AWS error."""
    return orjson.dumps({"__type": code, "message": message})
