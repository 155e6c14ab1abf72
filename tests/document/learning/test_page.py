"""The learning page: nothing tells the answer before it is asked for; the library grows from the minutes."""

import re
from dataclasses import replace
from datetime import date

import pytest

from sre_lib import params
from sre_lib.document.learning import own
from sre_lib.document.learning.page import LearningReview
from sre_lib.document.minutes.form import Verdict
from sre_lib.document.minutes.meeting import Carried, Meeting
from sre_lib.document.minutes.record import Entry, Written
from sre_lib.document.opening import Opened
from sre_lib.wording import wording
from tests.document.build import WEEK, finding, look
from tests.run.stubbed import REVIEW

SPIKE = finding()
NOTE = "crawler <b>again</b>"
ENTRY = Entry(
    "f1", "web", "web", "cpu", "cpu", "Average", "spike", SPIKE.start, SPIKE.end, "Percent",
    "web: CPU rose to 92 %", SPIKE.evidence, written=Written(f"**Verdict:** fix\n\n**Note:** {NOTE}"),
)  # fmt: skip


def learning(tmp_path, monkeypatch, *carried, language="en"):
    """Return the learning page of a review whose earlier meetings decided so."""
    (tmp_path / "params").mkdir(exist_ok=True)
    file = tmp_path / "params" / "shop.yaml"
    file.write_text(REVIEW)
    seen = look(SPIKE, language=language)
    monkeypatch.setattr(own, "analysis", lambda *_: (seen.service_week, seen.analysis))
    now = WEEK.end
    meeting = Meeting(carried=carried)
    review = params.load(str(file))
    return LearningReview(Opened(review, WEEK, now, wording(language), (seen,), {}, None, in_run=True, meeting=meeting))


def carried(**changes):
    return Carried("2026-W39", date(2026, 9, 28), replace(ENTRY, **changes), Verdict.FIX)


def test_without_a_decision_the_shipped_cases_are_shown_and_say_so(tmp_path, monkeypatch):
    page = learning(tmp_path, monkeypatch)
    assert "No meeting has decided" in page.headline().text
    assert "simulated" in page.headline().html
    assert all(each.shipped for each in page.lessons)
    assert "grows by itself" in page.library().text


def test_a_decided_case_has_what_the_meeting_decided_and_what_came_of_it(tmp_path, monkeypatch):
    page = learning(tmp_path, monkeypatch, carried())
    (own_case,) = [each for each in page.lessons if not each.shipped]
    assert (own_case.finding, own_case.decision.verdict, own_case.decision.note) == (SPIKE, "fix", NOTE)
    assert own_case.decision.became
    shown = "".join(getattr(each, "html", "") for each in page.cases())
    assert "crawler &lt;b&gt;again&lt;/b&gt;" in shown
    assert "2026-W40 | web – CPU" in page.library().text.replace("web | ", "")


def test_people_saw_it_and_the_tool_did_not(tmp_path, monkeypatch):
    page = learning(tmp_path, monkeypatch, carried(origin="people", view="seen", found=False))
    assert page.lessons[-1].missed
    assert "people saw it, the tool did not" in page.library().text


def test_a_series_that_is_gone_is_in_the_library_alone(tmp_path, monkeypatch):
    page = learning(tmp_path, monkeypatch, carried(metric="credits"))
    assert all(each.shipped for each in page.lessons)
    assert "series not in the archive" in page.library().text


@pytest.mark.parametrize("language", ["en", "ja"])
def test_nothing_before_the_reveal_tells_the_answer(tmp_path, monkeypatch, language):
    page = learning(tmp_path, monkeypatch, carried(), language=language)
    shown = page.cases()
    for asked, plain, lesson in zip(shown[::5], shown[1::5], page.lessons, strict=True):
        assert lesson.sentence not in asked.html + asked.text
        figure = plain.figure.to_dict()
        assert len(figure["data"]) == 1
        assert not any(each["type"] == "rect" for each in figure["layout"].get("shapes", ()))
        assert shown[3].figure.layout.yaxis.range == shown[1].figure.layout.yaxis.range


def test_the_drill_shows_its_answer_nowhere_but_where_the_page_scores_it(tmp_path, monkeypatch):
    page = learning(tmp_path, monkeypatch, carried())
    for each in page.drill()[1::2]:
        visible = re.sub(r"<[^>]*>", "", each.html)
        assert "usual" not in visible
        assert each.text in visible.replace("\n", " ") or each.text.partition(". ")[2] in visible
