"""What is read from the text of histories: whole, cut, contradicting, of another shape."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_lib.collect.alarms.history_data import (
    ActionTaken,
    ConfigUpdate,
    Transition,
    action_of,
    transition_of,
    update_of,
    without_state,
)
from sre_lib.collect.alarms.kept import AlarmId, Item

AT = datetime(2026, 10, 1, 3, 4, 5, 678000, tzinfo=UTC)
CPU = AlarmId("cpu")
TOLD: dict[str, Any] = {
    "version": "1.0",
    "oldState": {"stateValue": "OK"},
    "newState": {"stateValue": "ALARM", "stateReason": "Threshold Crossed", "stateReasonData": {"period": 60}},
}


def item(data, summary="Alarm updated from OK to ALARM", kind="StateUpdate"):
    text = data if isinstance(data, str) else orjson.dumps(data).decode()
    return Item(CPU, "MetricAlarm", AT, kind, summary, text)


def test_a_whole_text_tells_all():
    wanted = Transition(CPU, AT, "OK", "ALARM", "Threshold Crossed", {"period": 60})
    assert transition_of(item(TOLD)) == wanted
    assert transition_of(item(TOLD, summary="")) == wanted
    as_text = {**TOLD, "newState": {**TOLD["newState"], "stateReasonData": '{"period":60}'}}
    assert transition_of(item(as_text)) == wanted


@pytest.mark.parametrize("text", [orjson.dumps(TOLD).decode()[:60], "", "null", "[]", '"OK"', "{}"])
def test_of_a_cut_text_the_summary_tells_the_states(text):
    found = transition_of(item(text))
    assert found == Transition(CPU, AT, "OK", "ALARM", whole=False)
    assert transition_of(item(text, summary="Alarm changed")) is None


@pytest.mark.parametrize("told", [{"newState": 3}, {"oldState": [], "newState": {"stateValue": ["ALARM"]}}])
def test_members_of_another_shape_are_none(told):
    found = transition_of(item(told))
    assert found is not None
    assert (found.old, found.new, found.reason, found.reason_data) == ("OK", "ALARM", "", {})


def test_actions_that_worked_failed_and_do_not_say():
    arn = "arn:aws:sns:ap-northeast-1:123456789012:pager"
    done = {"actionState": "Succeeded", "notificationResource": arn}
    said = f"Successfully executed action {arn}"
    assert action_of(item(done, said, "Action")) == ActionTaken(CPU, AT, arn, succeeded=True, summary=said)
    assert action_of(item("{cut", said, "Action")) == ActionTaken(CPU, AT, arn, succeeded=True, summary=said)
    failed = f"Failed to execute action {arn}. Received error: no such topic"
    assert action_of(item("", failed, "Action")).succeeded is False
    assert action_of(item("", "Action", "Action")) == ActionTaken(CPU, AT, "", None, "Action")


def test_an_edit_tells_what_changed_in_the_names_of_the_api():
    told = {
        "type": "Update",
        "originalUpdatedFields": {"threshold": 80.0, "okactions": [], "stateValue": "OK"},
        "updatedAlarm": {
            "threshold": 90.0, "okactions": ["arn:a"], "stateValue": "OK", "extendedStatistic": None,
            "dimensions": [{"name": "Service", "value": "web"}],
        },
    }  # fmt: skip
    assert update_of(item(told, 'Alarm "cpu" updated', "ConfigurationUpdate")) == ConfigUpdate(
        CPU,
        AT,
        "Update",
        {"Threshold": 80.0, "OKActions": []},
        {"Threshold": 90.0, "OKActions": ["arn:a"]},
        {"Threshold": 90.0, "OKActions": ["arn:a"], "Dimensions": [{"Name": "Service", "Value": "web"}]},
    )


def test_of_a_cut_edit_the_summary_tells_its_kind():
    for word, kind in (("created", "Create"), ("updated", "Update"), ("deleted", "Delete"), ("moved", "")):
        found = update_of(item('{"type":"Upd', f'Alarm "cpu" {word}', "ConfigurationUpdate"))
        assert found == ConfigUpdate(CPU, AT, kind, whole=False)


def test_states_are_no_part_of_a_definition():
    alarm = {"StateValue": "OK", "StateReasonData": "", "EvaluationState": "", "Statistic": "Sum", "Threshold": 1}
    assert without_state(alarm) == {"Statistic": "Sum", "Threshold": 1}


JSON = st.recursive(st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5), lambda inner: (
    st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["type", "oldState", "newState", "stateValue", "updatedAlarm", "createdAlarm",
                                       "originalUpdatedFields", "stateReasonData", "x"]), inner, max_size=4)
), max_leaves=8)  # fmt: skip


@given(JSON, st.integers(0, 200))
def test_nothing_that_comes_raises(value, cut):
    text = orjson.dumps(value).decode()[:cut]
    for read, kind in ((transition_of, "StateUpdate"), (action_of, "Action"), (update_of, "ConfigurationUpdate")):
        read(item(text, kind=kind))
