from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import orjson
import pandas as pd
import pytest

from sre_lib.errors import UserMistakeError
from sre_lib.run.csv_findings import csv_findings, to_json_lines, to_table
from sre_lib.run.csv_series import read_series
from tests.analyse.series import DAY, START, index, rhythm, with_change

FAULT = 18 * DAY + 100


def written(folder: Path, text: str, name: str = "web.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def written_series(folder: Path, series: pd.Series, name: str = "web.csv") -> Path:
    times = pd.DatetimeIndex(series.index)
    rows = [f"{at.isoformat()},{'' if np.isnan(value) else value}" for at, value in zip(times, series, strict=True)]
    return written(folder, "\n".join(["timestamp,value", *rows]), name)


@pytest.fixture
def faulty(tmp_path):
    weak = with_change(rhythm(21), 10 * DAY, 10 * DAY + 6, 3.5)
    return written_series(tmp_path, with_change(weak, FAULT, FAULT + 6, 40))


def test_a_series_is_read_as_it_was(tmp_path):
    series = rhythm(3)
    series.iloc[100:150] = np.nan
    read = read_series(written_series(tmp_path, series))
    pd.testing.assert_series_equal(read, series, check_freq=False, check_names=False)


@pytest.mark.parametrize(
    ("lines", "start", "step_s", "values"),
    [
        (["2026-03-02T00:00:00Z,1", "2026-03-02T00:05:00Z,2"], 0, 300, [1, 2]),
        (["2026-03-02T00:05:00Z,2", "", "2026-03-02T00:00:00Z,1"], 0, 300, [1, 2]),
        (["2026-03-02T09:00:00+09:00,1", "2026-03-02T00:05:00+0000,2"], 0, 300, [1, 2]),
        (["1772409600,1", "1772409900.0,2"], 0, 300, [1, 2]),
        (["2026-03-02T00:02:00Z,1", "2026-03-02T00:07:01Z,2", "2026-03-02T00:11:59Z,3"], 120, 300, [1, 2, 3]),
        (["2026-03-02T00:00:00Z,1", "2026-03-02T00:05:00Z,2", "2026-03-02T00:05:00Z,4"], 0, 300, [1, 3]),
        (["2026-03-02T00:00:00Z,1", "2026-03-02T00:05:00Z,", "2026-03-02T00:10:00Z,NaN",
          "2026-03-02T00:15:00Z,4", "2026-03-02T00:20:00Z,5"], 0, 300, [1, np.nan, np.nan, 4, 5]),
        (["2026-03-02T00:03:00Z,1", "2026-03-02T00:04:00Z,3", "2026-03-02T00:05:00Z,5"], 0, 300, [2, 5]),
        (["2026-03-02T00:30:00Z,1", "2026-03-02T01:30:00Z,3"], 1800, 3600, [1, 3]),
        (["2026-03-02T00:00:00Z,1"], None, None, []),
        ([], None, None, []),
    ],
    ids=["ISO", "unsorted", "offsets", "epoch", "jitter", "twice", "missing", "minutes", "hours", "one", "none"],
)  # fmt: skip
def test_rows_come_onto_a_grid(tmp_path, lines, start, step_s, values):
    series = read_series(written(tmp_path, "\n".join(["timestamp,value", *lines])))
    np.testing.assert_array_equal(series, values)
    if values:
        assert series.index[0] == START + timedelta(seconds=start)
        assert (series.index[1] - series.index[0]).total_seconds() == step_s


def test_times_without_an_offset_are_local(tmp_path):
    path = written(tmp_path, "timestamp,value\n2026-03-02 09:00,1\n2026-03-02 09:05,2\n")
    assert read_series(path, "Asia/Tokyo").index[0] == START


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("time,value\n1,2\n", "line 1: got the columns time, value; timestamp is missing"),
        ("", "line 1: is empty"),
        ("timestamp,value\n2026-03-02T00:00:00Z,1\n\nyesterday,2\n", "line 4: timestamp: got 'yesterday'"),
        ("timestamp,value\n2026-03-02T00:00:00Z,1\n2026-03-02T00:05:00Z,inf\n", "line 3: value: got 'inf'"),
        ("timestamp,value\n2026-03-02T00:00:00Z,12 %\n", "line 2: value: got '12 %'"),
        ("timestamp,value\n2026-03-02T00:00:00,1\n", "line 2: timestamp: got '2026-03-02T00:00:00' without an offset"),
        ("timestamp,value\n2026-03-02T00:00:00Z,1\n2026-03-03T00:00:00Z,1\n", "the usual step is 86400 s"),
        ("timestamp,value\n1,2,3,4\n1,2,3,4,5\n", "cannot be read as CSV"),
    ],
)
def test_what_cannot_be_read_is_said_with_file_and_line(tmp_path, text, sentence):
    path = written(tmp_path, text)
    with pytest.raises(UserMistakeError) as caught:
        read_series(path)
    assert str(caught.value).startswith(str(path))
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_and_a_folder(tmp_path):
    with pytest.raises(UserMistakeError, match="no such file"):
        read_series(tmp_path / "none.csv")
    with pytest.raises(UserMistakeError, match="is a folder"):
        read_series(tmp_path)


