from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.request import Request, urlopen

import boto3  # type: ignore[import-untyped]  # boto3 ships no types
import numpy as np
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from sre_lib.demo.endpoint import serve
from sre_lib.demo.endpoint_faults import Fault, Faults, Ledger
from sre_lib.demo.recorded import Recorded
from tests.collect.account import models_read_once

NOW = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)
WEB = {"ClusterName": "shop", "ServiceName": "web"}


@pytest.fixture(scope="module", autouse=True)
def _models():
    with pytest.MonkeyPatch.context() as patch:
        models_read_once(patch)
        yield


def query(name="CPUUtilization", stat="Sum", period=60, dimensions=None, **more):
    shown = [{"Name": key, "Value": value} for key, value in (WEB if dimensions is None else dimensions).items()]
    metric = {"Namespace": "AWS/ECS", "MetricName": name, "Dimensions": shown}
    return {"Id": "q", "MetricStat": {"Metric": metric, "Period": period, "Stat": stat}} | more


def filled(start, minutes, names=("CPUUtilization",)):
    backend = Recorded()
    for name in names:
        offsets = np.arange(minutes)
        backend.put("AWS/ECS", name, WEB, int(start.timestamp()) + 60 * offsets, offsets)
    return backend


@contextmanager
def client_of(backend, now=NOW, faults=None, ledger=None):
    with serve(backend, now, faults, ledger) as url:
        client = boto3.client(
            "cloudwatch",
            region_name="ap-northeast-1",
            aws_access_key_id="demo",
            aws_secret_access_key="demo",  # noqa: S106  # not a secret: the endpoint looks at no signature
            endpoint_url=url,
            config=Config(retries={"mode": "standard", "total_max_attempts": 1}),
        )
        yield client
        client.close()


def ask(client, queries, start, end, **more):
    return client.get_metric_data(MetricDataQueries=queries, StartTime=start, EndTime=end, **more)


def points(result):
    return {
        round(moment.timestamp()): value for moment, value in zip(result["Timestamps"], result["Values"], strict=True)
    }


def test_the_end_is_exclusive_and_the_newest_comes_first():
    start = NOW - timedelta(hours=1)
    with client_of(filled(start, 10)) as client:
        first = ask(client, [query()], start, start + timedelta(minutes=3))["MetricDataResults"][0]
        second = ask(client, [query()], start, start + timedelta(minutes=3), ScanBy="TimestampAscending")
    assert first["Values"] == [2.0, 1.0, 0.0]
    assert second["MetricDataResults"][0]["Values"] == [0.0, 1.0, 2.0]
    assert first["Timestamps"][0] == start + timedelta(minutes=2)
    assert (first["Id"], first["Label"], first["StatusCode"]) == ("q", "CPUUtilization", "Complete")


@pytest.mark.parametrize(
    ("stat", "wanted"),
    [
        ("Sum", 10.0),
        ("SampleCount", 5.0),
        ("Average", 2.0),
        ("Minimum", 0.0),
        ("Maximum", 4.0),
        ("p50", 2.0),
        ("p100", 4.0),
    ],
)
def test_statistics_of_a_longer_period_are_rebuilt_from_the_minutes(stat, wanted):
    start = NOW - timedelta(hours=1)
    with client_of(filled(start, 5)) as client:
        answer = ask(client, [query(stat=stat, period=300)], start, start + timedelta(minutes=5))
    assert answer["MetricDataResults"][0]["Values"] == [wanted]


@pytest.mark.parametrize(
    ("age", "period", "found"),
    [
        (timedelta(hours=2), 10, False),
        (timedelta(days=14), 60, True),
        (timedelta(days=15), 60, True),
        (timedelta(days=16), 60, False),
        (timedelta(days=16), 300, True),
        (timedelta(days=62), 300, True),
        (timedelta(days=64), 300, False),
        (timedelta(days=64), 3600, True),
        (timedelta(days=456), 3600, False),
    ],
)
def test_a_period_too_short_for_the_age_is_silently_empty(age, period, found):
    start = NOW - age
    with client_of(filled(start, 60)) as client:
        result = ask(client, [query(period=period)], start, start + timedelta(hours=1))["MetricDataResults"][0]
    assert (bool(result["Values"]), result["StatusCode"]) == (found, "Complete")


