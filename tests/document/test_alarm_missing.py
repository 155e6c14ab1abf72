"""Which alarm would have told of a silent incident, as sentences."""

from dataclasses import replace
from datetime import timedelta

from sre_lib.document.alarm_missing import missing_lines
from sre_lib.event import Event
from tests.document.build import CPU, WEEK, look
from tests.document.test_weekly import opened

START = WEEK.start + timedelta(days=3, hours=2)
INCIDENT = Event(START, START + timedelta(hours=1), "incident", "It was slow", ("web",))


def one(peak: float, language: str = "en"):
    """Return a week whose CPU is 30 % but for the hour of the incident."""
    made = look(levels={CPU: 30.0}, language=language)
    frame = made.service_week.frame
    values = frame.values.copy()
    values.loc[(values.index >= INCIDENT.start) & (values.index < INCIDENT.end), :] = peak
    service_week = replace(made.service_week, frame=replace(frame, values=values))
    week = opened(replace(made, service_week=service_week), language=language)
    return replace(week, review=replace(week.review, events=(INCIDENT,)))


def test_the_suggested_alarm_comes_first_with_how_early_and_its_noise():
    first, *_ = missing_lines(INCIDENT, one(95.0))
    assert first.startswith("Suggested: web CPU")
    assert "would have told of it" in first
    assert "with 0.0 other firings a week" in first
    assert missing_lines(INCIDENT, one(95.0, "ja"))[0].startswith("提案: web CPU")


def test_where_no_fixed_threshold_would_do_it_says_so():
    assert missing_lines(INCIDENT, one(20.0)) == [
        "No alarm with a fixed threshold on web would have told of it; anomaly detection might."
    ]


def test_an_incident_of_no_service_of_the_review_has_no_sentence():
    assert missing_lines(replace(INCIDENT, services=("other",)), one(95.0)) == []
