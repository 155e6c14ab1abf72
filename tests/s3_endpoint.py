"""An S3 on loopback for tests: moto's, one request at a time, so that its conditions hold; faults can be put in.

moto looks at If-Match and If-None-Match and then writes, without a lock between: of two creates at once both could win.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3  # type: ignore[import-untyped]  # boto3 ships no types
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

BUCKET = "reviews"
Request = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """An error that some requests are answered; `done`: although what they ask for was done."""

    when: Callable[[Request], bool]
    status: str = "503 Service Unavailable"
    code: str = "SlowDown"
    done: bool = False


@dataclass
class Endpoint:
    """A running S3: its address, what was asked, and a fault."""

    url: str = ""
    asked: list[str] = field(default_factory=list)
    fault: Fault | None = None
    _moto: Any = field(default_factory=lambda: DomainDispatcherApplication(create_backend_app))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, request: Request, start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        with self._lock:
            self.asked.append(f"{request['REQUEST_METHOD']} {request['PATH_INFO']}")
            fault = self.fault
            if fault is None or not fault.when(request):
                return list(self._moto(request, start))
            if fault.done:
                list(self._moto(request, lambda *_: None))
            start(fault.status, [("Content-Type", "application/xml")])
            return [f"<Error><Code>{fault.code}</Code><Message>a fault of the test</Message></Error>".encode()]

    def puts(self) -> list[str]:
        """Return the keys that were put, in order."""
        start = f"PUT /{BUCKET}/"
        return [each.removeprefix(start) for each in self.asked if each.startswith(start)]


def is_put(part: str = "") -> Callable[[Request], bool]:
    """Return what tells whether a request puts a key that contains a text."""
    return lambda request: request["REQUEST_METHOD"] == "PUT" and part in request["PATH_INFO"]


class _Quiet(WSGIRequestHandler):
    """Answers without a log."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  werkzeug's name
        """Say nothing."""


@contextmanager
def served() -> Iterator[Endpoint]:
    """Serve an S3 with one bucket on loopback."""
    endpoint = Endpoint()
    server = make_server("127.0.0.1", 0, endpoint, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    endpoint.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield endpoint
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def environment(endpoint: Endpoint) -> dict[str, str]:
    """Return what leads boto3's own chain to an endpoint."""
    return {
        "AWS_ENDPOINT_URL_S3": endpoint.url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "ap-northeast-1",
        "AWS_DEFAULT_REGION": "ap-northeast-1",
    }


def emptied(endpoint: Endpoint) -> None:
    """Make the bucket anew."""
    endpoint.fault = None
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    client = boto3.client("s3", region_name="us-east-1", endpoint_url=endpoint.url, **keys)
    if BUCKET in [each["Name"] for each in client.list_buckets()["Buckets"]]:
        for page in client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET):
            for each in page.get("Contents", ()):
                client.delete_object(Bucket=BUCKET, Key=each["Key"])
    else:
        client.create_bucket(Bucket=BUCKET)
    client.close()
    endpoint.asked.clear()
