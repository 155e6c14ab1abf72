from datetime import timedelta

import pytest

from sre_lib.alarms.composite_fidelity import composite_fidelity
from sre_lib.alarms.fidelity import Difference, Fidelity
from sre_lib.alarms.points import NotReplayable
from sre_lib.collect.alarms.datapoints import AlarmDatapoints
from sre_lib.collect.alarms.kept import AlarmLook
from sre_lib.collect.alarms.reading import AlarmId, AlarmsKept, Definition, Transition
from tests.alarms.test_fidelity import AHEAD, BUSY, FIRED, ID, MINUTES, RAW, START, at, datapoints

COMPOSITE = AlarmId("both")
FELT = [(at(102, 21), "OK", "ALARM"), (at(110, 42), "ALARM", "OK")]


def kept(rule, *changes, others=(), looked=MINUTES):
    """Return an archive of the alarm `cpu`, of a composite alarm with these changes, and of other definitions."""
    definitions = {ID: RAW, COMPOSITE: {"AlarmName": "both", "AlarmRule": rule}}
    definitions |= {AlarmId(each["AlarmName"]): each for each in others}
    return AlarmsKept(
        START, at(MINUTES),
        tuple(
            Definition(name, "CompositeAlarm" if "AlarmRule" in raw else "MetricAlarm", raw, None, None)
            for name, raw in definitions.items()
        ),
        tuple(Transition(alarm, *each) for alarm, each in [(ID, each) for each in FIRED]
              + [(COMPOSITE, each) for each in changes]),
        looks=(
            AlarmLook("", "history", "MetricAlarm", START, at(MINUTES), at(MINUTES), "complete"),
            AlarmLook("", "history", "CompositeAlarm", START, at(looked), at(MINUTES), "complete"),
        ),
    )  # fmt: skip


def compared(archive, points):
    spans = {each.id: archive.state_spans(each.id) for each in archive.definitions}
    return composite_fidelity(COMPOSITE, spans, archive, points)


def test_a_rule_over_the_replays_of_its_children_reproduces_what_happened():
    found = compared(kept("ALARM(cpu)", *FELT), datapoints(BUSY))
    assert found == Fidelity(2, 2, 0, (), at(AHEAD), at(MINUTES), 60, timedelta(minutes=MINUTES - AHEAD))


def test_what_only_one_side_has_is_told():
    found = compared(kept("ALARM(cpu)", *FELT, (at(300), "OK", "ALARM")), datapoints([*BUSY, 400, 401]))
    assert isinstance(found, Fidelity)
    assert found.differences == (
        Difference(at(300), "ALARM", False), Difference(at(402, 30), "ALARM", True), Difference(at(403, 30), "OK", True)
    )  # fmt: skip


def test_only_time_in_which_child_and_composite_are_known_is_compared():
    found = compared(kept("ALARM(cpu)", *FELT, looked=500), datapoints(BUSY, first=60))
    assert isinstance(found, Fidelity)
    assert (found.from_, found.to, found.reproduced) == (at(60 + AHEAD), at(500), 2)


def test_composites_of_composites():
    inner = {"AlarmName": "inner", "AlarmRule": "ALARM(cpu)"}
    archive = kept("ALARM(inner) AND ALARM(cpu)", *FELT, others=[inner])
    archive = AlarmsKept(
        archive.start, archive.end, archive.definitions,
        (*archive.transitions, *(Transition(AlarmId("inner"), *each) for each in FELT)), looks=archive.looks,
    )  # fmt: skip
    found = compared(archive, datapoints(BUSY))
    assert isinstance(found, Fidelity)
    assert (found.reproduced, found.real, found.extra) == (2, 2, 0)


def test_a_rule_without_children_never_changes():
    found = compared(kept("FALSE", (at(1), "INSUFFICIENT_DATA", "OK")), AlarmDatapoints({}))
    assert isinstance(found, Fidelity)
    assert (found.extra, found.differences) == (0, ())


@pytest.mark.parametrize(
    ("rule", "others", "why"),
    [
        ("ALARM(gone)", [], NotReplayable("child_unknown", {"alarms": "'gone'"})),
        ("ALARM(cpu) AND", [], NotReplayable("rule_ends")),
        ("ALARM(quick)", [{**RAW, "AlarmName": "quick", "Period": 10}], NotReplayable(
            "child_refused", {"alarm": "'quick'", "why": NotReplayable("short_period", {"period_s": 10})})),
        ("ALARM(back)", [{"AlarmName": "back", "AlarmRule": "OK(both)"}], NotReplayable(
            "child_refused",
            {"alarm": "'back'", "why": NotReplayable("circle_of_rules", {"alarm": "'both'"})})),
    ],
)  # fmt: skip
def test_a_child_that_cannot_be_replayed_is_named_with_the_reason(rule, others, why):
    assert compared(kept(rule, *FELT, others=others), datapoints(BUSY)) == why


def test_where_its_states_are_not_known_nothing_is_compared():
    assert compared(kept("ALARM(cpu)", *FELT, looked=0), datapoints(BUSY)) == NotReplayable("never_together")
