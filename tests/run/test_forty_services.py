"""A company of forty services, every kind among them: reviewed end to end from the embedded endpoint."""

import json
from contextlib import nullcontext

import pytest
from ruamel.yaml import YAML

from sre_lib import weeks
from sre_lib.catalog import builtin_catalog
from sre_lib.demo.endpoint import serve
from sre_lib.run.weekly_run import prepare, weekly_run
from tests.collect.account import signed_in
from tests.collect.test_kinds import expected
from tests.run.synthetic import Synthetic

WEEK = weeks.named("2026-W40", "Asia/Tokyo", history_weeks=2)
NOW = weeks.morning_after(WEEK)
STEP_AT = int(WEEK.start.timestamp()) // 60 + 3 * 1440
NOT_HERE = frozenset({"ReplicaLag", "BurstBalance", "MasterCPUUtilization"})
STEPS = frozenset({("JVMMemoryPressure", "search"), ("MemoryUtilized", "web"), ("CPUUtilization", "sessions-001")})


def services() -> list[dict[str, object]]:
    """Return a service of each kind, and more ECS services until there are forty."""
    each = [{"name": kind, "kind": kind, "dimensions": expected()[kind]["written"]} for kind in builtin_catalog()]
    more = [
        {"name": f"web-{n}", "kind": "ecs_service", "dimensions": {"ClusterName": "shop", "ServiceName": f"web-{n}"}}
        for n in range(40 - len(each))
    ]
    return [*each, *more]


@pytest.fixture
def reviewed(tmp_path, monkeypatch):
    """Review the week; return the run and the folder of its pages."""
    signed_in(monkeypatch)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params").mkdir()
    with serve(Synthetic(NOT_HERE, STEPS, STEP_AT), NOW) as url:
        source = {"type": "cloudwatch", "region": "ap-northeast-1", "endpoint": url}
        review = {"title": "Company", "source": source, "history_weeks": 2, "services": services()}
        with (tmp_path / "params" / "company.yaml").open("w") as file:
            YAML().dump(review, file)
        plan = prepare("company", WEEK.name, NOW, None, 2, "")
        result = weekly_run(plan, lambda _line: None, lambda _label: nullcontext(lambda _done, _total: None))
    return result, tmp_path / "reviews" / "company" / WEEK.name


def test_forty_services_of_every_kind(reviewed):
    result, folder = reviewed
    assert (result.problems, result.exit_code) == ((), 0)
    assert len(list((folder / "services").glob("*.html"))) == 40
    answer = json.loads((folder / "findings.json").read_text())
    lacking = {(each["service"], each["metric"], each["reason"]) for each in answer["not_evaluated"]}
    assert lacking == {
        ("rds_instance_detail", "replica_lag", "not_published"),
        ("rds_instance_detail", "burst_balance", "not_published"),
        ("opensearch_domain", "master_cpu", "not_published"),
    }
    found = {(each["service"], each["metric"]) for each in answer["findings"]}
    assert {("opensearch_domain", "heap"), ("ecs_container_insights", "memory_used")} <= found
    page = (folder / "index.html").read_text()
    assert "not published" not in page
    assert "not published" in (folder / "services" / "rds_instance_detail.html").read_text()
