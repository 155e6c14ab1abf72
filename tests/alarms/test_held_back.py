"""Which firings a suppressor kept from people."""

from datetime import timedelta

import pytest

from sre_lib.alarms.held_back import muted_starts
from sre_lib.collect.alarms.kept import AlarmId
from tests.alarms.test_classes import WEEK, case

ARN = "arn:aws:cloudwatch:eu-west-1:1:alarm:maintenance"


def composite(*fired, wait_s=0, extension_s=0, suppressor=ARN):
    """Return a composite alarm that fired so."""
    return case(
        *fired, AlarmRule="ALARM(cpu)", ActionsSuppressor=suppressor, ActionsSuppressorWaitPeriod=wait_s,
        ActionsSuppressorExtensionPeriod=extension_s,
    )  # fmt: skip


def at(minute):
    return WEEK.start + timedelta(minutes=minute)


@pytest.mark.parametrize(
    ("one", "muted"),
    [
        (composite((100, 5), (300, 5)), {100}),
        (composite((100, 5), (300, 5), suppressor="maintenance"), {100}),
        (composite((121, 5), extension_s=600), {121}),
        (composite((119, 30)), set()),
        (composite((300, 1), wait_s=120), {300}),
        (case((100, 5)), set()),
    ],
)
def test_a_firing_of_which_nobody_was_told_while_the_suppressor_held_it_back(one, muted):
    holding = case((90, 30)).spans
    found = muted_starts(one, {AlarmId("maintenance"): holding})
    assert found == frozenset(at(each) for each in muted)


def test_where_the_suppressors_states_are_not_known_nothing_is_said():
    assert muted_starts(composite((100, 5)), {}) is None
    assert muted_starts(composite((100, 5)), {AlarmId("maintenance", "other/eu-west-1"): case().spans}) is None
