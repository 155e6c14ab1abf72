"""How requests flow: levels, arrows, circles; the picture has each service and each arrow once."""

from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_lib.catalog import builtin_catalog
from sre_lib.document.onboarding.flow import Flow, flow_of, flow_picture, flow_text
from sre_lib.model import Part, Service
from sre_lib.wording import wording

EN = wording("en")


def service(name, *calls, front=False):
    balancer = (Part(f"{name}-alb", "alb_target_group", {}),) if front else ()
    return Service(name, (Part(name, "ecs_service", {}), *balancer), calls=calls)


def flow(*services):
    return flow_of(services, builtin_catalog())


def levels(made):
    return [[each.name for each in level] for level in made.levels]


def svg(made: Flow) -> str:
    return b64decode(flow_picture(made, EN).src.removeprefix("data:image/svg+xml;base64,")).decode()


def test_a_service_stands_behind_the_farthest_one_that_asks_it():
    made = flow(
        service("web", "api", front=True), service("api", "db", "worker"), service("worker", "db"), service("db"),
        service("alone", front=True),
    )  # fmt: skip
    assert levels(made) == [["web"], ["api"], ["worker"], ["db"]]
    assert made.arrows == (("web", "api"), ("api", "db"), ("api", "worker"), ("worker", "db"))
    assert (made.entries, made.apart) == (("web",), ("alone",))
    assert flow_text(made, EN) == "customers → web; web → api; api → db, worker; worker → db"


def test_nothing_said_is_nothing_drawn():
    assert flow(service("web", front=True)) == Flow((), (), (), ("web",))


def test_customers_ask_only_what_has_a_front_and_is_asked_by_nobody():
    made = flow(service("batch", "api"), service("api", front=True))
    assert made.entries == ()
    assert "Customers" not in svg(made)


@pytest.mark.parametrize(
    ("services", "wanted"),
    [
        ([service("a", "b"), service("b", "a")], [["a"], ["b"]]),
        ([service("in", "a"), service("a", "b"), service("b", "c"), service("c", "a")], [["in"], ["a"], ["b"], ["c"]]),
        ([service("in", "x"), service("x"), service("a", "b"), service("b", "a")], [["in", "a"], ["x", "b"]]),
    ],
)
def test_a_circle_ends(services, wanted):
    made = flow(*services)
    assert levels(made) == wanted
    assert svg(made).count("marker-end") == len(made.arrows)


@given(st.lists(st.lists(st.integers(0, 7), max_size=4, unique=True), min_size=8, max_size=8))
def test_every_service_stands_once_whatever_asks_what(asked):
    services = [service(f"s{n}", *(f"s{each}" for each in calls if each != n)) for n, calls in enumerate(asked)]
    made = flow(*services)
    drawn = [name for level in levels(made) for name in level]
    assert sorted([*drawn, *made.apart]) == sorted(each.name for each in services)
    assert all(levels(made))
    assert len(made.arrows) == sum(len(each.calls) for each in services)


def test_names_from_outside_are_text_and_long_ones_fit_the_box():
    made = flow(
        service("<script>x</script>", "日本語の長いサービスの名前です", front=True),
        service("日本語の長いサービスの名前です"),
    )
    drawn = svg(made)
    assert "<script>" not in drawn
    assert "&lt;script&gt;x&lt;/script&gt;</text>" in drawn
    assert "日本語の長いサービス…" in drawn
    assert "日本語の長いサービスの名前です" in flow_picture(made, EN).alt
