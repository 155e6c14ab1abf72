"""Identities move within a week: blue/green, failover, readers that come and go; a set or a pattern sees none of it."""

from dataclasses import replace

import numpy as np
import pytest

from sre_lib import weeks
from sre_lib.analyse.analyse import analyse
from sre_lib.collect.frame import service_week
from sre_lib.collect.windows import epoch
from sre_lib.demo.recorded import Recorded
from sre_lib.model import Column, Part, Service, Status
from sre_lib.params_file import ArchiveSource
from tests.collect.account import archive_in, collected, review_of

WEEK = weeks.named("2026-W40", "Asia/Tokyo", history_weeks=3)
TIMES = np.arange(epoch(WEEK.history_start), epoch(WEEK.end), 300)
MOVED = epoch(WEEK.start) + 3 * 86_400 + 5 * 3600
BEFORE, AFTER = TIMES < MOVED, TIMES >= MOVED
DAY = np.sin(2 * np.pi * TIMES / 86_400)
LOAD_BALANCER = "app/shop/1"


def around(middle, swing, noise, seed):
    """Return a series with a daily rhythm."""
    return middle + swing * DAY + np.random.default_rng(seed).normal(0, noise, len(TIMES))


def put(backend, metric, dimensions, values, when=None):
    when = np.ones(len(TIMES), bool) if when is None else when
    backend.put(*metric, dimensions, TIMES[when], values[when])


def reviewed(folder, backend, part):
    """Return the week and the analysis of a service of one part, over HTTP and the archive."""
    service = Service(part.name, (part,))
    review = review_of(ArchiveSource(type="archive"), (service,), history_weeks=3)
    archive = archive_in(folder)
    got, _ = collected(review, WEEK, archive, backend, weeks.morning_after(WEEK))
    assert got.problems == ()
    looked_at = service_week(review, service, WEEK, archive)
    return looked_at, analyse(looked_at, review.catalog)


def all_found(analysis):
    return [(each.metric, each.view) for each in (*analysis.findings, *analysis.below_cut)]


def balancer(groups):
    return Part("alb", "alb_target_group", {"LoadBalancer": LOAD_BALANCER, "TargetGroup": groups})


@pytest.fixture(name="blue_green", scope="module")
def _blue_green():
    """Return an account in which the traffic moves from blue to green at once; both have healthy hosts for an hour."""
    backend = Recorded()
    since = TIMES - MOVED
    groups = {"blue": (BEFORE, since < 3600), "green": (AFTER, since >= -3600)}
    requests, latency = np.round(around(4000, 1500, 30, 1)), around(0.2, 0.03, 0.004, 2)
    for name, (traffic, hosts) in groups.items():
        dimensions = {"LoadBalancer": LOAD_BALANCER, "TargetGroup": name}
        put(backend, ("AWS/ApplicationELB", "RequestCount"), dimensions, requests, traffic)
        put(backend, ("AWS/ApplicationELB", "TargetResponseTime"), dimensions, latency, traffic)
        put(backend, ("AWS/ApplicationELB", "HealthyHostCount"), dimensions, np.full(len(TIMES), 4.0), hosts)
    return backend, requests


@pytest.mark.parametrize("groups", [("blue", "green"), "*"])
def test_blue_green_is_no_finding(tmp_path, blue_green, groups):
    backend, requests = blue_green
    looked_at, analysis = reviewed(tmp_path, backend, balancer(groups))
    assert all_found(analysis) == []
    np.testing.assert_array_equal(looked_at.frame.series(Column("alb", "requests", "Sum")), requests)
    np.testing.assert_array_equal(looked_at.frame.series(Column("alb", "errors_5xx", "Sum")), np.zeros(len(TIMES)))
    assert {(row.status, row.share) for row in analysis.coverage} == {(Status.COMPLETE, 1.0)}


def test_of_blue_alone_it_looks_as_if_the_traffic_had_gone(tmp_path, blue_green):
    _, analysis = reviewed(tmp_path, blue_green[0], balancer("blue"))
    assert {row.column.metric: round(row.share, 1) for row in analysis.coverage}["requests"] == 0.5
    assert {row.column.metric: row.share for row in analysis.coverage}["latency"] < 0.5


@pytest.fixture(name="failover", scope="module")
def _failover():
    """Return an account in which writer and reader of a cluster change places."""
    backend = Recorded()
    writer, reader = around(50, 10, 0.8, 3), around(15, 3, 0.8, 4)
    busy, idle = np.where(BEFORE, writer, reader), np.where(BEFORE, reader, writer)
    cpu = ("AWS/RDS", "CPUUtilization")
    for name, values in (("db-1", busy), ("db-2", idle)):
        put(backend, cpu, {"DBInstanceIdentifier": name}, values)
    for name, values in (("WRITER", writer), ("READER", reader)):
        put(backend, cpu, {"DBClusterIdentifier": "db", "Role": name}, values)
    return backend


