"""The preflight over real HTTP: each fault is an NG with its remedy, what could not be looked at is SKIP."""

import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from sre_lib.collect.permissions import PERMISSIONS
from sre_lib.demo.endpoint import serve
from sre_lib.demo.endpoint_faults import Fault, Faults, Ledger
from sre_lib.run.cli import main
from sre_lib.run.iam_policy import policy_of
from sre_lib.run.preflight.actions import SMALLEST
from sre_lib.run.preflight.check import check
from sre_lib.run.preflight.tree import State
from tests.collect.account import models_read_once, signed_in
from tests.collect.alarms.account import NOW, WEEK, Account, at
from tests.run.other_services import OtherServices, served
from tests.run.test_iam_policy import ALL, HEAD, SERVICES, actions, called

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"  # noqa: S105  # AWS's own example
SCHEMA = json.loads((Path(__file__).parents[1] / "schemas" / "check.schema.json").read_text())
NOWHERE = "http://127.0.0.1:1"


@cache
def shop() -> Account:
    account = Account()
    times = [int(at(6).timestamp())]
    for namespace, name, dimensions in [
        ("AWS/ECS", "CPUUtilization", {"ClusterName": "shop", "ServiceName": "worker-1"}),
        ("AWS/RDS", "CPUUtilization", {"DBClusterIdentifier": "orders", "Role": "WRITER"}),
        ("AWS/ElastiCache", "CPUUtilization", {"CacheClusterId": "c-001", "CacheNodeId": "0001"}),
    ]:
        account.put(namespace, name, dimensions, times, [1.0])
    return account


@pytest.fixture
def home(tmp_path, monkeypatch):
    signed_in(monkeypatch)
    models_read_once(monkeypatch)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_SESSION_TOKEN", SECRET * 3)
    monkeypatch.delenv("AWS_CREDENTIAL_EXPIRATION", raising=False)
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params").mkdir()
    return tmp_path


@contextmanager
def account(home, monkeypatch, text=ALL + SERVICES, faults=None, others=None, ledger=None):
    """Serve an account and write a review of it."""
    with serve(shop(), NOW, faults, ledger) as url, served(others or OtherServices(at(2)), monkeypatch):
        source = f"source: {{type: cloudwatch, region: ap-northeast-1, endpoint: '{url}', calls_per_second: 500}}\n"
        (home / "params" / "shop.yaml").write_text(HEAD + (source if "source:" not in text else "") + text)
        yield


def invoke(*more):
    return CliRunner().invoke(main, ["check", "shop", "--week", WEEK.name, "--now", NOW.isoformat(), *more])


def rows(row):
    """Return all checks by name, the last of each."""
    return {row["name"]: row} | {name: each for one in row["checks"] for name, each in rows(one).items()}


def checked(*more):
    """Return exit code and checks; what is said is valid, has no traceback and no secret."""
    answer = invoke("--json", *more)
    assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.exception
    tree = json.loads(answer.stdout)
    jsonschema.validate(tree, SCHEMA)
    assert SECRET not in answer.output
    return answer.exit_code, rows(tree)


def test_all_is_well_and_each_permission_was_tried_with_one_call(home, monkeypatch):
    ledger, others = Ledger(), OtherServices(at(2))
    with account(home, monkeypatch, ledger=ledger, others=others):
        answer = invoke("--json")
    assert answer.exit_code == 0, answer.output
    found = rows(json.loads(answer.stdout))
    assert found["identity"]["reason"].startswith("arn:aws:sts::123456789012:assumed-role/review/monday of account")
    assert found["region"]["reason"] == "ap-northeast-1"
    assert found["clock"]["state"] == "OK"
    assert found["credentials"]["state"] == "SKIP"
    # One metric of each is there; what a resource does not publish is no fault.
    assert found["cache"]["reason"].startswith("1 of 5 metrics, without ")
    allowed = actions(policy_of("shop").document)
    assert {name for name in found if ":" in name} == set(allowed)
    assert called(ledger) | set(others.calls) == {*allowed, "sts:GetCallerIdentity"}
    assert len(others.calls) == len(set(others.calls))
    assert list(home.iterdir()) == [home / "params"]


def test_every_permission_has_a_smallest_call():
    assert SMALLEST.keys() == {each.action for each in PERMISSIONS}


def test_arns_in_the_calls_are_of_the_account_that_asks(home, monkeypatch):
    others = OtherServices(at(2))
    with account(home, monkeypatch, others=others):
        invoke()
    asked = dict(others.asked)
    arn = "arn:aws:ecs:ap-northeast-1:123456789012"
    assert asked["ecs:DescribeServiceDeployments"] == {
        "serviceDeploymentArns": [f"{arn}:service-deployment/shop/web/{'A' * 21}"]
    }
    assert asked["ecs:DescribeServiceRevisions"] == {
        "serviceRevisionArns": [f"{arn}:service-revision/shop/web/{'A' * 21}"]
    }


