"""`sre-review init` on the embedded endpoint: what it proposes, and one sentence where it cannot."""

import re
from pathlib import Path

import boto3  # type: ignore[import-untyped]  # boto3 ships no types
import pytest
from click.testing import CliRunner

from sre_lib import params
from sre_lib.collect.discover.permissions import LOOKS, TRIES
from sre_lib.demo.endpoint import serve
from sre_lib.demo.inventory import Inventory
from sre_lib.demo.shop import Shop
from sre_lib.demo.state import FLEETS
from sre_lib.run.cli import main
from sre_lib.run.iam_policy import policy_of_init
from sre_lib.upkeep import UPKEEP_SOURCES
from tests.collect.account import models_read_once, signed_in
from tests.collect.discover.world import World, ecs, published
from tests.run.init_account import NOW, REGION, account, files


@pytest.fixture(scope="module", autouse=True)
def _models():
    with pytest.MonkeyPatch.context() as patch:
        models_read_once(patch)
        yield


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    signed_in(monkeypatch)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def parts(review):
    """Return kind, dimensions and limits of all parts by kind and dimensions: names are people's to choose."""
    return {
        (part.kind, tuple(sorted(part.dimensions.items()))): dict(part.limits)
        for service in review.services
        for part in service.parts
    }


def test_the_demo_shop_comes_out_as_people_wrote_it(home):
    with account(Shop(1)) as init:
        answer = init()
    assert (answer.exit_code, answer.stdout) == (
        0, "params/shop.yaml: 6 services with 3 related resources; read it, then `sre-review check shop`\n",
    )  # fmt: skip
    assert set(files(home)) == {
        ".github/workflows/sre-review.yml", ".gitignore", "README.md", "params/shop.yaml", "reviews/.gitignore",
    }  # fmt: skip
    proposed, written = params.load("shop", home), params.load("demo")
    theirs = {key: limits for key, limits in parts(written).items() if key[0] != "shop_orders"}
    ours = parts(proposed)
    assert ours.keys() == theirs.keys()
    # What a parameter of a database decides is left to people, and the vCPUs are known beside the memory.
    for key, limits in theirs.items():
        if key[0] == "aurora_role":
            limits = {name: value for name, value in limits.items() if name != "connections"} | {"vcpus": 4}  # noqa: PLW2901
        assert {name: value for name, value in ours[key].items() if name != "max_tasks"} == limits
    # A service's own limits hold for its parts, too.
    most = {each.name: each.parts[0].limits.get("max_tasks") for each in proposed.services if each.name in FLEETS}
    assert most == {name: each.most if each.least < each.most else None for name, each in FLEETS.items()}
    pairs = [[part.kind for part in each.parts] for each in written.services if each.name != "orders"]
    assert [[part.kind for part in each.parts] for each in proposed.services] == pairs
    assert proposed.timezone == "Asia/Tokyo"


def called_by(monkeypatch):
    """Return the IAM actions that clients call from now on, whatever is answered."""
    made, called = boto3.session.Session.client, set()
    prefixes = {"monitoring": "cloudwatch", "tagging": "tag"}

    def client(self, *arguments, **more):
        found = made(self, *arguments, **more)
        found.meta.events.register("before-call", note)
        return found

    def note(model, **_event):
        signed_for = model.service_model.signing_name
        called.add(f"{prefixes.get(signed_for, signed_for)}:{model.name}")

    monkeypatch.setattr("boto3.session.Session.client", client)
    return called


def test_its_policy_allows_what_it_calls_no_more_and_no_less(monkeypatch):
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    called = called_by(monkeypatch)
    with serve(Shop(1), NOW) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        CliRunner().invoke(main, ["init", "--region", REGION])
    # sts:GetCallerIdentity needs no permission.
    assert called - {"sts:GetCallerIdentity"} == {each.action for each in (*LOOKS, *TRIES)}
    (statement,) = policy_of_init().document["Statement"]
    assert set(statement["Action"]) == called - {"sts:GetCallerIdentity"}
    assert (statement["Sid"], statement["Effect"], statement["Resource"]) == ("Init", "Allow", ["*"])


def test_the_readme_says_how_to_get_its_policy():
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    assert "sre-review iam-policy --init" in readme


def test_metrics_of_ones_own_are_valid_once_they_are_uncommented(home):
    with account(Shop(1)) as init:
        init()
    file = home / "params/shop.yaml"
    lines = file.read_text().splitlines()
    file.write_text("\n".join(re.sub(r"^# (?= |kinds:|- )", "", each) for each in lines))
    assert [each.kind for each in params.load("shop", home).services[-1].parts] == ["shop_business_site"]


def test_upkeep_is_valid_once_it_is_uncommented(home):
    with account(Shop(1)) as init:
        init()
    assert params.load("shop", home).upkeep == ()
    file = home / "params/shop.yaml"
    file.write_text(file.read_text().replace("# upkeep: ", "upkeep: "))
    assert params.load("shop", home).upkeep == UPKEEP_SOURCES


