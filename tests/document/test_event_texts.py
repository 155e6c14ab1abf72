"""What is said of a push: one sentence, the three questions, what else is worth a word; text from outside is data."""

import json
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from sre_lib.analyse.events.around import Rows
from sre_lib.analyse.events.conformal import Interval
from sre_lib.analyse.events.review import EventsOfWeek
from sre_lib.catalog import builtin_catalog
from sre_lib.document.display import Chart, Fragment
from sre_lib.document.event_rows import headroom_rows, larger_rows, planned_rows
from sre_lib.document.event_texts import answers_of, crowd_text, notes_of, sentence_of
from sre_lib.document.events import EventsReview, events_section, events_to_discuss
from sre_lib.event import Event
from sre_lib.model import Answer, Column, MetricFrame, ServiceWeek, Status
from sre_lib.run.event_answers import events_json
from sre_lib.weeks import named
from sre_lib.wording import wording
from tests.document.build import SERVICE, TOKYO
from tests.document.build import look as look_of
from tests.document.test_weekly import opened

WEEK = named("2026-W40", TOKYO, history_weeks=6)
HOSTILE = "</li><script>alert(1)</script>`x` {n} 名前"
SEND = WEEK.start + timedelta(days=3, hours=19)
EN, JA = wording("en"), wording("ja")


def push(weeks_ago: int = 0, audience: int | None = 100_000, title: str = "Coupon", **changes: object) -> Event:
    """Return a push of Thursday 19:00, so many weeks ago."""
    start = SEND - timedelta(weeks=weeks_ago)
    one = Event(start, start + timedelta(minutes=45), "push", title, ("web",), audience)
    return replace(one, **changes)  # type: ignore[arg-type]  # the names are those of Event


def service_week(*events: Event, peak: float = 1.0) -> ServiceWeek:
    """Return seven weeks in which a push to 100,000 doubles 1,000 requests a minute and 40 % of CPU for ten minutes."""
    index = pd.date_range(WEEK.history_start, WEEK.end, freq="300s", inclusive="left", unit="s")
    rng = np.random.default_rng(1)
    crowd = np.zeros(len(index))
    for event in events:
        first, last = (pd.Timestamp(each) for each in (event.start, event.start + timedelta(minutes=10)))
        inside = (index >= first) & (index < last)
        crowd[inside] += peak * (event.audience or 100_000) / 100_000
    columns = {
        Column("alb", "requests", "Sum"): 5000 * (1 + crowd) * rng.normal(1, 0.01, len(index)),
        Column("web", "cpu", "Average"): 40 * (1 + crowd) * rng.normal(1, 0.01, len(index)),
        Column("web", "cpu", "SampleCount"): np.full(len(index), 20.0) + 10 * (np.roll(crowd, 1) > 0),
        Column("web", "memory", "Average"): rng.normal(50, 0.2, len(index)),
        Column("alb", "healthy_hosts", "Minimum"): np.full(len(index), 4.0),
    }
    values = pd.DataFrame({tuple(name): each for name, each in columns.items()}, index=index)
    values.columns = pd.MultiIndex.from_tuples(list(columns), names=["part", "metric", "statistic"])
    frame = MetricFrame(values, dict.fromkeys(columns, Answer(Status.COMPLETE, 300)))
    return ServiceWeek(SERVICE, WEEK, frame, events, capacity={"minimum": 4.0, "maximum": 10.0})


def events_of(*events: Event, peak: float = 1.0) -> EventsOfWeek:
    """Return the events of such weeks, measured at 300 s."""
    rows = Rows({"web": service_week(*events, peak=peak)})
    return EventsOfWeek(WEEK, rows, builtin_catalog(), {"web": 60.0})


PUSHES = tuple(push(weeks, 60_000 + 10_000 * weeks) for weeks in range(7))


def page(*events: Event, language: str = "en", peak: float = 1.0) -> EventsReview:
    """Return the event page of such weeks."""
    base = look_of(language=language)
    seen = replace(base, service_week=service_week(*events, peak=peak))
    made = EventsReview(replace(opened(seen, language=language, in_run=True), week=WEEK))
    made.__dict__["found"] = events_of(*events, peak=peak)
    return made


def test_one_sentence_says_how_it_went_in_both_languages():
    found = events_of(*PUSHES)
    (one,) = found.crowds
    assert sentence_of(one, EN).startswith(
        "Push Coupon to 60,000 people: requests peaked 0 to 5 min after it at 1,6"
    ), sentence_of(one, EN)
    assert "1.6 times the usual; the weakest part was web CPU" in sentence_of(one, EN)
    assert sentence_of(one, JA).startswith("プッシュ通知「Coupon」(60,000人): リクエストは0〜5分後に毎分1,6")


