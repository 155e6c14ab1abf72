"""Application Auto Scaling: what scaled, to how many, and the limits that it scales within.

DescribeScalingActivities tells of the last six weeks; limits have no history at AWS, so that a change of them is what
differs from the last look.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sre_lib.change import Change
from sre_lib.collect.changes.asking import Asking, Came, NotAnsweredError, Stretch, Wanted
from sre_lib.collect.changes.deployments import OUTCOME, REASON
from sre_lib.collect.changes.resources import Resource

SCALED, MINIMUM, MAXIMUM = "scaled", "minimum", "maximum"
_NAMESPACES = {"ecs_service": "ecs", "db_cluster": "rds"}
_PREFIXES = {"ecs": "service/", "rds": "cluster:"}
_TOKEN = ("NextToken", "NextToken")
_TO = re.compile(r"\bto (\d+)\b")
_WELL = frozenset({"Successful", "InProgress", "Pending"})


def read(asking: Asking, wanted: Wanted) -> Iterator[Came]:
    """Yield what came of each ECS service and database cluster."""
    for resource, stretch in wanted.items():
        try:
            changes = tuple(_activities(asking, resource, stretch))
        except NotAnsweredError as error:
            yield Came(resource, status=error.status, message=error.message)
            continue
        try:
            yield Came(resource, changes, limits=dict(_limits(asking, resource)))
        except NotAnsweredError as error:
            yield Came(resource, changes, "partial", f"its minimum and maximum are not known: {error.message}")


def _activities(asking: Asking, resource: Resource, stretch: Stretch) -> Iterator[Change]:
    """Yield the scaling activities of a stretch."""
    namespace, prefix = _named(resource)
    only = {"ResourceId": prefix + resource.names[0]} if resource.literal and len(resource.names) == 1 else {}
    found = asking.items(
        "application-autoscaling", "describe_scaling_activities", "ScalingActivities", _TOKEN,
        ServiceNamespace=namespace, **only,
    )  # fmt: skip
    for each in found:
        if resource.has(each["ResourceId"].removeprefix(prefix)) and stretch.start <= each["StartTime"] < stretch.end:
            yield _change(each)


def _change(activity: Mapping[str, Any]) -> Change:
    """Return a scaling activity as a change; what it scaled from AWS does not say."""
    to = _TO.search(activity["Description"])
    details = {SCALED: ("", to.group(1))} if to else {}
    if activity["StatusCode"] not in _WELL:
        details |= {OUTCOME: ("", activity["StatusCode"]), REASON: ("", activity.get("StatusMessage", ""))}
    else:
        details |= {REASON: ("", activity["Cause"])}
    start = activity["StartTime"]
    end = max(activity.get("EndTime") or start, start)
    return Change(activity["ActivityId"], start, end, "scaling", "", activity["Description"], details)


def _limits(asking: Asking, resource: Resource) -> Iterator[tuple[str, str]]:
    """Yield minimum and maximum of a resource as they are now; of several, each with its name before it."""
    namespace, prefix = _named(resource)
    only = {"ResourceIds": [prefix + name for name in resource.names]} if resource.literal else {}
    found = asking.items(
        "application-autoscaling", "describe_scalable_targets", "ScalableTargets", _TOKEN,
        ServiceNamespace=namespace, **only,
    )  # fmt: skip
    for each in found:
        name = each["ResourceId"].removeprefix(prefix)
        if resource.has(name):
            behind = "" if resource.names == (name,) else f" {name}"
            yield f"{MINIMUM}{behind}", str(each["MinCapacity"])
            yield f"{MAXIMUM}{behind}", str(each["MaxCapacity"])


def _named(resource: Resource) -> tuple[str, str]:
    """Return the namespace of a resource and what stands before its name there."""
    namespace = _NAMESPACES[resource.type]
    return namespace, _PREFIXES[namespace]