@pytest.mark.parametrize(
    ("age", "period", "first"),
    [
        (timedelta(days=1), 300, "12:32:00"),
        (timedelta(days=20), 300, "12:30:00"),
        (timedelta(days=70), 3600, "12:00:00"),
    ],
)
def test_the_start_is_rounded_by_its_age_and_buckets_begin_there(age, period, first):
    start = (NOW - age).replace(hour=12, minute=32, second=34)
    with client_of(filled(start - timedelta(hours=1), 300)) as client:
        result = ask(client, [query(period=period)], start, start + timedelta(hours=2))["MetricDataResults"][0]
    assert f"{min(result['Timestamps']).astimezone(UTC):%H:%M:%S}" == first


def test_what_has_not_happened_yet_is_not_there():
    start = NOW - timedelta(minutes=8)
    with client_of(filled(start, 60), NOW) as client:
        answer = ask(
            client,
            [query(period=300, stat=stat, Id=f"q{at}") for at, stat in enumerate(("SampleCount", "p100"))],
            start,
            start + timedelta(hours=1),
        )
    assert [result["Values"] for result in answer["MetricDataResults"]] == [[3.0, 5.0], [7.0, 4.0]]


def test_pages_continue_a_series_until_its_last_says_complete():
    start = NOW - timedelta(hours=1)
    names = ("CPUUtilization", "MemoryUtilization")
    queries = [query(name, Id=name[0].lower()) for name in names]
    ledger = Ledger()
    with client_of(filled(start, 5, names=names), ledger=ledger) as client:
        pages = []
        token: dict[str, str] = {}
        while True:
            page = ask(client, queries, start, start + timedelta(minutes=5), MaxDatapoints=4, **token)
            pages.append({each["Id"]: (each["Values"], each["StatusCode"]) for each in page["MetricDataResults"]})
            if "NextToken" not in page:
                break
            token = {"NextToken": page["NextToken"]}
    assert pages == [
        {"c": ([4.0, 3.0], "PartialData"), "m": ([4.0, 3.0], "PartialData")},
        {"c": ([2.0, 1.0], "PartialData"), "m": ([2.0, 1.0], "PartialData")},
        {"c": ([0.0], "Complete"), "m": ([0.0], "Complete")},
    ]
    assert (ledger.calls, ledger.queries) == (3, 6)


def test_boto3s_own_paginator_reads_it():
    start = NOW - timedelta(hours=1)
    with client_of(filled(start, 10)) as client:
        pages = client.get_paginator("get_metric_data").paginate(
            MetricDataQueries=[query()],
            StartTime=start,
            EndTime=start + timedelta(minutes=10),
            PaginationConfig={"PageSize": 3},
        )
        values = [value for page in pages for result in page["MetricDataResults"] for value in result["Values"]]
    assert values == [float(minute) for minute in range(9, -1, -1)]


def test_without_data_or_with_other_dimensions_the_answer_is_complete_and_empty():
    start = NOW - timedelta(hours=1)
    others = [{"ClusterName": "shop"}, {}, WEB | {"ServiceName": "api"}]
    with client_of(filled(start, 5)) as client:
        queries = [query(Id=f"q{at}", dimensions=other) for at, other in enumerate(others)]
        answer = ask(client, queries, start, NOW)
    assert [(each["Values"], each["StatusCode"]) for each in answer["MetricDataResults"]] == [([], "Complete")] * 3


def refused(client, queries=None, **more):
    times = {"start": NOW - timedelta(hours=1), "end": NOW} | more
    with pytest.raises(ClientError) as caught:
        ask(client, [query()] if queries is None else queries, **times)
    return caught.value.response["Error"]["Code"]


