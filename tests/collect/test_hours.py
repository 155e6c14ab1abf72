"""Beyond 63 days there are hours alone: a frame of its own, exact, and never spread over shorter slots."""

from datetime import timedelta

import numpy as np
import pytest

from sre_lib import weeks
from sre_lib.collect.frame import FINER_ALONE, service_week
from sre_lib.collect.spans import ONLY_HOURLY, TOO_OLD
from sre_lib.collect.windows import HOUR_S, epoch, floor
from sre_lib.demo.endpoint_faults import Fault, Faults
from sre_lib.demo.recorded import Recorded
from sre_lib.model import Answer, Column, Status
from sre_lib.params_file import ArchiveSource
from tests.collect.account import ALB, SERVICE, WEB, archive_in, collected, review_of, steady

REVIEW = review_of(ArchiveSource(type="archive"))
LONG = weeks.named("2026-W40", "Asia/Tokyo", history_weeks=16)
CPU, HIGHEST, COUNT = (Column("web", "cpu", name) for name in ("Average", "Maximum", "SampleCount"))
LATENCY = Column("web-alb", "latency", "p99")
STEP_S = 120


def account(week, seed=3):
    """Return an account with a sample each two minutes, from the hour that the history begins in, and its values."""
    times = np.arange(floor(epoch(week.history_start), HOUR_S), epoch(week.end), STEP_S)
    values = np.random.default_rng(seed).uniform(0, 100, len(times))
    backend = Recorded()
    backend.put("AWS/ECS", "CPUUtilization", WEB, times, values)
    backend.put("AWS/ApplicationELB", "TargetResponseTime", ALB, times, values)
    return backend, values


def reviewed(folder, week, now=None, faults=None, backend=None):
    archive = archive_in(folder)
    now = now or weeks.morning_after(week)
    collected(REVIEW, week, archive, backend or account(week)[0], now, faults)
    return service_week(REVIEW, SERVICE, week, archive)


