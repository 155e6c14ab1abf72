"""What a deployment changed, and that it changed nothing."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from sre_lib.analyse.events.around import Rows
from sre_lib.analyse.events.release import Release, deployments_of, release_of
from sre_lib.catalog import builtin_catalog
from sre_lib.change import Change
from sre_lib.event import Event
from sre_lib.model import MetricFrame
from tests.document.test_event_texts import SEND, WEEK, events_of, push, service_week

CATALOG = builtin_catalog()
DONE = push(kind="deployment", title="v2", audience=None, end=SEND + timedelta(minutes=10))


def released(change=lambda _values: None, event: Event = DONE) -> Release:
    """Return a deployment of weeks whose values were changed."""
    week = service_week()
    values = week.frame.values.copy()
    change(values)
    rows = Rows({"web": replace(week, frame=MetricFrame(values, week.frame.answers))})
    return release_of(event, rows, CATALOG)


def since(minutes: float) -> slice:
    """Return what is so many minutes after the deployment's start, and later."""
    return slice(pd.Timestamp(SEND + timedelta(minutes=minutes)), None)


def names(traces) -> list[tuple[str, str]]:
    return [(each.hop.part, each.column.metric) for each in traces]


def test_that_nothing_moved_is_said_beside_what_was_looked_at():
    found = released()
    assert (found.effect, found.moved, found.unseen) == ("none", (), ())
    assert names(found.still) == [("web", "cpu"), ("web", "memory")]


@pytest.mark.parametrize(("factor", "effect"), [(1.5, "seen"), (0.7, "seen"), (1.1, "none")])
def test_a_level_that_moved_by_more_than_is_worth_a_word_is_seen(factor, effect):
    def shifted(values):
        values.loc[since(5), ("web", "cpu", "Average")] *= factor

    found = released(shifted)
    assert (found.effect, names(found.moved)) == (effect, [("web", "cpu")] if effect == "seen" else [])


def test_while_old_and_new_tasks_serve_side_by_side_nothing_is_held_against_it():
    def busy(values):
        values.loc[SEND : SEND + timedelta(minutes=24), ("web", "cpu", "Average")] *= 2

    assert released(busy).effect == "none"


@pytest.mark.parametrize("lacking", [(-30, -10), (30, 60)])
def test_with_a_gap_on_either_side_it_cannot_be_told(lacking):
    def gone(values):
        first, last = (pd.Timestamp(SEND + timedelta(minutes=each)) for each in lacking)
        values.loc[first:last, ("web", "memory", "Average")] = np.nan

    found = released(gone)
    assert (found.effect, names(found.unseen)) == ("unknown", [("web", "memory")])


def test_without_a_datapoint_it_cannot_be_told():
    found = released(lambda values: values.__setitem__(slice(None), np.nan))
    assert (found.effect, found.still) == ("unknown", ())


def test_what_people_and_aws_tell_of_is_one():
    week = service_week(DONE)
    same = Change("1", DONE.start + timedelta(minutes=5), DONE.end, "deployment", "web", "ecs-svc/1")
    other = Change(
        "2", DONE.start + timedelta(hours=3), DONE.end + timedelta(hours=3), "deployment", "web", "ecs-svc/2"
    )
    scaled = replace(same, id="3", kind="scaling")
    found = deployments_of({"web": replace(week, changes=(same, other, scaled))})
    assert [(each.title, each.services) for each in found] == [("v2", ("web",)), ("ecs-svc/2", ("web",))]


def test_of_the_week_are_those_that_began_in_it():
    before = replace(DONE, start=WEEK.start - timedelta(hours=2), end=WEEK.start - timedelta(hours=1), title="v1")
    assert [each.event.title for each in events_of(before, DONE).releases] == ["v2"]
