"""What AWS says changed, and what it was asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

ChangeKind = Literal["deployment", "scaling", "database", "cache", "api_call"]


@dataclass(frozen=True)
class Change:
    """Something that AWS says happened to a part of a service (UTC, `[start, end)`): a deployment, a scaling activity.

    `id` is the source's own, so that the same change read twice is one. `details` holds what changed, each with its
    value before and after as text (empty where not known): image, task size, desired count, minimum, maximum.
    """

    id: str
    start: datetime
    end: datetime
    kind: ChangeKind
    part: str
    title: str
    details: Mapping[str, tuple[str, str]] = field(default_factory=dict)


ChangeSource = Literal["deployments", "scaling", "database_events", "cache_events", "cloudtrail"]


@dataclass(frozen=True)
class Looked:
    """That a source was asked for the changes of one resource in `[start, end)` (UTC), at the moment `at`.

    Only where it is `complete` does no change mean that nothing changed; `gone` is what AWS no longer keeps.
    """

    source: ChangeSource
    resource: str
    start: datetime
    end: datetime
    at: datetime
    status: Literal["complete", "partial", "denied", "gone"]
    message: str = ""
