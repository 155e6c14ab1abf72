"""How to read the graphs: every kind, once a page, in both languages."""

import importlib
import inspect
import pkgutil
from typing import get_args

import pytest

import sre_lib.document
from sre_lib.document.how_to_read import how_to_read
from sre_lib.wording import wording
from sre_lib.wording.graphs import GRAPHS, Graph

DRAWN = {
    "sre_lib.document.alarm_chart.alarm_chart": "alarm",
    "sre_lib.document.ask_charts.hour_map": "hours",
    "sre_lib.document.ask_charts.lines_chart": "lines",
    "sre_lib.document.charts.finding_chart": "finding",
    "sre_lib.document.charts.together_chart": "together",
    "sre_lib.document.event_chart.aligned_chart": "event",
    "sre_lib.document.event_strips.strips_chart": "event",
    "sre_lib.document.finding.finding_chart_or_note": "finding",
    "sre_lib.document.history_page.history_chart": "history",
    "sre_lib.document.learning.graphs.marked": "lesson",
    "sre_lib.document.learning.graphs.unmarked": "lesson",
    "sre_lib.document.long_view.long_chart": "long",
}


def drawing() -> set[str]:
    """Return every public function of the document that makes a chart."""
    modules = pkgutil.walk_packages(sre_lib.document.__path__, "sre_lib.document.")
    functions = (each for module in modules for each in vars(importlib.import_module(module.name)).values())
    public = {each for each in functions if inspect.isfunction(each) and not each.__name__.startswith("_")}
    ours = {each for each in public if each.__module__.startswith("sre_lib.document.")}
    returned = {each: str(inspect.signature(each).return_annotation) for each in ours}
    return {
        f"{each.__module__}.{each.__name__}"
        for each, kind in returned.items()
        if "Chart" in kind and "list" not in kind
    }


def test_every_function_that_draws_a_chart_is_of_a_kind_that_is_explained():
    assert drawing() == set(DRAWN)
    # Small graphs and usual weeks are pictures, no charts.
    assert {*DRAWN.values(), "small", "usual"} == set(GRAPHS) == set(get_args(Graph))


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("graph", get_args(Graph))
def test_a_kind_says_what_it_shows_and_what_it_cannot_tell(graph, language):
    say, reading = wording(language), GRAPHS[graph]
    made = how_to_read(say, (graph,))
    texts = [reading.title, reading.shows, reading.of, reading.blind, reading.normal]
    assert all(say(text) in repr(made) for text in texts)
    assert made.html.count("<li>") == 4
    assert made.html.startswith('<details class="how-to-read">')


def test_what_is_counted_on_the_page_is_said_beside():
    made = how_to_read(wording("en"), ("long",), ["CPU in <cores>"])
    assert repr(made).endswith("\nCPU in <cores>")
    assert "<li>CPU in &lt;cores&gt;</li>" in made.html
