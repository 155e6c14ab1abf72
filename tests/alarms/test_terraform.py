import re
import unicodedata
from dataclasses import replace
from typing import Any

import hcl2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sre_lib.alarm import Alarm
from sre_lib.alarm_definition import alarm_of
from sre_lib.alarms.hcl import comment, identifiers, number, quoted
from sre_lib.alarms.sweep import Combination, own
from sre_lib.alarms.terraform import NotProposed, Proposal, changes_to, definition_of, terraform
from sre_lib.wording import wording

ENGLISH = wording("en")
ON_CALL = "arn:aws:sns:ap-northeast-1:123456789012:on-call"
ALARM = Alarm(
    "web cpu (high)", "AWS/ECS", "CPUUtilization", (("ClusterName", "shop"), ("ServiceName", "web")), "Average", 60,
    3, 2, 80.0, missing="missing", actions={"ALARM": (ON_CALL,)}, description="Pages are slow.",
)  # fmt: skip
RAW = definition_of(ALARM)
NASTY = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.sampled_from(
            ["${", "%{", "$", "%", "$$", "{", "}", '"', "\\", "\n", "\r", "\u2028", "\x85", "\x00", "\u202e", "#", "//",
             "*/", "<<EOT", "EOT", "\\u", "\\n", "日本", "\U000e0001", "a"]
        ),
        max_size=12,
    ).map("".join),
)  # fmt: skip
NAMES = NASTY.filter(lambda text: not re.search("[\ud800-\udfff]", text))
ESCAPE = re.compile(r"\\(?:u([0-9a-f]{4})|U([0-9a-f]{8})|(.))")
SHORT = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def meant(token):
    """Return the text of a string as HCL's specification reads it; a template in it is a failure."""
    assert (token[0], token[-1]) == ('"', '"')
    inside = token[1:-1]
    assert "${" not in inside
    assert "%{" not in inside
    return ESCAPE.sub(lambda each: chr(int(each[1] or each[2], 16)) if each[1] or each[2] else SHORT[each[3]], inside)


def read(found):
    """Return what python-hcl2 read, its strings as the texts that they mean."""
    if isinstance(found, dict):
        return {read_name(name): read(each) for name, each in found.items() if not name.startswith("__")}
    if isinstance(found, list):
        return [read(each) for each in found]
    return meant(found) if isinstance(found, str) else found


def read_name(name):
    return meant(name) if name.startswith('"') else name


def blocks(text):
    """Return the attributes of each block of Terraform by the resource's name."""
    found: dict[str, Any] = {}
    for each in read(hcl2.loads(text)).get("resource", []):
        ((kind, named),) = each.items()
        assert kind == "aws_cloudwatch_metric_alarm"
        assert not found.keys() & named.keys()
        found |= named
    return found


def written(*proposals, say=ENGLISH):
    text, refused = terraform(proposals, say)
    assert refused == ()
    return text


WHOLE = {
    "alarm_name": "web cpu (high)", "alarm_description": "Pages are slow.", "namespace": "AWS/ECS",
    "metric_name": "CPUUtilization", "dimensions": {"ClusterName": "shop", "ServiceName": "web"},
    "statistic": "Average", "period": 60, "evaluation_periods": 3, "datapoints_to_alarm": 2,
    "comparison_operator": "GreaterThanThreshold", "threshold": 80, "treat_missing_data": "missing",
    "actions_enabled": True, "alarm_actions": [ON_CALL],
}  # fmt: skip


def test_a_new_alarm_is_a_whole_block():
    text = written(Proposal(RAW, why="An incident was silent.", showed=["It would have told 7 min before."], new=True))
    assert blocks(text) == {"web_cpu_high": WHOLE}
    assert text.splitlines()[:3] == [
        "# An incident was silent.", "# It would have told 7 min before.",
        'resource "aws_cloudwatch_metric_alarm" "web_cpu_high" {',
    ]  # fmt: skip
    assert "was:" not in text


def test_a_changed_alarm_has_old_beside_new():
    changes = changes_to(ALARM, Combination(90.5, 3, 5, "p99", "notBreaching"))
    text = written(Proposal(RAW, changes, "It cried wolf."))
    after = WHOLE | {
        "threshold": 90.5, "evaluation_periods": 5, "datapoints_to_alarm": 3, "extended_statistic": "p99",
        "treat_missing_data": "notBreaching",
    }  # fmt: skip
    del after["statistic"]
    assert blocks(text) == {"web_cpu_high": after}
    notes = [line.split("#", 1) for line in text.splitlines() if "was: " in line]
    assert {code.split("=")[0].strip(): note.strip() for code, note in notes} == {
        "extended_statistic": "was: not set", "evaluation_periods": "was: 3", "datapoints_to_alarm": "was: 2",
        "threshold": "was: 80", "treat_missing_data": 'was: "missing"', "": 'statistic was: "Average"',
    }  # fmt: skip


def test_nothing_changes_with_the_present_settings():
    assert changes_to(ALARM, own(ALARM)) == {}
    assert alarm_of({**RAW, **changes_to(ALARM, own(ALARM))}) == ALARM


def test_a_change_leads_to_the_alarm_that_was_replayed():
    changed = alarm_of(Proposal(RAW, changes_to(ALARM, Combination(7.0, 1, 4, "Maximum", "ignore"))).after)
    assert changed == replace(ALARM, threshold=7.0, m=1, n=4, statistic="Maximum", missing="ignore")


