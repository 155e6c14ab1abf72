"""ListMetrics, accounts and regions of the embedded endpoint, and its rate of calls, as boto3 sees them."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import boto3  # type: ignore[import-untyped]  # boto3 ships no types
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from sre_lib.demo.endpoint import serve
from sre_lib.demo.endpoint_accounts import Accounts, Caller
from sre_lib.demo.endpoint_faults import Faults, Ledger
from sre_lib.demo.recorded import Recorded
from sre_lib.demo.shop import Shop
from tests.collect.account import models_read_once

NOW = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)
MONITORING, SOURCE, STRANGER = "111111111111", "222222222222", "333333333333"
TOKYO, VIRGINIA = "ap-northeast-1", "us-east-1"
NO_RETRY = Config(retries={"mode": "standard", "total_max_attempts": 1})


@pytest.fixture(scope="module", autouse=True)
def _models():
    with pytest.MonkeyPatch.context() as patch:
        models_read_once(patch)
        yield


@contextmanager
def client(url, account=MONITORING, region=TOKYO):
    made = boto3.client(
        "cloudwatch", region_name=region, endpoint_url=url, config=NO_RETRY,
        aws_access_key_id=account, aws_secret_access_key="demo",  # noqa: S106  # the endpoint checks no signature
    )  # fmt: skip
    yield made
    made.close()


def one(value, name="Load", ago=timedelta(minutes=5), **dimensions):
    backend = Recorded()
    backend.put("Company", name, dimensions, [NOW - ago], [value])
    return backend


def ask(made, account=None):
    query = {
        "Id": "q",
        "MetricStat": {"Metric": {"Namespace": "Company", "MetricName": "Load"}, "Period": 60, "Stat": "Sum"},
    }
    if account:
        query["AccountId"] = account
    answer = made.get_metric_data(MetricDataQueries=[query], StartTime=NOW - timedelta(hours=1), EndTime=NOW)
    (result,) = answer["MetricDataResults"]
    return result["StatusCode"], result["Values"]


ESTATE = Accounts(
    {
        (MONITORING, TOKYO): one(1.0),
        (MONITORING, VIRGINIA): one(2.0),
        (SOURCE, TOKYO): one(3.0),
        (STRANGER, TOKYO): one(4.0),
    },
    linked={MONITORING: (SOURCE,)},
)


@pytest.mark.parametrize(
    ("caller", "asked", "wanted"),
    [
        (Caller(MONITORING, TOKYO), None, ("Complete", [1.0])),
        (Caller(MONITORING, VIRGINIA), None, ("Complete", [2.0])),
        (Caller(MONITORING, TOKYO), MONITORING, ("Complete", [1.0])),
        (Caller(MONITORING, TOKYO), SOURCE, ("Complete", [3.0])),
        (Caller(MONITORING, VIRGINIA), SOURCE, ("Complete", [])),
        (Caller(MONITORING, TOKYO), STRANGER, ("Forbidden", [])),
        (Caller(SOURCE, TOKYO), MONITORING, ("Forbidden", [])),
        (Caller(SOURCE, "eu-west-1"), None, ("Complete", [])),
    ],
)
def test_accounts_and_regions_are_told_apart(caller, asked, wanted):
    ledger = Ledger()
    with serve(ESTATE, NOW, ledger=ledger) as url, client(url, *caller) as made:
        assert ask(made, asked) == wanted
    assert ledger.callers == [caller]


def listed(made, **filters):
    answer = made.list_metrics(**filters)
    return [(each["MetricName"], *[pair["Value"] for pair in each["Dimensions"]]) for each in answer["Metrics"]]


def test_listed_metrics_are_a_subset_match_of_their_dimensions():
    backend = Recorded()
    for name, dimensions in (("Load", {"Host": "a", "Disk": "1"}), ("Load", {"Host": "b"}), ("Free", {"Host": "a"})):
        backend.put("Company", name, dimensions, [NOW - timedelta(minutes=1)], [1.0])
    with serve(backend, NOW) as url, client(url) as made:
        assert listed(made) == [("Load", "1", "a"), ("Load", "b"), ("Free", "a")]
        assert listed(made, MetricName="Load", Namespace="Company") == [("Load", "1", "a"), ("Load", "b")]
        assert listed(made, Dimensions=[{"Name": "Host", "Value": "a"}]) == [("Load", "1", "a"), ("Free", "a")]
        assert listed(made, Dimensions=[{"Name": "Host"}, {"Name": "Disk"}]) == [("Load", "1", "a")]
        assert listed(made, Namespace="Other") == []


def test_what_had_no_data_for_two_weeks_is_not_listed():
    ages = {"now": 1, "hours": 4 * 60, "days": 13 * 1440, "gone": 15 * 1440, "future": -5}
    backend = Recorded()
    for host, minutes in ages.items():
        backend.put("Company", "Load", {"Host": host}, [NOW - timedelta(minutes=minutes)], [1.0])
    with serve(backend, NOW) as url, client(url) as made:
        assert listed(made) == [("Load", "now"), ("Load", "hours"), ("Load", "days")]
        assert listed(made, RecentlyActive="PT3H") == [("Load", "now")]


def test_linked_accounts_are_listed_with_their_owners():
    with serve(ESTATE, NOW) as url, client(url) as made:
        assert made.list_metrics()["Metrics"] == [{"Namespace": "Company", "MetricName": "Load", "Dimensions": []}]
        both = made.list_metrics(IncludeLinkedAccounts=True)
        assert (len(both["Metrics"]), both["OwningAccounts"]) == (2, [MONITORING, SOURCE])
        assert made.list_metrics(IncludeLinkedAccounts=True, OwningAccount=SOURCE)["OwningAccounts"] == [SOURCE]


def test_pages_of_500_hold_every_metric_once():
    backend = Recorded()
    for at in range(1201):
        backend.put("Company", "Load", {"Host": f"{at:04}"}, [NOW - timedelta(minutes=1)], [1.0])
    ledger = Ledger()
    with serve(backend, NOW, ledger=ledger) as url, client(url) as made:
        pages = [page["Metrics"] for page in made.get_paginator("list_metrics").paginate(Namespace="Company")]
        token = made.list_metrics()["NextToken"]
        with pytest.raises(ClientError, match="InvalidNextToken"):
            made.list_metrics(Namespace="Company", NextToken=token)
    assert [len(page) for page in pages] == [500, 500, 201]
    hosts = [metric["Dimensions"][0]["Value"] for page in pages for metric in page]
    assert hosts == [f"{at:04}" for at in range(1201)]
    assert len(ledger.listed) == 4


def test_the_shop_lists_all_it_has():
    shop = Shop(1)
    with serve(shop, NOW) as url, client(url) as made:
        assert len(made.list_metrics()["Metrics"]) == len(shop.metrics)


def test_calls_beyond_the_rate_are_throttled_for_each_account_and_region():
    seconds = [100.0]
    faults, ledger = Faults(calls_per_second=3, clock=lambda: seconds[0]), Ledger()
    with serve(ESTATE, NOW, faults, ledger) as url, client(url) as made, client(url, region=VIRGINIA) as other:
        for _ in range(3):
            ask(made)
        with pytest.raises(ClientError) as caught:
            made.list_metrics()
        answer = caught.value.response
        assert (answer["Error"]["Code"], answer["Error"]["Message"]) == ("ThrottlingException", "Rate exceeded")
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400
        assert ask(other) == ("Complete", [2.0])
        seconds[0] += 1 / 3 + 1e-9
        assert ask(made) == ("Complete", [1.0])
        with pytest.raises(ClientError, match="Rate exceeded"):
            ask(made)
        seconds[0] += 60
        for _ in range(3):
            ask(made)
        with pytest.raises(ClientError, match="Rate exceeded"):
            ask(made)
    assert ledger.refused == ["ThrottlingException"] * 3
