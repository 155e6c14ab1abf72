"""Load tests of the history hide nothing: their time is taken from another week before anything is compared."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from sre_lib.analyse.known_load import without_load_tests
from sre_lib.event import Event
from tests.analyse.test_analyse import CPU, DAY, INDEX, REVIEWED, WEEK, found_in, service_week

HOUR = 12


def load_test(slot, lasts=HOUR, services=("web",)):
    start = INDEX[slot].to_pydatetime()
    return Event(start, start + timedelta(minutes=5 * lasts), "load_test", "test", services)


def with_tests(slots, **changes):
    """The quiet weeks with an hour of much more at some slots, and the events that say so."""
    looked_at = service_week(events=[load_test(each) for each in slots], **changes)
    values = looked_at.frame.values.copy()
    for each in slots:
        values.iloc[each : each + HOUR] += 60
    return replace(looked_at, frame=replace(looked_at.frame, values=values))


def test_the_time_of_a_test_and_an_hour_after_it_is_that_of_the_week_before():
    at = 20 * DAY + 6
    found = without_load_tests(with_tests([at])).frame.series(CPU).to_numpy()
    before = with_tests([at]).frame.series(CPU).to_numpy()
    changed = np.flatnonzero(found != before)
    assert (changed[0], changed[-1]) == (at, at + 2 * HOUR - 1)
    assert (found[changed] == before[changed - 7 * DAY]).all()


def test_of_the_first_week_it_is_that_of_the_week_after_and_of_every_week_it_stays():
    at = 2 * DAY
    found = without_load_tests(with_tests([at])).frame.series(CPU).to_numpy()
    assert found[at] == with_tests([at]).frame.series(CPU).to_numpy()[at + 7 * DAY]
    weekly = with_tests([at + 7 * DAY * week for week in range(7)])
    assert without_load_tests(weekly).frame.values.equals(weekly.frame.values)


@pytest.mark.parametrize("event", [
    load_test(REVIEWED + 5), load_test(20 * DAY, services=("api",)), replace(load_test(20 * DAY), kind="push"),
])  # fmt: skip
def test_the_reviewed_week_other_services_and_other_events_are_left_alone(event):
    looked_at = service_week(events=[event])
    assert without_load_tests(looked_at) is looked_at


def test_a_test_that_reaches_into_the_week_ends_at_its_start():
    looked_at = with_tests([REVIEWED - HOUR])
    found, before = without_load_tests(looked_at).frame.values, looked_at.frame.values
    assert found.iloc[REVIEWED:].equals(before.iloc[REVIEWED:])
    assert not found.iloc[REVIEWED - HOUR : REVIEWED].equals(before.iloc[REVIEWED - HOUR : REVIEWED])


def test_what_is_found_without_the_tests_is_found_with_them():
    spike = (REVIEWED + 3 * DAY + 40, REVIEWED + 3 * DAY + 48, 14.0)
    without = found_in(service_week(cpu=spike))
    beside = found_in(with_tests([20 * DAY, 30 * DAY + 100], cpu=spike))
    assert [(each.view, each.start, each.end) for each in beside.findings] == [
        (each.view, each.start, each.end) for each in without.findings
    ]
    assert len(without.findings) == 1
    assert WEEK.start <= without.findings[0].start