def test_metric_math_is_written_with_its_metrics():
    stat = {"Metric": {"Namespace": "AWS/X", "MetricName": "Errors", "Dimensions": [{"Name": "A b", "Value": "c"}]},
            "Period": 60, "Stat": "Sum", "Unit": "Count"}  # fmt: skip
    raw = {
        "AlarmName": "rate", "EvaluationPeriods": 5, "ComparisonOperator": "GreaterThanThreshold", "Threshold": 1e-07,
        "Metrics": [{"Id": "rate", "Expression": "e/r*100", "Label": "${rate}"},
                    {"Id": "e", "MetricStat": stat, "ReturnData": False}],
    }  # fmt: skip
    text = written(Proposal(raw, {"Threshold": 0.5}))
    assert blocks(text)["rate"] == {
        "alarm_name": "rate", "evaluation_periods": 5, "comparison_operator": "GreaterThanThreshold", "threshold": 0.5,
        "metric_query": [
            {"id": "rate", "expression": "e/r*100", "label": "${rate}", "return_data": True},
            {"id": "e", "return_data": False, "metric": [
                {"namespace": "AWS/X", "metric_name": "Errors", "dimensions": {"A b": "c"}, "period": 60, "stat": "Sum",
                 "unit": "Count"}]},
        ],
    }  # fmt: skip
    assert "# was: 0.0000001" in text


@settings(max_examples=150, deadline=None)
@given(NAMES.filter(bool), NAMES, st.dictionaries(NAMES, NAMES, max_size=3), st.lists(NAMES, max_size=2), NASTY)
def test_every_value_is_found_again_whatever_it_holds(name, description, dimensions, actions, why):
    raw = {
        **RAW, "AlarmName": name, "AlarmDescription": description, "Unit": description,
        "Dimensions": [{"Name": each, "Value": text} for each, text in dimensions.items()], "AlarmActions": actions,
    }  # fmt: skip
    old = {**raw, "AlarmDescription": why + "x", "AlarmActions": [why]}
    changes = {"AlarmDescription": description, "AlarmActions": actions}
    ((_, found),) = blocks(written(Proposal(old, changes, why, [description, name]))).items()
    assert found["alarm_name"] == name
    assert found.get("alarm_description", "") == description
    assert found.get("unit", "") == description
    assert found.get("dimensions", {}) == dimensions
    assert found.get("alarm_actions", []) == actions
    assert set(found) - {"unit", "alarm_description", "dimensions", "alarm_actions"} == set(WHOLE) - {
        "alarm_description", "dimensions", "alarm_actions",
    }  # fmt: skip


@given(NASTY)
def test_a_string_holds_nothing_unseen_and_no_template(text):
    token = quoted(text)
    assert not {unicodedata.category(each) for each in token} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert re.fullmatch(r'"(?:[^"\\]|\\["\\nrt]|\\u[0-9a-f]{4}|\\U[0-9a-f]{8})*"', token)
    assert meant(token) == re.sub(r"[\ud800-\udfff]", "\ufffd", text)


@given(NASTY)
def test_a_comment_stays_one(text):
    for line in comment(text):
        assert line.startswith("#")
        assert line.isprintable()
        assert len(line.splitlines()) == 1
    assert hcl2.loads("\n".join([*comment(text), "a = 1"]))["a"] == 1


@pytest.mark.parametrize(
    ("one", "text"),
    [(80.0, "80"), (0.1 + 0.2, "0.30000000000000004"), (-5.5, "-5.5"), (1e-7, "0.0000001"), (2.0**60, None), (3, "3")],
)
def test_numbers_keep_all_their_digits(one, text):
    assert text is None or number(one) == text
    assert float(number(one)) == one


@given(st.lists(NASTY, max_size=6))
def test_names_of_resources_are_safe_and_all_different(names):
    found = identifiers(names)
    assert len(set(found)) == len(found) == len(names)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", each) for each in found)


def test_names_of_resources_tell_of_their_alarms():
    assert identifiers(["web-5xx-high", "5xx", "a b"]) == ["web_5xx_high", "alarm_5xx", "a_b"]
    alike = identifiers(["a-b", "a.b", "a-b", "高負荷"])
    assert [each[:4] for each in alike[:3]] == ["a_b_"] * 3
    assert alike[2] == alike[0] + "_2"
    assert re.fullmatch(r"alarm_[0-9a-f]{8}", alike[3])


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ({"AlarmName": "a", "AlarmRule": "TRUE"}, "it is a composite alarm"),
        ({**RAW, "Period": 1}, "its definition is not clear (Period: got 1, wants 10, 20, 30 or a multiple of 60)"),
        ({**RAW, "AlarmName": ""}, "it has no name"),
    ],
)
def test_what_cannot_be_written_says_why(raw, why):
    text, refused = terraform([Proposal(raw), Proposal(RAW)], ENGLISH)
    assert refused == (NotProposed(raw["AlarmName"], why),)
    assert list(blocks(text)) == ["web_cpu_high"]
    assert terraform([Proposal(raw)], ENGLISH)[0] == ""


def test_an_alarm_of_several_metrics_is_no_new_one():
    with pytest.raises(ValueError, match="compares one metric with a threshold"):
        definition_of(Alarm("a", rule="TRUE"))
