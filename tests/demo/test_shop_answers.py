"""The answer key: stable, complete in the demo's week, and visible in the data."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from sre_lib import params
from sre_lib.demo.faults import SCENARIOS, Happening, between_minutes, happenings
from sre_lib.demo.schedule import DEMO_WEEK, as_minute, as_time, local, pushes
from sre_lib.demo.shop import Planted, Shop, answer_key, events
from tests.demo.shop_reading import every_metric, judged, min_effect, review, series

WEEK = (as_time(local(DEMO_WEEK, 0, 0)), as_time(local(DEMO_WEEK + 1, 0, 0)))
SEEDS = (1, 2, 3, 4)
QUIET = timedelta(minutes=30)


def in_week(seed: int) -> tuple[Planted, ...]:
    return answer_key(seed, *WEEK)


def all_but(seed: int, story: str) -> tuple[Happening, ...]:
    """Return everything that is planted in the weeks around, but for one story."""
    planted = between_minutes(seed, local(DEMO_WEEK - 2, 0, 0), local(DEMO_WEEK + 2, 0, 0))
    rest = tuple(each for each in planted if f"{each.scenario}@{each.start}" != story)
    assert len(rest) == len(planted) - 1
    return rest


def departure(seed: int, entry: Planted) -> tuple[np.ndarray, np.ndarray]:
    """Return the difference that its story makes during an entry (inside its week), and in the half hour before."""
    start, end = max(entry.start, WEEK[0]), min(entry.end, WEEK[1])
    shops = (Shop(seed), Shop(seed, planted=all_but(seed, entry.story)))
    planted, healthy = (judged(shop, entry.part, entry.metric, start, end) for shop in shops)
    before = [judged(shop, entry.part, entry.metric, entry.start - QUIET, entry.start) for shop in shops]
    return planted - healthy, before[0] - before[1]


@pytest.mark.parametrize("seed", range(1, 13))
def test_every_kind_of_fault_is_in_the_demo_week_once(seed: int) -> None:
    faults = Counter(each.view for each in in_week(seed) if each.is_fault and not each.echo)
    assert faults == {"spike": 1, "dip": 1, "level_shift": 1, "growth": 1, "saturation": 1}


@pytest.mark.parametrize("seed", range(1, 13))
def test_every_decoy_is_in_the_demo_week(seed: int) -> None:
    decoys = Counter(each.story.split("@")[0] for each in in_week(seed) if not each.is_fault and not each.echo)
    assert decoys["the nightly batch"] == 14
    assert decoys["restart_reader"] >= 1
    assert sum(decoys[name] for name in ("tiny_cache", "tiny_resize")) == 1
    assert sum(decoys[name] for name in ("gap_worker", "gap_reader", "gap_cache")) >= 1
    assert decoys["a push"] >= 10
    assert decoys["a deployment"] >= 4


def test_the_key_is_stable_over_windows_and_sorted() -> None:
    wide = answer_key(3, WEEK[0] - timedelta(weeks=5), WEEK[1] + timedelta(weeks=5))
    inside = [each for each in wide if each.start < WEEK[1] and each.end > WEEK[0]]
    assert tuple(inside) == in_week(3)
    assert all(one.start <= two.start for one, two in pairwise(wide))
    assert in_week(3) != in_week(4)


def test_the_key_speaks_the_words_of_the_review() -> None:
    services = {part.name: service.name for service in review().services for part in service.parts}
    for seed in SEEDS:
        for each in in_week(seed):
            assert services[each.part] == each.service
            assert (each.part, each.metric) in every_metric()
            assert each.start < each.end
    shown = {symptom for each in SCENARIOS.values() for symptom in (each.symptom, *each.echoes)}
    assert {symptom[:2] for symptom in shown} <= {(services[part], part) for part in services}


def test_other_weeks_are_mostly_healthy() -> None:
    weeks = [week for week in range(DEMO_WEEK - 200, DEMO_WEEK + 200) if week != DEMO_WEEK]
    faults = Counter(
        SCENARIOS[each.scenario].symptom[3]
        for week in weeks
        for each in happenings(7, week)
        if SCENARIOS[each.scenario].is_fault
    )
    for view in ("spike", "dip", "saturation"):
        assert 0.17 < faults[view] / len(weeks) < 0.33, view
    for view in ("level_shift", "growth"):
        assert 0.06 < faults[view] / len(weeks) < 0.2, view


@pytest.mark.parametrize("seed", SEEDS)
def test_faults_are_visible_and_nothing_comes_before_them(seed: int) -> None:
    for entry in in_week(seed):
        if entry.is_fault and not entry.echo:
            during, before = departure(seed, entry)
            sign = -1 if entry.view == "dip" else 1
            assert np.median(during * sign) > 1.4 * min_effect(entry.part, entry.metric), entry
            assert not before.any(), entry


@pytest.mark.parametrize("seed", SEEDS)
def test_echoes_are_visible_too(seed: int) -> None:
    for entry in in_week(seed):
        if entry.echo and entry.is_fault:
            sign = -1 if entry.view == "dip" else 1
            assert np.nanmax(departure(seed, entry)[0] * sign) > 0.6 * min_effect(entry.part, entry.metric), entry


def faulty(seed: int, view: str) -> Planted:
    return next(each for each in in_week(seed) if each.is_fault and not each.echo and each.view == view)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_saturated_resource_is_flat_at_its_end_and_customers_wait(seed: int) -> None:
    entry = faulty(seed, "saturation")
    inside = (entry.start + timedelta(minutes=10), entry.end - timedelta(minutes=15))
    values = judged(Shop(seed), entry.part, entry.metric, *inside)
    assert values.min() > 98.5
    assert values.max() < 100
    assert judged(Shop(seed), "api-alb", "latency", *inside).min() > 1.2
    assert 60 <= (entry.end - entry.start) / timedelta(minutes=1) <= 90


@pytest.mark.parametrize("seed", SEEDS)
def test_a_spike_has_no_traffic_behind_it(seed: int) -> None:
    entry = faulty(seed, "spike")
    shops = (Shop(seed), Shop(seed, planted=()))
    one, two = (judged(shop, f"{entry.part}-alb", "requests", entry.start, entry.end) for shop in shops)
    assert np.array_equal(one, two)
    rise = departure(seed, entry)[0][2:-2]
    assert 20 < rise.mean() < 38


@pytest.mark.parametrize("seed", SEEDS)
def test_a_dip_loses_more_than_half_of_the_requests(seed: int) -> None:
    entry = faulty(seed, "dip")
    inside = (entry.start + timedelta(minutes=5), entry.end - timedelta(minutes=10))
    for part in ("web-alb", "api-alb"):
        sick, well = (judged(Shop(seed, planted), part, "requests", *inside) for planted in (None, ()))
        assert (sick / well).max() < 0.5


@pytest.mark.parametrize("seed", SEEDS)
def test_a_shift_lasts_from_one_release_to_the_next(seed: int) -> None:
    entry = faulty(seed, "level_shift")
    releases = [each.start for each in events(seed, *WEEK) if each.kind == "deployment" and "worker" in each.services]
    assert entry.start == releases[0]
    assert entry.start.date() < WEEK[1].date() < entry.end.date()
    after = (entry.start + timedelta(hours=1), WEEK[1])
    sick, well = (judged(Shop(seed, planted), entry.part, "cpu", *after) for planted in (None, ()))
    rest = np.sort(sick - well)[100:-100]
    assert rest.min() > 11
    assert rest.max() < 16


@pytest.mark.parametrize("seed", SEEDS)
def test_a_leak_grows_a_few_points_a_day_and_ends_with_a_restart(seed: int) -> None:
    entry = faulty(seed, "growth")
    assert entry.start < WEEK[0]
    assert entry.end > WEEK[1]
    full = series(Shop(seed), "api", "memory").minutes(as_minute(WEEK[0]), as_minute(WEEK[1])).maximum
    days = np.median(full.reshape(7, -1), axis=1)
    assert (np.diff(days) > 1).all()
    assert 2.3 < (days[-1] - days[0]) / 6 < 3.7
    assert days[-1] < 90
    after = judged(Shop(seed), "api", "memory", entry.end + timedelta(minutes=15), entry.end + timedelta(hours=2))
    assert after.max() < days[-1] - 15


@pytest.mark.parametrize("seed", SEEDS)
def test_a_gap_has_no_datapoints_and_its_neighbours_have(seed: int) -> None:
    gap = next(each for each in in_week(seed) if each.view == "missing")
    start, end = as_minute(gap.start), as_minute(gap.end)
    sets = series(Shop(seed), gap.part, gap.metric).minutes(start - 5, end + 5)
    missing = np.isnan(sets.total)
    assert missing[5:-5].all()
    assert not missing[:5].any()
    assert not missing[-5:].any()
    for part, metric in every_metric():
        if part == gap.part and metric != gap.metric:
            assert not np.isnan(series(Shop(seed), part, metric).minutes(start, end).total).any()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_tiny_change_is_smaller_than_the_least_effect(seed: int) -> None:
    tiny = next(each for each in in_week(seed) if each.story.startswith("tiny"))
    during = departure(seed, tiny)[0][40:]
    assert np.nanmedian(during) > 0
    assert np.nanmedian(during) < min_effect(tiny.part, tiny.metric)
    assert not tiny.needs_cause


def test_the_review_file_lists_what_the_simulator_does() -> None:
    first, around, last = (as_time(local(DEMO_WEEK + weeks, 0, 0)) for weeks in (-6, -1, 2))
    earlier = [each for each in events(1, first, around) if each.kind in {"push", "load_test"} and each.start < around]
    assert review().events == (*earlier, *events(1, around, last))


def test_the_review_file_knows_what_is_planned_for_next_week() -> None:
    planned = [each for each in review().events if each.kind == "push" and each.start >= WEEK[1]]
    assert [(each.start, each.audience) for each in planned] == [
        (as_time(push.minute), push.audience) for push in pushes(1, DEMO_WEEK + 1)
    ]
    assert len(planned) >= 2


def test_the_review_file_says_that_the_shop_is_simulated() -> None:
    assert "simulated" in review().title


def test_the_annotated_example_is_valid() -> None:
    example = params.load("shop", Path(__file__).parent)
    assert example.source.type == "cloudwatch"
    assert [service.name for service in example.services] == ["web", "orders-db", "cache", "image-resize", "orders"]
