"""The page of a notebook: complete in itself, the same bytes twice, honest about what is broken."""

import hashlib
import json
import re
from html import unescape
from importlib.resources import files

import plotly.graph_objects as go
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from plotly.offline import get_plotlyjs_version

from sre_lib.document.page_body import CHART_MIME
from sre_lib.document.pages import PageInfo, PageLink, to_html
from tests.browser import sample

INFO = PageInfo("Title <1>")


def page(*cells, info=INFO):
    """Return the page of cells."""
    return to_html(new_notebook(cells=list(cells)), page=info)


def shown(*outputs, source="x", tags=()):
    """Return a code cell with outputs."""
    return new_code_cell(source, outputs=list(outputs), metadata={"tags": list(tags)})


def body(html):
    """Return what lies between <main> and </main>."""
    return html[html.index("<main>") : html.index("</main>")]


def figures(html):
    """Return the figures in a page."""
    return [json.loads(text) for text in re.findall(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)]


def test_bundle_is_the_one_that_plotly_py_speaks():
    bundle = (files("sre_lib.document") / "vendor" / "plotly-basic.min.js").read_bytes()
    recorded = (files("sre_lib.document") / "vendor" / "plotly-basic.min.js.sha256").read_text()
    assert recorded.split() == [hashlib.sha256(bundle).hexdigest(), "plotly-basic.min.js"]
    assert f"plotly.js (basic - minified) v{get_plotlyjs_version()}\n".encode() in bundle[:200]
    assert (files("sre_lib.document") / "vendor" / "LICENSE-plotly.js.txt").is_file()


@pytest.mark.parametrize("language", ["en", "ja"])
def test_same_notebook_same_bytes(language):
    assert sample.page(sample.weekly(language), language) == sample.page(sample.weekly(language), language)


def test_one_bundle_however_many_charts():
    html = sample.page(sample.weekly())
    assert html.count("plotly.js (basic - minified)") == 1
    assert re.findall(r'id="(chart-\d+)"', html) == ["chart-1", "chart-2", "chart-3"]
    assert len(html.encode()) < 1_500_000


def test_no_bundle_without_a_chart():
    html = page(
        new_markdown_cell("# Nothing to draw"),
        shown(new_output("display_data", {"text/html": '<p class="chart">a</p>'})),
    )
    assert "plotly.js" not in html
    assert len(html) < 20_000


def test_figure_survives_as_it_is_but_for_size_and_config():
    figure = go.Figure(go.Scatter(y=[1.0, None, 3.0], name='a & b </script><script>alert("x")</script> "日本'))
    figure.update_layout(width=2000, height=321, template="none")
    html = page(shown(sample.chart_output(figure)))
    (drawn,) = figures(html)
    data = json.loads(figure.to_json())
    assert drawn["data"] == data["data"]
    assert drawn["layout"] == {key: value for key, value in data["layout"].items() if key != "width"} | {
        "autosize": True
    }
    assert 'style="height:321px"' in html
    assert "<script>alert" not in html


def test_figure_that_the_bundle_cannot_draw_is_said_to_be_missing():
    html = page(shown(sample.chart_output(go.Figure(go.Heatmap(z=[[1]])))))
    assert "heatmap" in body(html)
    assert 'class="error-card"' in body(html)
    assert not figures(html)


def test_failed_cell_is_a_card_and_the_page_says_so_on_top():
    error = new_output(
        "error", ename="ValueError", evalue="<b>no</b>\nmore", traceback=["\x1b[31mline <1>\x1b[39m", "line 2"]
    )
    html = page(new_markdown_cell("before"), shown(error, tags=["remove-cell"]))
    assert html.index('href="#error-1"') < html.index("<main>")
    card = html[html.index('<section class="error-card" id="error-1">') :]
    assert "ValueError: &lt;b&gt;no&lt;/b&gt;</p>" in card
    assert "<pre>line &lt;1&gt;\nline 2</pre>" in card
    assert "#error-1" not in page(new_markdown_cell("before"))


def test_papermills_own_banner_is_left_out():
    banner = new_markdown_cell("An Exception was encountered", metadata={"tags": ["papermill-error-cell-tag"]})
    assert "Exception" not in page(banner)


def test_tags_hide_cells_and_code():
    html = page(
        shown(source="week = 1", tags=["parameters"]),
        shown(source="week = 2", tags=["injected-parameters"]),
        shown(new_output("stream", text="setup"), tags=["remove-cell"]),
        shown(new_output("stream", text="answer"), source="secret", tags=["remove-input"]),
    )
    assert "week = " not in html
    assert "setup" not in html
    assert "secret" not in html
    assert "answer" in html
    assert "show-code" not in html[html.index("<footer") :]


