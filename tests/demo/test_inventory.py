"""The list calls of the embedded endpoint through boto3: each protocol, its pages, its errors, and what has none."""

from contextlib import contextmanager
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from botocore.exceptions import ClientError

from sre_lib.collect.clients import of_demo
from sre_lib.collect.queries import Place
from sre_lib.demo.endpoint import serve
from sre_lib.demo.endpoint_faults import Fault, Faults, Ledger
from sre_lib.demo.inventory import Inventory
from sre_lib.demo.recorded import Recorded
from sre_lib.demo.shop import Shop
from tests.collect.account import models_read_once
from tests.collect.discover.world import NOW, World, ecs

CALLS = {
    "sts:GetCallerIdentity": ("sts", "get_caller_identity", {}),
    "ecs:ListClusters": ("ecs", "list_clusters", {}),
    "application-autoscaling:DescribeScalableTargets": (
        "application-autoscaling", "describe_scalable_targets", {"ServiceNamespace": "ecs"},
    ),
    "rds:DescribeDBInstances": ("rds", "describe_db_instances", {}),
    "elasticache:DescribeCacheClusters": ("elasticache", "describe_cache_clusters", {}),
    "elasticloadbalancing:DescribeTargetGroups": ("elbv2", "describe_target_groups", {}),
    "lambda:ListFunctions": ("lambda", "list_functions", {}),
    "lambda:GetFunctionConcurrency": ("lambda", "get_function_concurrency", {"FunctionName": "image-resize"}),
    "ec2:DescribeInstanceTypes": ("ec2", "describe_instance_types", {}),
    "tag:GetResources": ("resourcegroupstaggingapi", "get_resources", {}),
}  # fmt: skip
"""One call of each protocol and shape: IAM action -> boto3's service, method and arguments."""


@pytest.fixture(scope="module", autouse=True)
def _models():
    with pytest.MonkeyPatch.context() as patch:
        models_read_once(patch)
        patch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
        yield


@contextmanager
def calling(backend, *rules):
    """Yield a function that calls one of `CALLS`, and the ledger."""
    ledger = Ledger()
    with serve(backend, NOW, Faults(*rules), ledger) as url:
        clients = of_demo(url)

        def call(action, **more):
            service, method, arguments = CALLS[action]
            answer = getattr(clients.other(service, Place("", "")), method)(**arguments, **more)
            return {key: value for key, value in answer.items() if key != "ResponseMetadata"}

        yield call, ledger
        clients.close()


def test_every_protocol_answers_what_the_account_holds():
    held = Shop(1).inventory()
    with calling(Shop(1)) as (call, ledger):
        answers = {action: call(action) for action in CALLS}
    assert answers == {action: held.answer(action, CALLS[action][2]) for action in CALLS}
    assert ledger.described == list(CALLS)


def test_every_protocol_carries_an_error():
    with calling(Shop(1), Fault("refused", "AccessDeniedException")) as (call, ledger):
        for action in CALLS:
            with pytest.raises(ClientError) as caught:
                call(action)
            assert caught.value.response["Error"]["Code"] == "AccessDeniedException"
    assert (ledger.described, set(ledger.refused)) == ([], {"AccessDeniedException"})


def test_a_backend_of_metrics_alone_lists_nothing():
    with calling(Recorded()) as (call, _), pytest.raises(ClientError, match="no operation 'rds:DescribeDBInstances'"):
        call("rds:DescribeDBInstances")


@pytest.mark.parametrize(
    ("action", "key", "token", "next_token"),
    [
        ("rds:DescribeDBInstances", "DBInstances", "Marker", "Marker"),
        ("lambda:ListFunctions", "Functions", "NextMarker", "Marker"),
        ("ec2:DescribeInstanceTypes", "InstanceTypes", "NextToken", "NextToken"),
    ],
)
def test_pages(action, key, token, next_token):
    many = Inventory(
        db_instances=[{"DBInstanceIdentifier": str(number)} for number in range(5)],
        functions=[{"FunctionName": str(number)} for number in range(5)],
        instance_types=[{"InstanceType": str(number)} for number in range(5)],
        page=2,
    )
    with calling(World(many)) as (call, _):
        answers = [call(action)]
        while token in answers[-1]:
            answers.append(call(action, **{next_token: answers[-1][token]}))
    found = [[value for each in answer[key] for value in each.values()] for answer in answers]
    assert found == [["0", "1"], ["2", "3"], ["4"]]


def test_no_more_than_ten_services_are_described_at_once():
    services = [ecs(str(number)) for number in range(11)]
    asked = {"cluster": "shop", "services": [each["serviceArn"] for each in services], "include": ["TAGS"]}
    held = Inventory(ecs_services=services)
    with pytest.raises(Exception, match="cannot be greater than 10"):
        held.answer("ecs:DescribeServices", asked)
    assert len(held.answer("ecs:DescribeServices", {**asked, "services": asked["services"][:10]})["services"]) == 10


def test_a_token_of_somebody_else_is_refused():
    with calling(Shop(1)) as (call, _), pytest.raises(ClientError, match="InvalidNextToken"):
        call("rds:DescribeDBInstances", Marker="x")


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff"])
def test_broken_json_is_an_error_of_the_protocol(content):
    headers = {"X-Amz-Target": "AmazonEC2ContainerServiceV20141113.ListClusters"}
    with serve(Shop(1), NOW) as url, pytest.raises(HTTPError, match="400") as caught:
        urlopen(Request(url, content, headers))  # noqa: S310  # the loopback
    with caught.value as answer:
        assert b"SerializationException" in answer.read()
