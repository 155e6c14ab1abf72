"""The demo's pages in a real Chromium with the network off, in both languages and on both usual screens."""

import pytest

from tests.browser.test_pages import CUT, FITTED

pytestmark = pytest.mark.browser

SCREENS = ((1280, 720), (1920, 1080))
PAGES = ("index.html", "events.html", "alarms.html", "learn.html", "services/web.html", "services/orders-db.html")


@pytest.mark.parametrize("name", PAGES)
def test_every_chart_is_drawn_nothing_is_sent_and_nothing_is_cut(demo, visit, name):
    page = visit.show(demo.week / name)
    assert page.locator(".chart").count() >= 1
    page.evaluate("() => document.querySelectorAll('.lesson-folded').forEach((each) => { each.open = true; })")
    page.wait_for_function("() => [...document.querySelectorAll('.chart')].every((c) => c.querySelector('.main-svg'))")
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(FITTED)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        assert page.evaluate(CUT) == []
    assert page.locator(".error-card").count() == 0
    assert (visit.requests, visit.complaints) == ([], [])


def test_every_small_graph_is_a_picture_with_words(demo, visit):
    page = visit.show(demo.week / "index.html")
    graphs = page.locator("table.sheet img")
    assert graphs.count() >= 10
    assert page.evaluate("[...document.querySelectorAll('table.sheet img')].every((i) => i.naturalWidth && i.alt)")


def test_the_first_finding_starts_on_the_first_screen(demo, visit):
    page = visit.show(demo.week / "index.html")
    box = page.locator(".finding .sentence").first.bounding_box()
    assert box
    assert box["y"] + box["height"] < 720


def test_pages_lead_to_each_other(demo, visit):
    page = visit.show(demo.week / "index.html")
    page.get_by_role("link", name="web", exact=True).first.click()
    assert page.url.endswith("services/web.html")
    page.locator("nav a").first.click()
    assert page.url.endswith("index.html")


def test_the_page_is_in_its_language(demo, visit):
    page = visit.show(demo.week / "index.html")
    language = page.evaluate("document.documentElement.lang")
    text = page.locator("main").inner_text()
    japanese = sum("\u3040" <= char <= "\u30ff" or "\u4e00" <= char <= "\u9fff" for char in text)
    assert (japanese > 400) == (language == "ja")
    assert (japanese == 0) == (language == "en")
