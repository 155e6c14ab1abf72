"""How long a throttled collection takes against the time that the quota allows: it gets slower, never thinner."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime

import numpy as np
import pytest

from sre_lib.collect.cloudwatch import Fetched, fetch
from sre_lib.collect.queries import Metric, MetricRequest, packed
from sre_lib.collect.quota import Limits, Quotas, seconds_needed
from sre_lib.collect.windows import Window, epoch
from sre_lib.demo.endpoint_faults import Faults, Ledger
from sre_lib.demo.recorded import Recorded
from tests.collect.account import opened, signed_in

NOW = datetime(2026, 10, 5, tzinfo=UTC)
NOW_S = epoch(NOW)
CALLS, METRICS = 100, 20
LIMITS = Limits(20, 300_000)
AT_MOST = 1.3


def account():
    """Return an account of some metrics with a sample every five minutes."""
    backend, generator = Recorded(), np.random.default_rng(1)
    times = np.arange(NOW_S - CALLS * 86_400 // 2, NOW_S, 300)
    for at in range(METRICS):
        backend.put("Bench", f"m{at}", {}, times, generator.uniform(0, 100, len(times)))
    return backend


def windows():
    """Return one window a call, each of half a day."""
    return [Window(NOW_S - (at + 1) * 43_200, NOW_S - at * 43_200) for at in range(CALLS)]


def fetched(clients, calls, limits):
    """Return every series and the seconds that they took."""
    started = time.perf_counter()
    series: dict[MetricRequest, Mapping[str, Fetched]] = {}
    for answered in fetch(clients, calls, Quotas(limits, NOW_S)):
        series |= answered.series
    return series, time.perf_counter() - started


@pytest.mark.benchmark
def test_throttled_at_20_calls_a_second_all_comes_within_1_3_times_the_quotas_time(monkeypatch, capsys):
    signed_in(monkeypatch)
    requests = [
        MetricRequest(Metric("Bench", f"m{at}", ()), ("Sum", "Maximum"), window, 300)
        for window in windows()
        for at in range(METRICS)
    ]
    calls, backend, ledger = packed(requests), account(), Ledger()
    assert len(calls) == CALLS
    with opened(backend, NOW) as clients:
        free, free_s = fetched(clients, calls, None)
    with opened(backend, NOW, Faults(calls_per_second=LIMITS.calls_per_second), ledger) as clients:
        throttled, seconds = fetched(clients, calls, LIMITS)
    quota_s = seconds_needed(calls, LIMITS, NOW_S)
    with capsys.disabled():
        print(  # noqa: T201  # the figures are what a benchmark is for
            f"\n{CALLS} calls at 20 a second: {seconds:.2f} s of {quota_s:.2f} s by quota, {len(ledger.refused)} "
            f"throttled; without a quota {free_s:.2f} s"
        )
    assert throttled.keys() == free.keys() == set(requests)
    for request, series in free.items():
        for statistic, got in series.items():
            other = throttled[request][statistic]
            assert (other.status, other.message) == (got.status, got.message)
            assert other.values.tobytes() == got.values.tobytes()
            assert not np.isnan(got.values).any()
    assert seconds <= AT_MOST * quota_s


@pytest.mark.benchmark
def test_faster_than_the_account_allows_all_still_comes(monkeypatch, capsys):
    signed_in(monkeypatch)
    requests = [
        MetricRequest(Metric("Bench", f"m{at}", ()), ("Sum",), window, 300)
        for window in windows()
        for at in range(METRICS)
    ]
    ledger = Ledger()
    with opened(account(), NOW, Faults(calls_per_second=20), ledger) as clients:
        series, seconds = fetched(clients, packed(requests), Limits(500, 396_000))
    with capsys.disabled():
        print(f"\n{CALLS} calls, told 500 a second: {seconds:.2f} s, {len(ledger.refused)} throttled")  # noqa: T201
    assert ledger.refused
    assert series.keys() == set(requests)
    assert not any(np.isnan(got["Sum"].values).any() for got in series.values())
