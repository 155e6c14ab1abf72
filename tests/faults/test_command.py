"""Faults as `sre-review run` shows them: exit code, standard error, and what is written."""

import json

import numpy as np
import pytest

from sre_lib import weeks
from sre_lib.demo.endpoint import serve
from sre_lib.demo.endpoint_faults import Fault, Faults
from sre_lib.demo.recorded import Recorded
from tests.collect.account import SETTINGS
from tests.conftest import sre_review

WEEK = weeks.named("2026-W40", "UTC", history_weeks=1)
REVIEW = """\
title: One server
timezone: UTC
source: {{type: cloudwatch, region: us-east-1, endpoint: "{url}"}}
history_weeks: 1
services:
  - {{name: one, kind: ec2_instance, dimensions: {{InstanceId: i-1}}}}
"""


PASSING = [
    Fault("reset", times=2),
    Fault("cut_off", after=2, times=1),
    Fault("refused", "Throttling", after=3, times=1),
]


def account():
    """Return a server with a sample every five minutes."""
    times = np.arange(int(WEEK.history_start.timestamp()), int(WEEK.end.timestamp()), 300)
    values = 35 + 10 * np.sin(times / 86_400 * 2 * np.pi) + np.random.default_rng(1).normal(0, 1, len(times))
    backend = Recorded()
    backend.put("AWS/EC2", "CPUUtilization", {"InstanceId": "i-1"}, times, values)
    return backend


@pytest.mark.parametrize(
    ("faults", "code", "said"),
    [
        (PASSING, 0, ""),
        ([Fault("Forbidden", metric=("AWS/EC2", "CPUUtilization"))], 1, "Forbidden"),
        ([Fault("refused", "AccessDenied", action="GetMetricData")], 3, "AWS denied cloudwatch:GetMetricData"),
        ([Fault("refused", "ExpiredToken")], 3, "the AWS credentials have expired; sign in again"),
        ([Fault("html")], 3, "the endpoint did not answer as CloudWatch does"),
    ],
    ids=["passing", "forbidden", "denied", "expired", "html"],
)  # fmt: skip
def test_exit_code_and_standard_error(tmp_path, faults, code, said):
    now, week = weeks.morning_after(WEEK), tmp_path / "reviews" / "server" / WEEK.name
    (tmp_path / "params").mkdir()
    with serve(account(), now, Faults(*faults)) as url:
        (tmp_path / "params" / "server.yaml").write_text(REVIEW.format(url=url))
        answer = sre_review(
            "run", "server", "--week", WEEK.name, "--now", now.isoformat(), cwd=tmp_path, **SETTINGS
        )  # fmt: skip
    assert answer.returncode == code, answer.stderr
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr
    assert (week / "index.html").exists() == (code < 3)
    if code < 3:
        (row,) = (row for row in json.loads((week / "run.json").read_text())["coverage"] if row["metric"] == "cpu")
        assert row["share"] == (1.0 if code == 0 else 0.0)
