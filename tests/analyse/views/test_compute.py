"""CPU, memory and tasks of a fleet: seen where an expert would, and only there."""

from datetime import timedelta

import numpy as np
import pytest

from sre_lib.analyse.analyse import analyse
from sre_lib.catalog import builtin_catalog
from sre_lib.change import Change
from sre_lib.model import Part
from sre_lib.views import builtin_views
from sre_lib.wording import wording
from sre_lib.wording.findings import sentence
from tests.analyse.views.shop import DAY, INDEX, REVIEWED, looked, service_week, wave

NAMES = {"ClusterName": "shop", "ServiceName": "web"}
WEB = Part("web", "ecs_service", NAMES)
TASKS = Part("web-tasks", "ecs_container_insights_detail", NAMES, limits={"max_tasks": 8.0})
ALB = Part("web-alb", "alb_target_group", {"LoadBalancer": "app/shop/1", "TargetGroup": "targetgroup/web/1"})
CPU, MOST, MEMORY = (("web", *each) for each in (("cpu", "Average"), ("cpu", "Maximum"), ("memory", "Average")))
LATENCY, REQUESTS = ("web-alb", "latency", "p99"), ("web-alb", "requests", "Sum")
RUNNING, DESIRED = ("web-tasks", "running_tasks", "Minimum"), ("web-tasks", "desired_tasks", "Maximum")
RESTARTS = ("web-tasks", "restarts", "Sum")
AT = REVIEWED + 2 * DAY + 150
STEADY = np.full(len(INDEX), 4.0)


def fleet(changed=None, changes=(), parts=(WEB, TASKS, ALB)):
    """A quiet fleet of four tasks, with some columns as a test makes them."""
    quiet = {
        CPU: wave(30, 8),
        MOST: wave(45, 8, 3, seed=2),
        MEMORY: wave(40, 1, 0.3, seed=3),
        LATENCY: wave(0.2, 0.03, 0.01, seed=4),
        REQUESTS: wave(3000, 800, 60, seed=5),
        RUNNING: STEADY,
        DESIRED: STEADY,
        RESTARTS: 0 * STEADY,
    }
    names = {each.name for each in parts}
    return service_week(
        parts, {key: each for key, each in (quiet | (changed or {})).items() if key[0] in names}, (), changes
    )


def plus(values, first, last, by):
    changed = values.copy()
    changed[first:last] += by
    return changed


def deployment(slot):
    start = INDEX[slot].to_pydatetime()
    return Change("d1", start, start + timedelta(minutes=10), "deployment", "web", "web:42")


def seen(looked_at, view):
    """What one view alone lists, whether a review has to switch it on or not."""
    alone = {view: builtin_views()[view].model_copy(update={"enabled": True})}
    found = analyse(looked_at, builtin_catalog(), alone)
    assert {each.view for each in (*found.findings, *found.below_cut)} <= {view}
    every = [one for each in found.findings for one in (each, *each.members)]
    for language in ("en", "ja"):
        # A number that a sentence asks for and the detector does not give raises KeyError.
        assert all("web" in sentence(one, wording(language), "Asia/Tokyo") for one in every)
    return every


def test_a_quiet_fleet_has_no_findings():
    assert looked(fleet()).findings == ()


def hot(first=AT, last=AT + 36):
    return plus(wave(45, 8, 3, seed=2), first, last, 40)


def test_one_hot_task_among_four_is_an_imbalance():
    (found,) = seen(fleet({MOST: hot()}), "cpu_imbalance")
    assert found.evidence["tasks_count"] == 4
    assert found.evidence["value"] - found.evidence["expected"] == pytest.approx(40, abs=3)
    assert abs(found.start - INDEX[AT]) <= timedelta(minutes=15)
    assert found.score >= 0.7


def test_a_lone_task_and_a_short_peak_are_no_imbalance():
    lone = {RUNNING: STEADY / 4, DESIRED: STEADY / 4}
    assert seen(fleet({MOST: hot()} | lone), "cpu_imbalance") == []
    assert seen(fleet({MOST: hot(AT, AT + 4)}), "cpu_imbalance") == []
    assert seen(fleet({MOST: hot()} | lone), "cpu_imbalance_suspected") == []


def test_without_a_count_of_tasks_it_is_a_suspicion():
    looked_at = fleet({MOST: hot()}, parts=(WEB, ALB))
    assert len(seen(looked_at, "cpu_imbalance_suspected")) == 1
    assert seen(looked_at, "cpu_imbalance") == []
    assert "suspicion" in builtin_views()["cpu_imbalance_suspected"].sentence


