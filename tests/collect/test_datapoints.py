from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import orjson
import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from sre_lib.collect.datapoints import arrays, read_page
from sre_lib.collect.queries import Place
from sre_lib.demo.endpoint_faults import Fault, Faults
from sre_lib.demo.recorded import Recorded
from sre_lib.errors import SourceError
from tests.collect.account import WEB, opened

NOW = datetime(2026, 10, 5, 7, tzinfo=UTC)
JSON = {"content-type": "application/x-amz-json-1.0"}


def ask(client, **more):
    dimensions = [{"Name": name, "Value": value} for name, value in WEB.items()]
    metric = {"Namespace": "AWS/ECS", "MetricName": "CPUUtilization", "Dimensions": dimensions}
    query = {"Id": "q", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Average"}}
    return client.get_metric_data(MetricDataQueries=[query], StartTime=NOW - timedelta(days=2), EndTime=NOW, **more)


def account():
    backend = Recorded()
    times = np.arange(int(NOW.timestamp()) - 86_400, int(NOW.timestamp()), 60)
    backend.put("AWS/ECS", "CPUUtilization", WEB, times, np.random.default_rng(1).uniform(0, 1e6, len(times)))
    return backend


def test_both_ways_of_parsing_give_the_same():
    with opened(account(), NOW, Faults(messages=[{"Code": "Note", "Value": "simulated"}])) as clients:
        client = clients.cloudwatch(Place())
        fast = ask(client, MaxDatapoints=500)
        client.meta.events.unregister("before-parse.cloudwatch.GetMetricData", read_page)
        slow = ask(client, MaxDatapoints=500)
    (fast_result,), (slow_result,) = fast["MetricDataResults"], slow["MetricDataResults"]
    assert isinstance(fast_result["Values"], np.ndarray)
    assert isinstance(slow_result["Values"], list)
    for one, other in zip(arrays(fast_result), arrays(slow_result), strict=True):
        np.testing.assert_array_equal(one, other)
        assert one.dtype == other.dtype
    assert len(fast_result["Values"]) == 500
    others = [
        {**page, "MetricDataResults": [{**result, "Timestamps": 0, "Values": 0}], "ResponseMetadata": 0}
        for page, result in ((fast, fast_result), (slow, slow_result))
    ]
    assert others[0] == others[1]
    assert fast["NextToken"] == slow["NextToken"]


def test_an_error_stays_botocores():
    faults = Faults(Fault("refused", "ValidationError"))
    with opened(account(), NOW, faults) as clients, pytest.raises(ClientError) as caught:
        ask(clients.cloudwatch(Place()))
    assert caught.value.response["Error"]["Code"] == "ValidationError"


def parsed(body, status=200):
    """Return what the handler makes of an answer, and the body that it leaves to botocore."""
    response, answer = {"headers": JSON, "status_code": status, "body": body}, dict[str, Any]()
    read_page(response_dict=response, customized_response_dict=answer, operation_model=None)
    return answer, response["body"]


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, b'{"MetricDataResults": []}'), (404, b"{}"), (503, b"<html>"), (400, b"")],
)
def test_errors_are_left_alone(status, body):
    assert parsed(body, status) == ({}, body)


@pytest.mark.parametrize("content_type", ["application/cbor", "text/xml", "text/html", ""])
def test_other_protocols_are_left_alone(content_type):
    response = {"headers": {"content-type": content_type}, "status_code": 200, "body": b"\xa0"}
    read_page(response_dict=response, customized_response_dict={})
    assert (response["status_code"], response["body"]) == (200, b"\xa0")


@pytest.mark.parametrize("body", [b"", b'{"MetricDataResults": [{"Id": "q0", "Time', b"<html>", b'{"a": NaN}'])
def test_json_that_broke_off_is_an_error_that_botocore_asks_again_for(body):
    response: dict[str, Any] = {"headers": JSON, "status_code": 200, "body": body}
    read_page(response_dict=response, customized_response_dict={})
    assert response["status_code"] == 400
    assert orjson.loads(response["body"])["__type"] == "RequestTimeout"


