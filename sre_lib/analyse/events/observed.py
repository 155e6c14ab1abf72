"""What one past push did, as plain figures: the input of the model of the crowd."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

NAN = float("nan")


class ResourceKey(NamedTuple):
    """What can give out: a resource ("cpu", "connections", ...) of a part of a service."""

    service: str
    part: str
    resource: str


@dataclass(frozen=True)
class Reading:
    """A resource at the worst minute of a push; NaN where not known, never 0.

    `value` then and `base`, the expected value at that time without the push, both in `unit`; `limit` is where it
    gives out: above, or below for what `falls` (free memory). For what runs in tasks: how many ran before the send,
    at the worst minute, and at most (`tasks_most`, the autoscaling maximum); `lag_min` minutes from the send until
    more tasks served (at 300 s to the end of the datapoint that had them first).
    """

    value: float
    base: float
    limit: float
    unit: str = ""
    tasks_before: float = NAN
    tasks_at_peak: float = NAN
    tasks_most: float = NAN
    lag_min: float = NAN
    falls: bool = False


@dataclass(frozen=True)
class Observed:
    """One past push, sent at `at` (UTC) to an `audience` of so many people (None: not known).

    `requests` is the highest number of requests a minute at the front during it, `base` the expected number a minute
    at that time without it; both NaN where not known.
    """

    at: datetime
    requests: float
    base: float
    audience: int | None
    resources: Mapping[ResourceKey, Reading]
