"""The table of a chart: what plotly is given, line by line, exact; names from outside are text."""

from base64 import b64encode

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_lib.document.chart_table import LineNumbers, chart_table, line_numbers
from sre_lib.document.charts import finding_chart, together_chart
from sre_lib.wording import wording
from tests.document.build import CPU, REQUESTS, finding, look

EN = wording("en")
DATES = {"xaxis": {"type": "date"}}


def typed(values, kind="f4"):
    return {"dtype": kind, "bdata": b64encode(np.array(values, dtype=kind).tobytes()).decode()}


def line(y, **more):
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "sum",
        "x0": "2026-10-01T14:00:00",
        "dx": 300_000.0,
        "y": y,
    } | more


def numbers(*traces, layout=DATES, say=EN):
    return list(line_numbers({"data": list(traces), "layout": layout}, say))


@pytest.mark.parametrize("y", [typed([2, np.nan, 9.5, 3]), [2, None, 9.5, 3]])
def test_lowest_highest_and_last_with_their_time(y):
    assert numbers(line(y)) == [LineNumbers("", "sum", "2", "Thu 1 Oct 14:00", "9.5", "Thu 1 Oct 14:10", "3")]


@pytest.mark.parametrize(
    ("more", "when"),
    [
        ({"x": typed([1_790_863_200_000, 1_790_863_500_000], "f8")}, "Thu 1 Oct 14:05"),
        ({"x": ["2026-10-01", "2026-10-02"]}, "Fri 2 Oct"),
        ({"x": ["2026-10-01T14:00:00", "2026-10-01T14:05:00"]}, "Thu 1 Oct 14:05"),
    ],
)
def test_dates_are_local_already_however_they_are_written(more, when):
    trace = {key: value for key, value in line([1, 2]).items() if key not in {"x0", "dx"}} | more
    assert numbers(trace)[0].highest_at == when


def test_what_is_no_date_stands_as_the_axis_has_it():
    bare = {"type": "scatter", "mode": "lines", "name": "this push", "y": typed([5, 7])}
    assert numbers(bare | {"x": typed([-5, 12.5])}, layout={})[0].highest_at == "12.5"
    assert numbers(bare | {"type": "bar", "x": ["W39", "W40"]}, layout={})[0].highest_at == "W40"


def test_edges_of_bands_marks_and_lines_without_a_value_have_no_row():
    assert numbers(
        line([1], name=None), line([1], hoverinfo="skip"), line([1], line={"width": 0}), line([1], mode="markers"),
        line([None]), line([]),
    ) == []  # fmt: skip
    assert chart_table({"data": [line([None])]}, EN) == '<p class="numbers">No line of this graph has a value.</p>'


def test_panels_are_named_by_the_title_at_their_top():
    layout = DATES | {
        "yaxis": {"domain": [0.6, 1.0]}, "yaxis2": {"domain": [0.0, 0.4]},
        "annotations": [
            {"text": "Asia/Tokyo", "y": 0}, {"text": "<b>web &amp; api</b>", "y": 1.0}, {"text": "<b>db</b>", "y": 0.4},
            {"text": "Evening coupon", "y": 1},
        ],
    }  # fmt: skip
    found = numbers(line([1]), line([2], yaxis="y2"), layout=layout)
    assert [(each.panel, each.lowest) for each in found] == [("web & api", "1"), ("db", "2")]


def test_names_from_outside_are_text():
    shown = chart_table({"data": [line([1], name="&lt;img src=x onerror=alert(1)&gt;")], "layout": DATES}, EN)
    assert '<th scope="row">&lt;img src=x onerror=alert(1)&gt;</th>' in shown
    assert "<img" not in shown


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=1, max_size=50))
def test_lowest_and_highest_are_those_of_the_line(values):
    known = [each for each in values if each is not None]
    found = numbers(line(values))
    assert len(found) == bool(known)
    if known:
        assert (found[0].lowest, found[0].highest) == (EN.number(min(known)), EN.number(max(known)))
        assert found[0].last == EN.number(known[-1])


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_real_chart_has_its_table(language):
    made = look(finding(), language=language)
    for chart in (finding_chart(made, finding()), together_chart(made, [CPU, REQUESTS])):
        figure = chart._repr_mimebundle_()["application/vnd.plotly.v1+json"]
        assert {"30", "31"} & {each.lowest for each in line_numbers(figure, wording(language))}
        assert "<summary>" in chart_table(figure, wording(language))
