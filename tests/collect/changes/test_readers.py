"""What each source tells, against botocore's own service models."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sre_lib.change import Change
from sre_lib.collect.changes import cloudtrail, deployments, scaling, service_events
from sre_lib.collect.changes.asking import Asking, Came, NotAnsweredError, Reader, Stretch, action_of
from sre_lib.collect.changes.resources import Resource
from tests.collect.changes.stubs import OWN, Stubbed

START, END = datetime(2026, 9, 21, tzinfo=UTC), datetime(2026, 9, 28, tzinfo=UTC)
STRETCH = Stretch(START, END)
AT = datetime(2026, 9, 22, 6, tzinfo=UTC)
SERVICE = "arn:aws:ecs:ap-northeast-1:123456789012:service/shop/web"
WEB = Resource("ecs_service", ("shop/web",))
DEFINITION = "arn:aws:ecs:ap-northeast-1:123456789012:task-definition/web"


def read(reader: Reader, stubs: Stubbed, *resources: Resource) -> list[Came]:
    came = list(reader(Asking(lambda service: stubs.other(service, OWN)), dict.fromkeys(resources, STRETCH)))
    stubs.all_asked()
    return came


def definition(number: int, image: str, cpu: str = "512") -> dict[str, Any]:
    containers = [{"name": "web", "image": image}, {"name": "log", "image": "fluent:1"}]
    arn = f"{DEFINITION}:{number}"
    return {
        "taskDefinition": {"taskDefinitionArn": arn, "cpu": cpu, "memory": "1024", "containerDefinitions": containers}
    }


def revision(number: int, *containers: dict[str, str]) -> dict[str, Any]:
    return {
        "serviceRevisionArn": f"rev-{number}",
        "taskDefinition": f"{DEFINITION}:{number}",
        "containerImages": list(containers),
    }


def deployed(stubs: Stubbed, status: str = "SUCCESSFUL", reason: str = "", pages: int = 1) -> None:
    service = {"services": [{"serviceArn": SERVICE, "serviceName": "web", "deployments": []}]}
    stubs.answers("ecs", "describe_services", service, {"cluster": "shop", "services": ["web"]})
    asked = {"cluster": "shop", "service": "web", "createdAt": {"after": START, "before": END}}
    for page in range(pages):
        token = {"nextToken": str(page + 1)} if page + 1 < pages else {}
        before = {"nextToken": str(page)} if page else {}
        listed = {"serviceDeployments": [{"serviceDeploymentArn": "d-1"}], **token}
        stubs.answers("ecs", "list_service_deployments", listed, {**asked, **before})
    one = {
        "serviceDeploymentArn": "d-1", "createdAt": AT, "startedAt": AT, "finishedAt": AT + timedelta(minutes=9),
        "sourceServiceRevisions": [{"arn": "rev-41", "requestedTaskCount": 4}],
        "targetServiceRevision": {"arn": "rev-42", "requestedTaskCount": 6}, "status": status, "statusReason": reason,
    }  # fmt: skip
    stubs.answers(
        "ecs", "describe_service_deployments", {"serviceDeployments": [one]}, {"serviceDeploymentArns": ["d-1"]}
    )


def test_a_deployment_names_what_changed_and_how_many_tasks():
    stubs = Stubbed()
    deployed(stubs, pages=2)
    found = {"serviceRevisions": [revision(41), revision(42)]}
    stubs.answers("ecs", "describe_service_revisions", found, {"serviceRevisionArns": ["rev-41", "rev-42"]})
    stubs.answers("ecs", "describe_task_definition", definition(41, "repo/web:1"))
    stubs.answers("ecs", "describe_task_definition", definition(42, "repo/web:2", "1024"))
    details = {
        "task_definition": ("web:41", "web:42"), "task_cpu": ("512", "1024"), "image web": ("repo/web:1", "repo/web:2"),
        "desired": ("4", "6"),
    }  # fmt: skip
    change = Change("d-1", AT, AT + timedelta(minutes=9), "deployment", "", "web 2", details)
    assert read(deployments.read, stubs, WEB) == [Came(WEB, (change,))]


def test_a_rollback_and_a_moving_tag_are_told():
    stubs = Stubbed()
    deployed(stubs, "ROLLBACK_SUCCESSFUL", "tasks failed to start")
    images = [{"containerName": "web", "image": "r/web:latest", "imageDigest": f"sha256:{each * 32}"} for each in "ab"]
    found = {"serviceRevisions": [revision(41, images[0]), revision(41, images[1]) | {"serviceRevisionArn": "rev-42"}]}
    found["serviceRevisions"][0]["serviceRevisionArn"] = "rev-41"
    stubs.answers("ecs", "describe_service_revisions", found)
    for _ in range(2):
        stubs.answers("ecs", "describe_task_definition", definition(41, "r/web:latest"))
    (came,) = read(deployments.read, stubs, WEB)
    assert came.changes[0].details == {
        "image web": (f"r/web:latest@{'a' * 12}", f"r/web:latest@{'b' * 12}"),
        "desired": ("4", "6"),
        "outcome": ("", "ROLLBACK_SUCCESSFUL"),
        "reason": ("", "tasks failed to start"),
    }


def test_without_the_list_the_current_deployment_is_known_and_the_action_named():
    stubs = Stubbed()
    running = [
        {"id": "ecs-svc/2", "createdAt": AT, "taskDefinition": f"{DEFINITION}:42", "rolloutState": "FAILED"},
        {"id": "ecs-svc/1", "createdAt": AT - timedelta(days=9), "taskDefinition": f"{DEFINITION}:41"},
    ]
    stubs.answers("ecs", "describe_services", {"services": [{"serviceName": "web", "deployments": running}]})
    stubs.refuses("ecs", "list_service_deployments")
    stubs.answers("ecs", "describe_task_definition", definition(41, "repo/web:1"))
    stubs.answers("ecs", "describe_task_definition", definition(42, "repo/web:2"))
    (came,) = read(deployments.read, stubs, WEB)
    assert (came.status, [each.id for each in came.changes]) == ("partial", ["ecs-svc/2"])
    assert came.changes[0].details["image web"] == ("repo/web:1", "repo/web:2")
    assert came.changes[0].details["outcome"] == ("", "FAILED")
    assert "only the current deployment of shop/web is known: allow ecs:ListServiceDeployments" in came.message


def test_what_codedeploy_deploys_and_what_is_not_there_is_said():
    stubs = Stubbed()
    blue = {"deploymentController": {"type": "CODE_DEPLOY"}, "taskSets": []}
    stubs.answers("ecs", "describe_services", {"services": [blue]})
    stubs.answers("ecs", "describe_services", {"services": [], "failures": [{"reason": "MISSING"}]})
    came = read(deployments.read, stubs, Resource("ecs_service", ("shop/blue", "shop/gone")))
    assert [(each.status, each.message) for each in came] == [
        (
            "partial",
            "of shop/blue, which CODE_DEPLOY deploys, only what runs now is known; ECS knows no service shop/gone here",
        )
    ]


def test_a_pattern_of_services_is_looked_up():
    stubs = Stubbed()
    stubs.answers(
        "ecs", "list_services", {"serviceArns": [SERVICE, SERVICE.replace("web", "api")]}, {"cluster": "shop"}
    )
    deployed(stubs)
    stubs.answers("ecs", "describe_service_revisions", {"serviceRevisions": []})
    (came,) = read(deployments.read, stubs, Resource("ecs_service", ("shop/w*",)))
    assert [each.title for each in came.changes] == ["web"]


def test_one_service_that_is_denied_leaves_the_others():
    stubs = Stubbed()
    stubs.refuses("ecs", "describe_services")
    stubs.answers("ecs", "describe_services", {"services": []})
    other = Resource("ecs_service", ("shop/api",))
    came = read(deployments.read, stubs, WEB, other)
    assert [(each.resource, each.status) for each in came] == [(WEB, "denied"), (other, "partial")]
    assert came[0].message.startswith("allow ecs:DescribeServices to whom the review runs as (")


def activity(name: str, at: datetime, **more: Any) -> dict[str, Any]:
    return {
        "ActivityId": name, "ServiceNamespace": "ecs", "ResourceId": "service/shop/web", "StartTime": at,
        "ScalableDimension": "ecs:service:DesiredCount", "Description": "Setting desired count to 7.",
        "Cause": "monitor alarm high", "StatusCode": "Successful", **more,
    }  # fmt: skip


def test_scaling_is_paged_and_only_what_begins_in_the_stretch_counts():
    stubs = Stubbed()
    asked = {"ServiceNamespace": "ecs", "ResourceId": "service/shop/web"}
    first = {"ScalingActivities": [activity("a", AT), activity("old", START - timedelta(hours=1))], "NextToken": "n"}
    failed = activity("b", AT, StatusCode="Failed", StatusMessage="no capacity", Description="Failed.")
    stubs.answers("application-autoscaling", "describe_scaling_activities", first, asked)
    second = {"ScalingActivities": [failed, activity("future", END + timedelta(days=400))]}
    stubs.answers("application-autoscaling", "describe_scaling_activities", second, {**asked, "NextToken": "n"})
    target = {
        "ServiceNamespace": "ecs", "ResourceId": "service/shop/web", "ScalableDimension": "ecs:service:DesiredCount",
        "MinCapacity": 4, "MaxCapacity": 12, "RoleARN": "r", "CreationTime": START,
    }  # fmt: skip
    stubs.answers("application-autoscaling", "describe_scalable_targets", {"ScalableTargets": [target]})
    (came,) = read(scaling.read, stubs, WEB)
    assert [each.details for each in came.changes] == [
        {"scaled": ("", "7"), "reason": ("", "monitor alarm high")},
        {"outcome": ("", "Failed"), "reason": ("", "no capacity")},
    ]
    assert came.limits == {"minimum": "4", "maximum": "12"}


def test_limits_that_are_denied_leave_the_steps():
    stubs = Stubbed()
    stubs.answers("application-autoscaling", "describe_scaling_activities", {"ScalingActivities": [activity("a", AT)]})
    stubs.refuses("application-autoscaling", "describe_scalable_targets")
    (came,) = read(scaling.read, stubs, WEB)
    assert (len(came.changes), came.status) == (1, "partial")
    assert "allow application-autoscaling:DescribeScalableTargets" in came.message


def event(name: str, type_: str, message: str, **more: Any) -> dict[str, Any]:
    return {"SourceIdentifier": name, "SourceType": type_, "Message": message, "Date": AT, **more}


def test_a_clusters_events_are_those_of_its_instances_and_the_times_are_asked():
    stubs = Stubbed()
    events = [
        event("orders", "db-cluster", "Started cross AZ failover", EventCategories=["failover"]),
        event("orders-2", "db-instance", "DB instance restarted"),
        event("other", "db-instance", "DB instance restarted"),
        event("orders", "db-snapshot", "Creating"),
        event("orders-2", "db-instance", "too late") | {"Date": END},
    ]
    stubs.answers("rds", "describe_events", {"Events": events}, {"StartTime": START, "EndTime": END})
    member = {"DBClusterIdentifier": "orders", "DBClusterMembers": [{"DBInstanceIdentifier": "orders-2"}]}
    stubs.answers("rds", "describe_db_clusters", {"DBClusters": [member]})
    cluster, instance = Resource("db_cluster", ("orders",)), Resource("db_instance", ("other",))
    came = read(service_events.read_databases, stubs, cluster, instance)
    assert [[each.title for each in one.changes] for one in came] == [
        ["Started cross AZ failover", "DB instance restarted"],
        ["DB instance restarted"],
    ]
    assert came[0].changes[0].details == {"resource": ("", "orders"), "category": ("", "failover")}


def test_a_cluster_whose_members_are_denied_is_known_in_part():
    stubs = Stubbed()
    stubs.answers("rds", "describe_events", {"Events": []})
    stubs.refuses("rds", "describe_db_clusters", "AccessDenied")
    came = read(service_events.read_databases, stubs, Resource("db_cluster", ("o",)), Resource("db_instance", ("i",)))
    assert [each.status for each in came] == ["partial", "complete"]
    assert "allow rds:DescribeDBClusters" in came[0].message


def test_a_node_of_a_cache_has_the_events_of_its_group():
    stubs = Stubbed()
    first = {
        "Events": [
            event("sessions", "replication-group", "Failover from master to replica"),
            event("sessions-001", "cache-cluster", "Node replaced"),
        ],
        "Marker": "m",
    }
    asked = {"StartTime": START, "EndTime": END}
    stubs.answers("elasticache", "describe_events", first, asked)
    second = {"Events": [event("session", "replication-group", "another"), event("s", "serverless-cache", "moved")]}
    stubs.answers("elasticache", "describe_events", second, {**asked, "Marker": "m"})
    node, serverless = Resource("cache_cluster", ("sessions-001",)), Resource("serverless_cache", ("s",))
    came = read(service_events.read_caches, stubs, node, serverless)
    assert [[each.title for each in one.changes] for one in came] == [
        ["Failover from master to replica", "Node replaced"],
        ["moved"],
    ]


def trail(name: str, request: dict[str, Any], **record: Any) -> dict[str, Any]:
    whole = json.dumps({"requestParameters": request, **record})
    return {"EventId": name, "EventName": "E", "EventTime": AT, "Username": "sato", "CloudTrailEvent": whole}


def test_calls_are_matched_by_name_and_keep_no_parameters():
    stubs = Stubbed()
    secret = {"functionName": "arn:aws:lambda:ap-northeast-1:123456789012:function:resize", "password": "hunter2"}
    wrong = trail("denied", {"functionName": "resize"}, errorCode="AccessDenied")
    events = [trail("1", secret), wrong, trail("2", {"functionName": "other"}), {"EventId": "3", "EventTime": AT}]
    asked = {
        "LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": "UpdateFunctionCode20150331v2"}],
        "StartTime": START,
        "EndTime": END,
    }
    stubs.answers("cloudtrail", "lookup_events", {"Events": events}, asked)
    stubs.answers("cloudtrail", "lookup_events", {"Events": []})
    (came,) = read(cloudtrail.read, stubs, Resource("function", ("resize",)))
    assert came.changes == (Change("1", AT, AT, "api_call", "", "UpdateFunctionCode20150331v2", {"by": ("", "sato")}),)
    assert "hunter2" not in repr(came)


@pytest.mark.parametrize(
    ("request_", "record", "mine"),
    [
        ({"service": "web", "cluster": "shop"}, {}, True),
        ({"service": SERVICE, "cluster": "arn:aws:ecs:ap-northeast-1:123456789012:cluster/shop"}, {}, True),
        ({"service": "web", "cluster": "other"}, {}, False),
        (
            {"service": "web", "cluster": "shop"},
            {"sourceIPAddress": "ecs.application-autoscaling.amazonaws.com"},
            False,
        ),
    ],
)
def test_an_update_of_a_service_is_one_of_its_cluster_and_not_a_step_of_scaling(request_, record, mine):
    stubs = Stubbed()
    stubs.answers("cloudtrail", "lookup_events", {"Events": [trail("1", request_, **record)]})
    for _ in range(3):
        stubs.answers("cloudtrail", "lookup_events", {"Events": []})
    (came,) = read(cloudtrail.read, stubs, WEB)
    assert bool(came.changes) is mine


def test_a_source_whose_pages_go_round_in_a_circle_is_left():
    stubs = Stubbed()
    for _ in range(2):
        stubs.answers("elasticache", "describe_events", {"Events": [], "Marker": "again"})
    with pytest.raises(NotAnsweredError, match="elasticache:DescribeEvents never came to its last page"):
        read(service_events.read_caches, stubs, Resource("cache_cluster", ("c",)))


def test_actions_are_named_as_iam_names_them():
    assert action_of("rds", "describe_db_clusters") == "rds:DescribeDBClusters"
    assert action_of("ecs", "list_service_deployments") == "ecs:ListServiceDeployments"
