"""What a known event explains is set aside with its reason; what customers felt and what lasts never is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sre_lib.analyse.known_causes import RULES, explained, set_aside
from sre_lib.event import Event
from sre_lib.model import Finding
from sre_lib.params_events import EVENT_KINDS

SEND = datetime(2026, 10, 1, 10, tzinfo=UTC)
PUSH = Event(SEND, SEND + timedelta(minutes=45), "push", "Evening coupon", ("web",), 200_000)
SPIKE = Finding(
    "f1", "web", "web", "ecs_service", "cpu", "cpu", "Average", "Percent", "departure", "spike",
    SEND + timedelta(minutes=5), SEND + timedelta(minutes=25), 0.9, 0.5,
    {"value": 60.0, "expected": 30.0, "limit": 100.0},
)  # fmt: skip


def at(minutes, lasts=20, **changes):
    start = SEND + timedelta(minutes=minutes)
    return replace(SPIKE, start=start, end=start + timedelta(minutes=lasts), **changes)


@pytest.mark.parametrize(("finding", "explains"), [
    (SPIKE, True),
    (at(-10), True),
    (at(-30), False),
    (at(100), True),
    (at(120), False),
    (at(5, lasts=300), False),
    (at(5, view="dip"), False),
    (at(5, metric="freeable_memory", view="dip", evidence={"value": 2e9, "expected": 4e9, "limit": 0.0}), True),
    (at(5, view="level_shift", detector="level_shift"), False),
    (at(5, view="growth", detector="growth"), False),
    (at(5, metric="errors_5xx"), False),
    (at(5, metric="latency"), False),
    (at(5, evidence={"value": 90.0, "expected": 30.0, "limit": 100.0}), False),
    (at(5, service="api"), False),
])  # fmt: skip
def test_a_push_explains_the_load_that_it_brings(finding, explains):
    assert (explained(finding, [PUSH]) == PUSH) is explains


def test_an_incident_explains_nothing_and_every_other_kind_something():
    assert set(EVENT_KINDS) - set(RULES) == {"incident"}
    assert explained(SPIKE, [replace(PUSH, kind="incident")]) is None


def test_a_deployment_explains_a_blip_and_no_more():
    deployment = replace(PUSH, kind="deployment", end=SEND + timedelta(minutes=10))
    assert explained(at(5), [deployment]) == deployment
    assert explained(at(5, lasts=90), [deployment]) is None


def test_what_is_explained_is_kept_with_its_reason():
    night = at(600)
    assert set_aside([SPIKE, night], [PUSH], SEND + timedelta(days=3)) == (
        (night,),
        (replace(SPIKE, because="push", events=(PUSH,)),),
    )


HOLIDAY = Event(SEND, SEND + timedelta(days=1), "holiday", "Marine Day")


@pytest.mark.parametrize(
    ("begins", "lasted", "known"),
    [
        (timedelta(hours=20), timedelta(days=4), True),
        (timedelta(hours=20), timedelta(days=6), False),
        (timedelta(hours=30), timedelta(days=4), False),
        (timedelta(hours=-30), timedelta(days=4), False),
    ],
)
def test_the_way_back_from_a_holiday_is_no_new_level_but_one_that_lasts_is(begins, lasted, known):
    start = SEND + begins
    shift = replace(
        SPIKE, view="level_shift", detector="level_shift", start=start, end=start + timedelta(hours=3),
        until=start + lasted,
    )  # fmt: skip
    stay, aside = set_aside([shift], [HOLIDAY], SEND + timedelta(days=7))
    assert [each.because for each in aside] == (["holiday"] if known else [])
    assert len(stay) + len(aside) == 1
