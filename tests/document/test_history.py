"""What became of it all: subjects over the weeks, time to resolution, actions, what the tool missed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from sre_lib.document.history import ActionRow, History, PastWeek, ServiceRow, Subject, WeekRow, history
from sre_lib.document.history_page import history_notebook
from sre_lib.document.minutes.form import Action, Verdict
from sre_lib.document.minutes.record import Entry, Minutes, Written
from sre_lib.document.pages import PageInfo, to_html
from sre_lib.wording import wording
from tests.document.build import TOKYO, finding

MONDAY = date(2026, 10, 5)
FIRST = datetime(2026, 10, 1, 5, 5, tzinfo=UTC)
WEEK = timedelta(weeks=1)
SPIKE = Entry(
    "f1", "web", "web", "cpu", "cpu", "Average", "spike", FIRST, FIRST + timedelta(hours=1), "Percent", "CPU rose"
)
FIX = replace(SPIKE, written=Written("Verdict: fix"))
OWN = replace(SPIKE, id="own-1", metric="latency", resource="context", view="seen", origin="people", found=False)


def week(number, *entries, found=None, notes="", **changes):
    """Return the week this many weeks after 2026-W40; nothing was found in its run where nothing is given."""
    name, day = f"2026-W{40 + number}", MONDAY + number * WEEK
    minutes = Minutes(name, day, entries, {"actions": Written(notes)} if notes else {})
    return PastWeek(minutes, () if found is None else found, **changes)


def again(number):
    """Return the same spike this many weeks later, as a run finds it."""
    start = FIRST + number * WEEK
    return finding(id="x", start=start, end=start + timedelta(hours=1))


def resolutions(*past):
    return [(each.fixed, each.gone, each.took, each.back) for each in history(past, TOKYO).resolutions]


def test_no_week_is_no_history():
    assert history([], TOKYO) == History()


def test_a_fix_is_resolved_in_the_first_week_without_it():
    assert resolutions(week(0, FIX), week(1, found=(again(1),)), week(2)) == [("2026-W40", "2026-W42", 2, False)]


@pytest.mark.parametrize(
    "second",
    [
        week(1, found=(again(1),)),
        week(1, below_cut=(again(1),)),
        week(1, not_judged=frozenset({("web", "web", "cpu")})),
        replace(week(1), findings=None),
        week(1, became={"2026-W40/f1": "still"}),
        week(1, became={"2026-W40/f1": "cannot_tell"}),
    ],
)
def test_what_is_there_or_cannot_be_told_is_not_resolved(second):
    assert resolutions(week(0, FIX), second) == [("2026-W40", "", 0, False)]


def test_what_was_measured_counts_more_than_what_was_found():
    assert resolutions(week(0, FIX), week(1, found=(again(1),), became={"2026-W40/f1": "gone"})) == [
        ("2026-W40", "2026-W41", 1, False)
    ]


def test_what_comes_back_after_it_was_gone_says_so():
    assert resolutions(week(0, FIX), week(1), week(2, found=(again(2),))) == [("2026-W40", "2026-W41", 1, True)]
    assert resolutions(week(0, FIX), week(1), week(2, became={"2026-W40/f1": "again"}))[0][3]


def test_entries_that_follow_each_other_are_one_subject():
    second = replace(SPIKE, id="f2", follows="2026-W40/f1", start=FIRST + WEEK, end=FIRST + WEEK + timedelta(hours=1))
    other = replace(SPIKE, id="f3", metric="memory", resource="memory")
    made = history([week(0, FIX, other), week(1, second, found=(again(1),)), week(2, found=(again(2),))], TOKYO)
    assert made.recurring == (Subject(second, ("2026-W40", "2026-W41", "2026-W42"), Verdict.FIX, "2026-W40"),)
    assert [each.entry.id for each in made.subjects] == ["f2", "f3"]


def test_actions_are_opened_once_and_closed_once():
    asked = replace(SPIKE, written=Written("Verdict: watch\n- [ ] look @yuki 10/12\n- [x] ask"))
    made = history(
        [week(0, asked), week(1, notes="- [ ] Look  @yuki"), week(2, notes="- [x] look @yuki\n- [ ] b")], TOKYO
    )
    assert made.actions == (
        ActionRow(Action("ask", done=True), "web", "2026-W40", "2026-W40"),
        ActionRow(Action("look", "yuki", done=True), "web", "2026-W40", "2026-W42"),
        ActionRow(Action("b"), "", "2026-W42"),
    )
    assert [(row.opened, row.closed, row.open) for row in made.weeks] == [(2, 1, 1), (0, 0, 1), (1, 1, 1)]


def test_a_box_ticked_anywhere_in_a_week_is_ticked():
    asked = replace(SPIKE, written=Written("- [x] look"))
    assert [each.closed for each in history([week(0, asked, notes="- [ ] look")], TOKYO).actions] == ["2026-W40"]


def test_weeks_and_services_count_findings_verdicts_and_what_the_tool_missed():
    other = replace(SPIKE, id="f9", service="api", part="api")
    seen_by_both = replace(OWN, id="own-2", found=True)
    made = history([week(0, FIX, OWN, seen_by_both), week(1, other)], TOKYO)
    assert made.weeks == (
        WeekRow("2026-W40", 3, {Verdict.FIX: 1}, 0, 0, 0, 1),
        WeekRow("2026-W41", 1, {}, 0, 0, 0, 0),
    )
    assert made.services == (
        ServiceRow("web", 3, {Verdict.FIX: 1}, gone=1, recurring=0, missed=1, open=0),
        ServiceRow("api", 1, {}, gone=0, recurring=0, missed=0, open=0),
    )
    assert made.missed == (("2026-W40", OWN),)


@pytest.mark.parametrize(("language", "line"), [("en", "What became of it all in 2 weeks"), ("ja", "2週間の経過")])
def test_the_page_says_how_many_weeks_it_is_about(language, line):
    made = history([week(0, FIX, OWN), week(1)], TOKYO)
    page = to_html(history_notebook(made, "Shop <b>", wording(language)), page=PageInfo("History", language))
    assert line in page
    assert "Shop &lt;b&gt;" in page
    assert 'href="2026-W40/index.html"' in page
    assert page == to_html(history_notebook(made, "Shop <b>", wording(language)), page=PageInfo("History", language))


def test_what_people_wrote_is_text_on_the_page():
    hostile = replace(OWN, sentence="<script>alert(1)</script>", written=Written("- [ ] <img src=x onerror=a>"))
    page = to_html(history_notebook(history([week(0, hostile)], TOKYO), "Shop", wording("en")), page=PageInfo("x"))
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<img src=x" not in page


def test_sections_with_nothing_in_them_say_so():
    cells = history_notebook(history([week(0)], TOKYO), "Shop", wording("en")).cells
    said = [each.outputs[0].data["text/plain"] for each in cells if each.cell_type == "code"]
    assert said[4:] == [
        "No finding in these weeks.",
        "Nothing was decided to be fixed in these weeks.",
        "Nothing was there in more than one of these weeks.",
        "The meeting saw nothing itself that the tool had missed.",
        "No action in these weeks.",
    ]
