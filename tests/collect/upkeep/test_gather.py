"""Certificates and databases asked for over HTTP of the embedded endpoint: pages, refusals, throttling, a thousand."""

from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from sre_lib.collect.archive import Archive
from sre_lib.collect.clients import SharedClients, closing, of_demo
from sre_lib.collect.upkeep.gather import collect_upkeep
from sre_lib.collect.upkeep.kept import decode, read
from sre_lib.demo.endpoint import serve
from sre_lib.demo.endpoint_faults import Ledger
from sre_lib.demo.inventory import Inventory
from sre_lib.demo.shop import Shop
from sre_lib.errors import ArchiveError, LaterVersionError
from sre_lib.params import load
from sre_lib.store import LocalStore
from sre_lib.upkeep import UPKEEP_SOURCES, UpkeepItem

NOW = datetime(2026, 10, 5, 0, 30, tzinfo=UTC)
ARN = "arn:aws:rds:ap-northeast-1:123456789012"


class Account(Shop):
    """A shop that holds what a test says."""

    def __init__(self, **held):
        super().__init__(1)
        self.held = held

    def inventory(self):
        return Inventory(**self.held)


def certificate(number, **other):
    return {
        "CertificateArn": f"arn:aws:acm:ap-northeast-1:123456789012:certificate/{number:04}",
        "DomainName": f"c{number}.example.com", "Status": "ISSUED", "Type": "IMPORTED", "InUse": True,
        "RenewalEligibility": "INELIGIBLE", "NotAfter": 1_792_281_599,
    } | other  # fmt: skip


@pytest.fixture
def review(tmp_path):
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "r.yaml").write_text(
        "title: R\nsource: demo\nservices:\n"
        "  - {name: web, kind: ecs_service, dimensions: {ClusterName: shop, ServiceName: web}}\n"
    )
    return load(str(tmp_path / "params" / "r.yaml"))


def collected(review, **held):
    archive, week, ledger = Archive(LocalStore(review.archive), review.name), review.week("2026-W40", NOW), Ledger()
    with serve(Account(**held), NOW, None, ledger) as url, closing(of_demo(url)) as clients:
        came = collect_upkeep(review, week, clients, archive, NOW)
    return came, {each.source: each for each in read(archive, week)}, ledger.described


def test_a_thousand_certificates_come_page_by_page_but_for_those_that_nothing_uses(review):
    held = [certificate(number) for number in range(1000)]
    held += [certificate(1000, InUse=False), certificate(1001, Status="REVOKED")]
    came, looks, called = collected(review, certificates=held)
    assert len(looks["certificates"].items) == 1000
    assert called.count("acm:ListCertificates") == 11
    assert came.problems == ()
    assert came.calls == len(called) == 17


def test_engines_and_what_waits_for_them(review):
    _, looks, _ = collected(
        review,
        db_clusters=[{"DBClusterArn": f"{ARN}:cluster:a", "DBClusterIdentifier": "a", "Engine": "aurora-mysql",
                      "EngineVersion": "8.0.mysql_aurora.3.04.1"}],
        db_instances=[
            {"DBInstanceArn": f"{ARN}:db:a-1", "DBInstanceIdentifier": "a-1", "DBClusterIdentifier": "a"},
            {"DBInstanceArn": f"{ARN}:db:b", "DBInstanceIdentifier": "b", "Engine": "oracle-ee", "EngineVersion": "19"},
        ],
        pending_maintenance=[{"ResourceIdentifier": f"{ARN}:db:b", "PendingMaintenanceActionDetails": [
            {"Action": "system-update", "AutoAppliedAfterDate": "2026-10-20T00:00:00Z",
             "ForcedApplyDate": "2026-10-10T00:00:00Z"}]}],
    )  # fmt: skip
    assert looks["databases"].items == (
        UpkeepItem(f"{ARN}:cluster:a", "databases", "engine", "a", None, "aurora-mysql", "8.0.mysql_aurora.3.04.1"),
        UpkeepItem(f"{ARN}:db:b", "databases", "engine", "b", None, "oracle-ee", "19"),
        UpkeepItem(
            f"{ARN}:db:b system-update", "databases", "maintenance", "b", datetime(2026, 10, 10, tzinfo=UTC),
            state="system-update",
        ),
    )  # fmt: skip


