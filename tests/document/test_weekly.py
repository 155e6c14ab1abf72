from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sre_lib import params
from sre_lib.document.display import Chart, Fragment
from sre_lib.document.look import Look
from sre_lib.document.opening import Opened
from sre_lib.document.weekly import WeeklyReview
from sre_lib.model import Column, Coverage, NotEvaluated, Status
from sre_lib.wording import wording
from sre_lib.wording.findings import sentence
from tests.document.build import CPU, GROWTH, MEMORY, REQUESTS, SERVICE, SHIFT, WEEK, finding, look

NOW = datetime(2026, 10, 4, 22, tzinfo=UTC)


def opened(*looks: Look, language: str = "en", failed: dict[str, str] | None = None, in_run: bool = False) -> Opened:
    review = replace(params.load("demo"), title="Shop <b>", language=language)
    return Opened(review, WEEK, NOW, wording(language), looks, failed or {}, None, in_run, simulated=True)


def named(name: str, made: Look) -> Look:
    """Return the same look under another service's name."""
    found = tuple(replace(each, service=name) for each in made.analysis.findings)
    week = replace(made.service_week, service=replace(SERVICE, name=name))
    return replace(made, service_week=week, analysis=replace(made.analysis, service=name, findings=found))


def test_the_week_in_one_line_with_dates_clock_and_coverage():
    gap = (Coverage(CPU, Status.COMPLETE, 0.5, 600.0), Coverage(MEMORY, Status.COMPLETE, 1.0, 0.0))
    review = WeeklyReview(opened(look(finding(), GROWTH), named("api", look(coverage=gap)), failed={"db": "broken"}))
    assert repr(review.headline()).splitlines() == [
        "2 services looked at, 2 findings to discuss, 1 service with missing data, 1 not readable",
        "Shop <b> · 2026-W40 · 2026-09-28 (Mon) to 2026-10-04 (Sun) · made 2026-10-05 (Mon) 07:00 (Asia/Tokyo) · "
        "data coverage 90 % · simulated data",
        *(
            f"{number}. {sentence(each, wording('en'), WEEK.timezone)}"
            for number, each in enumerate((finding(), GROWTH), 1)
        ),
        "This notebook ran on its own, without cells for the discussion.",
    ]
    assert "Shop &lt;b&gt;" in review.headline()._repr_html_()


def test_a_quiet_week_says_so_beside_its_coverage():
    review = WeeklyReview(opened(look()))
    assert repr(review.headline()).startswith(
        "1 service looked at, 0 findings to discuss, 0 services with missing data, 0 not readable\n"
    )
    assert [repr(each) for each in review.findings_to_discuss()] == [
        "Nothing to discuss this week: no finding among what could be looked at."
    ]
    assert repr(review.also_seen()) == "Nothing else was seen."
    assert repr(review.set_aside()) == "Nothing was set aside."
    assert repr(review.not_looked_at()) == "Everything that was asked for could be looked at."


def test_a_finding_has_sentence_chart_question_and_links():
    first, chart, last = WeeklyReview(opened(look(finding()), in_run=True)).finding(1)
    assert isinstance(chart, Chart)
    assert isinstance(first, Fragment)
    assert isinstance(last, Fragment)
    assert repr(first).startswith("1. web: CPU rose to 92 % on Thu 1 Oct 14:05")
    assert '<h3 class="sentence">' in first.html
    assert 'href="services/web.html"' in last.html
    assert 'href="https://runbooks.example.com/web"' in last.html


def test_on_its_own_a_notebook_links_to_no_page_of_a_run():
    review = WeeklyReview(opened(look(finding())))
    assert "services/" not in "".join(each.html for each in review.finding(1) if isinstance(each, Fragment))
    assert "href" not in review.services().html


def test_a_finding_that_is_not_there_is_said():
    assert [repr(each) for each in WeeklyReview(opened(look())).finding(1)] == ["There is no finding number 1."]


def test_two_of_a_service_are_discussed_and_the_rest_is_also_seen():
    review = WeeklyReview(opened(look(finding(), GROWTH, replace(SHIFT, priority=0.1))))
    assert len(review.findings_to_discuss()) == 6
    assert repr(review.also_seen()).splitlines()[0] == "1 more finding"
    assert "stepped up by 15 points" in review.also_seen().html


def test_services_are_sorted_by_the_attention_they_need():
    review = WeeklyReview(opened(look(), named("api", look(finding()))))
    assert [line.split(":")[0] for line in repr(review.services()).splitlines()] == ["api", "web"]
    assert review.services().html.count("<img") == 4


@pytest.mark.parametrize(
    ("before", "text"),
    [(1000.0, "web: requests 2M (+0.1 %)"), (0.0, "web: requests 2,016 (none last week)")],
)
def test_what_customers_felt_is_compared_with_the_week_before(before, text):
    assert repr(WeeklyReview(opened(look(levels={REQUESTS: before}))).customers()) == text


def test_what_could_not_be_judged_is_named_with_its_reason():
    made = look(coverage=(Coverage(CPU, Status.PARTIAL, 0.7, 90.0), Coverage(MEMORY, Status.NO_DATA, 0.0, 10080.0)))
    lacking = NotEvaluated("web", *MEMORY, reason="no_data")
    review = WeeklyReview(
        opened(replace(made, analysis=replace(made.analysis, not_evaluated=(lacking,))), failed={"db": "<broken>"})
    )
    assert repr(review.not_looked_at()).splitlines() == [
        "db: the whole service – <broken>",
        "web: memory – no datapoints came",
        "web: CPU – partial: 70 % of the datapoints, longest gap 90 min",
    ]
    assert "&lt;broken&gt;" in review.not_looked_at().html


def test_names_from_outside_are_escaped_everywhere():
    made = named("<img src=x>", look(finding()))
    review = WeeklyReview(opened(made, in_run=True))
    shown = [*review.findings_to_discuss(), review.services(), review.customers(), review.headline()]
    html = "".join(each.html for each in shown if isinstance(each, Fragment))
    assert "<img src=x>" not in html
    assert "&lt;img src=x&gt;" in html


def test_the_summary_is_the_order_of_the_page():
    review = WeeklyReview(opened(look(finding(), GROWTH), failed={"db": "x"}))
    assert repr(review.summary()).splitlines() == [
        "1 services, 2026-W40", "1. web: cpu, spike", "2. web: memory, growth", "failed: db",
    ]  # fmt: skip


def test_the_whole_page_exists_in_japanese():
    review = WeeklyReview(opened(look(finding(), language="ja"), language="ja"))
    assert repr(review.headline()).startswith("1サービスを確認、議題1件、データ欠落0サービス、取得不可0サービス")
    assert "シミュレーションデータ" in repr(review.headline())
    assert "次の一手" in review.finding(1)[2]._repr_html_()  # type: ignore[union-attr]  # the third is a fragment


def test_a_column_of_another_part_is_called_by_it():
    latency = Column("alb", "latency", "p99")
    made = look(finding(part="alb", metric="latency", statistic="p99", unit="Seconds"), levels={latency: 1.0})
    assert repr(WeeklyReview(opened(made)).summary()).splitlines()[1] == "1. web / alb: latency, spike"