@pytest.mark.parametrize(
    ("faults", "others", "name", "state", "reason", "remedy"),
    [
        (
            None, {"denied": {"ecs:DescribeServices"}},
            "ecs:DescribeServices", "NG", "AWS denied it", "`sre-review iam-policy` writes the policy (",
        ),
        (
            Fault("refused", "AccessDenied", action="DescribeAlarms"), {},
            "cloudwatch:DescribeAlarms", "NG", "AWS denied it", "allow it to whom the review runs as",
        ),
        (
            Fault("refused", "ThrottlingException", action="GetMetricData"), {},
            "cloudwatch:GetMetricData", "NG", "CloudWatch throttled the call", "lower `calls_per_second`",
        ),
        (
            Fault("html", action="DescribeAlarms"), {},
            "cloudwatch:DescribeAlarms", "NG", "the endpoint did not answer as CloudWatch does", "source.endpoint",
        ),
        (
            Fault("refused", "AccessDenied", action="ListMetrics"), {},
            "web", "SKIP", "cloudwatch:ListMetrics is not allowed, which a run needs for `*` alone", "",
        ),
        (
            None, {"errors": {"ecs:ListServiceDeployments": (400, "ClusterNotFoundException")}},
            "ecs:ListServiceDeployments", "OK", "allowed (AWS answered: An error occurred (ClusterNotFound", "",
        ),
        (
            None, {"errors": {"rds:DescribeEvents": (503, "ServiceUnavailable")}},
            "rds:DescribeDBClusters", "SKIP", "rds cannot be read, see above", "",
        ),
        (
            None, {"errors": {"sts:GetCallerIdentity": (403, "ExpiredToken")}},
            "identity", "NG", "the AWS credentials have expired", "aws sso login",
        ),
        (
            None, {"errors": {"sts:GetCallerIdentity": (403, "SignatureDoesNotMatch")}, "now": NOW},
            "clock", "NG", "min ahead of that of AWS", "set it by NTP",
        ),
        (
            None, {"now": NOW + timedelta(days=3650)},
            "clock", "NG", "min behind that of AWS", "set it by NTP",
        ),
        (
            None, {"errors": {"sts:GetCallerIdentity": (500, "InternalFailure")}},
            "ecs:DescribeServiceRevisions", "SKIP", "the call would name the account, which is not known", "",
        ),
    ],
)  # fmt: skip
def test_each_fault_of_the_account_has_its_remedy(home, monkeypatch, faults, others, name, state, reason, remedy):
    with account(home, monkeypatch, faults=Faults(faults) if faults else None, others=OtherServices(at(2), **others)):
        code, found = checked()
    assert found[name]["state"] == state
    assert code == (1 if any(each["state"] == "NG" for each in found.values()) else 0)
    assert (code == 1) is (name != "ecs:ListServiceDeployments")
    assert reason in found[name]["reason"]
    assert remedy in found[name]["remedy"]


def test_expired_credentials_leave_nothing_to_ask(home, monkeypatch):
    ledger, others = Ledger(), OtherServices(at(2), errors={"sts:GetCallerIdentity": (403, "ExpiredToken")})
    with account(home, monkeypatch, ledger=ledger, others=others):
        code, found = checked()
    assert (code, found["permissions"]["state"], found["metrics"]["state"]) == (1, "SKIP", "SKIP")
    assert found["quota and cost"]["state"] == "SKIP"
    assert called(ledger) == set()


def test_an_sts_that_cannot_be_reached_does_not_stop_what_can(home, monkeypatch):
    with account(home, monkeypatch):
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", NOWHERE)
        code, found = checked()
    assert (code, found["identity"]["state"]) == (1, "NG")
    assert found["identity"]["reason"].startswith("AWS STS could not be reached")
    assert (found["cloudwatch:GetMetricData"]["state"], found["metrics"]["state"]) == ("OK", "OK")


