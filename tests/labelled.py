"""The real labelled CloudWatch series that `$LABELLED_SERIES` names, as an account on the embedded endpoint."""

import csv
import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from sre_lib.demo.recorded import Recorded

VARIABLE = "LABELLED_SERIES"


@dataclass(frozen=True)
class Labelled:
    """One real series: what it is called in the account and where people saw anomalies."""

    name: str
    kind: str
    namespace: str
    metric: str
    dimension: str
    times: tuple[datetime, ...]
    values: tuple[float, ...]
    windows: tuple[tuple[datetime, datetime], ...]

    def put_into(self, account: Recorded) -> None:
        """Publish the series at its true times."""
        account.put(self.namespace, self.metric, {self.dimension: self.name}, self.times, self.values)


def folder(name: str = "nab") -> Path:
    """Return a folder of labelled series; skip where they are not named, fail where named and not there."""
    named = os.environ.get(VARIABLE)
    if not named:
        pytest.skip(f"${VARIABLE} does not name a folder of labelled series")
    path = Path(named) / name
    assert path.is_dir(), f"${VARIABLE} is {named!r}, and there is no folder {name} in it"
    return path


def series(name: str = "nab") -> list[Labelled]:
    """Return all series of a folder."""
    path = folder(name)
    labels = json.loads((path / "labels.json").read_text())
    return [_read(path / name, row) for name, row in labels.items()]


def _read(file: Path, label: dict[str, Any]) -> Labelled:
    """Read one CSV and its labels."""
    rows = list(csv.DictReader(file.read_text().splitlines()))
    kind, namespace, metric, dimension = _what(file.stem, label["kind"])
    return Labelled(
        file.stem,
        kind,
        namespace,
        metric,
        dimension,
        tuple(datetime.fromisoformat(row["timestamp"]) for row in rows),
        tuple(float(row["value"]) for row in rows),
        tuple((datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in label["windows"]),
    )


def _what(stem: str, kind: str) -> tuple[str, str, str, str]:
    """Return kind, namespace, metric and dimension of a series."""
    if kind == "cpu":
        return ("rds_instance", "AWS/RDS", "CPUUtilization", "DBInstanceIdentifier") if stem.startswith("rds") else (
            "ec2_instance", "AWS/EC2", "CPUUtilization", "InstanceId"
        )  # fmt: skip
    return f"server_{kind}", "Company/Server", kind, "Host"


REVIEW = """\
title: Real labelled series
timezone: UTC
source: {{type: cloudwatch, region: us-east-1, endpoint: "{url}"}}
history_weeks: 2
{kinds}services:
{services}"""


def review_text(all_series: list[Labelled], url: str) -> str:
    """Return the review file of the account."""
    custom = sorted({(one.kind, one.metric) for one in all_series if one.namespace == "Company/Server"})
    kinds = "".join(
        f"  {kind}: {{namespace: Company/Server, dimensions: [Host], metrics: {{{metric}: {{name: {metric}}}}}}}\n"
        for kind, metric in custom
    )
    services = "".join(
        f"  - {{name: {one.name}, kind: {one.kind}, dimensions: {{{one.dimension}: {one.name}}}}}\n"
        for one in all_series
    )
    return REVIEW.format(url=url, kinds=f"kinds:\n{kinds}" if kinds else "", services=services)
