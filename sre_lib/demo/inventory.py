"""What the list calls of an account answer, in AWS' own words: ECS, databases, caches, load balancers, functions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sre_lib.demo.endpoint_request import RefusedError

Entry = Mapping[str, Any]
Entries = Sequence[Entry]

PAGE = 100


class _Paged(NamedTuple):
    """How an action pages: the key of its entries, and how the token is called in the call and in the answer."""

    key: str
    asked: str
    answered: str


_PAGED: Mapping[str, _Paged] = {
    "ecs:ListClusters": _Paged("clusterArns", "nextToken", "nextToken"),
    "ecs:ListServices": _Paged("serviceArns", "nextToken", "nextToken"),
    "application-autoscaling:DescribeScalableTargets": _Paged("ScalableTargets", "NextToken", "NextToken"),
    "rds:DescribeDBClusters": _Paged("DBClusters", "Marker", "Marker"),
    "rds:DescribeDBInstances": _Paged("DBInstances", "Marker", "Marker"),
    "rds:DescribePendingMaintenanceActions": _Paged("PendingMaintenanceActions", "Marker", "Marker"),
    "acm:ListCertificates": _Paged("CertificateSummaryList", "NextToken", "NextToken"),
    "elasticache:DescribeCacheClusters": _Paged("CacheClusters", "Marker", "Marker"),
    "elasticache:DescribeUpdateActions": _Paged("UpdateActions", "Marker", "Marker"),
    "elasticache:DescribeServerlessCaches": _Paged("ServerlessCaches", "NextToken", "NextToken"),
    "elasticloadbalancing:DescribeLoadBalancers": _Paged("LoadBalancers", "Marker", "NextMarker"),
    "elasticloadbalancing:DescribeTargetGroups": _Paged("TargetGroups", "Marker", "NextMarker"),
    "lambda:ListFunctions": _Paged("Functions", "Marker", "NextMarker"),
    "ec2:DescribeInstanceTypes": _Paged("InstanceTypes", "NextToken", "NextToken"),
    "tag:GetResources": _Paged("ResourceTagMappingList", "PaginationToken", "PaginationToken"),
}


@dataclass(frozen=True)
class Inventory:
    """All that an account and region holds; entries have the members that AWS answers (API reference of each service).

    `ecs_services` have their `clusterArn`; `idle_timeouts` (seconds) are by the ARN of the load balancer and
    `concurrency` by the name of the function. Filters are not looked at: an account has what it has.
    """

    account: str = "123456789012"
    ecs_services: Entries = ()
    scalable_targets: Entries = ()
    db_clusters: Entries = ()
    db_instances: Entries = ()
    pending_maintenance: Entries = ()
    certificates: Entries = ()
    cache_clusters: Entries = ()
    serverless_caches: Entries = ()
    cache_updates: Entries = ()
    load_balancers: Entries = ()
    target_groups: Entries = ()
    idle_timeouts: Mapping[str, int] = field(default_factory=dict)
    functions: Entries = ()
    concurrency: Mapping[str, int] = field(default_factory=dict)
    instance_types: Entries = ()
    tags: Entries = ()
    page: int = PAGE

    def answer(self, action: str, asked: Entry) -> dict[str, Any]:
        """Return the answer of an IAM action's call; RefusedError for one that is not known here."""
        if action in _PAGED:
            return self._page(_PAGED[action], self._entries(action, asked), asked)
        single = {
            "sts:GetCallerIdentity": self._identity,
            "ecs:DescribeServices": self._services,
            "elasticloadbalancing:DescribeLoadBalancerAttributes": self._attributes,
            "lambda:GetFunctionConcurrency": self._reserved,
        }.get(action)
        if single is None:
            raise RefusedError("UnknownOperationException", f"This endpoint has no operation {action!r}.")
        return single(asked)

    def _entries(self, action: str, asked: Entry) -> Sequence[object]:
        """Return all entries that an action lists."""
        if action == "ecs:ListClusters":
            return sorted({each["clusterArn"] for each in self.ecs_services})
        if action == "ecs:ListServices":
            return [each["serviceArn"] for each in self._of_cluster(asked)]
        entries: Mapping[str, Entries] = {
            "ScalableTargets": [
                each for each in self.scalable_targets if each["ServiceNamespace"] == asked.get("ServiceNamespace")
            ],
            "DBClusters": self.db_clusters,
            "DBInstances": self.db_instances,
            "PendingMaintenanceActions": self.pending_maintenance,
            "CertificateSummaryList": self.certificates,
            "CacheClusters": self.cache_clusters,
            "ServerlessCaches": self.serverless_caches,
            "UpdateActions": self.cache_updates,
            "LoadBalancers": self.load_balancers,
            "TargetGroups": self.target_groups,
            "Functions": self.functions,
            "InstanceTypes": self.instance_types,
            "ResourceTagMappingList": self.tags,
        }
        return entries[_PAGED[action].key]

    def _page(self, paged: _Paged, entries: Sequence[object], asked: Entry) -> dict[str, Any]:
        """Return a page of entries and where the next one begins."""
        token = str(asked.get(paged.asked) or 0)
        if not token.isdecimal():
            raise RefusedError("InvalidNextToken", "The next token specified is invalid.")
        first = int(token)
        last = first + self.page
        more = {paged.answered: str(last)} if last < len(entries) else {}
        return {paged.key: list(entries[first:last]), **more}

    def _of_cluster(self, asked: Entry) -> list[Entry]:
        """Return the services of the cluster that a call names, by name or ARN."""
        name = str(asked.get("cluster", "default")).rpartition("/")[2]
        return [each for each in self.ecs_services if each["clusterArn"].rpartition("/")[2] == name]

    def _identity(self, _asked: Entry) -> dict[str, Any]:
        """Return who asks."""
        return {"Account": self.account, "UserId": "AIDAEXAMPLE", "Arn": f"arn:aws:iam::{self.account}:user/review"}

    def _services(self, asked: Entry) -> dict[str, Any]:
        """Return up to ten services that a call names."""
        if len(asked.get("services", ())) > 10:
            raise RefusedError("InvalidParameterException", "Number of services cannot be greater than 10.")
        found = [each for each in self._of_cluster(asked) if each["serviceArn"] in asked.get("services", ())]
        if "TAGS" not in asked.get("include", ()):
            found = [{key: value for key, value in each.items() if key != "tags"} for each in found]
        return {"services": found, "failures": []}

    def _attributes(self, asked: Entry) -> dict[str, Any]:
        """Return the attributes of a load balancer."""
        timeout = self.idle_timeouts.get(str(asked.get("LoadBalancerArn")), 60)
        return {"Attributes": [{"Key": "idle_timeout.timeout_seconds", "Value": str(timeout)}]}

    def _reserved(self, asked: Entry) -> dict[str, Any]:
        """Return the concurrency that is reserved for a function; nothing where none is."""
        reserved = self.concurrency.get(str(asked.get("FunctionName")))
        return {} if reserved is None else {"ReservedConcurrentExecutions": reserved}
