"""Settings that the meeting typed, replayed over the archive for card and Terraform; what cannot be says why."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from sre_lib.collect.alarms.datapoints import AlarmDatapoints
from sre_lib.collect.alarms.kept import AlarmId, AlarmLook
from sre_lib.collect.alarms.reading import AlarmsKept, Definition, Transition
from sre_lib.collect.alarms.watched import SETS
from sre_lib.collect.archive_file import SeriesKey, Stored
from sre_lib.collect.spans import Span
from sre_lib.collect.windows import Window
from sre_lib.document import alarm_typed
from sre_lib.document.alarm_decide import anchor
from sre_lib.document.alarm_decided import alarms_tf
from sre_lib.document.alarm_proposals import Proposed
from sre_lib.document.alarm_typed import replayed_settings, typed_of, with_replayed
from sre_lib.errors import ArchiveError
from sre_lib.event import Event
from sre_lib.model import Status
from sre_lib.wording import wording
from tests.alarms.test_fidelity import METRIC, RAW
from tests.document.build import WEEK
from tests.document.test_alarm_decided import minutes
from tests.document.test_weekly import opened

EN = wording("en")
CPU = Proposed({**RAW, "ActionsEnabled": True})
ID = AlarmId("cpu")
MINUTES = int((WEEK.end - WEEK.start) / timedelta(minutes=1))
EVERY = 1440
"""Two minutes of 70 % once a day: an alarm above 50 % fires, one above 80 % does not."""


def archive():
    """Return what is kept of an alarm that fired each day: its history and its datapoints."""
    values = np.full(MINUTES, 10.0)
    for day in range(7):
        values[day * EVERY + 600 : day * EVERY + 602] = 70.0
    origin, end = int(WEEK.start.timestamp()), int(WEEK.end.timestamp())
    columns = dict(zip(SETS, (values, np.ones(MINUTES), values, values), strict=True))
    span = Span(origin, end, end, Status.COMPLETE)
    keys = {SeriesKey(METRIC, name): each for name, each in columns.items()}
    stored = Stored(Window(origin, end), 60, keys, dict.fromkeys(keys, (span,)))
    changes = [
        Transition(ID, WEEK.start + timedelta(days=day, minutes=minute, seconds=20), *states)
        for day in range(7)
        for minute, states in ((602, ("OK", "ALARM")), (603, ("ALARM", "OK")))
    ]
    look = AlarmLook("", "history", "MetricAlarm", WEEK.start, WEEK.end, WEEK.end, "complete")
    kept = AlarmsKept(
        WEEK.start, WEEK.end, (Definition(ID, "MetricAlarm", CPU.definition),), tuple(changes), looks=(look,)
    )
    return kept, AlarmDatapoints({60: [stored]})


@pytest.fixture
def review(monkeypatch):
    kept, datapoints = archive()
    monkeypatch.setattr(alarm_typed, "alarms_of", lambda *_: kept)
    monkeypatch.setattr(AlarmDatapoints, "read", lambda *_: datapoints)
    return replace(opened().review, events=())


def showed(review, text, known=(CPU,), say=EN):
    """Return what the replay shows of a line on an alarm."""
    found = replayed_settings(minutes(f"- `{known[0].name}`: {text}"), known, review, WEEK, say)
    return [list(each) for each in found.values()]


def test_typed_settings_are_replayed_beside_the_alarm_as_it_is(review):
    assert showed(review, "tune threshold=80") == [
        ["Replayed over 1.0 weeks: 7.0 firings a week as it was, 0.0 after the change."]
    ]
    start = WEEK.start + timedelta(minutes=595)
    bad = replace(review, events=(Event(start, start + timedelta(hours=1), "incident", "Slow"),))
    assert showed(bad, "tune threshold=80")[0][1:] == ["It tells of 1 of 1 incidents as it was, of 0 after the change."]
    assert "変更前が週7.0回、変更後が週0.0回" in showed(review, "調整 threshold=80", say=wording("ja"))[0][0]


@pytest.mark.parametrize("text", ["tune", "tune it", "keep threshold=80", "delete threshold=80", ""])
def test_without_typed_settings_the_archive_is_not_even_read(monkeypatch, text):
    monkeypatch.setattr(alarm_typed, "alarms_of", lambda *_: pytest.fail("read"))
    assert showed(opened().review, text) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("tune period=7", "its definition is not clear (Period: got 7, wants 10, 20, 30 or a multiple of 60)"),
        ("tune period=10", "datapoints at 60 s cannot make periods of 10 s"),
        ("tune datapoints_to_alarm=9", "DatapointsToAlarm: got 9"),
        ("tune threshold=high", "Threshold: got 'high'"),
    ],
)
def test_settings_that_cannot_be_replayed_say_why(review, text, why):
    ((one,),) = showed(review, text)
    assert one.startswith("These settings were not replayed: ")
    assert why in one


def test_what_lacks_is_said(review, monkeypatch):
    nothing = "These settings were not replayed: the archive has nothing of this alarm."
    other = Proposed({**CPU.definition, "AlarmName": "other"})
    assert showed(review, "tune threshold=80", [other]) == [[nothing]]
    assert "not set up yet" in showed(review, "add threshold=80", [Proposed(CPU.definition, new=True)])[0][0]

    def damaged(*_):
        raise ArchiveError("alarms/week=2026-W40.json is damaged")

    monkeypatch.setattr(alarm_typed, "alarms_of", damaged)
    assert "week=2026-W40.json is damaged." in showed(review, "tune threshold=80")[0][0]
    monkeypatch.undo()
    assert showed(review, "tune threshold=80") == [[nothing]]


def test_they_stand_in_terraform_and_behind_the_card_and_nothing_breaks_out(review):
    text = "tune threshold=80 <script>"
    made = minutes(f"- `cpu`: {text}")
    found = replayed_settings(made, [CPU], review, WEEK, EN)
    block = alarms_tf(made, [CPU], EN, lambda known, typed: found[typed_of(known, typed)])
    assert "# Replayed over 1.0 weeks: 7.0 firings a week as it was, 0.0 after the change." in block.splitlines()
    assert "the replay looked at others" not in block
    outputs = [
        new_output("display_data", data={"text/html": f'<section id="{anchor(AlarmId(name))}">'})
        for name in ("cpu", "b")
    ]
    notebook = new_notebook(cells=[new_code_cell("", outputs=outputs)])
    assert with_replayed(notebook, {}, EN) is notebook
    shown = with_replayed(notebook, found, EN).cells[0].outputs
    assert [each in outputs for each in shown] == [True, False, True]
    assert shown[1].data["text/plain"].startswith("The meeting's own settings (Threshold = 80.0): Replayed over 1.0")
    assert len(notebook.cells[0].outputs) == 2
