from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sre_lib.errors import UserMistakeError
from sre_lib.run.csv_series import read_series, zone
from tests.analyse.series import START, rhythm
from tests.run.csv_files import written, written_series

A_TIME = "wants a time from 1970 to 2199: ISO 8601 such as 2026-10-05T07:00:00Z, or seconds (not milliseconds)"


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
        (["2026-03-02T00:00+00,1", "2026-03-02T00:05 +00:00,2"], 0, 300, [1, 2]),
        (["2026-03-02T00:00:00Z", "2026-03-02T00:05:00Z,2"], 0, 300, [np.nan, 2]),
        (["2026-03-02T00:00:00Z,1"], 0, None, [1]),
        ([], None, None, []),
    ],
    ids=["ISO", "unsorted", "offsets", "epoch", "jitter", "twice", "missing", "minutes", "hours",
         "short offsets", "short row", "one", "none"],
)  # fmt: skip
def test_rows_come_onto_a_grid(tmp_path, lines, start, step_s, values):
    series = read_series(written(tmp_path, "\n".join(["timestamp,value", *lines])))
    np.testing.assert_array_equal(series, values)
    if values:
        assert series.index[0] == START + timedelta(seconds=start)
    if len(values) > 1:
        assert (series.index[1] - series.index[0]).total_seconds() == step_s


def test_times_without_an_offset_are_local(tmp_path):
    path = written(tmp_path, "timestamp,value\n2026-03-02 09:00,1\n2026-03-02 09:05,2\n")
    assert read_series(path, "Asia/Tokyo").index[0] == START


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("time,value\n1,2\n", "line 1: got the columns 'time, value'; timestamp is missing"),
        ("", "line 1: is empty"),
        ("timestamp,value\n2026-03-02T00:00:00Z,1\n\nyesterday,2\n", "line 4: timestamp: got 'yesterday'"),
        ("timestamp,value\n2026-03-02T00:00:00Z,1\n2026-03-02T00:05:00Z,inf\n", "line 3: value: got 'inf'"),
        ("timestamp,value\n2026-03-02T00:00:00Z,12 %\n", "line 2: value: got '12 %'"),
        ("timestamp,value\n2026-03-02T00:00:00,1\n", "line 2: timestamp: got '2026-03-02T00:00:00' without an offset"),
        ("timestamp,value\n2026-03-02T00:00:00Z,1\n2026-03-03T00:00:00Z,1\n", "the usual step is 86400 s"),
        ("timestamp,value\n2026-03-02T00:00:00Z,1\n\n2026-03-02T00:05:00Z,1,\n", "line 4: got 3 fields, wants 2 as in"),
        ("timestamp,value\n1772409600,50,13\n", "line 2: got 3 fields, wants 2 as in line 1"),
        ('timestamp,value\n1772409600,1\n1772409900,"2\n', "line 3: cannot be read as CSV (unexpected end of data)"),
        (
            "timestamp,Value,value\n1772409600,1,2\n",
            "line 1: got the columns 'timestamp, value, value'; value stands 2",
        ),
        ("timestamp,value, value\n1772409600,1,2\n", "value stands 2 times, wants timestamp,value"),
        ("timestamp, Timestamp,value\n1,1772409600,2\n", "timestamp stands 2 times"),
        ("timestamp,value\n1772409600000,1\n", f"line 2: timestamp: got '1772409600000', {A_TIME}"),
        ("timestamp,value\n1772409600,1\n10000000000000000000000000,1\n", "line 3: timestamp: got '1000000"),
        (f"timestamp,value\n{'1' * 400},1\n", f"line 2: timestamp: got '{'1' * 60}...'"),
        ("timestamp,value\n-5,1\n", f"line 2: timestamp: got '-5', {A_TIME}"),
        ("timestamp,value\n0001-01-01T00:00:00Z,1\n", f"got '0001-01-01T00:00:00Z', {A_TIME}"),
        ("timestamp,value\n0001-01-01T00:00+14:00,1\n", f"got '0001-01-01T00:00+14:00', {A_TIME}"),
        ("timestamp,value\n9999-12-31,1\n", f"got '9999-12-31', {A_TIME}"),
        (
            "timestamp,value\n2199-12-31T23:55Z,1\n2200-01-01T00:00Z,1\n",
            f"line 3: timestamp: got '2200-01-01T00:00Z', {A_TIME}",
        ),
        ("timestamp,value\nnow,1\n", f"got 'now', {A_TIME}"),
        ("timestamp,value\n1772409600,1e18\n", "line 2: value: got '1e18', wants a finite number, at most 1e+17"),
        ("timestamp,value\n1772409600,1e400\n", "line 2: value: got '1e400', wants a finite number"),
        (
            "timestamp,value\n1772409600,1\n1772409900,1\n1772410200,1\n1774000000,1\n",
            "got 4 timestamps over 5302 periods",
        ),
    ],
)
def test_what_cannot_be_read_is_said_with_file_and_line(tmp_path, text, sentence):
    path = written(tmp_path, text)
    with pytest.raises(UserMistakeError) as caught:
        read_series(path)
    assert str(caught.value).startswith(str(path))
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("none.csv", "there is no such file"),
        ("", "is a folder, wants a CSV file"),
        ("web.csv/x", "cannot be read (Not a directory)"),
        ("x" * 300, "cannot be read (File name too long)"),
    ],
)
def test_a_path_that_cannot_be_read(tmp_path, name, sentence):
    written(tmp_path, "timestamp,value\n")
    with pytest.raises(UserMistakeError) as caught:
        read_series(tmp_path / name)
    assert str(caught.value).startswith(f"{tmp_path / name}: {sentence}")


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    # Permissions do not hold for root, so the system's answer is played.
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(UserMistakeError, match=r"web\.csv: cannot be read \(Permission denied\), wants a CSV file$"):
        read_series(tmp_path / "web.csv")


@pytest.mark.parametrize("name", ["x" * 300, "UTC/x", "../UTC", "Mars/Base"])
def test_a_time_zone_that_is_none(name):
    with pytest.raises(UserMistakeError, match=f"^timezone: got '{name}', wants an IANA name such as Asia/Tokyo$"):
        zone(name)


@pytest.mark.parametrize(
    ("times", "sentence"),
    [
        (["2026-03-29T01:55", "2026-03-29T02:30"], "line 3: timestamp: got '2026-03-29T02:30', which the clocks of"),
        (["2026-10-25T01:55", "2026-10-25T02:30"], "line 3: timestamp: got '2026-10-25T02:30', which comes twice in"),
        (["2026-10-25T02:00", "2026-10-25T02:00"] * 3, "line 2: timestamp: got '2026-10-25T02:00', which comes twice"),
    ],
    ids=["skipped", "once", "unclear"],
)
def test_a_clock_that_was_set(tmp_path, times, sentence):
    path = written(tmp_path, "\n".join(["timestamp,value", *(f"{at},1" for at in times)]))
    with pytest.raises(UserMistakeError) as caught:
        read_series(path, "Europe/Berlin")
    assert str(caught.value).startswith(f"{path}, {sentence}")
    assert str(caught.value).endswith("write the offset into the timestamps, such as 2026-10-05T07:00:00+09:00")


def test_an_hour_that_comes_twice_is_told_by_the_order(tmp_path):
    clock = [f"2026-10-25T{hour}:{minute:02}" for hour in ("01", "02", "02", "03") for minute in range(0, 60, 5)]
    series = read_series(
        written(tmp_path, "\n".join(["timestamp,value", *(f"{at},1" for at in clock)])), "Europe/Berlin"
    )
    assert (len(series), series.count()) == (48, 48)
