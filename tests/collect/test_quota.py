"""How fast a place may be asked, on a clock of the test's own."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_lib.collect.queries import Metric, MetricRequest, Place
from sre_lib.collect.quota import Limits, Quotas, at_most, limits_of, seconds_needed
from sre_lib.collect.windows import Window
from sre_lib.params_file import ArchiveSource, CloudWatchSource, DemoSource

NOW_S = 1_790_000_000 // 3600 * 3600
LIMITS = Limits(20, 300_000)


def call(points=60, statistics=1, ago_s=86_400, **place):
    """Return a call of one metric."""
    window = Window(NOW_S - ago_s - points * 60, NOW_S - ago_s)
    names = ("Sum", "SampleCount", "Minimum", "Maximum", "p50")[:statistics]
    metric = Metric("AWS/ECS", "CPUUtilization", (), region=place.get("region", ""))
    return (MetricRequest(metric, names, window, 60, place.get("profile", "")),)


@dataclass
class Clock:
    """A clock that only sleeping moves."""

    now: float = 0.0

    def sleep(self, seconds):
        self.now += seconds


def starts(limits, calls, slow_down=()):
    """Return when the first page of each call may be asked for, one thread asking."""
    clock, found = Clock(), []
    quotas = Quotas(limits, NOW_S, lambda: clock.now, clock.sleep)
    for place in slow_down:
        quotas.slow_down(place)
    for each in calls:
        quotas.wait(each, len(each[0].statistics))
        found.append(round(clock.now, 6))
    return found


@pytest.mark.parametrize(
    ("calls", "wanted"),
    [
        ([call()] * 3, [0, 0.05, 0.1]),
        ([call(20_160, 5)] * 3, [0, 0.336, 0.672]),
        ([call(20_160, 5), call(), call()], [0, 0.336, 0.386]),
        ([call(40_000, 5)] * 2, [0, 0.336]),
        ([call(20_160, 5, ago_s=3600)] * 2, [0, 0.56]),
        ([call(), call(region="us-east-1"), call(profile="batch"), call()], [0, 0, 0, 0.05]),
    ],
)
def test_calls_start_as_their_quotas_allow(calls, wanted):
    assert starts(LIMITS, calls) == wanted


def test_a_place_that_throttled_is_asked_more_slowly_and_the_others_are_not():
    elsewhere = call(region="us-east-1")
    assert starts(LIMITS, [call(), call()], [Place()]) == [0, 0.1]
    assert starts(LIMITS, [call(), call()], [Place()] * 9) == [0, 0.4]
    assert starts(LIMITS, [elsewhere, elsewhere], [Place()]) == [0, 0.05]


def test_without_limits_nothing_waits():
    assert starts(None, [call(20_160, 5)] * 9) == [0] * 9


@given(
    st.lists(st.tuples(st.integers(1, 20_000), st.integers(1, 5), st.sampled_from([3600, 86_400]))),
    st.floats(0.1, 500),
    st.floats(10_000, 396_000),
)
def test_no_second_has_more_than_the_quotas_and_nothing_waits_for_longer(sizes, per_second, points_per_second):
    limits = Limits(per_second, points_per_second)
    calls = [call(points, statistics, ago_s) for points, statistics, ago_s in sizes]
    found = starts(limits, calls)
    for at, start in enumerate(found):
        within = [each for each in found[at:] if each < start + 1]
        assert len(within) <= per_second + 1 + 1e-3
    total = seconds_needed(calls, limits, NOW_S)
    if calls:
        assert found[-1] <= sum(seconds_needed([each], limits, NOW_S) for each in calls[:-1]) + 1e-3
        assert total <= found[-1] + seconds_needed(calls[-1:], limits, NOW_S) + 1e-3


@pytest.mark.parametrize(
    ("calls", "wanted"),
    [
        ([], 0),
        ([call()] * 40, 2.0),
        ([call(20_000, 5)] * 6, 2.0),
        ([call(20_000, 5)] * 6 + [call()] * 20, 2.004),
        ([call(20_000, 5, ago_s=0)] * 9, 5.0),
        ([call()] * 40 + [call(region="us-east-1")] * 20, 2.0),
        ([call(100_800, 5)] * 2, 3.36),
    ],
)
def test_the_time_that_planned_calls_need_is_known_before(calls, wanted):
    assert seconds_needed(calls, LIMITS, NOW_S) == pytest.approx(wanted)


def test_only_cloudwatch_has_limits():
    source = CloudWatchSource(type="cloudwatch", calls_per_second=5, datapoints_per_second=50_000)
    assert limits_of(source) == Limits(5, 50_000)
    assert limits_of(CloudWatchSource(type="cloudwatch")) == LIMITS
    assert limits_of(DemoSource()) is limits_of(ArchiveSource(type="archive")) is None


def test_at_most_so_many_a_second():
    clock, found = Clock(), []
    wait = at_most(2, lambda: clock.now, clock.sleep)
    for _ in range(4):
        wait()
        found.append(clock.now)
    assert found == [0.0, 0.5, 1.0, 1.5]
