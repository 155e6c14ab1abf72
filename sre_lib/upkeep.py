"""What AWS says expires, ends or waits: certificates, databases and caches, as they were at one look."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

UpkeepSource = Literal["certificates", "databases", "caches"]
UpkeepKind = Literal["certificate", "engine", "maintenance"]
UPKEEP_SOURCES: tuple[UpkeepSource, ...] = ("certificates", "databases", "caches")


@dataclass(frozen=True)
class UpkeepItem:
    """One thing that needs care one day.

    `id` is its ARN, `due` the moment (UTC) by which AWS says that it ends (None: AWS gives none; the end of an engine
    is looked up in the support table). `engine` and `version` are of a database or cache, `state` is the certificate's
    status or the maintenance action, `managed` tells that ACM renews the certificate itself.
    """

    id: str
    source: UpkeepSource
    kind: UpkeepKind
    name: str
    due: datetime | None = None
    engine: str = ""
    version: str = ""
    state: str = ""
    managed: bool = False


@dataclass(frozen=True)
class UpkeepLook:
    """That a source was asked at a place (profile and region, empty: the review's own), when, and what came of it."""

    source: UpkeepSource
    place: str
    at: datetime
    status: Literal["complete", "partial", "denied"]
    message: str = ""
    items: tuple[UpkeepItem, ...] = ()
