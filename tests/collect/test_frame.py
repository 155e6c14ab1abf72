from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from sre_lib import weeks
from sre_lib.catalog import builtin_catalog
from sre_lib.collect.collected import Collected
from sre_lib.collect.frame import NOT_ASKED, PARTLY_ASKED, service_week
from sre_lib.collect.spans import ONLY_HOURLY
from sre_lib.collect.windows import epoch
from sre_lib.demo.endpoint_faults import Fault, Faults
from sre_lib.demo.recorded import Recorded
from sre_lib.event import Event
from sre_lib.model import Answer, Column, Status
from sre_lib.params_file import ArchiveSource
from tests.collect.account import ALB, SERVICE, WEB, archive_in, collected, review_of, steady

WEEK = weeks.named("2026-W40", "Asia/Tokyo", history_weeks=2)
MONDAY = weeks.morning_after(WEEK)
REVIEW = review_of(ArchiveSource(type="archive"))
COLUMNS = [
    Column("web", "cpu", "Average"),
    Column("web", "cpu", "Maximum"),
    Column("web", "memory", "Average"),
    Column("web", "memory", "Maximum"),
    Column("web-alb", "requests", "Sum"),
    Column("web-alb", "latency", "p99"),
    Column("web-alb", "errors_5xx", "Sum"),
    Column("web-alb", "healthy_hosts", "Minimum"),
    Column("web", "cpu", "SampleCount"),
]
CPU, REQUESTS, ERRORS = COLUMNS[0], COLUMNS[4], COLUMNS[6]


def reviewed(folder, backend, week=WEEK, now=None, faults=None):
    archive, now = archive_in(folder), now or weeks.morning_after(week)
    collected(REVIEW, week, archive, backend, now, faults)
    return service_week(REVIEW, SERVICE, week, archive)


def put(backend, name, dimensions, times, values, namespace="AWS/ECS"):
    backend.put(namespace, name, dimensions, times, values)
    return backend


def test_the_frame_spans_history_and_week_with_every_column(tmp_path):
    got = reviewed(tmp_path, steady(WEEK)).frame
    assert list(got.values.columns) == [tuple(column) for column in COLUMNS]
    assert list(got.values.columns.names) == ["part", "metric", "statistic"]
    assert (got.values.index[0], got.values.index[-1]) == (WEEK.history_start, WEEK.end - timedelta(minutes=5))
    assert (str(got.values.index.dtype), len(got.values)) == ("datetime64[s, UTC]", 3 * 2016)
    assert not got.values.isna().any(axis=None)
    assert {answer.status for answer in got.answers.values()} == {Status.COMPLETE}
    assert {column: answer.period_s for column, answer in got.answers.items() if answer.period_s != 60} == {
        COLUMNS[5]: 300
    }


def test_values_are_those_of_all_samples_together(tmp_path):
    times = np.arange(epoch(WEEK.history_start), epoch(WEEK.end), 20)
    values = np.random.default_rng(2).uniform(0, 100, len(times))
    backend = put(Recorded(), "CPUUtilization", WEB, times, values)
    put(backend, "TargetResponseTime", ALB, times, values, "AWS/ApplicationELB")
    got = reviewed(tmp_path, backend).frame.values
    slots = values.reshape(-1, 15)
    np.testing.assert_allclose(got["web", "cpu", "Average"], slots.mean(axis=1), rtol=1e-12)
    np.testing.assert_array_equal(got["web", "cpu", "Maximum"], slots.max(axis=1))
    np.testing.assert_array_equal(got["web", "cpu", "SampleCount"], np.full(len(slots), 15.0))
    np.testing.assert_allclose(got["web-alb", "latency", "p99"], np.quantile(slots, 0.99, axis=1), rtol=1e-12)


def test_one_sample_every_five_minutes_comes_back_bit_by_bit(tmp_path):
    times = np.arange(epoch(WEEK.history_start) + 120, epoch(WEEK.end), 300)
    values = np.random.default_rng(3).uniform(0, 100, len(times))
    got = reviewed(tmp_path, put(Recorded(), "CPUUtilization", WEB, times, values)).frame.values
    np.testing.assert_array_equal(got["web", "cpu", "Average"], values)


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        ("Forbidden", Answer(Status.DENIED, 60, "Forbidden: Forbidden (simulated)")),
        ("PartialData", Answer(Status.PARTIAL, 60)),
        ("InternalError", Answer(Status.PARTIAL, 60, "InternalError: InternalError (simulated)")),
    ],
)
def test_what_came_goes_all_the_way_to_the_answers(tmp_path, fault, answer):
    faults = Faults(Fault(fault, metric=("AWS/ECS", "MemoryUtilization")))
    got = reviewed(tmp_path, steady(WEEK), faults=faults).frame
    assert got.answers[COLUMNS[2]] == answer
    assert got.answers[CPU] == Answer(Status.COMPLETE, 60)
    assert got.answers[COLUMNS[5]] == Answer(Status.COMPLETE, 300)


