"""What is known to happen: pushes, batches, sales, load tests, incidents; from the review file or its CSV files."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Event:
    """Something known that happens to services: a push, deployment, batch, incident, holiday (UTC, `[start, end)`)."""

    start: datetime
    end: datetime
    kind: str
    title: str
    services: tuple[str, ...] = ()
    audience: int | None = None
    url: str = ""
