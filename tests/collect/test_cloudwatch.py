from dataclasses import dataclass
from datetime import UTC, datetime
from unittest.mock import DEFAULT, Mock

import numpy as np
import pytest
from botocore.exceptions import ClientError

from sre_lib.collect.cloudwatch import ROUNDS, Answered, fetch
from sre_lib.collect.queries import Metric, MetricRequest, Place, packed
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
DENIED = "AWS denied cloudwatch:GetMetricData; let an IAM policy of whom the review runs as allow it"
DENIED += " (AccessDenied: no more)"


def metric(name="CPUUtilization"):
    return Metric("AWS/ECS", name, tuple(sorted(WEB.items())))


def request(name="CPUUtilization", statistics=("Sum",), window=HOUR, period_s=60):
    return MetricRequest(metric(name), statistics, window, period_s)


def account(*names, minutes=60):
    backend = Recorded()
    for name in names or ("CPUUtilization",):
        backend.put("AWS/ECS", name, WEB, NOW_S - 60 * np.arange(1, minutes + 1), np.arange(minutes, 0.0, -1))
    return backend


def read(clients, call):
    """Return all that came of one call."""
    return sum(fetch(clients, [call]), Answered({}))


@dataclass(frozen=True)
class Only:
    """Clients of which every place has the same one."""

    client: object

    def cloudwatch(self, _place):
        return self.client


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
    with opened(backend, NOW) as clients:
        got = read(clients, (request(window=window),)).series[request(window=window)]["Sum"]
    np.testing.assert_array_equal(got.values, [np.nan, 1.5, np.nan, 3.5])
    assert (got.status, got.message) == (Status.COMPLETE, "")


def test_pages_are_merged_by_id():
    asked = request(statistics=(*BASE, "p50"), window=Window(NOW_S - 15 * 86_400, NOW_S))
    ledger = Ledger()
    with opened(account(minutes=15 * 1440), NOW, ledger=ledger) as clients:
        answered = read(clients, (asked,))
    assert (ledger.calls, answered.pages, answered.queries, answered.datapoints) == (2, 2, 10, 5 * 21_600)
    for name, got in answered.series[asked].items():
        wanted = np.ones(21_600) if name == "SampleCount" else np.arange(1.0, 21_601)
        np.testing.assert_array_equal(got.values, wanted)
        assert got.status is Status.COMPLETE


def test_four_answers_are_four_different_things():
    faults = Faults(Fault("Forbidden", metric=("AWS/ECS", "Secret")), Fault("PartialData", metric=("AWS/ECS", "Late")))
    names = ("CPUUtilization", "Secret", "Late", "Nothing")
    with opened(account(*names[:3]), NOW, faults) as clients:
        answered = read(clients, tuple(request(name) for name in names))
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
    with opened(account(), NOW, faults) as clients:
        got = read(clients, (request(),)).series[request()]["Sum"]
    assert got.message == "MaxMetricsExceeded: Maximum number of allowed metrics exceeded"


def test_an_internal_error_is_asked_again():
    ledger = Ledger()
    with opened(account(), NOW, Faults(Fault("InternalError", times=2)), ledger) as clients:
        got = read(clients, (request(),)).series[request()]["Sum"]
    assert (got.status, ledger.calls) == (Status.COMPLETE, 3)
    assert not np.isnan(got.values).any()


def test_an_internal_error_that_stays_is_partial_and_the_others_are_not_asked_again():
    ledger = Ledger()
    faults = Faults(Fault("InternalError", metric=("AWS/ECS", "Broken")))
    with opened(account("CPUUtilization", "Broken"), NOW, faults, ledger) as clients:
        answered = read(clients, (request(), request("Broken")))
    assert list(statuses(answered).values()) == [Status.COMPLETE, Status.PARTIAL]
    assert [len(call.metric_data_queries) for call in ledger.answered] == [2, 1, 1]


