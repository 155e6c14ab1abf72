"""What a load test showed: stages, knees, what was used up first, and beside the last test."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import nan

import numpy as np
import pandas as pd
import pytest

from sre_lib.analyse.events.conformal import Interval, TooFew
from sre_lib.analyse.events.load_test import compared, load_test
from sre_lib.analyse.events.load_test_result import (
    Compared,
    LoadTest,
    Part,
    PartTested,
    Saturated,
    StageReading,
)
from sre_lib.event import Stage

BEGAN = datetime(2026, 9, 30, 1, tzinfo=UTC)
EACH = 5
LIMITS = {"cpu": 100.0}


def stages(count: int) -> tuple[Stage, ...]:
    """Return stages of five minutes, one after another."""
    edges = [BEGAN + timedelta(minutes=EACH * number) for number in range(count + 1)]
    return tuple(Stage(first, last) for first, last in pairwise(edges))


def part(columns: Mapping[str, Sequence[float]], name: str = "web", limits: Mapping[str, float] = LIMITS) -> Part:
    """Return a part whose columns have one value a stage, the same for five minutes."""
    values = {key: np.repeat(np.array(each, dtype=np.float64), EACH) for key, each in columns.items()}
    (rows,) = {len(each) for each in values.values()}
    return Part(name, name, pd.DataFrame(values, index=pd.date_range(BEGAN, periods=rows, freq="min")), limits)


LOADS = [1024.0, 2048.0, 3072.0, 4096.0, 5120.0]
STRAIGHT = part(
    {
        "requests": LOADS,
        "cpu": [16, 32, 48, 64, 80],
        "tasks": [2] * 5,
        "latency": [0.25] * 5,
        "errors": [0, 0, 0, 0, 256],
    }
)
BENT = part(
    {
        "requests": [1024, 2048, 3072, 3280, 3488],
        "cpu": [16, 32, 48, 74, 100],
        "tasks": [2] * 5,
        "latency": [0.25, 0.25, 0.25, 0.5, 0.75],
        "errors": [0] * 5,
    }
)


def shown(*parts: Part) -> LoadTest:
    """Return what a test of five stages showed."""
    return shown_by(stages(5), *parts)


def shown_by(given: Sequence[Stage], *parts: Part) -> LoadTest:
    """Return what a test showed."""
    found = load_test(given, parts)
    assert isinstance(found, LoadTest)
    return found


def test_a_test_that_ran_straight_up_as_a_whole() -> None:
    readings = tuple(
        StageReading(
            stage=each,
            requests=load,
            cpu=load / 64,
            cpu_per_request=31.25,
            latency=0.25,
            errors=0.05 if load == 5120 else 0.0,
            tasks=2.0,
            n=EACH,
        )
        for each, load in zip(stages(5), LOADS, strict=True)
    )
    web = PartTested(
        service="web",
        part="web",
        stages=readings,
        most=5120.0,
        per_task=True,
        knee=None,
        latency_knee=None,
        work=Interval(31.25, 31.25, 31.25),
    )
    assert shown(STRAIGHT) == LoadTest(stages(5), given=True, parts=(web,), first=None)


def test_the_knee_is_where_more_cpu_brings_at_most_half_the_throughput() -> None:
    (web,) = shown(BENT).parts
    assert web.knee is not None
    assert web.latency_knee is not None
    assert [*web.knee, *web.latency_knee] == pytest.approx([1536.0, 48.0, 1536.0, 0.25])
    assert web.work == Interval(31.25, 31.25, 31.25)


def test_a_slight_turn_is_no_knee() -> None:
    slight = part({"requests": [1024, 2048, 3072, 3840, 4608], "cpu": [16, 32, 48, 64, 80]})
    assert shown(slight).parts[0].knee is None


def test_without_tasks_the_whole_throughput_is_told_and_said_to_be() -> None:
    (web,) = shown(replace(STRAIGHT, frame=STRAIGHT.frame.drop(columns="tasks"))).parts
    assert (web.per_task, web.stages[0].cpu_per_request, web.work.point) == (False, 15.625, 15.625)


@pytest.mark.parametrize("tasks", [2.0, 4.0, 16.0])
def test_work_for_a_request_does_not_depend_on_how_many_share_it(tasks: float) -> None:
    held = part({"requests": LOADS, "cpu": [each / 32 / tasks for each in LOADS], "tasks": [tasks] * 5})
    (web,) = shown(held).parts
    assert (web.work.point, web.stages[2].cpu_per_request) == (31.25, 31.25)


def test_what_was_used_up_first_is_named_with_its_stage_and_minute() -> None:
    cache = part({"engine_cpu": [20, 40, 60, 80, 99]}, "cache", {"engine_cpu": 100.0})
    cache.frame.iloc[20:22] = 90.0
    late = Saturated("cache", "cache", "engine_cpu", stages(5)[4], BEGAN + timedelta(minutes=22))
    early = Saturated("web", "web", "cpu", stages(5)[4], BEGAN + timedelta(minutes=20))
    assert (shown(cache).first, shown(cache, BENT).first, shown(STRAIGHT).first) == (late, early, None)


def test_what_was_used_up_in_an_earlier_stage_comes_before_what_was_more_so_later() -> None:
    disk = part({"connections": [10, 20, 49.5, 50, 50]}, "db", {"connections": 50.0})
    found = shown(BENT, disk).first
    assert found is not None
    assert (found.resource, found.stage) == ("connections", stages(5)[2])


def test_minutes_without_a_datapoint_are_left_out_and_are_never_0() -> None:
    gaps = replace(STRAIGHT, frame=STRAIGHT.frame.copy())
    gaps.frame.iloc[[0, 7, 23]] = nan
    (web,), (whole,) = shown(gaps).parts, shown(STRAIGHT).parts
    assert [each.n for each in web.stages] == [4, 4, 5, 5, 4]
    assert [replace(each, n=EACH) for each in web.stages] == list(whole.stages)


def test_a_part_without_datapoints_says_nothing() -> None:
    (web,) = shown(part({"requests": [nan] * 5, "cpu": [nan] * 5})).parts
    readings = tuple(StageReading(each, nan, nan, nan, nan, nan, nan, 0) for each in stages(5))
    told = PartTested("web", "web", readings, nan, False, None, None, Interval(nan, nan, nan))
    assert repr(web) == repr(told)


def test_stages_that_nobody_wrote_down_are_found() -> None:
    found = shown_by((), STRAIGHT)
    assert (found.given, [(each.start, each.end) for each in found.stages]) == (
        False,
        [(each.start, each.end) for each in stages(5)],
    )


@pytest.mark.parametrize("parts", [[], [part({"cpu": [10, 20, 30]})], [part({"requests": [1000, 1000, 1000]})]])
def test_where_no_stages_are_found_it_says_so(parts: list[Part]) -> None:
    assert load_test((), parts) == TooFew(0, 3)


@pytest.mark.parametrize(("by", "differs"), [(1.0, False), (1.05, False), (1.2, True), (0.8, True)])
def test_two_tests_differ_where_the_work_does_by_a_tenth(by: float, differs: bool) -> None:
    heavier = replace(STRAIGHT, frame=STRAIGHT.frame.assign(cpu=STRAIGHT.frame["cpu"] * by))
    (pair,) = compared(shown(heavier), shown(STRAIGHT))
    assert isinstance(pair, Compared)
    assert pair.work_change == pytest.approx(by - 1)
    assert pair.work_differs == differs


def test_stages_are_compared_with_those_at_about_their_load() -> None:
    half = replace(STRAIGHT, frame=STRAIGHT.frame.assign(requests=STRAIGHT.frame["requests"] / 2))
    (pair,) = compared(shown(half), shown(STRAIGHT))
    assert pair.changes == pytest.approx([1.0, 1.0, 1.0])


def test_stages_that_do_not_agree_are_no_difference() -> None:
    mixed = replace(STRAIGHT, frame=STRAIGHT.frame.copy())
    mixed.frame.loc[mixed.frame.index[EACH:], "cpu"] *= 1.2
    mixed.frame.loc[mixed.frame.index[:EACH], "cpu"] *= 0.9
    (pair,) = compared(shown(mixed), shown(STRAIGHT))
    assert pair.work_change == pytest.approx(0.2)
    assert not pair.work_differs


def test_without_a_stage_in_common_no_change_is_known() -> None:
    tenth = replace(STRAIGHT, frame=STRAIGHT.frame.assign(requests=STRAIGHT.frame["requests"] / 10))
    (pair,) = compared(shown(tenth), shown(STRAIGHT))
    assert (pair.changes, np.isnan(pair.work_change), pair.work_differs) == ((), True, False)


def test_stages_in_which_scaling_added_tasks_tell_of_no_knee() -> None:
    scaled = part({"requests": [1024, 2048, 3072, 4096, 5120], "cpu": [16, 32, 48, 47, 50], "tasks": [2, 2, 2, 3, 3]})
    held = part({"requests": [1024, 2048, 3072, 3080, 3100], "cpu": [16, 32, 48, 60, 70], "tasks": [2, 2, 2, 2, 3]})
    assert shown(scaled).parts[0].knee is None
    assert shown(held).parts[0].knee is not None


def test_only_parts_that_both_tests_have_are_compared() -> None:
    other = part({"requests": LOADS}, "api")
    assert [each.now.service for each in compared(shown(other, STRAIGHT), shown(STRAIGHT))] == ["web"]


@pytest.mark.parametrize("seed", range(5))
def test_a_knee_is_found_under_noise_and_none_where_there_is_none(seed: int) -> None:
    noise = np.random.default_rng(seed)
    sent = np.repeat([2000.0, 4000, 6000, 8000, 10_000, 12_000], 10) * (1 + 0.02 * noise.normal(size=60))
    cpu = 5 + sent / 152 * (1 + 0.03 * noise.normal(size=60))
    index = pd.date_range(BEGAN, periods=60, freq="min")
    given = [Stage(each.to_pydatetime(), (each + pd.Timedelta("10min")).to_pydatetime()) for each in index[::10]]
    held = np.where(sent > 8500, 8500 + 0.1 * (sent - 8500), sent)
    frames = [pd.DataFrame({"requests": each, "cpu": cpu}, index=index) for each in (held, sent)]
    bent, straight = (shown_by(given, Part("web", "web", frame, LIMITS)).parts[0].knee for frame in frames)
    assert bent is not None
    assert bent.requests == pytest.approx(8500, rel=0.08)
    assert straight is None
