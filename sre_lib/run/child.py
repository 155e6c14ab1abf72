"""The process of one notebook, seen from the run: started from a preloaded fork server, fed cell by cell, ended."""

import codecs
import json
import math
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing import forkserver
from multiprocessing.connection import wait
from pathlib import Path
from types import ModuleType
from typing import Any, Self

from sre_lib.run.cells import Settings, serve

PRELOADED = ("sre_lib.run.preload", "sre_lib.document.weekly", "sre_lib.document.service")
NAME = "sre-review notebook"
_END_S = 5.0
_GRACE_S = 1.0
_CHUNK = 1 << 16
# Two threads that read one exit code at once would lose it: multiprocessing polls all children at each start.
_PROCESSES = threading.Lock()

Message = tuple[str, dict[str, Any]]


class CellProcessError(Exception):
    """The process could not finish a cell; `name` is what a Jupyter client calls this error."""

    name = "CellProcessError"


class DeadKernelError(CellProcessError):
    """The process ended inside a cell."""

    name = "DeadKernelError"


class CellTimeoutError(CellProcessError):
    """A cell took longer than it may; its process was ended."""

    name = "CellTimeoutError"


class NotebookStoppedError(Exception):
    """The process was asked to stop (SIGTERM) from outside: the run itself is ending."""


def prepare() -> None:
    """Start loading the libraries into the fork server, in the background; later calls do nothing."""
    multiprocessing.get_context("forkserver").set_forkserver_preload(list(PRELOADED))
    forkserver.ensure_running()


class CellProcess:
    """A process that runs cells one after the other: a context manager that leaves no process behind.

    It starts in `folder` (None: where the run is) with the run's environment of that moment.
    """

    def __init__(self, folder: Path | None, start_timeout_s: float) -> None:
        self._folder = folder
        self._start_timeout_s = start_timeout_s
        self._open = ExitStack()
        self.language_info: dict[str, Any] = {}

    def __enter__(self) -> Self:
        try:
            self._start()
            for kind, content in self._until("ready", self._start_timeout_s):
                if kind == "ready":
                    self.language_info = content["language_info"]
        except BaseException:
            self._open.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def run(self, source: str, timeout_s: float | None) -> Iterator[Message]:
        """Yield a cell's messages as they come, `done` last.

        DeadKernelError where the process ends instead, CellTimeoutError after `timeout_s` seconds (None: no limit):
        both only after everything that had been shown or printed until then.
        """
        with suppress(BrokenPipeError):
            self._requests.send_bytes(source.encode())
        yield from self._until("done", timeout_s)

    def _start(self) -> None:
        """Start the process and keep this side's ends of its pipes."""
        prepare()
        context = multiprocessing.get_context("forkserver")
        profile = self._open.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        theirs, self._requests = context.Pipe(duplex=False)
        self._messages, messages = context.Pipe(duplex=False)
        self._stdout, stdout = context.Pipe(duplex=False)
        self._stderr, stderr = context.Pipe(duplex=False)
        pipes = (theirs, messages, stdout, stderr)
        mine = (self._requests, self._messages, self._stdout, self._stderr)
        for end in mine:
            self._open.callback(end.close)
        self._decoders = {name: codecs.getincrementaldecoder("utf-8")("replace") for name in ("stdout", "stderr")}
        settings = Settings(dict(os.environ), str(self._folder or Path.cwd()), profile)
        self._process = context.Process(target=serve, args=(*pipes, settings), name=NAME)
        try:
            with _PROCESSES, _without_main():
                self._process.start()
        finally:
            for end in pipes:
                end.close()
        self._open.callback(self._end)

    def _until(self, last: str, timeout_s: float | None) -> Iterator[Message]:
        """Yield messages up to the first of the kind `last`."""
        deadline = math.inf if timeout_s is None else time.monotonic() + timeout_s
        while True:
            ready = self._wait(deadline)
            if not ready:
                self._kill()
                yield from self._rest()
                raise CellTimeoutError(f"this cell was stopped because it took longer than {timeout_s:g} s")
            if self._process.sentinel in ready:
                yield from self._rest()
                raise self._death()
            for message in self._received(ready):
                yield message
                if message[0] == last:
                    return

    def _wait(self, deadline: float) -> list[Any]:
        """Return what can be read, or the process's sentinel where it has ended; nothing after the deadline."""
        left = deadline - time.monotonic()
        if left <= 0:
            return []
        watched: list[Any] = [self._messages, self._stdout, self._stderr, self._process.sentinel]
        return wait(watched, None if left == math.inf else left)

    def _received(self, ready: list[Any]) -> Iterator[Message]:
        """Yield what can be read now; what was written past Python before a message comes before it."""
        if self._messages in ready:
            message = self._message()
            if message is None:
                self._process.join(_END_S)
                return
            yield from self._written()
            yield message
        elif {self._stdout, self._stderr} & set(ready):
            yield from self._written()

    def _message(self) -> Message | None:
        """Return the next message; None where the other end is closed."""
        try:
            message = json.loads(self._messages.recv_bytes())
        except (EOFError, OSError):
            return None
        return message["type"], message["content"]

    def _rest(self) -> Iterator[Message]:
        """Yield what an ended process left in its pipes."""
        while self._messages.poll(0) and (message := self._message()) is not None:
            yield message
        yield from self._written()

    def _written(self) -> Iterator[Message]:
        """Yield what lies in the pipes behind the file descriptors 1 and 2."""
        for name, pipe in (("stdout", self._stdout), ("stderr", self._stderr)):
            while wait([pipe], 0) and (chunk := os.read(pipe.fileno(), _CHUNK)):
                yield "stream", {"name": name, "text": self._decoders[name].decode(chunk)}

    def _death(self) -> Exception:
        """Return the error that says how the process ended."""
        with _PROCESSES:
            self._process.join(_END_S)
            code = self._process.exitcode
        if code == -signal.SIGTERM:
            return NotebookStoppedError("the notebook's process was asked to stop")
        return DeadKernelError(f"the notebook's process ended in this cell ({_how(code)}); later cells did not run")

    def _kill(self) -> None:
        """End the process and all that it started in its session."""
        if self._process.pid is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.join(_END_S)

    def _end(self) -> None:
        """Let the process finish by itself for a moment, then end what is left of it."""
        self._requests.close()
        with _PROCESSES:
            self._process.join(_GRACE_S)
        self._kill()


@contextmanager
def _without_main() -> Iterator[None]:
    """Hide the main module for a moment: multiprocessing would run it again in each child, which has no use for it."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _how(code: int | None) -> str:
    """Return an exit code in words."""
    if code is None or code >= 0:
        return f"exit code {code}"
    hint = ", often for lack of memory" if code == -signal.SIGKILL else ""
    return f"{signal.Signals(-code).name}{hint}"
