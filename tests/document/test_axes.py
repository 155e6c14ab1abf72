from datetime import timedelta

import numpy as np
import pytest

from sre_lib.document.axes import event_marks, scale_of, y_axis
from sre_lib.event import Event
from tests.document.build import TOKYO, WEEK

DAY = timedelta(days=1)


def push(title: str, hours: float, lasts: float = 0) -> Event:
    start = WEEK.start + timedelta(hours=hours)
    return Event(start, start + timedelta(hours=lasts), "push", title)


@pytest.mark.parametrize(
    ("unit", "largest", "divisor", "suffix"),
    [
        ("Percent", 50, 1, " %"),
        ("Bytes", 2**31, 2**30, " GiB"),
        ("Bytes", 2**20, 2**20, " MiB"),
        ("Bytes", 0, 1, " B"),
        ("Megabytes", 700, 1, " MiB"),
        ("Megabytes", 4096, 1024, " GiB"),
        ("Gigabytes", 0.5, 2**-10, " MiB"),
        ("Bytes/Second", 3 * 2**20, 2**20, " MiB/s"),
        ("Microseconds", 400, 1, " µs"),
        ("Count/Second", 2, 1, " /s"),
        ("Count", 9, 1, ""),
    ],
)
def test_scale(unit, largest, divisor, suffix):
    scale = scale_of(unit, largest)
    assert (scale.divisor, scale.suffix) == (divisor, suffix)


@pytest.mark.parametrize(
    ("unit", "values", "limit", "bottom", "top"),
    [
        ("Percent", [10, 20], 100, 0, 103),
        ("Percent", [10, 150], 100, 0, 154.5),
        ("Seconds", [0.1, 0.2], 30, 0, 0.224),
        ("Seconds", [10, 20], 30, 0, 31.5),
        ("Count", [0, 0], None, 0, 1),
        ("Count", [np.nan], None, 0, 1),
        ("None", [-10, 5], None, -11, 5.6),
    ],
)
def test_the_value_axis_shows_zero_and_a_limit_that_is_near(unit, values, limit, bottom, top):
    assert y_axis(unit, np.array(values, dtype=float), limit)["range"] == pytest.approx([bottom, top])


def test_an_event_outside_the_chart_is_not_drawn():
    marks = event_marks([push("early", -5), push("late", 24)], WEEK.start, WEEK.start + DAY, TOKYO)
    assert (marks.shapes, marks.annotations, marks.rows) == ([], [], 0)


def test_an_event_has_a_line_its_span_and_a_label():
    marks = event_marks([push("sale", 6, 1)], WEEK.start, WEEK.start + DAY, TOKYO)
    assert [shape["type"] for shape in marks.shapes] == ["rect", "line"]
    assert [(label["text"], label["x"]) for label in marks.annotations] == [("sale", "2026-09-28T06:00:00")]


def test_labels_that_would_meet_take_another_row_and_the_fourth_is_left_out():
    marks = event_marks([push(f"push number {n}", 6 + n / 10) for n in range(4)], WEEK.start, WEEK.start + DAY, TOKYO)
    assert [label["yshift"] for label in marks.annotations] == [0, 20, 40]
    assert (len([shape for shape in marks.shapes if shape["type"] == "line"]), marks.rows) == (4, 3)


def test_a_label_at_the_right_edge_stands_left_of_its_mark():
    (label,) = event_marks([push("a long title of a push", 23)], WEEK.start, WEEK.start + DAY, TOKYO).annotations
    assert label["xanchor"] == "right"


def test_titles_from_outside_are_escaped_and_cut():
    (label,) = event_marks([push("<b>x</b>" * 9, 1)], WEEK.start, WEEK.start + DAY, TOKYO).annotations
    assert "<" not in label["text"]
    assert label["text"].endswith("…")
