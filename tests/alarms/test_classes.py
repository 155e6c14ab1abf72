"""What an alarm is worth: one literal alarm a class and reason."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from sre_lib import weeks
from sre_lib.alarm import UnclearAlarm
from sre_lib.alarm_definition import alarm_of
from sre_lib.alarms.case import AlarmCase
from sre_lib.alarms.classes import Background, Moment, judge, silent
from sre_lib.alarms.firings import noise_of
from sre_lib.collect.alarms.kept import AlarmId
from sre_lib.collect.alarms.reading import StateSpan
from sre_lib.collect.alarms.versions import Definition
from sre_lib.wording import wording
from sre_lib.wording.alarms import CLASS_TEXTS, class_name, class_question, class_reason

WEEK = weeks.named("2026-W40", "Asia/Tokyo", history_weeks=3)
TOKYO = ZoneInfo("Asia/Tokyo")
RAW = {
    "AlarmName": "cpu", "Namespace": "AWS/ECS", "MetricName": "CPUUtilization", "Statistic": "Average", "Period": 60,
    "EvaluationPeriods": 3, "Threshold": 80.0, "ComparisonOperator": "GreaterThanThreshold", "ActionsEnabled": True,
    "AlarmActions": ["arn:aws:sns:eu-west-1:1:people"],
    "Dimensions": [{"Name": "ClusterName", "Value": "shop"}, {"Name": "ServiceName", "Value": "web"}],
}  # fmt: skip
NOTHING = Background()


def case(*fired, state="OK", observed=(20.0, 70.0), since=None, others=None, **raw) -> AlarmCase:
    """Return an alarm of four weeks: `state` but for ALARM for so many minutes from minute to minute of the week."""
    spans, last = [], WEEK.history_start
    for start, lasts in fired:
        at = WEEK.start + timedelta(minutes=start)
        spans += [StateSpan(last, at, state), StateSpan(at, at + timedelta(minutes=lasts), "ALARM")]
        last = at + timedelta(minutes=lasts)
    spans.append(StateSpan(last, WEEK.end, state))
    spans = [each for each in spans if each.start < each.end]
    definition = {**RAW, **raw}
    seen = (
        None if observed is None else pd.Series(observed, pd.date_range(WEEK.start, periods=len(observed), freq="60s"))
    )
    return AlarmCase(
        AlarmId("cpu"), alarm_of(definition), Definition(AlarmId("cpu"), "MetricAlarm", definition), ("web",),
        WEEK.history_start, WEEK.end, since, tuple(spans), noise_of(spans, TOKYO, others or {}), observed=seen,
    )  # fmt: skip


def during(*minutes, services=("web",)):
    """Return moments of ten minutes in the week."""
    return tuple(
        Moment(WEEK.start + timedelta(minutes=at), WEEK.start + timedelta(minutes=at + 10), services) for at in minutes
    )


LONG = ((600, 30), (3000, 30))
DAILY = tuple((200 + 1440 * day, 30) for day in range(-14, 7))
THRICE = tuple((200 + 1440 * day, 30) for day in range(3))
OFTEN = tuple((100 * number, 30) for number in range(1, 70))


@pytest.mark.parametrize(
    ("made", "background", "wanted"),
    [
        (case(AlarmActions=["arn:aws:autoscaling:eu-west-1:1:scalingPolicy:x"]), NOTHING, ("autoscaling", "scales")),
        (case(ActionsEnabled=False), NOTHING, ("broken", "actions_disabled")),
        (case(AlarmActions=[]), NOTHING, ("broken", "no_action")),
        (replace(case(AlarmActions=[]), feeds=("both",)), NOTHING, ("quiet", "did_not_fire")),
        (case(Period=1), NOTHING, ("broken", "unclear")),
        (case(since=WEEK.end - timedelta(days=2)), NOTHING, ("too_little_history", "known_for")),
        (case(since=WEEK.end - timedelta(days=2), AlarmActions=[]), NOTHING, ("broken", "no_action")),
        (case((0, 7 * 1440)), NOTHING, ("broken", "stuck")),
        (case(state="INSUFFICIENT_DATA"), NOTHING, ("broken", "blind")),
        (replace(case(observed=(float("nan"),) * 3), services=()), NOTHING, ("broken", "metric_gone")),
        (case(observed=(20.0, 30.0)), NOTHING, ("never_could", "out_of_reach")),
        (case(observed=(20.0, 70.0)), NOTHING, ("quiet", "did_not_fire")),
        (case(observed=(0.0, 1.0), Statistic="Sum"), NOTHING, ("quiet", "did_not_fire")),
        (case(observed=None), NOTHING, ("quiet", "did_not_fire")),
        (case(*LONG), Background(planned=during(600, 3000)), ("predictable", "in_planned")),
        (case(*DAILY), NOTHING, ("predictable", "same_minute")),
        (case(*THRICE), NOTHING, ("cried_wolf", "nothing_else")),
        (case(*LONG), Background(bad=during(620)), ("useful", "needed")),
        (case(*LONG), Background(bad=during(620), planned=during(600, 3000)), ("useful", "needed")),
        (case(*LONG), Background(bad=during(620, services=("api",))), ("cried_wolf", "nothing_else")),
        (case(*LONG), NOTHING, ("cried_wolf", "nothing_else")),
        (case((600, 3), (3000, 30)), NOTHING, ("cried_wolf", "short")),
        (case(*OFTEN), NOTHING, ("cried_wolf", "too_often")),
    ],
)
def test_the_class_and_its_reason(made, background, wanted):
    judged = judge(made, WEEK, background)
    assert (judged.is_, judged.reason) == wanted
    for language in ("en", "ja"):
        say = wording(language)
        told = [class_name(judged.is_, say), class_question(judged.is_, say)]
        told.append(class_reason(judged.reason, judged.details, say))
        assert all(told)
        assert not any("{" in text for text in told)


def test_another_alarm_that_always_comes_first():
    fired = ((600, 30), (3000, 30), (5000, 30))
    others = {"other": case(*fired).firings}
    judged = judge(case(*fired, others=others), WEEK, NOTHING)
    assert (judged.is_, judged.reason) == ("cried_wolf", "always_with")
    assert judged.details == {"alarm": "other", "firings": 3}


def test_an_incident_is_silent_unless_an_alarm_of_its_service_was_in_alarm():
    heard, unheard, others = during(600), during(5000), during(600, services=("api",))
    fired = case(*LONG)
    judged = [(fired, judge(fired, WEEK, NOTHING))]
    assert silent((*heard, *unheard, *others), judged) == (*unheard, *others)


@pytest.mark.parametrize("raw", [{"ActionsEnabled": False}, {"AlarmActions": []}])
def test_an_alarm_that_reaches_nobody_hears_nothing(raw):
    fired = case(*LONG, **raw)
    assert silent(during(600), [(fired, judge(fired, WEEK, NOTHING))]) == during(600)


def test_every_class_has_its_words():
    assert isinstance(alarm_of({"AlarmName": "x"}), UnclearAlarm)
    assert set(CLASS_TEXTS) == {
        "broken", "cried_wolf", "predictable", "never_could", "too_little_history", "useful", "quiet", "autoscaling",
    }  # fmt: skip


def test_why_a_definition_is_not_understood_is_told_in_both_languages_also_from_alarms_json():
    found = judge(case(Period=7), WEEK, NOTHING)
    assert found.details == {"clause": "wants_period", "period_s": "7"}
    told = class_reason(found.reason, found.details, wording("en"))
    assert told == "Its definition cannot be understood: Period: got 7, wants 10, 20, 30 or a multiple of 60."
    assert "wants" not in class_reason(found.reason, found.details, wording("ja"))
    # One of an earlier version has the clause itself.
    assert class_reason("unclear", {"why": "Period: got 7"}, wording("en")).endswith(": Period: got 7.")