def test_what_cloudwatch_refuses_is_refused():
    with client_of(Recorded()) as client:
        assert refused(client, [query(Id=f"q{at}") for at in range(501)]) == "ValidationError"
        assert refused(client, [query(), query()]) == "ValidationError"
        assert refused(client, [query(Id="Q")]) == "ValidationError"
        assert refused(client, [query(period=61)]) == "ValidationError"
        assert refused(client, [query(stat="Mean")]) == "ValidationError"
        assert refused(client, [{"Id": "e", "Expression": "q+1"}]) == "ValidationError"
        assert refused(client, [{"Id": "e"}]) == "ValidationError"
        assert refused(client, []) == "MissingParameter"
        assert refused(client, start=NOW, end=NOW) == "ValidationError"
        assert refused(client, MaxDatapoints=100_801) == "ValidationError"
        assert refused(client, NextToken="9.9.9") == "InvalidNextToken"
        with pytest.raises(ClientError, match="UnknownOperationException"):
            client.list_dashboards()


def test_the_most_that_is_allowed_is_answered():
    with client_of(Recorded()) as client:
        answer = ask(
            client, [query(Id=f"q{at}", AccountId="123456789012") for at in range(500)], NOW - timedelta(1), NOW
        )
    assert len(answer["MetricDataResults"]) == 500


def test_a_token_belongs_to_one_call():
    start = NOW - timedelta(hours=1)
    with client_of(filled(start, 5)) as client:
        token = ask(client, [query()], start, NOW, MaxDatapoints=2)["NextToken"]
        assert refused(client, start=start, end=NOW, MaxDatapoints=3, NextToken=token) == "InvalidNextToken"


def test_faults_are_what_a_test_asked_for():
    start = NOW - timedelta(hours=1)
    faults = Faults(
        Fault("Forbidden", metric=("AWS/ECS", "MemoryUtilization")), Fault("PartialData", metric=("AWS/ECS", "Partial"))
    )
    names = ("CPUUtilization", "MemoryUtilization", "Partial")
    with client_of(filled(start, 4, names=names), faults=faults) as client:
        answer = ask(client, [query(name, Id=f"q{at}") for at, name in enumerate(names)], start, NOW)
        found = [(each["StatusCode"], each["Values"]) for each in answer["MetricDataResults"]]
        assert found == [("Complete", [3.0, 2.0, 1.0, 0.0]), ("Forbidden", []), ("PartialData", [3.0, 2.0])]
        faults.rules += [
            Fault("refused", "Throttling", after=1, times=1),
            Fault("refused", "InternalFailure", after=2, times=1),
        ]
        assert [refused(client), refused(client)] == ["Throttling", "InternalFailure"]
        faults.rules.append(Fault("InternalError", after=3, times=1))
        failed = ask(client, [query()], start, NOW)
        again = ask(client, [query()], start, NOW, NextToken=failed["NextToken"])
    assert [page["MetricDataResults"][0]["StatusCode"] for page in (failed, again)] == ["InternalError", "Complete"]
    assert again["MetricDataResults"][0]["Values"] == [3.0, 2.0, 1.0, 0.0]


def test_the_clock_may_move():
    start = NOW - timedelta(minutes=5)
    moments = iter([start + timedelta(minutes=1), NOW])
    with client_of(filled(start, 5), lambda: next(moments)) as client:
        sizes = [len(ask(client, [query()], start, NOW)["MetricDataResults"][0]["Values"]) for _ in range(2)]
    assert sizes == [1, 5]


def test_what_is_no_json_is_an_error_and_the_connection_lives_on():
    with serve(Recorded(), NOW) as url:
        headers = {"X-Amz-Target": "GraniteServiceVersion20100801.GetMetricData"}
        for _ in range(2):
            with pytest.raises(OSError, match="400"):
                urlopen(Request(url, b"{", headers))  # noqa: S310  # our own loopback address


def test_the_loopback_alone_is_served():
    with serve(Recorded(), NOW) as url:
        assert url.startswith("http://127.0.0.1:")
