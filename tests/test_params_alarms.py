"""The keys `alarms` and `alarms_from` of a review file."""

import pytest

from sre_lib.errors import UserMistakeError
from sre_lib.params import load
from sre_lib.params_alarms import AlarmsFile, matches

REVIEW = """\
title: One
source: demo
services: [{name: one, kind: ec2_instance, dimensions: {InstanceId: i-1}}]
"""


def read(folder, line=""):
    (folder / "one.yaml").write_text(REVIEW + line)
    return load(str(folder / "one.yaml"))


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("", (True, ())),
        ("alarms: true", (True, ())),
        ("alarms: false", (False, ())),
        ("alarms: []", (True, ())),
        ('alarms: ["TargetTracking-*", old]', (True, ("TargetTracking-*", "old"))),
    ],
)
def test_alarms_are_asked_for_unless_the_file_says_otherwise(tmp_path, line, wanted):
    review = read(tmp_path, line)
    assert (review.alarms, review.alarms_left_out) == wanted


@pytest.mark.parametrize(
    ("name", "pattern", "wanted"),
    [
        ("cpu", "cpu", True),
        ("cpu", "CPU", False),
        ("cpu-high", "cpu*", True),
        ("a[1]?\nb", "a[1]?*b", True),
        ("a1xb", "a[1]?b", False),
        ("cpu", "*", True),
    ],
)
def test_a_star_is_any_characters_and_nothing_else_is(name, pattern, wanted):
    assert matches(name, pattern) is wanted


def test_files_of_alarms_are_named_with_what_they_call_our_columns(tmp_path):
    found = read(tmp_path, "alarms_from: [{file: a.csv, columns: {opened: Start}, timezone: UTC}, {file: b.csv}]")
    assert found.alarms_from == (
        AlarmsFile(file="a.csv", columns={"opened": "Start"}, timezone="UTC"),
        AlarmsFile(file="b.csv"),
    )


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("alarms: 3", "line 4: alarms: got 3, wants true, false, or a list of the names to leave out"),
        ("alarms: [3]", "line 4: alarms[1]: got 3, wants text"),
        ("alarms_from: x", "line 4: alarms_from: got 'x', wants a list"),
        ("alarms_from: [{}]", "line 4: alarms_from[1].file: is missing"),
        ("alarms_from: [{file: a.csv, zone: UTC}]", "alarms_from[1].zone: is not a key that is known here"),
        (
            "alarms_from: [{file: a.csv, columns: {open: x}}]",
            "columns.open: got 'x', wants one of closed, name, opened",
        ),
        ("alarms_from: [{file: a.csv, timezone: Tokyo}]", "timezone: got 'Tokyo', no time zone is called so"),
    ],
)
def test_a_mistake_is_one_sentence(tmp_path, line, sentence):
    with pytest.raises(UserMistakeError) as caught:
        read(tmp_path, line)
    assert sentence in str(caught.value)
