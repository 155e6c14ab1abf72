"""A stretch at 60 s out of the archive, where it holds that."""

from datetime import UTC, datetime, timedelta

import numpy as np

from sre_lib import weeks
from sre_lib.catalog import builtin_catalog
from sre_lib.collect.archive import Archive, Piece
from sre_lib.collect.archive_file import SeriesKey
from sre_lib.collect.minutes import MinuteFiles
from sre_lib.collect.plan import metric_of
from sre_lib.collect.spans import Span
from sre_lib.collect.windows import epoch
from sre_lib.model import Column, Part, Service, Status
from sre_lib.store import LocalStore

CATALOG = builtin_catalog()
BLUE, GREEN = "t/blue/1", "t/green/2"
REQUESTS = Column("alb", "requests", "Sum")
BEFORE, WEEK = weeks.named("2026-W39", "UTC"), weeks.named("2026-W40", "UTC")
BASE = ("Sum", "SampleCount", "Minimum", "Maximum")
START = WEEK.start
NOW = epoch(datetime(2026, 10, 20, tzinfo=UTC))


def service(*groups):
    """Return a service behind some target groups."""
    return Service("web", (Part("alb", "alb_target_group", {"LoadBalancer": "app/x/1", "TargetGroup": groups}),))


def put(archive, week, start, values, group=BLUE, metric="requests", period_s=60, statistics=BASE):
    """Keep values of a metric from a moment on."""
    made = service(group)
    named = metric_of(CATALOG, made.parts[0], metric, (("LoadBalancer", "app/x/1"), ("TargetGroup", group)))
    first = epoch(start)
    span = Span(first, first + period_s * len(values), NOW, Status.COMPLETE, "")
    pieces = [Piece(SeriesKey(named, each), span, np.array(values, dtype=np.float64)) for each in statistics]
    archive.upsert(made, week, period_s, pieces)


def series(archive, start, minutes, column=REQUESTS, groups=(BLUE,)):
    files = MinuteFiles.read(CATALOG, service(*groups), archive, (BEFORE, WEEK))
    found = files.frame(start, start + timedelta(minutes=minutes))
    return found and found.series(column).tolist()


def test_a_stretch_over_two_files_is_one_and_a_hole_stays_one(tmp_path):
    archive = Archive(LocalStore(tmp_path), "shop")
    put(archive, BEFORE, START - timedelta(minutes=10), [1.0] * 10)
    put(archive, WEEK, START, [2.0, np.nan, 4.0, 5.0, 6.0])
    found = series(archive, START - timedelta(minutes=2), 5)
    assert found[:3] == [1.0, 1.0, 2.0]
    assert found[4] == 4.0


def test_several_resources_are_one(tmp_path):
    archive = Archive(LocalStore(tmp_path), "shop")
    put(archive, WEEK, START, [1.0, 2.0, 3.0])
    put(archive, WEEK, START, [10.0, 20.0, 30.0], group=GREEN)
    assert series(archive, START, 3, groups=(BLUE, GREEN)) == [11.0, 22.0, 33.0]


def test_a_percentile_stands_in_each_minute_of_its_five(tmp_path):
    archive = Archive(LocalStore(tmp_path), "shop")
    put(archive, WEEK, START, [1.0] * 10)
    put(archive, WEEK, START, [0.5, 0.7], metric="latency", period_s=300, statistics=("p99",))
    put(archive, WEEK, START, [9.0] * 10, metric="latency")
    found = series(archive, START + timedelta(minutes=3), 4, Column("alb", "latency", "p99"))
    assert found == [0.5, 0.5, 0.7, 0.7]


def test_what_was_not_asked_for_at_60_s_in_all_of_it_is_not_there(tmp_path):
    archive = Archive(LocalStore(tmp_path), "shop")
    assert series(archive, START, 3) is None
    put(archive, WEEK, START, [1.0, 2.0])
    assert series(archive, START, 3) is None
    assert series(archive, START, 2) == [1.0, 2.0]


def test_a_minute_without_datapoint_is_no_zero(tmp_path):
    archive = Archive(LocalStore(tmp_path), "shop")
    put(archive, WEEK, START, [1.0, np.nan, 3.0], metric="healthy_hosts")
    found = series(archive, START, 3, Column("alb", "healthy_hosts", "Minimum"))
    assert np.isnan(found[1])
    assert found[::2] == [1.0, 3.0]


def test_a_week_that_the_archive_does_not_hold_is_not_told(tmp_path):
    archive = Archive(LocalStore(tmp_path), "shop")
    put(archive, WEEK, START, [1.0, 2.0])
    assert series(archive, START - timedelta(minutes=1), 2) is None
    assert series(archive, START + timedelta(weeks=9), 2) is None


def test_a_percentile_over_two_files_begins_within_five_minutes(tmp_path):
    archive = Archive(LocalStore(tmp_path), "shop")
    put(archive, BEFORE, START - timedelta(minutes=5), [1.0] * 5)
    put(archive, WEEK, START, [1.0] * 5)
    for week, start, value in ((BEFORE, START - timedelta(minutes=5), 0.3), (WEEK, START, 0.5)):
        put(archive, week, start, [value], metric="latency", period_s=300, statistics=("p99",))
        put(archive, week, start, [9.0] * 5, metric="latency")
    found = series(archive, START - timedelta(minutes=2), 4, Column("alb", "latency", "p99"))
    assert found == [0.3, 0.3, 0.5, 0.5]
