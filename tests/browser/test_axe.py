"""Who cannot see a page, or has only a keyboard: axe finds nothing, and every chart has words and numbers."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

PAGES = (
    "index.html", "alarms.html", "events.html", "upkeep.html", "learn.html", "onboarding.html", "glossary.html",
    "services/web.html", "services/orders-db.html",
)  # fmt: skip
UNFOLD = "() => document.querySelectorAll('details').forEach((each) => { each.open = true; })"
DRAWN = "() => [...document.querySelectorAll('.chart')].every((chart) => chart.querySelector('.main-svg'))"
CHARTS = """() => [...document.querySelectorAll('.chart')].map((chart) =>
  [Boolean((chart.getAttribute('aria-label') || '').trim()), chart.querySelectorAll('.numbers').length])"""


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_with_all_unfolded_and_every_chart_has_a_sentence_and_its_numbers(demo, visit, name):
    page = visit.show(demo.week / name)
    if page.locator(".chart:visible details.numbers").count():
        table = page.locator(".chart:visible details.numbers").first
        table.locator("summary").focus()
        page.keyboard.press("Enter")
        assert table.locator("td").first.is_visible()
    page.evaluate(UNFOLD)
    page.wait_for_function(DRAWN)
    found = Axe().run(page).response["violations"]
    assert [(each["impact"], each["id"], each["nodes"][0]["html"]) for each in found] == []
    shown = page.evaluate(CHARTS)
    assert shown == [[True, 1]] * len(shown)
    assert bool(shown) == (name not in {"upkeep.html", "onboarding.html", "glossary.html"})
