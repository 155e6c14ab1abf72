"""Events of databases (RDS, Aurora, DocumentDB, Neptune) and caches; AWS keeps both for 14 days."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sre_lib.change import Change, ChangeKind
from sre_lib.collect.changes.asking import Asking, Came, NotAnsweredError, Stretch, Wanted
from sre_lib.collect.changes.resources import Resource

RESOURCE, CATEGORY = "resource", "category"
_TOKEN = ("Marker", "Marker")
_CACHES = {"cache_cluster": frozenset({"cache-cluster"}), "serverless_cache": frozenset({"serverless-cache"})}


def read_databases(asking: Asking, wanted: Wanted) -> Iterator[Came]:
    """Yield what came of each database; a cluster's events are those of its instances too."""
    events = list(_events(asking, "rds", wanted.values()))
    members: list[Mapping[str, Any]] = []
    note: tuple[str, str] | None = None
    if any(resource.type == "db_cluster" for resource in wanted):
        try:
            members = list(asking.items("rds", "describe_db_clusters", "DBClusters", _TOKEN))
        except NotAnsweredError as error:
            note = "partial", f"of clusters only their own events are known: {error.message}"
    for resource, stretch in wanted.items():
        instances = _members(resource, members)
        found = [each for each in events if _of_database(each, resource, instances)]
        lack = note[1] if note and resource.type == "db_cluster" else ""
        yield Came(resource, _changes(found, stretch, "database"), "partial" if lack else "complete", lack)


def read_caches(asking: Asking, wanted: Wanted) -> Iterator[Came]:
    """Yield what came of each cache; a node's events are those of its replication group too."""
    events = list(_events(asking, "elasticache", wanted.values()))
    for resource, stretch in wanted.items():
        found = [each for each in events if _of_cache(each, resource)]
        yield Came(resource, _changes(found, stretch, "cache"))


def _events(asking: Asking, service: str, stretches: Iterable[Stretch]) -> Iterator[dict[str, Any]]:
    """Yield all events of a service: without times AWS tells only those of the last hour."""
    known = list(stretches)
    start, end = min(each.start for each in known), max(each.end for each in known)
    return asking.items(service, "describe_events", "Events", _TOKEN, StartTime=start, EndTime=end)


def _members(resource: Resource, clusters: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Return the instances of a database cluster."""
    return frozenset(
        member["DBInstanceIdentifier"]
        for cluster in clusters
        if resource.type == "db_cluster" and resource.has(cluster["DBClusterIdentifier"])
        for member in cluster.get("DBClusterMembers", ())
    )


def _of_database(event: Mapping[str, Any], resource: Resource, instances: frozenset[str]) -> bool:
    """Tell whether an event is one of a database's."""
    name, type_ = event.get("SourceIdentifier", ""), event.get("SourceType")
    if type_ == "db-instance":
        return name in instances if resource.type == "db_cluster" else resource.has(name)
    return type_ == "db-cluster" and resource.type == "db_cluster" and resource.has(name)


def _of_cache(event: Mapping[str, Any], resource: Resource) -> bool:
    """Tell whether an event is one of a cache's."""
    name, type_ = event.get("SourceIdentifier", ""), event.get("SourceType")
    if type_ == "replication-group" and resource.type == "cache_cluster":
        return resource.in_group(name)
    return type_ in _CACHES[resource.type] and resource.has(name)


def _changes(events: Iterable[Mapping[str, Any]], stretch: Stretch, kind: ChangeKind) -> tuple[Change, ...]:
    """Return events as changes; they have no identifier of their own."""
    return tuple(
        Change(
            f"{each['SourceIdentifier']} {each['Date'].isoformat()} {each['Message']}",
            each["Date"],
            each["Date"],
            kind,
            "",
            each["Message"],
            {
                RESOURCE: ("", each["SourceIdentifier"]),
                **({CATEGORY: ("", ", ".join(each["EventCategories"]))} if each.get("EventCategories") else {}),
            },
        )
        for each in events
        if stretch.start <= each["Date"] < stretch.end
    )
