"""The keys `events` (with stages of load tests) and `events_from` of a review file."""

from datetime import UTC, datetime, timedelta

import pytest

from sre_lib.errors import UserMistakeError
from sre_lib.event import Event, Stage
from sre_lib.params import load
from sre_lib.params_events import EventsFile

REVIEW = """\
title: One
timezone: Europe/Berlin
source: demo
services: [{name: web, kind: ec2_instance, dimensions: {InstanceId: i-1}}]
"""
TEST = """\
events:
  - start: 2026-10-01T02:00
    end: 2026-10-01T03:00
    kind: load-test
    title: Before the sale
    services: [web]
    stages:
      - {start: 2026-10-01T02:00, end: 2026-10-01T02:20, load: 50, title: as on a usual evening}
      - {start: 2026-10-01T02:25, end: 2026-10-01T02:45, load: 100.5}
      - {start: 2026-10-01T02:45, end: 2026-10-01T01:00Z}
"""
NIGHT = datetime(2026, 10, 1, tzinfo=UTC)


def at(minute: int) -> datetime:
    return NIGHT + timedelta(minutes=minute)


def read(folder, text):
    (folder / "one.yaml").write_text(REVIEW + text)
    return load(str(folder / "one.yaml")).events


def mistake(folder, text):
    with pytest.raises(UserMistakeError) as caught:
        read(folder, text)
    return str(caught.value).replace(f"{folder / 'one.yaml'}, ", "")


def test_a_load_test_has_stages(tmp_path):
    stages = (
        Stage(at(0), at(20), 50.0, "as on a usual evening"),
        Stage(at(25), at(45), 100.5),
        Stage(at(45), at(60)),
    )
    assert read(tmp_path, TEST) == (Event(at(0), at(60), "load_test", "Before the sale", ("web",), stages=stages),)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("load-test", "sale", "line 11: events[1].stages: got stages of a sale, wants them of a load_test alone; "),
        ("kind: load-test", "kind: loadtest", "line 8: events[1].kind: got 'loadtest', did you mean 'load_test'?"),
        ("02:25", "02:19", "line 13: events[1].stages[2].start: got '2026-10-01T02:19', wants a time that is not "
         "before the end of stage 1; write stages in order, without overlap"),
        ("01:00Z", "01:01Z", "line 14: events[1].stages[3].end: got '2026-10-01T01:01Z', wants a time inside"),
        ("- {start: 2026-10-01T02:00,", "- {start: 2026-10-01T01:59,", "stages[1].start: got '2026-10-01T01:59'"),
        ("    end: 2026-10-01T03:00\n", "", "events[1].stages[1].end: got '2026-10-01T02:20', wants a time inside the"),
        ("02:20,", "02:00,", "stages[1].end: got '2026-10-01T02:00', wants a time after the stage's start"),
        ("load: 50", "load: -1", "stages[1].load: got -1, wants greater than or equal to 0"),
        ("load: 50", "load: fast", "stages[1].load: got 'fast', wants a number"),
        ("load: 50", "rps: 50", "stages[1].rps: is not a key that is known here; wants one of end, load, start, title"),
        ("end: 2026-10-01T02:20, ", "", "line 12: events[1].stages[1].end: is missing; add it"),
        ("2026-10-01T02:20", "later", "stages[1].end: got 'later', wants a time such as 2026-10-01T12:00 (local)"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_stage_is_one_sentence(tmp_path, old, new, sentence):
    assert old in TEST
    assert sentence in mistake(tmp_path, TEST.replace(old, new, 1))


@pytest.mark.parametrize(
    ("start", "sentence"),
    [
        ("2026-03-29T02:30", "events[1].start: got '2026-03-29T02:30', which the clocks of Europe/Berlin skip; write"),
        ("2026-10-25T02:30", "events[1].start: got '2026-10-25T02:30', which the clocks of Europe/Berlin show twice"),
    ],
)
def test_a_time_at_a_change_of_the_clocks_wants_its_offset(tmp_path, start, sentence):
    assert sentence in mistake(tmp_path, f"events: [{{start: {start}, kind: push, title: x}}]")
    with_offset = read(tmp_path, f"events: [{{start: '{start}+01:00', kind: push, title: x}}]")
    assert with_offset[0].start == datetime.fromisoformat(f"{start}+01:00")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("events_from: x", "line 5: events_from: got 'x', wants a list"),
        ("events_from: [{}]", "line 5: events_from[1].file: is missing"),
        ("events_from: [{file: a.csv, zone: UTC}]", "events_from[1].zone: is not a key that is known here"),
        (
            "events_from: [{file: a.csv, columns: {begin: x}}]",
            "columns.begin: got 'x', wants one of audience, end, kin",
        ),
        ("events_from: [{file: a.csv, timezone: Tokyo}]", "timezone: got 'Tokyo', no time zone is called so"),
        ("events_from: [{file: a.csv, kind: pushes}]", "kind: got 'pushes', did you mean 'push'?"),
        ("events_from: [{file: a.csv, services: [wed]}]", "events_from[1].services[1]: got 'wed', did you mean 'web'?"),
    ],
)
def test_a_mistake_in_the_files_is_one_sentence(tmp_path, line, sentence):
    assert sentence in mistake(tmp_path, line)


def test_files_of_events_are_named_with_what_they_call_our_columns(tmp_path):
    line = "events_from: [{file: a.csv, columns: {start: Sent At}, timezone: UTC, kind: load-test, services: [web]}]"
    (tmp_path / "one.yaml").write_text(REVIEW + line)
    wanted = EventsFile(file="a.csv", columns={"start": "Sent At"}, timezone="UTC", kind="load_test", services=("web",))
    assert load(str(tmp_path / "one.yaml")).events_from == (wanted,)