def test_complete_and_empty_is_no_data(tmp_path):
    got = reviewed(tmp_path, Recorded()).frame
    assert {answer for column, answer in got.answers.items() if column.statistic != "p99"} == {
        Answer(Status.NO_DATA, 60)
    }
    assert got.answers[COLUMNS[5]] == Answer(Status.NO_DATA, 300)
    assert got.values.isna().all(axis=None)


def test_denied_for_good_is_denied_everywhere(tmp_path):
    got = reviewed(tmp_path, steady(WEEK), faults=Faults(Fault("Forbidden"))).frame
    assert {answer.status for answer in got.answers.values()} == {Status.DENIED}


def test_an_archive_without_the_week_says_so(tmp_path):
    got = service_week(REVIEW, SERVICE, WEEK, archive_in(tmp_path)).frame
    assert set(got.answers.values()) == {Answer(Status.NO_DATA, 300, NOT_ASKED)}


def test_a_week_asked_for_in_part_is_partial_and_says_so(tmp_path):
    got = reviewed(tmp_path, steady(WEEK), now=WEEK.end - timedelta(days=2)).frame
    assert got.answers[CPU] == Answer(Status.PARTIAL, 60, PARTLY_ASKED)
    assert got.values["web", "cpu", "Average"].loc[WEEK.start :].notna().sum() == 5 * 288 - 3


def test_an_older_week_is_read_at_300_s(tmp_path):
    got = reviewed(tmp_path, steady(WEEK), now=WEEK.end + timedelta(days=20)).frame
    assert set(got.answers.values()) == {Answer(Status.COMPLETE, 300)}
    assert not got.values.isna().any(axis=None)


def test_a_week_over_the_15_day_boundary_is_whole_and_the_same(tmp_path):
    fresh = reviewed(tmp_path / "fresh", steady(WEEK)).frame.values
    mixed = reviewed(tmp_path / "mixed", steady(WEEK), now=WEEK.end + timedelta(days=10)).frame
    pd.testing.assert_frame_equal(mixed.values, fresh, rtol=1e-12)
    assert mixed.answers[CPU] == Answer(Status.COMPLETE, 60)


def test_history_too_old_is_nan_and_said(tmp_path):
    long = weeks.named("2026-W40", "Asia/Tokyo", history_weeks=10)
    got = reviewed(tmp_path, steady(long), week=long).frame
    assert got.answers[CPU] == Answer(Status.COMPLETE, 60, ONLY_HOURLY)
    first = got.values["web", "cpu", "Average"].first_valid_index()
    assert first == weeks.morning_after(long) - timedelta(days=63) + timedelta(hours=1)


@pytest.mark.parametrize(("name", "hours"), [("2026-W13", 167), ("2026-W43", 169)])
def test_weeks_over_the_change_of_the_clocks(tmp_path, name, hours):
    week = weeks.named(name, "Europe/Berlin", history_weeks=2)
    got = reviewed(tmp_path, steady(week), week=week).frame
    assert len(got.values.loc[week.start :]) == hours * 12
    assert not got.values.isna().any(axis=None)


def zeros_account():
    """Requests only in the week's first hour, errors never; healthy hosts from the start of the week for two hours."""
    backend = Recorded()
    start = epoch(WEEK.start)
    put(backend, "RequestCount", ALB, start + 60 * np.arange(60), np.ones(60), "AWS/ApplicationELB")
    return put(backend, "HealthyHostCount", ALB, start + 60 * np.arange(120), np.ones(120), "AWS/ApplicationELB")


