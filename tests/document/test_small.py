import re
from base64 import b64decode

import numpy as np

from sre_lib.document.look import Look
from sre_lib.document.sanitise import clean_html
from sre_lib.document.small import Picture, hour_map, picture, small
from sre_lib.model import Resource
from tests.document.build import CPU, MEMORY, REQUESTS, finding, look


def graph(made: Look, resource: Resource = "cpu") -> tuple[str, Picture]:
    drawn = small(made, resource)
    assert drawn is not None
    return drawn


def svg(src: str) -> str:
    return b64decode(src.removeprefix("data:image/svg+xml;base64,")).decode()


def test_a_small_graph_has_words_and_marks_its_findings():
    caption, image = graph(look(finding()))
    assert caption == "CPU, 31 % to 31 %"
    assert image.alt == "Graph of the week: web, CPU, 31 % to 31 %"
    assert svg(image.src).count("#fae3b0") == 1
    assert svg(graph(look())[1].src).count("#fae3b0") == 0


def test_percent_have_the_same_axis_everywhere():
    def height(level: float) -> float:
        drawn = svg(graph(look(levels={CPU: level}))[1].src)
        return float(re.findall(r'd="M0\.0 ([\d.]+)', drawn)[-1])

    assert height(0) > height(49) > height(99)
    assert height(99) == 1.0


def test_the_series_with_the_finding_is_drawn():
    assert graph(look(finding(part="web", metric="memory", resource="memory")), "memory")[0].startswith("memory")


def test_a_service_without_the_resource_has_no_graph():
    assert small(look(levels={REQUESTS: 5}), "cpu") is None
    assert small(look(levels={CPU: np.nan, MEMORY: 5}), "cpu") is None


def test_words_from_outside_are_escaped_in_the_picture():
    assert "<script>" not in svg(picture("", 10, 10, "<script>x</script>").src)


def test_a_picture_passes_the_allow_list_of_the_page():
    _, image = graph(look())
    html = f'<img src="{image.src}" alt="x">'
    assert image.src in clean_html(html)


def test_the_hour_map_writes_each_hour_and_leaves_missing_ones_empty():
    values = np.array([[10.4, np.nan], [99.0, 0.25]])
    drawn = svg(hour_map(values, ["Mon", "Tue"], "%", 100.0, "CPU").src)
    assert re.findall(r">([\d.]+|Mon|Tue)</text>", drawn) == ["0", "1", "Mon", "Tue", "10", "99", "0.2"]
    assert drawn.count("<rect") == 3


def test_what_goes_beyond_100_percent_is_drawn_whole():
    made = look(levels={CPU: 99.0})
    values = made.service_week.frame.values
    values.loc[values.index >= made.week.start + (made.week.end - made.week.start) / 2, tuple(CPU)] = 150.0
    line = svg(graph(made)[1].src).split("<path")[-1]
    heights = {float(each) for each in re.findall(r"[ML][\d.]+ ([\d.]+)", line)}
    assert heights == {1.0, 19.0}
