"""The top of the alarm page: one line for each thing to decide, each leading to its card; else how many were seen."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from sre_lib.alarms import classes
from sre_lib.alarms.card import Card
from sre_lib.alarms.classes import CLASSES, CLAUSE, Judged
from sre_lib.document.alarm_decide import DECIDE, MEND
from sre_lib.document.alarm_missing import MOST_FINDINGS, Missing
from sre_lib.document.alarms import AlarmsReview, alarms_to_discuss
from sre_lib.document.minutes.alarm_lines import AlarmDecision, AlarmVerdict
from tests.alarms.test_classes import case
from tests.document.build import WEEK, finding
from tests.document.test_alarm_missing import INCIDENT, one
from tests.document.test_alarms import HOSTILE, html, page

REASONS = {
    "broken": Judged("broken", "no_action"),
    "cried_wolf": Judged("cried_wolf", "always_with", {"alarm": "disk", "firings": 3.0}),
    "predictable": Judged("predictable", "same_minute", {"daily": 7.0, "firings": 7.0}),
    "never_could": Judged("never_could", "out_of_reach", {"threshold": 95.0, "nearest": 1.0, "low": 0.0, "high": 1.0}),
}


def named(name, judged):
    """Return a card of a name."""
    known = case()
    return Card(replace(known, id=replace(known.id, name=name)), judged, ())


def decided(made):
    """Return what is to be decided."""
    found = made.decide()
    assert found is not None
    return found


@pytest.mark.parametrize("language", ["en", "ja"])
def test_each_line_leads_to_a_card_of_the_page(language):
    cards = [named(f"{HOSTILE}{is_}", judged) for is_, judged in REASONS.items()]
    made = page(*cards, language=language)
    shown = decided(made).html
    addresses = re.findall(r'href="#([^"]+)"', shown)
    assert len(set(addresses)) == len(REASONS)
    assert addresses == re.findall(r'<section class="finding alarm-card" id="([^"]+)"', html(made.cards()))
    assert "<script" not in shown


def test_what_is_asked_fits_what_an_alarm_is():
    made = page(*(named(is_, judged) for is_, judged in REASONS.items()))
    assert decided(made).text.splitlines() == [
        "4 things to decide",
        "broken (broken): It has no action: nobody is told. → Who should be told? Give it an action, or delete it?",
        "cried_wolf (cried wolf): Each of 3 firings came with disk: one of the two is enough. → Merge it into disk?",
        "predictable (predictable): It fired at the same time of day on 7 days (7 firings). "
        "→ Keep it quiet at that time, or delete it?",
        "never_could (never fired and could not): Its threshold of 95 was never near: what it watches lay between "
        "0 and 1. → Move its threshold or delete it?",
    ]


@pytest.mark.parametrize(
    ("reason", "details", "asked"),
    [
        ("unclear", {CLAUSE: "no_metric", "expression": "1+1"}, "What should it watch? Set it up anew, or delete it?"),
        ("actions_disabled", {}, "Was it switched off on purpose? Switch it on, or delete it?"),
        ("stuck", {"days": 9.0}, "Is what it tells still wrong? Mend the cause"),
        ("blind", {"percent": 80.0}, "Does what it watches still send data?"),
        ("metric_gone", {"weeks": 4.0}, "Is what it watched gone for good? Delete it"),
    ],
)
def test_of_a_broken_alarm_is_asked_what_would_mend_it_and_no_threshold_is_suggested_first(reason, details, asked):
    _, line = decided(page(named("cpu", Judged("broken", reason, details)))).text.splitlines()
    assert f" → {asked}" in line


def test_every_reason_for_which_an_alarm_is_broken_has_its_question():
    assert set(re.findall(r'Judged\("broken", "(\w+)"', Path(classes.__file__).read_text())) == set(MEND)


def test_what_an_earlier_meeting_decided_stands_before_the_question():
    made = page(named("cpu", REASONS["broken"]))
    before = AlarmDecision("cpu", "2026-W39", WEEK.start.date(), AlarmVerdict.KEEP, "keep")
    made.opened.meeting.__dict__["alarms"] = (before,)
    assert "keep (2026-W39): " in decided(made).text


def test_silent_incidents_stand_last():
    made = AlarmsReview(one(95.0))
    made.__dict__["found"] = replace(page(named("cpu", REASONS["broken"])).found, silent=(INCIDENT,))
    _, alarm, silent = decided(made).text.splitlines()
    assert alarm.startswith("cpu (broken)")
    assert silent.endswith("→ Add the suggested alarm?")
    assert 'href="#silent-1"' in decided(made).html
    assert 'id="silent-1"' in made.silent().html


def silent_findings(n, language="en"):
    """Return the page of a week with findings that no alarm saw, all in the hour that CPU was at 95 %."""
    made = AlarmsReview(one(95.0, language))
    unheard = tuple(finding(id=f"f{at}", start=INCIDENT.start, end=INCIDENT.end) for at in range(n))
    made.__dict__["found"] = replace(page().found, unheard=unheard)
    return made


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_silent_finding_is_asked_about_with_the_alarm_that_would_have_told(language):
    made = silent_findings(1, language)
    shown = decided(made)
    assert 'href="#silent-1"' in shown.html
    assert 'id="silent-1"' in made.silent().html
    (missing,) = made.missing_findings
    assert missing.offers[0].said in shown.text
    assert missing.offers[0].said in made.silent().text
    assert shown.text.endswith({"en": "→ Add this alarm?", "ja": "→ このアラームを追加しますか？"}[language])


def test_of_many_silent_findings_a_handful_is_asked_about_and_the_rest_folded():
    made = silent_findings(MOST_FINDINGS + 2)
    shown = decided(made)
    assert len(made.missing_findings) == MOST_FINDINGS
    assert shown.text.splitlines()[0] == f"{MOST_FINDINGS} things to decide"
    assert shown.text.splitlines()[-1] == "2 more findings that no alarm saw"
    asked, folded = shown.html.split("<details")
    assert [asked.count("<li>"), folded.count("<li>")] == [MOST_FINDINGS, 2]
    assert re.findall(r'href="#(silent-\d)"', shown.html) == [f"silent-{at}" for at in range(1, MOST_FINDINGS + 3)]
    names = [each.name for each in alarms_to_discuss(made)]
    assert len(set(names)) == len(names) == MOST_FINDINGS


def test_a_silent_finding_that_no_alarm_would_have_told_of_says_so():
    made = silent_findings(1)
    made.__dict__["_lacked"] = (Missing(),)
    assert decided(made).text.endswith("(happened in silence): No alarm would have told of it: what would?")


@pytest.mark.parametrize("is_", sorted(set(CLASSES) - DECIDE))
def test_without_anything_to_decide_it_says_how_many_were_looked_at(is_):
    assert decided(page(named("a", Judged(is_, "did_not_fire")))).text == "Nothing to decide: 1 alarm was looked at."
