"""A small account on the embedded endpoint, and a review of it: shared by the tests of the collection."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from botocore.loaders import create_loader

from sre_lib.catalog import Catalog, builtin_catalog
from sre_lib.collect.archive import Archive
from sre_lib.collect.clients import Clients
from sre_lib.collect.gather import Collected, collect
from sre_lib.collect.source import open_source
from sre_lib.demo.backend import Backend
from sre_lib.demo.endpoint import serve
from sre_lib.demo.endpoint_accounts import Accounts
from sre_lib.demo.endpoint_faults import Faults, Ledger
from sre_lib.demo.recorded import Recorded
from sre_lib.event import Event
from sre_lib.model import Part, Service, Week
from sre_lib.params import Review
from sre_lib.params_file import CloudWatchSource, Source
from sre_lib.store import LocalStore

WEB = {"ClusterName": "shop", "ServiceName": "web"}
ALB = {"LoadBalancer": "app/shop/1", "TargetGroup": "targetgroup/web/1"}
SERVICE = Service("web", (Part("web", "ecs_service", WEB), Part("web-alb", "alb_target_group", ALB)))
SETTINGS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}


def models_read_once(patch: pytest.MonkeyPatch) -> None:
    """Let all sessions of botocore share one reader of its service models, which takes most of a client's making."""
    patch.setattr("botocore.session.create_loader", cache(create_loader))


def signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the process the credentials of the test account and no other setting."""
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)


def review_of(
    source: Source,
    services: tuple[Service, ...] = (SERVICE,),
    timezone: str = "Asia/Tokyo",
    history_weeks: int = 2,
    events: tuple[Event, ...] = (),
    catalog: Catalog | None = None,
) -> Review:
    """Return a review as a file would give it."""
    return Review(
        "shop", Path("params/shop.yaml"), "Shop", timezone, "en", "monday", history_weeks, source, Path("archive"),
        services, events, catalog or builtin_catalog(),
    )  # fmt: skip


@contextmanager
def opened(
    backend: Backend | Accounts, now: datetime, faults: Faults | None = None, ledger: Ledger | None = None
) -> Iterator[Clients]:
    """Yield the clients that a review of an account opens."""
    with serve(backend, now, faults, ledger) as url:
        review = review_of(CloudWatchSource(type="cloudwatch", region="ap-northeast-1", endpoint=url))
        with open_source(review, now) as clients:
            assert clients is not None
            yield clients


def archive_in(folder: Path) -> Archive:
    """Return an archive in a folder."""
    return Archive(LocalStore(folder), "shop")


def collected(
    review: Review,
    week: Week,
    archive: Archive,
    backend: Backend | Accounts,
    now: datetime,
    faults: Faults | None = None,
) -> tuple[Collected, Ledger]:
    """Collect a week of an account; return the account of it and what the endpoint was asked."""
    ledger = Ledger()
    with opened(backend, now, faults, ledger) as clients:
        return collect(review, review.services, week, clients, archive, now), ledger


def steady(week: Week, step_s: int = 60, seed: int = 1) -> Recorded:
    """Return an account whose series have a sample every `step_s` seconds of history and week."""
    generator = np.random.default_rng(seed)
    times = np.arange(int(week.history_start.timestamp()), int(week.end.timestamp()), step_s)
    backend = Recorded()
    series: Mapping[tuple[str, str], Mapping[str, str]] = {
        ("AWS/ECS", "CPUUtilization"): WEB,
        ("AWS/ECS", "MemoryUtilization"): WEB,
        ("AWS/ApplicationELB", "RequestCount"): ALB,
        ("AWS/ApplicationELB", "TargetResponseTime"): ALB,
        ("AWS/ApplicationELB", "HealthyHostCount"): ALB,
    }
    for (namespace, name), dimensions in series.items():
        backend.put(namespace, name, dimensions, times, generator.uniform(0, 100, len(times)))
    return backend
