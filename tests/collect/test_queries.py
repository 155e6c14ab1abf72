from hypothesis import given
from hypothesis import strategies as st

from sre_lib.collect.queries import MAX_DATAPOINTS, MAX_QUERIES, Metric, MetricRequest, packed, query_of
from sre_lib.collect.windows import Window

STATISTICS = ("Sum", "SampleCount", "Minimum", "Maximum", "p99")


@st.composite
def requests(draw):
    metric = Metric("AWS/ECS", draw(st.text(min_size=1, max_size=3)), (), draw(st.sampled_from(["", "123456789012"])))
    start = draw(st.sampled_from([0, 3600]))
    window = Window(start, start + draw(st.sampled_from([3600, 604_800])))
    return MetricRequest(metric, STATISTICS[: draw(st.integers(1, 5))], window, draw(st.sampled_from([60, 300])))


@given(st.lists(requests(), max_size=40))
def test_every_request_is_in_one_call_that_fits_a_page(asked):
    calls = packed(asked)
    assert sorted(request for call in calls for request in call) == sorted(asked)
    for call in calls:
        queries = sum(len(request.statistics) for request in call)
        assert queries <= MAX_QUERIES
        assert queries * call[0].points <= MAX_DATAPOINTS or len(call) == 1
        assert len({(request.window, request.period_s, request.metric.account) for request in call}) == 1


def test_calls_are_as_full_as_a_page_allows():
    week = Window(0, 7 * 86_400)
    asked = [MetricRequest(Metric("AWS/ECS", f"m{at}", ()), STATISTICS, week, 300) for at in range(25)]
    assert [len(call) for call in packed(asked)] == [10, 10, 5]


def test_a_query_names_account_and_dimensions_and_no_unit():
    metric = Metric("AWS/ECS", "CPUUtilization", (("ClusterName", "shop"),), "123456789012")
    assert query_of("q0", MetricRequest(metric, ("Sum",), Window(0, 60), 60), "Sum") == {
        "Id": "q0",
        "MetricStat": {
            "Metric": {
                "Namespace": "AWS/ECS",
                "MetricName": "CPUUtilization",
                "Dimensions": [{"Name": "ClusterName", "Value": "shop"}],
            },
            "Period": 60,
            "Stat": "Sum",
        },
        "AccountId": "123456789012",
    }
