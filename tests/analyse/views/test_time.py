"""Time: schedules, batches, days, gaps, pushes, headroom: seen where an expert would, and only there."""

from datetime import timedelta

import numpy as np
import pytest

from sre_lib.event import Event
from sre_lib.model import Part
from tests.analyse.views.shop import DAY, INDEX, REVIEWED, WEEK, looked, seen, service_week, wave

WEB = Part("web", "ecs_service", {"ClusterName": "shop", "ServiceName": "web"})
TASKS = Part("web-tasks", "ecs_container_insights", {"ClusterName": "shop", "ServiceName": "web"})
ALB = Part("web-alb", "alb_target_group", {"LoadBalancer": "app/shop/1", "TargetGroup": "targetgroup/web/1"})
CPU, MEMORY = ("web", "cpu", "Average"), ("web", "memory", "Average")


def cpu_week(values, events=()):
    return service_week((WEB,), {CPU: values, MEMORY: wave(40, seed=9)}, events)


def daily(values, days, first, last, by):
    """Add to slots `[first, last)` of some days."""
    changed = values.copy()
    for day in days:
        changed[day * DAY + first : day * DAY + last] += by
    return changed


def test_a_new_job_at_the_same_minute_of_every_day_is_one_finding():
    (found,) = seen(cpu_week(daily(wave(30, 8), range(42, 49), 108, 110, 40)), "same_minute")
    assert found.evidence["days_count"] == 7
    assert found.evidence["at_clock"] in {9 * 60, 9 * 60 + 5}
    assert found.evidence["value"] - found.evidence["expected"] == pytest.approx(40, abs=6)
    assert found.start == INDEX[REVIEWED + 108].to_pydatetime()
    assert found.until
    assert found.until > found.start + timedelta(days=6)


@pytest.mark.parametrize("days", [range(49), range(42, 44)], ids=["always so", "twice only"])
def test_a_job_that_is_known_or_came_twice_is_no_new_schedule(days):
    assert seen(cpu_week(daily(wave(30, 8), days, 108, 110, 40)), "same_minute") == []


def batch(later):
    values = wave(20, 5)
    for day in range(49):
        values = daily(values, [day], 24, 48 + max(0, later * (day - 20) // 28), 40)
    return values


def test_a_batch_that_ends_later_each_week_is_seen_with_both_times():
    (found,) = seen(cpu_week(batch(18)), "batch_drift")
    assert found.evidence["weeks_count"] == 3
    assert found.evidence["later_minutes"] > 45
    assert 4 * 60 < found.evidence["from_clock"] < found.evidence["to_clock"] < 6 * 60


def test_a_batch_that_ends_as_ever_is_not():
    assert seen(cpu_week(batch(0)), "batch_drift") == []


def office(values, quiet_days=()):
    """Half of the load on weekends and on some days besides; W34 begins on a Monday."""
    changed = values.copy()
    for day in range(49):
        if day % 7 >= 5 or day in quiet_days:
            changed[day * DAY : (day + 1) * DAY] *= 0.5
    return changed


def test_a_monday_like_a_sunday_is_seen():
    (found,) = seen(cpu_week(office(wave(40, 20), [42])), "day_mode")
    assert found.evidence["like_other_share"] > 0.8
    assert (found.start, found.end) == (WEEK.start, WEEK.start + timedelta(days=1))
    assert found.evidence["value"] == pytest.approx(found.evidence["expected"] / 2, rel=0.15)


def test_a_monday_like_a_monday_is_not():
    assert seen(cpu_week(office(wave(40, 20))), "day_mode") == []


def test_a_public_holiday_explains_it():
    day = Event(WEEK.start, WEEK.start + timedelta(days=1), "holiday", "Sports Day")
    found = looked(cpu_week(office(wave(40, 20), [42]), (day,)))
    assert found.findings == ()
    assert {each.because for each in found.known} == {"holiday"}


def without(values, first, last):
    changed = values.copy()
    changed[first:last] = np.nan
    return changed


def test_a_gap_says_what_went_on_beside_it():
    (found,) = seen(cpu_week(without(wave(30, 8), REVIEWED + 500, REVIEWED + 524)), "metric_gap")
    assert found.evidence == {"minutes": 120.0, "others_count": 1.0, "beside_count": 1.0, "limit": 100.0}
    assert (found.start, found.end) == (INDEX[REVIEWED + 500].to_pydatetime(), INDEX[REVIEWED + 524].to_pydatetime())


def test_a_datapoint_missed_or_a_series_that_always_has_gaps_is_no_finding():
    once = without(wave(30, 8), REVIEWED + 500, REVIEWED + 502)
    often = wave(30, 8)
    for slot in range(100, len(often), 150):
        often = without(often, slot, slot + 12)
    assert seen(cpu_week(once), "metric_gap") == []
    assert seen(cpu_week(often), "metric_gap") == []


def peaks(*heights):
    values = wave(30, 8)
    for week, height in enumerate(heights):
        at = week * 7 * DAY + 3 * DAY + 140
        values[at : at + 8] = height
    return values


def test_peaks_that_come_nearer_to_the_limit_are_seen_and_peaks_that_come_and_go_are_not():
    (found,) = seen(cpu_week(peaks(50, 50, 50, 55, 62, 72, 85)), "headroom")
    assert found.evidence["value"] == pytest.approx(85)
    assert found.evidence["left"] == pytest.approx(15)
    assert seen(cpu_week(peaks(85, 50, 70, 55, 82, 72, 80)), "headroom") == []


def pushed(tasks_after):
    send = REVIEWED + 2 * DAY + 144
    requests, cpu, most = wave(9000, 2000, 100, 3), wave(30, 8), wave(45, 8)
    tasks = np.full(len(INDEX), 4.0)
    requests[send : send + 8] += 12000
    cpu[send : send + 8] = 92
    most[send : send + 8] = 97
    tasks[send + tasks_after : send + 40] = 8
    values = {
        CPU: cpu, ("web", "cpu", "Maximum"): most, MEMORY: wave(40, seed=9),
        ("web-alb", "requests", "Sum"): np.round(requests), ("web-tasks", "running_tasks", "Minimum"): tasks,
    }  # fmt: skip
    start = INDEX[send].to_pydatetime()
    push = Event(start, start + timedelta(minutes=40), "push", "Evening coupon", ("web",), 200_000)
    return service_week((WEB, ALB, TASKS), values, (push,))


def test_a_push_that_old_capacity_had_to_carry_is_seen():
    (found,) = seen(pushed(10), "push_old_capacity")
    assert found.because == ""
    assert found.evidence["value"] == 92
    assert found.evidence["peak_minutes"] < found.evidence["lag_minutes"]


def test_a_push_that_was_prepared_is_not():
    assert seen(pushed(-6), "push_old_capacity") == []