def test_a_failover_is_a_level_shift_of_an_instance_alone(tmp_path, failover):
    _, analysis = reviewed(tmp_path, failover, Part("db", "rds_instance", {"DBInstanceIdentifier": "db-1"}))
    assert ("cpu", "level_shift") in all_found(analysis)


@pytest.mark.parametrize(
    "part",
    [
        Part("db", "rds_instance", {"DBInstanceIdentifier": ("db-1", "db-2")}),
        Part("db", "rds_instance", {"DBInstanceIdentifier": "db-*"}),
        Part("db", "aurora_role", {"DBClusterIdentifier": "db", "Role": "WRITER"}),
        Part("db", "aurora_role", {"DBClusterIdentifier": "db", "Role": "READER"}),
    ],
)
def test_a_failover_is_nothing_for_both_together_nor_by_role(tmp_path, failover, part):
    looked_at, analysis = reviewed(tmp_path, failover, part)
    assert all_found(analysis) == []
    assert looked_at.frame.answers[Column("db", "cpu", "Average")].status is Status.COMPLETE


@pytest.fixture(name="readers", scope="module")
def _readers():
    """Return an account with one lasting reader and, each day, one more with a name of its own for six hours."""
    backend = Recorded()
    put(backend, ("AWS/RDS", "CPUUtilization"), {"DBInstanceIdentifier": "shop-reader-0"}, around(40, 5, 0.8, 5))
    days = (TIMES - TIMES[0]) // 86_400
    for day in range(int(days[-1]) + 1):
        when = (days == day) & ((TIMES - TIMES[0]) % 86_400 < 6 * 3600)
        name = {"DBInstanceIdentifier": f"shop-reader-{day:04x}"}
        put(backend, ("AWS/RDS", "CPUUtilization"), name, around(40, 5, 0.8, 100 + day), when)
    put(backend, ("AWS/RDS", "CPUUtilization"), {"DBInstanceIdentifier": "shop-writer"}, around(90, 0, 0.1, 6))
    return backend


READERS = Part("reader", "rds_instance", {"DBInstanceIdentifier": "shop-reader-*"})
CPU = Column("reader", "cpu", "Average")


def test_readers_that_come_and_go_are_one(tmp_path, readers):
    looked_at, analysis = reviewed(tmp_path, readers, READERS)
    assert all_found(analysis) == []
    cpu = looked_at.frame.series(CPU)
    assert (cpu.notna().all(), looked_at.frame.answers[CPU].status, cpu.max() < 60) == (True, Status.COMPLETE, True)


def known(folder, readers, *names):
    """Return the daily readers that the archive knows in the week after some weeks were collected one by one."""
    service = Service("reader", (READERS,))
    review, archive = review_of(ArchiveSource(type="archive"), (service,), history_weeks=3), archive_in(folder)
    for week in (weeks.named(name, "Asia/Tokyo", history_weeks=3) for name in names):
        collected(review, week, archive, readers, weeks.morning_after(week))
    files = (archive.read(service, WEEK, period_s) for period_s in (60, 300))
    found = {key.metric.dimensions[0][1].removeprefix("shop-reader-") for file in files if file for key in file.spans}
    return {int(name, 16) for name in found - {"0"}}


def test_what_aws_has_forgotten_the_archive_knows(tmp_path, readers):
    # On a Monday at seven ListMetrics has just forgotten the reader of the first six hours of two weeks before.
    assert known(tmp_path / "now", readers, "2026-W40") == set(range(15, 28))
    assert known(tmp_path / "long", readers, "2026-W38", "2026-W40") == {*range(1, 14), *range(15, 28)}
    assert known(tmp_path / "weekly", readers, "2026-W38", "2026-W39", "2026-W40") == set(range(1, 28))


def test_read_from_the_archive_alone_the_frame_is_the_same_bit_by_bit(tmp_path, readers):
    first, _ = reviewed(tmp_path, readers, READERS)
    review = replace(review_of(ArchiveSource(type="archive"), (first.service,), history_weeks=3))
    again = service_week(review, first.service, WEEK, archive_in(tmp_path))
    assert again.frame.answers == first.frame.answers
    assert again.frame.values.to_numpy().tobytes() == first.frame.values.to_numpy().tobytes()
