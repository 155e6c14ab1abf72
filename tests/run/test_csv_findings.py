from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import orjson
import pytest
from click.testing import CliRunner

from sre_lib.analyse.judge import judge
from sre_lib.errors import UserMistakeError
from sre_lib.run.cli import main
from sre_lib.run.csv_findings import csv_findings, to_json_lines, to_table
from sre_lib.run.csv_series import LARGEST, read_series
from tests.analyse.series import DAY, START, index, rhythm, with_change
from tests.run.csv_files import written, written_series

FAULT = 18 * DAY + 100


@pytest.fixture
def faulty(tmp_path):
    weak = with_change(rhythm(21), 10 * DAY, 10 * DAY + 6, 3.5)
    return written_series(tmp_path, with_change(weak, FAULT, FAULT + 6, 40))


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
    assert (
        to_table(csv_findings([written_series(tmp_path, rhythm(21))])) == "nothing found in 1 file (6,048 datapoints)"
    )


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
    one = written(tmp_path, "timestamp,value\n1772409600,1\n1772409900,\n", "one.csv")
    found = csv_findings([young, empty, one, faulty])
    assert {each.file for each in found.findings} == {str(faulty)}
    assert (found.files, found.datapoints) == (1, 21 * DAY)
    assert found.not_evaluated == (
        f"{young}: not evaluated: only 1 days of history, 2 are needed",
        f"{empty}: not evaluated: no datapoints came",
        f"{one}: not evaluated: only 1 datapoint, 2 days of them are needed",
    )


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (START + timedelta(days=30), None),
        (None, START - timedelta(days=1)),
        (START + timedelta(days=5, seconds=1), START + timedelta(days=5, seconds=299)),
        (START + timedelta(days=12, hours=1), START + timedelta(days=12, hours=2)),
    ],
    ids=["after", "before", "between two slots", "in a gap"],
)
def test_a_span_without_datapoints_is_not_evaluated(tmp_path, start, end):
    series = rhythm(14)
    series.iloc[12 * DAY : 13 * DAY] = np.nan
    path = written_series(tmp_path, series)
    found = csv_findings([path], start=start, end=end)
    assert (found.findings, found.files) == ((), 0)
    (line,) = found.not_evaluated
    span = " ".join(f"{name} {at.isoformat()}" for name, at in (("from", start), ("to", end)) if at)
    assert line.startswith(f"{path}: not evaluated: no datapoint in the reviewed span {span}; ")
    assert line.endswith("the first is of 2026-03-02T00:00:00+00:00, the last of 2026-03-15T23:55:00+00:00")


def test_what_fails_on_one_file_does_not_cost_the_others(tmp_path, faulty, monkeypatch):
    def judged(series, meaning, timezone):
        if len(series) == 5 * DAY:
            raise ValueError("a\nbug")
        return judge(series, meaning, timezone)

    monkeypatch.setattr("sre_lib.run.csv_findings.judge", judged)
    odd = written_series(tmp_path, rhythm(5), "odd.csv")
    found = csv_findings([odd, faulty])
    assert any(each.shown for each in found.findings)
    assert found.not_evaluated == (
        f"{odd}: not evaluated: sre-review failed on it (ValueError: a bug); please report this with the file",
    )


@pytest.mark.parametrize("step_s", [60, 300, 420, 900, 1800, 3600])
def test_every_step_is_read_and_evaluated(tmp_path, step_s):
    slots = 14 * 86_400 // step_s
    at = START.timestamp() + step_s * np.arange(slots)
    values = 30 + 10 * np.sin(2 * np.pi * at / 86_400) + np.random.default_rng(1).normal(size=slots)
    spike = (at >= at[0] + 10.5 * 86_400) & (at < at[0] + 10.5 * 86_400 + 7200)
    values[spike] += 50
    rows = [f"{time:.0f},{value}" for time, value in zip(at, values, strict=True)]
    path = written(tmp_path, "\n".join(["timestamp,value", *rows]))
    series = read_series(path)
    assert (series.index[1] - series.index[0]).total_seconds() == max(300, step_s)
    found = csv_findings([path])
    assert (found.not_evaluated, found.files, found.datapoints) == ((), 1, len(series))


@pytest.mark.parametrize("size", [1e-300, 1e-9, 1e9, LARGEST / 100])
@pytest.mark.parametrize("metric", ["", "cpu", "freeable_memory"])
def test_any_magnitude_is_evaluated(tmp_path, metric, size):
    series = with_change(rhythm(8) + np.arange(8 * DAY) / DAY, 6 * DAY, 6 * DAY + 6, 40) * size
    found = csv_findings([written_series(tmp_path, series)], metric)
    assert found.not_evaluated == ()
    assert "∞" not in to_json_lines(found)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"metric": "cpuu"}, "metric: got 'cpuu', did you mean 'cpu'?"),
        ({"timezone": "Mars/Base"}, "timezone: got 'Mars/Base', wants an IANA name"),
        ({"start": datetime(2026, 3, 5, tzinfo=UTC), "end": datetime(2026, 3, 4, tzinfo=UTC)}, "to: got 2026-03-04"),
        (
            {"start": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))},
            "from: got 0001-01-01T00:00:00.14:00, wants",
        ),
        (
            {"end": datetime(9999, 12, 31, tzinfo=UTC)},
            "to: got 9999-12-31T00:00:00.00:00, wants a time from 1970 to 2199",
        ),
    ],
)
def test_a_mistake_is_one_sentence(faulty, asked, sentence):
    with pytest.raises(UserMistakeError, match="^" + sentence.replace("?", r"\?")):
        csv_findings([faulty], **asked)


def test_a_mistake_in_the_last_file_prints_nothing(tmp_path, faulty):
    bad = written(tmp_path, "timestamp,value\n1772409600,x\n", "bad.csv")
    done = CliRunner().invoke(main, ["findings", str(faulty), str(bad)])
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"sre-review: {bad}, line 2: value: got 'x', wants")
