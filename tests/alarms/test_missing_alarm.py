from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from sre_lib.alarm import Alarm
from sre_lib.alarm_definition import alarm_of
from sre_lib.alarms.candidates import SOURCE, candidates, recommended
from sre_lib.alarms.missing_alarm import LOUD_A_WEEK, missing_alarm
from sre_lib.alarms.outcome import Incident
from sre_lib.alarms.sweep import Combination
from sre_lib.alarms.terraform import definition_of
from sre_lib.catalog import builtin_catalog
from sre_lib.model import Column, Part, Service

START = datetime(2026, 9, 28, tzinfo=UTC)
SLOTS = 2 * 7 * 288
CATALOG = builtin_catalog()
SERVICE = Service(
    "web",
    (
        Part("web", "ecs_service", {"ClusterName": "shop", "ServiceName": "web"}),
        Part("alb", "alb_target_group", {"LoadBalancer": "app/a/1", "TargetGroup": ("t/1", "t/2")}),
        Part("db", "rds_instance_detail", {"DBInstanceIdentifier": "orders"}, limits={"vcpus": 4.0}),
    ),
)
CPU, ERRORS, LOAD = (
    Column("web", "cpu", "Average"), Column("alb", "errors_5xx", "Sum"), Column("db", "db_load", "Average"),
)  # fmt: skip


def at(slot):
    return START + timedelta(minutes=5 * slot)


def series(usual, *busy):
    """Return two weeks of five minutes of a value, of others in `busy` (first slot, how many, value)."""
    values = np.full(SLOTS, float(usual))
    for first, slots, value in busy:
        values[first : first + slots] = value
    return pd.Series(values, pd.date_range(START, periods=SLOTS, freq="300s", tz=UTC, unit="s"))


def found_for(observed, incident, others=()):
    incidents = [Incident(at(a), at(b)) for a, b in (incident, *others)]
    tried = candidates(SERVICE, CATALOG, observed, incidents)
    return missing_alarm(tried, incidents[0], incidents[1:], lambda moment: moment.hour < 6)


def test_the_earliest_alarm_that_costs_little_noise_is_suggested():
    noisy = [(slot, 1, 50.0) for slot in range(0, 1000, 100)]
    rising = [(1990, 6, 45.0), (1996, 40, 85.0)]
    found = found_for({CPU: series(30, *noisy, *rising), ERRORS: series(0, (2010, 30, 500.0))}, (2000, 2040))
    assert [
        (each.candidate.origin, each.candidate.alarm.metric, each.outcome.combination, each.outcome.warning,
         each.outcome.other)
        for each in found.rows
    ] == [
        ("own", "CPUUtilization", Combination(30.0, 1, 1, "Average", "missing"), 44.5, 5.0),
        ("own", "CPUUtilization", Combination(30.0, 2, 3, "Average", "missing"), 39.5, 0.0),
    ]  # fmt: skip
    assert found.suggested == found.rows[1]
    assert (found.weeks, found.tried) == (2.0, 10)


def test_of_two_that_are_as_good_the_recommended_one_is_told():
    found = found_for({CPU: series(30, (1996, 40, 85.0))}, (2000, 2040))
    assert [(each.candidate.origin, each.outcome.combination) for each in found.rows] == [
        ("aws", Combination(80.0, 1, 1, "Average", "breaching"))
    ]
    assert found.suggested == found.rows[0]
    assert found.rows[0].alarm == Alarm(
        "web-cpu", "AWS/ECS", "CPUUtilization", (("ClusterName", "shop"), ("ServiceName", "web")), "Average", 300,
        threshold=80.0, missing="breaching",
    )  # fmt: skip


def test_firings_about_other_incidents_are_no_noise():
    spikes = [(slot, 5, 500.0) for slot in (100, 800, 2000)]
    alone = found_for({ERRORS: series(0, *spikes)}, (2000, 2005))
    known = found_for({ERRORS: series(0, *spikes)}, (2000, 2005), [(100, 105), (800, 805)])
    assert [each.outcome.other for each in known.rows] == [0.0]
    assert all(each.outcome.other > 0 for each in alone.rows)


def test_an_alarm_that_always_fires_is_no_answer():
    loud = [(slot, 1, 9.0) for slot in range(0, SLOTS, 20)]
    found = found_for({ERRORS: series(0, *loud)}, (2000, 2040))
    assert (SLOTS / 20 / 2) > LOUD_A_WEEK
    assert (found.rows, found.suggested) == ((), None)
    assert found.tried > 0


def test_nothing_observed_gives_no_candidate():
    assert list(candidates(SERVICE, CATALOG, {CPU: series(np.nan), ERRORS: series(0)[:1]}, ())) == []
    found = found_for({}, (10, 20))
    assert (found.rows, found.suggested, found.tried, found.weeks) == ((), None, 0, 0.0)


def test_limits_of_the_part_are_thresholds():
    (aws,) = [each for each in candidates(SERVICE, CATALOG, {LOAD: series(1, (5, 5, 2.0))}, ()) if each.origin == "aws"]
    assert aws.variants == (Combination(4.0, 3, 3, "Average", "missing"),)
    without = Service("x", (Part("db", "rds_instance_detail", {"DBInstanceIdentifier": "orders"}),))
    assert {each.origin for each in candidates(without, CATALOG, {LOAD: series(1, (5, 5, 2.0))}, ())} == {"own"}


def test_a_recommendation_holds_for_its_statistic_alone():
    highest = Column("web", "cpu", "Maximum")
    assert list(candidates(SERVICE, CATALOG, {highest: series(1, (5, 5, 2.0))}, ())) == []


def test_thresholds_are_of_what_is_usual():
    observed = {ERRORS: series(0, (100, 10, 40.0), (2000, 40, 900.0))}
    (own,) = candidates(SERVICE, CATALOG, observed, [Incident(at(2000), at(2040))])
    assert max(each.threshold for each in own.variants) == 40.0
    assert own.alarm == Alarm(
        "alb-errors-5xx", "AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", (("LoadBalancer", "app/a/1"),), "Sum",
        300, threshold=0.0, operator="GreaterThanThreshold",
    )  # fmt: skip
    assert {each.missing for each in own.variants} == {"notBreaching"}


def test_a_candidate_can_be_written_as_a_definition():
    (own,) = candidates(SERVICE, CATALOG, {ERRORS: series(0, (100, 10, 40.0))}, ())
    found = alarm_of(definition_of(own.alarm))
    assert isinstance(found, Alarm)
    assert (found.metric, found.period_s) == ("HTTPCode_Target_5XX_Count", 300)


LOW = {"running_tasks", "messages_sent"}
"""Metrics of which AWS recommends an alarm on none at all, whichever way they hurt by themselves."""


@pytest.mark.parametrize("kind", recommended())
def test_what_aws_recommends_is_of_metrics_of_the_catalogue(kind):
    known = {**CATALOG[kind].metrics, **(CATALOG[f"{kind}_detail"].metrics if f"{kind}_detail" in CATALOG else {})}
    for metric, each in recommended()[kind].items():
        spec = known[metric]
        assert each.operator.startswith("Less" if spec.hurts == "down" or metric in LOW else "Greater")
    assert SOURCE.startswith("https://docs.aws.amazon.com/")
