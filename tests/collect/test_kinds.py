"""Every kind asks for exactly what AWS publishes: the requests as botocore sends them, against a literal table."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import boto3  # type: ignore[import-untyped]  # boto3 ships no types
import pytest
from botocore.awsrequest import AWSResponse
from ruamel.yaml import YAML

from sre_lib import weeks
from sre_lib.catalog import builtin_catalog
from sre_lib.collect.archive import PERIODS
from sre_lib.collect.plan import plan
from sre_lib.collect.queries import packed, query_of
from sre_lib.params import load

WEEK = weeks.named("2026-W40", "UTC", history_weeks=2)
NOW_S = int(weeks.morning_after(WEEK).timestamp())
BASE = {"Sum", "SampleCount", "Minimum", "Maximum"}
Asked = dict[tuple[str, str, tuple[tuple[str, str], ...]], set[str]]


@cache
def expected() -> Mapping[str, Any]:
    table: Mapping[str, Any] = YAML(typ="safe").load(Path(__file__).with_name("kinds.yaml"))
    return table


@pytest.fixture(scope="module")
def wire() -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    """Yield a client and the bodies that it would have sent."""
    bodies: list[dict[str, Any]] = []

    def caught(request: Any, **_: Any) -> AWSResponse:
        bodies.append(json.loads(request.body))
        empty = type("Raw", (), {"stream": lambda *_, **__: iter([b'{"MetricDataResults": []}'])})()
        return AWSResponse(request.url, 200, {"Content-Type": "application/x-amz-json-1.0"}, empty)

    client = boto3.client("cloudwatch", "eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")  # noqa: S106  # no secret
    client.meta.events.register("before-send.cloudwatch.GetMetricData", caught)
    yield client, bodies
    client.close()


def service_of(kind: str, folder: Path):
    """Return a service of a kind as a review file gives it."""
    dimensions = json.dumps(expected()[kind]["written"])
    text = f"title: T\nsource: archive\nservices:\n  - {{name: s, kind: {kind}, dimensions: {dimensions}}}\n"
    (folder / "one.yaml").write_text(text)
    return load(str(folder / "one.yaml")).services[0]


@pytest.mark.parametrize("kind", expected())
def test_what_is_sent(kind, tmp_path, wire):
    client, bodies = wire
    service = service_of(kind, tmp_path)
    requests = plan(builtin_catalog(), service, WEEK, NOW_S, {period_s: {} for period_s in PERIODS}).requests
    bodies.clear()
    for call in packed(requests):
        queries = [(request, statistic) for request in call for statistic in request.statistics]
        client.get_metric_data(
            MetricDataQueries=[query_of(f"q{n}", *query) for n, query in enumerate(queries)],
            StartTime=call[0].window.start,
            EndTime=call[0].window.end,
        )
    entry = expected()[kind]
    dimensions = tuple(sorted({**entry["written"], **entry.get("sent", {})}.items()))
    wanted = {
        (namespace, name, dimensions): BASE | {each for each in more if each.startswith("p")}
        for namespace, name, _, *more in map(tuple_of, entry["metrics"])
    }
    assert asked_in(bodies) == wanted
    assert {request.place.region for request in requests} == {entry.get("region", "")}


def tuple_of(row: list[str]) -> tuple[str, ...]:
    return tuple("" if each == "optional" else each for each in row)


def asked_in(bodies: list[dict[str, Any]]) -> Asked:
    """Return the statistics that some requests ask of each metric."""
    found: Asked = {}
    for query in (each for body in bodies for each in body["MetricDataQueries"]):
        assert set(query) == {"Id", "MetricStat"}
        assert "Unit" not in query["MetricStat"], "a unit that differs answers nothing"
        metric = query["MetricStat"]["Metric"]
        dimensions = tuple(sorted((each["Name"], each["Value"]) for each in metric["Dimensions"]))
        found.setdefault((metric["Namespace"], metric["MetricName"], dimensions), set()).add(
            query["MetricStat"]["Stat"]
        )
    return found


def test_every_kind_is_in_the_table_with_its_units_and_what_is_optional():
    catalog = {
        kind: [
            [spec.namespace or each.namespace, spec.name, spec.unit, *(["optional"] if spec.optional else [])]
            for spec in each.metrics.values()
        ]
        for kind, each in builtin_catalog().items()
    }
    table = {
        kind: [[*row[:3], *(each for each in row[3:] if each == "optional")] for row in entry["metrics"]]
        for kind, entry in expected().items()
    }
    assert catalog == table
