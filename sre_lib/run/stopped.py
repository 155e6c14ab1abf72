"""Turns SIGTERM into an error, so that a run that a machine ends is told of like any other that failed."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from sre_lib.errors import StoppedError


class _Told(BaseException):
    """SIGTERM came; no Exception, so that nothing takes it for the failure of one service."""


@contextmanager
def stoppable() -> Iterator[None]:
    """Raise StoppedError out of the block where the process is told to end (SIGTERM: systemd, ECS, a shutdown)."""

    def stop(*_: object) -> None:
        raise _Told

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except _Told:
        raise StoppedError(
            "stopped: the run was told to end (SIGTERM) before it was done; see what ends it (a time limit, a "
            "shutdown), then run it again: what was fetched is kept"
        ) from None
    finally:
        signal.signal(signal.SIGTERM, before)
