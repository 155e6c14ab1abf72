"""What runs inside a notebook's process: IPython as a kernel sets it up, with a pipe in the place of ZeroMQ."""

import asyncio
import faulthandler
import gc
import io
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from typing import Any

import numpy as np
from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.compilerop import CachingCompiler
from IPython.core.interactiveshell import ExecutionResult
from IPython.core.profiledir import ProfileDir
from jupyter_client.session import Session, json_packer
from traitlets import Any as AnyTrait
from traitlets.config import Config

Send = Callable[[str, Mapping[str, Any]], None]


@dataclass(frozen=True)
class Settings:
    """Where and with which environment a notebook's process works; `profile` is an empty folder for IPython."""

    environment: Mapping[str, str]
    folder: str
    profile: str


def serve(
    requests: Connection, messages: Connection, stdout: Connection, stderr: Connection, settings: Settings
) -> None:
    """Run every cell whose source comes over `requests`, until the other end hangs up.

    Back come `messages` as JSON, `{"type", "content"}`: `ready` first, then per cell what a kernel publishes
    (stream, display_data, update_display_data, execute_result, clear_output, error) and `done` at its end. What is
    written past Python to the file descriptors 1 and 2 goes to `stdout` and `stderr`, where it outlives this process.
    """
    _settle(stdout, stderr, settings)
    send = _sender(messages)
    shell = _shell(send, settings.profile)
    send("ready", {"language_info": IPythonKernel.language_info})
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    while (source := _next_source(requests)) is not None:
        loop.run_until_complete(_run_cell(shell, source, send))


def _settle(stdout: Connection, stderr: Connection, settings: Settings) -> None:
    """Make this fork of the preloaded process one of its own: session, environment, descriptors, random numbers."""
    # What the server loaded stays for ever: without this a cell pays for a collection over all of it.
    gc.freeze()
    os.setsid()
    threading.Thread(target=_die_with_parent, daemon=True).start()
    os.environ.clear()
    # Without a kernel's name around, plotly would choose a browser window.
    os.environ.update(settings.environment, PLOTLY_RENDERER="plotly_mimetype")
    time.tzset()
    os.chdir(settings.folder)
    os.dup2(stdout.fileno(), 1)
    os.dup2(stderr.fileno(), 2)
    faulthandler.enable(file=2)
    random.seed()
    np.random.seed()
    sys.path.insert(0, "")


def _die_with_parent() -> None:
    """End this process and what it started when the parent is gone, even where a cell never comes back."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.killpg(0, signal.SIGKILL)


def _sender(messages: Connection) -> Send:
    """Return the function that sends one message; forks of this process stay silent, as a kernel's do."""
    lock = threading.Lock()
    owner = os.getpid()

    def send(kind: str, content: Mapping[str, Any]) -> None:
        if os.getpid() == owner:
            packed = json_packer({"type": kind, "content": content})
            with lock:
                messages.send_bytes(packed)

    return send


def _next_source(requests: Connection) -> str | None:
    """Return the source of the next cell; None when the other end has hung up."""
    try:
        return requests.recv_bytes().decode()
    except EOFError:
        return None


class _PipeSession(Session):
    """A kernel's session that hands its messages to a function instead of a socket."""

    deliver = AnyTrait()

    def send(  # type: ignore[override]
        self,
        _stream: object,
        msg_or_type: dict[str, Any] | str,
        content: dict[str, Any] | None = None,
        *_: object,
        **__: object,
    ) -> None:
        """Hand on the type and the content of a message; headers and identities mean nothing here."""
        if isinstance(msg_or_type, dict):
            self.deliver(msg_or_type["msg_type"], msg_or_type["content"])
        else:
            self.deliver(msg_or_type, content)


class _Stream(io.TextIOBase):
    """Standard output or error: each write is sent at once, so that nothing is lost when the process dies."""

    def __init__(self, name: str, descriptor: int, send: Send) -> None:
        self.name = name
        self._descriptor = descriptor
        self._send = send
        self._owner = os.getpid()

    @property
    def encoding(self) -> str:  # type: ignore[override]  # typeshed has it as an attribute
        """Return the name of the encoding."""
        return "UTF-8"

    def writable(self) -> bool:
        """Return True."""
        return True

    def fileno(self) -> int:
        """Return the descriptor that leads to the same place."""
        return self._descriptor

    def write(self, text: str) -> int:
        """Send text; from a fork it goes by the descriptor, which forks may share."""
        if os.getpid() != self._owner:
            return os.write(self._descriptor, text.encode())
        if text:
            self._send("stream", {"name": self.name, "text": text})
        return len(text)


class _CellCompiler(CachingCompiler):
    """Names cells as a kernel does (tracebacks go by that), but without its process id: warnings show the name."""

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:  # noqa: ARG002  IPython's
        """Return the file name of a cell by its number."""
        return f"/ipykernel_0/{number}.py"


def _shell(send: Send, profile: str) -> ZMQInteractiveShell:
    """Return a kernel's IPython whose output goes to `send`; it reads no profile and writes no history."""
    sys.stdout, sys.stderr = _Stream("stdout", 1, send), _Stream("stderr", 2, send)
    shell: ZMQInteractiveShell = ZMQInteractiveShell.instance(
        config=Config({"HistoryManager": {"enabled": False}}),
        ipython_dir=profile,
        profile_dir=ProfileDir(location=profile),
        compiler_class=_CellCompiler,
    )
    session = _PipeSession(deliver=send)
    shell.display_pub.set_trait("session", session)
    shell.displayhook.set_trait("session", session)
    return shell


async def _run_cell(shell: ZMQInteractiveShell, source: str, send: Send) -> None:
    """Run one cell as ipykernel's `do_execute` does, inside a running event loop, and say how it ended."""
    transform: Callable[[str], str] = shell.transform_cell
    run: Callable[..., ExecutionResult] = shell.run_cell
    transformed, problem = source, None
    try:
        transformed = transform(source)
    except Exception:  # noqa: BLE001  a broken line transform is the cell's failure; IPython shows it
        problem = sys.exc_info()
    shell._last_traceback_during_displayhook = False
    if shell.should_run_async(source, transformed_cell=transformed, preprocessing_exc_tuple=problem):
        result: ExecutionResult | None = None
        try:
            result = await shell.run_cell_async(
                source, store_history=True, transformed_cell=transformed, preprocessing_exc_tuple=problem
            )
        finally:
            shell.events.trigger("post_execute")
            shell.events.trigger("post_run_cell", result)
    else:
        result = run(source, store_history=True)
    failed = not result.success or shell._last_traceback_during_displayhook
    send("done", {"failed": failed, "execution_count": shell.execution_count - 1})
