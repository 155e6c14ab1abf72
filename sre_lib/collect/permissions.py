"""What a review must be allowed at AWS: every action that is called, why, and on what; the one list of them.

Which actions AWS can limit to resources, and by which ARNs: Service Authorization Reference, "Actions, resources, and
condition keys" of Amazon CloudWatch, Amazon ECS, Application Auto Scaling, Amazon RDS, Amazon ElastiCache and AWS
CloudTrail. Alarms could be limited by name, but composite ones are told of on `*` alone (API reference, DescribeAlarms)
and all alarms of the account are reviewed.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Literal, NamedTuple

import botocore.session

from sre_lib.change import ChangeSource
from sre_lib.collect.alarms.gather import places_of
from sre_lib.collect.changes.resources import SOURCES, Resource, resource_of
from sre_lib.collect.identities import ANY, has_pattern
from sre_lib.collect.queries import Place
from sre_lib.params import Review
from sre_lib.params_file import CloudWatchSource

Feature = (
    Literal[
        "metrics",
        "patterns",
        "alarms",
        "service_patterns",
        "database_clusters",
        "init",
        "certificates",
        "databases",
        "caches",
        "bucket",
    ]
    | ChangeSource
)
"""What of a review file makes an action needed; `init`: looking into an account, before there is one;
`bucket`: archive and pages in a bucket."""

EVERYWHERE = ("*",)
_SERVICE = "service/{cluster}/{service}"


class Permission(NamedTuple):
    """One action: what needs it, why, and the last part of the ARNs that it can be limited to (empty: to none)."""

    action: str
    feature: Feature
    why: str
    arns: tuple[str, ...] = ()


PERMISSIONS = (
    Permission("cloudwatch:GetMetricData", "metrics", "the datapoints of services and of what alarms watch"),
    Permission("cloudwatch:ListMetrics", "patterns", "what `*` in a dimension stands for"),
    Permission("cloudwatch:DescribeAlarms", "alarms", "how alarms are set up; narrower, none is composite"),
    Permission("cloudwatch:DescribeAlarmHistory", "alarms", "when alarms fired, before CloudWatch forgets it"),
    Permission("cloudwatch:ListAlarmMuteRules", "alarms", "which firings told nobody; without it they count as told"),
    Permission("cloudwatch:GetAlarmMuteRule", "alarms", "when a mute rule holds, and for which alarms"),
    Permission("ecs:DescribeServices", "deployments", "who deploys a service, and what runs now", (_SERVICE,)),
    Permission("ecs:ListServiceDeployments", "deployments", "which deployments there were", (_SERVICE,)),
    Permission(
        "ecs:DescribeServiceDeployments", "deployments", "how a deployment ended",
        (_SERVICE, "service-deployment/{cluster}/{service}/*"),
    ),
    Permission(
        "ecs:DescribeServiceRevisions", "deployments", "the images before and after a deployment",
        (_SERVICE, "service-revision/{cluster}/{service}/*"),
    ),
    Permission("ecs:DescribeTaskDefinition", "deployments", "the task size before and after a deployment"),
    Permission("ecs:ListServices", "service_patterns", "which services `*` in a ServiceName stands for"),
    Permission("application-autoscaling:DescribeScalingActivities", "scaling", "when it scaled, and to how many"),
    Permission("application-autoscaling:DescribeScalableTargets", "scaling", "the minimum and maximum of scaling"),
    Permission("rds:DescribeEvents", "database_events", "failovers, restarts and maintenance of databases"),
    Permission(
        "rds:DescribeDBClusters", "database_clusters", "which instances belong to a cluster", ("cluster:*",),
    ),
    Permission("elasticache:DescribeEvents", "cache_events", "failovers, restarts and maintenance of caches"),
    Permission("cloudtrail:LookupEvents", "cloudtrail", "who changed what"),
    Permission("acm:ListCertificates", "certificates", "when certificates expire"),
    Permission("rds:DescribeDBClusters", "databases", "the engine versions of clusters"),
    Permission("rds:DescribeDBInstances", "databases", "the engine versions of instances"),
    Permission("rds:DescribePendingMaintenanceActions", "databases", "which maintenance waits, and until when"),
    Permission("elasticache:DescribeCacheClusters", "caches", "the engine versions of caches"),
    Permission("elasticache:DescribeServerlessCaches", "caches", "the engine versions of serverless caches"),
    Permission("elasticache:DescribeUpdateActions", "caches", "which updates wait, and until when"),
)  # fmt: skip
"""sts:GetCallerIdentity, which `sre-review check` calls, needs no permission (AWS STS API reference)."""


class Need(NamedTuple):
    """A permission that a review needs, and the resources that it needs it on: ARNs, `*` in them for any text."""

    permission: Permission
    resources: tuple[str, ...]


def profiles_of(review: Review) -> tuple[str, ...]:
    """Return the profiles that a review asks AWS with, its own first (empty: the environment's credentials)."""
    if not isinstance(review.source, CloudWatchSource):
        return ()
    own = review.source.profile or ""
    parts = (part for service in review.services for part in service.parts)
    return tuple(dict.fromkeys((own, *(part.profile or own for part in parts))))


def needs(review: Review, profile: str) -> tuple[Need, ...]:
    """Return what one profile of a review must be allowed, in the order of `PERMISSIONS`; empty where AWS is not asked.

    ARNs leave the account open (`*`): a policy is one account's own already. What a name in a review file holds of
    IAM's own signs (`?`, `${`) stands for itself.
    """
    if not isinstance(review.source, CloudWatchSource):
        return ()
    wanted = _wanted(review, review.source, profile)
    return tuple(
        Need(each, _resources(each, wanted[each.feature], review.source))
        for each in PERMISSIONS
        if each.feature in wanted
    )


def changes_asked(review: Review) -> Iterator[tuple[ChangeSource, Resource]]:
    """Yield the sources of changes that a review asks AWS for, and of which resource.

    One that another account owns is not asked for without a profile of that account.
    """
    for part in (part for service in review.services for part in service.parts):
        resource = None if part.account and not part.profile else resource_of(review.catalog, part)
        for source in SOURCES[resource.type] if resource else ():
            if resource and source in review.changes:
                yield source, resource


def _wanted(review: Review, source: CloudWatchSource, profile: str) -> Mapping[Feature, tuple[Resource, ...]]:
    """Return what needs permissions of a profile, and the resources behind it where there are some."""

    def mine(place: Place) -> bool:
        return (place.profile or source.profile or "") == profile

    parts = [part for service in review.services for part in service.parts if mine(Place(part.profile, part.region))]
    alarms = review.alarms and any(map(mine, places_of(review)))
    found: dict[Feature, dict[Resource, None]] = {}
    if parts or alarms:
        found["metrics"] = {}
    if any(map(has_pattern, parts)):
        found["patterns"] = {}
    if alarms:
        found["alarms"] = {}
    found |= {each: {} for each in review.upkeep if any(map(mine, places_of(review)))}
    for change, resource in changes_asked(review):
        for feature in _features(change, resource) if mine(resource.place) else ():
            found.setdefault(feature, {})[resource] = None
    # All clusters are looked at for upkeep: the narrower permission would stand there twice.
    twice = {"database_clusters"} if "databases" in found else set()
    return {feature: tuple(resources) for feature, resources in found.items() if feature not in twice}


def _features(source: ChangeSource, resource: Resource) -> Iterator[Feature]:
    """Yield what a source of changes needs for one resource."""
    if source == "deployments":
        # A cluster with `*` is not asked for.
        asked = [name.split("/", 1)[1] for name in resource.names if ANY not in name.split("/", 1)[0]]
        if asked:
            yield source
        if any(ANY in service for service in asked):
            yield "service_patterns"
        return
    yield source
    if source == "database_events" and resource.type == "db_cluster":
        yield "database_clusters"


def _resources(permission: Permission, behind: tuple[Resource, ...], source: CloudWatchSource) -> tuple[str, ...]:
    """Return the ARNs that a permission is needed on."""
    if not permission.arns:
        return EVERYWHERE
    service = permission.action.partition(":")[0]
    found: dict[str, None] = {}
    for resource in behind:
        region = resource.place.region or source.region or ANY
        for name in resource.names:
            cluster, _, of_cluster = map(_literal, name.partition("/"))
            if ANY in cluster and service == "ecs":
                continue
            for arn in permission.arns:
                last = arn.format(cluster=cluster, service=of_cluster)
                found[f"arn:{_partition(region)}:{service}:{region}:*:{last}"] = None
    return tuple(found)


def _literal(name: str) -> str:
    """Return a name as an ARN of a policy means it (IAM User Guide, "Policy variables": special characters)."""
    return "".join({"?": "${?}", "$": "${$}"}.get(sign, sign) for sign in name)


@cache
def _partition(region: str) -> str:
    """Return the partition of a region, such as `aws-cn`; that of all others where the region is not known."""
    if region == ANY:
        return "aws"
    found: str = botocore.session.Session().get_partition_for_region(region)
    return found