def test_what_cannot_be_a_datapoint_has_a_time_outside_every_window():
    times, values = arrays({"Timestamps": [60, 120.0, 180.5, 240], "Values": [1, 2, 3, "Infinity"]})
    assert (times.tolist(), values.tolist()) == ([60, 120, -1, -1], [1.0, 2.0, 3.0, np.inf])


def one(**more):
    """Return a page with one result."""
    return {"MetricDataResults": [{"Id": "q", "StatusCode": "Complete", "Timestamps": [60], "Values": [1], **more}]}


@pytest.mark.parametrize(
    "page",
    [
        [],
        None,
        "text",
        7,
        {},
        {"MetricDataResults": None},
        {"MetricDataResults": ["a"]},
        {"MetricDataResults": [{"StatusCode": "Complete"}]},
        {"MetricDataResults": [{"Id": "q"}]},
        one(Id=1),
        one(Messages=["a"]),
        one() | {"Messages": "a"},
        one() | {"NextToken": 1},
        one(Timestamps=[None]),
        one(Timestamps=[1e300]),
        one(Timestamps=["NaN"]),
        one(Timestamps=["abc"]),
        one(Timestamps=[{}]),
        one(Timestamps=60),
        one(Timestamps={"a": 1}),
        one(Timestamps=None),
        one(Timestamps=[60, 120]),
        one(Values=[{}]),
        one(Values=["a"]),
    ],
    ids=str,
)
def test_another_servers_json_is_one_sentence(page):
    with pytest.raises(
        SourceError, match=r"^source: the endpoint did not answer as CloudWatch does; check source\.end"
    ):
        parsed(orjson.dumps(page))


@pytest.mark.parametrize("page", [[], None, "text"], ids=str)
def test_an_error_that_is_no_object_is_no_cloudwatch_either(page):
    with pytest.raises(SourceError, match="did not answer as CloudWatch does"):
        parsed(orjson.dumps(page), 404)


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
RESULTS = st.fixed_dictionaries(
    {},
    optional={
        "Id": st.just("q0") | JSON_VALUES,
        "StatusCode": st.just("Complete") | JSON_VALUES,
        "Timestamps": st.lists(st.integers(0, 2**40) | JSON_VALUES, max_size=3) | JSON_VALUES,
        "Values": st.lists(st.floats(0, 9) | JSON_VALUES, max_size=3) | JSON_VALUES,
        "Messages": JSON_VALUES,
    },
)


@given(st.fixed_dictionaries({"MetricDataResults": st.lists(RESULTS | JSON_VALUES, max_size=3)}) | JSON_VALUES)
def test_whatever_json_comes_is_read_or_said(page):
    with suppress(SourceError):
        answer, body = parsed(orjson.dumps(page))
        assert body == b"{}"
        for result in answer["MetricDataResults"]:
            assert result["Timestamps"].shape == result["Values"].shape


def test_numbers_that_json_cannot_write_are_read():
    body = orjson.dumps(
        {"MetricDataResults": [{"Id": "q", "StatusCode": "Complete", "Timestamps": [60.0, 120], "Values": ["NaN", 1]}]}
    )
    answer: dict[str, Any] = {}
    read_page(response_dict={"headers": JSON, "status_code": 200, "body": body}, customized_response_dict=answer)
    np.testing.assert_array_equal(answer["MetricDataResults"][0]["Values"], [np.nan, 1.0])
    np.testing.assert_array_equal(answer["MetricDataResults"][0]["Timestamps"], [60, 120])


def test_times_parsed_by_botocore_are_seconds_in_utc():
    tokyo = datetime.fromisoformat("2026-10-05T09:00:00+09:00")
    times, values = arrays({"Timestamps": [tokyo], "Values": [1]})
    assert (times.tolist(), values.tolist()) == ([int(tokyo.timestamp())], [1.0])
