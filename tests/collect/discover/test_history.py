"""Which sources of changes answer: each tried once, at what is there (botocore's Stubber, responses as documented)."""

from contextlib import ExitStack

import boto3  # type: ignore[import-untyped]  # boto3 ships no types
import pytest
from botocore.stub import Stubber

from sre_lib.collect.changes.asking import Asking
from sre_lib.collect.discover.found import Found
from sre_lib.collect.discover.history import sources_that_answer
from tests.collect.account import models_read_once, signed_in
from tests.collect.discover.world import REGION

WEB = Found("ecs_service", "web", {"ClusterName": ("shop",), "ServiceName": ("web",)})
DATABASE = Found("rds_instance", "db", {"DBInstanceIdentifier": ("db",)})
CACHE = Found("elasticache_node", "c", {"CacheClusterId": ("c-001",), "CacheNodeId": ("0001",)})
FUNCTION = Found("lambda_function", "f", {"FunctionName": ("f",)})
ASKED: dict[str, tuple[str, str, dict[str, object], dict[str, object]]] = {
    "deployments": (
        "ecs", "list_service_deployments", {"cluster": "shop", "service": "web", "maxResults": 1},
        {"serviceDeployments": []},
    ),
    "scaling": (
        "application-autoscaling", "describe_scaling_activities", {"ServiceNamespace": "ecs", "MaxResults": 1},
        {"ScalingActivities": []},
    ),
    "database_events": ("rds", "describe_events", {"MaxRecords": 20}, {"Events": []}),
    "cache_events": ("elasticache", "describe_events", {"MaxRecords": 20}, {"Events": []}),
    "cloudtrail": ("cloudtrail", "lookup_events", {"MaxResults": 1}, {"Events": []}),
}  # fmt: skip


@pytest.mark.parametrize(
    ("found", "denied", "wanted"),
    [
        ((WEB, DATABASE, CACHE, FUNCTION), (), list(ASKED)),
        ((WEB, DATABASE, CACHE), ("scaling", "cache_events"), list(ASKED)),
        ((DATABASE,), (), ["database_events", "cloudtrail"]),
        ((FUNCTION,), ("cloudtrail",), ["cloudtrail"]),
        # Nobody may ask for the changes of another account.
        ((Found("ecs_service", "web", WEB.dimensions, account="1"),), (), []),
        ((), (), []),
    ],
)
def test_each_source_that_these_resources_have_is_tried_once(monkeypatch, found, denied, wanted):
    signed_in(monkeypatch)
    models_read_once(monkeypatch)
    clients = {}
    with ExitStack() as stack:
        for source in wanted:
            service, method, arguments, answer = ASKED[source]
            clients[service] = boto3.client(service, region_name=REGION)
            stub = stack.enter_context(Stubber(clients[service]))
            if source in denied:
                stub.add_client_error(method, "AccessDeniedException", expected_params=arguments)
            else:
                stub.add_response(method, answer, arguments)
        tried = sources_that_answer(Asking(clients.__getitem__), found)
    assert list(tried) == wanted
    assert {source for source, why in tried.items() if why} == set(denied)
    assert all("to whom the review runs as" in tried[source] for source in denied)