def test_the_three_questions_have_answers_with_their_numbers():
    found = events_of(*PUSHES)
    capacity, close, larger = answers_of(found.crowds[0], found, EN)
    assert capacity.answers == ("web: yes, 4 tasks; more came 5 to 10 min after the send, up to 6.",)
    assert close.answers[0].startswith("web CPU 6")
    assert larger.answers[0].startswith("It fits: web CPU would be asked for 7")
    assert "of 100 %" in larger.answers[0]
    assert "7 pushes" in larger.answers[1]


@pytest.mark.parametrize(
    ("column", "minutes", "told"),
    [
        ("cpu", (0, 5), "web: cannot be told, how many tasks ran at the peak is not known."),
        ("cpu", (5, 55), "web: cannot be told, too few of its tasks were counted."),
        ("requests", (-60, 180), "web: cannot be told, how many tasks ran at the peak is not known."),
    ],
)
def test_old_capacity_is_not_told_of_tasks_that_nobody_counted(column, minutes, told):
    first, last = (pd.Timestamp(SEND + timedelta(minutes=each)) for each in minutes)
    found = lacking(*PUSHES, of=slice(first, last - timedelta(seconds=1)), column=column, statistic="S")
    assert answers_of(found.crowds[0], found, EN)[0].answers == (told,)


def changed(change, *events: Event) -> EventsOfWeek:
    """Return such weeks after a change of their table."""
    week = service_week(*events)
    values = week.frame.values.copy()
    change(values)
    return EventsOfWeek(
        WEEK, Rows({"web": replace(week, frame=MetricFrame(values, week.frame.answers))}), builtin_catalog()
    )


def used_up(values: pd.DataFrame) -> None:
    """All CPU is used at each push."""
    for each in PUSHES:
        send = pd.Timestamp(each.start)
        values.loc[send : send + timedelta(minutes=9), ("web", "cpu", "Average")] = 100.0


def test_a_larger_push_is_not_said_to_fit_where_a_resource_was_used_up_each_time():
    found = changed(used_up, *PUSHES)
    unknown = "Nothing can be said of web CPU: too little is known of it, or it was used up."
    told = answers_of(found.crowds[0], found, EN)[2].answers
    assert (told[0][:40], told[1:]) == ("What is known fits: web memory would be ", (unknown,))
    assert [(each.first, each.fits) for each in larger_rows(found.crowds[0], found, EN)] == [("", "cannot be told")] * 3


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        (None, "too little was measured at that time a week before"),
        ("cpu", "Nothing can be said of web CPU: too little is known of it, or it was used up."),
    ],
)
def test_headroom_is_not_said_to_be_there_where_nobody_measured_it(column, reason):
    def gap(values: pd.DataFrame) -> None:
        send = pd.Timestamp(SEND)
        lost = [each for each in values.columns if column is None or tuple(each)[1:] == (column, "SampleCount")]
        values.loc[send - timedelta(hours=2) : send + timedelta(hours=3), lost] = np.nan

    made = page(*PUSHES, push(-1))
    made.__dict__["found"] = changed(gap, *PUSHES, push(-1))
    (row,) = planned_rows(made.found, made.opened)
    assert (row.state, row.needs[0]) == ("cannot be told", reason)


def test_a_planned_push_without_audience_says_why_nothing_is_reckoned():
    made = page(*PUSHES, push(-1, None))
    (row,) = planned_rows(made.found, made.opened)
    assert (row.state, row.needs) == ("cannot be told", ("its audience is not known",))


def test_where_there_are_no_requests_otherwise_there_is_no_factor():
    def still(values: pd.DataFrame) -> None:
        send = pd.Timestamp(SEND)
        values[("alb", "requests", "Sum")] = 0.0
        values.loc[send : send + timedelta(minutes=9), ("alb", "requests", "Sum")] = 5000.0

    found = changed(still, *PUSHES)
    told = "requests peaked 0 to 5 min after it at 1,000 a minute; the weakest part was web CPU"
    assert told in sentence_of(found.crowds[0], EN)


@pytest.mark.parametrize(
    ("seen", "hours", "told"),
    [
        (True, 1, "requests were not as usual again within 2 h"),
        (True, 5, "requests were not as usual again within 6 h"),
        (False, 1, "too little was measured to tell when requests were as usual again"),
    ],
)
def test_not_as_usual_again_is_said_only_of_what_was_seen(seen, hours, told):
    def stays(values: pd.DataFrame) -> None:
        send = pd.Timestamp(SEND)
        values.loc[send : send + timedelta(hours=8), ("alb", "requests", "Sum")] = 12_000.0
        if not seen:
            values.loc[send + timedelta(minutes=55) : send + timedelta(hours=3)] = np.nan

    long = replace(PUSHES[0], end=SEND + timedelta(hours=hours))
    found = changed(stays, long, *PUSHES[1:])
    assert told in notes_of(found.crowds[0], found, EN)


