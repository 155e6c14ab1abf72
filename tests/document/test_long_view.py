"""The long view: each local day's mean between its lowest and highest hour; nothing without hourly data."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sre_lib.document.display import CHART_MIME
from sre_lib.document.long_view import daily, long_chart
from sre_lib.model import Answer, MetricFrame, Status
from tests.document.build import CPU, MEMORY, REQUESTS, TOKYO, WEEK, look


def hourly(**levels: float) -> MetricFrame:
    """Return hourly CPU and memory: 0 to 23 by the hour in Tokyo on top of a level; the second day has no datapoint."""
    index = pd.date_range(WEEK.history_start, WEEK.end, freq="3600s", inclusive="left", unit="s")
    hours = index.tz_convert(TOKYO).hour.to_numpy().astype(float)
    hours[24:48] = np.nan
    columns = {CPU: hours + levels["cpu"], MEMORY: hours + levels["memory"], REQUESTS: hours}
    values = pd.DataFrame({tuple(column): each for column, each in columns.items()}, index=index)
    values.columns = pd.MultiIndex.from_tuples(list(columns), names=["part", "metric", "statistic"])
    return MetricFrame(values, dict.fromkeys(columns, Answer(Status.COMPLETE, 3600)), 3600)


def with_hourly(language: str = "en"):
    made = look(language=language)
    return replace(made, service_week=replace(made.service_week, hourly=hourly(cpu=10.0, memory=40.0)))


def test_days_are_local_and_a_day_without_data_stays_a_gap():
    table = daily(hourly(cpu=10.0, memory=0.0).series(CPU), TOKYO)
    assert [f"{day:%Y-%m-%d}" for day in table.index[:3]] == ["2026-09-21", "2026-09-22", "2026-09-23"]
    assert table.iloc[0].to_dict() == {"low": 10.0, "mean": 21.5, "high": 33.0}
    assert table.iloc[1].isna().all()
    assert len(table) == 14


@pytest.mark.parametrize("language", ["en", "ja"])
def test_cpu_and_memory_stand_above_each_other_with_the_week_shaded(language):
    chart = long_chart(with_hourly(language))
    assert chart
    made = chart._repr_mimebundle_()[CHART_MIME]
    means = [trace for trace in made["data"] if trace.get("fill") is None]
    assert [trace["yaxis"] for trace in means] == ["y", "y2"]
    assert [trace["y"][0] for trace in means] == [21.5, 51.5]
    assert [trace["y"][1] for trace in means] == [None, None]
    bands = [trace for trace in made["data"] if trace.get("fill") == "toself" and trace["yaxis"] == "y"]
    assert [(min(trace["y"]), max(trace["y"]), len(trace["x"])) for trace in bands] == [(10, 33, 2), (10, 33, 24)]
    shades = [(shape["x0"], shape["x1"]) for shape in made["layout"]["shapes"]]
    assert shades == [("2026-09-28T00:00:00", "2026-10-04T23:59:59")] * 2
    assert sum(trace["showlegend"] for trace in made["data"]) == 2


def test_there_is_none_without_hourly_data():
    assert long_chart(look()) is None
