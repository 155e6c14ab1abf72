from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from sre_lib import weeks
from sre_lib.analyse.analyse import analyse
from sre_lib.catalog import builtin_catalog
from sre_lib.event import Event
from sre_lib.model import Answer, Column, MetricFrame, NotEvaluated, Part, Service, ServiceWeek, Status

WEEK = weeks.named("2026-W40", "Asia/Tokyo")
CPU, MEMORY, SHOWN = (Column("web", *name) for name in (("cpu", "Average"), ("memory", "Average"), ("cpu", "Maximum")))
SPREAD = Column("web", "cpu_spread", "derived")
SERVICE = Service("web", (Part("web", "ecs_service", {"ClusterName": "shop", "ServiceName": "web"}),))
DAY = 288
INDEX = pd.date_range(WEEK.history_start, WEEK.end, freq="300s", inclusive="left", unit="s")
REVIEWED = 42 * DAY


def quiet(seed):
    wave = 30 + 10 * np.sin(2 * np.pi * np.arange(len(INDEX)) / DAY)
    return wave + np.random.default_rng(seed).normal(size=len(INDEX))


def service_week(events=(), answers=None, **changes):
    values = {CPU: quiet(1), SHOWN: quiet(1) + 20, MEMORY: quiet(2)}
    for name, (first, last, by) in changes.items():
        values[{"cpu": CPU, "memory": MEMORY}[name]][first:last] += by
    columns = pd.MultiIndex.from_tuples(values, names=["part", "metric", "statistic"])
    frame = pd.DataFrame(dict(zip(columns, values.values(), strict=True)), index=INDEX)
    asked = {column: Answer(Status.COMPLETE, 60) for column in values} | (answers or {})
    for column, answer in asked.items():
        if answer.status in {Status.NO_DATA, Status.DENIED}:
            frame[tuple(column)] = np.nan
    return ServiceWeek(SERVICE, WEEK, MetricFrame(frame, asked), tuple(events))


def found_in(looked_at):
    return analyse(looked_at, builtin_catalog())


def test_a_quiet_week_has_no_findings_and_a_band_for_every_judged_column():
    found = found_in(service_week())
    assert found.findings == ()
    assert found.not_evaluated == ()
    assert [each.column for each in found.coverage] == [CPU, MEMORY]
    assert found.basis == dict.fromkeys((CPU, MEMORY, SPREAD), "hour_of_week")
    assert list(found.bands.columns) == [
        (*column, name) for column in (CPU, MEMORY, SPREAD) for name in ("expected", "lower", "upper")
    ]
    assert found.bands.index[0] == WEEK.start
    assert found.bands.index[-1] == WEEK.end - timedelta(minutes=5)
    assert not found.bands.isna().any().any()


def test_a_fault_of_the_week_is_a_finding_with_all_that_a_page_needs():
    (found,) = found_in(service_week(cpu=(REVIEWED + 100, REVIEWED + 112, 45))).findings
    assert (found.service, found.part, found.kind, found.resource) == ("web", "web", "ecs_service", "cpu")
    assert (found.metric, found.statistic, found.unit) == ("cpu", "Average", "Percent")
    assert (found.detector, found.view, found.shown) == ("departure", "spike", True)
    assert found.start == WEEK.start + timedelta(minutes=500)
    assert found.end == WEEK.start + timedelta(minutes=560)
    assert set(found.evidence) == {"value", "expected", "lower", "upper", "limit", "minutes"}
    assert len(found.id) == 10


def test_a_fault_of_the_history_is_not_reported():
    found = found_in(service_week(cpu=(REVIEWED - 500, REVIEWED - 488, 45)))
    assert found.findings == ()
    assert all(WEEK.start <= each.end and each.start < WEEK.end for each in found.below_cut)


def test_a_shift_of_an_earlier_week_that_still_lasts_is_not_reported_again():
    assert found_in(service_week(cpu=(REVIEWED - 1000, len(INDEX), 25))).findings == ()


def test_findings_come_by_falling_priority():
    looked_at = service_week(cpu=(REVIEWED + 100, REVIEWED + 112, 55), memory=(REVIEWED + 900, REVIEWED + 906, 15))
    found = found_in(looked_at).findings
    assert [each.metric for each in found] == ["cpu", "memory"]
    assert found[0].priority > found[1].priority


def test_two_looks_agree_and_leave_the_frame_as_it_is():
    looked_at = service_week(cpu=(REVIEWED + 100, REVIEWED + 112, 45))
    before = looked_at.frame.values.copy()
    first, second = found_in(looked_at), found_in(looked_at)
    pd.testing.assert_frame_equal(looked_at.frame.values, before)
    pd.testing.assert_frame_equal(first.bands, second.bands)
    assert replace(first, bands=None) == replace(second, bands=None)


@pytest.mark.parametrize(
    ("status", "reason", "details"),
    [(Status.NO_DATA, "no_data", {}), (Status.DENIED, "denied", {"message": "not allowed"})],
)
def test_one_series_that_cannot_be_judged_does_not_stop_the_others(status, reason, details):
    looked_at = service_week(
        answers={MEMORY: Answer(status, 60, "not allowed")}, cpu=(REVIEWED + 100, REVIEWED + 112, 45)
    )
    found = found_in(looked_at)
    assert [each.metric for each in found.findings] == ["cpu"]
    assert found.not_evaluated == (NotEvaluated("web", "web", "memory", "Average", reason, details),)
    assert found.bands[(*MEMORY, "expected")].isna().all()
    assert MEMORY not in found.basis


def event(minutes, length=10, services=()):
    start = WEEK.start + timedelta(minutes=minutes)
    return Event(start, start + timedelta(minutes=length), "incident", f"incident at {minutes}", services)


def test_a_finding_knows_the_events_near_it():
    near, late, other, long_ago = event(480), event(620), event(480, services=("api",)), event(300)
    looked_at = service_week([near, late, other, long_ago], cpu=(REVIEWED + 100, REVIEWED + 112, 45))
    assert found_in(looked_at).findings[0].events == (near,)


def test_weeks_of_which_hours_alone_are_left_change_nothing():
    plain = service_week(cpu=(REVIEWED + 100, REVIEWED + 112, 45))
    values = plain.frame.values
    older = INDEX[: 7 * DAY] - timedelta(days=7)
    longer = pd.concat([pd.DataFrame(np.nan, index=older, columns=values.columns), values])
    hourly = MetricFrame(longer.resample("1h").mean().fillna(30.0), plain.frame.answers, 3600)
    week = replace(WEEK, history_start=WEEK.history_start - timedelta(days=7))
    looked_at = replace(plain, week=week, frame=MetricFrame(longer, plain.frame.answers), hourly=hourly)
    wanted, found = found_in(plain), found_in(looked_at)
    pd.testing.assert_frame_equal(found.bands, wanted.bands, check_exact=True)
    assert wanted.findings
    assert replace(found, bands=None) == replace(wanted, bands=None)
    assert len(looked_at.frame.values) == len(INDEX) + 7 * DAY


def test_a_week_of_which_hours_alone_are_left_is_not_judged():
    plain = service_week()
    nothing = MetricFrame(plain.frame.values * np.nan, plain.frame.answers)
    hourly = MetricFrame(plain.frame.values.resample("1h").mean(), plain.frame.answers, 3600)
    found = found_in(replace(plain, frame=nothing, hourly=hourly))
    assert [each.reason for each in found.not_evaluated] == ["only_hourly", "only_hourly"]
    assert found.bands.index[0] == WEEK.start
