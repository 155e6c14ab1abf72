"""How long all views take, on one metric and on a service of ten, against Prophet and against each other.

Processor time on both sides: other work on the machine must not decide, and neither peer uses a second core.
"""

from time import process_time

import numpy as np
import pandas as pd
import pytest

from sre_lib import weeks
from sre_lib.analyse.analyse import analyse
from sre_lib.catalog import builtin_catalog
from sre_lib.model import Answer, Column, MetricFrame, Part, Service, ServiceWeek, Status
from tests.accuracy import peers

WEEK = weeks.named("2026-W40", "UTC", history_weeks=7)
INDEX = pd.date_range(WEEK.history_start, WEEK.end, freq="300s", inclusive="left", unit="s")
DAY = 288
LEVELS = {
    ("web", "ecs_service", "cpu"): 30.0, ("web", "ecs_service", "memory"): 55.0,
    ("tasks", "ecs_container_insights", "running_tasks"): 12.0,
    ("tasks", "ecs_container_insights", "desired_tasks"): 12.0,
    ("front", "alb_target_group", "requests"): 9000.0, ("front", "alb_target_group", "latency"): 0.4,
    ("front", "alb_target_group", "errors_5xx"): 6.0,
    ("db", "rds_instance", "cpu"): 25.0, ("db", "rds_instance", "freeable_memory"): 4e9,
    ("db", "rds_instance", "connections"): 80.0,
}  # fmt: skip
"""The ten metrics of a service by part and kind, and the level about which each moves."""

ROUNDS = 5
PROPHET_ROUNDS = 2
FASTER_THAN_PROPHET = 20
SERVICE_FASTER_THAN_PROPHET = 2
"""Ten metrics against Prophet on one; 3 were measured."""
TEN_AT_MOST = 15
"""Times one metric that ten may take: some views compare metrics with each other; 9 were measured."""


def moving(level, generator):
    """Return a daily rhythm with noise that remembers and half an hour's spike: a step would cost Prophet double."""
    slots = len(INDEX)
    wave = 0.3 * np.sin(2 * np.pi * np.arange(slots) / DAY)
    noise = pd.Series(generator.normal(0, 0.05, slots)).ewm(span=4).mean().to_numpy()
    shape = 1 + wave + noise
    shape[-6 * DAY : -6 * DAY + 6] += 0.8
    return level * shape


def service_week(metrics, seed):
    """Return a service of some of the metrics, every statistic that is fetched there and complete."""
    generator, catalog = np.random.default_rng(seed), builtin_catalog()
    values = {
        Column(part, metric, statistic): moving(LEVELS[part, kind, metric], generator)
        for part, kind, metric in metrics
        for statistic in catalog[kind].metrics[metric].statistics
    }
    parts = tuple(
        Part(part, kind, dict.fromkeys(catalog[kind].dimensions, part))
        for part, kind in dict.fromkeys((part, kind) for part, kind, _ in metrics)
    )
    columns = pd.MultiIndex.from_tuples(values, names=["part", "metric", "statistic"])
    frame = pd.DataFrame(dict(zip(columns, values.values(), strict=True)), index=INDEX)
    answers = dict.fromkeys(values, Answer(Status.COMPLETE, 60))
    return ServiceWeek(Service("web", parts), WEEK, MetricFrame(frame, answers))


def best(metrics):
    """Return the best time of some rounds, each on series never seen before, and that all metrics were judged."""
    times = []
    for seed in range(ROUNDS):
        looked_at = service_week(metrics, seed)
        started = process_time()
        found = analyse(looked_at, builtin_catalog())
        times.append(process_time() - started)
        assert len(found.coverage) >= len(metrics)
        assert found.findings
    return min(times)


def prophet(folder):
    """Return the best time of Prophet, with its defaults, on one of the same metrics; reading left out."""
    name = next(iter(LEVELS))
    times = []
    for seed in range(PROPHET_ROUNDS):
        values = service_week([name], seed).frame.values.iloc[:, 0]
        file = folder / f"set{seed}" / "cpu.csv"
        file.parent.mkdir()
        pd.DataFrame({"timestamp": values.index, "value": values.to_numpy()}).to_csv(file, index=False)
        peers.run("prophet", [file], folder / f"out{seed}")
        times.append(peers.seconds(folder / f"out{seed}"))
    return min(times)


@pytest.mark.benchmark
def test_ten_metrics_of_a_service_take_little_more_than_ten_times_one(capsys):
    metrics = list(LEVELS)
    best(metrics[:1])
    one, ten = best(metrics[:1]), best(metrics)
    with capsys.disabled():
        print(  # noqa: T201  the figures are what a benchmark is for
            f"\nall views, 8 weeks at 300 s ({len(INDEX):,} datapoints a series): one metric {one:.3f} s, a service of "
            f"{len(metrics)} {ten:.2f} s ({ten / one:.1f} times)"
        )
    assert len(INDEX) == 16_128
    assert ten <= TEN_AT_MOST * one


@pytest.mark.long
def test_all_views_are_many_times_faster_than_prophet_on_one_metric(tmp_path, capsys):
    metrics = list(LEVELS)
    best(metrics[:1])
    one, ten, peer = best(metrics[:1]), best(metrics), prophet(tmp_path)
    with capsys.disabled():
        print(  # noqa: T201  as above
            f"\n{len(INDEX):,} datapoints: all views {one:.3f} s, Prophet {peer:.2f} s: {peer / one:.0f} times; "
            f"a service of {len(metrics)} metrics {ten:.2f} s: {peer / ten:.1f} times faster than Prophet on one"
        )
    assert peer >= FASTER_THAN_PROPHET * one
    assert peer >= SERVICE_FASTER_THAN_PROPHET * ten
