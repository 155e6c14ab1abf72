"""A company of forty services, every kind among them, in two regions and three accounts: reviewed end to end."""

import json

import pytest
from ruamel.yaml import YAML

from sre_lib import params, weeks
from sre_lib.catalog import builtin_catalog
from sre_lib.collect.archive import Archive
from sre_lib.collect.gather import service_week
from sre_lib.demo.endpoint import serve
from sre_lib.demo.endpoint_accounts import Accounts
from sre_lib.demo.endpoint_faults import Ledger
from sre_lib.model import Column
from sre_lib.run.progress import silent
from sre_lib.run.weekly_run import prepare, weekly_run
from sre_lib.stores import store_of
from tests.collect.account import SETTINGS, models_read_once, signed_in
from tests.collect.test_kinds import expected
from tests.run.synthetic import Synthetic

WEEK = weeks.named("2026-W40", "Asia/Tokyo", history_weeks=1)
NOW = weeks.morning_after(WEEK)
STEP_AT = int(WEEK.start.timestamp()) // 60 + 3 * 1440
NOT_HERE = frozenset({"ReplicaLag", "BurstBalance", "MasterCPUUtilization"})
STEPS = frozenset({("JVMMemoryPressure", "search"), ("MemoryUtilized", "web"), ("CPUUtilization", "sessions-001")})
OWN, LINKED, OTHER = SETTINGS["AWS_ACCESS_KEY_ID"], "222222222222", "333333333333"
TOKYO, VIRGINIA = "ap-northeast-1", "us-east-1"
SCALES = {(OWN, TOKYO): 1.0, (OWN, VIRGINIA): 1 / 2, (LINKED, TOKYO): 1 / 4, (OTHER, TOKYO): 1 / 8}
SAME = {"ClusterName": "shop", "ServiceName": "same"}
PLACES = {
    "virginia": {"region": VIRGINIA},
    "linked": {"account": LINKED},
    "other": {"profile": "other"},
}


def services() -> list[dict[str, object]]:
    """Return a service of each kind, and two with parts by the same name in each place.

    What another profile reads is a service of its own: within one it would be the same thing.
    """
    each = [{"name": kind, "kind": kind, "dimensions": expected()[kind]["written"]} for kind in builtin_catalog()]
    *parts, other = (
        {"name": name, "kind": "ecs_service", "dimensions": SAME, **place} for name, place in PLACES.items()
    )
    return [*each, {"name": "here", "kind": "ecs_service", "dimensions": SAME, "related": parts}, other]


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory):
    """Review the week; return the run, the company's folder, and what the endpoint was asked."""
    home = tmp_path_factory.mktemp("company")
    (home / "params").mkdir()
    (home / "credentials").write_text(f"[other]\naws_access_key_id = {OTHER}\naws_secret_access_key = other\n")
    estate = {place: Synthetic(NOT_HERE, STEPS, STEP_AT, scale) for place, scale in SCALES.items()}
    ledger = Ledger()
    with pytest.MonkeyPatch.context() as patch:
        signed_in(patch)
        models_read_once(patch)
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(home / "credentials"))
        patch.chdir(home)
        # At the quota of a real account the datapoints of forty services take longer than all else in this test.
        patch.setattr("sre_lib.collect.gather.limits_of", lambda _source: None)
        with serve(Accounts(estate, {OWN: (LINKED,)}), NOW, ledger=ledger) as url:
            source = {"type": "cloudwatch", "region": TOKYO, "endpoint": url}
            review = {"title": "Company", "source": source, "history_weeks": 1, "services": services()}
            with (home / "params" / "company.yaml").open("w") as file:
                YAML().dump(review, file)
            plan = prepare("company", WEEK.name, NOW, None, 2, "")
            result = weekly_run(plan, lambda _line: None, silent)
    return result, home, ledger


def test_forty_services_of_every_kind(reviewed):
    result, home, _ = reviewed
    folder = home / "reviews" / "company" / WEEK.name
    assert (result.problems, result.exit_code) == ((), 0)
    assert len(list((folder / "services").glob("*.html"))) == len(services()) >= 40
    answer = json.loads((folder / "findings.json").read_text())
    lacking = {
        (each["service"], each["metric"], each["reason"]) for each in answer["not_evaluated"] if not each["view"]
    }
    assert lacking == {
        ("rds_instance_detail", "replica_lag", "not_published"),
        ("rds_instance_detail", "burst_balance", "not_published"),
        ("opensearch_domain", "master_cpu", "not_published"),
    }
    found = {(each["service"], each["metric"]) for each in answer["findings"]}
    assert {("opensearch_domain", "heap"), ("ecs_container_insights", "memory_used")} <= found
    page = (folder / "index.html").read_text()
    assert "not published by this resource" not in page
    assert "not published" in (folder / "services" / "rds_instance_detail.html").read_text()


def test_what_bears_the_same_name_in_other_regions_and_accounts_is_told_apart(reviewed):
    _, home, ledger = reviewed
    review = params.load("company", home)
    archive = Archive(store_of(review.archive), review.name)
    frames = [service_week(review, review.service(name), WEEK, archive).frame for name in ("here", "other")]
    here, *places = (
        next(frame.series(column) for frame in frames if column in frame.answers)
        for column in (Column(name, "cpu", "Maximum") for name in ("here", *PLACES))
    )
    assert here.notna().all()
    for series, (place, scale) in zip(places, list(SCALES.items())[1:], strict=True):
        assert (series == here * scale).all(), place
    assert set(ledger.callers) == {(OWN, TOKYO), (OWN, VIRGINIA), (OTHER, TOKYO)}
