"""Pages in a real Chromium with the network off: they draw, they fit, they send nothing, and nothing in them acts."""

import plotly.graph_objects as go
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tests.browser import sample

pytestmark = pytest.mark.browser

FITTED = """() => [...document.querySelectorAll('.plot')].every(
  (plot) => Math.abs(plot.clientWidth - plot.querySelector('.main-svg').clientWidth) < 2)"""
CUT = """() => [...document.querySelectorAll('main *, header *, nav *')]
  .filter((each) => !each.closest('svg, pre, .chart') && each.clientWidth && each.scrollWidth > each.clientWidth + 1)
  .map((each) => each.outerHTML.slice(0, 80))"""
ACTIVE = """() => [...document.querySelectorAll('main *')]
  .filter((each) => [...each.attributes].some((a) => a.name.startsWith('on') || /^\\s*javascript:/i.test(a.value)))
  .map((each) => each.outerHTML.slice(0, 80))"""
CLICK_ALL = """() => document.querySelectorAll('main a').forEach(
  (link) => link.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true })))"""
ATTACK = "<script>alert('s')</script><img src=x onerror=\"alert('i')\"><a href=\"javascript:alert('a')\">link</a>"


def write(folder, notebook, language="en"):
    """Write a notebook's page and return its path."""
    path = folder / "page.html"
    path.write_text(sample.page(notebook, language), "utf-8")
    return path


def all_drawn(page, number):
    """Wait until the page has drawn so many charts."""
    page.wait_for_function(
        "number => document.querySelectorAll('.chart .js-plotly-plot').length === number", arg=number
    )
    page.wait_for_function("() => [...document.querySelectorAll('.chart')].every((c) => c.querySelector('.main-svg'))")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_page_draws_every_chart_and_sends_nothing(visit, tmp_path, language):
    page = visit.show(write(tmp_path, sample.weekly(language), language))
    all_drawn(page, 3)
    paths = page.eval_on_selector_all(
        ".chart .scatterlayer .trace path.js-line", "lines => lines.map((l) => l.getAttribute('d').length)"
    )
    assert len(paths) == 9
    assert min(paths) > 1000
    assert visit.requests == []
    assert visit.complaints == []


