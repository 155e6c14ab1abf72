from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from sre_lib import weeks
from sre_lib.change import ChangeSource
from sre_lib.demo.changes import changes
from sre_lib.demo.known_events import events
from sre_lib.demo.schedule import as_minute
from sre_lib.demo.shop import Shop

WEEK = weeks.named("2026-W40", "Asia/Tokyo")


@pytest.mark.parametrize("source", get_args(ChangeSource))
def test_any_window_is_a_cut_of_a_larger_one(source):
    names = ("shop/web", "shop/worker", "shop-orders")
    whole = changes(1, source, names, WEEK.start, WEEK.end)
    middle = WEEK.start + timedelta(days=2, hours=5, minutes=7)
    assert changes(1, source, names, WEEK.start, middle) + changes(1, source, names, middle, WEEK.end) == whole


def test_releases_are_those_that_people_wrote_down_and_replace_the_one_before():
    for service in ("web", "api", "worker"):
        got = changes(3, "deployments", (f"shop/{service}",), WEEK.history_start, WEEK.end)
        known = [e for e in events(3, WEEK.history_start, WEEK.end) if e.kind == "deployment" and service in e.services]
        assert [(each.start, each.end) for each in got] == [(each.start, each.end) for each in known]
        images = [each.details[f"image {service}"] for each in got]
        assert [before for before, _ in images[1:]] == [after for _, after in images[:-1]]


def test_scaling_is_that_of_the_tasks_whose_metrics_the_shop_publishes():
    got = changes(1, "scaling", ("shop/web",), WEEK.start, WEEK.end)
    counts = [tuple(map(int, each.details["scaled"])) for each in got]
    assert all(before != after for before, after in counts)
    assert [before for before, _ in counts[1:]] == [after for _, after in counts[:-1]]
    web = Shop(1).series("AWS/ECS", "CPUUtilization", frozenset({("ClusterName", "shop"), ("ServiceName", "web")}))
    assert web is not None
    at = [as_minute(each.start) for each in got[:20]]
    assert [int(web.minutes(minute, minute + 1).samples[0]) for minute in at] == [after for _, after in counts[:20]]


def test_a_restart_is_told_in_the_words_of_rds_and_others_have_nothing():
    got = changes(1, "database_events", ("shop-orders",), WEEK.start, WEEK.end)
    assert [each.title for each in got] == [
        "DB instance shutdown",
        "Database instance patched",
        "DB instance restarted",
    ]
    assert got[0].start == datetime(2026, 9, 29, 20, 6, tzinfo=UTC)
    for source in get_args(ChangeSource):
        assert changes(1, source, ("shop/elsewhere", "other"), WEEK.start, WEEK.end) == []
