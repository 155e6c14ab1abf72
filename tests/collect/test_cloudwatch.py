from datetime import UTC, datetime
from unittest.mock import DEFAULT, Mock

import numpy as np
import pytest
from botocore.exceptions import ClientError

from sre_lib.collect.cloudwatch import fetch, read
from sre_lib.collect.queries import Metric, MetricRequest, packed
from sre_lib.collect.windows import Window, epoch
from sre_lib.demo.endpoint_faults import Fault, Faults, Ledger
from sre_lib.demo.recorded import Recorded
from sre_lib.errors import SourceError
from sre_lib.model import Status
from tests.collect.account import WEB, opened

NOW = datetime(2026, 10, 5, 7, tzinfo=UTC)
NOW_S = epoch(NOW)
BASE = ("Sum", "SampleCount", "Minimum", "Maximum")
HOUR = Window(NOW_S - 3600, NOW_S)


def metric(name="CPUUtilization"):
    return Metric("AWS/ECS", name, tuple(sorted(WEB.items())))


def request(name="CPUUtilization", statistics=("Sum",), window=HOUR, period_s=60):
    return MetricRequest(metric(name), statistics, window, period_s)


def account(*names, minutes=60):
    backend = Recorded()
    for name in names or ("CPUUtilization",):
        backend.put("AWS/ECS", name, WEB, NOW_S - 60 * np.arange(1, minutes + 1), np.arange(minutes, 0.0, -1))
    return backend


def statuses(answered):
    return {
        (each.metric.name, name): got.status for each, series in answered.series.items() for name, got in series.items()
    }


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    """Retries of botocore do not wait here."""
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)


def test_values_stand_on_the_grid_and_gaps_are_nan():
    backend = Recorded()
    backend.put("AWS/ECS", "CPUUtilization", WEB, [NOW_S - 180, NOW_S - 60], [1.5, 3.5])
    window = Window(NOW_S - 240, NOW_S)
    with opened(backend, NOW) as client:
        got = read(client, (request(window=window),)).series[request(window=window)]["Sum"]
    np.testing.assert_array_equal(got.values, [np.nan, 1.5, np.nan, 3.5])
    assert (got.status, got.message) == (Status.COMPLETE, "")


def test_pages_are_merged_by_id():
    asked = request(statistics=(*BASE, "p50"), window=Window(NOW_S - 15 * 86_400, NOW_S))
    ledger = Ledger()
    with opened(account(minutes=15 * 1440), NOW, ledger=ledger) as client:
        answered = read(client, (asked,))
    assert (ledger.calls, answered.pages, answered.queries, answered.datapoints) == (2, 2, 10, 5 * 21_600)
    for name, got in answered.series[asked].items():
        wanted = np.ones(21_600) if name == "SampleCount" else np.arange(1.0, 21_601)
        np.testing.assert_array_equal(got.values, wanted)
        assert got.status is Status.COMPLETE


def test_four_answers_are_four_different_things():
    faults = Faults(Fault("Forbidden", metric=("AWS/ECS", "Secret")), Fault("PartialData", metric=("AWS/ECS", "Late")))
    names = ("CPUUtilization", "Secret", "Late", "Nothing")
    with opened(account(*names[:3]), NOW, faults) as client:
        answered = read(client, tuple(request(name) for name in names))
    assert list(statuses(answered).values()) == [
        Status.COMPLETE,
        Status.DENIED,
        Status.PARTIAL,
        Status.NO_DATA,
    ]
    secret, late = answered.series[request("Secret")]["Sum"], answered.series[request("Late")]["Sum"]
    assert secret.message == "Forbidden: Forbidden (simulated)"
    assert np.isnan(late.values).sum() == 30


def test_messages_of_a_page_stand_with_its_series():
    faults = Faults(messages=[{"Code": "MaxMetricsExceeded", "Value": "Maximum number\nof allowed metrics exceeded"}])
    with opened(account(), NOW, faults) as client:
        got = read(client, (request(),)).series[request()]["Sum"]
    assert got.message == "MaxMetricsExceeded: Maximum number of allowed metrics exceeded"


def test_an_internal_error_is_asked_again():
    ledger = Ledger()
    with opened(account(), NOW, Faults(Fault("InternalError", times=2)), ledger) as client:
        got = read(client, (request(),)).series[request()]["Sum"]
    assert (got.status, ledger.calls) == (Status.COMPLETE, 3)
    assert not np.isnan(got.values).any()


def test_an_internal_error_that_stays_is_partial_and_the_others_are_not_asked_again():
    ledger = Ledger()
    faults = Faults(Fault("InternalError", metric=("AWS/ECS", "Broken")))
    with opened(account("CPUUtilization", "Broken"), NOW, faults, ledger) as client:
        answered = read(client, (request(), request("Broken")))
    assert list(statuses(answered).values()) == [Status.COMPLETE, Status.PARTIAL]
    assert [len(call.metric_data_queries) for call in ledger.answered] == [2, 1, 1]


@pytest.mark.parametrize(("tokens", "most"), [("repeated_token", 2), ("endless_tokens", 60)])
def test_tokens_that_never_end_do_not_loop_for_ever(tokens, most):
    ledger = Ledger()
    with opened(account(), NOW, Faults(Fault(tokens)), ledger) as client:
        got = read(client, (request(),)).series[request()]["Sum"]
    assert (got.status, got.message, ledger.calls) == (Status.PARTIAL, "the pages did not end", most)


def test_throttling_is_waited_out():
    ledger = Ledger()
    with opened(account(), NOW, Faults(Fault("refused", "Throttling", times=7)), ledger) as client:
        answered = read(client, (request(),))
    assert set(statuses(answered).values()) == {Status.COMPLETE}
    assert (ledger.refused, ledger.calls) == (["Throttling"] * 7, 1)


