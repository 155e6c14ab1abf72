import json

import numpy as np
import pandas as pd

from sre_lib.run.csv_findings import csv_findings, to_json_lines
from tests.accuracy import peer_findings, peers

FIRST = pd.DatetimeIndex(["2026-03-02T00:00", "2026-03-02T00:05", "2026-03-02T00:10", "2026-03-02T00:15"])
CSV = """\
timestamp,value
2026-03-02T00:10:00Z,3
2026-03-02T00:00:00Z,1
2026-03-02T00:05:00Z,
2026-03-02T00:10:00Z,5
2026-03-02T00:15:00Z,9
"""


def test_every_datapoint_with_a_score_above_0_is_a_finding_of_one_period():
    series = pd.Series([1.0, 2.0, 3.0, 4.0], FIRST)
    got = list(peer_findings.lines("nab/a.csv", series, np.array([0.123456789, np.nan, 0.0, 7.0])))
    assert [json.loads(line) for line in got] == [
        {"file": "nab/a.csv", "start": "2026-03-02T00:00:00Z", "end": "2026-03-02T00:05:00Z", "score": 0.123457},
        {"file": "nab/a.csv", "start": "2026-03-02T00:15:00Z", "end": "2026-03-02T00:20:00Z", "score": 7.0},
    ]
    assert all(line.endswith("}\n") for line in got)


def test_it_is_the_line_format_of_our_own_findings(tmp_path):
    index = pd.date_range("2026-03-02", periods=14 * 288, freq="300s", tz="UTC")
    values = 30 + np.random.default_rng(1).normal(size=len(index))
    values[3000:3006] += 40
    path = tmp_path / "ours.csv"
    pd.DataFrame({"timestamp": index.strftime("%Y-%m-%dT%H:%M:%SZ"), "value": values}).to_csv(path, index=False)
    ours = json.loads(to_json_lines(csv_findings([path])).splitlines()[0])
    (theirs,) = peer_findings.lines("a/b.csv", pd.Series([1.0, 2.0], FIRST[:2]), np.array([np.nan, 1.0]))
    for name, value in json.loads(theirs).items():
        assert type(ours[name]) is type(value), name
    assert ours["start"].endswith("Z")


def test_a_csv_is_read_by_time_without_gaps_each_moment_once(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(CSV)
    got = peer_findings.read(path)
    assert list(got) == [1.0, 4.0, 9.0]
    assert list(got.index) == [FIRST[0], FIRST[2], FIRST[3]]


def test_files_appear_whole_with_their_seconds_and_are_looked_at_once(tmp_path, monkeypatch, capsys):
    asked = []

    def deviation(series):
        asked.append(len(series))
        return (series - series.mean()).abs().to_numpy()

    monkeypatch.setitem(peer_findings.METHODS, "deviation", deviation)
    (tmp_path / "nab").mkdir()
    file = tmp_path / "nab" / "a.csv"
    file.write_text(CSV)
    out = tmp_path / "out"
    for _ in range(2):
        peer_findings.main("deviation", out, [file])
    assert asked == [3]
    assert {path.name for path in out.iterdir()} == {"nab.a.csv.jsonl", "nab.a.csv.seconds"}
    assert len((out / "nab.a.csv.jsonl").read_text().splitlines()) == 3
    assert peers.seconds(out) >= 0
    assert capsys.readouterr().err.startswith("deviation 1/1 nab/a.csv ")


def test_every_peer_has_its_method():
    assert peers.PEERS.keys() == peer_findings.METHODS.keys()