def test_a_clock_that_was_set_forward(tmp_path):
    path = written(tmp_path, "timestamp,value\n2026-03-29T02:30:00,1\n2026-03-29T02:35:00,1\n")
    with pytest.raises(UserMistakeError, match="does not exist or is ambiguous in Europe/Berlin"):
        read_series(path, "Europe/Berlin")


def test_the_fault_is_shown_with_its_headline(faulty):
    (shown,) = [each for each in csv_findings([faulty]).findings if each.shown]
    assert (shown.file, shown.detector, shown.view) == (str(faulty), "departure", "spike")
    assert shown.start == index(21)[FAULT]
    assert shown.end == index(21)[FAULT + 6]
    assert shown.value > 70
    assert 25 < shown.expected < 45
    assert shown.headline.startswith("web: value rose to ")


def test_json_holds_every_candidate_and_the_table_those_shown(faulty):
    found = csv_findings([faulty])
    rows = [orjson.loads(line) for line in to_json_lines(found).splitlines()]
    assert len(rows) == len(found.findings) > 1
    assert list(rows[0]) == [
        "file", "detector", "view", "start", "end", "until", "score", "shown", "value", "expected", "headline",
    ]  # fmt: skip
    shown = next(row for row in rows if row["shown"])
    assert shown["start"] == "2026-03-20T08:20:00Z"
    assert shown["end"] == "2026-03-20T08:50:00Z"
    assert to_table(found) == f"{shown['score']:.2f}  {shown['headline']}"


def test_nothing_found_is_said(tmp_path):
    assert to_table(csv_findings([written_series(tmp_path, rhythm(21))])) == "nothing found in 1 file (6,048 datapoints)"


def test_only_the_reviewed_span_is_reported_but_all_is_known(faulty):
    after = START + timedelta(days=19)
    assert [each for each in csv_findings([faulty], start=after).findings if each.start < after] == []
    assert any(each.shown for each in csv_findings([faulty], end=after).findings)
    assert not any(each.shown for each in csv_findings([faulty], start=after).findings)


def test_the_metric_gives_unit_limit_and_smallest_effect(tmp_path):
    tiny = written_series(tmp_path, 30 + (with_change(rhythm(21), FAULT, FAULT + 6, 40) - 30) / 20, "tiny.csv")
    assert [each.shown for each in csv_findings([tiny]).findings if each.score > 0.5] == [True]
    assert [each.shown for each in csv_findings([tiny], "cpu").findings if each.score > 0.5] == [False]
    full = rhythm(21)
    full.iloc[FAULT : FAULT + 24] = 100.0
    (shown,) = [each for each in csv_findings([written_series(tmp_path, full)], "cpu").findings if each.shown]
    assert shown.view == "saturation"
    assert "100 %" in shown.headline


def test_a_file_without_enough_data_is_named_and_the_others_go_on(tmp_path, faulty):
    young = written_series(tmp_path, rhythm(1), "young.csv")
    empty = written(tmp_path, "timestamp,value\n", "empty.csv")
    found = csv_findings([young, empty, faulty])
    assert {each.file for each in found.findings} == {str(faulty)}
    assert found.not_evaluated == (
        f"{young}: not evaluated: only 1 days of history, 2 are needed",
        f"{empty}: not evaluated: no datapoints came",
    )


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"metric": "cpuu"}, "metric: got 'cpuu', did you mean 'cpu'?"),
        ({"timezone": "Mars/Base"}, "timezone: got 'Mars/Base', wants an IANA name"),
        ({"start": datetime(2026, 3, 5, tzinfo=UTC), "end": datetime(2026, 3, 4, tzinfo=UTC)}, "to: got 2026-03-04"),
    ],
)
def test_a_mistake_is_one_sentence(faulty, asked, sentence):
    with pytest.raises(UserMistakeError, match="^" + sentence.replace("?", r"\?")):
        csv_findings([faulty], **asked)
