"""Looking into an account over HTTP: everything listed, pages, denials, throttling, linked accounts, 300 services."""

import pytest

from sre_lib.collect.discover.account import look_into
from sre_lib.collect.discover.permissions import LOOKS
from sre_lib.demo.endpoint_faults import Fault
from sre_lib.demo.inventory import Inventory
from sre_lib.demo.shop import Shop
from tests.collect.discover.world import (
    LINKED,
    ecs,
    estate,
    published,
)

ACTIONS = ("sts:GetCallerIdentity", *(each.action for each in LOOKS))


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


def test_where_our_own_number_is_not_known_linked_accounts_are_not_taken_for_ours(world):
    world.linked.keys = [published("ecs_service", ClusterName="theirs", ServiceName="web")]
    account = world.look(Inventory(), denied=["sts:GetCallerIdentity", "ecs:ListClusters"])
    assert account.found == ()
    assert account.lacks[0].startswith("the number of this account, to tell linked ones from it: ")
