"""The policy of a review: nothing outside it is called, nothing in it is unused; IAM and Terraform take it."""

import json

import hcl2
import pytest
from click.testing import CliRunner

from sre_lib.demo.endpoint import serve
from sre_lib.demo.endpoint_faults import Ledger
from sre_lib.run.cli import main
from sre_lib.run.iam_policy import LONGEST, policy_of
from sre_lib.run.progress import silent
from sre_lib.run.weekly_run import prepare, weekly_run
from tests.alarms.test_terraform import read
from tests.collect.account import signed_in
from tests.collect.alarms.account import NOW, WEEK, Account, alarm, at
from tests.run.other_services import OtherServices, served

HEAD = """\
title: Shop
timezone: UTC
history_weeks: 2
"""
SOURCE = "source: {{type: cloudwatch, region: ap-northeast-1, endpoint: '{url}'}}\n"
SERVICES = """\
services:
  - name: web
    kind: ecs_service
    dimensions: {ClusterName: shop, ServiceName: web}
    related:
      - {name: orders, kind: aurora_role, dimensions: {DBClusterIdentifier: orders, Role: WRITER}}
      - {name: cache, kind: elasticache_node, dimensions: {CacheClusterId: c-001, CacheNodeId: "0001"}}
      - {name: workers, kind: ecs_service, dimensions: {ClusterName: shop, ServiceName: worker-*}}
"""
ALL = "changes: [deployments, scaling, database_events, cache_events, cloudtrail]\n"
UPKEEP = "upkeep: all\n"
OF_ECS = ["service", "service-deployment", "service-revision"]


@pytest.fixture
def home(tmp_path, monkeypatch):
    signed_in(monkeypatch)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params").mkdir()
    return tmp_path


def write(home, text):
    (home / "params" / "shop.yaml").write_text(HEAD + text)


def actions(document):
    return [action for statement in document["Statement"] for action in statement["Action"]]


def called(ledger):
    """Return the IAM actions of CloudWatch that the embedded endpoint was asked for."""
    names = {"GetMetricData" for _ in ledger.answered} | {
        type(each).__name__ for each in (*ledger.listed, *ledger.alarms)
    }
    return {f"cloudwatch:{name}" for name in names}


@pytest.mark.parametrize(("upkeep", "count"), [("", 18), (UPKEEP, 24)])
def test_a_full_run_calls_what_the_policy_allows_no_more_and_no_less(home, monkeypatch, upkeep, count):
    ledger, others = Ledger(), OtherServices(deployed=at(2))
    with serve(Account([alarm()]), NOW, None, ledger) as url, served(others, monkeypatch):
        write(home, SOURCE.format(url=url) + ALL + upkeep + SERVICES)
        plan = prepare("shop", WEEK.name, NOW, None, 2, "")
        result = weekly_run(plan, lambda _: None, silent)
    assert not [line for line in result.problems if "changes" in line or "alarms" in line or "upkeep" in line]
    allowed = actions(policy_of("shop").document)
    assert called(ledger) | set(others.calls) == set(allowed)
    assert len(allowed) == len(set(allowed)) == count


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (ALL + SERVICES, 18),
        ("alarms: false\n" + SERVICES.replace("worker-*", "worker"), ["cloudwatch:GetMetricData"]),
        ("alarms: false\n" + SERVICES, ["cloudwatch:GetMetricData", "cloudwatch:ListMetrics"]),
        (
            "alarms: false\nchanges: [cache_events]\n" + SERVICES.replace("worker-*", "worker"),
            ["cloudwatch:GetMetricData", "elasticache:DescribeEvents"],
        ),
        (
            # A cluster with `*` is never asked for, and nobody may ask for the resources of another account.
            "alarms: false\nchanges: [deployments, scaling]\n"
            "services:\n"
            "  - {name: web, kind: ecs_service, dimensions: {ClusterName: sh*, ServiceName: web}}\n"
            "  - {name: b, kind: ecs_service, dimensions: {ClusterName: b, ServiceName: b}, account: '210987654321'}\n",
            [
                "cloudwatch:GetMetricData", "cloudwatch:ListMetrics",
                "application-autoscaling:DescribeScalingActivities", "application-autoscaling:DescribeScalableTargets",
            ],
        ),
    ],
)  # fmt: skip
def test_only_what_the_review_file_asks_for(home, text, wanted):
    write(home, SOURCE.format(url="http://127.0.0.1:1") + text)
    found = actions(policy_of("shop").document)
    assert (len(found) if isinstance(wanted, int) else found) == wanted


def test_the_arns_of_services_and_what_has_none(home):
    text = SERVICES.replace("ServiceName: web}", "ServiceName: 'we?b${x}'}\n    region: cn-north-1")
    write(home, SOURCE.format(url="http://127.0.0.1:1") + "changes: [deployments, database_events]\n" + text)
    by_sid = {each["Sid"]: each for each in policy_of("shop").document["Statement"]}
    cn = "arn:aws-cn:ecs:cn-north-1:*"
    assert by_sid["Deployments"]["Resource"] == [
        f"{cn}:{kind}/shop/{service}{'' if kind == 'service' else '/*'}"
        for kind, service in [
            ("service", "we${?}b${$}{x}"), ("service", "worker-*"),
            ("service-deployment", "we${?}b${$}{x}"), ("service-deployment", "worker-*"),
            ("service-revision", "we${?}b${$}{x}"), ("service-revision", "worker-*"),
        ]
    ]  # fmt: skip
    assert by_sid["DatabaseClusters"]["Resource"] == ["arn:aws-cn:rds:cn-north-1:*:cluster:*"]
    assert {sid for sid, each in by_sid.items() if each["Resource"] == ["*"]} == {
        "Metrics", "Patterns", "Alarms", "DeploymentsEverywhere", "ServicePatterns", "DatabaseEvents",
    }  # fmt: skip


