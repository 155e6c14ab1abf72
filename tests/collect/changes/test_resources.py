import pytest

from sre_lib.catalog import builtin_catalog
from sre_lib.collect.changes.resources import Resource, resource_of
from sre_lib.collect.queries import Place
from sre_lib.model import Part


@pytest.mark.parametrize(
    ("kind", "dimensions", "resource"),
    [
        ("ecs_service", {"ClusterName": "s", "ServiceName": ("a", "b")}, ("ecs_service", ("s/a", "s/b"))),
        ("ecs_container_insights", {"ClusterName": "shop", "ServiceName": "web"}, ("ecs_service", ("shop/web",))),
        ("rds_instance", {"DBInstanceIdentifier": "orders"}, ("db_instance", ("orders",))),
        ("aurora_role", {"DBClusterIdentifier": "orders", "Role": "READER"}, ("db_cluster", ("orders",))),
        ("documentdb_instance", {"DBInstanceIdentifier": "docs"}, ("db_instance", ("docs",))),
        ("elasticache_node", {"CacheClusterId": "c-001", "CacheNodeId": "0001"}, ("cache_cluster", ("c-001",))),
        ("elasticache_serverless", {"clusterId": "c"}, ("serverless_cache", ("c",))),
        ("lambda_function", {"FunctionName": "resize"}, ("function", ("resize",))),
        ("ec2_instance", {"InstanceId": "i-1"}, None),
    ],
)  # fmt: skip
def test_the_resource_follows_from_namespace_and_dimensions(kind, dimensions, resource):
    part = Part("one", kind, dimensions, region="us-east-1", profile="shop")
    found = resource_of(builtin_catalog(), part)
    assert (found and tuple(found)) == (resource and (*resource, Place("shop", "us-east-1")))


@pytest.mark.parametrize(
    ("own", "name", "has"),
    [("web", "web", True), ("web-*", "web-2", True), ("web", "web-2", False), ("w[e]b", "web", False)],
)
def test_only_a_star_is_special(own, name, has):
    assert Resource("function", (own,)).has(name) is has


@pytest.mark.parametrize(
    ("own", "group", "inside"),
    [
        ("sessions-001", "sessions", True),
        ("sessions-0002-001", "sessions", True),
        ("sessions-*", "sessions", True),
        ("sessions-001", "session", False),
        ("sessions-a-001", "sessions", False),
    ],
)
def test_a_node_belongs_to_its_replication_group(own, group, inside):
    assert Resource("cache_cluster", (own,)).in_group(group) is inside