def test_code_is_folded_away_behind_one_switch():
    html = page(shown(source="print('a < b')"), shown(source="x = 1"))
    assert html.count('<div class="code">') == 2
    assert html.count('type="checkbox" id="show-code"') == 1
    assert "In&nbsp;[" not in html


@pytest.mark.parametrize(
    ("output", "inside", "outside"),
    [
        (new_output("stream", text="<b>1</b>\x1b[31mred\x1b[0m"), "&lt;b&gt;1&lt;/b&gt;", "<b>1"),
        (new_output("execute_result", {"text/plain": "<Figure>"}), "&lt;Figure&gt;", "<Figure"),
        (new_output("display_data", {"text/html": "<p onclick='x'>a</p>", "text/plain": "p"}), "<p>a</p>", "onclick"),
        (new_output("display_data", {"text/markdown": "**a** <img src=x onerror=y>"}), "<strong>a</strong>", "onerror"),
        (new_output("display_data", {"application/javascript": "alert(1)", "text/plain": "js"}), "js", "alert"),
        (new_output("display_data", {"application/javascript": "alert(1)"}), "", "alert"),
        (new_output("display_data", {"image/png": 'aGk="><script>alert(1)</script>'}), "aGk=", "<script>alert"),
        (
            new_output("display_data", {"image/svg+xml": "<svg onload='x'></svg>"}),
            "data:image/svg+xml;base64,",
            "onload",
        ),
        (new_output("display_data", {"text/latex": "$x$", "text/plain": "x"}), "<pre", "$x$"),
    ],
)
def test_outputs_are_escaped_or_sanitised(output, inside, outside):
    html = body(page(shown(output)))
    assert inside in html
    assert outside not in html


def test_markdown_is_rendered_and_sanitised():
    source = (
        "# A\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n<script>alert(1)</script>\n\n[l](javascript:alert(1)) *e*\n\n- item"
    )
    html = body(page(new_markdown_cell(source)))
    assert all(part in html for part in ("<h1", "<thead>", "<td>1</td>", "<em>e</em>", "<li>item</li>"))
    assert "alert(1)" not in re.sub(r">[^<]*<", "><", html)
    assert "<script" not in html


def test_surroundings_are_escaped_and_links_marked():
    links = (PageLink("<all>", "../index.html"), PageLink("web", "web.html", current=True))
    html = page(new_markdown_cell("a"), info=PageInfo("T<", "en", "<banner>", links, "<made>"))
    assert "<title>T&lt;</title>" in html
    assert '<p class="banner">&lt;banner&gt;</p>' in html
    assert '<a href="../index.html">&lt;all&gt;</a>' in html
    assert '<span aria-current="page">web</span>' in html
    assert "<p>&lt;made&gt;</p>" in html


def test_many_links_are_folded():
    links = tuple(PageLink(f"s{number}", f"s{number}.html") for number in range(40))
    html = page(new_markdown_cell("a"), info=PageInfo("T", links=links))
    header = html[html.index("<header") : html.index("</header>")]
    assert header.index("<details>") < header.index("s0.html")


def test_language_is_declared():
    assert '<html lang="ja">' in sample.page(sample.weekly("ja"), "ja")


def test_every_script_in_the_page_is_allowed_by_its_policy():
    html = sample.page(sample.weekly())
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    allowed = re.search(r"script-src (.*?); style-src", unescape(html[:2000]))
    assert allowed is not None
    assert len(scripts) == 2 == allowed[1].count("sha256-")


def test_no_address_that_a_browser_would_fetch():
    html = re.sub(r"<script.*?</script>", "", sample.page(sample.weekly()), flags=re.DOTALL)
    assert re.findall(r'(?:src|href)="(?!data:image/|#|[\w/-]+\.html")[^"]*"', html) == []
    assert "url(" not in html
    assert "@import" not in html


def test_notebook_given_stays_as_it_is():
    notebook = sample.weekly()
    before = json.dumps(notebook)
    sample.page(notebook)
    assert json.dumps(notebook) == before
    assert isinstance(notebook, NotebookNode)
    assert CHART_MIME in before


@pytest.mark.parametrize(
    ("early", "shown"),
    [(False, '<p class="until">to &lt;b&gt;</p>'), (True, '<p class="banner">to &lt;b&gt;</p>')],
)
def test_up_to_when_there_is_data_and_a_run_that_failed_are_said(early, shown):
    page = to_html(new_notebook(), page=PageInfo("t", until="to <b>", early=early, stale="old <i>"))
    assert shown in page
    assert '<p class="banner broken">old &lt;i&gt;</p>' in page
    assert page.count("to &lt;b&gt;") == 1


def test_a_page_of_an_older_version_says_nothing_about_its_data():
    page = to_html(new_notebook(), page=PageInfo("t"))
    assert '<p class="until">' not in page
    assert '<p class="banner' not in page.split("<noscript>")[0]
