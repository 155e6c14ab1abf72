"""The whole way on real CloudWatch series: endpoint at their true times, archive, notebooks, pages, findings."""

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta

import pandas as pd
import pytest

from sre_lib import weeks
from sre_lib.demo.endpoint import serve
from sre_lib.demo.recorded import Recorded
from tests import labelled

WEEKS = ("2014-W09", pytest.param("2014-W11", marks=pytest.mark.long), "2014-W16")
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_EC2_METADATA_DISABLED": "true"}


@pytest.fixture(scope="module")
def account():
    return labelled.series()


@pytest.fixture(scope="module", params=WEEKS)
def reviewed(request, account, tmp_path_factory):
    """Run the review of one week on the endpoint; its folder, its week, what the command answered."""
    home = tmp_path_factory.mktemp("company")
    week = weeks.named(request.param, "UTC", history_weeks=2)
    backend = Recorded()
    for one in account:
        one.put_into(backend)
    (home / "params").mkdir()
    with serve(backend, weeks.morning_after(week)) as url:
        (home / "params" / "real.yaml").write_text(labelled.review_text(account, url))
        command = [sys.executable, "-m", "sre_lib.run.cli", "run", "real", "--week", week.name]
        answer = subprocess.run(
            [*command, "--now", weeks.morning_after(week).isoformat()],
            cwd=home, env={**os.environ, **CREDENTIALS}, capture_output=True, text=True, check=False,
        )  # fmt: skip
    return home / "reviews" / "real" / week.name, week, answer


def test_the_run_is_complete(reviewed, account):
    folder, week, answer = reviewed
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith(f"reviews/real/{week.name}/index.html")
    assert {path.stem for path in (folder / "services").glob("*.html")} == {one.name for one in account}
    assert "Traceback" not in answer.stderr


def test_coverage_is_right_to_the_datapoint(reviewed, account):
    folder, week, _ = reviewed
    coverage = {row["service"]: row for row in json.loads((folder / "run.json").read_text())["coverage"]
                if row["metric"] != "freeable_memory" and row["metric"] != "connections"}  # fmt: skip
    grid = pd.date_range(week.start, week.end, freq="300s", inclusive="left")
    for one in account:
        seen = pd.DatetimeIndex(one.times).floor("300s").unique().intersection(grid)
        assert coverage[one.name]["share"] == pytest.approx(len(seen) / len(grid), abs=1e-9), one.name


def test_labelled_anomalies_of_the_week_are_found(reviewed, account):
    folder, week, _ = reviewed
    found = json.loads((folder / "findings.json").read_text())
    listed = found["findings"] + found["set_aside"]
    windows = [
        (one.name, start, end) for one in account for start, end in one.windows
        if week.start <= start and end < week.end
    ]  # fmt: skip
    hit = [window for window in windows if any(overlaps(row, *window) for row in listed)]
    assert len(windows) >= 1
    assert len(hit) >= len(windows) / 2, (windows, hit)


def overlaps(row, name: str, start: datetime, end: datetime):
    first, last = datetime.fromisoformat(row["start"]), datetime.fromisoformat(row["end"])
    return row["service"] == name and first <= end and last > start - timedelta(minutes=5)


def test_services_without_data_are_said_not_to_be_looked_at(reviewed, account):
    folder, week, _ = reviewed
    missing = {one.name for one in account if one.times[-1] < week.start or one.times[0] >= week.end}
    rows = json.loads((folder / "findings.json").read_text())["not_evaluated"]
    assert missing <= {row["service"] for row in rows if row["reason"] in {"no_data", "too_little_data"}}
