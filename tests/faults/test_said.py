"""Faults that take something: what lacks is said, nothing is invented, and the next run brings it."""

import pytest

from sre_lib.demo.endpoint_faults import Fault
from sre_lib.model import Status
from tests.faults.collecting import assert_complete, assert_nothing_invented, run, undisturbed

MEMORY = ("AWS/ECS", "MemoryUtilization")
CALLS = 6
"""As many calls the week takes without faults."""
MOST = CALLS * 8 * 4
"""No fault makes it ask more often, whatever comes back: botocore tries a call 8 times, in 4 rounds at most."""

LACKING = [
    (Fault("PartialData", metric=MEMORY), Status.PARTIAL, ""),
    (Fault("InternalError", metric=MEMORY), Status.PARTIAL, "InternalError: InternalError (simulated)"),
    (Fault("InternalError"), Status.PARTIAL, "InternalError: InternalError (simulated)"),
    (Fault("Forbidden", metric=MEMORY), Status.DENIED, "Forbidden: Forbidden (simulated)"),
    (Fault("endless_tokens"), Status.PARTIAL, "the pages did not end"),
    (Fault("repeated_token"), Status.PARTIAL, "the pages did not end"),
    (Fault("unanswered"), Status.PARTIAL, "CloudWatch did not answer this query"),
    (Fault("outside"), Status.PARTIAL, "lie outside the grid that was asked for"),
    (Fault("unaligned"), Status.PARTIAL, "lie outside the grid that was asked for"),
    (Fault("fractional_times"), Status.PARTIAL, "lie outside the grid that was asked for"),
    (Fault("infinite"), Status.PARTIAL, "lie outside the grid that was asked for"),
    (Fault("truncated", after=2), Status.PARTIAL, "broke off"),
    (Fault("cut_off", after=2), Status.PARTIAL, "broke off"),
    (Fault("not_json", after=2), Status.PARTIAL, "broke off"),
    (Fault("reset", after=2), Status.PARTIAL, "broke off"),
    (Fault("html", after=2), Status.PARTIAL, "did not answer as CloudWatch does"),
    (Fault("refused", "ThrottlingException", after=2), Status.PARTIAL, "ThrottlingException"),
    (Fault("refused", "ServiceUnavailable", after=2), Status.PARTIAL, "ServiceUnavailable"),
    (Fault("refused", "AccessDenied", after=2), Status.DENIED, "AccessDenied"),
    (Fault("refused", "ExpiredToken", after=2), Status.PARTIAL, "expired"),
]


@pytest.mark.parametrize(("fault", "status", "said"), LACKING, ids=lambda part: str(getattr(part, "kind", "")))
def test_what_lacks_is_said_and_comes_with_the_next_run(tmp_path, fault, status, said):
    outcome = run(tmp_path, fault)
    assert outcome.error == ""
    assert {problem.status for problem in outcome.problems} == {status}
    assert all(said in problem.message for problem in outcome.problems), outcome.problems
    assert all("\n" not in problem.message for problem in outcome.problems)
    assert outcome.calls <= MOST
    assert_nothing_invented(tmp_path)
    again = run(tmp_path)
    assert (again.problems, again.error) == ((), "")
    assert_complete(tmp_path)
    assert run(tmp_path).calls == 0


NOTHING = [
    (Fault("refused", "ExpiredToken"), "the AWS credentials have expired; sign in again"),
    (Fault("refused", "UnrecognizedClientException"), "AWS does not accept the credentials"),
    (Fault("html"), "did not answer as CloudWatch does"),
    (Fault("truncated"), "broke off"),
    (Fault("reset"), "broke off"),
    (Fault("refused", "InternalFailure"), "InternalFailure"),
]


@pytest.mark.parametrize(("fault", "said"), NOTHING, ids=lambda part: str(getattr(part, "kind", "")))
def test_where_nothing_can_be_read_one_sentence_says_so(tmp_path, fault, said):
    outcome = run(tmp_path, fault)
    assert said in outcome.error
    assert outcome.error.startswith("source: ")
    assert "\n" not in outcome.error
    assert outcome.calls <= MOST
    assert run(tmp_path).problems == ()
    assert_complete(tmp_path)


def test_what_is_undisturbed_takes_as_many_calls_as_said(tmp_path):
    assert undisturbed()
    assert run(tmp_path).calls == CALLS
