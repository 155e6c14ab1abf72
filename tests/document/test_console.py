from sre_lib.document.console import console_link
from tests.document.build import finding, look


def test_the_link_names_metric_dimensions_span_statistic_and_region():
    assert console_link(look(), finding(), "ap-northeast-1") == (
        "https://ap-northeast-1.console.aws.amazon.com/cloudwatch/home?region=ap-northeast-1#metricsV2:graph="
        "~(view~'timeSeries~stacked~false~metrics~(~(~'AWS*2fECS~'CPUUtilization~'ClusterName~'shop~'ServiceName~'web))"
        "~region~'ap-northeast-1~start~'2026-10-01T04*3a05*3a00.000Z~end~'2026-10-01T07*3a05*3a00.000Z"
        "~stat~'Average~period~300)"
    )
