"""The usual week: traffic, CPU and memory as they were expected, in words and as a picture."""

import re
from base64 import b64decode
from dataclasses import replace

import numpy as np

from sre_lib.document.onboarding.usual import usual_weeks
from tests.document.build import CPU, MEMORY, REQUESTS, look


def svg(made):
    return b64decode(made.src.removeprefix("data:image/svg+xml;base64,")).decode()


def with_expected(made, column, values):
    bands = made.analysis.bands.copy()
    bands[(*column, "expected")] = values(bands.index)
    return replace(made, analysis=replace(made.analysis, bands=bands))


def test_traffic_then_cpu_then_memory_each_in_words():
    # Thursday 20:00 in Tokyo is Thursday 11:00 UTC.
    peak = with_expected(look(), CPU, lambda index: np.where((index.day_of_week == 3) & (index.hour == 11), 62.0, 18.0))
    assert [caption for caption, _ in usual_weeks(peak)] == [
        "web / alb – requests: usually 1,000 per 5 min to 1,000 per 5 min, highest Mon 00:00",
        "web – CPU: usually 18 % to 62 %, highest Thu 20:00",
        "web – memory: usually 50 % to 50 %, highest Mon 00:00",
    ]


def test_japanese_weekdays_are_whole_words():
    assert usual_weeks(look(language="ja"))[1][0].endswith("月曜日 00:00")


def test_the_band_is_drawn_the_limit_is_the_top_and_days_are_named():
    (_, image) = usual_weeks(look())[1]
    drawn = svg(image)
    assert drawn.count('fill="#cfe3f0"') == 1
    assert re.findall(r">(\w{3})</text>", drawn) == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert 'stroke="#D55E00"' in drawn
    assert image.alt == "Usual week: web – CPU: usually 30 % to 30 %, highest Mon 00:00"


def test_what_is_not_known_is_a_gap_and_no_line_to_zero():
    half = with_expected(look(), CPU, lambda index: np.where(index.day_of_week < 3, 40.0, np.nan))
    drawn = svg(usual_weeks(half)[1][1])
    line = re.search(r'<path d="(M[^"]*)" fill="none" stroke="#0072B2"', drawn)
    assert line
    assert line[1].count("M") == 1
    assert max(float(each) for each in re.findall(r"[ML]([\d.]+) ", line[1])) < 500


def test_a_series_without_a_baseline_is_left_out_and_another_is_shown_where_there_is_neither_cpu_nor_memory():
    bare = look()
    bare = replace(bare, analysis=replace(bare.analysis, bands=bare.analysis.bands.iloc[:, :0]))
    assert usual_weeks(bare) == []
    assert len(usual_weeks(look(levels={CPU: 10.0}))) == 1
    assert len(usual_weeks(look(levels={MEMORY: 10.0, REQUESTS: 5.0}))) == 2
