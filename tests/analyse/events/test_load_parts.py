"""A measured load test as parts: the load that reached each, and its tasks counted."""

from dataclasses import replace
from datetime import timedelta

import numpy as np

from sre_lib.analyse.events.around import Around, Rows
from sre_lib.analyse.events.chain import Hop, Role, Trace
from sre_lib.analyse.events.load_parts import parts_of
from sre_lib.analyse.events.measure import EventReview, review_event
from sre_lib.catalog import builtin_catalog
from sre_lib.event import Event
from sre_lib.model import Column
from tests.document.test_event_texts import SEND, push, service_week

CDN = Hop("web", "cdn", "cloudfront_distribution")
WEB, API = Hop("web", "web", "ecs_service"), Hop("api", "api", "ecs_service")
ALB = Hop("api", "alb", "alb_target_group")
MINUTES = np.arange(-2.0, 3.0)
TEST = Event(SEND, SEND + timedelta(minutes=3), "load_test", "test")


def seen(hop: Hop, role: Role, value: float, statistic: str = "Sum", limit: float | None = None) -> Around:
    """Return a series that is one value."""
    trace = Trace(hop, role, Column(hop.part, role, statistic), "", limit, per_minute=role in {"requests", "tasks"})
    return Around(trace, 60, MINUTES, np.full(5, value), np.full(5, value))


def made(*series: Around) -> EventReview:
    return EventReview(TEST, (), {}, (), None, {each.trace: each for each in series})


def test_a_hop_has_the_load_of_its_own_balancer_else_that_of_the_front():
    front, web = seen(CDN, "requests", 900), seen(WEB, "cpu", 50, limit=100)
    parts = parts_of(made(front, web, seen(ALB, "requests", 300), seen(API, "cpu", 30)))
    assert [(each.part, each.frame["requests"].iloc[0], dict(each.limits)) for each in parts] == [
        ("cdn", 900.0, {}), ("web", 900.0, {"cpu": 100}), ("alb", 300.0, {}), ("api", 300.0, {}),
    ]  # fmt: skip
    assert (parts[0].frame.index[0], len(parts[0].frame)) == (SEND - timedelta(minutes=2), 5)


def test_three_samples_of_a_task_are_one_task():
    parts = parts_of(made(seen(API, "tasks", 24), seen(ALB, "healthy_hosts", 8)))
    assert set(parts[0].frame["tasks"]) == {8.0}
    alone = parts_of(made(seen(API, "tasks", 24)))
    assert set(alone[0].frame["tasks"]) == {24.0}


def test_without_any_request_counted_there_is_no_load():
    (part,) = parts_of(made(seen(WEB, "cpu", 50)))
    assert list(part.frame) == ["cpu"]
    assert parts_of(made()) == []


def test_what_falls_towards_its_limit_has_none_here():
    free = seen(WEB, "memory", 8, limit=1)
    falling = Around(replace(free.trace, falls=True), 60, free.minutes, free.values, free.usual)
    assert parts_of(made(falling))[0].limits == {}


def test_out_of_the_archive_the_service_has_the_requests_of_its_balancer():
    test = push(kind="load_test", title="test")
    parts = parts_of(review_event(test, Rows({"web": service_week(test)}), builtin_catalog()))
    assert [(each.part, set(each.frame)) for each in parts] == [
        ("alb", {"requests"}), ("web", {"tasks", "cpu", "memory", "requests"}),
    ]  # fmt: skip
    assert parts[1].limits == {"cpu": 100.0, "memory": 100.0}
    assert parts[1].frame["requests"].equals(parts[0].frame["requests"])
