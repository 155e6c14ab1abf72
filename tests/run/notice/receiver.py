"""A real HTTP receiver on loopback that answers as it is told and keeps what it got."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HIDDEN = "T0SECRET/B0SECRET/xoxSECRETxox"


@dataclass(frozen=True)
class Answer:
    """What the receiver answers: nothing at all where `hangs`."""

    status: int = 200
    body: str = "ok"
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False


@dataclass(frozen=True)
class Receiver:
    """Where it listens, and every body that came."""

    port: int
    got: list[dict[str, Any]]

    @property
    def webhook(self) -> str:
        """An address like one of Slack's."""
        return f"http://127.0.0.1:{self.port}/services/{HIDDEN}"


@contextmanager
def receiver(*answers: Answer) -> Iterator[Receiver]:
    """Listen, and give these answers in turn, the last one for ever."""
    left, got, over = list(answers), [], threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            answer = left.pop(0) if len(left) > 1 else left[0]
            if answer.hangs:
                over.wait(10)
                self.close_connection = True
                return
            content = answer.body.encode()
            self.send_response(answer.status)
            for name, value in {**answer.headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield Receiver(server.server_address[1], got)
        finally:
            over.set()
            server.shutdown()
            thread.join()
