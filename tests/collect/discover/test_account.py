"""Looking into an account over HTTP: everything listed, pages, denials, throttling, linked accounts, 300 services."""

from dataclasses import replace

import pytest

from sre_lib.collect.discover.account import ACTIONS, look_into
from sre_lib.collect.discover.found import Found, Related
from sre_lib.demo.endpoint_faults import Fault
from sre_lib.demo.inventory import Inventory
from sre_lib.demo.shop import Shop
from tests.collect.account import models_read_once
from tests.collect.discover.world import (
    HERE,
    LINKED,
    balancer,
    balancer_arn,
    ecs,
    estate,
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


@pytest.fixture(scope="module")
def shared():
    with pytest.MonkeyPatch.context() as patch:
        models_read_once(patch)
        patch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
        with estate() as made:
            yield made


@pytest.fixture
def world(shared):
    shared.linked.keys = ()
    shared.ledger.described.clear()
    shared.faults.rules = []
    return shared


def found(account):
    """Return what was found by source, without the sources that found nothing."""
    return {look.source: look.found for look in account.looks if look.found}


def test_the_demo_shop_asks_for_all_that_is_named_and_for_nothing_else(world):
    shop = Shop(1)
    account = world.look(shop.inventory(), shop.metrics)
    assert {name: [each.name for each in some] for name, some in found(account).items()} == {
        "ECS services": ["web", "api", "worker"],
        "databases": ["shop-orders"],
        "caches": ["shop-sessions"],
        "target groups": ["shop-web", "shop-api"],
        "Lambda functions": ["image-resize"],
    }
    assert (account.lacks, account.quiet, account.number) == ((), (), "123456789012")
    assert [(each.namespace, each.dimensions, each.metrics) for each in account.own] == [
        ("Shop/Business", (("Site", "jp"),), ("OrdersPlaced",))
    ]
    assert {*world.ledger.described, "cloudwatch:ListMetrics"} == set(ACTIONS)


def test_an_empty_account_has_nothing_and_lacks_nothing(world):
    account = world.look(Inventory())
    assert (account.found, account.lacks, account.quiet) == ((), (), ())


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


def test_what_published_nothing_is_not_there_to_review_unless_nobody_can_tell(world):
    held = Inventory(functions=[{"FunctionName": name} for name in ("used", "forgotten")])
    keys = [published("lambda_function", FunctionName="used")]
    account = world.look(held, keys)
    assert [each.name for each in account.found] == ["used"]
    assert [each.name for each in account.quiet] == ["forgotten"]
    blind = world.look(held, keys, denied=["ListMetrics"])
    assert ([each.name for each in blind.found], blind.quiet) == (["used", "forgotten"], ())


@pytest.mark.parametrize("action", [each for each in ACTIONS if each != "cloudwatch:ListMetrics"])
def test_one_denial_keeps_no_other_source_silent_and_names_its_action(world, action):
    shop = Shop(1)
    account = world.look(shop.inventory(), shop.metrics, denied=[action])
    assert len(account.lacks) == 1
    assert f"allow {action} to whom the review runs as" in account.lacks[0]
    # What may not be listed is known from its metrics.
    assert {each.kind for each in account.found} == {
        "ecs_service", "aurora_role", "elasticache_node", "alb_target_group", "lambda_function",
    }  # fmt: skip


def test_what_may_not_be_listed_is_taken_from_metrics_and_is_not_known_to_be_whole(world):
    shop = Shop(1)
    lists = ["ecs:ListClusters", "rds:DescribeDBClusters", "rds:DescribeDBInstances", "lambda:ListFunctions"]
    account = world.look(shop.inventory(), shop.metrics, denied=lists)
    told = {(each.kind, each.name): " ".join(each.notes) for each in account.found}
    from_metrics = {each for each, notes in told.items() if "from its metrics alone" in notes}
    services = {("ecs_service", name) for name in ("web", "api", "worker")}
    assert from_metrics == {*services, ("aurora_role", "shop-orders"), ("lambda_function", "image-resize")}
    assert account.whole == {"elasticache_node", "memcached_node", "elasticache_serverless", "alb_target_group"}
    (orders,) = [each for each in account.found if each.kind == "aurora_role"]
    assert (orders.dimensions["Role"], orders.related[0].found.dimensions["Role"]) == (("WRITER",), ("READER",))


def test_denied_everywhere_nothing_is_found_and_all_of_it_is_said(world):
    shop = Shop(1)
    account = world.look(shop.inventory(), shop.metrics, denied=[*ACTIONS, "ListMetrics"])
    assert (account.found, account.whole) == ((), frozenset())
    told = " ".join(account.lacks)
    assert all(each in told for each in ("cloudwatch:ListMetrics", "ecs:ListClusters", "lambda:ListFunctions"))


def test_throttling_in_passing_costs_nothing(world):
    shop = Shop(1)
    whole = world.look(shop.inventory(), shop.metrics)
    world.own.held, world.own.keys = shop.inventory(), shop.metrics
    world.faults.rules = [Fault("refused", "ThrottlingException", every=2)]

    assert look_into(lambda: world.asking) == whole


def test_three_hundred_services_over_many_pages(world):
    services = [ecs(f"s{number:03}", cluster=f"c{number % 3}") for number in range(300)]
    held = Inventory(ecs_services=services, page=7)
    keys = [
        published("ecs_service", ClusterName=f"c{number % 3}", ServiceName=f"s{number:03}") for number in range(300)
    ]
    account = world.look(held, keys)
    assert sorted(each.name for each in account.found) == [f"s{number:03}" for number in range(300)]
    # 3 clusters, each with 100 services: 10 of them in a call.
    assert world.ledger.described.count("ecs:DescribeServices") == 30
    assert world.ledger.described.count("ecs:ListServices") == 45


def test_a_page_that_is_refused_costs_only_what_is_on_it():
    held = Inventory(functions=[{"FunctionName": f"f{number}"} for number in range(5)], page=2)
    with estate() as world:
        world.own.held, world.own.keys = held, [published("lambda_function", FunctionName=f"f{n}") for n in range(5)]
        world.faults.rules = [Fault("refused", "AccessDeniedException", action="lambda:ListFunctions", after=1)]
        account = look_into(lambda: world.asking)
    assert sorted(each.name for each in account.found) == [f"f{number}" for number in range(5)]
    assert [bool(each.notes) for each in account.found] == [False, False, True, True, True]


def test_linked_accounts_are_known_from_their_metrics(world):
    world.linked.keys = [
        published("ecs_service", ClusterName="shop", ServiceName="web"),
        published("elasticache_node", CacheClusterId="s-001", CacheNodeId="0001"),
        published("elasticache_node", CacheClusterId="s-002", CacheNodeId="0001"),
        published("rds_instance", DBInstanceIdentifier="orders-1"),
        published("aurora_role", DBClusterIdentifier="orders", Role="WRITER"),
    ]
    account = world.look(
        Inventory(ecs_services=[ecs("web")]), [published("ecs_service", ClusterName="shop", ServiceName="web")]
    )
    assert {(each.account, each.kind, each.name) for each in account.found} == {
        ("", "ecs_service", "web"),
        (LINKED, "ecs_service", "web"),
        (LINKED, "elasticache_node", "s"),
        (LINKED, "aurora_role", "orders"),
    }
    (cache,) = [each for each in account.found if each.kind == "elasticache_node"]
    assert cache.dimensions["CacheClusterId"] == ("s-001", "s-002")


def test_services_of_one_name_in_two_clusters_are_two(world):
    keys = [published("ecs_service", ClusterName=cluster, ServiceName="web") for cluster in ("a", "b")]
    account = world.look(Inventory(), keys, denied=["ecs:ListClusters"])
    assert [each.dimensions["ClusterName"] for each in account.found] == [("a",), ("b",)]