def test_earlier_ones_are_of_like_size_only_where_the_size_is_known():
    for audience, size in ((60_000, "like"), (None, "any")):
        found = events_of(replace(PUSHES[0], audience=audience), *PUSHES[1:])
        assert f"6 earlier ones of {size} size: " in notes_of(found.crowds[0], found, EN)[-1]


def test_two_pushes_of_one_moment_to_different_services_are_each_their_own():
    other = replace(PUSHES[0], services=("api",), audience=600_000)
    found = events_of(*PUSHES, other)
    assert [found.larger(each)[0][1].planned.audience for each in found.crowds if found.larger(each)] == [90_000.0]


@pytest.mark.parametrize(
    ("peak", "slope", "told"),
    [
        (50.0, (5.0, 10.0, 15.0), "limit in 35 days"),
        (50.0, (0.05, 0.1, 0.15), "limit in more than a year"),
        (50.0, (-15.0, -10.0, -5.0), "moves away from its limit"),
        (50.0, (-1.0, 0.1, 1.0), "no trend over 5 weeks"),
        (100.0, (-1.0, 0.1, 1.0), "at its limit"),
        (50.0, (np.nan, np.nan, np.nan), "5 weeks are too few for a trend"),
    ],
)
def test_a_trend_says_where_it_goes(peak, slope, told):
    week = events_of()
    (row,) = [each for each in week.headroom if each.resource == "cpu"]
    week.__dict__["headroom"] = (replace(row, peak=peak, peaks=(peak,) * 5, slope=Interval(*slope)),)
    assert headroom_rows(week, EN, 1)[0].trend == told


def test_tasks_that_became_fewer_are_not_said_to_have_stayed():
    week = service_week(*PUSHES)
    values = week.frame.values.copy()
    samples, send = ("web", "cpu", "SampleCount"), pd.Timestamp(SEND)
    values[samples] = 20.0
    values.loc[send - timedelta(hours=3) : send + timedelta(minutes=14), samples] = 30.0
    rows = Rows({"web": replace(week, frame=MetricFrame(values, week.frame.answers))})
    found = EventsOfWeek(WEEK, rows, builtin_catalog())
    told = answers_of(found.crowds[0], found, EN)[0].answers
    assert told == ("web: yes, 6 tasks, and no more in the hour after the send.",)


def test_with_too_few_pushes_the_model_says_nothing():
    found = events_of(*PUSHES[:3])
    assert answers_of(found.crowds[0], found, EN)[2].answers == (
        "Nothing can be said yet: 3 pushes with an audience are known, 5 are needed.",
    )


def test_without_an_audience_nothing_is_reckoned():
    found = events_of(replace(PUSHES[0], audience=None), *PUSHES[1:])
    assert crowd_text(found.crowds[0].event, EN) == "Push Coupon"
    assert answers_of(found.crowds[0], found, EN)[2].answers == ("Cannot be told: its audience is not known.",)


def test_what_overlaps_and_how_it_was_seen_is_said():
    found = events_of(*PUSHES, push(kind="maintenance", title="Patch", audience=None))
    notes = notes_of(found.crowds[0], found, EN)
    assert notes[:2] == ("seen at 300 s", "at the same time: maintenance Patch")
    assert "web: 10 min of the hour above the scaling target of 60 %" in notes


def test_a_push_without_effect_is_said():
    made = page(*(replace(each, audience=1) for each in PUSHES), peak=0.0)
    assert sentence_of(made.found.crowds[0], EN) == "Push Coupon to 1 person: nothing rose after it"
    assert "nothing rose after it" in made.unseen().text
    assert made.line == "No push was visible."


def lacking(*events: Event, of: slice, column: str = "requests", statistic: str = "") -> EventsOfWeek:
    """Return such weeks without one metric's datapoints in a stretch (of the statistics that begin so)."""
    week = service_week(*events)
    values = week.frame.values.copy()
    values.loc[of, [each for each in values.columns if each[1] == column and each[2].startswith(statistic)]] = np.nan
    rows = Rows({"web": replace(week, frame=MetricFrame(values, week.frame.answers))})
    return EventsOfWeek(WEEK, rows, builtin_catalog(), {"web": 60.0})


