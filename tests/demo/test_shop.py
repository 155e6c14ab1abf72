"""The shop as a backend: pure, coherent, in Japan time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sre_lib.demo.backend import Backend, Minutes
from sre_lib.demo.schedule import DEMO_WEEK, local, pushes
from sre_lib.demo.shop import Shop
from tests.demo.shop_reading import WEEK_START, every_metric, hours, judged, review, series

SHOP = Shop(1)
HEALTHY = Shop(1, planted=())


def equal(one: Minutes, other: Minutes) -> bool:
    return all(np.array_equal(a, b, equal_nan=True) for a, b in zip(one, other, strict=True))


def test_it_is_a_backend_with_every_metric_of_the_catalogue() -> None:
    backend: Backend = SHOP
    assert len(every_metric()) == len(SHOP.metrics) == 31
    for part, metric in every_metric():
        assert series(SHOP, part, metric).minutes(WEEK_START, WEEK_START + 3).samples.shape == (3,)
    assert backend.series("AWS/ECS", "CPUUtilization", frozenset({("ServiceName", "web")})) is None


@given(
    start=st.integers(0, 6 * 7 * 1440),
    length=st.integers(1, 400),
    before=st.integers(0, 500),
    after=st.integers(0, 500),
    which=st.sampled_from(every_metric()),
)
@settings(max_examples=150, deadline=None)
def test_windows_that_overlap_agree_exactly(
    start: int, length: int, before: int, after: int, which: tuple[str, str]
) -> None:
    first = WEEK_START - 3 * 7 * 1440 + start
    small = series(SHOP, *which).minutes(first, first + length)
    large = series(Shop(1), *which).minutes(first - before, first + length + after)
    assert equal(small, Minutes(*(array[before : before + length] for array in large)))


@given(start=st.integers(0, 5000), before=st.integers(0, 50), step=st.sampled_from([1, 5, 60]))
@settings(max_examples=40, deadline=None)
def test_percentiles_of_windows_that_overlap_agree_exactly(start: int, before: int, step: int) -> None:
    first = (WEEK_START // 60 + start) * 60
    found = series(SHOP, "api-alb", "latency")
    small = found.percentile(0.99, first, first + 180, step)
    large = found.percentile(0.99, first - before * step, first + 180, step)
    assert small is not None
    assert large is not None
    assert np.array_equal(small, large[before:])


def test_the_order_of_reading_changes_nothing() -> None:
    forward = {which: series(SHOP, *which).minutes(WEEK_START, WEEK_START + 90) for which in every_metric()}
    shop = Shop(1)
    for which in reversed(every_metric()):
        series(shop, *which).minutes(WEEK_START - 1440, WEEK_START)
        assert equal(series(shop, *which).minutes(WEEK_START, WEEK_START + 90), forward[which])


def test_what_a_caller_does_to_an_answer_changes_nothing() -> None:
    for which in every_metric():
        before = series(SHOP, *which).minutes(WEEK_START, WEEK_START + 30)
        kept = Minutes(*(array.copy() for array in before))
        for array in before:
            array[:] = -1
        assert equal(series(SHOP, *which).minutes(WEEK_START, WEEK_START + 30), kept)


def test_seeds_differ_and_the_distant_past_exists() -> None:
    for which in (("web", "cpu"), ("orders", "orders"), ("orders-db", "freeable_memory")):
        one, two = (series(Shop(seed), *which).minutes(WEEK_START, WEEK_START + 60).total for seed in (1, 2))
        assert not np.array_equal(one, two)
        assert np.isfinite(series(SHOP, *which).minutes(-500_000, -499_900).total).all()


def test_an_empty_window_is_empty() -> None:
    for which in every_metric():
        assert [array.size for array in series(SHOP, *which).minutes(WEEK_START, WEEK_START)] == [0, 0, 0, 0]
    assert series(SHOP, "web-alb", "latency").percentile(0.99, WEEK_START, WEEK_START, 5).size == 0  # type: ignore[union-attr]  # published


@pytest.mark.parametrize("seed", [1, 5])
def test_statistic_sets_are_coherent(seed: int) -> None:
    shop = Shop(seed)
    for which in every_metric():
        total, count, minimum, maximum = series(shop, *which).minutes(WEEK_START, WEEK_START + 7 * 1440)
        gaps = np.isnan(total)
        assert all(np.array_equal(np.isnan(array), gaps) for array in (count, minimum, maximum)), which
        mean = total[~gaps] / count[~gaps]
        assert (count[~gaps] >= 1).all()
        assert (count[~gaps] % 1 == 0).all()
        assert (minimum[~gaps] >= 0).all(), which
        assert (minimum[~gaps] <= mean * (1 + 1e-12)).all(), which
        assert (mean <= maximum[~gaps] * (1 + 1e-12)).all(), which
        alone = count[~gaps] == 1
        assert np.allclose(minimum[~gaps][alone], maximum[~gaps][alone], rtol=1e-12), which


def test_percentages_stay_below_one_hundred() -> None:
    for service in review().services:
        for part in service.parts:
            for metric, spec in review().catalog[part.kind].metrics.items():
                if spec.unit == "Percent":
                    highest = series(SHOP, part.name, metric).minutes(WEEK_START, WEEK_START + 7 * 1440).maximum
                    assert np.nanmax(highest) <= 100, (part.name, metric)


def test_percentiles_rise_with_the_share_and_lie_within_the_extremes() -> None:
    for which in (("web-alb", "latency"), ("image-resize", "duration")):
        found = series(SHOP, *which)
        sets = found.minutes(WEEK_START, WEEK_START + 1440)
        per_minute = [found.percentile(share, WEEK_START, WEEK_START + 1440, 1) for share in (0.5, 0.9, 0.99)]
        low, middle, high = (values[~np.isnan(sets.total)] for values in per_minute if values is not None)
        seen = ~np.isnan(sets.total)
        assert (sets.minimum[seen] <= low).all()
        assert (low <= middle).all()
        assert (middle <= high).all()
        assert (high <= sets.maximum[seen]).all()
    assert series(SHOP, "web", "cpu").percentile(0.99, WEEK_START, WEEK_START + 5, 5) is None


def test_the_outermost_percentiles_are_the_extremes() -> None:
    found = series(SHOP, "web-alb", "latency")
    sets = found.minutes(WEEK_START, WEEK_START + 10)
    lowest, highest = (found.percentile(share, WEEK_START, WEEK_START + 10, 10) for share in (0.0, 1.0))
    assert lowest == pytest.approx([sets.minimum.min()])
    assert highest == pytest.approx([sets.maximum.max()])


def test_the_percentile_of_an_hour_is_that_of_its_requests() -> None:
    found = series(SHOP, "web-alb", "latency")
    hour = found.percentile(0.9, WEEK_START, WEEK_START + 60, 60)
    minutes = found.percentile(0.9, WEEK_START, WEEK_START + 60, 1)
    ragged = found.percentile(0.9, WEEK_START, WEEK_START + 61, 60)
    assert hour is not None
    assert minutes is not None
    assert ragged is not None
    assert minutes.min() < hour[0] < minutes.max()
    assert ragged.shape == (2,)
    assert ragged[0] == hour[0]
    assert np.isclose(ragged[1], found.percentile(0.9, WEEK_START + 60, WEEK_START + 61, 1)[0], rtol=1e-6)  # type: ignore[index]  # published


def test_the_rhythm_is_that_of_japan() -> None:
    def requests(first: float, last: float, day: int) -> float:
        return float(np.mean(judged(HEALTHY, "web-alb", "requests", *hours(first, last, day))))

    night, morning, lunch, afternoon, evening = (
        np.mean([requests(first, first + 1, day) for day in range(5)]) for first in (3, 9, 12, 15, 20.5)
    )
    assert night < 0.35 * morning
    assert lunch > 1.2 * afternoon
    assert evening > 1.4 * lunch
    assert evening > 5 * night
    weekend = np.mean([requests(15, 16, day) for day in (5, 6)])
    assert weekend > 1.3 * afternoon


def test_tasks_carry_the_load_while_cpu_stays_near_its_target() -> None:
    def mean_of(metric: str, part: str, first: float) -> float:
        spans = [hours(first, first + 1, day) for day in range(5)]
        return float(np.mean([judged(HEALTHY, part, metric, *span) for span in spans]))

    assert mean_of("requests", "web-alb", 20.5) > 1.5 * mean_of("requests", "web-alb", 15)
    assert abs(mean_of("cpu", "web", 20.5) - mean_of("cpu", "web", 15)) < 6
    assert mean_of("healthy_hosts", "web-alb", 20.5) > 1.4 * mean_of("healthy_hosts", "web-alb", 15)
    counts = series(HEALTHY, "web", "cpu").minutes(WEEK_START, WEEK_START + 7 * 1440).samples
    assert counts.min() == 4
    assert counts.max() > 10


def test_the_batch_runs_every_night_at_three() -> None:
    for day in range(7):
        for part in ("worker", "orders-db"):
            before = judged(HEALTHY, part, "cpu", *hours(2.5, 2.9, day)).mean()
            assert judged(HEALTHY, part, "cpu", *hours(3.1, 3.6, day)).min() > before + 18


def test_a_push_brings_its_crowd_within_three_minutes() -> None:
    for push in pushes(1, DEMO_WEEK):
        got = series(HEALTHY, "web-alb", "requests").minutes(push.minute - 10, push.minute + 20).total
        assert got[10:].argmax() in (2, 3, 4)
        assert got[12:14].mean() > 1.2 * got[:10].mean()


def test_errors_have_no_datapoint_where_there_are_none() -> None:
    total = series(HEALTHY, "web-alb", "errors_5xx").minutes(WEEK_START, WEEK_START + 1440).total
    assert np.isnan(total).mean() > 0.5
    assert (total[~np.isnan(total)] >= 1).all()


def test_services_move_together() -> None:
    span = (local(DEMO_WEEK, 0, 0), local(DEMO_WEEK, 7, 0))
    visits = series(HEALTHY, "web-alb", "requests").minutes(*span).total
    for which in (("api-alb", "requests"), ("cache", "engine_cpu"), ("orders-db-reader", "cpu"), ("orders", "orders")):
        assert np.corrcoef(visits, series(HEALTHY, *which).minutes(*span).total)[0, 1] > 0.85, which
