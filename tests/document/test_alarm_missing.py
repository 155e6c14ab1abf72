"""Which alarm would have told of a silent incident, as sentences."""

from copy import deepcopy
from dataclasses import replace
from datetime import timedelta

import hcl2

from sre_lib.document.alarm_missing import Missing, _found, _lines, missing_of, offer_terraform
from sre_lib.event import Event
from sre_lib.wording import wording
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


def lacked(incident, week, names=()):
    """Return what one silent incident lacked."""
    (found,) = missing_of([incident], week, names)
    return found


def test_the_suggested_alarm_comes_first_with_how_early_and_its_noise():
    first, *_ = lacked(INCIDENT, one(95.0)).lines
    assert first.startswith("Suggested: web CPU")
    assert "would have told of it" in first
    assert "with 0.0 other firings a week" in first
    assert lacked(INCIDENT, one(95.0, "ja")).lines[0].startswith("提案: web CPU")


def test_where_no_fixed_threshold_would_do_it_says_so():
    found = lacked(INCIDENT, one(20.0))
    assert found.lines == ("No alarm with a fixed threshold on web would have told of it; anomaly detection might.",)
    assert (found.offers, offer_terraform(found, wording("en"))) == ((), "")


def test_an_incident_of_no_service_of_the_review_has_no_sentence():
    assert lacked(replace(INCIDENT, services=("other",)), one(95.0)) == Missing()


def test_the_suggested_alarm_is_offered_as_terraform_by_a_name_of_its_own():
    found = lacked(INCIDENT, one(95.0))
    (offer,) = found.offers
    (again,) = lacked(INCIDENT, one(95.0), {offer.alarm.name}).offers
    assert again.alarm.name == f"{offer.alarm.name}-2"
    assert offer.said == found.lines[0]
    text = offer_terraform(found, wording("en"))
    ((_, block),) = next(iter(hcl2.loads(text)["resource"])).items()
    (values,) = block.values()
    assert values["alarm_name"].strip('"') == offer.alarm.name
    assert values["threshold"] == offer.alarm.threshold
    assert "# alarm_actions is left for you: whom is it to tell?" in text.splitlines()


def test_two_incidents_of_one_service_are_offered_two_names():
    week = one(95.0)
    names = [each.alarm.name for found in missing_of([INCIDENT, INCIDENT], week, ()) for each in found.offers]
    assert len(set(names)) == len(names) == 2


def test_two_alarms_that_are_the_same_but_for_their_series_are_both_told():
    week = one(95.0)
    found = _found(week.looks[0], INCIDENT, week)
    assert found.suggested
    twins = replace(found, rows=(deepcopy(found.suggested), found.suggested))
    assert len(_lines(week.looks[0], twins, week.say)) == 2