@pytest.mark.parametrize(("tokens", "most"), [("repeated_token", 2), ("endless_tokens", 8)])
def test_tokens_that_never_end_do_not_loop_for_ever(tokens, most):
    ledger = Ledger()
    with opened(account(), NOW, Faults(Fault(tokens)), ledger) as clients:
        got = read(clients, (request(),)).series[request()]["Sum"]
    assert (got.status, got.message, ledger.calls) == (Status.PARTIAL, "the pages did not end", most)


def test_throttling_is_waited_out():
    ledger = Ledger()
    with opened(account(), NOW, Faults(Fault("refused", "Throttling", times=7)), ledger) as clients:
        answered = read(clients, (request(),))
    assert set(statuses(answered).values()) == {Status.COMPLETE}
    assert (ledger.refused, ledger.calls) == (["Throttling"] * 7, 1)


def test_throttling_beyond_botocores_attempts_is_waited_out_too():
    ledger = Ledger()
    with opened(account(), NOW, Faults(Fault("refused", "Throttling", times=8 * (ROUNDS - 1))), ledger) as clients:
        answered = read(clients, (request(),))
    assert set(statuses(answered).values()) == {Status.COMPLETE}
    assert (ledger.calls, answered.pages, answered.refused) == (1, 1, ROUNDS - 1)


def test_what_is_throttled_to_the_end_is_partial_and_said_while_the_rest_came():
    ledger = Ledger()
    with opened(account(), NOW, Faults(Fault("refused", "Throttling", after=1)), ledger) as clients:
        answered = sum(fetch(clients, [(request(),), (request("Other"),)], threads=1), Answered({}))
    assert list(statuses(answered).values()) == [Status.COMPLETE, Status.PARTIAL]
    (got,) = answered.series[request("Other")].values()
    assert got.message.startswith("CloudWatch throttled the call to the end; lower `calls_per_second` and ")
    assert len(ledger.refused) == 8 * ROUNDS


@pytest.mark.parametrize("fault", [Fault("refused", "InternalFailure", times=10), Fault("html", times=2)])
def test_what_fails_in_passing_is_asked_again_later(fault):
    with opened(account(), NOW, Faults(fault)) as clients:
        answered = read(clients, (request(),))
    assert set(statuses(answered).values()) == {Status.COMPLETE}


@pytest.mark.parametrize("code", ["AccessDenied", "AccessDeniedException"])
def test_a_denied_call_is_denied_series_while_the_rest_came(code):
    with opened(account(), NOW, Faults(Fault("refused", code, after=1))) as clients:
        answered = sum(fetch(clients, [(request(),), (request(statistics=BASE),)], threads=1), Answered({}))
    assert answered.series[request()]["Sum"].status is Status.COMPLETE
    denied = answered.series[request(statistics=BASE)]
    assert [got.status for got in denied.values()] == [Status.DENIED] * 4
    assert denied["Sum"].message.startswith("AWS denied cloudwatch:GetMetricData; let an IAM policy ")


@pytest.mark.parametrize("code", ["AccessDenied", "Throttling", "InternalFailure", "InvalidAction", "ExpiredToken"])
def test_where_every_call_fails_nothing_is_yielded_and_the_reason_said_once(code):
    calls = [(request(f"m{at}"),) for at in range(10)]
    with opened(account(), NOW, Faults(Fault("refused", code))) as clients, pytest.raises(SourceError) as caught:
        next(fetch(clients, calls))
    assert str(caught.value).count("source: ") == 1
    assert "; and " not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_place_that_cannot_be_read_does_not_stop_the_others():
    elsewhere = request()._replace(profile="nobody")
    ledger = Ledger()
    with opened(account(), NOW, ledger=ledger) as clients:
        answered = sum(fetch(clients, [(elsewhere,), (request(),), (elsewhere._replace(period_s=300),)]), Answered({}))
    assert answered.series[request()]["Sum"].status is Status.COMPLETE
    assert (ledger.calls, answered.pages, answered.refused) == (1, 1, 0)
    for got in (series["Sum"] for each, series in answered.series.items() if each.profile):
        assert got.status is Status.PARTIAL
        assert got.message.startswith("profile nobody: the AWS profile 'nobody' does not exist; run ")