def test_caches_by_replication_group_and_the_updates_that_wait(review):
    arn = "arn:aws:elasticache:ap-northeast-1:123456789012"
    _, looks, called = collected(
        review,
        cache_clusters=[
            {"CacheClusterId": "s-001", "ReplicationGroupId": "s", "ARN": f"{arn}:cluster:s-001", "Engine": "redis",
             "EngineVersion": "5.0.6"},
            {"CacheClusterId": "s-002", "ReplicationGroupId": "s", "ARN": f"{arn}:cluster:s-002", "Engine": "redis",
             "EngineVersion": "5.0.6"},
            {"CacheClusterId": "m", "ARN": f"{arn}:cluster:m", "Engine": "memcached", "EngineVersion": "1.6.22"},
        ],
        serverless_caches=[{"ServerlessCacheName": "v", "ARN": f"{arn}:serverlesscache:v", "Engine": "valkey",
                            "FullEngineVersion": "8.0"}],
        cache_updates=[
            {"ReplicationGroupId": "s", "ServiceUpdateName": "elasticache-20260901",
             "UpdateActionStatus": "not-applied", "ServiceUpdateRecommendedApplyByDate": "2026-10-20T23:59:59Z"},
            {"CacheClusterId": "m", "ServiceUpdateName": "elasticache-20260902", "UpdateActionStatus": "scheduled"},
        ],
    )  # fmt: skip
    assert looks["caches"].items == (
        UpkeepItem(f"{arn}:replicationgroup:s", "caches", "engine", "s", None, "redis", "5.0.6"),
        UpkeepItem(f"{arn}:cluster:m", "caches", "engine", "m", None, "memcached", "1.6.22"),
        UpkeepItem(f"{arn}:serverlesscache:v", "caches", "engine", "v", None, "valkey", "8.0"),
        UpkeepItem(
            f"{arn}:replicationgroup:s elasticache-20260901", "caches", "maintenance", "s",
            datetime(2026, 10, 20, 23, 59, 59, tzinfo=UTC), state="elasticache-20260901",
        ),
        UpkeepItem(
            f"{arn}:cluster:m elasticache-20260902", "caches", "maintenance", "m", state="elasticache-20260902"
        ),
    )  # fmt: skip
    assert called.count("elasticache:DescribeUpdateActions") == 1


def test_a_second_run_of_the_week_asks_nothing(review):
    collected(review, certificates=[certificate(1)])
    came, looks, called = collected(review)
    assert (came.calls, came.problems, called) == (0, (), [])
    assert len(looks["certificates"].items) == 1


class Refusing:
    """A client that refuses with a code of AWS."""

    def __init__(self, code):
        self.code = code

    def __getattr__(self, operation):
        def call(**_arguments):
            raise ClientError({"Error": {"Code": self.code, "Message": "no"}}, operation)

        return call

    def close(self):
        """Do nothing."""


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        ("AccessDeniedException", "denied", "upkeep (certificates): allow acm:ListCertificates"),
        ("ThrottlingException", "partial", "upkeep (certificates): acm:ListCertificates failed"),
    ],
)
def test_a_refused_source_says_so_stops_no_other_and_is_asked_again(review, code, status, said):
    archive, week = Archive(LocalStore(review.archive), review.name), review.week("2026-W40", NOW)
    with serve(Shop(1), NOW) as url, closing(of_demo(url)) as demo:
        clients = SharedClients(
            lambda service, place: Refusing(code) if service == "acm" else demo.make(service, place)
        )
        came = collect_upkeep(review, week, clients, archive, NOW)
    looks = {each.source: each for each in read(archive, week)}
    assert [str(each)[: len(said)] for each in came.problems] == [said]
    assert (looks["certificates"].status, looks["databases"].status) == (status, "complete")
    again, looks, _ = collected(review, certificates=[certificate(1)])
    assert (again.problems, again.calls, looks["certificates"].status) == ((), 1, "complete")


def test_without_clients_the_week_lacks_what_nobody_looked_at(review):
    archive, week = Archive(LocalStore(review.archive), review.name), review.week("2026-W40", NOW)
    said = [str(each) for each in collect_upkeep(review, week, None, archive, NOW).problems]
    assert said == [f"upkeep ({each}): the archive holds no look of this week" for each in UPKEEP_SOURCES]


@pytest.mark.parametrize(
    ("content", "error"), [(b"{}", ArchiveError), (b"[", ArchiveError), (b'{"format": 2}', LaterVersionError)]
)
def test_a_file_that_is_damaged_or_of_a_later_version(content, error):
    with pytest.raises(error, match=r"archive: week=2026-W40\.json"):
        decode(content, "week=2026-W40.json")
