"""Questions: names that people type, weeks laid over each other, charts by unit, the busiest hours."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from sre_lib import params, weeks
from sre_lib.document import ask as module
from sre_lib.document.ask import Ask, examples, open_ask
from sre_lib.document.look import Look
from sre_lib.document.opening import Opened
from sre_lib.errors import SreReviewError, UserMistakeError
from sre_lib.model import Answer, Column, MetricFrame, Status, Week
from sre_lib.wording import wording
from tests.document.build import CPU, GROWTH, MEMORY, REQUESTS, WEEK, finding, frame, look

NOW = datetime(2026, 10, 4, 22, tzinfo=UTC)


def opened(
    *looks: Look,
    language: str = "en",
    timezone: str = WEEK.timezone,
    week: Week = WEEK,
    failed: dict[str, str] | None = None,
) -> Opened:
    review = replace(params.load("demo"), language=language, timezone=timezone)
    return Opened(review, week, NOW, wording(language), looks, failed or {}, None, in_run=True)


def ask(language: str = "en") -> Ask:
    return Ask(opened(look(finding(), GROWTH, language=language), language=language))


def test_a_frame_has_plain_columns_and_local_time_over_both_weeks():
    table = ask().frame("web")
    assert list(table.columns) == ["web cpu Average", "web memory Average", "alb requests Sum"]
    assert [str(table.index[at]) for at in (0, -1)] == ["2026-09-21 00:00:00+09:00", "2026-10-04 23:55:00+09:00"]
    assert (len(table), set(table.dtypes)) == (14 * 288, {np.dtype("float64")})


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("cpu", CPU),
        ("requests", REQUESTS),
        ("alb requests", REQUESTS),
        ("memory Average", MEMORY),
        ("alb requests Sum", REQUESTS),
        ("", CPU),
    ],
)
def test_a_series_is_found_by_any_of_its_names(name, column):
    found = ask().series("web", name)
    wanted = frame({CPU: 30.0, MEMORY: 50.0, REQUESTS: 1000.0}).series(column)
    assert found.to_list() == wanted.to_list()
    assert (found.index == wanted.index).all()


def test_two_series_of_one_name_are_both_reached():
    reader = Column("alb", "cpu", "Average")
    made = look(levels={CPU: 30.0, reader: 60.0})
    parts = tuple(replace(part, kind="ecs_service") for part in made.service.parts)
    week = replace(made.service_week, service=replace(made.service, parts=parts))
    both = Ask(opened(replace(made, service_week=week)))
    assert [both.series("web", name).iloc[0] for name in ("cpu", "alb cpu")] == [30.0, 60.0]
    assert repr(both.loaded()).splitlines()[1] == "web: cpu, alb cpu"


def test_series_are_called_as_people_call_them():
    assert (ask().series("web", "requests").name, ask().series("web", "cpu").attrs) == (
        "web / alb – requests", {"unit": "Percent"},
    )  # fmt: skip
    assert ask("ja").series("web", "memory").name == "web – メモリ使用率"


@pytest.mark.parametrize(
    ("service", "metric", "message"),
    [
        ("wbe", "cpu", "service: got 'wbe', wants one of web"),
        ("web", "cpuu", "metric: got 'cpuu', did you mean 'cpu'? web has cpu, memory, requests"),
    ],
)
def test_a_mistyped_name_is_one_sentence(service, metric, message):
    with pytest.raises(UserMistakeError, match=f"^{re.escape(message)}$"):
        ask().series(service, metric)


def test_a_service_that_could_not_be_read_says_why():
    lost = Ask(opened(look(), failed={"db": "the archive is damaged"}))
    with pytest.raises(UserMistakeError, match="service: db: the archive is damaged"):
        lost.series("db", "cpu")


def test_the_week_before_lies_over_this_week():
    asked = ask()
    series = asked.series("web", "cpu")
    now, before = asked.this_week(series), asked.last_week(series)
    assert (now.index == before.index).all()
    assert (set(now), set(before)) == ({31.0}, {30.0})
    assert (before.name, before.attrs) == ("web – CPU, a week before", {"unit": "Percent"})


def test_over_a_daylight_saving_change_the_same_local_times_lie_over_each_other():
    zone = "Europe/Berlin"
    week = weeks.named("2026-W44", zone, history_weeks=1)
    asked = Ask(opened(look(), timezone=zone, week=week))
    index = pd.date_range(week.history_start, week.end, freq="3600s", inclusive="left").tz_convert(zone)
    series = pd.Series(index.hour.astype(float), index=index, name="hour")
    before = asked.last_week(series)
    assert (before.to_numpy() == pd.DatetimeIndex(before.index).hour).all()
    # On the Sunday before, clocks went back: the hour from 2 to 3 was there twice.
    assert len(before) == 7 * 24 + 1
    spring = weeks.named("2026-W13", zone, history_weeks=1)
    index = pd.date_range(spring.history_start, spring.end, freq="3600s", inclusive="left").tz_convert(zone)
    later = Ask(opened(look(), timezone=zone, week=spring)).last_week(pd.Series(1.0, index=index, name="one"))
    assert len(later) == 7 * 24 - 1


def test_a_chart_has_a_panel_a_unit_on_one_time_axis():
    asked = ask()
    names = ("cpu", "requests", "memory")
    figure = asked.chart(*(asked.this_week(asked.series("web", name)) for name in names)).figure
    assert [(line.name, line.yaxis) for line in figure.data] == [
        ("web – CPU", "y"),
        ("web – memory", "y"),
        ("web / alb – requests", "y2"),
    ]
    assert {line.xaxis for line in figure.data} == {"x"}
    assert figure.layout.xaxis.range == ("2026-09-28T00:00:00", "2026-10-04T23:55:00")
    assert figure.layout.yaxis.ticksuffix == " %"
    assert figure.layout.yaxis.domain[0] > figure.layout.yaxis2.domain[1]


def test_a_frame_and_a_series_of_ones_own_are_drawn_too():
    asked = ask()
    table = asked.frame("web")
    own = (table["alb requests Sum"] / table["web cpu Average"]).rename("<b>requests a point</b>")
    figure = asked.chart(table[["web cpu Average"]], own.resample("1h").mean()).figure
    assert [line.name for line in figure.data] == ["web cpu Average", "&lt;b&gt;requests a point&lt;/b&gt;"]
    assert asked.chart(own * np.nan).figure.layout.yaxis.range == (0.0, 1.0)


@pytest.mark.parametrize("shown", [(), (3,), (pd.Series([1.0]),), (pd.DataFrame(),)])
def test_what_cannot_be_drawn_is_said(shown):
    with pytest.raises(UserMistakeError, match=r'^chart: got .* wants series.* such as ask\.series\("web", "cpu"\)$'):
        ask().chart(*shown)


def test_the_busiest_hours_are_local_and_over_all_weeks():
    asked = ask()
    series = asked.series("web", "cpu") * 0
    index = pd.DatetimeIndex(series.index)
    series[(index.day_of_week == 3) & (index.hour == 19)] = 80.0
    series[(index.day_of_week == 6) & (index.hour == 9)] = [40.0] * 12 + [60.0] * 12
    series[index.day_of_week == 5] = np.nan
    hours = asked.hours(series)
    assert list(hours.index) == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert hours.loc["Sat"].isna().all()
    assert asked.busiest(hours, 3).to_dict() == {"web – CPU": {"Thu 19:00": 80.0, "Sun 9:00": 50.0, "Mon 0:00": 0.0}}
    (cells,) = asked.hour_map(hours).figure.data
    assert (cells.z[3][19], cells.x[19], cells.y[3]) == (80.0, "19:00", "Thu")
    assert repr(asked.hour_map(hours)) == "web – CPU: mean of each hour (%)"


def test_days_are_named_in_the_language():
    asked = ask("ja")
    assert "".join(asked.hours(asked.series()).index) == "月火水木金土日"


def test_findings_are_a_table_in_local_time():
    table = ask().findings()
    assert table[["service", "metric", "view"]].to_numpy().tolist() == [
        ["web", "cpu", "spike"],
        ["web", "memory", "growth"],
    ]
    assert str(table["start"].iloc[0]) == "2026-10-01 14:05:00+09:00"


def test_examples_are_about_cpu_and_what_explains_it():
    assert examples(opened(look())) == {"service": "web", "metric": "cpu", "beside": "requests"}
    assert examples(opened(look(levels={MEMORY: 50.0}))) == {"service": "web", "metric": "memory", "beside": "memory"}


def opens(monkeypatch, *looks: Look, failed: dict[str, str] | None = None):
    monkeypatch.setattr(module, "open_review", lambda *_, **_how: opened(*looks, failed=failed))
    return lambda *names: open_ask("demo", WEEK.name, *names)


def test_opening_checks_what_the_examples_are_about(monkeypatch):
    open_it = opens(monkeypatch, look())
    assert repr(open_it("web", "cpu", "memory").loaded()).startswith("Loaded: 1 service from 2026-09-21 (Mon)")
    with pytest.raises(UserMistakeError, match="metric: got 'memroy', did you mean 'memory'"):
        open_it("web", "cpu", "memroy")


def test_an_archive_without_the_week_is_said(monkeypatch):
    empty = frame({CPU: np.nan})
    nothing = MetricFrame(empty.values, {CPU: Answer(Status.NO_DATA, 300)})
    made = look()
    made = replace(made, service_week=replace(made.service_week, frame=nothing))
    with pytest.raises(UserMistakeError, match="week: the archive of demo in archive/ has no datapoint of 2026-W40"):
        opens(monkeypatch, made)()
    with pytest.raises(SreReviewError, match=r"^web: the archive is damaged$"):
        opens(monkeypatch, failed={"web": "the archive is damaged"})()
