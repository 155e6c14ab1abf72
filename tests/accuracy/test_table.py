import json
import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sre_lib.errors import UserMistakeError
from tests import labelled as series
from tests.accuracy import __main__ as accuracy
from tests.accuracy import peers
from tests.accuracy.scorer import labelled
from tests.accuracy.table import FIGURES, Row, row, table


def figures(share, series):
    return {**dict.fromkeys(FIGURES, share), "series": series}


def test_the_table_says_the_figures_of_every_set_and_how_sure_the_pooled_ones_are():
    ours = Row(
        "ours",
        {"nab": figures(0.5, 10), "pooled": figures(0.745, 12)},
        dict.fromkeys(FIGURES, (0.6, 0.801)),
        0.123,
    )
    data: Any = SimpleNamespace(sets=lambda: {"nab": {}})
    assert table([ours], data).splitlines() == [
        "| method | nab (10) | pooled (12) | pooled recall at 0.1 | at 1 | average precision | CPU s a series |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        "| ours | 50 50 50 50 · 50 · 50 | 74 74 74 74 · 74 · 74 | 74 (60–80) | 74 (60–80) | 74 (60–80) | 0.12 |",
    ]


@pytest.mark.parametrize(
    ("folder", "sentence"),
    [("", "DATA: got nothing, wants a folder"), ("not-there", "where there is no SET/labels.json")],
)
def test_without_labelled_series_it_says_so_and_exits_with_2(folder, sentence, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DATA", folder and str(tmp_path / folder))
    assert accuracy.main() == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_without_the_scorer_nothing_is_scored(tmp_path):
    (tmp_path / "data" / "nab").mkdir(parents=True)
    (tmp_path / "data" / "nab" / "labels.json").write_text("{}")
    with pytest.raises(UserMistakeError, match=r"^SCORER: .*evaluate\.py is not there: .* SCORER=FILE$"):
        labelled(str(tmp_path / "data"))


def test_without_their_environment_no_peer_is_left_out_silently(tmp_path, monkeypatch):
    monkeypatch.setattr(peers, "HOME", tmp_path)
    with pytest.raises(UserMistakeError, match=r"is not there: call make peers"):
        peers.interpreter()


def test_what_a_peer_found_is_kept_for_the_same_series_only(tmp_path):
    file = tmp_path / "nab" / "a.csv"
    file.parent.mkdir()
    file.write_text("timestamp,value\n")
    first = peers.kept("prophet", [file])
    assert peers.kept("prophet", [file]) == first
    file.write_text("timestamp,value\n2026-03-02T00:00:00Z,1\n")
    assert len({first, peers.kept("prophet", [file]), peers.kept("statsforecast-autoets", [file])}) == 3


# The scorer, which is not ours, leaves its file to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_the_bootstrap_starts_from_the_scorer_s_own_figures(tmp_path):
    """More scores than the scorer has thresholds, in history too: `row` raises where its sweep says anything else."""
    data = labelled(str(series.folder().parent))
    generator = np.random.default_rng(1)
    days = [np.timedelta64(day, "D") for day in range(-3, 9)]
    lines = [
        json.dumps({"file": f"{folder}/{file}", "start": str(start), "end": str(end), "score": generator.random()})
        for folder, of_set in data.sets().items()
        for file, one in of_set.items()
        for start, end in [*one.windows, *((one.review_start + day, one.review_start + day + 600) for day in days)]
    ]
    path = tmp_path / "f.jsonl"
    path.write_text("\n".join(lines))
    got = row("random", data, path, 0.0)
    assert all(low <= got.figures["pooled"][name] <= high for name, (low, high) in got.intervals.items())
    assert not math.isclose(*got.intervals["ap"])
