"""What a run takes in of changes: only what is not kept, the same twice, one failing source never stopping another."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3  # type: ignore[import-untyped]  # boto3 ships no types
import pytest
from moto.server import ThreadedMotoServer

from sre_lib import params, weeks
from sre_lib.change import Change
from sre_lib.collect.changes.events import deployment_events
from sre_lib.collect.changes.gather import collect_changes, lacks_changes
from sre_lib.collect.changes.kept import Kept, changes_of, key_of
from sre_lib.collect.changes.task import NEVER_LOOKED
from sre_lib.collect.queries import Place
from sre_lib.collect.source import open_source
from sre_lib.event import Event
from sre_lib.model import Part, Service
from sre_lib.params_file import ArchiveSource, CloudWatchSource, DemoSource
from tests.collect.account import WEB, archive_in, review_of, signed_in
from tests.collect.changes.stubs import Stubbed
from tests.collect.changes.test_readers import activity

WEEK = weeks.named("2026-W40", "Asia/Tokyo", history_weeks=2)
NOW = weeks.morning_after(WEEK)
CLOUDWATCH = CloudWatchSource(type="cloudwatch", region="ap-northeast-1")
SERVICE = Service("web", (Part("web", "ecs_service", WEB),))
CACHE = Service("cache", (Part("cache", "elasticache_node", {"CacheClusterId": "c-001", "CacheNodeId": "0001"}),))
FUNCTION = Service("resize", (Part("resize", "lambda_function", {"FunctionName": "resize"}, profile="other"),))


def reviewed(*changes: Any, services: tuple[Service, ...] = (SERVICE,), source: Any = CLOUDWATCH) -> Any:
    return replace(review_of(source, services), changes=changes)


def scaled(stubs: Stubbed, *activities: Mapping[str, Any], most: int = 12) -> None:
    target = {
        "ServiceNamespace": "ecs", "ResourceId": "service/shop/web", "ScalableDimension": "ecs:service:DesiredCount",
        "MinCapacity": 4, "MaxCapacity": most, "RoleARN": "r", "CreationTime": NOW,
    }  # fmt: skip
    stubs.answers("application-autoscaling", "describe_scaling_activities", {"ScalingActivities": list(activities)})
    stubs.answers("application-autoscaling", "describe_scalable_targets", {"ScalableTargets": [target]})


def test_a_second_run_asks_nothing_and_the_next_week_only_what_is_new(tmp_path):
    review, archive, stubs = reviewed("scaling"), archive_in(tmp_path), Stubbed()
    step = activity("a", WEEK.start + timedelta(hours=30))
    scaled(stubs, step, step)
    assert lacks_changes(review, review.services, WEEK, archive, NOW)
    assert collect_changes(review, review.services, WEEK, stubs, archive, NOW).calls == 2
    assert not lacks_changes(review, review.services, WEEK, archive, NOW)
    assert collect_changes(review, review.services, WEEK, stubs, archive, NOW).calls == 0
    assert [each.id for each in changes_of(archive, SERVICE, WEEK).changes] == ["a"]
    assert [each.part for each in changes_of(archive, SERVICE, WEEK).changes] == ["web"]

    later = weeks.named("2026-W41", "Asia/Tokyo", history_weeks=2)
    scaled(stubs, step, activity("b", later.start), most=20)
    collect_changes(review, review.services, later, stubs, archive, weeks.morning_after(later))
    kept = changes_of(archive, SERVICE, later)
    assert [each.id for each in kept.changes][:1] == ["a"]
    (limits,) = (each for each in kept.changes if "maximum" in each.details)
    assert (limits.details, limits.start, limits.end) == (
        {"maximum": ("12", "20")},
        NOW.astimezone(UTC),
        weeks.morning_after(later).astimezone(UTC),
    )
    stubs.all_asked()


def test_sources_that_fail_never_stop_the_others(tmp_path):
    review = reviewed("deployments", "scaling", "cache_events", "cloudtrail", services=(SERVICE, CACHE, FUNCTION))
    archive, stubs = archive_in(tmp_path), Stubbed(frozenset({Place("other")}))
    stubs.refuses("ecs", "describe_services")
    scaled(stubs, activity("a", WEEK.start))
    stubs.refuses("elasticache", "describe_events", "Boom")
    stubs.refuses("cloudtrail", "lookup_events")
    got = collect_changes(review, review.services, WEEK, stubs, archive, NOW)
    assert [each.id for each in changes_of(archive, SERVICE, WEEK).changes] == ["a"]
    said = [str(each).split(" (An error")[0] for each in got.problems]
    assert said == [
        "cache: changes (cache_events): elasticache:DescribeEvents failed",
        "web, cache: changes (cloudtrail): allow cloudtrail:LookupEvents to whom the review runs as",
        "resize: changes (cloudtrail): no AWS credentials were found; sign in",
        "web: changes (deployments): allow ecs:DescribeServices to whom the review runs as",
    ]
    statuses = {(each.source, each.status) for each in changes_of(archive, SERVICE, WEEK).looked}
    assert statuses == {("deployments", "denied"), ("scaling", "complete"), ("cloudtrail", "denied")}


def test_an_answer_that_is_not_aws_s_is_the_trouble_of_its_source_alone(tmp_path):
    class Strange(Stubbed):
        def other(self, service: str, place: Place) -> Any:
            client = super().other(service, place)
            return (
                client
                if service != "elasticache"
                else type("C", (), {"describe_events": lambda *_, **__: {"Events": [1]}})()
            )

    review = reviewed("scaling", "cache_events", services=(SERVICE, CACHE))
    archive, stubs = archive_in(tmp_path), Strange()
    scaled(stubs, activity("a", WEEK.start))
    (problem,) = collect_changes(review, review.services, WEEK, stubs, archive, NOW).problems
    assert (problem.source, problem.services) == ("cache_events", ("cache",))
    assert "not as AWS documents it" in problem.message
    assert [each.id for each in changes_of(archive, SERVICE, WEEK).changes] == ["a"]


def test_what_aws_no_longer_keeps_is_noted_and_not_asked(tmp_path):
    review, archive, stubs = reviewed("cache_events", services=(CACHE,)), archive_in(tmp_path), Stubbed()
    much_later = NOW + timedelta(days=60)
    assert collect_changes(review, review.services, WEEK, stubs, archive, much_later).problems == ()
    assert {each.status for each in changes_of(archive, CACHE, WEEK).looked} == {"gone"}
    assert not lacks_changes(review, review.services, WEEK, archive, much_later)
    stubs.answers("elasticache", "describe_events", {"Events": []})
    fresh = archive_in(tmp_path / "fresh")
    collect_changes(review, review.services, WEEK, stubs, fresh, NOW)
    looked = changes_of(fresh, CACHE, WEEK).looked
    assert [each.status for each in looked if each.start < NOW - timedelta(days=14)] == ["gone"]
    assert max(each.end for each in looked if each.status == "complete") == WEEK.end


def test_another_accounts_changes_are_not_called_none(tmp_path):
    linked = Service("web", (Part("web", "ecs_service", WEB, account="123456789012"),))
    review, archive = reviewed("scaling", services=(linked,)), archive_in(tmp_path)
    got = collect_changes(review, review.services, WEEK, Stubbed(), archive, NOW)
    assert got.calls == 0
    assert "account 123456789012 owns it" in str(got.problems[0])
    assert {each.status for each in changes_of(archive, linked, WEEK).looked} == {"partial"}


def test_a_damaged_file_is_a_problem_of_its_service(tmp_path):
    review, archive, stubs = (
        reviewed("scaling", "cache_events", services=(SERVICE, CACHE)),
        archive_in(tmp_path),
        Stubbed(),
    )
    archive.store.write(key_of(archive, CACHE, WEEK), b"{")
    scaled(stubs)
    (problem,) = collect_changes(review, review.services, WEEK, stubs, archive, NOW).problems
    assert (problem.source, problem.services) == (None, ("cache",))
    assert "service=cache/week=2026-W40.json is damaged" in str(problem)


def test_an_archive_alone_says_what_was_never_looked_at(tmp_path):
    review, archive = reviewed("scaling", source=ArchiveSource(type="archive")), archive_in(tmp_path)
    (problem,) = collect_changes(review, review.services, WEEK, None, archive, NOW).problems
    assert problem.message == NEVER_LOOKED
    stubs = Stubbed()
    scaled(stubs)
    collect_changes(reviewed("scaling"), review.services, WEEK, stubs, archive, NOW)
    assert collect_changes(review, review.services, WEEK, None, archive, NOW).problems == ()


def test_nothing_is_asked_unless_the_review_file_says_so(tmp_path):
    review, archive = reviewed(), archive_in(tmp_path)
    assert collect_changes(review, review.services, WEEK, Stubbed(), archive, NOW).calls == 0
    assert archive.store.keys() == ()


def test_the_demo_has_changes_of_every_week_and_two_runs_at_once_agree(tmp_path):
    review = replace(params.load("demo"), archive=tmp_path)
    assert len(review.changes) == 5
    archive = archive_in(tmp_path)
    week = review.week("2026-W40", NOW)
    with open_source(review, NOW) as clients, ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(collect_changes, review, review.services, week, clients, archive, NOW) for _ in range(2)]
        assert [job.result().problems for job in jobs] == [(), ()]
    kept = {service.name: changes_of(archive, service, week) for service in review.services}
    assert {each.status for one in kept.values() for each in one.looked} == {"complete", "gone"}
    (release,) = (e for e in kept["web"].changes if e.kind == "deployment" and e.start >= week.start)
    assert release.details == {"image web": ("shop/web:2026.39.2", "shop/web:2026.40.2")}
    events = deployment_events(kept["web"].changes, review.events, review.services[0])
    assert all(each.start < week.start - timedelta(days=5) for each in events), "the review file knows the later ones"


def test_a_deployment_that_people_wrote_down_is_no_second_event():
    at = datetime(2026, 9, 29, 5, tzinfo=UTC)
    change = Change("d", at, at, "deployment", "web", "web 2")
    near = Event(at - timedelta(minutes=15), at, "deployment", "release")
    assert deployment_events([change], [near], SERVICE) == ()
    for other in (replace(near, kind="push"), replace(near, start=at - timedelta(minutes=16))):
        assert deployment_events([change], [other], SERVICE) == (Event(at, at, "deployment", "web 2", ("web",)),)


@pytest.fixture
def aws(monkeypatch):
    """Serve moto's AWS over HTTP; its log is left out."""
    signed_in(monkeypatch)
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for service in ("ECS", "RDS", "APPLICATION_AUTO_SCALING"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", f"http://{host}:{port}")
    yield
    server.stop()


@pytest.mark.usefixtures("aws")
def test_over_http_the_services_of_an_account_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    ecs = boto3.client("ecs", region_name="ap-northeast-1")
    ecs.create_cluster(clusterName="shop")
    container = {"name": "web", "image": "shop/web:7", "memory": 512}
    ecs.register_task_definition(family="web", containerDefinitions=[container], cpu="512", memory="1024")
    ecs.create_service(cluster="shop", serviceName="web", taskDefinition="web", desiredCount=2)
    database = Service("orders", (Part("orders", "rds_instance", {"DBInstanceIdentifier": "orders"}),))
    review = reviewed("deployments", "database_events", services=(SERVICE, database))
    now = datetime.now(UTC) + timedelta(hours=1)
    # moto dates by the computer's clock.
    week = replace(WEEK, start=now - timedelta(days=3), end=now, history_start=now - timedelta(days=3))
    archive = archive_in(tmp_path)
    with open_source(review, now) as clients:
        got = collect_changes(review, review.services, week, clients, archive, now)
    (change,) = changes_of(archive, SERVICE, week).changes
    assert (change.title, change.details["image web"]) == ("web 7", ("", "shop/web:7"))
    (problem,) = got.problems
    assert "only the current deployment of shop/web is known: ecs:ListServiceDeployments failed" in problem.message
    assert changes_of(archive, database, week) != Kept()
    assert {each.status for each in changes_of(archive, database, week).looked} == {"complete"}


def test_the_demo_is_not_asked_of_aws(tmp_path):
    review = reviewed("deployments", source=DemoSource(seed=1))
    assert collect_changes(review, review.services, WEEK, Stubbed(), archive_in(tmp_path), NOW).calls == 0
    assert changes_of(archive_in(tmp_path), SERVICE, WEEK).changes
