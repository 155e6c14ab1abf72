"""Answers that are no whole answers: what of them is kept, and what is said."""

from botocore.exceptions import ClientError

from sre_lib.collect.page import NotCloudWatchError
from sre_lib.collect.queries import Metric, MetricRequest
from sre_lib.collect.reading import read_call
from sre_lib.collect.windows import Window
from sre_lib.model import Status

HOUR = Window(1_790_000_000 // 3600 * 3600, 1_790_000_000 // 3600 * 3600 + 3600)
REQUEST = MetricRequest(Metric("AWS/ECS", "CPUUtilization", ()), ("Sum",), HOUR, 60)


def answering(**result):
    """Return what answers every call with one result, or with none."""
    return lambda _arguments: {"MetricDataResults": [result] if result else []}


def read(ask):
    return read_call(ask, (REQUEST,))


def test_datapoints_off_the_grid_are_said():
    ask = answering(Id="q0", Timestamps=[HOUR.start, HOUR.start + 30], Values=[1, 2], StatusCode="Complete")
    got = read(ask).series[REQUEST]["Sum"]
    assert (got.status, got.message) == (Status.PARTIAL, "1 datapoints lie outside the grid that was asked for")
    assert got.values[0] == 1.0


def test_a_query_without_an_answer_is_partial():
    got = read(answering()).series[REQUEST]["Sum"]
    assert (got.status, got.message) == (Status.PARTIAL, "CloudWatch did not answer this query")


def test_a_page_that_botocore_itself_parsed_is_looked_at_too():
    (failed,) = read(lambda _arguments: {}).failed
    assert isinstance(failed.error, NotCloudWatchError)
    got = failed.series[REQUEST]["Sum"]
    assert got.status is Status.PARTIAL
    assert got.message.startswith("the endpoint did not answer as CloudWatch does; check source.endpoint ")


def test_an_answer_with_more_times_than_values_is_partial():
    (failed,) = read(answering(Id="q0", Timestamps=[HOUR.start], Values=[], StatusCode="Complete")).failed
    got = failed.series[REQUEST]["Sum"]
    assert (got.status, got.message) == (Status.PARTIAL, "got 1 timestamps and 0 values, wants one each")


def test_what_botocore_asked_for_again_is_counted():
    result = {"Id": "q0", "Timestamps": [], "Values": [], "StatusCode": "Complete"}
    page = {"MetricDataResults": [result], "ResponseMetadata": {"RetryAttempts": 2}}
    assert read(lambda _arguments: page).retried == 2


def test_a_call_that_failed_keeps_nothing_and_says_why():
    def deny(_arguments):
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetMetricData")

    answered = read(deny)
    (failed,) = answered.failed
    assert (answered.series, answered.refused, answered.pages) == ({}, 1, 0)
    assert failed.series[REQUEST]["Sum"].status is Status.DENIED
