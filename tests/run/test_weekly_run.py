"""One failure never stops the others: the document, the answer and the exit code all say what is missing."""

import json
from contextlib import contextmanager
from datetime import timedelta

import numpy as np
import pytest

from sre_lib import weeks
from sre_lib.demo.endpoint import serve
from sre_lib.demo.endpoint_faults import Fault, Faults
from sre_lib.demo.recorded import Recorded
from sre_lib.errors import SourceError, StoreError, UserMistakeError
from sre_lib.run.progress import silent
from sre_lib.run.weekly_run import prepare, weekly_run
from sre_lib.store import LocalStore
from tests.collect.account import signed_in

WEEK = weeks.named("2026-W40", "UTC", history_weeks=2)
NOW = weeks.morning_after(WEEK)
REVIEW = """\
title: Two servers
timezone: UTC
source: {{type: {source}}}
history_weeks: 2
services:
  - {{name: one, kind: ec2_instance, dimensions: {{InstanceId: i-1}}}}
  - {{name: two <b>, kind: ec2_instance, dimensions: {{InstanceId: i-2}}}}
"""
HOSTILE = "two--b--"


def account() -> Recorded:
    """Return two servers with a daily rhythm; the first is at its limit for two hours on Wednesday."""
    times = [WEEK.history_start + timedelta(minutes=5 * step) for step in range(21 * 288)]
    hours = np.arange(len(times)) / 12
    usual = 35 + 10 * np.sin(hours / 24 * 2 * np.pi) + np.random.default_rng(1).normal(0, 1, len(times))
    busy = usual.copy()
    first = (14 + 2) * 288 + 120
    busy[first : first + 24] = 99.5
    backend = Recorded()
    for name, values in (("i-1", busy), ("i-2", usual)):
        backend.put("AWS/EC2", "CPUUtilization", {"InstanceId": name}, times, values)
    return backend


@pytest.fixture
def home(tmp_path, monkeypatch):
    signed_in(monkeypatch)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params").mkdir()
    return tmp_path


def reviewed(home, source: str, text: str = REVIEW):
    (home / "params" / "servers.yaml").write_text(text.format(source=source))
    told: list[str] = []
    plan = prepare("servers", WEEK.name, NOW, None, 2, "")
    result = weekly_run(plan, told.append, silent)
    return result, told, home / "reviews" / "servers" / WEEK.name


@contextmanager
def endpoint(faults: Faults | None = None):
    with serve(account(), NOW, faults) as url:
        yield f"cloudwatch, region: us-east-1, endpoint: '{url}'"


def findings(folder):
    return json.loads((folder / "findings.json").read_text())["findings"]


def test_all_is_well_and_an_archive_is_enough_afterwards(home):
    with endpoint() as source:
        result, told, folder = reviewed(home, source)
    assert (result.problems, result.exit_code) == ((), 0)
    assert told[0].startswith("CloudWatch: ")
    assert {row["service"] for row in findings(folder)} == {"one"}
    page = (folder / "index.html").read_bytes()
    again, told, _ = reviewed(home, "archive")
    assert again.exit_code == 0
    assert told == ["CloudWatch was asked for nothing: the archive had it all."]
    assert findings(folder)[0]["view"] in {"saturation", "sustained_high", "spike"}
    assert len((folder / "index.html").read_bytes()) == pytest.approx(len(page), rel=0.02)


def test_names_from_outside_are_neither_paths_nor_code(home):
    with endpoint() as source:
        _, _, folder = reviewed(home, source)
    pages = sorted(path.name for path in (folder / "services").glob("*.html"))
    assert [name.startswith(HOSTILE) for name in pages] == [False, True]
    for path in folder.rglob("*.html"):
        assert "two <b>" not in path.read_text()
        assert "two &lt;b&gt;" in path.read_text()


def test_a_denied_metric_is_said_on_the_page_and_in_the_exit_code(home):
    with endpoint(Faults(Fault("Forbidden", metric=("AWS/EC2", "CPUUtilization")))) as source:
        result, _, folder = reviewed(home, source)
    assert result.exit_code == 1
    assert [line.split(" (")[0] for line in result.problems] == ["one, two <b>: 2 series denied"]
    assert (
        "Incomplete: not everything that was asked for of one, two &lt;b&gt; could"
        in (folder / "index.html").read_text()
    )
    assert findings(folder) == []


def test_a_damaged_file_is_the_trouble_of_one_service_alone(home):
    with endpoint() as source:
        reviewed(home, source)
        damaged = next((home / "archive").glob(f"**/service=one/week={WEEK.name}/60.parquet"))
        damaged.write_bytes(b"PAR1 not")
        result, _, folder = reviewed(home, source)
    assert result.exit_code == 1
    assert "60.parquet" in " ".join(result.problems)
    page = (folder / "services" / "one.html").read_text()
    assert 'class="error-card"' in page
    assert 'class="error-card"' not in (folder / "services" / f"{file_of(folder)}.html").read_text()
    assert "one" in (folder / "index.html").read_text()


def file_of(folder):
    return next(path.stem for path in (folder / "services").glob("*.html") if path.stem.startswith(HOSTILE))


def test_nothing_is_written_where_nothing_can_be_read(home):
    with endpoint() as source:
        pass
    with pytest.raises(SourceError):
        reviewed(home, source)
    assert not (home / "reviews").exists()


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("AccessDenied", "AWS denied cloudwatch:GetMetricData"),
        ("404", "the endpoint did not answer as CloudWatch does"),
    ],
)
def test_where_every_call_is_refused_the_run_ends_with_the_reason(home, code, sentence):
    with endpoint(Faults(Fault("refused", code))) as source, pytest.raises(SourceError, match=sentence):
        reviewed(home, source)
    assert not (home / "reviews").exists()


def test_a_folder_that_takes_no_files_is_refused_before_anything_is_asked(home):
    (home / "params" / "servers.yaml").write_text(REVIEW.format(source="archive"))
    (home / "file").write_text("")
    with pytest.raises(UserMistakeError, match=r"out: .*file.below takes no files; name a folder"):
        prepare("servers", WEEK.name, NOW, home / "file" / "below", 1, "")


def test_a_full_disk_leaves_last_weeks_pages_as_they_were(home, monkeypatch):
    with endpoint() as source:
        _, _, folder = reviewed(home, source)
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

        def full(*_):
            raise StoreError("disk: No space left on device")

        monkeypatch.setattr(LocalStore, "write_all", full)
        with pytest.raises(StoreError):
            reviewed(home, "archive")
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_service_that_is_called_like_a_notebook_does_not_hide_its_failure(home):
    text = REVIEW.replace("name: one", "name: weekly_review")
    with endpoint() as source:
        reviewed(home, source, text)
        damaged = next((home / "archive").glob(f"**/service=weekly_review/week={WEEK.name}/60.parquet"))
        damaged.write_bytes(b"PAR1 not")
        result, _, _ = reviewed(home, source, text)
    assert result.exit_code == 1
    assert "weekly_review" in " ".join(result.problems)


def test_pages_of_services_that_are_no_longer_reviewed_go(home):
    with endpoint() as source:
        _, _, folder = reviewed(home, source)
    (folder / "services" / "gone.html").write_text("old")
    (folder / "notes.md").write_text("ours")
    reviewed(home, "archive")
    assert not (folder / "services" / "gone.html").exists()
    assert (folder / "notes.md").read_text() == "ours"