def test_sources_of_changes_are_tried_where_aws_itself_is_asked(home, monkeypatch):
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    with serve(Shop(1), NOW) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        answer = CliRunner().invoke(main, ["init", "--region", REGION])
    # The embedded endpoint has no changes to tell.
    assert answer.exit_code == 1
    assert [each.split(":")[0] for each in answer.stderr.splitlines() if each.startswith("NG")] == [
        f"NG  changes, {source}"
        for source in ("deployments", "scaling", "database_events", "cache_events", "cloudtrail")
    ]
    review = params.load(home.name, home)
    assert (review.changes, getattr(review.source, "endpoint", "")) == ((), None)


def test_with_a_permission_missing_the_others_are_used_and_the_file_says_so(home):
    with account(Shop(1), "rds:DescribeDBClusters", "lambda:GetFunctionConcurrency") as init:
        answer = init()
    text = (home / "params/shop.yaml").read_text()
    assert answer.exit_code == 1
    told = [each for each in answer.stderr.splitlines() if each.startswith("NG")]
    assert [each.partition(":")[0] for each in told] == ["NG  databases", "NG  Lambda functions"]
    for action in ("rds:DescribeDBClusters", "lambda:GetFunctionConcurrency"):
        assert f"allow {action} to whom" in answer.stderr
        assert f"allow {action} to whom" in re.sub(r"\n# ", " ", text)
    assert len(params.load("shop", home).services) == 6


@pytest.mark.parametrize(
    ("backend", "denied", "sentence"),
    [
        (World(), (), "account 123456789012, region ap-northeast-1 has nothing to review; name another with --region"),
        (World(Inventory(functions=[{"FunctionName": "f"}])), (), "(1 resources published nothing for two weeks)"),
        (World(Inventory(functions=[{"FunctionName": "a\tb"}])), ("ListMetrics",), "allow cloudwatch:ListMetrics"),
        (Shop(1), ("",), "nothing could be found in ap-northeast-1: allow cloudwatch:ListMetrics"),
    ],
)
def test_where_there_is_nothing_nothing_is_written(home, backend, denied, sentence):
    with account(backend, *denied) as init:
        answer = init()
    assert (answer.exit_code, answer.stdout, files(home)) == (3, "", {})
    assert sentence in answer.stderr


def test_without_credentials_or_region_it_is_one_sentence(home, monkeypatch):
    answer = CliRunner().invoke(main, ["init"])
    assert (answer.exit_code, answer.stderr) == (
        3, "sre-review: source: no AWS region is set; name one with --region, such as ap-northeast-1\n",
    )  # fmt: skip
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    answer = CliRunner().invoke(main, ["init", "--region", REGION, "--endpoint", "http://127.0.0.1:1"])
    assert answer.exit_code == 3
    assert answer.stderr.startswith("sre-review: source: no AWS credentials were found; sign in")
    assert files(home) == {}


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("a/b", "", "--name: got 'a/b', wants up to 60 letters"),
        ("..", "", "--name: got '..'"),
        ("shop", "title: [", "is not valid YAML"),
        ("shop", "title: x\nsource: demo\nservices: []\n", "got an empty list"),
        (
            "shop",
            "title: x\nsource: demo\nservices:\n  - {name: f, kind: lambda_function, dimensions: {FunctionName: f}}\n",
            "its source is of type demo, which has no account to look into; name another review with --name",
        ),
    ],
)
def test_a_mistake_is_one_sentence_and_changes_nothing(home, name, text, sentence):
    if text:
        (home / "params").mkdir()
        (home / "params/shop.yaml").write_text(text)
    before = files(home)
    with account(Shop(1)) as init:
        answer = init(name=name)
    assert (answer.exit_code, files(home)) == (2, before)
    assert sentence in answer.stderr


def test_names_from_outside_are_data(home):
    hostile = "a\": [x] # {}'*"
    names = ["shop: {x}", "'quoted'", '"double"', "- dash", "# hash", "yes", "0x1f", "日本語😀", "a, b]", "012"]
    tags = [{"key": "app", "value": "x\n  - name: injected\u2028\u202e"}]
    called = [*names, hostile, "bell\a"]
    services = [ecs(name, tags=tags) for name in called]
    keys = [published("ecs_service", ClusterName="shop", ServiceName=name) for name in called]
    keys += [("Own\u202e", "M", frozenset({("D", "x")})), ("Own: {", "M '", frozenset({('D"', "#")}))]
    database = {"DBInstanceIdentifier": "db", "Engine": "mysql", "TagList": [{"Key": "app", "Value": tags[0]["value"]}]}
    keys += [published("rds_instance", DBInstanceIdentifier="db")]
    with account(World(Inventory(ecs_services=services, db_instances=[database]), keys)) as init:
        answer = init("deep/folder")
    assert answer.exit_code == 0
    text = (home / "deep/folder/params/shop.yaml").read_text()
    assert [each.name for each in params.load("shop", home / "deep/folder").services] == [*names, "db"]
    assert not any(char in text for char in "\r\a\u2028\u202e")
    assert "(tag app=x - name: injected on both)" in re.sub(r"\n *# ", " ", text)
    assert "Not proposed: bell (ecs_service)" in text


def test_three_hundred_services(home):
    services = [ecs(f"s{number:03}", cluster=f"c{number % 3}") for number in range(300)]
    keys = [published("ecs_service", ClusterName=f"c{n % 3}", ServiceName=f"s{n:03}") for n in range(300)]
    with account(World(Inventory(ecs_services=services), keys)) as init:
        assert init().exit_code == 0
    assert len(params.load("shop", home).services) == 300
