from datetime import timedelta, timezone
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from sre_lib.document.charts import finding_chart, together_chart, window
from sre_lib.document.display import CHART_MIME, Chart
from sre_lib.event import Event
from tests.document.build import CPU, GROWTH, MEMORY, REQUESTS, SHIFT, WEEK, finding, look

HOUR = timedelta(hours=1)


def figure(chart: Chart) -> Any:
    return chart._repr_mimebundle_()[CHART_MIME]


def names(made: Any) -> list[str]:
    return [trace["name"] for trace in made["data"] if "name" in trace]


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        (50, 50.5, 48, 54),
        (50, 60, 40, 70),
        (0, 1, 0, 6),
        (167, 168, 162, 168),
        (10, 160, 0, 168),
        (-300, 400, 0, 168),
    ],
)
def test_the_window_is_as_much_again_at_least_six_hours_at_most_the_week(start, end, first, last):
    found = finding(start=WEEK.start + start * HOUR, end=WEEK.start + end * HOUR)
    got = window(found, WEEK)
    assert [(moment - WEEK.start) / HOUR for moment in got] == [first, last]


def test_a_finding_is_drawn_with_band_last_week_limit_and_its_time():
    made = figure(finding_chart(look(finding()), finding()))
    assert names(made) == ["Expected band", "Last week", "Expected", "average"]
    spans = [shape for shape in made["layout"]["shapes"] if shape["type"] == "rect"]
    assert [(span["x0"], span["x1"]) for span in spans] == [("2026-10-01T14:05:00", "2026-10-01T15:05:00")]
    limits = [shape for shape in made["layout"]["shapes"] if shape["type"] == "line"]
    assert [(shape["y0"], shape["y1"]) for shape in limits] == [(100, 100)]
    assert made["layout"]["xaxis"]["range"] == ["2026-10-01T12:05:00", "2026-10-01T18:05:00"]
    assert made["config"]["showSendToCloud"] is False


def test_the_values_drawn_are_those_of_the_frame():
    traces = {trace["name"]: trace for trace in finding_chart(look(finding()), finding()).figure.data if trace.name}
    assert set(np.asarray(traces["average"].y)) == {31.0}
    assert set(np.asarray(traces["Last week"].y)) == {30.0}
    assert traces["Last week"].x0 == traces["average"].x0
    assert set(np.asarray(traces["Expected band"].y)) == {35.0}


def test_a_level_shift_shows_both_levels_and_a_growth_its_slope():
    shift = finding_chart(look(SHIFT), SHIFT).figure.data
    assert [tuple(trace.y) for trace in shift if trace.line.color == "#1a1a1a"] == [(30, 30), (45, 45)]
    growth = finding_chart(look(GROWTH), GROWTH).figure.data
    assert [tuple(trace.y) for trace in growth if trace.line.color == "#1a1a1a"] == [(48, 69)]


def test_a_finding_over_the_whole_chart_is_not_shaded():
    whole = finding(start=WEEK.start, end=WEEK.end)
    assert [shape["type"] for shape in figure(finding_chart(look(whole), whole))["layout"]["shapes"]] == ["line"]


def test_utc_under_another_name_is_utc_too():
    zone = timezone(timedelta(0), "TzInfo(0)")
    found = finding(start=finding().start.astimezone(zone), end=finding().end.astimezone(zone))
    assert figure(finding_chart(look(found), found)) == figure(finding_chart(look(finding()), finding()))


def test_titles_from_outside_reach_plotly_escaped():
    event = Event(finding().start, finding().end, "push", '<a href="javascript:x">sale</a>')
    made = figure(finding_chart(look(finding(), events=(event,)), finding()))
    assert "<a" not in str(made["layout"]["annotations"])


def test_events_of_other_services_are_not_drawn():
    other = Event(finding().start, finding().end, "push", "elsewhere", services=("api",))
    assert "elsewhere" not in str(figure(finding_chart(look(finding(), events=(other,)), finding())))


def test_all_panels_share_one_time_axis_and_one_cursor():
    made = figure(together_chart(look(finding()), [REQUESTS, CPU, MEMORY]))
    assert {trace["xaxis"] for trace in made["data"] if "xaxis" in trace} == {"x"}
    assert {trace["yaxis"] for trace in made["data"] if "yaxis" in trace} == {"y", "y2", "y3"}
    assert (made["layout"]["hovermode"], made["layout"]["hoversubplots"]) == ("x unified", "axis")
    domains = [made["layout"][name]["domain"] for name in ("yaxis", "yaxis2", "yaxis3")]
    assert all(upper[0] > lower[1] for upper, lower in pairwise(domains))
    assert made["layout"]["xaxis"]["anchor"] == "y3"


def test_a_finding_is_shaded_in_its_own_panel_only():
    made = figure(together_chart(look(finding()), [REQUESTS, CPU]))
    assert [shape["yref"] for shape in made["layout"]["shapes"] if shape["type"] == "rect"] == ["y2 domain"]


def test_japanese_charts_bring_their_weekdays():
    bundle = finding_chart(look(finding(), language="ja"), finding())._repr_mimebundle_()
    assert bundle[CHART_MIME]["config"]["locale"] == "ja"
    assert "平常値" in names(bundle[CHART_MIME])
    assert bundle["text/plain"] == "グラフ: web – CPU使用率 (%)、10月1日(木) 12:05〜18:05"


def test_two_drawings_are_the_same():
    first, second = (finding_chart(look(finding()), finding())._repr_mimebundle_() for _ in range(2))
    assert first == second
