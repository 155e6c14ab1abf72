"""Certificates (ACM), databases (RDS, Aurora) and caches (ElastiCache) with what waits for them, page by page."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sre_lib.collect.changes.asking import Asking
from sre_lib.upkeep import UpkeepItem, UpkeepSource

KEY_TYPES = (
    "RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1",
)  # fmt: skip
"""All of them: without this filter ListCertificates tells of RSA up to 2048 bits alone (API reference)."""

_GONE = frozenset({"FAILED", "VALIDATION_TIMED_OUT", "REVOKED", "INACTIVE"})
_MARKER = ("Marker", "Marker")

_NOT_DONE = ("not-applied", "waiting-to-start", "scheduled", "in-progress", "stopping", "stopped")
"""States of an update that still waits: all but `complete` and `not-applicable` (API reference, UpdateAction)."""


def certificates(asking: Asking) -> Iterator[UpkeepItem]:
    """Yield the certificates that something uses; what nobody uses stops nothing when it expires."""
    found = asking.items(
        "acm", "list_certificates", "CertificateSummaryList", ("NextToken", "NextToken"),
        Includes={"keyTypes": list(KEY_TYPES)},
    )  # fmt: skip
    for each in found:
        if each.get("InUse") and each.get("Status") not in _GONE:
            managed = each.get("Type") == "AMAZON_ISSUED" and each.get("RenewalEligibility") == "ELIGIBLE"
            yield UpkeepItem(
                each["CertificateArn"], "certificates", "certificate", each["DomainName"], each.get("NotAfter"),
                state=each.get("Status", ""), managed=managed,
            )  # fmt: skip


def databases(asking: Asking) -> Iterator[UpkeepItem]:
    """Yield the engine of each cluster and of each instance without one, and the maintenance that waits."""
    for each in asking.items("rds", "describe_db_clusters", "DBClusters", _MARKER):
        yield _engine(each, each["DBClusterArn"], each["DBClusterIdentifier"])
    for each in asking.items("rds", "describe_db_instances", "DBInstances", _MARKER):
        if not each.get("DBClusterIdentifier"):
            yield _engine(each, each["DBInstanceArn"], each["DBInstanceIdentifier"])
    waiting = asking.items("rds", "describe_pending_maintenance_actions", "PendingMaintenanceActions", _MARKER)
    for each in waiting:
        for action in each.get("PendingMaintenanceActionDetails") or ():
            yield _maintenance(each["ResourceIdentifier"], action)


def caches(asking: Asking) -> Iterator[UpkeepItem]:
    """Yield the engine of each replication group, lone cluster and serverless cache, and the updates that wait."""
    arns: dict[str, str] = {}
    for each in asking.items("elasticache", "describe_cache_clusters", "CacheClusters", _MARKER):
        name = each.get("ReplicationGroupId") or each["CacheClusterId"]
        if name not in arns:
            kind = "replicationgroup" if each.get("ReplicationGroupId") else "cluster"
            arns[name] = f"{each['ARN'].rsplit(':', 2)[0]}:{kind}:{name}"
            yield _cache(arns[name], name, each, "EngineVersion")
    serverless = asking.items(
        "elasticache", "describe_serverless_caches", "ServerlessCaches", ("NextToken", "NextToken")
    )
    for each in serverless:
        yield _cache(each["ARN"], each["ServerlessCacheName"], each, "FullEngineVersion")
    waiting = asking.items(
        "elasticache", "describe_update_actions", "UpdateActions", _MARKER,
        ServiceUpdateStatus=["available"], UpdateActionStatus=list(_NOT_DONE),
    )  # fmt: skip
    for each in waiting:
        name, update = each.get("ReplicationGroupId") or each["CacheClusterId"], each["ServiceUpdateName"]
        yield UpkeepItem(
            # An update names its cache alone, which another region may have, too.
            f"{arns.get(name, f'elasticache:{name}')} {update}", "caches", "maintenance", name,
            each.get("ServiceUpdateRecommendedApplyByDate"), state=update,
        )  # fmt: skip


READERS: Mapping[UpkeepSource, Callable[[Asking], Iterator[UpkeepItem]]] = {
    "certificates": certificates,
    "databases": databases,
    "caches": caches,
}


def _engine(entry: Mapping[str, Any], arn: str, name: str) -> UpkeepItem:
    """Return the engine of a database."""
    return UpkeepItem(
        arn, "databases", "engine", name, engine=entry.get("Engine", ""), version=entry.get("EngineVersion", "")
    )


def _cache(arn: str, name: str, entry: Mapping[str, Any], version: str) -> UpkeepItem:
    """Return the engine of a cache; `version` is the member that tells its version."""
    return UpkeepItem(arn, "caches", "engine", name, engine=entry.get("Engine", ""), version=entry.get(version, ""))


def _maintenance(arn: str, action: Mapping[str, Any]) -> UpkeepItem:
    """Return what waits for a database; due when AWS does it by itself, if it says so."""
    dates = [action[name] for name in ("ForcedApplyDate", "AutoAppliedAfterDate", "CurrentApplyDate") if name in action]
    what = action.get("Action", "")
    return UpkeepItem(
        f"{arn} {what}", "databases", "maintenance", arn.rpartition(":")[2], min(dates, default=None), state=what
    )
