"""The same looks at an AWS that somebody else wrote (moto's server): what is asked is understood there, too."""

import boto3  # type: ignore[import-untyped]  # boto3 ships no types
import pytest
from moto.server import ThreadedMotoServer

from sre_lib.collect.changes.asking import Asking
from sre_lib.collect.clients import of_demo
from sre_lib.collect.discover.account import look_into
from sre_lib.collect.discover.guess import proposals
from sre_lib.collect.discover.history import sources_that_answer
from sre_lib.collect.queries import Place
from tests.collect.account import models_read_once, signed_in
from tests.collect.discover.world import REGION


@pytest.fixture
def url(monkeypatch):
    signed_in(monkeypatch)
    models_read_once(monkeypatch)
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def shop(url):
    """Set up a service behind a load balancer, its database and a cache."""

    def client(service):
        return boto3.client(service, region_name=REGION, endpoint_url=url)

    ec2, elb = client("ec2"), client("elbv2")
    subnets = [each["SubnetId"] for each in ec2.describe_subnets()["Subnets"]][:2]
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    balancer = elb.create_load_balancer(Name="public", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    timeout = {"Key": "idle_timeout.timeout_seconds", "Value": "45"}
    elb.modify_load_balancer_attributes(LoadBalancerArn=balancer, Attributes=[timeout])
    group = elb.create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=vpc)["TargetGroups"][0][
        "TargetGroupArn"
    ]
    action = {"Type": "forward", "TargetGroupArn": group}
    elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=[action])
    ecs = client("ecs")
    ecs.create_cluster(clusterName="shop")
    ecs.register_task_definition(family="web", containerDefinitions=[{"name": "web", "image": "web", "memory": 64}])
    behind = [{"targetGroupArn": group, "containerName": "web", "containerPort": 80}]
    ecs.create_service(
        cluster="shop", serviceName="web", taskDefinition="web", desiredCount=1, loadBalancers=behind,
        tags=[{"key": "app", "value": "web"}],
    )  # fmt: skip
    tags = [{"Key": "app", "Value": "web"}]
    client("rds").create_db_instance(
        DBInstanceIdentifier="db-1", DBInstanceClass="db.r5.large", Engine="postgres", AllocatedStorage=20, Tags=tags
    )
    client("elasticache").create_cache_cluster(
        CacheClusterId="web-cache", CacheNodeType="cache.r6g.large", Engine="redis", NumCacheNodes=1
    )
    return group


def test_a_service_its_target_group_its_database_and_its_cache(url):
    group = shop(url)
    clients = of_demo(url)
    asking = Asking(lambda service: clients.other(service, Place("", "")))
    account = look_into(lambda: asking)
    tried = sources_that_answer(asking, account.quiet)
    clients.close()
    # It publishes nothing, so that all of it is quiet.
    assert account.found == ()
    (web,) = proposals(account.quiet)
    assert (web.name, web.found.behind) == ("web", (group,))
    assert [(each.found.kind, each.reason) for each in web.related] == [
        ("alb_target_group", "AWS says: the service registers its tasks in it"),
        ("rds_instance", "tag app=web on both"),
        ("elasticache_node", "its name has 'web' in common with web"),
    ]
    timeouts, sizes, _ = (each.found.limits for each in web.related)
    assert (timeouts, sizes) == ({"timeout_s": 45}, {"ram_bytes": 16 * 1024**3, "vcpus": 2})
    # What this server has not built it answers with 500.
    assert {source for source, why in tried.items() if not why} == {"database_events"}
