"""A small hand-made week: one ECS service behind a load balancer, two weeks of data, findings on request."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

from sre_lib import weeks
from sre_lib.catalog import builtin_catalog
from sre_lib.document.look import Look
from sre_lib.event import Event
from sre_lib.model import (
    Analysis,
    Answer,
    Column,
    Coverage,
    Finding,
    MetricFrame,
    Part,
    Service,
    ServiceWeek,
    Status,
    Week,
)
from sre_lib.wording import wording

TOKYO = "Asia/Tokyo"
WEEK = weeks.named("2026-W40", TOKYO, history_weeks=1)
CPU = Column("web", "cpu", "Average")
MEMORY = Column("web", "memory", "Average")
REQUESTS = Column("alb", "requests", "Sum")

SERVICE = Service(
    "web",
    (
        Part("web", "ecs_service", {"ClusterName": "shop", "ServiceName": "web"}),
        Part(
            "alb", "alb_target_group", {"LoadBalancer": "app/x/1", "TargetGroup": "t/y/2"}, limits={"timeout_s": 30.0}
        ),
    ),
    owner="shop team",
    runbook="https://runbooks.example.com/web",
)


def frame(columns: Mapping[Column, float], week: Week = WEEK) -> MetricFrame:
    """Return a frame of constant columns; the reviewed week is one higher than the week before."""
    index = pd.date_range(week.history_start, week.end, freq="300s", inclusive="left", unit="s")
    later = (index >= pd.Timestamp(week.start)).astype(float)
    values = pd.DataFrame({tuple(column): value + later for column, value in columns.items()}, index=index)
    values.columns = pd.MultiIndex.from_tuples(list(columns), names=["part", "metric", "statistic"])
    return MetricFrame(values, dict.fromkeys(columns, Answer(Status.COMPLETE, 300)))


def bands(columns: Mapping[Column, float], week: Week = WEEK) -> pd.DataFrame:
    """Return baselines of the reviewed week: expected as given, the band 5 to each side."""
    index = pd.date_range(week.start, week.end, freq="300s", inclusive="left", unit="s")
    shifts = {"expected": 0.0, "lower": -5.0, "upper": 5.0}
    made = {
        (*column, name): np.full(len(index), value + by)
        for column, value in columns.items()
        for name, by in shifts.items()
    }
    return pd.DataFrame(made, index=index)


def finding(view: str = "spike", **changes: object) -> Finding:
    """Return a finding of an hour on Thursday 1 October 14:05 in Tokyo."""
    start = datetime(2026, 10, 1, 5, 5, tzinfo=UTC)
    one = Finding(
        id="f1", service="web", part="web", kind="ecs_service", resource="cpu", metric="cpu", statistic="Average",
        unit="Percent", detector="departure", view=view, start=start, end=start + timedelta(hours=1), score=0.9,
        priority=0.8,
        evidence={"value": 92.0, "expected": 35.0, "lower": 30.0, "upper": 40.0, "limit": 100.0, "minutes": 60.0},
    )  # fmt: skip
    return replace(one, **changes)  # type: ignore[arg-type]  # the names are those of Finding


GROWTH = finding(
    "growth",
    detector="growth",
    metric="memory",
    resource="memory",
    priority=0.7,
    start=WEEK.start,
    end=WEEK.start + timedelta(days=5),
    evidence={
        "slope_per_day": 4.1, "slope_low": 3.9, "slope_high": 4.3, "value": 69.0, "from_value": 48.0, "days": 5.0,
        "limit": 100.0, "days_to_limit": 7.4,
    },
)  # fmt: skip
SHIFT = finding(
    "level_shift",
    detector="level_shift",
    until=WEEK.start + timedelta(days=5),
    evidence={"before": 30.0, "after": 45.0, "change": 15.0},
)


def look(
    *found: Finding,
    levels: Mapping[Column, float] | None = None,
    language: str = "en",
    events: tuple[Event, ...] = (),
    coverage: tuple[Coverage, ...] | None = None,
) -> Look:
    """Return the service with constant levels (CPU 30, memory 50, requests 1000) and these findings."""
    known = {CPU: 30.0, MEMORY: 50.0, REQUESTS: 1000.0} if levels is None else dict(levels)
    seen = tuple(Coverage(column, Status.COMPLETE, 1.0, 0.0) for column in known)
    analysis = Analysis(
        service="web",
        week=WEEK.name,
        findings=found,
        below_cut=(),
        not_evaluated=(),
        coverage=seen if coverage is None else coverage,
        bands=bands(known),
        basis=dict.fromkeys(known, "hour_of_week"),
    )
    return Look(ServiceWeek(SERVICE, WEEK, frame(known), events), analysis, builtin_catalog(), wording(language))
