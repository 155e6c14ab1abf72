"""Words linked to the glossary: each once, in text alone, and never as a part of a name."""

import re

import pytest
from nbformat import v4

from sre_lib.document.first_use import FirstUse
from sre_lib.document.pages import PageInfo, to_html
from sre_lib.wording import wording
from sre_lib.wording.glossary import TERMS

LINK = re.compile(r'<a class="term" href="g.html#([a-z0-9-]+)" title="([^"]*)">([^<]*)</a>')


def linked(html, language="en"):
    return FirstUse("g.html", wording(language)).linked(html)


def words(html, language="en"):
    return [(name, text) for name, _, text in LINK.findall(linked(html, language))]


def test_the_first_use_is_linked_with_its_meaning_and_nothing_else_changes():
    html = "<p>Headroom is 12 %. No headroom &lt; 3.</p><p>headroom</p>"
    assert linked(html) == (
        '<p><a class="term" href="g.html#headroom" title="What is left between the peak and the limit: how'
        ' much more load would fit.">Headroom</a> is 12 %. No headroom &lt; 3.</p><p>headroom</p>'
    )


def test_what_one_piece_of_a_page_links_the_next_does_not():
    use = FirstUse("g.html", wording("en"))
    assert "<a " in use.linked("<p>two tasks</p>")
    assert use.linked("<p>two tasks</p>") == "<p>two tasks</p>"


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>M out of N datapoints</p>", [("m-of-n", "M out of N"), ("datapoint", "datapoints")]),
        ("<p>anomaly detection bands</p>", [("band", "anomaly detection bands")]),
        ("<p>p99, at the threshold.</p>", [("p99", "p99"), ("threshold", "threshold")]),
        ("<h2>tasks</h2><th>tasks</th><code>tasks</code><pre>tasks</pre>", []),
        ('<a href="x">tasks <b>tasks</b></a><p>task</p>', [("task", "task")]),
        ("<p>task-runner task_a a/task my.task task.cpu multitask &task;</p>", []),
        ('<p title="tasks">x</p>', []),
        ('<p class="headline"><strong>tasks</strong></p><p>task</p>', [("task", "task")]),
    ],
)
def test_in_text_alone_and_never_in_a_part_of_a_name(html, found):
    assert words(html) == found


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>余裕は12%です。</p>", [("headroom", "余裕")]),
        ("<p>期間中、最大値、タスクセット</p>", []),
        ("<p>期間は5分、p99は</p>", [("period", "期間"), ("p99", "p99")]),
        ("<p>N個中M個のデータポイント</p>", [("m-of-n", "N個中M個"), ("datapoint", "データポイント")]),
    ],
)
def test_japanese_words_end_where_the_script_changes(html, found):
    assert words(html, "ja") == found


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_word_is_found_once_where_all_stand_one_by_one(language):
    say = wording(language)
    html = "".join(f"<p>{say(each.term)}</p>" for each in TERMS)
    assert words(html, language) == [(each.name, say(each.term)) for each in TERMS]
    assert LINK.sub(r"\3", linked(html, language)) == html


@pytest.mark.parametrize("glossary", ["", "../glossary.html"])
def test_a_page_without_a_glossary_has_no_links_and_what_people_wrote_is_left_alone(glossary):
    cell = v4.new_code_cell("", outputs=[v4.new_output("display_data", data={"text/html": "<p>the headroom</p>"})])
    page = to_html(v4.new_notebook(cells=[cell]), page=PageInfo("x", glossary=glossary))
    assert ('href="../glossary.html#headroom"' in page) == bool(glossary)
