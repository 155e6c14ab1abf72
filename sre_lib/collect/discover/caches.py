"""Caches: the nodes of a replication group together, Memcached clusters, and serverless caches."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sre_lib.collect.discover.found import Found, Looking

_NUMBER = re.compile(r"(-\d{4})?-\d{3}$")
_CLIENTS = 65_000
"""maxclients of Valkey and Redis OSS; nobody may change it (ElastiCache User Guide, "Engine specific parameters")."""
_NODES = "all nodes of the group are looked at as one: a failover is no finding; to compare shards give each its part"


def read(looking: Looking) -> Iterator[Found]:
    """Yield the caches."""
    clusters = looking.entries(
        "elasticache", "describe_cache_clusters", "CacheClusters", ("Marker", "Marker"), ShowCacheNodeInfo=True
    )
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for each in clusters:
        groups.setdefault(each.get("ReplicationGroupId") or each["CacheClusterId"], []).append(each)
    for name, some in groups.items():
        yield _group(name, some)
    serverless = looking.entries(
        "elasticache", "describe_serverless_caches", "ServerlessCaches", ("NextToken", "NextToken")
    )
    for each in serverless:
        yield _serverless(each)


def group_of(cluster: str) -> str:
    """Return the name of the group that a node's cluster is called after: shop-sessions-001 -> shop-sessions."""
    return _NUMBER.sub("", cluster)


def _group(name: str, clusters: list[Mapping[str, Any]]) -> Found:
    """Return the nodes of one group."""
    memcached = clusters[0].get("Engine") == "memcached"
    nodes = {node["CacheNodeId"] for each in clusters for node in each.get("CacheNodes") or ()} or {"0001"}
    known = not memcached and not any(each.get("CacheNodeType", "").startswith("cache.t") for each in clusters)
    notes = () if known else ("connections: the limit of this engine and node type is not known here",)
    return Found(
        "memcached_node" if memcached else "elasticache_node",
        name,
        {
            "CacheClusterId": tuple(sorted(each["CacheClusterId"] for each in clusters)),
            "CacheNodeId": tuple(sorted(nodes)),
        },
        arns=tuple(dict.fromkeys(arn for each in clusters for arn in _arns(each))),
        limits={"connections": _CLIENTS} if known else {},
        notes=(*notes, _NODES) if len(clusters) > 1 else notes,
    )


def _arns(cluster: Mapping[str, Any]) -> Iterator[str]:
    """Yield the ARNs of a node's cluster and of its replication group: either may have the tags."""
    arn, group = cluster.get("ARN", ""), cluster.get("ReplicationGroupId", "")
    if arn:
        yield arn
    if arn and group:
        yield f"{arn.rpartition(':cluster:')[0]}:replicationgroup:{group}"


def _serverless(cache: Mapping[str, Any]) -> Found:
    """Return a serverless cache; its largest size is known where one is set."""
    name = cache["ServerlessCacheName"]
    storage = (cache.get("CacheUsageLimits") or {}).get("DataStorage") or {}
    largest = storage.get("Maximum") if storage.get("Unit") == "GB" else None
    return Found(
        "elasticache_serverless",
        name,
        {"clusterId": (name,)},
        arns=(cache.get("ARN", ""),),
        limits={"cache_bytes": largest * 1024.0**3} if largest else {},
    )
