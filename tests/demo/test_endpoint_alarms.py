"""DescribeAlarms and DescribeAlarmHistory through boto3, over HTTP: filters, pages, what CloudWatch forgets."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from botocore.exceptions import ClientError

from sre_lib.demo.alarms.catalogue import COMPOSITE_ALARMS, METRIC_ALARMS
from sre_lib.demo.alarms.shop import AlarmedShop
from sre_lib.demo.endpoint_faults import Fault, Faults
from sre_lib.demo.recorded import Recorded
from tests.collect.account import models_read_once
from tests.demo.test_endpoint import client_of

NOW = datetime(2026, 10, 4, 22, 0, tzinfo=UTC)
SHOP = AlarmedShop(1)
NAMES = sorted(alarm.name for alarm in METRIC_ALARMS)


@pytest.fixture(scope="module", autouse=True)
def _models():
    with pytest.MonkeyPatch.context() as patch:
        models_read_once(patch)
        yield


@contextmanager
def shop(now=NOW, faults=None):
    with client_of(SHOP, now, faults) as client:
        yield client


def names(answer, key="MetricAlarms"):
    return [each["AlarmName"] for each in answer[key]]


def test_metric_alarms_alone_unless_types_are_named():
    with shop() as client:
        plain = client.describe_alarms()
        both = client.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"], MaxRecords=100)
        composite = client.describe_alarms(AlarmTypes=["CompositeAlarm"])
    assert (names(plain), names(plain, "CompositeAlarms")) == (NAMES, [])
    assert (names(both), names(both, "CompositeAlarms")) == (NAMES, [COMPOSITE_ALARMS[0].name])
    assert names(composite) == []
    assert composite["CompositeAlarms"][0]["AlarmRule"] == 'ALARM("web-5xx-high") AND ALARM("web-latency-p90-high")'


def test_names_prefix_and_state_choose():
    with shop() as client:
        assert names(client.describe_alarms(AlarmNames=["web-5xx-high", "nothing"])) == ["web-5xx-high"]
        assert names(client.describe_alarms(AlarmNamePrefix="worker-")) == ["worker-cpu-high", "worker-memory-high"]
        assert names(client.describe_alarms(StateValue="INSUFFICIENT_DATA")) == ["web-old-5xx-high"]


def test_pages_hold_each_alarm_once():
    with shop() as client:
        pages = list(client.get_paginator("describe_alarms").paginate(PaginationConfig={"PageSize": 5}))
    assert [name for page in pages for name in names(page)] == NAMES
    assert {len(page["MetricAlarms"]) for page in pages[:-1]} == {5}


def test_an_alarm_has_the_members_of_the_api():
    with shop() as client:
        (alarm,) = client.describe_alarms(AlarmNames=["web-5xx-high"])["MetricAlarms"]
        (share,) = client.describe_alarms(AlarmNames=["api-error-rate-high"])["MetricAlarms"]
    assert (alarm["Threshold"], alarm["EvaluationPeriods"], alarm["DatapointsToAlarm"]) == (30.0, 5, 3)
    changed = alarm["StateTransitionedTimestamp"].replace(second=0, microsecond=0)
    assert changed == datetime(2026, 10, 3, 13, 49, tzinfo=UTC)
    assert orjson.loads(alarm["StateReasonData"])["threshold"] == 30.0
    assert [each.get("Expression") for each in share["Metrics"]] == ["errors/requests*100", None, None]


def test_history_of_one_alarm_type_and_time():
    with shop() as client:
        found = client.describe_alarm_history(
            AlarmName="web-5xx-high", HistoryItemType="StateUpdate", ScanBy="TimestampAscending",
            StartDate=NOW - timedelta(days=7), EndDate=NOW,
        )["AlarmHistoryItems"]  # fmt: skip
    assert [each["HistorySummary"] for each in found] == [
        "Alarm updated from OK to ALARM",
        "Alarm updated from ALARM to OK",
    ]
    told = orjson.loads(found[0]["HistoryData"])
    assert told["newState"]["stateReason"].startswith("Threshold Crossed: 5 out of the last 5 datapoints [")
    query = datetime.fromisoformat(told["newState"]["stateReasonData"]["queryDate"].replace("+0000", "+00:00"))
    assert abs(query - found[0]["Timestamp"]) < timedelta(milliseconds=2)


def test_all_pages_of_all_alarms_newest_first_and_no_older_than_thirty_days():
    with shop() as client:
        pages = list(
            client.get_paginator("describe_alarm_history").paginate(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
        )
        long_ago = client.describe_alarm_history(EndDate=NOW - timedelta(days=30, minutes=1))["AlarmHistoryItems"]
    found = [each for page in pages for each in page["AlarmHistoryItems"]]
    times = [each["Timestamp"] for each in found]
    assert times == sorted(times, reverse=True)
    assert NOW - timedelta(days=30) <= times[-1] < NOW - timedelta(days=29)
    assert {len(page["AlarmHistoryItems"]) for page in pages[:-1]} == {100}
    assert {each["AlarmType"] for each in found} == {"MetricAlarm", "CompositeAlarm"}
    assert long_ago == []


def test_what_has_not_happened_yet_is_not_there():
    before = datetime(2026, 10, 3, 12, 0, tzinfo=UTC)
    with shop(before) as client:
        found = client.describe_alarm_history(AlarmName="web-5xx-high", StartDate=before - timedelta(days=5))
        later = client.describe_alarm_history(StartDate=before + timedelta(days=1))
        assert "api-memory-high" not in names(client.describe_alarms())
    assert found["AlarmHistoryItems"] == later["AlarmHistoryItems"] == []


def test_what_cloudwatch_refuses_is_refused_and_other_backends_have_no_alarms():
    with shop(faults=Faults(Fault("refused", "AccessDenied", after=3, action="DescribeAlarmHistory"))) as client:
        for wrong in (
            {"MaxRecords": 100, "NextToken": "1.x"},
            {"AlarmNames": ["a"], "AlarmNamePrefix": "a"},
        ):
            with pytest.raises(ClientError):
                client.describe_alarms(**wrong)
        for _ in range(3):
            client.describe_alarm_history(MaxRecords=1)
        with pytest.raises(ClientError, match="AccessDenied"):
            client.describe_alarm_history(MaxRecords=1)
    with client_of(Recorded(), NOW) as client:
        assert names(client.describe_alarms()) == []
        assert client.describe_alarm_history()["AlarmHistoryItems"] == []