def test_what_cannot_be_told_is_not_said_to_be_nothing():
    since, later = pd.Timestamp(SEND), pd.Timestamp(SEND + timedelta(minutes=50))
    made = page(*PUSHES)
    made.__dict__["found"] = lacking(*PUSHES, of=slice(since, later))
    told = "too little was measured in the hour after it to tell whether anything rose"
    assert sentence_of(made.found.crowds[0], EN) == f"Push Coupon to 60,000 people: {told}"
    assert "増えたかどうかは判定できません" in sentence_of(made.found.crowds[0], JA)
    assert told in made.unseen().text
    assert made.line == "Too little was measured to say what the pushes did."
    assert json.loads(events_json(made))["events"][0]["effect"] == "unknown"


def test_a_peak_beside_a_gap_says_that_it_may_have_been_higher():
    since, later = (pd.Timestamp(SEND + timedelta(minutes=each)) for each in (10, 30))
    notes = notes_of(lacking(*PUSHES, of=slice(since, later)).crowds[0], events_of(), EN)
    assert notes[1] == "only 58 % of the hour after it was measured: the peak may have been higher"


def test_time_above_the_target_is_not_told_by_a_few_datapoints():
    since, later = (pd.Timestamp(SEND + timedelta(minutes=each)) for each in (10, 50))
    notes = notes_of(lacking(*PUSHES, of=slice(since, later), column="cpu").crowds[0], events_of(), EN)
    assert (
        "web: too little of its CPU was measured to tell how long it was above the scaling target of 60 %" in notes
    ), notes


def test_a_batch_after_which_nothing_rose_is_asked_for():
    found = events_of(replace(push(), kind="batch", title="Nightly", audience=None), peak=0.0)
    assert sentence_of(found.reviewed[0], EN) == "Batch Nightly: nothing rose after its start; did it run?"


def test_a_deployment_after_which_nothing_moved_is_said_beside_how_much_was_looked_at():
    made = page(*PUSHES[1:], push(kind="deployment", title="v2", audience=None))
    told = "Thu 1 Oct 19:00: Deployment v2 of web: CPU, memory, latency and errors stayed as they were (2 series)"
    assert made.unseen().text == told
    (one,) = json.loads(events_json(made))["deployments"]
    assert (one["title"], one["effect"], len(one["still"])) == ("v2", "none", 2)


def test_a_week_without_events_says_so_beside_what_was_looked_at():
    made = page()
    assert made.line == "No push, broadcast or sale this week."
    assert [each.text for each in made.pushes() if isinstance(each, Fragment)] == [made.line]
    assert made.next_week().text == "Nothing is planned for next week in the review file."
    assert made.load_tests()[0].text == "No load test is known."
    assert made.unseen().text == "There was no event to look at."
    assert "web tasks 4" in made.headroom().text
    assert events_to_discuss(made) == ()


@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_comes_from_outside_is_text_on_every_section(language):
    later = push(-1, 80_000, HOSTILE)
    made = page(*PUSHES[1:], push(0, 60_000, HOSTILE), later, language=language)
    shown = [made.headline(), *made.pushes(), made.next_week(), made.headroom(), *made.load_tests(), made.unseen()]
    shown.append(events_section(made.opened))
    html = "\n".join(each.html for each in shown if isinstance(each, Fragment))
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    charts = [each for each in shown if isinstance(each, Chart)]
    assert len(charts) == 1
    assert "<script" not in charts[0].figure.to_json()
    assert events_to_discuss(made) == (f"2026-10-01 19:00 {HOSTILE}",)


def test_a_planned_push_says_whether_its_headroom_is_there():
    small, large = push(-1, 50_000, "small"), push(-1, 400_000, "large", start=SEND + timedelta(days=6))
    rows = page(*PUSHES, small, replace(large, end=large.start + timedelta(minutes=45))).next_week().text.split("\n")
    assert rows[0].endswith("headroom is lacking")
    assert rows[1].endswith("headroom is there")


def test_what_is_wrong_with_an_event_is_said_in_every_section_and_stops_nothing():
    made = page(*PUSHES)
    made.__dict__["found"] = EventsOfWeek(WEEK, Rows({"web": service_week(*PUSHES)}), {})
    shown = [made.headline(), *made.pushes(), made.next_week(), made.headroom(), *made.load_tests(), made.unseen()]
    assert [each.text.split("\n")[0] for each in shown if isinstance(each, Fragment)] == ["KeyError: 'ecs_service'"] * 6
    assert events_to_discuss(made) == ()
    assert str(made.summary()) == "KeyError: 'ecs_service'"
    assert json.loads(events_json(made)) == {"format": 1, "week": "2026-W40", "trouble": "KeyError: 'ecs_service'"}
