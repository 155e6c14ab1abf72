from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import orjson
import pytest
from botocore.exceptions import ClientError

from sre_lib.collect.datapoints import arrays, read_page
from sre_lib.demo.endpoint_faults import Faults
from sre_lib.demo.recorded import Recorded
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
    with opened(account(), NOW, Faults(messages=({"Code": "Note", "Value": "simulated"},))) as client:
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
    faults = Faults(refuse_all="ValidationError")
    with opened(account(), NOW, faults) as client, pytest.raises(ClientError) as caught:
        ask(client)
    assert caught.value.response["Error"]["Code"] == "ValidationError"


@pytest.mark.parametrize(
    ("headers", "status", "body"),
    [
        ({"content-type": "text/xml"}, 200, b'{"MetricDataResults": []}'),
        ({"content-type": "application/cbor"}, 200, b"\xa0"),
        (JSON, 500, b'{"MetricDataResults": []}'),
        (JSON, 200, b"<html>"),
        (JSON, 200, b"{}"),
        (JSON, 200, b'{"MetricDataResults": [{"Id": "q", "Timestamps": [1], "Values": []}]}'),
        ({}, 200, b'{"MetricDataResults": []}'),
    ],
)
def test_what_is_not_as_documented_is_left_alone(headers, status, body):
    response, answer = {"headers": headers, "status_code": status, "body": body}, dict[str, Any]()
    read_page(response_dict=response, customized_response_dict=answer, operation_model=None)
    assert (answer, response["body"]) == ({}, body)


def test_numbers_that_json_cannot_write_are_read():
    body = orjson.dumps({"MetricDataResults": [{"Id": "q", "Timestamps": [60.0, 120], "Values": ["NaN", 1]}]})
    answer: dict[str, Any] = {}
    read_page(response_dict={"headers": JSON, "status_code": 200, "body": body}, customized_response_dict=answer)
    np.testing.assert_array_equal(answer["MetricDataResults"][0]["Values"], [np.nan, 1.0])
    np.testing.assert_array_equal(answer["MetricDataResults"][0]["Timestamps"], [60, 120])


def test_times_parsed_by_botocore_are_seconds_in_utc():
    tokyo = datetime.fromisoformat("2026-10-05T09:00:00+09:00")
    times, values = arrays({"Timestamps": [tokyo], "Values": [1]})
    assert (times.tolist(), values.tolist()) == ([int(tokyo.timestamp())], [1.0])
