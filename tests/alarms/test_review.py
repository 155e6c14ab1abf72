"""The demo's alarms, collected over HTTP and reviewed: every class right, silence heard, the figures counted."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sre_lib import params
from sre_lib.alarm_definition import alarm_of
from sre_lib.alarms.belongs import services_of
from sre_lib.alarms.review import AlarmReview, alarm_review
from sre_lib.collect.alarms.gather import collect_alarms
from sre_lib.collect.archive import Archive
from sre_lib.collect.source import open_source
from sre_lib.demo.alarms.answers import AlarmKey, alarm_key
from sre_lib.demo.known_events import events
from sre_lib.params_file import DemoSource
from sre_lib.store import LocalStore
from tests.conftest import ROOT

NOW = datetime(2026, 10, 4, 22, tzinfo=UTC)


def reviewed(folder, seed: int) -> tuple[AlarmReview, AlarmKey]:
    """Return the alarms of the demo's own week with another seed, without any finding, and the answer key."""
    shop = params.load("demo", ROOT)
    week = shop.week("2026-W40", NOW)
    known = events(seed, week.history_start, week.end)
    review = replace(shop, source=DemoSource(type="demo", seed=seed), events=known)
    archive = Archive(LocalStore(folder), review.name)
    with open_source(review, NOW) as clients:
        assert collect_alarms(review, week, clients, archive, NOW).problems == ()
    return alarm_review(review, week, archive, []), alarm_key(seed, week.start, week.end)


def check(folder, seed: int) -> AlarmReview:
    """Check one seed against its answer key."""
    found, key = reviewed(folder, seed)
    assert {card.case.id.name: card.is_ for card in found.cards} == dict(key.classes)
    assert [each.title for each in found.silent] == [each.title for each in key.silent]
    assert len(key.silent) == 2
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_every_alarm_of_the_demo_is_in_its_class(tmp_path, seed):
    found = check(tmp_path, seed)
    assert (found.looked, found.complete) == (True, True)
    last = found.figures[-1]
    assert last.notifications == len(found.notifications) > 0
    assert last.night == sum(each.night for each in found.notifications)
    assert (last.silent, last.broken, last.clean, found.clean_weeks) == (2, 4, False, 0)
    assert not any(each.card and each.card.is_ == "autoscaling" for each in found.notifications)
    # CloudWatch forgets the history after 30 days: the weeks before are not counted as clean.
    assert found.figures[0].notifications is None
    assert not found.figures[0].clean


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3, 21))
def test_every_alarm_of_many_seeds_is_in_its_class(tmp_path, seed):
    check(tmp_path, seed)


def test_alarms_that_were_never_asked_for_are_not_none(tmp_path):
    review = params.load("demo", ROOT)
    found = alarm_review(review, review.week("2026-W40", NOW), Archive(LocalStore(tmp_path), "demo"), [])
    assert (found.looked, found.complete, found.cards, found.clean_weeks) == (False, False, (), 0)


@pytest.mark.parametrize(
    ("dimensions", "services"),
    [
        ({"ClusterName": "shop", "ServiceName": "web"}, ("web",)),
        ({"ClusterName": "shop", "ServiceName": "web", "TaskId": "1"}, ("web",)),
        ({"ClusterName": "shop"}, ()),
        ({"ClusterName": "shop", "ServiceName": "other"}, ()),
        ({}, ()),
    ],
)
def test_of_which_service_an_alarm_is(dimensions, services):
    raw = {
        "AlarmName": "a", "Namespace": "AWS/ECS", "MetricName": "CPUUtilization", "Statistic": "Average", "Period": 60,
        "EvaluationPeriods": 1, "Threshold": 1.0, "ComparisonOperator": "GreaterThanThreshold",
        "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
    }  # fmt: skip
    shop = params.load("demo", ROOT)
    assert services_of(alarm_of(raw), shop.services, shop.catalog) == services
    assert services_of(alarm_of({**raw, "Period": 1}), shop.services, shop.catalog) == ()
