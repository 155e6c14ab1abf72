"""Which AWS resource stands behind a part, so far as changes can be asked for: by namespace and dimensions."""

import re
from fnmatch import fnmatchcase
from itertools import product
from typing import Literal, NamedTuple

from sre_lib.catalog import Catalog
from sre_lib.change import ChangeSource
from sre_lib.collect.identities import ANY, texts_of
from sre_lib.collect.queries import Place
from sre_lib.model import Part

ResourceType = Literal["ecs_service", "db_instance", "db_cluster", "cache_cluster", "serverless_cache", "function"]

_DATABASES = frozenset({"AWS/RDS", "AWS/DocDB", "AWS/Neptune"})
"""They share the control plane of RDS: `rds:DescribeEvents` tells of all of them."""

SOURCES: dict[ResourceType, tuple[ChangeSource, ...]] = {
    "ecs_service": ("deployments", "scaling", "cloudtrail"),
    "db_instance": ("database_events", "cloudtrail"),
    "db_cluster": ("scaling", "database_events", "cloudtrail"),
    "cache_cluster": ("cache_events", "cloudtrail"),
    "serverless_cache": ("cache_events", "cloudtrail"),
    "function": ("cloudtrail",),
}
"""Which sources know something of which type of resource."""

_NODE = re.compile(r"(-\d{4})?-\d{3}$")
"""What ElastiCache puts behind a replication group's name to name its nodes: shard (cluster mode) and number."""


class Resource(NamedTuple):
    """One resource, or a set or pattern (`*`) of them; an ECS service is named `cluster/service`."""

    type: ResourceType
    names: tuple[str, ...]
    place: Place = Place()

    @property
    def key(self) -> str:
        """Return the text by which the archive knows it."""
        where = [text for text in self.place if text]
        return ":".join((self.type, ",".join(self.names), *where))

    @property
    def literal(self) -> bool:
        """Tell whether all of its names stand for themselves."""
        return not any(ANY in name for name in self.names)

    def has(self, name: str) -> bool:
        """Tell whether a name of AWS's is one of its own."""
        return any(fnmatchcase(name, own.replace("[", "[[]").replace("?", "[?]")) for own in self.names)

    def in_group(self, group: str) -> bool:
        """Tell whether nodes of a replication group are among the resource."""
        return any(_NODE.sub("", own) == group for own in self.names) or self.has(f"{group}-001")


def resource_of(catalog: Catalog, part: Part) -> Resource | None:
    """Return the resource of a part; None where no source knows changes of its kind."""
    values = {name: texts_of(value) for name, value in part.dimensions.items()}
    found = _type_and_names(catalog[part.kind].namespace, values)
    return Resource(*found, Place(part.profile, part.region)) if found else None


def _type_and_names(namespace: str, values: dict[str, tuple[str, ...]]) -> tuple[ResourceType, tuple[str, ...]] | None:
    """Return what the dimensions of a namespace name."""
    if namespace in {"AWS/ECS", "ECS/ContainerInsights"} and {"ClusterName", "ServiceName"} <= values.keys():
        pairs = product(values["ClusterName"], values["ServiceName"])
        return "ecs_service", tuple(f"{cluster}/{service}" for cluster, service in pairs)
    if namespace in _DATABASES and "DBInstanceIdentifier" in values:
        return "db_instance", values["DBInstanceIdentifier"]
    if namespace in _DATABASES and "DBClusterIdentifier" in values:
        return "db_cluster", values["DBClusterIdentifier"]
    if namespace == "AWS/ElastiCache" and "CacheClusterId" in values:
        return "cache_cluster", values["CacheClusterId"]
    if namespace == "AWS/ElastiCache" and "clusterId" in values:
        return "serverless_cache", values["clusterId"]
    function = values.get("FunctionName") or values.get("function_name")
    return ("function", function) if function and namespace in {"AWS/Lambda", "LambdaInsights"} else None
