"""The model of past pushes: requests by audience, resources by requests."""

from dataclasses import replace
from math import isnan, nan
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import theilslopes

from sre_lib.analyse.events.conformal import Interval, TooFew
from sre_lib.analyse.events.loads import Load
from sre_lib.analyse.events.observed import Observed, ResourceKey
from sre_lib.analyse.events.response import Crowd, Response, respond
from tests.analyse.events.small import CPU, DISK, push, pushes, scaled, with_cpu

FIVE = pushes(0, 0, 0, 0, 0)

crowds = st.lists(
    st.builds(
        push,
        st.integers(0, 60),
        st.integers(10_000, 500_000),
        st.floats(1000, 9000),
        st.floats(-300, 900),
        st.integers(4, 20).map(float),
    ),
    min_size=5,
    max_size=12,
    unique_by=lambda each: each.at,
)


def model(several: list[Observed]) -> Response:
    """Return the model of pushes that are enough."""
    found = respond(several)
    assert isinstance(found, Response)
    return found


def load(several: list[Observed], key: ResourceKey = CPU) -> Load:
    """Return the law of a resource."""
    return model(several).loads[key]


def test_a_law_that_holds_exactly_is_found_without_an_error() -> None:
    cpu = Load(
        idle=8.0,
        work=1 / 16,
        gain=1.0,
        error=0.0,
        usual=64_000.0,
        lag_min=4.0,
        n=5,
        saturated=0,
        in_tasks=True,
        last=FIVE[-1].resources[CPU],
        missed=(0.0,) * 5,
    )
    disk = replace(cpu, idle=64.0, work=-1 / 256, lag_min=nan, in_tasks=False, last=FIVE[-1].resources[DISK])
    found = model(FIVE)
    assert found.crowd == Crowd(response=1 / 64, error=0.0, usual=64_000.0, largest=64_000.0, n=5)
    assert found.resources[CPU] == cpu
    assert repr(found.resources[DISK]) == repr(disk)


def test_one_push_that_brought_twice_as_many_widens_the_interval_and_moves_nothing() -> None:
    found = model(pushes(0, 0, 1000, 0, 0))
    assert found.crowd == Crowd(response=1 / 64, error=1000.0, usual=64_000.0, largest=64_000.0, n=5)
    assert found.crowd.requests(64_000, 2000) == Interval(2000.0, 3000.0, 4000.0)
    assert found.crowd.requests(192_000, 2000) == Interval(2000.0, 5000.0, 8000.0)
    assert found.loads[CPU].missed == (0.0, 0.0, 62.5, 0.0, 0.0)
    assert found.loads[CPU].value(3048, 64_000, 8) == Interval(8 + 23.8125 - 62.5 / 8, 31.8125, 31.8125 + 62.5 / 8)


def test_more_tasks_take_their_share() -> None:
    assert [load(FIVE).value(4096, 64_000, tasks).point for tasks in (4, 8, 16)] == [72.0, 40.0, 24.0]


def test_what_scaling_out_had_added_by_the_peak_is_there_again() -> None:
    early = [with_cpu(each, tasks_before=4.0, base=8 + each.base / 16 / 4) for each in FIVE]
    assert (load(early).gain, load(early).work, load(early).value(4096, 64_000, 4).point) == (2.0, 1 / 16, 40.0)


@pytest.mark.parametrize("n", range(5))
def test_too_few_pushes_say_nothing(n: int) -> None:
    assert respond(FIVE[:n]) == TooFew(n, 5)


@pytest.mark.parametrize("lacks", [{"audience": None}, {"audience": 0}, {"requests": nan}, {"base": nan}])
def test_a_push_of_which_something_is_not_known_is_left_out(lacks: dict[str, float | None]) -> None:
    lacking = replace(push(9, 64_000, more=9000), **lacks)  # type: ignore[arg-type]  # any field may lack
    assert repr(respond([*FIVE, lacking])) == repr(respond(FIVE))


