"""Who called what: the management events of CloudTrail that change a service, matched to its parts by name.

Parameters of a request may hold secrets. Only those that name a resource are read, to match them; what is kept of an
event is its name, its time and the name of whoever made it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from sre_lib.change import Change
from sre_lib.collect.changes.asking import Asking, Came, Wanted
from sre_lib.collect.changes.resources import Resource, ResourceType

BY = "by"
_TOKEN = ("NextToken", "NextToken")
_DATABASE = ("dBInstanceIdentifier", "dBClusterIdentifier")
_CACHE = ("cacheClusterId", "replicationGroupId", "serverlessCacheName")
_DEPLOYED_BY = ("AppECS-", "DgpECS-")
"""What CodeDeploy's own names of an ECS service begin with, before `cluster-service`."""

MARKERS: Mapping[str, tuple[tuple[ResourceType, ...], tuple[str, ...]]] = {
    "UpdateService": (("ecs_service",), ("service",)),
    "RegisterTaskDefinition": (("ecs_service",), ("family",)),
    "CreateDeployment": (("ecs_service",), ("applicationName", "deploymentGroupName")),
    "RegisterScalableTarget": (("ecs_service", "db_cluster"), ("resourceId",)),
    "ModifyDBInstance": (("db_instance",), _DATABASE),
    "RebootDBInstance": (("db_instance",), _DATABASE),
    "ModifyDBCluster": (("db_cluster",), _DATABASE),
    "FailoverDBCluster": (("db_cluster",), _DATABASE),
    "ModifyCacheCluster": (("cache_cluster",), _CACHE),
    "ModifyReplicationGroup": (("cache_cluster",), _CACHE),
    "ModifyServerlessCache": (("serverless_cache",), _CACHE),
    "UpdateFunctionCode20150331v2": (("function",), ("functionName",)),
    "UpdateFunctionConfiguration20150331v2": (("function",), ("functionName",)),
}
"""By event name: the types of resources that it changes, and the parameters of the request that name them."""

_AUTOMATIC = "application-autoscaling"
"""Each step of an automatic scaling is an UpdateService too; the source `scaling` tells of those."""


def read(asking: Asking, wanted: Wanted) -> Iterator[Came]:
    """Yield what came of each resource; LookupEvents takes one event name (and two calls a second)."""
    types = {resource.type for resource in wanted}
    start, end = min(each.start for each in wanted.values()), max(each.end for each in wanted.values())
    events: list[tuple[str, frozenset[str], Change]] = []
    for name, (changed, parameters) in MARKERS.items():
        if types.isdisjoint(changed):
            continue
        found = asking.items(
            "cloudtrail", "lookup_events", "Events", _TOKEN,
            LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": name}], StartTime=start, EndTime=end,
        )  # fmt: skip
        events += [(name, *marked) for each in found if (marked := _marked(each, name, parameters))]
    for resource, stretch in wanted.items():
        mine = (
            change
            for name, names, change in events
            if resource.type in MARKERS[name][0] and stretch.start <= change.start < stretch.end
            if _concerns(names, resource)
        )
        yield Came(resource, tuple(mine))


def _marked(event: Mapping[str, Any], name: str, parameters: Iterable[str]) -> tuple[frozenset[str], Change] | None:
    """Return the names in an event and the event as a change; None for one that failed or that scaling made."""
    record = _record(event)
    caller = f"{record.get('sourceIPAddress')} {record.get('userAgent')} {record.get('userIdentity')}"
    if record.get("errorCode") or _AUTOMATIC in caller:
        return None
    request = record.get("requestParameters") or {}
    named = {str(request[key]) for key in parameters if request.get(key)}
    named |= {each.get("ResourceName", "") for each in event.get("Resources", ())}
    cluster = str(request.get("cluster") or "").rsplit("/", 1)[-1]
    by = {BY: ("", event["Username"])} if event.get("Username") else {}
    change = Change(event["EventId"], event["EventTime"], event["EventTime"], "api_call", "", name, by)
    return frozenset(_plain(name, cluster) for name in named if name), change


def _record(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record of an event; empty where it has none that can be read."""
    try:
        record = orjson.loads(event.get("CloudTrailEvent") or "{}")
    except orjson.JSONDecodeError:
        return {}
    return record if isinstance(record, dict) else {}


def _plain(name: str, cluster: str) -> str:
    """Return a name as it is compared: of an ARN the last part, of a service with its cluster where it is known."""
    last = name.partition(":function:")[2].partition(":")[0] or name
    last = last.rsplit(":", 1)[-1] if last.startswith("arn:") else last.removeprefix("cluster:")
    last = last.removeprefix("service/")
    for prefix in _DEPLOYED_BY:
        if last.startswith(prefix):
            return last
    return f"{cluster}/{last}" if cluster and "/" not in last else last


def _concerns(names: frozenset[str], resource: Resource) -> bool:
    """Tell whether one of the names in an event is one of a resource's."""
    if resource.type == "ecs_service":
        aliases = {prefix + own.replace("/", "-") for own in resource.names for prefix in _DEPLOYED_BY}
        bare = {own.split("/", 1)[1] for own in resource.names}
        return any(resource.has(name) or name in aliases or name in bare for name in names)
    if resource.type == "cache_cluster":
        return any(resource.has(name) or resource.in_group(name) for name in names)
    return any(resource.has(name) for name in names)
