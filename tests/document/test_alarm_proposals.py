"""What alarms.json keeps for decisions comes back from it as it was."""

import json
from dataclasses import replace

import pytest

from sre_lib.alarms.card import Card
from sre_lib.alarms.classes import Judged
from sre_lib.document.alarm_proposals import Proposed, proposals, proposals_of
from sre_lib.document.alarms import AlarmsReview
from sre_lib.errors import UserMistakeError
from sre_lib.run.alarm_answers import alarms_json
from tests.alarms.test_classes import RAW, case
from tests.document.build import finding
from tests.document.test_alarm_missing import INCIDENT, one
from tests.document.test_alarms import page


def test_what_is_kept_comes_back():
    together = Judged("cried_wolf", "always_with", {"alarm": "disk", "firings": 3.0})
    made = page(Card(case(), together, ()), Card(case(), Judged("quiet", "did_not_fire"), ()))
    found = tuple(proposals(made))
    assert found == (
        Proposed(
            RAW, services=("web",), class_="cried_wolf", reason="always_with", details={"alarm": "disk", "firings": 3.0}
        ),
        Proposed(RAW, services=("web",), class_="quiet", reason="did_not_fire"),
    )
    assert found[0].instead == "disk"
    assert proposals_of(alarms_json(made, found)) == found


def test_a_suggestion_and_what_silent_incidents_lacked_come_back():
    made = AlarmsReview(one(95.0))
    made.__dict__["found"] = replace(page(Card(case(), Judged("quiet", "did_not_fire"), ())).found, silent=(INCIDENT,))
    first, *new = proposals(made)
    suggested = replace(first, changes={"Threshold": 90.0, "ExtendedStatistic": None}, said=("Quieter.",))
    assert [each.new for each in new] == [True]
    assert proposals_of(alarms_json(made, [suggested, *new])) == (suggested, *new)


def test_what_a_silent_finding_lacked_comes_back():
    made = AlarmsReview(one(95.0))
    unheard = (finding(start=INCIDENT.start, end=INCIDENT.end),)
    made.__dict__["found"] = replace(page().found, unheard=unheard)
    found = tuple(proposals(made))
    assert [each.new for each in found] == [True]
    assert proposals_of(alarms_json(made, found)) == found


def test_a_file_of_an_earlier_version_has_no_proposals():
    assert proposals_of(json.dumps({"week": "2026-W40", "trouble": "nothing"}).encode()) == ()
    assert proposals_of(json.dumps({"alarms": [{"name": "cpu"}], "silent": {"incidents": [{}]}}).encode()) == ()


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{", b'{"alarms": [{"definition": 1}]}', b'{"alarms": [{"class": "x"}]}']
)
def test_a_damaged_file_is_one_sentence(content):
    with pytest.raises(UserMistakeError, match=r"^alarms\.json: .*run `sre-review run` once more$"):
        proposals_of(content)
