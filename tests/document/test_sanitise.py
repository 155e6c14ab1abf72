"""The allow-list: what a notebook needs passes as it is, everything that could act does not."""

import pytest

from sre_lib.document.sanitise import clean_html

KEPT = (
    '<section class="finding" id="f-1"><p class="sentence" lang="ja">CPU は <strong>91 %</strong></p></section>',
    '<table class="sheet"><thead><tr><th scope="col">a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>',
    '<details open=""><summary>How to read</summary><p>so</p></details>',
    '<img src="data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=" alt="CPU">',
    '<img src="data:image/png;base64,iVBORw0KGgo=" alt="">',
    '<span aria-label="up" data-week="2026-W40" role="img">↑</span>',
    '<ol start="3"><li>a</li></ol><dl><dt>now</dt><dd>1 &lt; 2 &amp; 3</dd></dl>',
    "<figure><figcaption>c</figcaption></figure><blockquote>b</blockquote><pre><code>x</code></pre>",
)

CHANGED = (
    ("<script>alert(1)</script>after", "after"),
    ("<style>body{display:none}</style>after", "after"),
    ('<img src="x.png" alt="a">', '<img alt="a">'),
    ('<img src="https://example.com/x.png" onerror="alert(1)">', "<img>"),
    ('<img src="data:text/html,<script>alert(1)</script>">', "<img>"),
    ('<img src="data:image/svg+xmlx,1">', "<img>"),
    ('<p style="position:fixed" onclick="alert(1)">p</p>', "<p>p</p>"),
    ('<a href="javascript:alert(1)">a</a>', '<a rel="noopener noreferrer">a</a>'),
    ('<a href=" java\nscript:alert(1)">a</a>', '<a rel="noopener noreferrer">a</a>'),
    ('<a href="data:text/html,x">a</a>', '<a rel="noopener noreferrer">a</a>'),
    ('<a href="DATA:text/html,x">a</a>', '<a rel="noopener noreferrer">a</a>'),
    ('<a href="vbscript:x">a</a>', '<a rel="noopener noreferrer">a</a>'),
    ('<iframe src="https://example.com">in</iframe><object data="x"></object><embed src="x">', "in"),
    ('<form action="https://example.com"><input name="a"><button>b</button></form>', "b"),
    ('<svg onload="alert(1)"><circle r="1"></circle></svg>', ""),
    (
        '<meta http-equiv="refresh" content="0;url=https://example.com"><base href="https://a.b"><link rel="x">',
        "",
    ),
    ("<!-- a comment -->", ""),
    ("<b>not closed", "<b>not closed</b>"),
)


@pytest.mark.parametrize("html", KEPT)
def test_what_the_document_needs_passes(html):
    assert clean_html(html) == html


@pytest.mark.parametrize(("html", "expected"), CHANGED)
def test_what_could_act_does_not_pass(html, expected):
    assert clean_html(html) == expected


@pytest.mark.parametrize(
    "href", ["https://console.aws.amazon.com/x?a=1", "mailto:sre@example.com", "#f-1", "services/web.html"]
)
def test_links_that_may_lead_away(href):
    assert clean_html(f'<a href="{href}">a</a>') == f'<a href="{href}" rel="noopener noreferrer">a</a>'
