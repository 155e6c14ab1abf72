"""The chart of a view shows the numbers of its sentence, at the time that the sentence tells."""

import re
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sre_lib.catalog import builtin_catalog
from sre_lib.document.axes import INK, VERMILLION
from sre_lib.document.charts import finding_chart, window
from sre_lib.document.look import Look, column_of
from sre_lib.document.panel import Panel
from sre_lib.document.told import last
from sre_lib.model import Finding
from sre_lib.views import builtin_views, shape_of
from sre_lib.wording import wording
from tests.analyse.views.cases import CASES, case

PLAIN = {"level_shift": ("before", "after"), "growth": ("from_value", "value"), "saturation": ("value", "limit")}
"""Numbers of the sentences of the general views; of all others value and expected."""

VALUES = ("value", "expected", "before", "after", "from_value", "lowest", "maximum", "floor_before", "floor_after")


def looked(view: str, language: str = "en") -> tuple[Look, Finding]:
    looked_at, analysis, finding = case(view)
    return Look(looked_at, analysis, builtin_catalog(), wording(language)), finding


@cache
def figure(view: str) -> tuple[Any, float]:
    """The figure of a view's case, and what its values are divided by."""
    look, finding = looked(view)
    panel = Panel(look, column_of(finding), *window(finding, look.week))
    return finding_chart(look, finding).figure, panel.scale.divisor


def told(view: str, finding: Finding) -> tuple[str, ...]:
    """The names of the values that a sentence tells."""
    sentence = builtin_views()[view].sentence
    if not sentence:
        return PLAIN.get(shape_of(view), ("value", "expected"))
    return tuple(each for each in re.findall(r"{(\w+)}", sentence) if each in VALUES and each in finding.evidence)


def local(moment: datetime) -> pd.Timestamp:
    """A moment as the chart has it."""
    return pd.Timestamp(moment).tz_convert("Asia/Tokyo").tz_localize(None)


def inside(trace: Any, first: pd.Timestamp, over: pd.Timestamp) -> np.ndarray:
    """The values of a trace in a span; of a straight line both ends where it touches the span."""
    y = np.asarray(trace.y, dtype=np.float64)
    regular = trace.x0 is not None
    x = pd.Timestamp(trace.x0) + np.arange(len(y)) * pd.Timedelta(milliseconds=trace.dx) if regular else trace.x
    at = pd.DatetimeIndex(x)
    if len(at) == 2:
        return y if at[0] <= over and at[1] >= first else y[:0]
    return y[(at >= first) & (at <= over)]


@pytest.mark.parametrize("view", CASES)
def test_what_the_sentence_tells_is_drawn_at_its_time(view):
    made, divisor = figure(view)
    _, finding = looked(view)
    start, end = (local(each) for each in (finding.start, last(finding)))
    if "left" in finding.evidence:
        start = pd.Timestamp(made.layout.xaxis.range[0])
    for name in told(view, finding):
        wanted = finding.evidence[name] / divisor
        if name == "limit":
            assert wanted in {each.y0 for each in made.layout.shapes}
            continue
        traces = [each for each in made.data if each.mode == "lines"]
        reached = [each for each in (inside(one, start, end) for one in traces) if np.isfinite(each).any()]
        slack = 0.006 * max(abs(wanted), 1e-9) + 1e-6
        assert any(np.nanmin(each) - slack <= wanted <= np.nanmax(each) + slack for each in reached), name
        if name != "expected" and builtin_views()[view].series:
            straight = [each for each in reached if np.nanmin(np.abs(each - wanted)) <= slack]
            assert straight, name


@pytest.mark.parametrize("view", CASES)
def test_all_that_is_told_lies_within_the_axes(view):
    made, _ = figure(view)
    low, high = made.layout.yaxis.range
    for trace in made.data:
        y = np.asarray([] if trace.y is None else trace.y, dtype=np.float64)
        assert not np.isfinite(y).any() or (low <= np.nanmin(y) and np.nanmax(y) <= high), trace.name


@pytest.mark.parametrize("view", [each for each in CASES if "threshold" in builtin_views()[each].settings])
def test_a_threshold_is_drawn_and_named(view):
    made, divisor = figure(view)
    _, finding = looked(view)
    (line,) = [each for each in made.data if each.line.color == VERMILLION]
    assert set(line.y) == {finding.evidence["threshold"] / divisor}
    assert line.name.startswith("threshold ")


def straight(view: str) -> list[tuple[float, ...]]:
    return [tuple(each.y) for each in figure(view)[0].data if each.line.color == INK]


def test_lasting_views_have_their_own_lines():
    evidence = looked("memory_after_peak")[1].evidence
    assert straight("memory_after_peak") == [(evidence["floor_before"],) * 2, (evidence["floor_after"],) * 2]
    tooth = looked("memory_sawtooth")[1].evidence
    (first, over), top = straight("memory_sawtooth")
    assert (over - first) / tooth["rising_days"] == pytest.approx(tooth["slope_per_day"])
    assert top == (tooth["value"],) * 2
    assert len(straight("oscillation")) == 2


@pytest.mark.parametrize(
    ("view", "names"), [("credits_out", ["maximum"]), ("evictions_begin", []), ("buffer_pool", ["value", "after"])]
)
def test_only_what_the_sentence_tells_has_a_line(view, names):
    evidence, divisor = looked(view)[1].evidence, figure(view)[1]
    assert straight(view) == [(evidence[name] / divisor,) * 2 for name in names]


@pytest.mark.parametrize(
    ("view", "days"), [("memory_sawtooth", 17), ("weekly_floor", 28), ("headroom", 28), ("same_minute", 7)]
)
def test_the_chart_goes_back_as_far_as_the_sentence(view, days):
    first, over = (pd.Timestamp(each) for each in figure(view)[0].layout.xaxis.range)
    assert (over - first).total_seconds() / 86_400 == pytest.approx(days, abs=0.5)


@pytest.mark.parametrize(
    ("view", "times"), [("batch_drift", ["04:10", "05:20"]), ("push_old_capacity", ["12:55"]), ("spike", [])]
)
def test_times_that_are_told_are_marked(view, times):
    clocks = [each.text for each in figure(view)[0].layout.annotations if re.fullmatch(r"\d\d:\d\d", each.text)]
    assert clocks == times


def test_a_gap_is_a_gap():
    made, _ = figure("metric_gap")
    _, finding = looked("metric_gap")
    (line,) = [each for each in made.data if each.name == "average"]
    first, over = local(finding.start), local(last(finding) - timedelta(minutes=5))
    assert np.isnan(inside(line, first, over)).all()
    assert not line.connectgaps


def test_a_derived_series_is_called_by_its_name():
    made, _ = figure("cpu_per_request")
    assert "derived" not in [each.name for each in made.data]
    assert made.layout.title.text.count("%") == 1
