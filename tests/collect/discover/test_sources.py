"""What each source tells over HTTP: services, databases, caches and target groups, each as it is."""

from dataclasses import replace

from sre_lib.collect.discover.found import Found, Related
from sre_lib.demo.inventory import Inventory
from tests.collect.discover.world import (
    HERE,
    balancer,
    balancer_arn,
    ecs,
    group,
    group_arn,
    instance,
    published,
)

WEB = Found(
    "ecs_service",
    "web",
    {"ClusterName": ("shop",), "ServiceName": ("web",)},
    arns=(HERE % ("ecs", "service/shop/web"),),
)
ENGINE = {"Engine": "aurora-mysql", "DBClusterArn": HERE % ("rds", "cluster:orders")}
MEMBERS = [
    {"DBInstanceIdentifier": "orders-1", "IsClusterWriter": True},
    {"DBInstanceIdentifier": "orders-2", "IsClusterWriter": False},
]


def found(account):
    """Return what was found by source, without the sources that found nothing."""
    return {look.source: look.found for look in account.looks if look.found}


def test_the_other_colour_of_a_deployment_and_what_is_switched_off_or_on(world):
    blue = {
        "targetGroupArn": group_arn("blue"),
        "advancedConfiguration": {"alternateTargetGroupArn": group_arn("green")},
    }
    task_set = {"loadBalancers": [{"targetGroupArn": group_arn("red")}]}
    web = {**ecs("web", tags=[{"key": "app", "value": "x"}]), "loadBalancers": [blue], "taskSets": [task_set]}
    held = Inventory(
        ecs_services=[web, ecs("old", status="DRAINING")],
        scalable_targets=[
            {
                "ServiceNamespace": "ecs", "ResourceId": "service/shop/web", "MaxCapacity": 9,
                "ScalableDimension": "ecs:service:DesiredCount",
            }
        ],
    )  # fmt: skip
    both = {"ClusterName": "shop", "ServiceName": "web"}
    keys = [published("ecs_service", **both), published("ecs_container_insights", **both)]
    tasks = Found("ecs_container_insights", "web-tasks", WEB.dimensions)
    reason = "Container Insights are switched on: tasks, and their CPU and memory"
    assert found(world.look(held, keys)) == {
        "ECS services": (
            replace(
                WEB,
                tags={"app": "x"},
                limits={"max_tasks": 9},
                behind=(group_arn("blue"), group_arn("green"), group_arn("red")),
                related=(Related(tasks, reason),),
            ),
        )
    }


def test_databases_by_role_by_instance_with_replicas_and_serverless(world):
    held = Inventory(
        db_clusters=[
            {"DBClusterIdentifier": "orders", "DBClusterMembers": MEMBERS, **ENGINE},
            {
                "DBClusterIdentifier": "s",
                "DBClusterMembers": [{"DBInstanceIdentifier": "s-1", "IsClusterWriter": True}],
                "ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5, "MaxCapacity": 16.0},
                **ENGINE,
            },
            {"DBClusterIdentifier": "graph", "Engine": "neptune"},
        ],
        db_instances=[
            instance("orders-1", DBClusterIdentifier="orders", DBInstanceClass="db.r6g.large"),
            instance("orders-2", DBClusterIdentifier="orders", DBInstanceClass="db.r5.large.tpc2.mem2x"),
            instance("s-1", DBClusterIdentifier="s", DBInstanceClass="db.serverless"),
            instance("g-1", DBClusterIdentifier="graph"),
            instance("main", DBInstanceClass="db.r6g.large", TagList=[{"Key": "app", "Value": "y"}]),
            instance("copy", ReadReplicaSourceDBInstanceIdentifier="main"),
        ],
        instance_types=[
            {"InstanceType": "r6g.large", "VCpuInfo": {"DefaultVCpus": 2}, "MemoryInfo": {"SizeInMiB": 16384}}
        ],
    )
    account = world.look(held, denied=["ListMetrics"])
    (look,) = [each for each in account.looks if each.source == "databases"]
    size = {"ram_bytes": 16384 * 1024.0**2, "vcpus": 2.0}
    orders, serverless, main = look.found
    assert (orders.kind, dict(orders.dimensions), orders.limits, orders.members) == (
        "aurora_role", {"DBClusterIdentifier": ("orders",), "Role": ("WRITER",)}, size, ("orders-1", "orders-2"),
    )  # fmt: skip
    # Of a class that EC2 does not know nothing is guessed.
    assert [(each.found.name, dict(each.found.dimensions), each.found.limits) for each in orders.related] == [
        ("orders-reader", {"DBClusterIdentifier": ("orders",), "Role": ("READER",)}, {})
    ]
    assert (serverless.kind, serverless.limits) == ("aurora_serverless", {"max_acu": 16.0})
    assert (main.kind, main.limits, main.tags) == ("rds_instance", size, {"app": "y"})
    assert [(each.found.name, each.reason) for each in main.related] == [("copy", "AWS says: it replicates main")]
    assert look.left_out == ("Neptune cluster graph: there is no kind for it",)