def full(values):
    changed = values.copy()
    changed[AT : AT + 18] = 98 + 0.3 * np.sin(np.arange(18))
    return changed


def test_flat_at_the_ceiling_while_latency_rises_is_a_plateau():
    changed = {CPU: full(wave(30, 8)), LATENCY: plus(wave(0.2, 0.03, 0.01, seed=4), AT, AT + 18, 0.4)}
    (found,) = seen(fleet(changed), "cpu_plateau")
    assert found.evidence["minutes"] == 90
    assert found.evidence["value"] == pytest.approx(98, abs=0.5)
    assert found.evidence["latency_rise_percent"] == pytest.approx(200, abs=40)


def test_full_without_anybody_waiting_is_no_plateau():
    assert seen(fleet({CPU: full(wave(30, 8))}), "cpu_plateau") == []


def test_a_plateau_without_latency_beside_is_not_evaluated():
    lacking = looked(fleet(parts=(WEB, TASKS))).views_lacking
    assert ("cpu_plateau", "latency") in {(each.view, each.details["lacks"]) for each in lacking}


def teeth(days, per_day, first_day=28):
    """Memory that grows from a day on and falls back every so many days."""
    age = np.arange(len(INDEX)) / DAY - first_day
    return wave(40, 1, 0.3, seed=3) + np.where(age > 0, per_day * (age % days), 0)


def test_growth_that_restarts_hide_is_a_sawtooth():
    (found,) = seen(fleet({MEMORY: teeth(4, 6)}), "memory_sawtooth")
    assert found.evidence["slope_per_day"] == pytest.approx(6, abs=0.7)
    assert found.evidence["restarts_count"] == 5
    assert found.evidence["deployments_count"] == 0
    assert found.evidence["first_tooth_days"] == pytest.approx(4, abs=0.2)
    assert found.evidence["value"] == pytest.approx(64, abs=3)
    assert found.evidence["days_to_limit"] == pytest.approx(10, abs=1.5)
    assert found.score >= 0.7


def test_teeth_that_were_always_there_and_small_ones_are_usual():
    assert seen(fleet({MEMORY: teeth(4, 4, 0)}), "memory_sawtooth") == []
    assert seen(fleet({MEMORY: teeth(4, 0.8)}), "memory_sawtooth") == []


def test_a_cache_that_fills_after_each_restart_is_no_leak():
    age = np.arange(len(INDEX)) / DAY - 28
    filling = wave(40, 1, 0.3, seed=3) + np.where(age > 0, 20 * (1 - np.exp(-(age % 4) / 0.2)), 0)
    assert seen(fleet({MEMORY: filling}), "memory_sawtooth") == []


def peaked(back=False):
    at = REVIEWED + 2 * DAY + 158
    memory = plus(wave(40, 1, 0.3, seed=3), at, at + 60 if back else len(INDEX), 12)
    return {MEMORY: memory, REQUESTS: plus(wave(3000, 800, 60, seed=5), at - 3, at + 6, 3000)}


def test_memory_that_a_peak_took_and_never_gave_back_is_seen_with_its_floors():
    (found,) = seen(fleet(peaked()), "memory_after_peak")
    assert found.evidence["floor_after"] - found.evidence["floor_before"] == pytest.approx(12, abs=1)


def test_memory_that_comes_back_or_was_deployed_is_no_step_at_a_peak():
    assert seen(fleet(peaked(back=True)), "memory_after_peak") == []
    assert seen(fleet(peaked(), [deployment(REVIEWED + 2 * DAY + 157)]), "memory_after_peak") == []


def weekly(by):
    weeks = np.arange(len(INDEX)) // (7 * DAY)
    return {MEMORY: wave(40, 1, 0.3, seed=3) + by * np.maximum(weeks - 3, 0)}


def test_a_floor_that_rises_three_weeks_running_is_seen():
    (found,) = seen(fleet(weekly(4)), "weekly_floor")
    assert found.evidence["rises_count"] == 3
    assert found.evidence["value"] - found.evidence["from_value"] == pytest.approx(12, abs=1)


def test_small_rises_and_one_step_are_no_rising_floor():
    assert seen(fleet(weekly(0.5)), "weekly_floor") == []
    assert seen(fleet({MEMORY: plus(wave(40, 1, 0.3, seed=3), 30 * DAY, len(INDEX), 12)}), "weekly_floor") == []


