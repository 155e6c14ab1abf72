"""What a try to send came to, and how often it is tried again: for every way of telling."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

TIMEOUT_S = 10.0
"""A receiver that does not answer within this hangs."""

TRIES = 4
LONGEST_WAIT_S = 60.0
"""A receiver that wants more time than this is given up: the run's process should end."""


@dataclass(frozen=True)
class Tried:
    """What one try came to: `why` it failed (empty: it was taken), and whether another one may help."""

    why: str = ""
    again: bool = False
    wait_s: float | None = None
    """What the receiver asked to be waited for; None: it did not say."""


@dataclass(frozen=True)
class Patience:
    """How a try is repeated; `sleep` waits for some seconds."""

    sleep: Callable[[float], None] = field(default=time.sleep)
    timeout_s: float = TIMEOUT_S
    tries: int = TRIES


def sent(attempt: Callable[[], Tried], patience: Patience) -> str:
    """Try until it is taken, no other try may help, or patience is out; return why it failed (empty: it was taken)."""
    tried = attempt()
    for number in range(1, patience.tries):
        wait = 2.0 ** (number - 1) if tried.wait_s is None else tried.wait_s
        if not tried.why or not tried.again:
            return tried.why
        if wait > LONGEST_WAIT_S:
            return f"{tried.why} and asked to wait for {wait:.0f} s, which is longer than a run waits"
        patience.sleep(wait)
        tried = attempt()
    return f"{tried.why}, {patience.tries} times" if tried.why and tried.again else tried.why
