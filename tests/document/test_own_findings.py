"""What the meeting saw itself becomes an entry: measured, stable over re-runs, linked with what the tool found."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from sre_lib.analyse.remeasure import remeasure
from sre_lib.analyse.remeasure_look import Terms
from sre_lib.document.display import Chart
from sre_lib.document.minutes.meeting import Item, Meeting, known_of_entry
from sre_lib.document.minutes.record import Entry, Minutes, Written
from sre_lib.document.own_findings import linked, measured, missed, with_own
from sre_lib.document.weekly import WeeklyReview
from tests.document.build import CPU, REQUESTS, SERVICE, TOKYO, WEEK, finding, look
from tests.document.test_weekly import opened as review_opened

START = datetime(2026, 10, 1, 1, tzinfo=UTC)
FORM = "Service: web\nMetric: cpu\nFrom: 10/1 10:00\nTo: 10:30\nWhat we saw: the page was slow"
OWN = Entry(
    id="own-", service="web", part="web", resource="cpu", metric="cpu", statistic="Average", view="seen",
    start=START, end=START + timedelta(minutes=30), unit="Percent", sentence="the page was slow",
    evidence={"value": 92.0, "expected": 30.0, "change": 62.0}, origin="people", found=False,
)  # fmt: skip


def opened(*looks):
    """Return the demo's opened week with the small service in its review file."""
    made = review_opened(*looks)
    return replace(made, review=replace(made.review, services=(SERVICE,)))


def spiky(column=CPU, value=92.0, **changes):
    """Return a look with one datapoint of another value within the form's time."""
    made = look(**changes)
    made.service_week.frame.values.loc["2026-10-01T01:10", tuple(column)] = value
    return made


def minutes(text=FORM, *entries):
    return Minutes("2026-W40", date(2026, 10, 5), entries, {"own": Written(text)} if text else {})


def named(entry, name):
    return replace(entry, id=name)


def test_a_form_becomes_an_entry_measured_in_the_week():
    (entry,) = with_own(minutes(), opened(spiky())).entries
    assert entry.id.startswith("own-")
    assert named(entry, "own-") == OWN


def test_it_keeps_id_and_text_and_numbers_over_a_re_run_and_moves_with_its_form():
    (entry,) = with_own(minutes(), opened(spiky())).entries
    talked = replace(entry, written=Written("Verdict: fix"))
    again = with_own(minutes(FORM, talked), opened(spiky(value=10.0))).entries
    assert again == (talked,)
    moved = with_own(minutes(FORM.replace("10:00", "10:05"), talked), opened(spiky(value=10.0))).entries
    assert moved == (
        replace(
            talked,
            start=START + timedelta(minutes=5),
            evidence={"value": 10.0, "expected": 30.0, "change": -20.0},
        ),
    )


def test_without_its_form_it_goes_unless_something_is_written_on_it_or_people_put_it_into_the_file():
    by_hand = named(OWN, "mine")
    talked = replace(OWN, id="own-2", written=Written("Verdict: fix"))
    found = with_own(minutes("", named(OWN, "own-1"), talked, by_hand), opened(spiky())).entries
    assert found == (talked, by_hand)


def test_a_service_that_could_not_be_looked_at_keeps_its_entry():
    assert with_own(minutes(FORM, OWN), opened()).entries == (OWN,)
    assert with_own(minutes(), opened()).entries == ()


def test_an_entry_stands_behind_those_of_the_tool():
    tool = replace(OWN, id="f1", origin="tool", view="spike")
    assert [each.id[:4] for each in with_own(minutes(FORM, tool), opened(spiky())).entries] == ["f1", "own-"]


@pytest.mark.parametrize(
    ("value", "evidence"),
    [
        (92.0, {"value": 92.0, "expected": 30.0, "change": 62.0}),
        (3.0, {"value": 3.0, "expected": 30.0, "change": -27.0}),
    ],
)
def test_the_value_is_the_farthest_from_what_is_expected(value, evidence):
    assert measured(spiky(value=value), CPU, START, START + timedelta(minutes=30)) == evidence


def test_without_a_baseline_there_is_a_value_alone_and_without_data_nothing():
    made = spiky(levels={CPU: 30.0})
    bare = replace(made, analysis=replace(made.analysis, bands=made.analysis.bands.iloc[:, :0]))
    assert measured(bare, CPU, START, START + timedelta(minutes=30)) == {"value": 92.0}
    assert measured(bare, REQUESTS, START, START + timedelta(minutes=30)) == {}
    made.service_week.frame.values.loc[:, tuple(CPU)] = np.nan
    assert measured(made, CPU, START, START + timedelta(minutes=30)) == {}


def test_next_week_it_is_measured_again_like_a_departure():
    made = spiky()
    found = remeasure(known_of_entry(OWN), OWN.evidence, WEEK, made.service_week, Terms(made.catalog))
    assert found.then["value"] == 92.0
    assert found.outcome != "cannot_tell"


def test_what_the_tool_found_too_is_linked_and_not_missed():
    tool = finding(start=START, end=START + timedelta(minutes=40))
    meeting = Meeting((Item(replace(OWN, id="f1", origin="tool"), "f1"), Item(OWN)))
    (first, second) = linked(meeting, [tool], TOKYO).items
    assert first == meeting.items[0]
    assert second == Item(replace(OWN, found=True), "", "f1")
    assert missed([second.entry]) == ()
    assert linked(meeting, [finding(metric="memory", resource="memory")], TOKYO) == meeting
    assert missed([OWN]) == (OWN,)


def test_it_has_a_section_of_its_own_with_what_was_measured():
    items = (Item(replace(OWN, id="f1", origin="tool"), "f1"), Item(OWN, also="f1"), Item(OWN))
    made = spiky()
    made = replace(made, analysis=replace(made.analysis, findings=(finding(start=START),)))
    review = WeeklyReview(replace(opened(made), meeting=Meeting(items)))
    head, chart = review.finding(2)
    assert repr(head).splitlines() == [
        "2. the page was slow (seen by the meeting itself)",
        "   CPU, Thu 1 Oct 10:00 to 10:30: 92 %, where 30 % is usual",
    ]
    assert "the tool found it, too: number 1" in getattr(head, "html", "")
    assert isinstance(chart, Chart)
    assert "the tool found it" not in getattr(review.finding(3)[0], "html", "")


def test_where_the_series_is_not_there_it_says_so():
    review = WeeklyReview(replace(opened(), meeting=Meeting((Item(OWN),))))
    assert repr(review.finding(1)[1]) == "The series of this finding is not in the archive."
