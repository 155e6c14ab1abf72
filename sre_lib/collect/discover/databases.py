"""Databases: Aurora and DocumentDB by role, others by instance with their read replicas; memory by instance class."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sre_lib.collect.discover.found import Found, Looking, Related, tags_of

Entry = Mapping[str, Any]

_TOKEN = ("Marker", "Marker")
_SERVERLESS = "db.serverless"
_MIB = 1024 * 1024
MAX_CONNECTIONS = (
    "connections: put in the value of max_connections (SELECT @@max_connections; SHOW max_connections): it is a "
    "parameter of the database, which is not guessed here"
)


def read(looking: Looking) -> Iterator[Found]:
    """Yield the databases, each with its readers."""
    clusters = looking.entries("rds", "describe_db_clusters", "DBClusters", _TOKEN)
    instances = looking.entries("rds", "describe_db_instances", "DBInstances", _TOKEN)
    classes = {each["DBInstanceIdentifier"]: each.get("DBInstanceClass", "") for each in instances}
    sizes = _sizes(looking, sorted(set(classes.values()) - {"", _SERVERLESS}))
    limits = {name: sizes.get(class_, {}) for name, class_ in classes.items()}
    by_role: set[str] = set()
    for each in clusters:
        family = _family(each.get("Engine", ""))
        if family == "neptune":
            looking.left_out.append(f"Neptune cluster {each['DBClusterIdentifier']}: there is no kind for it")
        if family in {"aurora", "docdb"}:
            yield _cluster(each, family, classes, limits)
        if family:
            by_role.add(each["DBClusterIdentifier"])
    yield from _instances([each for each in instances if each.get("DBClusterIdentifier") not in by_role], limits)


def _family(engine: str) -> str:
    """Return aurora, docdb or neptune for an engine whose clusters publish by role; empty for others."""
    return next((each for each in ("aurora", "docdb", "neptune") if engine.startswith(each)), "")


def _cluster(
    cluster: Entry, family: str, classes: Mapping[str, str], limits: Mapping[str, Mapping[str, float]]
) -> Found:
    """Return a cluster by role, so that after a failover the writer is still the writer."""
    name = cluster["DBClusterIdentifier"]
    members = cluster.get("DBClusterMembers") or []
    writers = [each["DBInstanceIdentifier"] for each in members if each.get("IsClusterWriter")]
    readers = [each["DBInstanceIdentifier"] for each in members if not each.get("IsClusterWriter")]
    found = Found(
        "documentdb_role" if family == "docdb" else "aurora_role",
        name,
        _role(name, "WRITER"),
        arns=(cluster.get("DBClusterArn", ""),),
        tags=tags_of(cluster.get("TagList")),
        limits=_smallest(writers, limits),
        notes=(MAX_CONNECTIONS,),
        members=(*writers, *readers),
    )
    if any(classes.get(each) == _SERVERLESS for each in writers):
        most = (cluster.get("ServerlessV2ScalingConfiguration") or {}).get("MaxCapacity")
        acu = {"max_acu": float(most)} if most else {}
        return replace(found, kind="aurora_serverless", dimensions={"DBClusterIdentifier": (name,)}, limits=acu)
    if not readers:
        return found
    reader = Found(found.kind, f"{name}-reader", _role(name, "READER"), limits=_smallest(readers, limits))
    return replace(found, related=(Related(reader, f"the readers of the same cluster: {', '.join(readers)}"),))


def _role(name: str, role: str) -> Mapping[str, tuple[str, ...]]:
    """Return the dimensions of a cluster's role."""
    return {"DBClusterIdentifier": (name,), "Role": (role,)}


def _smallest(names: Sequence[str], limits: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Return the limits of the smallest of some instances; empty where one of them is not known."""
    known = [limits.get(name) or {} for name in names]
    if not known or not all(known):
        return {}
    return {key: min(each[key] for each in known) for key in known[0]}


def _instances(instances: Sequence[Entry], limits: Mapping[str, Mapping[str, float]]) -> Iterator[Found]:
    """Yield single instances, each with its read replicas."""
    names = {each["DBInstanceIdentifier"] for each in instances}
    for each in instances:
        if each.get("ReadReplicaSourceDBInstanceIdentifier") in names:
            continue
        replicas = [
            Related(_instance(other, limits), f"AWS says: it replicates {each['DBInstanceIdentifier']}")
            for other in instances
            if other.get("ReadReplicaSourceDBInstanceIdentifier") == each["DBInstanceIdentifier"]
        ]
        yield _instance(each, limits, tuple(replicas))


def _instance(entry: Entry, limits: Mapping[str, Mapping[str, float]], related: tuple[Related, ...] = ()) -> Found:
    """Return an instance as it is found."""
    name = entry["DBInstanceIdentifier"]
    kind = "documentdb_instance" if entry.get("Engine") == "docdb" else "rds_instance"
    return Found(
        kind,
        name,
        {"DBInstanceIdentifier": (name,)},
        arns=(entry.get("DBInstanceArn", ""),),
        tags=tags_of(entry.get("TagList")),
        limits=limits.get(name, {}),
        notes=(MAX_CONNECTIONS,),
        related=related,
    )


def _sizes(looking: Looking, classes: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return memory (bytes) and vCPUs by instance class: those of the EC2 instance type that it is named after.

    Amazon RDS User Guide, "DB instance classes": a class is `db.` and an instance type; where EC2 has no such type
    (`db.r5.large.tpc2.mem2x`) nothing is known.
    """
    if not classes:
        return {}
    wanted = [{"Name": "instance-type", "Values": [each.removeprefix("db.") for each in classes]}]
    with looking.attempt("memory and vCPUs by instance class"):
        types = looking.asking.items(
            "ec2", "describe_instance_types", "InstanceTypes", ("NextToken", "NextToken"), Filters=wanted
        )
        return {
            f"db.{each['InstanceType']}": {
                "ram_bytes": float(each["MemoryInfo"]["SizeInMiB"] * _MIB),
                "vcpus": float(each["VCpuInfo"]["DefaultVCpus"]),
            }
            for each in types
        }
    return {}
