"""What people wrote, on a page: Markdown is rendered, HTML is text, the verdict comes first."""

from datetime import date

import pytest
from nbformat import v4

from sre_lib.document.minutes.cells import template
from sre_lib.document.page_body import page_body
from sre_lib.document.written import is_written, with_decisions
from sre_lib.wording import wording
from tests.document.minutes.test_merge import entry

DAY = date(2026, 10, 5)
EN, JA = wording("en"), wording("ja")


def cell(name, text):
    return v4.new_markdown_cell(text, metadata={"sre_review": {"cell": name, "agreed": ""}})


def html(*cells, say=EN, meeting=DAY):
    return page_body(v4.new_notebook(cells=list(cells)), say, meeting).html


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("a <script>x()</script> <b>b</b>", "a &lt;script&gt;x()&lt;/script&gt; &lt;b&gt;b&lt;/b&gt;"),
        ("<div onclick=x>\nhi\n</div>", "&lt;div onclick=x&gt;\nhi\n&lt;/div&gt;"),
        ("x<!-- hint\nof ours -->y", "<p>xy</p>"),
        ("```\nnever closed <b>", "<pre><code>never closed &lt;b&gt;\n</code></pre>"),
        ("![p](https://example.com/p.png)", '<p><img alt="p"/></p>'),
        ("- [ ] a\n- [x] b\n［　］ c", "<li>☐ a</li>\n<li>☑ b</li>\n<li>☐ c</li>"),
        ("再発 🎉 **太字**", "<p>再発 🎉 <strong>太字</strong></p>"),
        ("| a |\n|---|\n| 1 |", "<td>1</td>"),
    ],
)
def test_markdown_is_rendered_and_html_is_text(typed, shown):
    assert shown in html(cell("notes:services", typed))


@pytest.mark.parametrize(
    "typed",
    [
        "[x](javascript:alert(1))", "[y](javascript:alert(1))", "[y](data:text/html,x)", "[z](http://a.example/)",
        "<ftp://a.example/>", "[m](mailto:aya@example.com)", "[v](vbscript:x)", "[j](JaVaScRiPt&colon;alert(1))",
    ],
)  # fmt: skip
def test_links_of_notes_lead_to_https_alone(typed):
    assert "href" not in html(cell("notes:services", typed))
    assert '<a href="https://a.example/"' in html(cell("notes:services", "[h](https://a.example/)"))


def test_the_verdict_comes_first_whatever_was_typed_first():
    text = "- [ ] do it @bo 12/3\n\nwhy\n\n**Verdict:** expected until 12/1"
    shown = html(cell("discussion:a", text))
    places = [shown.index(each) for each in ("What the meeting decided", "expected until 2026-12-01", "why", "do it")]
    assert places == sorted(places)


def test_labels_are_in_the_language_of_the_page():
    shown = html(cell("discussion:a", "**Verdict:** fix"), cell("notes:meeting", "綾"), say=JA)
    assert all(each in shown for each in ("会議で決めたこと", "判定", "直す", "会議のメモ"))


def test_without_a_meeting_the_text_is_shown_as_it_is():
    assert "<strong>Verdict:</strong> fix" in html(cell("discussion:a", "**Verdict:** fix"), meeting=None)


def test_what_is_written_by_people():
    known = ("discussion:a", "notes:own", "added:x", "title", "")
    assert [is_written(cell(name, "text")) for name in known] == [True, True, True, False, False]
    assert not is_written(v4.new_code_cell("1", metadata={"sre_review": {"cell": "added:x"}}))


def test_the_page_of_a_service_shows_only_what_was_written_before_its_findings():
    notebook = v4.new_notebook(cells=[cell("title", "# T"), cell("findings", "## Findings")])
    shown = with_decisions(notebook, [entry("a", "**Verdict:** fix"), entry("b")], EN)
    assert len(notebook.cells) == 2
    assert len(shown.cells) == 4
    text = page_body(shown, EN, DAY).html
    assert text.index("CPU rose") < text.index("<strong>fix</strong>") < text.index("../index.html")
    assert text.index("../index.html") < text.index("Findings")
    assert with_decisions(notebook, [entry("b")], EN) is notebook


def test_a_heading_over_an_empty_form_is_left_out():
    heading = v4.new_markdown_cell("## What we saw ourselves")
    form = cell("notes:own", template("notes:own", EN))
    assert "What we saw ourselves" not in html(heading, form)
    assert "What we saw ourselves" in html(heading, cell("notes:own", "**Service:** web"))
    assert "What we saw ourselves" in html(heading, v4.new_markdown_cell("added by people"), form)
