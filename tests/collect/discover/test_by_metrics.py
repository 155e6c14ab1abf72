"""What no service is asked to list: queues, tables, groups, gateways, Kubernetes and CloudFront, by their metrics."""

from unittest.mock import Mock

from botocore.exceptions import ClientError

from sre_lib.collect.changes.asking import Asking
from sre_lib.collect.clients import of_demo
from sre_lib.collect.discover.account import look_into
from sre_lib.collect.discover.guess import proposals
from sre_lib.collect.discover.metrics import has_us_east_1
from sre_lib.collect.queries import Place
from sre_lib.demo.endpoint import serve
from sre_lib.demo.endpoint_accounts import Accounts
from sre_lib.demo.inventory import Inventory
from tests.collect.discover.world import HERE, NOW, REGION, World, ecs, published


def pods(namespace, service):
    """Return what the pods of a Kubernetes service publish, limits of theirs or not."""
    dimensions = {"ClusterName": "k", "Namespace": namespace, "Service": service}
    return "ContainerInsights", "pod_cpu_utilization", frozenset(dimensions.items())


KEYS = [
    published("ecs_service", ClusterName="shop", ServiceName="orders"),
    published("sqs_queue", QueueName="orders-dlq"),
    published("dynamodb_table", TableName="carts"),
    published("auto_scaling_group", AutoScalingGroupName="workers"),
    published("ec2_instance", InstanceId="i-1"),
    published("nat_gateway", NatGatewayId="nat-0a"),
    published("eks_nodes", ClusterName="k"),
    pods("shop", "carts"),
    pods("kube-system", "dns"),
    # One dimension more is another metric.
    ("AWS/DynamoDB", "ConsumedReadCapacityUnits", frozenset({("TableName", "c"), ("GlobalSecondaryIndexName", "x")})),
]  # fmt: skip
CLOUDFRONT = [published("cloudfront_distribution", DistributionId="E1", Region="Global")]
TAGS = [{"ResourceARN": HERE % ("ec2", "natgateway/nat-0a"), "Tags": [{"Key": "Name", "Value": "egress-a"}]}]


def looked(refused=""):
    """Return an account whose CloudFront publishes in us-east-1."""
    held = Inventory(ecs_services=[ecs("orders")], tags=TAGS)
    worlds = {("demo", REGION): World(held, KEYS), ("demo", "us-east-1"): World(held, CLOUDFRONT)}
    with serve(Accounts(worlds), NOW) as url:
        clients = of_demo(url)

        def asking(region=""):
            if region and region == refused:
                raise_denied = Mock(side_effect=ClientError({"Error": {"Code": "AccessDenied"}}, "ListMetrics"))
                return Asking(lambda _service: Mock(list_metrics=raise_denied))
            return Asking(lambda service: clients.other(service, Place("", region)))

        found = look_into(asking, asking_in=asking)
        clients.close()
    return found


def test_what_publishes_is_found_once_and_by_its_own_name():
    account = looked()
    assert {(each.kind, each.name) for each in account.found if each.kind != "ecs_service"} == {
        ("sqs_queue", "orders-dlq"), ("dynamodb_table", "carts"), ("auto_scaling_group", "workers"),
        ("nat_gateway", "egress-a"), ("eks_nodes", "k"), ("eks_service", "carts"), ("cloudfront_distribution", "E1"),
    }  # fmt: skip
    assert account.lacks == ()
    assert [each.left_out for each in account.looks if each.left_out] == [
        ("services of Kubernetes itself and of its add-ons",)
    ]
    # What has no datapoint is not listed: nothing may be called gone for it.
    assert not {"sqs_queue", "eks_service", "cloudfront_distribution"} & account.whole


def test_whose_they_are_is_guessed_with_the_reason_and_the_rest_stands_alone():
    made = {each.name: each for each in proposals(looked().found)}
    assert {name: [(one.found.kind, one.reason) for one in each.related] for name, each in made.items()} == {
        "orders": [("sqs_queue", "its name has 'orders' in common with orders")],
        "carts": [("dynamodb_table", "its name has 'carts' in common with carts")],
        "k": [], "workers": [], "egress-a": [], "E1": [],
    }  # fmt: skip
    assert made["orders"].related[0].found.notes == ("put in its limits if you know them: retention_s, in_flight",)


def test_a_region_that_refuses_costs_what_publishes_there_alone():
    account = looked(refused="us-east-1")
    assert "cloudfront_distribution" not in {each.kind for each in account.found}
    assert {"sqs_queue", "eks_service"} <= {each.kind for each in account.found}
    (lack,) = account.lacks
    assert lack.startswith("us-east-1: allow cloudwatch:ListMetrics")


def test_other_partitions_have_no_us_east_1():
    assert [each for each in ("ap-northeast-1", "cn-north-1", "us-gov-west-1") if has_us_east_1(each)] == [
        "ap-northeast-1"
    ]
