"""What was decided, measured again a week or more later."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from sre_lib import weeks
from sre_lib.analyse.remeasure import remeasure
from sre_lib.analyse.remeasure_look import Terms
from sre_lib.catalog import builtin_catalog
from sre_lib.change import Change
from sre_lib.earlier import Known
from sre_lib.event import Event
from sre_lib.model import Answer, Column, MetricFrame, Part, Service, ServiceWeek, Status
from sre_lib.views import View, builtin_views
from tests.analyse.series import DAY, START, index, rhythm, with_change

CATALOG = builtin_catalog()
WEB = Service(
    "web",
    (
        Part("web", "ecs_service", {"ClusterName": "shop", "ServiceName": "web"}),
        Part("alb", "alb_target_group", {"LoadBalancer": "app/a/1", "TargetGroup": "targetgroup/t/1"}),
        Part("db", "aurora_role", {"DBClusterIdentifier": "shop", "Role": "WRITER"}),
    ),
)
THEN = weeks.named("2026-W11", "UTC", history_weeks=1)
WEEK = 7 * DAY
CPU, MEMORY = Column("web", "cpu", "Average"), Column("web", "memory", "Average")
FREE, REQUESTS = Column("db", "freeable_memory", "Minimum"), Column("alb", "requests", "Sum")


def at(day, hour=0, minute=0):
    """A moment so many days after START, a Monday; week 2026-W11 begins on day 7."""
    return START + timedelta(days=day, hours=hour, minutes=minute)


def slot(day, hour=0, minute=0):
    return int(day * DAY) + (hour * 60 + minute) // 5


def known(view, start, end, column=CPU, **changes):
    made = Known("f", "web", column.part, "cpu", column.metric, view, start, end, statistic=column.statistic)
    return replace(made, **changes)


def looked(name, columns, **changes):
    """The service in a week, with a history from START on."""
    week = weeks.named(name, "UTC")
    days = (week.end - START) // timedelta(days=1)
    values = pd.DataFrame({column: series.iloc[: days * DAY] for column, series in columns.items()})
    values.columns = pd.MultiIndex.from_tuples(list(columns), names=["part", "metric", "statistic"])
    answers = {column: Answer(Status.COMPLETE, 300) for column in columns}
    return replace(ServiceWeek(WEB, week, MetricFrame(values, answers)), **changes)


def measured(earlier, evidence, name, columns, **changes):
    return remeasure(earlier, evidence, THEN, looked(name, columns, **changes), Terms(CATALOG))


def spikes(*days, by=40.0, hour=4):
    """Six weeks of a daily rhythm with half an hour of `by` more at an hour of these days."""
    series = rhythm(42)
    for day in days:
        series = with_change(series, slot(day, hour), slot(day, hour, 30), by)
    return series


SPIKE = known("spike", at(8, 4), at(8, 4, 30), direction=1)
SEEN = {"value": 78.0, "expected": 38.0, "lower": 34.0, "upper": 43.0, "minutes": 30.0}


@pytest.mark.parametrize(
    ("name", "days", "by", "outcome", "count", "since"),
    [
        ("2026-W12", (8,), 40, "gone", 0, at(8, 4, 30)),
        ("2026-W12", (8, 15), 40, "still", 1, None),
        ("2026-W12", (8, 14, 15, 16, 17, 18, 19, 20), 40, "still", 7, None),
        ("2026-W12", (7, 8, 9, 10, 11, 12, 13, 14, 15), 40, "gone", 2, at(15, 4, 30)),
        ("2026-W12", (8, 15), 25, "better", 1, None),
        ("2026-W12", (8, 15), 15, "gone", 0, at(8, 4, 30)),
        ("2026-W12", (8, 15), 60, "worse", 1, None),
        ("2026-W13", (8, 16), 40, "gone", 0, at(16, 4, 30)),
        ("2026-W13", (8, 24), 40, "again", 1, None),
        ("2026-W15", tuple(range(8, 42)), 40, "still", 7, None),
    ],
)
def test_a_spike_is_looked_for_at_its_time_of_day(name, days, by, outcome, count, since):
    series = spikes(8)
    for day in set(days) - {8}:
        series = with_change(series, slot(day, 4), slot(day, 4, 30), by)
    found = measured(SPIKE, SEEN, name, {CPU: series})
    assert (found.outcome, found.now["days"], found.now["of_days"], found.since) == (outcome, count, 7, since)
    assert found.then == {**SEEN, "limit": 100.0}


def test_an_hour_late_is_the_same_time_of_day_two_hours_are_another():
    late, later = spikes(8, 14, hour=5), spikes(8, 14, hour=6)
    assert measured(SPIKE, SEEN, "2026-W12", {CPU: late}).outcome == "still"
    assert measured(SPIKE, SEEN, "2026-W12", {CPU: later}).outcome == "gone"


def test_noise_within_the_band_is_not_a_small_spike_again():
    small = {"value": 43.0, "expected": 38.0}
    assert measured(SPIKE, small, "2026-W12", {CPU: rhythm(42)}).outcome == "gone"


def test_a_dip_is_measured_downwards():
    earlier = known("dip", at(8, 4), at(8, 4, 30))
    evidence = {"value": 8.0, "expected": 38.0}
    down, up = spikes(8, 15, by=-30.0), spikes(8, 15)
    assert measured(earlier, evidence, "2026-W12", {CPU: down}).outcome == "still"
    assert measured(earlier, evidence, "2026-W12", {CPU: up}).outcome == "gone"


def test_a_level_that_changed_since_is_not_the_dip_again():
    series = with_change(spikes(8, by=-15.0), slot(10), len(spikes()), -20.0)
    earlier = known("dip", at(8, 4), at(8, 4, 30))
    assert measured(earlier, {"value": 23.0, "expected": 38.0}, "2026-W12", {CPU: series}).outcome == "gone"


def test_what_people_saw_is_measured_in_the_history_first():
    earlier = known("seen", at(8, 3), at(8, 6))
    found = measured(earlier, {}, "2026-W12", {CPU: spikes(8, 14)})
    assert found.outcome == "still"
    assert found.then == pytest.approx({"value": 78, "expected": 39, "limit": 100}, abs=4)
    later = {CPU: spikes(8).where(index(42) >= at(13))}
    assert measured(earlier, {}, "2026-W12", later).reason == "nothing_to_compare"


def test_days_without_data_at_that_time_say_nothing():
    series = spikes(8)
    for day in range(14, 20):
        series.iloc[slot(day, 2) : slot(day, 7)] = np.nan
    found = measured(SPIKE, SEEN, "2026-W12", {CPU: series})
    assert (found.outcome, found.now["of_days"]) == ("gone", 1)
    series.iloc[slot(20, 2) : slot(20, 7)] = np.nan
    assert measured(SPIKE, SEEN, "2026-W12", {CPU: series}).reason == "no_data_then"


def test_minutes_at_the_limit_are_counted_over_the_week():
    earlier = known("saturation", at(8, 4), at(8, 5), direction=1)
    evidence = {"value": 99.5, "maximum": 100.0, "limit": 100.0, "minutes": 60.0}
    full = rhythm(42)
    for day, minutes in ((8, 60), (15, 120), (17, 60)):
        full.iloc[slot(day, 12) : slot(day, 12, minutes)] = 100.0
    found = measured(earlier, evidence, "2026-W12", {CPU: full})
    assert (found.outcome, found.then["minutes"]) == ("worse", 60)
    assert found.now == {"minutes": 180.0, "maximum": 100.0, "limit": 100.0, "days": 2.0, "of_days": 7.0}
    after = measured(earlier, evidence, "2026-W13", {CPU: full})
    assert (after.outcome, after.since, after.now["minutes"]) == ("gone", at(17, 13), 0)


def stepped(*changes):
    """Six weeks of a daily rhythm, with `by` more from one day on, and so on."""
    series = rhythm(42)
    for day, by in changes:
        series = with_change(series, slot(day), len(series), by)
    return series


SHIFT = known("level_shift", at(9), at(14), direction=1)
LEVELS = {"before": 30.0, "after": 45.0, "change": 15.0}


@pytest.mark.parametrize(
    ("name", "changes", "outcome", "level", "since"),
    [
        ("2026-W12", ((9, 15),), "still", 45, None),
        ("2026-W12", ((9, 15), (16, -15)), "gone", 30, at(16)),
        ("2026-W12", ((9, 15), (20.5, -15)), "still", 45, None),
        ("2026-W12", ((9, 15), (15, -5)), "better", 40, None),
        ("2026-W12", ((9, 15), (15, 6)), "worse", 51, None),
        ("2026-W12", ((9, 15), (15, -10)), "better", 35, None),
        ("2026-W13", ((9, 15), (16, -15), (24, 15)), "again", 45, None),
        ("2026-W13", ((9, 15), (16, -15), (18, 15)), "still", 45, None),
    ],
)
def test_a_level_is_held_against_before_and_after(name, changes, outcome, level, since):
    found = measured(SHIFT, LEVELS, name, {CPU: stepped(*changes)})
    assert found.outcome == outcome
    assert found.now["after"] == pytest.approx(level, abs=1.5)
    assert (found.since is None) == (since is None)
    if since:
        assert abs(found.since - since) <= timedelta(hours=3)


def growing(*legs, start=40.0):
    """Six weeks of a quiet memory: legs of (from day, slope a day), each from where the last ended; None restarts."""
    ends = [leg[0] for leg in legs[1:]] + [42]
    level, parts = start, [np.full(legs[0][0] * DAY, start)]
    for (first, slope), end in zip(legs, ends, strict=True):
        level = start if slope is None else level
        rise = 0.0 if slope is None else slope
        parts.append(level + rise * np.arange((end - first) * DAY) / DAY)
        level += rise * (end - first)
    noise = np.random.default_rng(3).normal(size=42 * DAY) * 0.3
    return pd.Series(np.concatenate(parts) + noise, index(42))


LEAK = known("growth", at(7), at(14), MEMORY, direction=1, resource="memory")
SLOPE = {"slope_per_day": 3.0, "slope_low": 2.9, "slope_high": 3.1, "value": 61.0, "from_value": 40.0, "days": 7.0}


@pytest.mark.parametrize(
    ("name", "legs", "outcome", "slope", "since"),
    [
        ("2026-W12", ((7, 3.0),), "still", 3, None),
        ("2026-W12", ((7, 3.0), (14, 1.5)), "better", 1.5, None),
        ("2026-W12", ((7, 3.0), (14, 5.0)), "worse", 5, None),
        ("2026-W12", ((7, 3.0), (16, None)), "gone", 0, at(16)),
        ("2026-W12", ((7, 3.0), (16, 0.0)), "gone", 0, at(16)),
        ("2026-W12", ((7, 3.0), (12, 0.0)), "gone", 0, at(14)),
        ("2026-W12", ((7, 3.0), (15, None), (15, 3.0)), "still", 3, None),
        ("2026-W14", ((7, 3.0), (15, None), (26, 3.0)), "again", 3, None),
        ("2026-W13", ((7, 3.0),), "still", 3, None),
    ],
)
def test_a_growth_is_its_slope_a_day(name, legs, outcome, slope, since):
    found = measured(LEAK, SLOPE, name, {MEMORY: growing(*legs)})
    assert (found.outcome, found.since) == (outcome, since)
    assert found.now["slope_per_day"] == pytest.approx(slope, abs=0.6)
    assert found.now["slope_low"] <= found.now["slope_per_day"] <= found.now["slope_high"]
    assert found.then == {**SLOPE, "limit": 100.0}


def test_days_after_a_restart_are_too_few_to_tell():
    found = measured(LEAK, SLOPE, "2026-W12", {MEMORY: growing((7, 3.0), (19, None))})
    assert (found.outcome, found.reason, found.since) == ("cannot_tell", "too_few_days", at(19))


def test_floors_that_scatter_are_no_restart():
    series = growing((7, 3.0), (14, 0.0))
    for day in (17, 18, 19, 20):
        series = with_change(series, slot(day), slot(day + 1), -2.0)
    found = measured(LEAK, SLOPE, "2026-W12", {MEMORY: series})
    assert (found.outcome, found.since) == ("gone", at(14))


def test_free_memory_grows_downwards():
    earlier = known("growth", at(7), at(14), FREE, direction=-1, resource="memory")
    gib = 2.0**30
    falling = (100 - growing((7, 1.0))) * gib / 10
    found = measured(earlier, {"slope_per_day": -0.1 * gib}, "2026-W12", {FREE: falling})
    assert found.outcome == "still"
    assert found.now["slope_per_day"] == pytest.approx(-0.1 * gib, rel=0.15)


def requests(share):
    """Six weeks of requests: so much of it from the third week on."""
    series = pd.Series(np.full(42 * DAY, 1000.0), index(42))
    series.iloc[14 * DAY :] *= share
    return series


@pytest.mark.parametrize("share", [1.0, 0.7])
def test_what_is_gone_is_held_against_the_traffic(share):
    columns = {REQUESTS: requests(share)}
    spike = measured(SPIKE, SEEN, "2026-W12", {CPU: spikes(8), **columns})
    leak = measured(LEAK, SLOPE, "2026-W12", {MEMORY: growing((7, 3.0), (16, None)), **columns})
    assert [spike.traffic, leak.traffic] == [pytest.approx((1000, 1000 * share))] * 2


def test_traffic_is_no_measure_of_itself_and_of_what_is_seen_on_other_days():
    earlier = known("dip", at(8, 4), at(8, 4, 30), REQUESTS, resource="context")
    columns = {CPU: spikes(8, 15), REQUESTS: requests(1.0)}
    assert measured(earlier, {"value": 100.0, "expected": 1000.0}, "2026-W12", columns).traffic is None
    assert measured(SPIKE, SEEN, "2026-W12", columns).traffic is None
    assert measured(SPIKE, SEEN, "2026-W12", {CPU: spikes(8)}).traffic is None


def silent(day, first=0):
    """A rhythm that ends on a day."""
    return rhythm(42).where((index(42) < at(day)) & (index(42) >= at(first)))


DEPLOYED = Change("1", at(16, -1), at(16), "deployment", "web", "release")
RELEASE = Event(at(16, -1), at(16), "deployment", "release", ("web",))


@pytest.mark.parametrize(
    ("series", "changes", "reason", "since"),
    [
        (silent(16), {}, "no_data_since", at(16)),
        (silent(16), {"changes": (DEPLOYED,)}, "no_data_since_deployment", at(16)),
        (silent(16), {"events": (RELEASE,)}, "no_data_since_deployment", at(16)),
        (silent(16), {"changes": (replace(DEPLOYED, part="db"),)}, "no_data_since", at(16)),
        (silent(16), {"events": (replace(RELEASE, services=("api",)),)}, "no_data_since", at(16)),
        (silent(14), {}, "no_data_since", at(14)),
        (silent(0), {}, "no_data", None),
        (silent(21, first=19), {}, "too_little_data", None),
    ],
)
def test_what_cannot_be_told_says_why(series, changes, reason, since):
    found = measured(SPIKE, SEEN, "2026-W12", {CPU: series}, **changes)
    assert (found.outcome, found.reason, found.since) == ("cannot_tell", reason, since)


@pytest.mark.parametrize(
    ("earlier", "evidence", "reason"),
    [
        (replace(SPIKE, part="gone"), SEEN, "not_in_review"),
        (replace(SPIKE, metric="gone"), SEEN, "not_in_review"),
        (replace(SPIKE, service="api"), SEEN, "not_in_review"),
        (replace(SPIKE, metric="memory"), SEEN, "not_in_review"),
        (LEAK, {}, "not_in_review"),
        (SHIFT, {"after": 3.0}, "nothing_to_compare"),
        (SHIFT, {"before": 3.0, "after": 3.0}, "nothing_to_compare"),
        (SPIKE, {"value": 3.0, "expected": 3.0}, "nothing_to_compare"),
        (SPIKE, {"value": 3.0, "expected": 5.0}, "nothing_to_compare"),
    ],
)
def test_what_is_not_there_any_more_is_no_guess(earlier, evidence, reason):
    assert measured(earlier, evidence, "2026-W12", {CPU: rhythm(42)}).reason == reason


def test_what_was_denied_is_said():
    week = looked("2026-W12", {CPU: rhythm(42)})
    denied = replace(week, frame=MetricFrame(week.frame.values, {CPU: Answer(Status.DENIED, 300, "no")}))
    assert remeasure(SPIKE, SEEN, THEN, denied, Terms(CATALOG)).reason == "denied"


def test_nothing_that_is_given_changes():
    series, evidence = spikes(8, 15), dict(SEEN)
    week = looked("2026-W12", {CPU: series})
    before = week.frame.values.copy()
    remeasure(SPIKE, evidence, THEN, week, Terms(CATALOG))
    pd.testing.assert_frame_equal(week.frame.values, before)
    assert evidence == SEEN
    assert week.week.start == datetime(2026, 3, 16, tzinfo=UTC)


def test_a_review_files_own_view_is_measured_as_the_shape_that_it_has_there():
    own = {"own_step": View(title="Own step", detector="shift_with", like="level_shift", series=("cpu",))}
    stays = with_change(rhythm(42), slot(8), slot(42), 15)
    earlier = known("own_step", at(8), at(14), direction=1)
    evidence = {"before": 30.0, "after": 45.0, "change": 15.0}
    week = looked("2026-W13", {CPU: stays})
    as_built_in = remeasure(replace(earlier, view="level_shift"), evidence, THEN, week, Terms(CATALOG))
    assert as_built_in.outcome == "still"
    assert remeasure(earlier, evidence, THEN, week, Terms(CATALOG, {**builtin_views(), **own})) == as_built_in
    assert remeasure(earlier, {"change": 15.0}, THEN, week, Terms(CATALOG, own)).reason == "nothing_to_compare"


def test_a_review_files_own_view_without_a_number_of_one_series_says_so():
    own = {"own_lag": View(title="Own lag", detector="push_lag", like="spike", series=("cpu",))}
    week = looked("2026-W13", {CPU: rhythm(42)})
    earlier = known("own_lag", at(8), at(8, 1), direction=1)
    numbers = {"value": 90.0, "expected": 40.0, "lag_minutes": 12.0}
    assert remeasure(earlier, numbers, THEN, week, Terms(CATALOG, own)).reason == "not_measured_again"
