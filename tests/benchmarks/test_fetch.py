"""How fast series come into a frame, against boto3's paginator with its own parsing on the same endpoint."""

from datetime import UTC, datetime
from time import perf_counter

import numpy as np
import pandas as pd
import pytest

from sre_lib.collect.cloudwatch import Floats, fetch
from sre_lib.collect.datapoints import read_page
from sre_lib.collect.queries import Metric, MetricRequest, Place, packed, query_of
from sre_lib.collect.windows import Window, epoch, moment
from sre_lib.demo.recorded import Recorded
from tests.collect.account import opened, signed_in

NOW = datetime(2026, 10, 5, tzinfo=UTC)
WINDOW = Window(epoch(NOW) - 7 * 86_400, epoch(NOW))
METRICS, POINTS = 500, 2016
PEERS_SHARE = 10
"""The peer reads a tenth of the metrics: all of them would take half a minute. Compared is the time a datapoint."""
WANTED = 20


def ours(clients, requests):
    """Return the frame of some requests, read by the library."""
    values: dict[str, Floats] = {}
    for answered in fetch(clients, packed(requests)):
        values |= {request.metric.name: series["Sum"].values for request, series in answered.series.items()}
    grid = np.arange(WINDOW.start, WINDOW.end, 300).astype("datetime64[s]")
    return pd.DataFrame(values, index=pd.DatetimeIndex(grid, tz="UTC")).sort_index(axis=1)


def peers(client, requests):
    """Return the same frame, read by boto3's paginator."""
    names = {f"q{at}": request.metric.name for at, request in enumerate(requests)}
    times: dict[str, list[datetime]] = {name: [] for name in names.values()}
    values: dict[str, list[float]] = {name: [] for name in names.values()}
    pages = client.get_paginator("get_metric_data").paginate(
        MetricDataQueries=[query_of(each, request, "Sum") for each, request in zip(names, requests, strict=True)],
        StartTime=moment(WINDOW.start),
        EndTime=moment(WINDOW.end),
    )
    for page in pages:
        for result in page["MetricDataResults"]:
            times[names[result["Id"]]] += result["Timestamps"]
            values[names[result["Id"]]] += result["Values"]
    series = {name: pd.Series(values[name], pd.to_datetime(times[name], utc=True)) for name in values}
    return pd.DataFrame(series).sort_index().sort_index(axis=1)


def timed(read, client, requests):
    """Return the best time of two and the frame: other work on the machine only ever adds to a time."""
    times = []
    for _ in range(2):
        started = perf_counter()
        frame = read(client, requests)
        times.append(perf_counter() - started)
    return min(times), frame


@pytest.mark.benchmark
def test_500_metrics_of_a_week_come_at_least_20_times_faster(monkeypatch, capsys):
    signed_in(monkeypatch)
    backend, generator = Recorded(), np.random.default_rng(1)
    requests = [MetricRequest(Metric("Bench", f"m{at:03}", ()), ("Sum",), WINDOW, 300) for at in range(METRICS)]
    for request in requests:
        backend.put("Bench", request.metric.name, {}, np.arange(*WINDOW, 300), generator.uniform(0, 100, POINTS))
    with opened(backend, NOW) as clients:
        fetch_once = ours(clients, requests[:1])
        our_time, frame = timed(ours, clients, requests)
        client = clients.cloudwatch(Place())
        client.meta.events.unregister("before-parse.cloudwatch.GetMetricData", read_page)
        peer_time, tenth = timed(peers, client, requests[: METRICS // PEERS_SHARE])
    assert fetch_once.shape == (POINTS, 1)
    assert frame.shape == (POINTS, METRICS)
    pd.testing.assert_frame_equal(
        frame.iloc[:, : METRICS // PEERS_SHARE], tenth, check_freq=False, check_index_type=False
    )
    ratio = peer_time * PEERS_SHARE / our_time
    with capsys.disabled():
        print(  # noqa: T201  # the figures are what a benchmark is for
            f"\n{METRICS} x {POINTS} datapoints: {our_time:.2f} s; boto3's paginator: {peer_time:.2f} s for "
            f"{METRICS // PEERS_SHARE} of them, {peer_time * PEERS_SHARE:.1f} s for all at that rate: {ratio:.0f} times"
        )
    assert ratio >= WANTED
