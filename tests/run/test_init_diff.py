"""Called again, init says what is new and what is gone, and touches nothing that is there."""

import re

import pytest
from click.testing import CliRunner

from sre_lib import params
from sre_lib.demo.inventory import Inventory
from sre_lib.demo.shop import Shop
from sre_lib.run.cli import main
from tests.collect.account import models_read_once, signed_in
from tests.collect.discover.world import World, published
from tests.run.init_account import REGION, account, files


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


def test_later_it_says_that_nothing_is_new_and_touches_nothing(home):
    with account(Shop(1)) as init:
        init()
        (home / "README.md").write_text("ours")
        before = files(home)
        answer = init()
    assert (answer.exit_code, answer.stdout) == (0, "# shop.yaml: nothing is new, and nothing is gone.\n")
    assert files(home) == before


def test_later_it_shows_what_is_new_and_what_is_gone_as_yaml_to_copy(home):
    text = f"""\
title: Ours
source: {{type: cloudwatch, region: {REGION}}}
services:
  # written by people
  - {{name: front, kind: ecs_service, dimensions: {{ClusterName: shop, ServiceName: w*}}}}
  - {{name: api, kind: ecs_service, dimensions: {{ClusterName: shop, ServiceName: old-api}}}}
  - name: orders
    kind: aurora_instance
    dimensions: {{DBInstanceIdentifier: [shop-orders-writer, shop-orders-reader]}}
  - {{name: sqs, kind: sqs_queue, dimensions: {{QueueName: jobs}}}}
"""
    (home / "params").mkdir()
    file = home / "params/shop.yaml"
    file.write_text(text)
    with account(Shop(1)) as init:
        answer = init()
    assert (answer.exit_code, file.read_text()) == (0, text)
    out = answer.stdout
    # `front` has web and worker by its pattern, the database is there by its instances.
    assert re.findall(r"^  - name: (.*)", out, re.MULTILINE) == ["api-2", "shop-sessions", "image-resize"]
    assert "# New, and belongs to front: copy it below that service's `related:`.\n      # AWS says" in out
    gone = re.findall(r"^# Gone: .*?(?=: nothing in the account is called so\.$)", out, re.MULTILINE)
    assert gone == ["# Gone: api (ecs_service, dimensions: {ClusterName: shop, ServiceName: old-api})"]
    services = out[: out.index("# New, and belongs")]
    file.write_text(text + services)
    assert len(params.load("shop", home).services) == 7


def test_region_and_endpoint_are_those_of_the_review_that_is_there():
    with account(Shop(1)) as init:
        init()
        answer = CliRunner().invoke(main, ["init", ".", "--name", "shop"])
    assert (answer.exit_code, answer.stdout) == (0, "# shop.yaml: nothing is new, and nothing is gone.\n")


def test_a_new_node_of_a_cache_that_is_there_already():
    def node(name):
        return {
            "CacheClusterId": name,
            "ReplicationGroupId": "s",
            "Engine": "redis",
            "CacheNodes": [{"CacheNodeId": "0001"}],
        }

    keys = [published("elasticache_node", CacheClusterId=f"s-00{number}", CacheNodeId="0001") for number in (1, 2)]
    with account(World(Inventory(cache_clusters=[node("s-001")]), keys)) as init:
        init()
    with account(World(Inventory(cache_clusters=[node("s-001"), node("s-002")]), keys)) as init:
        out = init().stdout
    assert out == (
        "# New in what s already looks at: add to its dimensions\n"
        '#   dimensions: {CacheClusterId: s-002, CacheNodeId: "0001"}\n'
    )


def test_what_could_not_be_listed_is_never_gone():
    with account(Shop(1)) as init:
        init()
    world = World(Inventory(functions=[{"FunctionName": "image-resize"}]), Shop(1).metrics)
    with account(world) as init:
        gone = init().stdout.count("# Gone: ")
    lists = ["ecs:ListClusters", "rds:DescribeDBInstances", "elasticache:DescribeCacheClusters"]
    with account(world, *lists, "elasticloadbalancing:DescribeTargetGroups") as init:
        assert (gone, init().stdout.count("# Gone: ")) == (8, 0)
