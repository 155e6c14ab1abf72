"""The catalogue is data that every stage trusts."""

import pytest

from sre_lib.catalog import MetricSpec, builtin_catalog, columns_of, spec_of
from sre_lib.model import Column, Part, Service

WEB = Service(
    "web",
    (
        Part("web", "ecs_service", {"ClusterName": "shop", "ServiceName": "web"}),
        Part("lb", "alb_target_group", {"LoadBalancer": "a", "TargetGroup": "b"}, limits={"timeout_s": 30}),
    ),
)

NAMES = {
    "ecs_service": ("AWS/ECS", ("ClusterName", "ServiceName"), {"CPUUtilization", "MemoryUtilization"}),
    "alb_target_group": (
        "AWS/ApplicationELB",
        ("LoadBalancer", "TargetGroup"),
        {"RequestCount", "TargetResponseTime", "HTTPCode_Target_5XX_Count", "HealthyHostCount"},
    ),
    "rds_instance": (
        "AWS/RDS",
        ("DBInstanceIdentifier",),
        {"CPUUtilization", "FreeableMemory", "DatabaseConnections"},
    ),
    "aurora_role": (
        "AWS/RDS",
        ("DBClusterIdentifier", "Role"),
        {"CPUUtilization", "FreeableMemory", "DatabaseConnections"},
    ),
    "elasticache_node": (
        "AWS/ElastiCache",
        ("CacheClusterId", "CacheNodeId"),
        {"EngineCPUUtilization", "CPUUtilization", "DatabaseMemoryUsagePercentage", "Evictions", "CurrConnections"},
    ),
    "lambda_function": (
        "AWS/Lambda",
        ("FunctionName",),
        {"Duration", "ConcurrentExecutions", "Invocations", "Errors", "Throttles"},
    ),
    "ec2_instance": ("AWS/EC2", ("InstanceId",), {"CPUUtilization"}),
}


def test_what_each_kind_asks_cloudwatch_for():
    asked = {
        kind: (spec.namespace, spec.dimensions, {metric.name for metric in spec.metrics.values()})
        for kind, spec in builtin_catalog().items()
    }
    assert asked == NAMES


def test_all_statistics_of_a_metric_fit_one_billed_request():
    counts = {len(metric.fetched) for kind in builtin_catalog().values() for metric in kind.metrics.values()}
    assert max(counts) == 5


def test_columns_of_a_service():
    assert columns_of(builtin_catalog(), WEB) == (
        Column("web", "cpu", "Average"),
        Column("web", "cpu", "Maximum"),
        Column("web", "memory", "Average"),
        Column("web", "memory", "Maximum"),
        Column("lb", "requests", "Sum"),
        Column("lb", "latency", "p99"),
        Column("lb", "errors_5xx", "Sum"),
        Column("lb", "healthy_hosts", "Minimum"),
    )


def test_limits():
    catalog = builtin_catalog()
    assert spec_of(catalog, WEB, Column("web", "cpu", "Average")).limit_for(WEB.parts[0]) == 100
    assert spec_of(catalog, WEB, Column("lb", "latency", "p99")).limit_for(WEB.parts[1]) == 30
    assert spec_of(catalog, WEB, Column("lb", "latency", "p99")).limit_for(WEB.parts[0]) is None
    assert catalog["rds_instance"].metrics["freeable_memory"].limit_for(WEB.parts[0]) == 0


@pytest.mark.parametrize("statistic", ["average", "p", "p100.5x", "tm99"])
def test_an_unknown_statistic_is_refused(statistic):
    with pytest.raises(ValueError, match="judge"):
        MetricSpec(name="X", judge=statistic)