def test_caches_by_group(world):
    def node(cluster, group_, type_="cache.r6g.large", engine="valkey"):
        more = {"ReplicationGroupId": group_} if group_ else {}
        nodes = [{"CacheNodeId": "0001"}]
        arn = HERE % ("elasticache", f"cluster:{cluster}")
        return {
            "CacheClusterId": cluster,
            "CacheNodeType": type_,
            "Engine": engine,
            "CacheNodes": nodes,
            "ARN": arn,
            **more,
        }

    held = Inventory(
        cache_clusters=[
            node("s-002", "s"), node("s-001", "s"), node("t-001", "t", "cache.t4g.micro"),
            node("m", "", engine="memcached"),
        ],
        serverless_caches=[
            {"ServerlessCacheName": "x", "CacheUsageLimits": {"DataStorage": {"Maximum": 5, "Unit": "GB"}}}
        ],
        tags=[
            {"ResourceARN": HERE % ("elasticache", "replicationgroup:s"), "Tags": [{"Key": "service", "Value": "web"}]}
        ],
    )  # fmt: skip
    caches = found(world.look(held, denied=["ListMetrics"]))["caches"]
    assert [(each.kind, each.name, dict(each.dimensions), each.limits, each.tags) for each in caches] == [
        (
            "elasticache_node", "s", {"CacheClusterId": ("s-001", "s-002"), "CacheNodeId": ("0001",)},
            {"connections": 65000}, {"service": "web"},
        ),
        ("elasticache_node", "t", {"CacheClusterId": ("t-001",), "CacheNodeId": ("0001",)}, {}, {}),
        ("memcached_node", "m", {"CacheClusterId": ("m",), "CacheNodeId": ("0001",)}, {}, {}),
        ("elasticache_serverless", "x", {"clusterId": ("x",)}, {"cache_bytes": 5 * 1024**3}, {}),
    ]  # fmt: skip


def test_target_groups_of_application_load_balancers_alone(world):
    network = {**group("tcp"), "LoadBalancerArns": [HERE % ("elasticloadbalancing", "loadbalancer/net/n/1")]}
    held = Inventory(
        load_balancers=[balancer("public"), balancer("n", "network")],
        target_groups=[group("web", "public"), group("unused"), network],
        idle_timeouts={balancer_arn("public"): 120},
    )
    (look,) = [each for each in world.look(held, denied=["ListMetrics"]).looks if each.source == "target groups"]
    assert [(each.name, dict(each.dimensions), each.limits) for each in look.found] == [
        (
            "web",
            {"LoadBalancer": ("app/public/0123456789abcdef",), "TargetGroup": ("targetgroup/web/0123456789abcdef",)},
            {"timeout_s": 120},
        )
    ]
    assert look.left_out == ("network load balancer n: there is no kind for it",)
