"""Settings that people chose, replayed beside the alarm as it is."""

from dataclasses import replace

import pytest

from sre_lib.alarm import UnclearAlarm
from sre_lib.alarms.changed import Changed, replay_changed
from sre_lib.alarms.outcome import Incident
from sre_lib.alarms.points import NotReplayable
from tests.alarms.test_what_if import CPU, SPIKES, at, night, points_of, tried, week


def changed(after, values=week(*SPIKES, (9000, 60, 90.0)), before=CPU):  # noqa: B008  never written to
    return replay_changed(before, after, points_of(values), [Incident(at(9010), at(9060))], night)


def test_both_are_judged_as_a_what_if_judges_them():
    found = changed(replace(CPU, m=2, n=3))
    assert isinstance(found, Changed)
    assert found.before == tried(week(*SPIKES, (9000, 60, 90.0)), [(9010, 9060)]).rows[0]
    assert (found.before.firings, found.after.firings) == (41.0, 1.0)
    assert (found.before.caught, found.after.caught, found.incidents, found.approximate) == ((0,), (0,), 1, ())


def test_the_period_may_be_another():
    found = changed(replace(CPU, period_s=300), values=week(*SPIKES[1:], (9000, 60, 90.0)))
    assert isinstance(found, Changed)
    assert found.after.firings == 1.0


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        (UnclearAlarm("cpu", "wants_period", {"period_s": "7"}), "unclear"),
        (replace(CPU, rule="ALARM(a)"), "composite"),
        (replace(CPU, period_s=30), "grid"),
        (replace(CPU, threshold=None), "no_threshold"),
    ],
)
def test_what_cannot_be_replayed_says_why(after, reason):
    found = changed(after)
    assert isinstance(found, NotReplayable)
    assert found.reason == reason
    nothing = changed(CPU, values=[])
    assert isinstance(nothing, NotReplayable)
    assert nothing.reason == "no_datapoints"
