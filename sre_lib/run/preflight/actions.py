"""Whether each IAM action of a review is allowed: called read-only, with the smallest call that it has."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from botocore import xform_name
from botocore.exceptions import ClientError

from sre_lib.collect.changes.resources import Resource
from sre_lib.collect.client_errors import FAILURES, Course, meaning, safe
from sre_lib.collect.clients import Clients
from sre_lib.collect.identities import ANY, combinations
from sre_lib.collect.page import not_cloudwatch
from sre_lib.collect.permissions import Feature, Need, changes_asked, needs
from sre_lib.collect.queries import Place
from sre_lib.model import PERIOD_S
from sre_lib.params import Review
from sre_lib.run.preflight.account import Whom
from sre_lib.run.preflight.tree import Checked, State, group, ok, skipped, wrong

NOBODY = "check"
"""Stands for any name where a pattern does; what it names need not exist for AWS to say whether one may ask."""


_OF_ACCOUNT = frozenset({"ecs:DescribeServiceDeployments", "ecs:DescribeServiceRevisions"})
_SOURCES: Mapping[Feature, Feature] = {
    "service_patterns": "deployments", "database_clusters": "database_events",
}  # fmt: skip
"""The source of changes that a feature is a part of."""


class Asked(NamedTuple):
    """What a call may name: the review, its moment, the account (empty: not known), and a service of ECS."""

    review: Review
    now: datetime
    account: str
    arn: str = ""
    cluster: str = NOBODY
    service: str = NOBODY


def _one_datapoint(asked: Asked) -> dict[str, Any]:
    """Return the arguments for one datapoint of the first metric of the review: it bills one metric."""
    part = asked.review.services[0].parts[0]
    kind = asked.review.catalog[part.kind]
    spec = next(iter(kind.metrics.values()))
    dimensions = [{"Name": name, "Value": text} for name, text in combinations(part)[0]]
    metric = {"Namespace": spec.namespace or kind.namespace, "MetricName": spec.name, "Dimensions": dimensions}
    end = asked.now - timedelta(seconds=asked.now.timestamp() % PERIOD_S)
    stat = {"Metric": metric, "Period": PERIOD_S, "Stat": "SampleCount"}
    span = {"StartTime": end - timedelta(seconds=PERIOD_S), "EndTime": end}
    return {"MetricDataQueries": [{"Id": "check", "MetricStat": stat}], **span}


def _of(kind: str, asked: Asked) -> list[str]:
    """Return the ARN of something of a service that nobody made."""
    _, partition, _, region, *_ = asked.arn.split(":")
    return [f"arn:{partition}:ecs:{region}:{asked.account}:{kind}/{asked.cluster}/{asked.service}/{'A' * 21}"]


SMALLEST: Mapping[str, Callable[[Asked], dict[str, Any]]] = {
    "cloudwatch:GetMetricData": _one_datapoint,
    "cloudwatch:ListMetrics": lambda _: {"Namespace": "AWS/CloudWatch", "RecentlyActive": "PT3H"},
    "cloudwatch:DescribeAlarms": lambda _: {"AlarmTypes": ["MetricAlarm", "CompositeAlarm"], "MaxRecords": 1},
    "cloudwatch:DescribeAlarmHistory": lambda _: {"MaxRecords": 1},
    "cloudwatch:ListAlarmMuteRules": lambda _: {"MaxRecords": 1},
    "cloudwatch:GetAlarmMuteRule": lambda _: {"AlarmMuteRuleName": NOBODY},
    "ecs:DescribeServices": lambda asked: {"cluster": asked.cluster, "services": [asked.service]},
    "ecs:ListServiceDeployments": lambda asked: {
        "cluster": asked.cluster, "service": asked.service, "maxResults": 1,
    },
    "ecs:DescribeServiceDeployments": lambda asked: {"serviceDeploymentArns": _of("service-deployment", asked)},
    "ecs:DescribeServiceRevisions": lambda asked: {"serviceRevisionArns": _of("service-revision", asked)},
    "ecs:DescribeTaskDefinition": lambda _: {"taskDefinition": NOBODY},
    "ecs:ListServices": lambda asked: {"cluster": asked.cluster, "maxResults": 1},
    "application-autoscaling:DescribeScalingActivities": lambda _: {"ServiceNamespace": "ecs", "MaxResults": 1},
    "application-autoscaling:DescribeScalableTargets": lambda _: {"ServiceNamespace": "ecs", "MaxResults": 1},
    "rds:DescribeEvents": lambda _: {"MaxRecords": 20},
    "rds:DescribeDBClusters": lambda _: {"MaxRecords": 20},
    "elasticache:DescribeEvents": lambda _: {"MaxRecords": 20},
    "cloudtrail:LookupEvents": lambda _: {"MaxResults": 1},
    "acm:ListCertificates": lambda _: {"MaxItems": 1},
    "rds:DescribeDBInstances": lambda _: {"MaxRecords": 20},
    "rds:DescribePendingMaintenanceActions": lambda _: {"MaxRecords": 20},
    "elasticache:DescribeCacheClusters": lambda _: {"MaxRecords": 20},
    "elasticache:DescribeServerlessCaches": lambda _: {"MaxResults": 1},
    "elasticache:DescribeUpdateActions": lambda _: {"MaxRecords": 20},
}  # fmt: skip


def check_actions(review: Review, clients: Clients, whom: Whom, account: str, now: datetime) -> Checked:
    """Try each action that one of a review's profiles needs, and say which are not allowed.

    An answer that is no denial means that the action is allowed: what was named need not exist. A service that cannot
    be reached is asked once.
    """
    gone: dict[str, str] = {}
    asked = Asked(review, now, account)
    return group("permissions", [_tried(clients, at, asked, gone) for at in _tries(review, whom)])


class _At(NamedTuple):
    """A permission that is needed, where it is tried, and what is asked about."""

    need: Need
    place: Place
    resource: Resource | None


def _tries(review: Review, whom: Whom) -> Iterator[_At]:
    """Yield each permission with the first place and resource that it is needed for."""
    changes = [each for each in changes_asked(review) if each[1].place.profile == whom.place.profile]
    for need in needs(review, whom.profile):
        feature = need.permission.feature
        source = _SOURCES.get(feature, feature)
        resource = next((resource for each, resource in changes if each == source), None)
        yield _At(need, resource.place if resource else whom.place, resource)


def _tried(clients: Clients, at: _At, asked: Asked, gone: dict[str, str]) -> Checked:
    """Return whether one action is allowed; `gone` are the services that cannot be read, and why."""
    action = at.need.permission.action
    service, _, operation = action.partition(":")
    if service in gone:
        return skipped(action, gone[service])
    if action in _OF_ACCOUNT and not asked.account:
        return skipped(action, "the call would name the account, which is not known")
    try:
        arguments = SMALLEST[action](_about(asked, at))
        answer = getattr(clients.other(service, at.place), xform_name(operation))(**arguments)
        if not answer.keys() - {"ResponseMetadata"}:
            raise not_cloudwatch(f"{operation}: nothing in it")
    except FAILURES as error:
        return _failed(action, error, gone)
    return ok(action, at.need.permission.why)


def _about(asked: Asked, at: _At) -> Asked:
    """Return the same with a service of ECS that the permission is needed for."""
    if at.resource is None or at.resource.type != "ecs_service":
        return asked
    name = next(name for name in at.resource.names if ANY not in name.split("/")[0] or name == at.resource.names[-1])
    cluster, _, service = name.replace(ANY, NOBODY).partition("/")
    return asked._replace(arn=at.need.resources[0], cluster=cluster, service=service)


def _failed(action: str, error: Exception, gone: dict[str, str]) -> Checked:
    """Return what an error of a call says of its permission."""
    service = action.partition(":")[0]
    means = meaning(error)
    if isinstance(error, ClientError) and means.course in {Course.KEEP, Course.SPLIT}:
        return ok(action, f"allowed (AWS answered: {safe(str(error))})")
    if means.course is Course.DENIED:
        allow = f"allow it to whom the review runs as; `sre-review iam-policy` writes the policy ({safe(str(error))})"
        return Checked(action, State.NG, "AWS denied it", allow)
    if means.course in {Course.END, Course.AGAIN}:
        gone[service] = f"{service} cannot be read, see above"
    return wrong(action, means.sentence if service == "cloudwatch" else means.sentence.replace("CloudWatch", service))
