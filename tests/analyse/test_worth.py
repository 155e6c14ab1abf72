"""What is worth a line of the page: long and rare, an expert's view, lasting, or surprising together."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sre_lib.analyse.worth import LEAST_PRIORITY, split, worth_listing
from tests.analyse.test_known_causes import SEND, SPIKE


def one(score=0.9, minutes=30, metric="cpu", view="spike", priority=0.5, **changes):
    end = SEND + timedelta(minutes=minutes)
    where = {"metric": metric, "resource": "cpu" if metric == "cpu" else "context"}
    return replace(SPIKE, score=score, start=SEND, end=end, view=view, priority=priority, **where, **changes)


@pytest.mark.parametrize(("finding", "listed"), [
    (one(), True),
    (one(score=0.69), False),
    (one(minutes=5), False),
    (one(priority=LEAST_PRIORITY - 0.01), False),
    (one(metric="latency", score=0.85), False),
    (one(metric="requests", score=0.85, view="dip"), True),
    (one(metric="requests", score=0.85), False),
    (one(metric="latency", score=0.95), True),
    (one(metric="latency", score=0.95, minutes=5), False),
    (one(score=0.5, view="level_shift"), True),
    (one(score=0.5, view="growth", metric="requests"), False),
    (one(score=0.5, view="same_minute", minutes=5), True),
    (one(score=0.6, members=(one(score=0.6, metric="latency"),)), True),
    (one(score=0.6, members=(one(score=0.6),)), False),
    (one(score=0.6, minutes=5, members=(one(score=0.9, metric="latency", minutes=5),)), False),
])  # fmt: skip
def test_what_is_listed(finding, listed):
    assert worth_listing(finding) is listed


LOST = one(metric="requests", score=0.56, view="dip", minutes=55)


@pytest.mark.parametrize(("weaker", "listed"), [
    ((), False),
    ((one(score=0.6, view="dip", shown=False),), True),
    ((one(score=0.3, view="dip", shown=False),), False),
    ((one(score=0.6, shown=False),), False),
    ((one(score=0.6, view="dip", shown=False, service="api"),), False),
    ((replace(one(score=0.6, view="dip", shown=False), start=SEND + timedelta(minutes=25)),), False),
])  # fmt: skip
def test_cpu_that_fell_too_bears_out_that_requests_did_not_arrive(weaker, listed):
    assert worth_listing(LOST, weaker) is listed
    assert not worth_listing(replace(LOST, view="spike"), weaker)
    assert split([LOST], weaker) == (((LOST,), ()) if listed else ((), (LOST,)))


def test_nothing_is_lost_between_the_two():
    stories = [one(), one(score=0.6), one(view="growth")]
    listed, rest = split(stories)
    assert sorted([*listed, *rest], key=lambda each: each.score) == sorted(stories, key=lambda each: each.score)
