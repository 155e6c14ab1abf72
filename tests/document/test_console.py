from dataclasses import replace

from sre_lib.document.console import console_link
from tests.document.build import finding, look


def metrics(value):
    """Return what the graph of a service that is a set or a pattern shows."""
    seen = look()
    own, *others = seen.service.parts
    parts = (replace(own, dimensions={"ClusterName": "shop", "ServiceName": value}), *others)
    service_week = replace(seen.service_week, service=replace(seen.service, parts=parts))
    link = console_link(replace(seen, service_week=service_week), finding(), "ap-northeast-1")
    return link.split("~metrics")[1].split("~region")[0]


def test_the_link_names_metric_dimensions_span_statistic_and_region():
    assert console_link(look(), finding(), "ap-northeast-1") == (
        "https://ap-northeast-1.console.aws.amazon.com/cloudwatch/home?region=ap-northeast-1#metricsV2:graph="
        "~(view~'timeSeries~stacked~false~metrics~(~(~'AWS*2fECS~'CPUUtilization~'ClusterName~'shop~'ServiceName~'web))"
        "~region~'ap-northeast-1~start~'2026-10-01T04*3a05*3a00.000Z~end~'2026-10-01T07*3a05*3a00.000Z"
        "~stat~'Average~period~300)"
    )


def test_a_set_shows_its_first_ten():
    one = "~(~'AWS*2fECS~'CPUUtilization~'ClusterName~'shop~'ServiceName~'{})"
    assert metrics(("blue", "green")) == f"~({one.format('blue')}{one.format('green')})"
    assert metrics(tuple(f"s{number}" for number in range(20))).count("ServiceName") == 10


def test_a_pattern_looks_for_all_with_such_dimensions():
    assert metrics("web-*") == (
        "~(~(~(expression~'SEARCH*28*27*7b*22AWS*2fECS*22*2c*22ClusterName*22*2c*22ServiceName*22*7d*20"
        "MetricName*3d*22CPUUtilization*22*27*2c*20*27Average*27*2c*20300*29~id~'e1)))"
    )
