"""What was so at each time: states one behind the other, definitions as edits and looks tell them."""

from dataclasses import replace

import pytest

from sre_lib.collect.alarms.history_data import ConfigUpdate, Transition
from sre_lib.collect.alarms.kept import AlarmId, Listed, SeenDefinition, StateSeen
from sre_lib.collect.alarms.reading import AlarmsKept, StateSpan
from sre_lib.collect.alarms.versions import Definition, definitions_of
from tests.collect.alarms.account import NOW, WEEK, at

CPU = AlarmId("cpu")
EMPTY = AlarmsKept(WEEK.start, WEEK.end)


def went(when, old, new):
    return Transition(CPU, when, old, new)


def spans(**known):
    return [tuple(each) for each in replace(EMPTY, **known).state_spans(CPU)]


def test_states_follow_on_one_another():
    known = (went(at(1), "OK", "ALARM"), went(at(2), "ALARM", "OK"))
    assert spans(transitions=known) == [
        StateSpan(WEEK.start, at(1), "OK"),
        StateSpan(at(1), at(2), "ALARM"),
        StateSpan(at(2), WEEK.end, "OK"),
    ]


@pytest.mark.parametrize(
    ("since", "wanted"),
    [
        (at(-9), [StateSpan(WEEK.start, WEEK.end, "ALARM")]),
        (at(3), [StateSpan(WEEK.start, at(3), ""), StateSpan(at(3), WEEK.end, "ALARM")]),
        (NOW, [StateSpan(WEEK.start, WEEK.end, "")]),
        (None, [StateSpan(WEEK.start, WEEK.end, "")]),
    ],
)
def test_without_a_change_the_state_that_was_seen_tells(since, wanted):
    assert spans(states=(StateSeen(CPU, NOW, "ALARM", since),)) == wanted


def test_what_contradicts_itself_is_not_known():
    known = (went(at(1), "OK", "ALARM"), went(at(2), "OK", "ALARM"))
    assert spans(transitions=known)[1:] == [StateSpan(at(1), at(2), ""), StateSpan(at(2), WEEK.end, "ALARM")]
    assert spans() == [StateSpan(WEEK.start, WEEK.end, "")]


def test_before_its_creation_and_since_its_deletion_an_alarm_has_no_state():
    known = (went(at(2), "INSUFFICIENT_DATA", "OK"),)
    edits = (ConfigUpdate(CPU, at(1), "Create"), ConfigUpdate(CPU, at(5), "Delete"))
    assert spans(transitions=known, updates=edits) == [
        StateSpan(WEEK.start, at(1), ""),
        StateSpan(at(1), at(2), "INSUFFICIENT_DATA"),
        StateSpan(at(2), at(5), "OK"),
        StateSpan(at(5), WEEK.end, ""),
    ]


def seen(threshold, configured, first=NOW, last=NOW):
    return SeenDefinition(CPU, "MetricAlarm", {"Threshold": threshold, "Period": 60}, configured, first, last)


def edited(when, before, after, since=None):
    named = {} if since is None else {"AlarmConfigurationUpdatedTimestamp": f"{since:%Y-%m-%dT%H:%M:%S}.000+0000"}
    whole = {"Threshold": after, "Period": 60}
    return ConfigUpdate(CPU, when, "Update", {"Threshold": before, **named}, {"Threshold": after}, whole)


def shown(known, edits=(), listed=()):
    return [(each.since, each.until, each.raw["Threshold"]) for each in definitions_of(known, edits, listed)]


def test_a_definition_holds_from_when_it_was_configured():
    assert shown([seen(80, at(-40))]) == [(at(-40), None, 80)]
    assert shown([seen(80, at(-40)), seen(90, at(2))]) == [(at(-40), at(2), 80), (at(2), None, 90)]


def test_an_edit_tells_of_the_definition_before_it():
    assert shown([seen(90, at(2))], [edited(at(2), 80, 90, at(-40))]) == [(at(-40), at(2), 80), (at(2), None, 90)]
    assert shown([seen(90, at(2))], [edited(at(2), 80, 90)]) == [(None, at(2), 80), (at(2), None, 90)]
    twice = [edited(at(1), 70, 80, at(-40)), edited(at(2), 80, 90, at(1))]
    wanted = [(at(-40), at(1), 70), (at(1), at(2), 80), (at(2), None, 90)]
    assert shown([seen(90, at(2))], twice) == wanted
    assert shown([], twice) == wanted


def test_a_cut_edit_tells_only_that_there_was_one():
    cut = ConfigUpdate(CPU, at(2), "Update", whole=False)
    assert shown([seen(90, at(2))], [cut]) == [(at(2), None, 90)]
    assert shown([], [cut]) == []


def test_an_alarm_ends_where_it_was_deleted_or_no_longer_told_of():
    assert shown([seen(80, at(-40))], [ConfigUpdate(CPU, at(3), "Delete")]) == [(at(-40), at(3), 80)]
    gone = seen(80, at(-40), at(-7), at(-7))
    assert shown([gone], [], [Listed("", "MetricAlarm", NOW)]) == [(at(-40), at(-7), 80)]
    assert shown([gone], [], [Listed("", "CompositeAlarm", NOW)]) == [(at(-40), None, 80)]
    assert shown([gone], [], [Listed("p/r", "MetricAlarm", NOW)]) == [(at(-40), None, 80)]


def test_the_definition_of_a_moment():
    known = definitions_of([seen(80, at(-40)), seen(90, at(2))], [], [])
    kept = replace(EMPTY, definitions=known)
    held = [kept.definition(CPU, each) for each in (at(-41), at(1), at(2))]
    assert [each and each.raw["Threshold"] for each in held] == [None, 80, 90]
    assert kept.definition(AlarmId("other"), at(1)) is None
    assert isinstance(known[0], Definition)
