"""The alarm page: what it says of hostile and of broken alarms, and of a week without any."""

from dataclasses import replace

import pytest

from sre_lib.alarms.card import Card
from sre_lib.alarms.classes import Judged
from sre_lib.alarms.figures import WeekFigure
from sre_lib.alarms.review import AlarmReview, Notification
from sre_lib.document.alarms import AlarmsReview, alarms_to_discuss
from sre_lib.document.display import Chart, Fragment
from sre_lib.document.minutes.alarm_lines import AlarmLine
from tests.alarms.test_classes import case
from tests.document.build import WEEK, finding, look
from tests.document.test_weekly import opened

HOSTILE = "</h3><script>alert(1)</script>`x` $y$ 名前"
BAD = [
    {"AlarmName": HOSTILE, "AlarmDescription": HOSTILE},
    {"Dimensions": []},
    {"Dimensions": [{"Name": "n"}]},
    {"ComparisonOperator": "Sideways"},
    {"Period": 1},
    {"EvaluationPeriods": 1000},
    {"Threshold": float("inf")},
    {"MetricName": ""},
    {"Metrics": [{"Id": "m1", "Expression": "ANOMALY(("}]},
    {"Metrics": "x"},
    {"AlarmName": "a" * 255},
]


def page(*cards, language="en", **found):
    """Return the page of some cards."""
    made = AlarmsReview(opened(look(finding(), language=language), language=language, in_run=True))
    made.__dict__["found"] = AlarmReview(cards=cards, looked=True, complete=True, **found)
    return made


def html(parts):
    """Return the HTML of sections."""
    return "\n".join(each.html for each in parts if isinstance(each, Fragment))


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("raw", BAD)
def test_whatever_a_definition_holds_there_is_a_card(raw, language):
    one = case(**raw)
    name = str(raw.get("AlarmName", "cpu"))
    one = replace(one, id=replace(one.id, name=name))
    made = page(Card(one, Judged("broken", "no_action"), ()), language=language)
    parts = made.cards()
    assert "alarm-card" in parts[0].html
    assert "<script" not in html(parts)
    assert all(isinstance(each, Fragment | Chart) for each in parts)
    assert made.headline().text
    assert alarms_to_discuss(made) == (AlarmLine(name),)


def test_the_others_are_listed_and_a_chart_shows_the_time_in_alarm():
    loud = case((600, 30), (3000, 30), observed=(20.0, 90.0, 30.0))
    quiet, own = (replace(loud, id=replace(loud.id, name=name)) for name in ("quiet", "own"))
    made = page(
        Card(loud, Judged("cried_wolf", "nothing_else", {"firings": 2}), loud.firings),
        Card(quiet, Judged("quiet", "did_not_fire"), ()),
        Card(own, Judged("autoscaling", "scales"), ()),
    )
    card, chart, *lists = made.cards()
    assert "cpu: Nothing else was unusual during any of its 2 firings." in card.html
    shapes = chart.figure.layout.shapes
    assert [shape.type for shape in shapes] == ["rect", "rect", "line"]
    assert [each.text for each in lists] == [
        "quiet: 1 alarm\nquiet: It did not fire; its threshold is within reach.",
        "autoscaling's own: 1 alarm\nown: It adds and removes tasks; nobody is told.",
    ]


def test_who_was_told_what_is_a_row_an_alarm():
    one = case((600, 30), (3000, 30))
    card = Card(one, Judged("useful", "needed", {"needed": 2, "firings": 2}), one.firings)
    told = tuple(Notification(each.start, each.end, "cpu", ("web",), night=False, card=card) for each in one.firings)
    other = Notification(WEEK.start, None, HOSTILE, (), night=True, severity="P1", url="https://x.example/1")
    made = page(card, notifications=(other, *told), figures=(WeekFigure("2026-W40", 3, 1, 0, 0, 0),))
    rows = ["cpu: 2 times, first Mon 28 Sep 10:00 – useful", f"{HOSTILE}: Mon 28 Sep 00:00 – from elsewhere"]
    assert made.notifications().text.splitlines() == rows
    shown = made.notifications().html
    assert "<script" not in shown
    assert "Mon 28 Sep 10:00, 30 min<br>Wed 30 Sep 02:00, 30 min" in shown
    assert "<details" not in shown
    assert alarms_to_discuss(made) == (
        AlarmLine("cpu", ("Mon 28 Sep 10:00, 30 min", "Wed 30 Sep 02:00, 30 min")),
        AlarmLine(HOSTILE, ("Mon 28 Sep 00:00, at night",)),
    )
    assert made.headline().text.startswith("3 notifications, 1 at night, 0 alarms cried wolf, 0 predictable, 0 broken")
    assert "1 clean week in a row" in made.headline().text


def test_the_times_of_an_alarm_that_told_people_often_are_folded_and_have_one_line_to_write_on():
    one = case(*((60 * hour, 5) for hour in range(10, 18)))
    card = Card(one, Judged("cried_wolf", "nothing_else", {"firings": 8}), one.firings)
    told = tuple(Notification(each.start, each.end, "cpu", ("web",), night=False, card=card) for each in one.firings)
    made = page(card, notifications=told)
    summary, times = made.notifications().html.split("</summary>")
    assert summary.endswith("<details><summary>8 times, first Mon 28 Sep 10:00")
    assert times.count(", 5 min") == 8
    assert alarms_to_discuss(made) == (AlarmLine("cpu", ("8 times, first Mon 28 Sep 10:00",)),)


def test_earlier_weeks_say_by_what_they_are_counted():
    made = page(figures=(WeekFigure("2026-W39", 2, 1, 0, 0, 0), WeekFigure("2026-W40", 3, 1, 0, 0, 0)))
    remark = "An alarm counts in earlier weeks as what it is worth now, with its whole history known."
    assert made.weeks().text.splitlines()[-1] == remark
    assert remark in made.weeks().html


def test_a_week_without_alarms_says_how_much_was_looked_at():
    one = case()
    made = page(Card(one, Judged("quiet", "did_not_fire"), ()))
    assert made.notifications().text == "No alarm told anybody anything this week (1 looked at)."
    assert made.silent().text.startswith("Every incident")
    assert page().cards()[0].text == "There is no alarm."


def test_what_the_review_leaves_out_is_said():
    left_out = opened(look())
    made = AlarmsReview(replace(left_out, review=replace(left_out.review, alarms=False)))
    assert made.headline().text.startswith("The review file leaves all alarms out.")
    assert made.weeks() is None
    assert alarms_to_discuss(made) == ()
