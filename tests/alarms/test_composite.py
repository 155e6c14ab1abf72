import pytest

from sre_lib.alarm import Alarm, State
from sre_lib.alarms.composite import Course, Step, composite
from sre_lib.alarms.points import NotReplayable

CPU = Course("OK", (Step(60, "ALARM"), Step(180, "OK"), Step(300, "ALARM")))
DISK = Course("OK", (Step(120, "ALARM"), Step(240, "INSUFFICIENT_DATA")))
COURSES = {"cpu": CPU, "disk": DISK}


@pytest.mark.parametrize(
    ("rule", "steps"),
    [
        ("ALARM(cpu) AND ALARM(disk)", [(120, "ALARM"), (180, "OK")]),
        ("ALARM(cpu) OR ALARM(disk)", [(60, "ALARM"), (240, "OK"), (300, "ALARM")]),
        ("ALARM(cpu) AND NOT ALARM(disk)", [(60, "ALARM"), (120, "OK"), (300, "ALARM")]),
        ("INSUFFICIENT_DATA(disk)", [(240, "ALARM")]),
        ("FALSE OR (TRUE AND OK(cpu))", [(60, "OK"), (180, "ALARM"), (300, "OK")]),
    ],
)
def test_a_composite_follows_its_children(rule, steps):
    before: State = "ALARM" if "TRUE" in rule else "OK"
    assert composite(Alarm("c", rule=rule), COURSES, before) == Course(before, tuple(Step(*each) for each in steps))


def test_a_new_composite_leaves_insufficient_data_with_its_first_evaluation():
    found = composite(Alarm("c", rule="ALARM(disk)"), COURSES)
    assert found == Course("INSUFFICIENT_DATA", (Step(120, "ALARM"), Step(240, "OK")))


def test_without_any_step_of_its_children_it_is_what_their_states_make_it():
    assert composite(Alarm("c", rule="ALARM(a)"), {"a": Course("ALARM")}) == Course("ALARM")
    assert composite(Alarm("c", rule="FALSE"), {}) == Course("OK")


def test_a_child_that_is_not_known_is_named():
    found = composite(Alarm("c", rule="ALARM(cpu) OR ALARM(<b>)"), COURSES)
    assert found == NotReplayable("child_unknown", {"alarms": "'<b>'"})
    assert isinstance(composite(Alarm("c", rule="OR"), COURSES), NotReplayable)


def test_composites_of_composites():
    inner = composite(Alarm("c", rule="ALARM(cpu) AND ALARM(disk)"), COURSES, "OK")
    assert isinstance(inner, Course)
    outer = composite(Alarm("d", rule="OK(c)"), {"c": inner}, "ALARM")
    assert outer == Course("ALARM", (Step(120, "OK"), Step(180, "ALARM")))
