"""The learning page in a real browser: cases open by key, and the drill is played through."""

import re

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from sre_lib.document.learning.page import LearningReview
from sre_lib.document.pages import PageInfo, to_html
from tests.document.learning.test_page import carried, learning

pytestmark = pytest.mark.browser


def cell(shown):
    """Return a cell that shows some fragments and charts."""
    data = [
        each._repr_mimebundle_() if hasattr(each, "figure") else {"text/html": each.html, "text/plain": each.text}
        for each in shown
    ]
    outputs = [new_output("display_data", data=each) for each in data]
    return new_code_cell("", outputs=outputs)


def write(page: LearningReview, folder):
    """Write the page as a run does."""
    notebook = new_notebook(cells=[cell([page.headline()]), cell(page.cases()), cell(page.drill())])
    path = folder / "learn.html"
    info = PageInfo("Learning", page.opened.say.language, learning=True)
    path.write_text(to_html(notebook, page=info), "utf-8")
    return path


@pytest.fixture(params=["en", "ja"])
def opened(request, visit, tmp_path, monkeypatch):
    review = learning(tmp_path, monkeypatch, carried(), language=request.param)
    return visit.show(write(review, tmp_path)), visit


def days(page, number):
    """Return the right days of a case and its buttons by day; the last one says that nothing was unusual."""
    case = page.locator(".drill-case").nth(number)
    buttons = page.locator(".drill-answers").nth(number).locator("button")
    return (case.get_attribute("data-right") or "").split(",") if case.get_attribute("data-right") else [], buttons


def answer(page, number, *, right):
    """Answer one case of the drill rightly, or so wrongly that it costs a point where it can."""
    expected, buttons = days(page, number)
    start = page.locator(".drill-case").nth(number).get_attribute("data-days").split(",")
    if right:
        buttons.nth(start.index(expected[0]) if expected else 7).click()
    else:
        buttons.nth(next(place for place, day in enumerate(start) if day not in expected)).click()


def points(page):
    return int(re.findall(r"-?\d+", page.locator(".drill-score").inner_text())[0])


def test_what_the_expert_saw_opens_by_key_and_is_drawn(opened):
    page, visit = opened
    page.locator(".lesson-folded").first.wait_for()
    assert page.locator(".lesson-answer").first.is_visible() is False
    page.locator(".lesson-folded summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".lesson-answer").first.is_visible()
    page.locator(".lesson-folded .main-svg").first.wait_for()
    widths = [page.locator(".plot").nth(number).bounding_box()["width"] for number in (0, 1)]
    drawn = page.locator(".lesson-folded .main-svg").first.bounding_box()["width"]
    assert (widths[0], drawn) == (widths[1], pytest.approx(widths[0], abs=2))
    assert (visit.requests, visit.complaints) == ([], [])


def test_all_right_is_full_marks(opened):
    page, visit = opened
    number = page.locator(".drill-answers").count()
    assert number == 10
    for each in range(number):
        answer(page, each, right=True)
    assert points(page) == number
    assert (visit.requests, visit.complaints) == ([], [])


def test_a_false_alarm_costs_and_every_case_counts_once(opened):
    page, _ = opened
    answer(page, 0, right=False)
    assert points(page) == -1
    assert page.locator(".drill-answers").first.locator("button:enabled").count() == 0
    for each in range(1, page.locator(".drill-answers").count()):
        answer(page, each, right=False)
    assert points(page) == -10


def test_an_answer_shades_what_the_expert_saw_in_the_same_graph_and_covers_none(opened):
    page, _ = opened
    shades = (
        "(each) => [...each.querySelectorAll('.shapelayer path')].filter((path) => path.style.fillOpacity < 0.5).length"
    )
    shaded = []
    for number in range(page.locator(".drill-answers").count()):
        chart = page.locator(".drill-answers").nth(number).locator("xpath=preceding-sibling::*[1]")
        chart.scroll_into_view_if_needed()
        chart.locator(".main-svg").first.wait_for()
        before = chart.evaluate(shades)
        answer(page, number, right=False)
        assert re.search(r"-?\d+", page.locator(".drill-verdict").nth(number).inner_text())
        shaded.append(chart.evaluate(shades) > before)
    assert shaded == [bool(days(page, number)[0]) for number in range(len(shaded))]
    # Nothing floats above the graphs.
    assert page.locator(".drill-score").evaluate("(each) => getComputedStyle(each).position") == "static"
