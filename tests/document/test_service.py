from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sre_lib.document.display import Chart, Fragment
from sre_lib.document.service import ServiceReview, hour_means
from tests.document.build import CPU, GROWTH, MEMORY, REQUESTS, SHIFT, finding, look
from tests.document.test_weekly import opened


def review(*found, **given) -> ServiceReview:
    made = look(*found, **given)
    return ServiceReview(opened(made, language=given.get("language", "en")), made)


def test_the_service_in_one_line():
    assert repr(review(finding()).headline()).splitlines() == [
        "web: 1 finding in week 2026-W40",
        "Mon 28 Sep 00:00 to Mon 5 Oct 00:00 · Asia/Tokyo · owner shop team · simulated data",
        "This notebook ran on its own, without cells for the discussion.",
    ]
    assert repr(review(language="ja").headline()).startswith("web: 2026-W40 の所見0件")


def test_the_first_findings_have_charts_and_the_others_are_listed():
    shown = review(*[finding(id=str(number)) for number in range(7)]).findings()
    assert len([each for each in shown if isinstance(each, Chart)]) == 5
    assert repr(shown[-1]).splitlines()[0] == "2 more findings"


def test_a_service_without_findings_says_so():
    assert [repr(each) for each in review().findings()] == ["No finding in what could be looked at."]


def test_what_customers_feel_stands_above_what_explains_it():
    chart = review(GROWTH, SHIFT).together()
    assert isinstance(chart, Chart)
    titles = [each.text for each in chart.figure.layout.annotations if each.text.startswith("<b>")]
    assert titles == ["<b>web / alb – requests (per 5 min)</b>", "<b>web – CPU (%)</b>", "<b>web – memory (%)</b>"]


@pytest.mark.parametrize("level", [-1.0, np.nan])
def test_series_that_were_nothing_all_week_are_left_out(level):
    chart = review(levels={REQUESTS: level, CPU: 5.0}).together()
    assert isinstance(chart, Chart)
    assert chart.text == "Chart: 1 graph on one time axis"
    assert repr(review(levels={REQUESTS: level}).together()) == "No series of this service has data in this week."


def test_the_hours_are_the_cpus_where_there_is_one():
    made = review().hours()
    assert repr(made) == "web CPU: mean of each hour, 31 %"
    assert made.html.count("<img") == 1
    assert repr(review(levels={MEMORY: np.nan}).hours()) == "No series of this service has data in this week."


def test_hours_are_local_and_missing_ones_stay_missing():
    index = pd.date_range("2026-10-01T14:30Z", periods=4, freq="30min", unit="s")
    table = hour_means(pd.Series([1.0, 3.0, np.nan, np.nan], index=index), "Asia/Tokyo")
    assert list(table.index) == ["2026-10-01", "2026-10-02"]
    assert (table.loc["2026-10-01", 23], table.loc["2026-10-02", 0]) == (1.0, 3.0)
    assert table.loc["2026-10-02"].isna().sum() == 23


def test_coverage_names_every_series_and_what_it_was_compared_with():
    made = review().coverage()
    assert repr(made).splitlines()[0] == "web: CPU, average: every datapoint"
    assert made.html.count("same hour of the week") == 3


def test_percentages_name_what_they_are_a_percentage_of():
    text = repr(review().how_to_read())
    assert "percent of the CPU and memory that the task definition reserves" in text
    assert "p99 of the target's response time" in text


def test_the_parts_are_shown_with_dimensions_and_limits():
    made = review().parts()
    assert isinstance(made, Fragment)
    assert repr(made).splitlines() == [
        "web ecs_service ClusterName=shop, ServiceName=web",
        "alb alb_target_group LoadBalancer=app/x/1, TargetGroup=t/y/2 timeout_s 30",
    ]


@pytest.mark.parametrize(
    ("language", "count", "wanted"),
    [("en", 0, "0 resources"), ("en", 2, "2 resources: id=0, id=1"), ("en", 4, "<summary>4 resources</summary>"),
     ("ja", 2, "リソース2個：id=0、id=1"), ("ja", 4, "<summary>リソース4個</summary>")],
)  # fmt: skip
def test_what_a_set_stands_for_is_listed_and_folded_where_it_is_much(language, count, wanted):
    made = look(language=language)
    names = tuple(f"id={number}" for number in range(count))
    made = replace(made, service_week=replace(made.service_week, resources={"alb": names}))
    parts = ServiceReview(opened(made, language=language), made).parts()
    assert wanted in parts.html
    assert parts.html.count("<li>") == (count if count > 3 else 0)
    assert all(name in repr(parts) for name in names)


def test_the_summary_is_the_order_of_the_page():
    assert repr(review(finding(), GROWTH).summary()) == "web, 2026-W40\n1. web: cpu, spike\n2. web: memory, growth"