def test_a_long_history_is_exact_by_the_hour_and_missing_at_300_s(tmp_path):
    got, (_, values) = reviewed(tmp_path, LONG), account(LONG)
    assert got.hourly is not None
    by_hour = values.reshape(-1, HOUR_S // STEP_S)
    np.testing.assert_allclose(got.hourly.series(CPU), by_hour.mean(axis=1), rtol=1e-12)
    np.testing.assert_array_equal(got.hourly.series(HIGHEST), by_hour.max(axis=1))
    np.testing.assert_array_equal(got.hourly.series(COUNT), np.full(len(by_hour), 30.0))
    oldest = weeks.morning_after(LONG) - timedelta(days=63) + timedelta(hours=1)
    assert got.frame.series(CPU).first_valid_index() == oldest
    assert not got.frame.series(CPU).loc[oldest:].isna().any()
    assert got.frame.answers[CPU] == Answer(Status.COMPLETE, 60, ONLY_HOURLY)
    assert got.hourly.answers[CPU] == Answer(Status.COMPLETE, 60)
    assert (got.hourly.period_s, got.hourly.values.index[0]) == (HOUR_S, LONG.history_start)
    assert {day.period_s for day in got.days if day.day < oldest.date()} == {HOUR_S}


def test_percentiles_of_an_hour_are_those_that_were_fetched_for_one(tmp_path):
    got, (_, values) = reviewed(tmp_path, LONG), account(LONG)
    assert got.hourly is not None
    latency = got.hourly.series(LATENCY)
    oldest = weeks.morning_after(LONG) - timedelta(days=63) + timedelta(hours=1)
    before = latency.loc[: oldest - timedelta(hours=1)]
    wanted = np.quantile(values.reshape(-1, HOUR_S // STEP_S), 0.99, axis=1)[: len(before)]
    np.testing.assert_allclose(before, wanted, rtol=1e-12)
    assert latency.loc[oldest:].isna().all()
    assert got.hourly.answers[LATENCY] == Answer(Status.NO_DATA, HOUR_S, FINER_ALONE)


def test_without_hourly_datapoints_there_is_no_hourly_frame(tmp_path):
    assert reviewed(tmp_path, weeks.named("2026-W40", "Asia/Tokyo", history_weeks=7)).hourly is None


@pytest.mark.parametrize("timezone", ["Asia/Tokyo", "Asia/Kolkata"])
def test_a_week_of_four_months_ago_is_there_by_the_hour_alone(tmp_path, timezone):
    week = weeks.named("2026-W20", timezone, history_weeks=2)
    now = weeks.morning_after(LONG)
    got, (_, values) = reviewed(tmp_path, week, now), account(week)
    assert got.frame.values.isna().all(axis=None)
    assert set(got.frame.answers.values()) == {Answer(Status.NO_DATA, 300, ONLY_HOURLY)}
    assert got.hourly is not None
    hours = values[: len(values) // 30 * 30].reshape(-1, 30)
    np.testing.assert_allclose(got.hourly.series(CPU), hours.mean(axis=1), rtol=1e-12)
    np.testing.assert_allclose(got.hourly.series(LATENCY), np.quantile(hours, 0.99, axis=1), rtol=1e-12)
    assert got.hourly.answers[CPU] == got.hourly.answers[LATENCY] == Answer(Status.COMPLETE, HOUR_S)
    first = got.hourly.values.index[0]
    assert (first.minute, week.history_start - first) == (0, timedelta(minutes=week.history_start.minute))
    assert [(day.period_s, day.provisional) for day in got.days] == [(HOUR_S, False)] * 21


def test_zero_is_known_by_the_hour_too(tmp_path):
    week = weeks.named("2026-W20", "Asia/Tokyo", history_weeks=1)
    got = reviewed(tmp_path, week, weeks.morning_after(LONG))
    assert got.hourly is not None
    assert (got.hourly.values["web-alb", "errors_5xx", "Sum"] == 0).all()


def test_hours_that_were_denied_say_so(tmp_path):
    week = weeks.named("2026-W20", "Asia/Tokyo", history_weeks=1)
    faults = Faults(Fault("Forbidden", metric=("AWS/ECS", "CPUUtilization")))
    got = reviewed(tmp_path, week, weeks.morning_after(LONG), faults)
    assert got.hourly is not None
    assert got.hourly.answers[CPU] == Answer(Status.DENIED, HOUR_S, "Forbidden: Forbidden (simulated)")
    assert got.frame.answers[CPU] == Answer(Status.NO_DATA, 300, ONLY_HOURLY)


def test_beyond_455_days_there_is_nothing_and_it_is_said(tmp_path):
    week = weeks.named("2025-W20", "Asia/Tokyo", history_weeks=1)
    got = reviewed(tmp_path, week, weeks.morning_after(LONG))
    assert (got.hourly, set(got.frame.answers.values())) == (None, {Answer(Status.NO_DATA, 300, TOO_OLD)})
    assert {day.period_s for day in got.days} == {0}


def test_an_hour_whose_minutes_did_not_all_come_is_missing(tmp_path):
    faults = Faults(Fault("PartialData", metric=("AWS/ECS", "CPUUtilization")))
    got = reviewed(tmp_path, LONG, faults=faults, backend=steady(LONG))
    assert got.hourly is not None
    count = got.hourly.series(COUNT)
    assert set(count.dropna()) == {60.0}
    assert count.loc[LONG.start :].notna().any()
    assert got.hourly.answers[CPU].status is Status.PARTIAL


def test_an_archive_that_grew_week_by_week_keeps_its_300_s_and_asks_no_hours(tmp_path):
    archive = archive_in(tmp_path)
    first, last = (weeks.named(name, "Asia/Tokyo", history_weeks=2) for name in ("2026-W20", "2026-W22"))
    long = weeks.named("2026-W22", "Asia/Tokyo", history_weeks=4)
    backend, _ = account(weeks.named("2026-W22", "Asia/Tokyo", history_weeks=6))
    for week in (first, last):
        collected(REVIEW, week, archive, backend, weeks.morning_after(week))
    used, _ = collected(REVIEW, long, archive, backend, weeks.morning_after(LONG))
    got = service_week(REVIEW, SERVICE, long, archive)
    assert (used.usage.calls, got.hourly) == (0, None)
    assert not got.frame.series(CPU).isna().any()