@pytest.mark.parametrize(
    ("environment", "source", "name", "reason", "remedy"),
    [
        (
            {}, f"region: ap-northeast-1, endpoint: '{NOWHERE}'",
            "cloudwatch:GetMetricData", "could not be reached", "proxy",
        ),
        (
            {}, "profile: none, region: ap-northeast-1",
            "identity", "the AWS profile 'none' does not exist", "aws configure",
        ),
        ({}, "endpoint: 'http://127.0.0.1:1'", "identity", "no AWS region is set", "add `region` under `source`"),
        (
            {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "region: ap-northeast-1",
            "identity", "no AWS credentials were found", "sign in",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_at_all(home, monkeypatch, environment, source, name, reason, remedy):
    with account(home, monkeypatch, text=f"source: {{type: cloudwatch, {source}}}\n" + ALL + SERVICES):
        for key, value in environment.items():
            monkeypatch.setenv(key, value)
        code, found = checked()
    assert (code, found[name]["state"]) == (1, "NG")
    assert reason in found[name]["reason"]
    assert remedy in found[name]["remedy"]
    assert found["web"]["state"] == "SKIP" if "web" in found else found["metrics"]["state"] == "SKIP"


@pytest.mark.parametrize(("minutes", "state"), [(600, "OK"), (12, "OK"), (9, None)])
def test_until_when_credentials_hold(home, monkeypatch, minutes, state):
    until = datetime.now(UTC) + timedelta(minutes=minutes)
    monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", until.isoformat())
    with account(home, monkeypatch):
        code, found = checked()
    assert found["credentials"]["reason"].startswith(f"they hold until {until:%Y-%m-%d %H:%M} UTC")
    assert (found["credentials"]["state"], code) == (("OK", 0) if state else ("NG", 1))


def test_a_mistyped_dimension_offers_what_is_called_nearly_so(home, monkeypatch):
    text = (
        SERVICES.replace("ServiceName: web}", "ServiceName: wbe}").replace("c-001", "sessions").replace('"0001"', '"9"')
    )
    with account(home, monkeypatch, text=text):
        code, found = checked()
    assert (code, found["metrics"]["state"]) == (1, "NG")
    assert found["web"]["checks"] == []
    assert found["web"]["remedy"] == "did you mean ClusterName=shop, ServiceName=web?"
    assert found["cache"]["remedy"].endswith(
        "`aws cloudwatch list-metrics --namespace AWS/ElastiCache` lists what there is"
    )
    assert found["workers"]["state"] == "OK"


def test_a_machine_that_cannot_hold_it(home, monkeypatch):
    (home / "file").write_text("")
    monkeypatch.setattr("sre_lib.run.preflight.machine.KERNEL", "none-such")
    monkeypatch.setattr("sre_lib.run.preflight.machine.LEAST_FREE", 10**18)
    with account(home, monkeypatch, text="archive: file/below\n" + SERVICES):
        code, found = checked()
    assert code == 1
    assert {name: found[name]["state"] for name in ("archive", "reviews", "disk", "kernel", "time zone")} == {
        "archive": "NG", "reviews": "OK", "disk": "NG", "kernel": "NG", "time zone": "OK",
    }  # fmt: skip
    assert all(found[name]["remedy"] for name in ("archive", "disk", "kernel"))


def test_text_is_a_tree_and_colour_is_for_terminals(home, monkeypatch):
    with account(home, monkeypatch, others=OtherServices(at(2), denied={"cloudtrail:LookupEvents"})):
        answer = invoke()
        coloured = CliRunner().invoke(main, ["check", "shop", "--now", NOW.isoformat()], color=True).stdout
    lines = answer.stdout.splitlines()
    assert lines[0] == f"NG   shop: {WEEK.name}"
    assert "├─ OK   this machine" in lines
    number = lines.index("│     └─ NG   cloudtrail:LookupEvents: AWS denied it")
    assert lines[number + 1].startswith("│             → allow it to whom the review runs as; ")
    assert "\x1b[" not in answer.stdout
    assert "\x1b[31mNG" in coloured


@pytest.mark.parametrize(("source", "name"), [("demo", "demo"), ("archive", "archive")])
def test_without_aws_the_account_is_skipped(home, monkeypatch, source, name):
    with account(home, monkeypatch, text=f"source: {source}\n" + SERVICES):
        found = check("shop", WEEK.name, NOW, lambda: NOW)
    (skipped,) = [each for each in found.below if each.name == "account"]
    assert skipped.state is State.SKIP
    assert name in skipped.reason


def test_profiles_are_checked_each_for_itself(home, monkeypatch):
    text = SERVICES.replace("name: web\n", "name: web\n    profile: osaka\n") + (
        "  - {name: pay, kind: rds_instance, dimensions: {DBInstanceIdentifier: pay}}\n"
    )
    with account(home, monkeypatch, text=text):
        code, found = checked()
    assert code == 1
    other = rows(found["account (profile osaka)"])
    assert "the AWS profile 'osaka' does not exist" in other["identity"]["reason"]
    assert rows(found["account"])["cloudwatch:GetMetricData"]["state"] == "OK"
    assert "profile" in found["web"]["reason"] or found["web"]["state"] == "SKIP"


@pytest.mark.parametrize(
    ("text", "more", "sentence"),
    [
        ("services: 3\n", (), "services"),
        (SERVICES, ("--week", "2026-W99"), "2026-W99"),
    ],
)
def test_a_users_mistake_is_exit_2(home, monkeypatch, text, more, sentence):
    with account(home, monkeypatch, text=text):
        answer = invoke(*more)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert sentence in answer.stderr
    assert "Traceback" not in answer.output
