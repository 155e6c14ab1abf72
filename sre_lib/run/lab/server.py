"""JupyterLab for the meeting: on loopback with a token, settings of its own, in this process, with which it dies."""

import asyncio
import logging
import os
import secrets
import signal
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

from sre_lib.errors import UserMistakeError

HERE = Path(__file__).parent
ADDRESS = "127.0.0.1"
SECONDS_TO_END = 5


def serve(  # noqa: PLR0913  what JupyterLab is told
    root: Path, notebook: str, home: Path, port: int | None, tell_url: Callable[[str], None], *, browser: bool
) -> None:
    """Serve JupyterLab over `root` with `notebook` (its path there) in front, until it is stopped.

    Cells run in the folder `home`, as in a run: there the review file is found wherever the pages lie.
    `port` None takes the first free one from 8888. `tell_url` is called with the address, token included, once it
    listens. The user's own settings of JupyterLab are neither read nor changed. Raises UserMistakeError where the port
    is taken.
    """
    _must_be_free(port)
    with tempfile.TemporaryDirectory(prefix="sre-review-lab-") as own:
        # JupyterLab reads these while it is imported.
        os.environ.update({"JUPYTER_CONFIG_DIR": own, "JUPYTER_NO_CONFIG": "1"})
        from jupyterlab.labapp import LabApp  # type: ignore[import-untyped]  # noqa: PLC0415  ships no types

        token, page = secrets.token_hex(24), f"lab/tree/{notebook}"
        server = LabApp.initialize_server(_arguments(root, page, home, port, token, own, browser=browser))
        # It binds its port in the first callback of its loop: who is told before that may be refused.
        server.io_loop.add_callback(tell_url, f"{server.connection_url}{page}?token={token}")
        # JupyterLab handles Ctrl-C by itself in a terminal only; elsewhere it would break into whatever is being done.
        signal.signal(signal.SIGINT, lambda *_: server.stop(from_signal=True))
        server.start()
        # From here on a request without an answer is no error.
        server.log.setLevel(logging.CRITICAL)
        server.io_loop.asyncio_loop.run_until_complete(_end_what_waits())


async def _end_what_waits() -> None:
    """Cancel what the server left unanswered, as `asyncio.run` does.

    A request that still waits (for its kernel to start) keeps the threads that serve it, and with them the process.
    """
    waiting = asyncio.all_tasks() - {asyncio.current_task()}
    for task in waiting:
        task.cancel()
    if waiting:
        await asyncio.wait(waiting, timeout=SECONDS_TO_END)


def _arguments(  # noqa: PLR0913, PLR0917  what JupyterLab is told
    root: Path, page: str, home: Path, port: int | None, token: str, own: str, *, browser: bool
) -> list[str]:
    """Return the command line of JupyterLab; no other process sees it."""
    chosen = [] if port is None else [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    return [
        f"--ServerApp.root_dir={root}",
        f"--ServerApp.ip={ADDRESS}",
        f"--MappingKernelManager.root_dir={home}",
        f"--ServerApp.open_browser={browser}",
        f"--IdentityProvider.token={token}",
        "--ServerApp.allow_root=True",
        "--ServerApp.log_level=ERROR",
        "--LabApp.log_level=ERROR",
        f"--LabApp.default_url=/{page}",
        f"--LabApp.app_settings_dir={HERE / 'settings'}",
        f"--LabApp.extra_labextensions_path={HERE / 'labextensions'}",
        f"--LabApp.workspaces_dir={own}",
        # The other one asks PyPI for what could be installed.
        "--LabApp.extension_manager=readonly",
        *chosen,
    ]


def _must_be_free(port: int | None) -> None:
    """Refuse a port that is taken."""
    if port is None:
        return
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError as error:
            raise UserMistakeError(
                f"port: {port} cannot be used ({error.strerror}); name another with --port, or none"
            ) from None