@pytest.mark.parametrize("field", ["value", "base", "limit", "tasks_before", "tasks_at_peak"])
def test_a_reading_with_nan_is_left_out_and_is_never_0(field: str) -> None:
    six = pushes(0, 0, 0, 0, 0, 0)
    found = load([*six[:2], with_cpu(six[2], **{field: nan}), *six[3:]])
    assert (found.n, found.idle, found.work, isnan(found.missed[2])) == (5, 8.0, 1 / 16, True)


def test_a_resource_with_too_few_readings_says_how_many() -> None:
    found = model([with_cpu(FIVE[0], value=nan), *FIVE[1:]])
    assert (found.resources[CPU], list(found.loads)) == (TooFew(4, 5), [DISK])


def test_a_reading_at_the_limit_does_not_tell_what_was_asked_for() -> None:
    found = load([*pushes(0, 0, 0, 0, 0), with_cpu(push(6, 640_000), value=99.0)])
    assert (found.n, found.saturated, found.work) == (5, 1, 1 / 16)


def test_loads_that_are_all_the_same_tell_nothing() -> None:
    still = [replace(push(day, 64_000), requests=2048.0) for day in range(5)]
    assert model(still).resources[CPU] == TooFew(0, 5)


def test_a_crowd_is_visible_where_it_stands_out_of_its_noise() -> None:
    assert (model(FIVE).crowd.visible, model(pushes(0, 0, 1000, 0, 0)).crowd.visible) == (True, False)


@settings(max_examples=25)
@given(crowds)
def test_the_slope_is_that_of_scipy(several: list[Observed]) -> None:
    pairs = [(each, each.resources[CPU]) for each in several if each.resources[CPU].value < 98]
    assume(len(pairs) >= 5)
    x = [each.requests / it.tasks_at_peak for each, it in pairs] + [each.base / it.tasks_before for each, it in pairs]
    y = [it.value for _, it in pairs] + [it.base for _, it in pairs]
    assert load(several).work == pytest.approx(theilslopes(y, x)[0])


@settings(max_examples=25)
@given(crowds, st.floats(0, 1e6), st.floats(0, 1e6))
def test_more_audience_never_gives_fewer_requests_and_a_wider_interval(
    several: list[Observed], one: float, other: float
) -> None:
    crowd = model(several).crowd
    fewer, more = (crowd.requests(each, 5000.0) for each in sorted((one, other)))
    assert crowd.response < 0 or (fewer.point <= more.point and fewer.high <= more.high)
    assert fewer.high - fewer.low <= (more.high - more.low) * (1 + 1e-9) + 1e-6


@settings(max_examples=25)
@given(crowds, st.floats(0, 1e6))
def test_intervals_contain_their_point(several: list[Observed], audience: float) -> None:
    found = model(several)
    told = [found.crowd.requests(audience, 5000.0)]
    told += [each.value(6000.0, audience, 8.0) for each in found.loads.values()]
    assert all(each.low <= each.point <= each.high for each in told)


@settings(max_examples=25)
@given(crowds, st.randoms(use_true_random=False))
def test_the_order_of_the_pushes_does_not_matter(several: list[Observed], random: Random) -> None:
    mixed = list(several)
    random.shuffle(mixed)
    assert repr(respond(mixed)) == repr(respond(several))


@settings(max_examples=25)
@given(crowds, st.sampled_from([1 / 64, 1 / 2, 4.0, 1024.0]))
def test_the_unit_of_requests_does_not_matter(several: list[Observed], by: float) -> None:
    plain, other = model(several), model(scaled(several, by))
    assert other.crowd.requests(90_000, 5000 * by) == tuple(by * each for each in plain.crowd.requests(90_000, 5000))
    for key, one in plain.loads.items():
        assert other.loads[key].value(6000 * by, 90_000, 8.0) == pytest.approx(one.value(6000, 90_000, 8.0))