def test_no_datapoint_means_zero_only_where_the_part_is_alive(tmp_path):
    got = reviewed(tmp_path, zeros_account()).frame
    week = got.values.loc[WEEK.start :]
    assert week["web-alb", "requests", "Sum"].iloc[:26].tolist()[:24] == [5.0] * 12 + [0.0] * 12
    assert week["web-alb", "errors_5xx", "Sum"].iloc[:24].tolist() == [0.0] * 24
    assert week.iloc[24:].isna().all(axis=None)
    assert week["web-alb", "latency", "p99"].isna().all()
    assert (got.answers[REQUESTS].status, got.answers[ERRORS].status) == (Status.COMPLETE, Status.COMPLETE)


@pytest.mark.parametrize("fault", ["Forbidden", "PartialData"])
def test_without_a_full_answer_nothing_is_zero(tmp_path, fault):
    faults = Faults(Fault(fault, metric=("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count")))
    got = reviewed(tmp_path, zeros_account(), faults=faults).frame
    assert got.values["web-alb", "errors_5xx", "Sum"].isna().all()
    assert got.answers[ERRORS].status is (Status.DENIED if fault == "Forbidden" else Status.PARTIAL)


def without_errors():
    """Return the catalogue before someone added the metric of errors, which are zero where there is no datapoint."""
    kind = builtin_catalog()["alb_target_group"]
    kept = {name: spec for name, spec in kind.metrics.items() if name != "errors_5xx"}
    return {**builtin_catalog(), "alb_target_group": kind.model_copy(update={"metrics": kept})}


@pytest.mark.parametrize(
    ("days", "status", "zeros"),
    [(63 + 7, Status.NO_DATA, 0), (60, Status.PARTIAL, 3 * 288 - 12), (20, Status.COMPLETE, 7 * 288)],
)
def test_a_metric_added_when_its_week_is_too_old_is_never_zero_and_not_asked_again(tmp_path, days, status, zeros):
    archive, backend = archive_in(tmp_path), steady(WEEK)
    collected(replace(REVIEW, catalog=without_errors()), WEEK, archive, backend, MONDAY)
    collected(REVIEW, WEEK, archive, backend, WEEK.end + timedelta(days=days))
    got = service_week(REVIEW, SERVICE, WEEK, archive).frame
    message = ONLY_HOURLY if days > 48 else ""
    assert got.answers[ERRORS] == Answer(status, 300, message)
    assert (got.series(ERRORS).loc[WEEK.start :] == 0).sum() == zeros
    assert got.answers[REQUESTS] == Answer(Status.COMPLETE, 60)
    before = sorted((path, path.stat().st_mtime_ns) for path in tmp_path.rglob("*.parquet"))
    assert collected(REVIEW, WEEK, archive, backend, WEEK.end + timedelta(days=days))[0] == Collected()
    assert sorted((path, path.stat().st_mtime_ns) for path in tmp_path.rglob("*.parquet")) == before


def test_what_was_provisional_gives_way_to_what_is_final(tmp_path):
    later = weeks.named("2026-W42", "Asia/Tokyo", history_weeks=4)
    backend, archive = steady(replace(later, history_start=WEEK.history_start)), archive_in(tmp_path)
    collected(REVIEW, WEEK, archive, backend, MONDAY)
    late = epoch(WEEK.end) - 3600
    put(backend, "CPUUtilization", WEB, [late], [1e6])
    collected(REVIEW, later, archive, backend, weeks.morning_after(later))
    got = service_week(REVIEW, SERVICE, later, archive).frame.values["web", "cpu", "Maximum"]
    assert got.loc[datetime.fromtimestamp(late, UTC)] == 1e6


def event(start, end, services=()):
    return Event(WEEK.start + timedelta(hours=start), WEEK.start + timedelta(hours=end), "push", "x", services)


def test_events_are_those_of_the_service_and_the_time_around(tmp_path):
    kept = (
        event(0, 1),
        event(5, 5, ("web", "api")),
        event(-14 * 24 - 1, -14 * 24 + 1),
        event(-14 * 24, -14 * 24),
        event(13 * 24, 99 * 24),
    )
    others = (event(0, 1, ("api",)), event(-20 * 24, -14 * 24), event(14 * 24, 15 * 24))
    review = replace(REVIEW, events=(*kept, *others))
    assert service_week(review, SERVICE, WEEK, archive_in(tmp_path)).events == kept


def test_reading_needs_no_aws(tmp_path, monkeypatch):
    archive = archive_in(tmp_path)
    collected(REVIEW, WEEK, archive, steady(WEEK), MONDAY)
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("it asked the network"))
    assert service_week(REVIEW, SERVICE, WEEK, archive).frame.answers[CPU].status is Status.COMPLETE
