"""The way of the crowd: in which order, and what is looked at."""

from sre_lib.analyse.events.chain import Hop, Trace, chain_of, concerns, traces_of
from sre_lib.catalog import KindSpec, builtin_catalog
from sre_lib.event import Event
from sre_lib.model import Column, Part, Service
from tests.document.build import SERVICE, WEEK

OWN = KindSpec.model_validate(
    {"namespace": "Shop", "dimensions": ["Site"], "metrics": {"orders": {"name": "Orders", "judge": "Sum"}}}
)
CATALOG = {**builtin_catalog(), "own": OWN}


def service(name: str, *kinds: str) -> Service:
    return Service(name, tuple(Part(f"{name}-{kind}", kind, {}) for kind in kinds))


def test_the_order_is_that_of_the_way_and_other_things_are_left_out():
    services = [
        service("cache", "elasticache_node"),
        service("db", "aurora_role"),
        service("web", "ecs_service", "alb_target_group", "cloudfront_distribution"),
        service("orders", "own"),
        service("api", "ecs_service", "alb_target_group"),
    ]
    assert [hop.part for hop in chain_of(services, CATALOG)] == [
        "web-cloudfront_distribution", "web-alb_target_group", "web-ecs_service", "api-alb_target_group",
        "api-ecs_service", "db-aurora_role", "cache-elasticache_node",
    ]  # fmt: skip


def test_the_traces_of_a_service_and_its_balancer():
    web, alb = Hop("web", "web", "ecs_service"), Hop("web", "alb", "alb_target_group")
    assert traces_of(SERVICE, CATALOG, web) == (
        Trace(web, "tasks", Column("web", "cpu", "SampleCount"), "Count", per_minute=True, least=1),
        Trace(web, "cpu", Column("web", "cpu", "Average"), "Percent", 100.0, least=8.0),
        Trace(web, "cpu_max", Column("web", "cpu", "Maximum"), "Percent", 100.0, least=8.0),
        Trace(web, "memory", Column("web", "memory", "Average"), "Percent", 100.0, least=4.0),
    )
    found = {each.role: each for each in traces_of(SERVICE, CATALOG, alb)}
    assert list(found) == ["requests", "healthy_hosts", "latency", "errors"]
    assert found["requests"] == Trace(
        alb, "requests", Column("alb", "requests", "Sum"), "Count", per_minute=True, least=300.0
    )
    assert found["latency"].limit == 30.0
    assert not found["healthy_hosts"].falls


def test_free_memory_falls_towards_its_limit():
    db = service("db", "aurora_role")
    (memory,) = [each for each in traces_of(db, CATALOG, chain_of([db], CATALOG)[0]) if each.role == "memory"]
    assert (memory.falls, memory.limit) == (True, 0.0)


def test_an_event_that_names_no_service_concerns_all():
    one = Event(WEEK.start, WEEK.end, "push", "x", ("web",))
    assert (concerns(one, "web"), concerns(one, "api")) == (True, False)
    assert concerns(Event(WEEK.start, WEEK.end, "push", "x"), "api")
