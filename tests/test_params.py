"""A review file is read strictly, and each mistake is one sentence with file, line, field, what it got and wants."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sre_lib import params
from sre_lib.errors import UserMistakeError
from sre_lib.event import Event
from sre_lib.model import Part, Service
from sre_lib.params_file import CloudWatchSource

GOOD = """\
title: Shop
timezone: Asia/Tokyo
source: {type: cloudwatch, region: ap-northeast-1}
services:
  - name: web
    kind: ecs_service
    dimensions: {ClusterName: shop, ServiceName: web}
    owner: team web
    limits: {timeout_s: 30}
    related:
      - name: load balancer
        kind: alb_target_group
        dimensions: {LoadBalancer: app/shop/1, TargetGroup: targetgroup/web/2}
        account: "012345678901"
events:
  - {start: 2026-10-01T20:00, end: 2026-10-01T11:30Z, kind: push, title: Autumn sale, services: [web], audience: 9000}
"""


MANY = f"[{', '.join(f's{number}' for number in range(67))}]"


def written(folder: Path, text: str) -> Path:
    file = folder / "params" / "shop.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def mistake(folder: Path, text: str) -> str:
    file = written(folder, text)
    with pytest.raises(UserMistakeError) as caught:
        params.load(str(file))
    return str(caught.value).replace(f"{file}, ", "")


def test_a_whole_review_file(tmp_path):
    review = params.load("shop", written(tmp_path, GOOD).parent.parent)
    web = Part("web", "ecs_service", {"ClusterName": "shop", "ServiceName": "web"}, "", {"timeout_s": 30})
    balancer = Part(
        "load balancer",
        "alb_target_group",
        {"LoadBalancer": "app/shop/1", "TargetGroup": "targetgroup/web/2"},
        "012345678901",
        {"timeout_s": 30},
    )
    assert review.services == (Service("web", (web, balancer), "team web"),)
    start, end = datetime(2026, 10, 1, 11, tzinfo=UTC), datetime(2026, 10, 1, 11, 30, tzinfo=UTC)
    assert review.events == (Event(start, end, "push", "Autumn sale", ("web",), 9000),)
    assert review.source == CloudWatchSource(type="cloudwatch", region="ap-northeast-1")
    assert (review.language, review.week_start, review.history_weeks) == ("en", "monday", 6)
    assert review.archive == tmp_path / "archive"
    assert review.home == tmp_path


def test_a_dimension_is_one_text_several_or_a_pattern(tmp_path):
    text = GOOD.replace("targetgroup/web/2", "[targetgroup/blue/1, targetgroup/green-*]").replace(": web}", ": [web]}")
    web, balancer = params.load(str(written(tmp_path, text))).services[0].parts
    assert web.dimensions == {"ClusterName": "shop", "ServiceName": "web"}
    assert balancer.dimensions == {
        "LoadBalancer": "app/shop/1",
        "TargetGroup": ("targetgroup/blue/1", "targetgroup/green-*"),
    }


def test_what_a_service_asks_is_kept_in_its_order_each_once(tmp_path):
    second = "  - {name: db, kind: elasticache_node, dimensions: {CacheClusterId: c, CacheNodeId: '1'}}\n"
    text = GOOD.replace("    owner: team web\n", "    calls: [db, db]\n").replace("events:\n", f"{second}events:\n")
    assert [each.calls for each in params.load(str(written(tmp_path, text))).services] == [("db",), ()]


MISTAKES = {
    "asks itself": (
        GOOD.replace("owner: team web", "calls: [web]"),
        "line 8: services[1].calls[1]: got 'web', wants the name of another service of this file",
    ),
    "unknown key": (
        GOOD + "languag: ja\n",
        "line 17: languag: is not a key that is known here; did you mean 'language'?",
    ),
    "unknown key in a service": (
        GOOD.replace("owner", "ower"),
        "line 8: services[1].ower: is not a key that is known here; did you mean 'owner'?",
    ),
    "unknown key in the source": (
        GOOD.replace("region", "regoin"),
        "line 3: source.regoin: is not a key that is known here; did you mean 'region'?",
    ),
    "time zone": (
        GOOD.replace("Tokyo", "Tokio"),
        "line 2: timezone: got 'Asia/Tokio', no time zone is called so; did you mean 'Asia/Tokyo'?",
    ),
    "kind": (
        GOOD.replace("ecs_service", "ecs_servce"),
        "line 6: services[1].kind: got 'ecs_servce', did you mean 'ecs_service'?",
    ),
    "kind of source": (
        GOOD.replace("type: cloudwatch, region: ap-northeast-1", "type: prometheus"),
        "line 3: source: got {'type': 'prometheus'}, wants a type: cloudwatch, archive or demo",
    ),
    "account that YAML made a number": (
        GOOD.replace('"012345678901"', "012345678901"),
        "line 14: services[1].related[1].account: got 12345678901, "
        "wants the 12 digits of the account in quotes (YAML reads them as a number otherwise)",
    ),
    "dimension value that YAML made a number": (
        GOOD.replace("ServiceName: web", "ServiceName: 0001"),
        "line 7: services[1].dimensions.ServiceName: got 1, wants text; put it in quotes",
    ),
    "dimension value in a list that YAML made a number": (
        GOOD.replace("ServiceName: web", "ServiceName: [web, 0001]"),
        "line 7: services[1].dimensions.ServiceName[2]: got 1, wants text; put it in quotes",
    ),
    "dimension without a value": (
        GOOD.replace("ServiceName: web", "ServiceName: []"),
        "line 7: services[1].dimensions.ServiceName: got [], wants at least one text",
    ),
    "dimension of more values than are bearable": (
        GOOD.replace("{ClusterName: shop, ServiceName: web}", f"{{ClusterName: [a, b, c], ServiceName: {MANY}}}"),
        "line 7: services[1].dimensions: got 201 combinations of values, wants at most 200; shorten the lists",
    ),
    "dimension name": (
        GOOD.replace("TargetGroup", "Targetgroup"),
        "line 13: services[1].related[1].dimensions.Targetgroup: is no dimension of alb_target_group; "
        "did you mean 'TargetGroup'?",
    ),
    "missing dimension": (
        GOOD.replace(", ServiceName: web", ""),
        "line 7: services[1].dimensions: ServiceName is missing; ecs_service wants ClusterName, ServiceName",
    ),
    "duplicate service": (
        GOOD.split("events", maxsplit=1)[0] + "  - {name: Web, kind: ec2_instance, dimensions: {InstanceId: i-1}}\n",
        "line 15: services[2].name: got 'Web', which service 1 is called too",
    ),
    "part that stands twice": (
        GOOD.replace("load balancer", "web"),
        "line 11: services[1].related[1].name: got 'web', which stands twice in this service",
    ),
    "duplicate key": (GOOD + "title: Again\n", "line 17: the same key stands twice; keep one of them"),
    "no services": (
        GOOD.split("services", maxsplit=1)[0] + "services: []\n",
        "line 4: services: got an empty list, wants at least one service",
    ),
    "missing title": (GOOD.removeprefix("title: Shop\n"), "line 1: title: is missing; add it"),
    "wrong type": (GOOD + "history_weeks: six\n", "line 17: history_weeks: got 'six', wants a whole number"),
    "out of range": (
        GOOD + "history_weeks: 0\n",
        "line 17: history_weeks: got 0, wants greater than or equal to 1",
    ),
    "limit": (
        GOOD.replace("timeout_s: 30", "timeout_s: -1"),
        "line 9: services[1].limits.timeout_s: got -1, wants greater than 0",
    ),
    "limit that no metric reads": (
        GOOD.replace("timeout_s: 30", "timeout: 30"),
        "line 9: services[1].limits.timeout: is a limit that no metric of this service reads; "
        "did you mean 'timeout_s'?",
    ),
    "limit in quotes": (
        GOOD + "kinds:\n  o: {namespace: S, dimensions: [Shop], metrics: {o: {name: Orders, limit: '100'}}}\n",
        "line 18: kinds.o.metrics.o.limit: got '100', wants a number without quotes, or the name of a key of `limits`",
    ),
    "statistic": (
        GOOD + "kinds:\n  o: {namespace: S, dimensions: [Shop], metrics: {o: {name: Orders, judge: tm99}}}\n",
        "line 18: kinds.o.metrics.o.judge: got 'tm99', "
        "wants Average, Sum, Minimum, Maximum, SampleCount or a percentile such as p99",
    ),
    "effect that is no number": (
        GOOD + "kinds:\n  o: {namespace: S, dimensions: [Shop], metrics: {o: {name: Orders, min_effect: .inf}}}\n",
        "line 18: kinds.o.metrics.o.min_effect: got inf, wants a finite number",
    ),
    "account that is too short": (
        GOOD.replace("012345678901", "0123"),
        "line 14: services[1].related[1].account: got '0123', wants the 12 digits of the account",
    ),
    "name that cannot be seen": (
        GOOD.replace("name: web", 'name: "\\u202e"'),
        "line 5: services[1].name: got '\\u202e', wants some text without control characters",
    ),
    "name that is too long": (
        GOOD.replace("name: web", f"name: {'x' * 256}"),
        f"line 5: services[1].name: got '{'x' * 56}..., wants at most 255 characters",
    ),
    "key that is a number": (
        GOOD + "5: x\n",
        "line 1: the file: got the key 5, wants keys that are text; put it in quotes",
    ),
    "key that is a list": (
        GOOD + "? [a, b]\n: 1\n",
        "line 1: the file: got the key \"('a', 'b')\", wants keys that are text; put it in quotes",
    ),
    "tag that does not fit": (GOOD + "history_weeks: !!int abc\n", "holds a value that is none"),
    "nested too deeply": ("archive: " + "[" * 3000, "is nested too deeply"),
    "source that is a number": (
        GOOD.replace("{type: cloudwatch, region: ap-northeast-1}", "5"),
        "line 3: source: got 5, wants keys and values",
    ),
    "year that is too far away": (
        GOOD.replace("2026-10-01T20:00", "0001-01-01T20:00"),
        "line 16: events[1].start: got '0001-01-01T20:00', wants a year after 1970 and before 2200",
    ),
    "audience that is too large": (
        GOOD.replace("9000", "99999999999999999999"),
        "line 16: events[1].audience: got 99999999999999999999, wants less than or equal to 100000000000",
    ),
    "event of an unknown service": (
        GOOD.replace("services: [web]", "services: [wed]"),
        "line 16: events[1].services[1]: got 'wed', did you mean 'web'?",
    ),
    "event that ends before it starts": (
        GOOD.replace("11:30Z", "10:30Z"),
        "line 16: events[1].end: got '2026-10-01T10:30Z', wants a time that is not before the start '2026-10-01T20:00'",
    ),
    "event at no time": (
        GOOD.replace("2026-10-01T20:00", "tomorrow"),
        "line 16: events[1].start: got 'tomorrow', wants a time such as 2026-10-01T12:00 (local) or 2026-10-01T03:00Z",
    ),
    "event of an unknown kind": (
        GOOD.replace("kind: push", "kind: pusch"),
        "line 16: events[1].kind: got 'pusch', did you mean 'push'?",
    ),
    "runbook that is a script": (
        GOOD.replace("owner: team web", "runbook: javascript:alert(1)"),
        "line 8: services[1].runbook: got 'javascript:alert(1)', wants an address that starts with https://",
    ),
    "not YAML": ("title: a: b", "line 1: is not valid YAML: mapping values are not allowed here"),
    "empty": ("", "line 1: the file: got nothing, wants keys and values"),
    "a list": ("- 1\n", "line 1: the file: got [1], wants keys and values"),
    "custom kind": (
        GOOD
        + "kinds:\n  orders: {namespace: S, dimensions: [Shop], metrics: {orders: {name: Orders, hurts: sideways}}}\n",
        "line 18: kinds.orders.metrics.orders.hurts: got 'sideways', wants one of both, down, up",
    ),
    "several": (
        GOOD.replace("title: Shop", "title: 1") + "languag: ja\n",
        "line 1: title: got 1, wants text; put it in quotes (and 1 more in this file)",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_sentence(tmp_path, name):
    text, sentence = MISTAKES[name]
    said = mistake(tmp_path, text)
    assert said == sentence or (sentence in said and not sentence.startswith("line")), said


def test_a_custom_kind_is_a_kind(tmp_path):
    text = GOOD.split("events", maxsplit=1)[0] + (
        "  - {name: orders, kind: orders, dimensions: {Shop: tokyo}}\n"
        "kinds:\n  orders: {namespace: S, dimensions: [Shop], metrics: {orders: {name: Orders, judge: Sum}}}\n"
    )
    review = params.load(str(written(tmp_path, text)))
    assert review.catalog["orders"].metrics["orders"].fetched == ("Sum", "SampleCount", "Minimum", "Maximum")


def test_a_review_that_does_not_exist(tmp_path):
    with pytest.raises(UserMistakeError, match="review: found no file for 'shopp'; wants the path of a review file"):
        params.load("shopp", tmp_path)


@pytest.mark.parametrize("near", ["", "notebooks", "reviews/deep"])
def test_a_review_is_found_by_name_from_any_folder_below(tmp_path, near):
    file = written(tmp_path, GOOD)
    (tmp_path / near).mkdir(parents=True, exist_ok=True)
    assert params.find("shop", tmp_path / near) == file
    assert params.find("params/shop.yaml", tmp_path / near) == file


def test_a_name_is_never_a_way_out_of_the_folders(tmp_path):
    (tmp_path / "secret.yaml").write_text(GOOD)
    (tmp_path / "a").mkdir()
    with pytest.raises(UserMistakeError):
        params.find("../b/secret", tmp_path / "a")


def test_not_utf8(tmp_path):
    file = written(tmp_path, "")
    file.write_bytes("title: 店".encode("shift_jis"))
    with pytest.raises(UserMistakeError, match="is not UTF-8 text"):
        params.load(str(file))


@pytest.mark.parametrize("name", ["demo", "shop"])
def test_the_review_files_that_come_with_it_are_valid(name):
    review = params.load(name, Path(__file__).parent)
    assert review.services


def test_the_same_review_in_another_language(tmp_path):
    review = params.load(str(written(tmp_path, GOOD)))
    assert review.in_language("ja").language == "ja"
    assert review.in_language("") == review
