"""The catalogue is data that every stage trusts."""

import pytest

from sre_lib.catalog import KindSpec, MetricSpec, builtin_catalog, columns_of, extended
from sre_lib.errors import UserMistakeError
from sre_lib.model import Column, Part, Service
from sre_lib.params import load
from sre_lib.views import spec_of
from sre_lib.wording import wording
from sre_lib.wording.metrics import metric_name
from sre_lib.wording.reading import READING

WEB = Service(
    "web",
    (
        Part("web", "ecs_service", {"ClusterName": "shop", "ServiceName": "web"}),
        Part("lb", "alb_target_group", {"LoadBalancer": "a", "TargetGroup": "b"}, limits={"timeout_s": 30}),
    ),
)


def test_all_statistics_of_a_metric_fit_one_billed_request():
    counts = {len(metric.fetched) for kind in builtin_catalog().values() for metric in kind.metrics.values()}
    assert max(counts) == 5


def test_columns_of_a_service():
    assert columns_of(builtin_catalog(), WEB) == (
        Column("web", "cpu", "Average"),
        Column("web", "cpu", "Maximum"),
        Column("web", "memory", "Average"),
        Column("web", "memory", "Maximum"),
        Column("lb", "requests", "Sum"),
        Column("lb", "latency", "p99"),
        Column("lb", "errors_5xx", "Sum"),
        Column("lb", "healthy_hosts", "Minimum"),
    )


def test_limits():
    catalog = builtin_catalog()
    assert spec_of(catalog, WEB, Column("web", "cpu", "Average")).limit_for(WEB.parts[0]) == 100
    assert spec_of(catalog, WEB, Column("lb", "latency", "p99")).limit_for(WEB.parts[1]) == 30
    assert spec_of(catalog, WEB, Column("lb", "latency", "p99")).limit_for(WEB.parts[0]) is None
    assert catalog["rds_instance"].metrics["freeable_memory"].limit_for(WEB.parts[0]) == 0


@pytest.mark.parametrize("statistic", ["average", "p", "p100.5x", "tm99"])
def test_an_unknown_statistic_is_refused(statistic):
    with pytest.raises(ValueError, match="judge"):
        MetricSpec(name="X", judge=statistic)


def test_what_is_asked_without_being_optional_stays_few():
    for kind, spec in builtin_catalog().items():
        if not kind.endswith(("_detail", "aurora_instance")):
            assert sum(not each.optional for each in spec.metrics.values()) <= 8, kind


def test_every_metric_and_kind_has_its_words_in_both_languages():
    english, japanese = wording("en"), wording("ja")
    for kind, spec in builtin_catalog().items():
        assert all(japanese(text) != text for text in READING[kind]), kind
        for metric in spec.metrics:
            assert japanese(metric_name(metric, "", english)) != metric.replace("_", " "), metric


@pytest.mark.parametrize(
    ("kind", "metric", "field", "value"),
    [
        ("aurora_role_detail", "aurora_replica_lag", "unit", "Milliseconds"),
        ("rds_instance_detail", "replica_lag", "unit", "Seconds"),
        ("documentdb_instance", "docdb_replica_lag", "unit", "Milliseconds"),
        ("opensearch_domain", "heap", "resource", "memory"),
        ("opensearch_domain", "system_memory", "resource", "context"),
        ("msk_broker", "heap", "resource", "memory"),
        ("msk_broker", "memory_used", "resource", "context"),
        ("eks_service", "cpu_of_node", "limit", None),
        ("eks_service", "cpu_of_limit", "limit", 100),
        ("memcached_node", "cache_bytes", "unit", "Bytes"),
        ("ec2_instance_detail", "cpu_credits", "hurts", "down"),
        ("ec2_instance_detail", "cpu_credits", "floor", 0),
        ("alb_target_group_detail", "requests_per_target", "judge", "Sum"),
        ("aurora_serverless", "capacity", "limit", "max_acu"),
    ],
)
def test_what_experts_know(kind, metric, field, value):
    assert getattr(builtin_catalog()[kind].metrics[metric], field) == value


def test_no_datapoint_means_zero_only_where_aws_says_so():
    zero = {spec.namespace for spec in builtin_catalog().values() for each in spec.metrics.values() if each.zero}
    assert zero == {"AWS/ApplicationELB", "AWS/DynamoDB", "AWS/ElastiCache", "AWS/Lambda"}


def test_a_kind_of_ones_own_extends_one_of_the_package():
    entries = extended({"ours": {"extends": "rds_instance", "metrics": {"lag": {"name": "ReplicaLag"}}}})
    assert isinstance(entries, dict)
    ours = KindSpec.model_validate(entries["ours"])
    rds = builtin_catalog()["rds_instance"]
    assert (ours.namespace, ours.dimensions) == (rds.namespace, rds.dimensions)
    assert ours.metrics == {**rds.metrics, "lag": MetricSpec(name="ReplicaLag")}


def test_a_kind_that_extends_an_unknown_one_is_refused():
    with pytest.raises(ValueError, match="ours extends 'rds_instanc'; did you mean 'rds_instance'"):
        extended({"ours": {"extends": "rds_instanc"}})


@pytest.mark.parametrize("entries", [None, [1], {"ours": 3}, {"ours": {"extends": 3}}, {"a": 1, "b": {"extends": "a"}}])
def test_what_is_no_kind_is_left_to_the_checks_of_the_file(entries):
    try:
        assert extended(entries) == entries
    except ValueError as error:
        assert "extends" in str(error)  # noqa: PT017  # both ways out are right, none is another error


CLOUDFRONT = """\
title: T
source: archive
services:
  - name: cdn
    kind: cloudfront_distribution
    dimensions: {{DistributionId: E1{more}}}
"""


def test_what_is_fixed_is_filled_in_and_the_region_is_the_kinds(tmp_path):
    (tmp_path / "one.yaml").write_text(CLOUDFRONT.format(more=""))
    part = load(str(tmp_path / "one.yaml")).services[0].parts[0]
    assert (dict(part.dimensions), part.region) == ({"DistributionId": "E1", "Region": "Global"}, "us-east-1")


def test_another_value_of_what_is_fixed_is_refused(tmp_path):
    (tmp_path / "one.yaml").write_text(CLOUDFRONT.format(more=", Region: Tokyo"))
    with pytest.raises(UserMistakeError, match="got 'Tokyo', but it is always 'Global' for cloudfront_distribution"):
        load(str(tmp_path / "one.yaml"))


def test_a_fixed_value_belongs_to_a_dimension():
    with pytest.raises(ValueError, match="'Region' is no dimension of this kind"):
        KindSpec(namespace="N", dimensions=("A",), metrics={"m": MetricSpec(name="M")}, fixed={"Region": "Global"})