@pytest.mark.parametrize("language", ["en", "ja"])
def test_nothing_is_wider_than_the_screen(visit, tmp_path, language):
    page = visit.show(write(tmp_path, sample.weekly(language), language))
    all_drawn(page, 3)
    for width, height in ((1280, 720), (1600, 900), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(FITTED)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        assert page.evaluate(CUT) == []


def test_words_are_large_enough_for_a_room(visit, tmp_path):
    page = visit.show(write(tmp_path, sample.weekly(charts=False)))
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    assert page.eval_on_selector(".headline", size) >= 28
    assert page.eval_on_selector(".finding .sentence", size) >= 21
    assert page.eval_on_selector("main .prose p", size) >= 16
    assert page.eval_on_selector(".meta", size) >= 13


def test_headline_and_first_finding_are_on_the_first_screen(visit, tmp_path):
    page = visit.show(write(tmp_path, sample.weekly(charts=False)))
    for selector in (".headline", ".finding .sentence", ".finding .question"):
        box = page.locator(selector).first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < 720


def test_contents_stand_beside_wide_pages_only(visit, tmp_path):
    page = visit.show(write(tmp_path, sample.weekly(charts=False)))
    for width, shown in ((1280, False), (1600, True), (1920, True)):
        page.set_viewport_size({"width": width, "height": 720})
        assert page.locator("nav.contents").is_visible() is shown
    page.click("nav.contents >> text=All services")
    assert page.locator("h2 >> text=All services").bounding_box()["y"] < 200


def test_no_button_sends_a_chart_away(visit, tmp_path):
    page = visit.show(write(tmp_path, sample.weekly()))
    all_drawn(page, 3)
    page.hover(".chart .main-svg >> nth=0")
    titles = page.eval_on_selector_all(".chart >> nth=0 >> .modebar-btn", "bs => bs.map((b) => b.dataset.title)")
    assert titles == ["Zoom", "Pan", "Reset axes", "Download plot as a PNG"]
    assert page.locator(".modebar-btn--logo").count() == 0
    assert "plot.ly" not in page.locator("main").inner_html()


def test_chart_can_be_saved_as_a_picture(visit, tmp_path):
    page = visit.show(write(tmp_path, sample.weekly()))
    all_drawn(page, 3)
    page.hover(".chart .main-svg >> nth=0")
    with page.expect_download() as download:
        page.click(".chart >> nth=0 >> .modebar-btn[data-title='Download plot as a PNG']")
    assert download.value.suggested_filename.endswith(".png")
    assert visit.complaints == []


def test_hostile_text_is_inert(visit, tmp_path):
    figure = go.Figure(go.Scatter(x=[1, 2], y=[1, 2], name=ATTACK, text=[ATTACK, ATTACK]))
    figure.update_layout(title=ATTACK, showlegend=True, annotations=[{"text": ATTACK, "x": 1, "y": 1}])
    figure.update_layout(xaxis_title="</script><script>alert('x')</script>")
    notebook = new_notebook(
        cells=[
            new_markdown_cell(f"# {ATTACK}\n\n{ATTACK}\n\n[m](javascript:alert('m')) ![p](javascript:alert('p'))"),
            new_code_cell(ATTACK, outputs=[new_output("stream", text=ATTACK)]),
            new_code_cell("h", outputs=[new_output("display_data", {"text/html": ATTACK})]),
            new_code_cell("m", outputs=[new_output("display_data", {"text/markdown": ATTACK})]),
            new_code_cell("j", outputs=[new_output("display_data", {"application/javascript": "alert('j')"})]),
            new_code_cell(
                "s", outputs=[new_output("display_data", {"image/svg+xml": f"<svg onload='alert(1)'>{ATTACK}</svg>"})]
            ),
            new_code_cell("f", outputs=[sample.chart_output(figure)]),
            new_code_cell("e", outputs=[new_output("error", ename="E", evalue=ATTACK, traceback=[ATTACK])]),
        ]
    )
    page = visit.show(write(tmp_path, notebook))
    all_drawn(page, 1)
    assert page.evaluate(ACTIVE) == []
    assert page.locator("main script:not([type='application/json'])").count() == 0
    page.evaluate(CLICK_ALL)
    assert visit.requests == []
    assert [text for text in visit.complaints if "dialog" in text or "violation" in text] == []


def test_policy_refuses_a_script_that_got_in(visit, tmp_path):
    path = write(tmp_path, sample.weekly(charts=False))
    path.write_text(path.read_text("utf-8").replace("</main>", "<script>alert(1)</script></main>"), "utf-8")
    visit.show(path)
    assert any("script-src" in text for text in visit.complaints)
    assert not any("dialog" in text for text in visit.complaints)


def test_code_appears_by_keyboard(visit, tmp_path):
    page = visit.show(write(tmp_path, sample.weekly(charts=False)))
    assert not page.locator(".code").first.is_visible()
    page.focus("#show-code")
    page.keyboard.press("Space")
    assert page.locator(".code").first.is_visible()


def test_broken_part_is_seen_and_led_to(visit, tmp_path):
    notebook = sample.weekly(charts=False)
    error = new_output("error", ename="ValueError", evalue="no data", traceback=["line"])
    notebook.cells.append(new_code_cell("x", outputs=[error], id="cell-last"))
    page = visit.show(write(tmp_path, notebook))
    page.click("header .broken a")
    card = page.locator(".error-card")
    assert card.is_visible()
    assert card.bounding_box()["y"] < 720
    assert "ValueError: no data" in card.inner_text()


def test_print_shows_every_chart_on_paper(visit, tmp_path):
    page = visit.show(write(tmp_path, sample.weekly()))
    page.emulate_media(media="print")
    all_drawn(page, 3)
    assert not page.locator("nav.pages").is_visible()
    widths = page.evaluate("[...document.querySelectorAll('.main-svg')].map((each) => each.width.baseVal.value)")
    # A4 landscape, 297 mm, without its margins of 12 mm is 1031.8 px wide.
    assert max(widths) <= 1031
    assert len(page.pdf(prefer_css_page_size=True)) > 50_000
    assert visit.complaints == []


def test_keeps_the_place_of_a_chart_before_it_is_drawn(visit, tmp_path):
    page = visit.show(write(tmp_path, sample.weekly()))
    before = page.evaluate("document.documentElement.scrollHeight")
    all_drawn(page, 3)
    assert page.evaluate("document.documentElement.scrollHeight") == before
