"""What is known to happen: pushes, batches, sales, load tests, incidents; from the review file or its CSV files."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Stage:
    """One stage of a load test (UTC, `[start, end)`) and its load in requests a second; None: not known."""

    start: datetime
    end: datetime
    load: float | None = None
    title: str = ""


@dataclass(frozen=True)
class Event:
    """Something known that happens to services: a push, deployment, batch, incident, holiday (UTC, `[start, end)`).

    A load test may have `stages`: inside it, in the order of time, without overlap; between them may be pauses.
    """

    start: datetime
    end: datetime
    kind: str
    title: str
    services: tuple[str, ...] = ()
    audience: int | None = None
    url: str = ""
    stages: tuple[Stage, ...] = ()
