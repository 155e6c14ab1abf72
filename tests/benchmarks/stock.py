"""A service's week with stock tools: boto3's paginator, then the command lines of papermill and nbconvert."""

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import botocore.session
import pandas as pd

from sre_lib import params, weeks
from sre_lib.collect.plan import wanted
from sre_lib.model import Service
from tests.benchmarks.company import NAME, TIMEZONE
from tests.conftest import ROOT


def one_service(home: Path, week: str, number: int, url: str) -> float:
    """Return the seconds that the service with this number takes from CloudWatch to its page."""
    review = params.load(NAME, home)
    service = review.services[number]
    started = time.perf_counter()
    _fetched(review.catalog, service, week, url).to_parquet(home / "stock.parquet")
    _command_lines(home, week, service.name)
    return time.perf_counter() - started


def _fetched(catalog: Any, service: Service, week: str, url: str) -> pd.DataFrame:
    """Return history and week of all metrics of a service at 300 s, as boto3 parses them."""
    window = weeks.named(week, TIMEZONE, history_weeks=6)
    client = botocore.session.get_session().create_client("cloudwatch", region_name="ap-northeast-1", endpoint_url=url)
    named = {f"q{at}": query for at, query in enumerate(_queries(catalog, service))}
    times: dict[str, list[datetime]] = {each: [] for each in named}
    values: dict[str, list[float]] = {each: [] for each in named}
    # CloudWatch has 300 s for 63 days, and an answer has at most 100,800 datapoints: the paginator sees to the rest.
    pages = client.get_paginator("get_metric_data").paginate(
        MetricDataQueries=[{"Id": each, **query} for each, query in named.items()],
        StartTime=window.history_start, EndTime=window.end,
    )  # fmt: skip
    for page in pages:
        for result in page["MetricDataResults"]:
            times[result["Id"]] += result["Timestamps"]
            values[result["Id"]] += result["Values"]
    return pd.DataFrame({each: pd.Series(values[each], pd.to_datetime(times[each], utc=True)) for each in named})


def _queries(catalog: Any, service: Service) -> Iterator[dict[str, Any]]:
    """Yield what is asked of each metric."""
    for metric, statistics in wanted(catalog, service).items():
        dimensions = [{"Name": name, "Value": value} for name, value in metric.dimensions]
        about = {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": dimensions}
        for statistic in statistics:
            yield {"MetricStat": {"Metric": about, "Period": 300, "Stat": statistic}}


def _command_lines(home: Path, week: str, service: str) -> None:
    """Execute the service's notebook, which finds its data in the archive, and make a page of it."""
    papermill, nbconvert = (str(Path(sys.executable).parent / name) for name in ("papermill", "jupyter-nbconvert"))
    given = {"review": f"params/{NAME}.yaml", "week": week, "service": service, "out": NAME}
    named = [text for name, value in given.items() for text in ("-p", name, value)]
    source = str(ROOT / "notebooks" / "service_review.ipynb")
    subprocess.run([papermill, source, "out.ipynb", *named], cwd=home, check=True, capture_output=True)
    subprocess.run([nbconvert, "--to", "html", "out.ipynb"], cwd=home, check=True, capture_output=True)