def test_each_profile_has_a_policy_of_its_own(home):
    text = SERVICES.replace("name: web\n", "name: web\n    profile: osaka\n") + (
        "  - {name: pay, kind: rds_instance, dimensions: {DBInstanceIdentifier: pay}}\n"
    )
    write(home, SOURCE.format(url="http://127.0.0.1:1") + ALL + text)
    own, osaka = policy_of("shop"), policy_of("shop", "osaka")
    assert "rds:DescribeEvents" in actions(own.document)
    assert not [each for each in actions(own.document) if each.startswith("ecs:")]
    assert own.notes == ("what is asked with profile osaka needs a policy of its own: --profile osaka",)
    assert osaka.notes == ("what is asked with no profile needs a policy of its own: leave --profile out",)
    assert len(actions(osaka.document)) == 18


def test_one_that_is_too_long_for_iam_names_clusters(home):
    many = "".join(
        f"  - {{name: s{number}, kind: ecs_service, dimensions: {{ClusterName: shop, ServiceName: web-{number}}}}}\n"
        for number in range(40)
    )
    write(home, SOURCE.format(url="http://127.0.0.1:1") + ALL + "services:\n" + many)
    policy = policy_of("shop")
    assert len(json.dumps(policy.document, separators=(",", ":"))) <= LONGEST
    (note,) = policy.notes
    assert "6,144 characters" in note
    deployments = next(each for each in policy.statements if each.sid == "Deployments")
    assert deployments.resources == tuple(f"arn:aws:ecs:ap-northeast-1:*:{kind}/shop/*" for kind in OF_ECS)


def invoke(*arguments):
    return CliRunner().invoke(main, ["iam-policy", *arguments])


def test_json_is_the_policy_and_the_reasons_are_beside_it(home):
    write(home, SOURCE.format(url="http://127.0.0.1:1") + ALL + SERVICES)
    answer = invoke("--review", "params/shop.yaml")
    assert answer.exit_code == 0
    document = json.loads(answer.stdout)
    assert document == policy_of("shop").document
    assert document["Version"] == "2012-10-17"
    assert all(each["Effect"] == "Allow" and each["Sid"].isalnum() for each in document["Statement"])
    told = [line.split(": ")[1] for line in answer.stderr.splitlines()]
    assert told == actions(document)


def test_that_of_init_needs_no_review_and_has_each_reason():
    answer = invoke("--init")
    (statement,) = json.loads(answer.stdout)["Statement"]
    told = [line.split(": ")[1] for line in answer.stderr.splitlines() if line.startswith("Init: ")]
    assert told == statement["Action"]
    assert "each action is optional" in answer.stderr
    block = hcl2.loads(invoke("--init", "--format", "terraform").stdout)
    assert read(block)["data"]


def test_terraform_has_the_same_and_each_reason(home):
    write(
        home, SOURCE.format(url="http://127.0.0.1:1") + ALL + SERVICES.replace("ServiceName: web", "ServiceName: w?b")
    )
    text = invoke("shop", "--format", "terraform").stdout
    ((_, block),) = read(hcl2.loads(text))["data"][0].items()
    statements = block["sre_review"]["statement"]
    document = policy_of("shop").document
    assert [
        {"Sid": each["sid"], "Effect": each["effect"], "Action": each["actions"], "Resource": each["resources"]}
        for each in statements
    ] == [each | {"Resource": [arn.replace("${", "&{") for arn in each["Resource"]]} for each in document["Statement"]]
    assert any("w&{?}b" in arn for each in statements for arn in each["resources"])
    for action in actions(document):
        (line,) = [line for line in text.splitlines() if f'"{action}"' in line]
        assert len(line.split(" # ")[1]) > 10


@pytest.mark.parametrize(
    ("source", "arguments", "sentence"),
    [
        ("source: demo\n", ("shop",), "source: shop is of type demo, which asks AWS for nothing"),
        ("source: archive\n", ("shop",), "source: shop is of type archive, which asks AWS for nothing"),
        ("source: {type: cloudwatch, profile: review}\n", ("shop", "--profile", "revue"), "did you mean 'review'?"),
        ("source: demo\n", (), "wants one review, --init or --bucket"),
        ("source: demo\n", ("shop", "--init"), "wants one review, --init or --bucket"),
        ("source: demo\n", ("--init", "--profile", "p"), "leave it out with --init"),
        ("source: demo\n", ("shop", "--review", "shop"), "wants one review"),
        ("source: demo\n", ("shop", "--bucket", "s3://reviews"), "wants one review, --init or --bucket"),
        ("source: demo\n", ("--bucket", "reviews"), "--bucket: got the folder"),
        ("source: demo\n", ("--bucket", "s3://R"), "got 's3://R', wants a folder, or a bucket as s3://bucket"),
        ("source: demo\n", ("shp",), "found no file for 'shp'"),
    ],
)
def test_a_mistake_is_one_sentence(home, source, arguments, sentence):
    write(home, source + SERVICES)
    answer = invoke(*arguments)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert sentence in answer.stderr
