"""Faults that pass, or that only look like faults: the user sees nothing, and the archive is the same to the bit."""

from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from urllib3.util import Timeout

from sre_lib.demo.endpoint_faults import Fault, Faults
from tests.faults.collecting import files, run, undisturbed

ATTEMPTS = 8
"""As often botocore tries a call."""

PASSING = [
    Fault("refused", "Throttling", times=3),
    Fault("refused", "ThrottlingException", times=3),
    Fault("refused", "ThrottlingException", every=2),
    Fault("refused", "InternalFailure", times=3),
    Fault("refused", "InternalServiceFault", every=2),
    Fault("refused", "ServiceUnavailable", times=3),
    Fault("refused", "ServiceUnavailable", every=3),
    Fault("reset", times=3),
    Fault("reset", every=2),
    Fault("cut_off", times=2),
    Fault("cut_off", every=2),
    Fault("InternalError", times=2),
    Fault("InternalError", every=3),
]
HARMLESS = [Fault("shuffled"), Fault("float_times"), Fault("repeated_ids"), Fault("shuffled", every=2)]


def shown(fault: Fault) -> str:
    """Return a fault as the name of a test."""
    when = f"times={fault.times}" if fault.times else f"every={fault.every}"
    return f"{fault.kind} {fault.code} {when}"


@pytest.mark.parametrize("fault", [*PASSING, *HARMLESS], ids=shown)
def test_the_archive_is_the_same_to_the_bit(tmp_path, fault):
    outcome = run(tmp_path, fault)
    assert (outcome.problems, outcome.error) == ((), "")
    assert files(tmp_path) == undisturbed()
    assert outcome.calls <= ATTEMPTS * outcome.ledger.calls


def test_an_answer_that_does_not_come_in_time_is_asked_for_again(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "botocore.httpsession.Timeout", lambda connect, read: Timeout(connect=connect, read=min(read, 0.5))
    )
    outcome = run(tmp_path, Fault("silent", times=2))
    assert outcome.ledger.refused == ["silent"] * 2
    assert (outcome.problems, outcome.error) == ((), "")
    assert files(tmp_path) == undisturbed()


def test_a_rate_of_calls_takes_more_calls_and_brings_no_less(tmp_path):
    tenths = count()
    outcome = run(tmp_path, faults=Faults(calls_per_second=2, clock=lambda: next(tenths) / 10))
    assert outcome.ledger.refused.count("ThrottlingException") >= outcome.ledger.calls
    assert (outcome.problems, outcome.error) == ((), "")
    assert files(tmp_path) == undisturbed()


@settings(max_examples=12)
@given(
    st.lists(
        st.builds(
            Fault,
            kind=st.sampled_from(["refused", "reset", "cut_off", "InternalError", "shuffled", "repeated_ids"]),
            code=st.sampled_from(["Throttling", "InternalFailure", "ServiceUnavailable"]),
            after=st.integers(0, 6),
            every=st.integers(1, 3),
            times=st.integers(1, 2),
        ),
        max_size=3,
    )
)
def test_no_sequence_of_passing_faults_changes_a_bit(tmp_path_factory, rules):
    folder = tmp_path_factory.mktemp("archive")
    outcome = run(folder, *rules)
    assert (outcome.problems, outcome.error) == ((), "")
    assert files(folder) == undisturbed()