def test_throttling_that_stays_is_partial():
    with opened(account(), NOW, Faults(Fault("refused", "Throttling"))) as client:
        answered = read(client, (request(),))
    (got,) = answered.series[request()].values()
    assert (got.status, got.message) == (Status.PARTIAL, "Throttling: Throttling (simulated)")
    assert (answered.pages, answered.refused) == (0, 1)


@pytest.mark.parametrize("code", ["AccessDenied", "AccessDeniedException"])
def test_a_denied_call_is_denied_series(code):
    with opened(account(), NOW, Faults(Fault("refused", code))) as client:
        answered = read(client, (request(statistics=BASE),))
    assert set(statuses(answered).values()) == {Status.DENIED}
    assert len(statuses(answered)) == 4


def test_one_query_that_is_not_accepted_does_not_take_the_others_with_it():
    wrong = request("Wrong", statistics=("Mean",))
    with opened(account("CPUUtilization", "MemoryUtilization"), NOW) as client:
        answered = read(client, (request(), wrong, request("MemoryUtilization")))
    assert list(statuses(answered).values()) == [Status.COMPLETE, Status.PARTIAL, Status.COMPLETE]
    assert answered.series[wrong]["Mean"].message.startswith("ValidationError: ")


def test_what_boto3_itself_does_not_accept_is_partial():
    empty = MetricRequest(Metric("AWS/ECS", "", ()), ("Sum",), HOUR, 60)
    with opened(account(), NOW) as client:
        answered = read(client, (request(), empty))
    assert sorted(statuses(answered).items()) == [
        (("", "Sum"), Status.PARTIAL),
        (("CPUUtilization", "Sum"), Status.COMPLETE),
    ]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("ExpiredToken", "the AWS credentials have expired; sign in again"),
        ("ExpiredTokenException", "the AWS credentials have expired; sign in again"),
        ("UnrecognizedClientException", "AWS does not accept the credentials"),
        ("InvalidClientTokenId", "AWS does not accept the credentials"),
    ],
)
def test_bad_credentials_end_everything_with_one_sentence(code, sentence):
    faults = Faults(Fault("refused", code))
    with opened(account(), NOW, faults) as client, pytest.raises(SourceError, match=sentence) as caught:
        list(fetch(client, [(request(),)]))
    assert "\n" not in str(caught.value)


def test_several_calls_run_at_once_and_all_come():
    asked = [request(f"m{at}", BASE) for at in range(1000)]
    backend = account(*(each.metric.name for each in asked))
    ledger = Ledger()
    with opened(backend, NOW, ledger=ledger) as client:
        series = {each for answered in fetch(client, packed(asked)) for each in answered.series}
    assert series == set(asked)
    assert ledger.calls == len(packed(asked)) == 8


def test_what_came_before_a_page_failed_is_kept_and_partial():
    asked = request(statistics=(*BASE, "p50"), window=Window(NOW_S - 15 * 86_400, NOW_S))
    with opened(account(minutes=15 * 1440), NOW) as client:
        pages = Mock(wraps=client)
        denied = ClientError({"Error": {"Code": "AccessDenied", "Message": "no more"}}, "GetMetricData")
        pages.get_metric_data.side_effect = [DEFAULT, denied]
        answered = read(pages, (asked,))
    assert (answered.pages, answered.refused, answered.datapoints) == (1, 1, 100_800)
    for got in answered.series[asked].values():
        assert (got.status, got.message) == (Status.PARTIAL, "AccessDenied: no more")
        assert np.isnan(got.values[:1440]).all()
        assert not np.isnan(got.values[1440:]).any()


def test_credentials_that_expire_between_two_pages_end_everything():
    asked = request(statistics=(*BASE, "p50"), window=Window(NOW_S - 15 * 86_400, NOW_S))
    with opened(account(minutes=15 * 1440), NOW) as client:
        pages = Mock(wraps=client)
        expired = ClientError({"Error": {"Code": "ExpiredToken", "Message": "old"}}, "GetMetricData")
        pages.get_metric_data.side_effect = [DEFAULT, expired]
        with pytest.raises(SourceError, match="have expired"):
            read(pages, (asked,))


def test_a_page_that_botocore_itself_parsed_is_looked_at_too():
    client = Mock()
    client.get_metric_data.return_value = {}
    with pytest.raises(SourceError, match=r"did not answer as CloudWatch does; check source\.endpoint"):
        read(client, (request(),))


def answering(**result):
    """Return a client that answers every call with one result, or with none."""
    client = Mock()
    client.get_metric_data.return_value = {"MetricDataResults": [result] if result else []}
    return client


def test_datapoints_off_the_grid_are_said():
    client = answering(Id="q0", Timestamps=[HOUR.start, HOUR.start + 30], Values=[1, 2], StatusCode="Complete")
    got = read(client, (request(),)).series[request()]["Sum"]
    assert (got.status, got.message) == (Status.PARTIAL, "1 datapoints lie outside the grid that was asked for")
    assert got.values[0] == 1.0


def test_a_query_without_an_answer_is_partial():
    got = read(answering(), (request(),)).series[request()]["Sum"]
    assert (got.status, got.message) == (Status.PARTIAL, "CloudWatch did not answer this query")


def test_an_answer_with_more_times_than_values_is_partial():
    client = answering(Id="q0", Timestamps=[HOUR.start], Values=[], StatusCode="Complete")
    got = read(client, (request(),)).series[request()]["Sum"]
    assert (got.status, got.message) == (Status.PARTIAL, "got 1 timestamps and 0 values, wants one each")
