"""ECS services: the target groups that their tasks are registered in, their tags, and how many tasks they may have."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sre_lib.collect.discover.found import Found, Looking, tags_of

_TOKEN = ("nextToken", "nextToken")
_AT_ONCE = 10
"""Services that one call describes (Amazon ECS API reference, DescribeServices)."""


def read(looking: Looking) -> Iterator[Found]:
    """Yield the active services of all clusters."""
    most = _most_tasks(looking)
    for cluster in looking.entries("ecs", "list_clusters", "clusterArns", _TOKEN):
        arns = looking.entries("ecs", "list_services", "serviceArns", _TOKEN, cluster=cluster)
        for first in range(0, len(arns), _AT_ONCE):
            for each in _described(looking, cluster, arns[first : first + _AT_ONCE]):
                if each.get("status", "ACTIVE") == "ACTIVE":
                    yield _found(cluster.rpartition("/")[2], each, most)


def _described(looking: Looking, cluster: str, arns: Sequence[str]) -> Sequence[Mapping[str, Any]]:
    """Return services with all that AWS tells of them, or where that is refused with what their ARNs say."""
    with looking.attempt("load balancers and tags of ECS services"):
        answer = looking.asking.call("ecs", "describe_services", cluster=cluster, services=list(arns), include=["TAGS"])
        return answer.get("services") or ()
    return [{"serviceName": arn.rpartition("/")[2], "serviceArn": arn} for arn in arns]


def _found(cluster: str, service: Mapping[str, Any], most: Mapping[str, float]) -> Found:
    """Return a service as it is found."""
    name = service["serviceName"]
    limit = most.get(f"service/{cluster}/{name}")
    return Found(
        "ecs_service",
        name,
        {"ClusterName": (cluster,), "ServiceName": (name,)},
        arns=(service.get("serviceArn", ""),),
        tags=tags_of(service.get("tags"), "key", "value"),
        limits={} if limit is None else {"max_tasks": limit},
        behind=tuple(dict.fromkeys(_target_groups(service))),
    )


def _target_groups(service: Mapping[str, Any]) -> Iterator[str]:
    """Yield the target groups of a service: those in use, and the other colour of a blue/green deployment."""
    for holder in (service, *(service.get("taskSets") or ())):
        for each in holder.get("loadBalancers") or ():
            yield from filter(None, (each.get("targetGroupArn"),))
            other = (each.get("advancedConfiguration") or {}).get("alternateTargetGroupArn")
            yield from filter(None, (other,))


def _most_tasks(looking: Looking) -> dict[str, float]:
    """Return how many tasks scaling may give to each service."""
    with looking.attempt("the most tasks that scaling may start"):
        targets = looking.asking.items(
            "application-autoscaling", "describe_scalable_targets", "ScalableTargets", ("NextToken", "NextToken"),
            ServiceNamespace="ecs",
        )  # fmt: skip
        return {
            each["ResourceId"]: float(each["MaxCapacity"])
            for each in targets
            if each.get("ScalableDimension") == "ecs:service:DesiredCount" and each.get("MaxCapacity")
        }
    return {}