def test_a_level_that_came_with_a_deployment_says_so():
    values = plus(wave(30, 8), AT, len(INDEX), 15)
    (found,) = seen(fleet({CPU: values}, [deployment(AT - 2)]), "level_after_deployment")
    assert found.evidence["after"] - found.evidence["before"] == pytest.approx(15, abs=1.5)
    assert 0 <= found.evidence["after_minutes"] <= 30


def test_a_level_without_a_deployment_and_a_blip_after_one_are_not_blamed_on_it():
    lasting, blip = plus(wave(30, 8), AT, len(INDEX), 15), plus(wave(30, 8), AT, AT + 24, 15)
    assert seen(fleet({CPU: lasting}, [deployment(AT - DAY)]), "level_after_deployment") == []
    assert seen(fleet({CPU: blip}, [deployment(AT - 2)]), "level_after_deployment") == []


def test_tasks_that_lack_for_an_hour_are_seen():
    found = seen(fleet({RUNNING: plus(STEADY, AT, AT + 24, -2)}), "tasks_below_desired")
    assert [(each.evidence["value"], each.evidence["expected"], each.evidence["minutes"]) for each in found] == [
        (2, 4, 120)
    ]
    assert found[0].score >= 0.7


def test_tasks_that_lack_while_deploying_or_starting_are_not():
    lacking = {RUNNING: plus(STEADY, AT, AT + 5, -2)}
    assert seen(fleet(lacking, [deployment(AT - 1)]), "tasks_below_desired") == []
    scaling = {DESIRED: plus(STEADY, AT, AT + 40, 3), RUNNING: plus(STEADY, AT + 2, AT + 40, 3)}
    assert seen(fleet(scaling), "tasks_below_desired") == []


def saw():
    running = STEADY.copy()
    running[AT : AT + 36 : 3] = 0
    return running


def test_tasks_that_start_and_die_are_a_crash_loop():
    (found,) = seen(fleet({RUNNING: saw()}), "crash_loop")
    assert (found.evidence["falls_count"], found.evidence["value"], found.evidence["wanted_count"]) == (12, 0, 4)
    assert found.score >= 0.7


def test_scaling_in_and_single_restarts_are_no_crash_loop():
    wanted = STEADY + 3 * (np.sin(2 * np.pi * np.arange(len(INDEX)) / DAY) > 0)
    restarts = (np.arange(len(INDEX)) % 997 == 0).astype(float)
    assert seen(fleet({RUNNING: wanted, DESIRED: wanted, RESTARTS: restarts}), "crash_loop") == []


def swinging(values, first, last, period=8, by=10.0):
    changed = values.copy()
    at = np.arange(last - first)
    changed[first:last] += by * np.where(at % period < period / 2, 1, -1)
    return changed


def test_a_swing_with_a_fixed_period_is_seen_with_its_period():
    (found,) = seen(fleet({CPU: swinging(wave(30, 8), AT, AT + 144)}), "oscillation")
    assert found.evidence["period_minutes"] == pytest.approx(40, abs=5)
    assert found.evidence["change"] == pytest.approx(20, abs=8)
    assert abs(found.start - INDEX[AT]) <= timedelta(minutes=30)
    assert abs(found.end - INDEX[AT + 144]) <= timedelta(minutes=30)


def test_the_daily_rhythm_noise_and_swings_of_every_day_are_no_oscillation():
    always = swinging(wave(30, 8), 0, len(INDEX))
    assert seen(fleet({CPU: always}), "oscillation") == []
    assert seen(fleet({CPU: wave(30, 20, 4)}), "oscillation") == []


@pytest.mark.parametrize(
    ("view", "changed"),
    [
        ("cpu_high", {CPU: plus(wave(30, 8), AT, AT + 24, 55)}),
        ("too_quiet", {CPU: wave(4, 1, 0.2)}),
        ("memory_of_one_task", {("web", "memory", "Maximum"): plus(wave(42, 1, 0.3, seed=3), AT, len(INDEX), 20)}),
    ],
)
def test_views_that_a_review_switches_on(view, changed):
    assert len(seen(fleet(changed), view)) == 1
    assert seen(fleet({("web", "memory", "Maximum"): wave(42, 1, 0.3, seed=3)}), view) == []
    assert not builtin_views()[view].enabled


def test_a_spread_that_grows_with_the_work_of_all_tasks_is_no_imbalance():
    busy = np.ones(len(INDEX))
    busy[AT : AT + 36] = 2.5
    assert (
        seen(fleet({CPU: busy * wave(30, 8), MOST: np.minimum(busy * wave(50, 8, 3, seed=2), 200)}), "cpu_imbalance")
        == []
    )
