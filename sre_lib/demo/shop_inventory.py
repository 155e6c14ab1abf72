"""What the simulated shop's account holds, as AWS lists it: the same services, databases and caches that publish."""

from collections.abc import Iterator, Mapping
from typing import Any

from sre_lib.demo.inventory import Inventory
from sre_lib.demo.state import FLEETS

ACCOUNT, REGION = "123456789012", "ap-northeast-1"
_BALANCERS = {
    "web": ("app/shop-public/50dc6c495c0c9188", "targetgroup/shop-web/6d0ecf831eec9f09", 30),
    "api": ("app/shop-internal/1f4b7a8e02c6d935", "targetgroup/shop-api/a3c1e97f54b20d68", 10),
}
_SERVICES = ("web", "api", "worker")
_DATABASE = "shop-orders"
_GIB_32_IN_MIB = 32_768
_ENGINE_VERSION = "8.0.mysql_aurora.3.04.1"
_EXPIRES_S = 1_792_281_599
"""2026-10-17 23:59:59 UTC, which is the 18th in Tokyo: thirteen days after the demo's meeting."""


def inventory() -> Inventory:
    """Return what the shop's account holds."""
    return Inventory(
        account=ACCOUNT,
        ecs_services=[_service(name) for name in _SERVICES],
        scalable_targets=list(_scalable_targets()),
        db_clusters=[_cluster()],
        db_instances=[_instance(name) for name in (f"{_DATABASE}-writer", f"{_DATABASE}-reader")],
        certificates=[_certificate()],
        cache_clusters=[_cache()],
        load_balancers=[_balancer(name) for name in _BALANCERS],
        target_groups=[_target_group(name) for name in _BALANCERS],
        idle_timeouts={_balancer_arn(name): timeout for name, (_, _, timeout) in _BALANCERS.items()},
        functions=[_function()],
        concurrency={"image-resize": 100},
        instance_types=[
            {"InstanceType": "r6g.xlarge", "VCpuInfo": {"DefaultVCpus": 4}, "MemoryInfo": {"SizeInMiB": _GIB_32_IN_MIB}}
        ],
    )


def _arn(service: str, last: str) -> str:
    """Return the ARN of something in the shop's account."""
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{last}"


def _balancer_arn(name: str) -> str:
    """Return the ARN of the load balancer before a service."""
    return _arn("elasticloadbalancing", f"loadbalancer/{_BALANCERS[name][0]}")


def _target_arn(name: str) -> str:
    """Return the ARN of the target group of a service."""
    return _arn("elasticloadbalancing", _BALANCERS[name][1])


def _service(name: str) -> Mapping[str, Any]:
    """Return an ECS service."""
    behind = [name] if name in _BALANCERS else []
    return {
        "serviceArn": _arn("ecs", f"service/shop/{name}"),
        "serviceName": name,
        "clusterArn": _arn("ecs", "cluster/shop"),
        "status": "ACTIVE",
        "launchType": "FARGATE",
        "loadBalancers": [{"targetGroupArn": _target_arn(each), "containerName": each} for each in behind],
        "tags": [],
    }


def _scalable_targets() -> Iterator[Mapping[str, Any]]:
    """Yield the services whose number of tasks scales."""
    for name in _SERVICES:
        if FLEETS[name].least < FLEETS[name].most:
            yield {
                "ServiceNamespace": "ecs",
                "ResourceId": f"service/shop/{name}",
                "ScalableDimension": "ecs:service:DesiredCount",
                "MinCapacity": FLEETS[name].least,
                "MaxCapacity": FLEETS[name].most,
            }


def _cluster() -> Mapping[str, Any]:
    """Return the database cluster, with its writer and its reader."""
    members = [(f"{_DATABASE}-writer", True), (f"{_DATABASE}-reader", False)]
    return {
        "DBClusterIdentifier": _DATABASE,
        "DBClusterArn": _arn("rds", f"cluster:{_DATABASE}"),
        "Engine": "aurora-mysql",
        "EngineVersion": _ENGINE_VERSION,
        "Status": "available",
        "DBClusterMembers": [{"DBInstanceIdentifier": name, "IsClusterWriter": writes} for name, writes in members],
        "TagList": [],
    }


def _instance(name: str) -> Mapping[str, Any]:
    """Return an instance of the database cluster."""
    return {
        "DBInstanceIdentifier": name,
        "DBInstanceArn": _arn("rds", f"db:{name}"),
        "DBInstanceClass": "db.r6g.xlarge",
        "Engine": "aurora-mysql",
        "EngineVersion": _ENGINE_VERSION,
        "DBInstanceStatus": "available",
        "DBClusterIdentifier": _DATABASE,
        "TagList": [],
    }


def _certificate() -> Mapping[str, Any]:
    """Return the certificate of the shop's load balancer, which somebody once imported by hand."""
    return {
        "CertificateArn": _arn("acm", "certificate/5a1e7c1c-3a2b-4c55-9d6e-0f1a2b3c4d5e"),
        "DomainName": "shop.example.com",
        "Status": "ISSUED",
        "Type": "IMPORTED",
        "InUse": True,
        "RenewalEligibility": "INELIGIBLE",
        "NotAfter": _EXPIRES_S,
    }


def _cache() -> Mapping[str, Any]:
    """Return the cache node."""
    return {
        "CacheClusterId": "shop-sessions-001",
        "ReplicationGroupId": "shop-sessions",
        "ARN": _arn("elasticache", "cluster:shop-sessions-001"),
        "CacheNodeType": "cache.r6g.large",
        "Engine": "redis",
        "EngineVersion": "7.1.0",
        "CacheClusterStatus": "available",
        "CacheNodes": [{"CacheNodeId": "0001", "CacheNodeStatus": "available"}],
    }


def _balancer(name: str) -> Mapping[str, Any]:
    """Return the load balancer before a service."""
    return {
        "LoadBalancerArn": _balancer_arn(name),
        "LoadBalancerName": _BALANCERS[name][0].split("/")[1],
        "Type": "application",
        "Scheme": "internet-facing" if name == "web" else "internal",
    }


def _target_group(name: str) -> Mapping[str, Any]:
    """Return the target group of a service."""
    return {
        "TargetGroupArn": _target_arn(name),
        "TargetGroupName": _BALANCERS[name][1].split("/")[1],
        "TargetType": "ip",
        "LoadBalancerArns": [_balancer_arn(name)],
    }


def _function() -> Mapping[str, Any]:
    """Return the Lambda function."""
    return {"FunctionName": "image-resize", "FunctionArn": _arn("lambda", "function:image-resize"), "Timeout": 15}