def test_a_place_that_never_answers_is_given_up():
    calls = [(request(f"m{at}"),) for at in range(100)]
    ledger = Ledger()
    faults = Faults(Fault("refused", "InternalFailure"))
    with opened(account(), NOW, faults, ledger) as clients, pytest.raises(SourceError, match="failed to the end"):
        list(fetch(clients, calls))
    assert len(ledger.refused) <= 8 * 2 * 4


def test_one_query_that_is_not_accepted_does_not_take_the_others_with_it():
    wrong = request("Wrong", statistics=("Mean",))
    with opened(account("CPUUtilization", "MemoryUtilization"), NOW) as clients:
        answered = read(clients, (request(), wrong, request("MemoryUtilization")))
    assert {name: status for (name, _), status in statuses(answered).items()} == {
        "CPUUtilization": Status.COMPLETE,
        "Wrong": Status.PARTIAL,
        "MemoryUtilization": Status.COMPLETE,
    }
    assert answered.series[wrong]["Mean"].message.startswith("ValidationError: ")


def test_what_boto3_itself_does_not_accept_is_partial():
    empty = MetricRequest(Metric("AWS/ECS", "", ()), ("Sum",), HOUR, 60)
    with opened(account(), NOW) as clients:
        answered = read(clients, (request(), empty))
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
    with opened(account(), NOW, faults) as clients, pytest.raises(SourceError, match=sentence) as caught:
        list(fetch(clients, [(request(),)]))
    assert "\n" not in str(caught.value)


def test_several_calls_run_at_once_and_all_come():
    asked = [request(f"m{at}", BASE) for at in range(1000)]
    backend = account(*(each.metric.name for each in asked))
    ledger = Ledger()
    with opened(backend, NOW, ledger=ledger) as clients:
        series = {each for answered in fetch(clients, packed(asked)) for each in answered.series}
    assert series == set(asked)
    assert ledger.calls == len(packed(asked)) == 8


def test_what_came_before_a_page_failed_is_kept_and_partial():
    asked = request(statistics=(*BASE, "p50"), window=Window(NOW_S - 15 * 86_400, NOW_S))
    with opened(account(minutes=15 * 1440), NOW) as clients:
        pages = Mock(wraps=clients.cloudwatch(Place()))
        denied = ClientError({"Error": {"Code": "AccessDenied", "Message": "no more"}}, "GetMetricData")
        pages.get_metric_data.side_effect = [DEFAULT, denied]
        answered = read(Only(pages), (asked,))
    assert (answered.pages, answered.refused, answered.datapoints) == (1, 1, 100_800)
    for got in answered.series[asked].values():
        assert (got.status, got.message) == (Status.PARTIAL, DENIED)
        assert np.isnan(got.values[:1440]).all()
        assert not np.isnan(got.values[1440:]).any()


def test_credentials_that_expire_between_two_pages_keep_what_came_and_end_the_rest():
    asked = request(statistics=(*BASE, "p50"), window=Window(NOW_S - 15 * 86_400, NOW_S))
    with opened(account(minutes=15 * 1440), NOW) as clients:
        pages = Mock(wraps=clients.cloudwatch(Place()))
        expired = ClientError({"Error": {"Code": "ExpiredToken", "Message": "old"}}, "GetMetricData")
        pages.get_metric_data.side_effect = [DEFAULT, expired]
        answered = sum(fetch(Only(pages), [(asked,), (request(),)], threads=1), Answered({}))
    assert pages.get_metric_data.call_count == 2
    assert set(statuses(answered).values()) == {Status.PARTIAL}
    assert answered.series[request()]["Sum"].message.startswith("the AWS credentials have expired; sign in again")
    assert not np.isnan(answered.series[asked]["Sum"].values[1440:]).any()
