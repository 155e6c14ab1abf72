"""The history of the shop's alarms: a pure function of seed and time, and it agrees with their states."""

from datetime import UTC, datetime

import orjson
import pytest

from sre_lib import weeks
from sre_lib.demo.alarms.answers import alarm_key
from sre_lib.demo.alarms.catalogue import ALARMS, METRIC_ALARMS
from sre_lib.demo.alarms.history import between, changes, described
from sre_lib.demo.alarms.states import ALARM, states
from sre_lib.demo.schedule import DEMO_WEEK, WEEK, as_minute, local

WEEK_40 = weeks.named("2026-W40", "Asia/Tokyo")
START, END = WEEK_40.start.timestamp(), WEEK_40.end.timestamp()
KINDS = ("StateUpdate", "Action", "ConfigurationUpdate")


def of(items, name, kind="StateUpdate"):
    return [each for each in items if (each["AlarmName"], each["HistoryItemType"]) == (name, kind)]


def test_any_window_is_a_cut_of_a_larger_one():
    middle = START + 2.6 * 86400 + 0.0005
    assert [*between(1, START, middle), *between(1, middle, END)] == between(1, START, END)


def test_the_history_leads_from_state_to_state():
    items = between(1, START, END)
    for alarm in ALARMS:
        path = [
            item["HistorySummary"].removeprefix("Alarm updated from ").split(" to ") for item in of(items, alarm.name)
        ]
        assert [before for before, _ in path[1:]] == [after for _, after in path[:-1]]
        if path:
            assert path[-1][1] == states(1, alarm, DEMO_WEEK)[-1]
        for item in of(items, alarm.name):
            told = orjson.loads(item["HistoryData"])
            assert len(item["HistoryData"]) <= 4095
            assert [told["oldState"]["stateValue"], told["newState"]["stateValue"]] in path


def test_a_state_is_told_within_a_minute_of_the_period_that_led_to_it():
    for alarm in METRIC_ALARMS:
        for change in changes(1, alarm, DEMO_WEEK):
            assert 0 < change.at - (change.minute + 1) * 60 < 60


def test_actions_follow_alarms_unless_they_are_switched_off():
    items = between(1, START, END)
    fired = [each for each in of(items, "worker-cpu-high") if each["HistorySummary"].endswith("to ALARM")]
    assert len(of(items, "worker-cpu-high", "Action")) == len(fired) == 7
    assert of(items, "api-latency-high")
    assert not of(items, "api-latency-high", "Action")


def test_the_edit_is_told_with_the_old_threshold_and_the_new_one():
    (edit,) = of(between(1, START, END), "orders-db-reader-cpu-high", "ConfigurationUpdate")
    told = orjson.loads(edit["HistoryData"])
    assert (told["originalUpdatedFields"]["threshold"], told["updatedAlarm"]["threshold"]) == (39.0, 40.0)
    assert datetime.fromtimestamp(edit["Timestamp"], UTC).replace(microsecond=0, second=0) == datetime(
        2026, 9, 30, 2, 0, tzinfo=UTC
    )


def test_a_description_is_that_of_its_moment():
    alarm = next(each for each in METRIC_ALARMS if each.earlier is not None)
    edited = datetime(2026, 9, 30, 2, 0, tzinfo=UTC).timestamp()
    before, after = described(1, alarm, edited - 60), described(1, alarm, edited + 60)
    assert before is not None
    assert after is not None
    assert (before["Threshold"], after["Threshold"]) == (39.0, 40.0)
    assert after["AlarmConfigurationUpdatedTimestamp"] > edited > before["AlarmConfigurationUpdatedTimestamp"]
    assert described(1, alarm, (local(DEMO_WEEK - 6, 0, 0)) * 60) is None
    for each in ALARMS:
        told = described(1, each, END)
        last = of(between(1, START, END), each.name)
        if told is not None and last:
            assert told["StateTransitionedTimestamp"] == pytest.approx(last[-1]["Timestamp"], abs=0.001)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_key_has_three_incidents_and_nothing_noticed_two_of_them(seed):
    key = alarm_key(seed, WEEK_40.start, WEEK_40.end)
    assert (len(key.silent), len(key.noticed)) == (2, 1)
    for incident in (*key.silent, *key.noticed):
        first, last = (as_minute(each) - local(DEMO_WEEK, 0, 0) for each in (incident.start, incident.end))
        assert 0 <= first < last < WEEK
        rang = [
            alarm.name
            for alarm in ALARMS
            if alarm.service in incident.services and alarm.is_ != "autoscaling"
            if ALARM in states(seed, alarm, DEMO_WEEK)[first:last]
        ]
        assert bool(rang) == (incident in key.noticed)


def test_there_are_alarms_of_every_class():
    classes = alarm_key(1, WEEK_40.start, WEEK_40.end).classes
    assert len(classes) == len(ALARMS) >= 13
    assert set(classes.values()) == {
        "useful", "cried_wolf", "broken", "never_could", "predictable", "autoscaling", "too_little_history",
    }  # fmt: skip
