"""How fast series come into a frame, against boto3's paginator with its own parsing on the same endpoint."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sre_lib import params, weeks
from sre_lib.collect.archive import Archive
from sre_lib.collect.cloudwatch import Floats, fetch
from sre_lib.collect.datapoints import read_page
from sre_lib.collect.gather import collect
from sre_lib.collect.queries import Metric, MetricRequest, Place, packed, query_of
from sre_lib.collect.source import open_source
from sre_lib.collect.windows import Window, epoch, moment
from sre_lib.demo.endpoint import serve
from sre_lib.demo.endpoint_faults import Ledger
from sre_lib.demo.recorded import Recorded
from sre_lib.demo.shop import Shop
from sre_lib.params_file import CloudWatchSource
from sre_lib.store import LocalStore
from tests.collect.account import review_of, signed_in

NOW = datetime(2026, 10, 5, tzinfo=UTC)
WINDOW = Window(epoch(NOW) - 7 * 86_400, epoch(NOW))
METRICS, POINTS = 500, 2016
PEERS_SHARE = 10
"""The peer reads a tenth of the metrics: all of them would take half a minute. Compared is the time a datapoint."""
FRAME_WANTED, ARRAYS_WANTED = 20, 30
SETTLED_AFTER_S = 2 * 86_400
"""Datapoints may come up to 48 h late (AWS API reference, PutMetricData): what is older is final."""
CONSECUTIVE = ("2026-W40", "2026-W41")
ROOT = Path(__file__).parent.parent.parent


class Remembering:
    """A recorded backend that works a series out once: its own work would be most of the faster peer's time."""

    def __init__(self, backend):
        self._backend = backend
        self._series = {}

    def series(self, *key):
        """Return a series that is asked for the same minutes over and over."""
        if key not in self._series:
            found = self._backend.series(*key)
            self._series[key] = SimpleNamespace(minutes=cache(found.minutes), percentile=found.percentile)
        return self._series[key]

    def published(self, start, end):
        """Return what the backend has."""
        return self._backend.published(start, end)


def serving(backend, connection):
    """Serve a backend in this process until the other end says so."""
    with serve(Remembering(backend), NOW) as url:
        connection.send(url)
        connection.recv()


@contextmanager
def far_away(backend):
    """Yield clients of an endpoint in a process of its own, as a real one is: its work is neither peer's."""
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serving, args=(backend, there), daemon=True)
    process.start()
    source = CloudWatchSource(type="cloudwatch", region="ap-northeast-1", endpoint=here.recv())
    with open_source(review_of(source), NOW) as clients:
        yield clients
    here.send("done")
    process.join()


def arrays(clients, requests):
    """Return the arrays of some requests, read by the library."""
    values: dict[str, Floats] = {}
    for answered in fetch(clients, packed(requests)):
        values |= {request.metric.name: series["Sum"].values for request, series in answered.series.items()}
    return values


def frame(clients, requests):
    """Return the frame of some requests, read by the library."""
    grid = np.arange(WINDOW.start, WINDOW.end, 300).astype("datetime64[s]")
    return pd.DataFrame(arrays(clients, requests), index=pd.DatetimeIndex(grid, tz="UTC")).sort_index(axis=1)


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


def timed(read, client, requests, rounds=15):
    """Return the best time of some and what came: other work on the machine only ever adds to a time."""
    times = []
    for _ in range(rounds):
        started = perf_counter()
        frame = read(client, requests)
        times.append(perf_counter() - started)
    return min(times), frame


def frame_times():
    """Return the seconds of our frame, and of the peer's at the rate at which it reads a tenth."""
    with pytest.MonkeyPatch.context() as patch:
        signed_in(patch)
        _, framed, peer = times()
    return framed, peer


def times():
    """Return the seconds of our arrays, of our frame, and of the peer's frame; all hold the same."""
    backend, generator = Recorded(), np.random.default_rng(1)
    requests = [MetricRequest(Metric("Bench", f"m{at:03}", ()), ("Sum",), WINDOW, 300) for at in range(METRICS)]
    for request in requests:
        backend.put("Bench", request.metric.name, {}, np.arange(*WINDOW, 300), generator.uniform(0, 100, POINTS))
    with far_away(backend) as clients:
        assert frame(clients, requests[:1]).shape == (POINTS, 1)
        array_time, values = timed(arrays, clients, requests)
        frame_time, framed = timed(frame, clients, requests)
        client = clients.cloudwatch(Place())
        client.meta.events.unregister("before-parse.cloudwatch.GetMetricData", read_page)
        peer_time, tenth = timed(peers, client, requests[: METRICS // PEERS_SHARE], rounds=3)
    assert {name: len(each) for name, each in values.items()} == {each.metric.name: POINTS for each in requests}
    pd.testing.assert_frame_equal(
        framed.iloc[:, : METRICS // PEERS_SHARE], tenth, check_freq=False, check_index_type=False
    )
    return array_time, frame_time, peer_time * PEERS_SHARE


@pytest.mark.benchmark
def test_500_metrics_of_a_week_come_many_times_faster(monkeypatch, capsys):
    signed_in(monkeypatch)
    array_time, frame_time, whole = times()
    with capsys.disabled():
        print(  # noqa: T201  # the figures are what a benchmark is for
            f"\n{METRICS} x {POINTS} datapoints: arrays {array_time:.2f} s, frame {frame_time:.2f} s; boto3's "
            f"paginator {whole:.1f} s at the rate of {METRICS // PEERS_SHARE} of them: "
            f"{whole / array_time:.0f} and {whole / frame_time:.0f} times"
        )
    assert whole / frame_time >= FRAME_WANTED
    assert whole / array_time >= ARRAYS_WANTED


def collecting(folder, week):
    """Collect a week of the demo shop's company; return the seconds it took and what the endpoint was asked."""
    demo, ledger = params.load("demo", ROOT), Ledger()
    now = weeks.morning_after(week)
    with serve(Shop(1), now, ledger=ledger) as url:
        source = CloudWatchSource(type="cloudwatch", region="ap-northeast-1", endpoint=url)
        review = replace(demo, source=source, changes=())
        with open_source(review, now) as clients:
            started = perf_counter()
            got = collect(review, review.services, week, clients, Archive(LocalStore(folder), "demo"), now)
            seconds = perf_counter() - started
    assert got.problems == ()
    return seconds, ledger


@pytest.mark.benchmark
def test_one_week_more_comes_at_least_twice_as_soon_as_the_first(tmp_path, monkeypatch, capsys):
    signed_in(monkeypatch)
    demo = params.load("demo", ROOT)
    first, second = (weeks.named(name, demo.timezone, history_weeks=demo.history_weeks) for name in CONSECUTIVE)
    whole, at_first = collecting(tmp_path, first)
    more, later = collecting(tmp_path, second)
    final = epoch(first.end) - SETTLED_AFTER_S
    asked_again = [call for call in later.answered if call.start_time < final]
    again, nothing = collecting(tmp_path, second)
    with capsys.disabled():
        print(  # noqa: T201  # as above
            f"\nfirst {whole:.2f} s ({at_first.calls} calls, {at_first.queries} queries), a week more {more:.2f} s "
            f"({later.calls} calls, {later.queries} queries): {whole / more:.1f} times; the same again {again:.2f} s"
        )
    assert asked_again == []
    assert nothing.calls == 0
    assert whole / more >= 2
