"""alarms.tf: every decided change as Terraform that a parser reads, and nothing that people typed breaks out of it."""

from dataclasses import replace
from datetime import date

import hcl2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sre_lib.document.alarm_decided import alarms_tf, typed_settings
from sre_lib.document.alarm_proposals import Proposed
from sre_lib.document.minutes.record import Minutes, Written
from sre_lib.wording import wording
from tests.alarms.test_terraform import NASTY, RAW, read

EN = wording("en")
CPU = Proposed(
    {**RAW, "AlarmName": "cpu"}, {"Threshold": 90.0, "TreatMissingData": "notBreaching"}, ("1.0 instead of 9.0.",)
)
DISK = Proposed(
    {**RAW, "AlarmName": "disk", "AlarmArn": "arn:aws:cloudwatch:eu-west-1:1:alarm:disk"}, details={"alarm": "cpu"}
)
BOTH = Proposed({"AlarmName": "both", "AlarmRule": "ALARM(cpu)", "AlarmArn": ""})
NEW = Proposed({**RAW, "AlarmName": "queue", "Threshold": 5.0}, said=("It would have told of it.",), new=True)
KNOWN = (CPU, DISK, BOTH, NEW)


def minutes(text):
    return Minutes("2026-W40", date(2026, 10, 5), (), {"alarms": Written(text)} if text else {})


def decided(text, known=KNOWN, say=EN):
    return alarms_tf(minutes(text), known, say)


def resources(text):
    """Return the blocks of a file by resource name."""
    found = (read(each) for each in hcl2.loads(text).get("resource", []))
    return {name: block for each in found for name, block in each["aws_cloudwatch_metric_alarm"].items()}


@pytest.mark.parametrize("text", ["", "- `cpu`: keep", "- `cpu`: mori restarted it", "- `cpu`: "])
def test_without_a_decided_change_there_is_no_block(text):
    assert decided(text) == "# The meeting of 2026-W40 decided no change of an alarm.\n"


def test_a_tuned_alarm_is_a_block_with_what_was_beside_what_changed():
    text = decided("- `cpu`: tune, as suggested")
    block = resources(text)["cpu"]
    assert (block["threshold"], block["treat_missing_data"], block["period"]) == (90, "notBreaching", 60)
    lines = [" ".join(each.split()) for each in text.splitlines()]
    assert lines[0].startswith("# What the meeting of 2026-W40 decided on alarms, for your own review")
    assert "# The meeting wrote: tune, as suggested" in lines
    assert "# 1.0 instead of 9.0." in lines
    assert "threshold = 90 # was: 80" in lines


def test_settings_that_the_meeting_typed_take_the_place_of_the_suggested_ones():
    text = decided("- `cpu`: tune threshold=95, datapoints_to_alarm = 3")
    block = resources(text)["cpu"]
    assert (block["threshold"], block["datapoints_to_alarm"], block["treat_missing_data"]) == (95, 3, "missing")
    assert "# These are the meeting's own settings; the replay looked at others." in text.splitlines()


def test_where_nothing_is_suggested_the_block_says_so():
    text = decided("- `disk`: tune it")
    assert resources(text)["disk"]["threshold"] == 80
    assert "# The replay suggests no other settings: put in what the meeting wrote." in text.splitlines()
    assert "was:" not in text


def test_a_downgraded_alarm_keeps_its_settings_and_says_what_to_put_in():
    text = decided("- `cpu`: downgrade to the ticket queue")
    assert resources(text)["cpu"]["threshold"] == 80
    assert "# Put those of lower urgency into alarm_actions; which they are is not known here." in text.splitlines()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("- `disk`: delete", ['alarm_name = "disk"', "# arn:aws:cloudwatch:eu-west-1:1:alarm:disk"]),
        ("- `both`: delete", ['Remove the resource aws_cloudwatch_composite_alarm with alarm_name = "both".']),
        ("- `disk`: merge into cpu", ['# It fired whenever "cpu" did: that one stays.', 'alarm_name = "disk"']),
        ("- `cpu`: merge", ["# First make sure that the other alarm tells of all that this one told of."]),
        ("- `gone`: delete", ['none of that name to which this could be done: "gone".']),
        ("- `cpu`: add", ['none of that name to which this could be done: "cpu".']),
        ("- `queue`: tune", ['none of that name to which this could be done: "queue".']),
        ("- `both`: tune", ['# There is no block for "both", because it is a composite alarm.']),
        ("- `cpu`: tune datapoints_to_alarm=9", ['There is no block for "cpu", because its definition is not clear']),
        ("- `cpu`: tune evaluation_periods=many", ["EvaluationPeriods: got 'many'"]),
    ],
)
def test_what_is_no_block_is_a_comment_that_says_what_to_do(typed, said):
    text = decided(typed)
    assert resources(text) == {}
    assert all(line.startswith("#") for line in text.splitlines() if line)
    assert all(each in text.replace("\n# ", " ") or each in text for each in said)


def test_an_alarm_that_is_added_is_the_proposed_one():
    text = decided("- `queue`: add @mori")
    assert resources(text)["queue"]["threshold"] == 5
    assert {"# The meeting wrote: add @mori", "# It would have told of it.",
            "# alarm_actions is left for you: whom is it to tell?"} <= set(text.splitlines())  # fmt: skip


def test_alarms_of_one_name_in_two_places_are_two_blocks():
    assert len(resources(decided("- `cpu`: tune", (CPU, replace(CPU, definition={**CPU.definition}))))) == 2


def test_in_japanese():
    text = decided("- `cpu`：調整　threshold＝95", say=wording("ja"))
    assert resources(text)["cpu"]["threshold"] == 95
    assert "# 2026-W40の会議で決めたアラームの変更です" in text
    assert "# 以前: 80" in text


@settings(max_examples=60)
@given(NASTY, NASTY.map(lambda name: " ".join(name.split())), st.sampled_from(["tune", "delete", "merge", "add"]))
def test_nothing_that_comes_from_outside_breaks_out(said, instead, verdict):
    known = replace(CPU, said=(said,), details={"alarm": instead}, new=verdict == "add")
    text = decided(f"- `cpu`: {verdict} {' '.join(said.split())}", (known,))
    kinds = [name for each in hcl2.loads(text).get("resource", []) for name in each]
    assert len(kinds) == (verdict in {"tune", "add"})
    assert all(line.startswith(("#", "resource ", "  ", "}")) for line in text.split("\n") if line)


def test_typed_settings():
    assert typed_settings("threshold=1.5 period = 300, treat_missing_data=ignore. m=3") == {
        "Threshold": 1.5, "Period": 300, "TreatMissingData": "ignore"
    }  # fmt: skip
    assert typed_settings("threshold stays") == {}
