"""What a part stands for: texts, lists, patterns, and what counts as known."""

import pytest

from sre_lib.catalog import BASE_STATISTICS, builtin_catalog
from sre_lib.collect.archive_file import SeriesKey
from sre_lib.collect.identities import (
    combinations,
    has_pattern,
    identities,
    known_of,
    nothing_matches,
    seen,
    shown_dimensions,
)
from sre_lib.collect.queries import Metric
from sre_lib.collect.spans import TOO_OLD, Span
from sre_lib.model import Part, Status


def instance(value, **more):
    return Part("db", "rds_instance", {"DBInstanceIdentifier": value}, **more)


def one(value):
    return (("DBInstanceIdentifier", value),)


KNOWN = [one("shop-reader-1"), one("shop-reader-2"), one("shop-writer"), one("Shop-reader-3"), one("a.b[1]?")]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("shop-writer", ["shop-writer"]),
        ("never-seen", ["never-seen"]),
        (("b", "a", "b"), ["a", "b"]),
        ("shop-reader-*", ["shop-reader-1", "shop-reader-2"]),
        ("*-reader-*", ["Shop-reader-3", "shop-reader-1", "shop-reader-2"]),
        ("reader", ["reader"]),
        ("*reader", []),
        ("*2", ["shop-reader-2"]),
        (("named", "*writer"), ["named", "shop-writer"]),
        ("a.b[1]?*", ["a.b[1]?"]),
        ("shop-?eader-*", []),
        ("[s]hop-*", []),
    ],
)
def test_a_pattern_matches_a_whole_value_case_sensitive_and_only_the_star_is_special(value, found):
    assert identities(instance(value), KNOWN) == tuple(one(each) for each in found)


def test_only_exactly_the_parts_dimensions_match():
    role = (("DBClusterIdentifier", "shop-reader-1"), ("Role", "READER"))
    other = (("InstanceId", "shop-reader-1"),)
    assert identities(instance("shop-reader-*"), [role, other, ()]) == ()


def test_two_lists_multiply():
    part = Part("alb", "alb_target_group", {"TargetGroup": ("b", "g"), "LoadBalancer": ("x", "y")})
    got = [tuple(value for _, value in each) for each in combinations(part)]
    assert got == [("x", "b"), ("x", "g"), ("y", "b"), ("y", "g")]
    assert not has_pattern(part)
    assert shown_dimensions(part) == "TargetGroup=[b, g], LoadBalancer=[x, y]"


def test_any_metric_of_the_kind_in_the_same_account_and_region_makes_a_resource_known():
    def metric(value, name="CPUUtilization", namespace="AWS/RDS", account="", region=""):
        return Metric(namespace, name, one(value), account, region)

    metrics = [
        metric("cpu"), metric("connections", "DatabaseConnections"), metric("other", "NoSuchMetric"),
        metric("ec2", namespace="AWS/EC2"), metric("away", account="123456789012"), metric("far", region="eu-west-1"),
    ]  # fmt: skip
    catalog = builtin_catalog()
    assert known_of(catalog, instance("*"), metrics) == {one("cpu"), one("connections")}
    assert known_of(catalog, instance("*", account="123456789012"), metrics) == {one("away")}
    assert known_of(catalog, instance("*", region="eu-west-1"), metrics) == {one("far")}


@pytest.mark.parametrize(
    ("spans", "known"),
    [
        ([Span(0, 300, 1, Status.COMPLETE)], True),
        ([Span(0, 300, 1, Status.NO_DATA)], False),
        ([Span(0, 300, 1, Status.NO_DATA), Span(300, 600, 1, Status.DENIED, "no")], True),
        ([Span(0, 300, 1, Status.NO_DATA, TOO_OLD)], False),
        ([], False),
    ],
)
def test_what_never_had_a_datapoint_is_not_known(spans, known):
    metric = Metric("AWS/RDS", "CPUUtilization", one("a"))
    assert seen({SeriesKey(metric, name): spans for name in BASE_STATISTICS}) == ({metric} if known else set())


def test_a_pattern_that_matches_nothing_is_one_sentence():
    assert nothing_matches(instance("shop-raeder-*")) == (
        "DBInstanceIdentifier=shop-raeder-* matches nothing that has datapoints; correct it where it is mistyped"
    )
