"""What a collection holds in memory at its peak, from CloudWatch into the archive, for a million datapoints."""

import gc
import tracemalloc
from dataclasses import replace
from multiprocessing import get_context

import numpy as np
import pytest

from sre_lib import weeks
from sre_lib.catalog import builtin_catalog
from sre_lib.collect.gather import collect
from sre_lib.collect.plan import wanted
from sre_lib.collect.source import open_source
from sre_lib.collect.windows import epoch
from sre_lib.demo.endpoint import serve
from sre_lib.demo.recorded import Recorded
from sre_lib.model import Part, Service
from sre_lib.params_file import ArchiveSource, CloudWatchSource
from tests.collect.account import archive_in, review_of, signed_in

WEEK = weeks.named("2026-W40", "Asia/Tokyo", history_weeks=6)
MONDAY = weeks.morning_after(WEEK)
FEW, MANY = 4, 10
DOUBLE = 8
MOST = 5
"""Times the eight bytes of its value that a datapoint may take at the peak; 1.8 were measured."""


def services_of(count):
    """Return as many services, each a task and its database."""
    return tuple(
        Service(
            f"s{number:02}",
            (
                Part("app", "ecs_service", {"ClusterName": "shop", "ServiceName": f"s{number:02}"}),
                Part("db", "rds_instance", {"DBInstanceIdentifier": f"s{number:02}"}),
            ),
        )
        for number in range(count)
    )


def account(services):
    """Return an account in which each of their metrics has a sample a minute."""
    times = np.arange(epoch(WEEK.history_start), epoch(WEEK.end), 60)
    values = np.random.default_rng(1).uniform(0, 100, len(times))
    backend = Recorded()
    for service in services:
        for metric in wanted(builtin_catalog(), service):
            backend.put(metric.namespace, metric.name, dict(metric.dimensions), times, values)
    return backend


def _serve(connection, count):
    """Serve an account in a process of its own, so that its memory is not ours."""
    with serve(account(services_of(count)), MONDAY) as url:
        connection.send(url)
        connection.recv()


def measured(count, folder):
    """Return the peak in bytes of one collection, and how many datapoints it brought."""
    ours, theirs = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_serve, args=(theirs, count))
    process.start()
    try:
        review = review_of(ArchiveSource(type="archive"), services_of(count), history_weeks=6)
        source = CloudWatchSource(type="cloudwatch", region="ap-northeast-1", endpoint=ours.recv())
        with open_source(replace(review, source=source), MONDAY) as clients:
            gc.collect()
            tracemalloc.start()
            got = collect(review, review.services, WEEK, clients, archive_in(folder), MONDAY)
            peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        ours.send("done")
        process.join()
    assert got.problems == ()
    return peak, got.usage.datapoints


@pytest.mark.benchmark
def test_the_peak_of_a_collection_stays_below_a_few_times_its_datapoints(monkeypatch, capsys, tmp_path):
    signed_in(monkeypatch)
    few, many = (measured(count, tmp_path / str(count)) for count in (FEW, MANY))
    peak, datapoints = many
    each = (many[0] - few[0]) / (many[1] - few[1])
    with capsys.disabled():
        print(  # noqa: T201  # the figures are what a benchmark is for
            f"\n{datapoints:,} datapoints: peak {peak / 1e6:.0f} MB, {peak / datapoints:.1f} MB a million; "
            f"each further one adds {each:.1f} bytes ({each / DOUBLE:.1f} times a float64)"
        )
    assert peak <= MOST * DOUBLE * datapoints
    assert each <= MOST * DOUBLE
