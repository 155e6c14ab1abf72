"""The company's own lessons: what its meetings decided on, and weeks in which nothing was."""

from collections.abc import Iterator

from sre_lib.analyse.memo import analysis
from sre_lib.analyse.stories import flat
from sre_lib.collect.archive import Archive
from sre_lib.document.learning.lesson import Decision, Lesson
from sre_lib.document.look import Look, column_of
from sre_lib.document.minutes.form import Verdict
from sre_lib.document.minutes.meeting import Carried
from sre_lib.document.minutes.record import Entry
from sre_lib.document.opening import Opened
from sre_lib.document.own_findings import finding_of
from sre_lib.document.since import measured_now, verdict_name, week_of
from sre_lib.errors import SreReviewError
from sre_lib.model import Column, Finding, Week
from sre_lib.stores import store_of

LEAST_SEEN = 0.99
"""Share of a week's datapoints that must be there: who points at a gap is right."""


def decided_lessons(opened: Opened) -> tuple[list[Lesson], list[Carried]]:
    """Return a lesson for each verdict of earlier weeks, newest first, and the verdicts whose series is not there."""
    looks: dict[tuple[str, str], Look | None] = {}
    found, lacking = list[Lesson](), list[Carried]()
    for each in sorted(opened.meeting.carried, key=lambda each: each.week, reverse=True):
        place = (each.week, each.entry.service)
        if place not in looks:
            looks[place] = _look(opened, week_of(each, opened), each.entry.service)
        lesson = _lesson(opened, each, looks[place])
        if lesson:
            found.append(lesson)
        else:
            lacking.append(each)
    return found, lacking


def usual_lessons(opened: Opened) -> list[Lesson]:
    """Return series of the week in which nobody saw anything: no finding, not even below the cut, and no note.

    What people saw in this very week counts as far as it is written down when the page is made.
    """
    seen = {(item.entry.service, item.entry.part) for item in opened.meeting.items}
    return [
        Lesson(look, column)
        for look in opened.looks
        for column in quiet(look)
        if (look.service.name, column.part) not in seen
    ]


def quiet(look: Look) -> Iterator[Column]:
    """Yield the judged series in which nothing was found, as far as the whole week is there.

    Of CPU and memory a finding in either is enough to leave out both: who sees its shadow in the other is right.
    """
    found = look.analysis
    seen = tuple(flat([*found.findings, *found.below_cut, *found.known]))
    busy = {each.part for each in seen if each.resource != "context"}
    told = {column_of(each) for each in seen}
    whole = {each.column for each in found.coverage if each.share >= LEAST_SEEN}
    for column in look.judged():
        if column in told or (look.spec(column).resource != "context" and column.part in busy):
            continue
        if column in whole and look.has_data(column) and _moves(look, column):
            yield column


def _moves(look: Look, column: Column) -> bool:
    """Tell whether a series is more than one repeated value: a flat line asks nothing."""
    values = look.service_week.frame.series(column)
    week = values[(values.index >= look.week.start) & (values.index < look.week.end)]
    return bool(week.nunique() > 1)


def _look(opened: Opened, week: Week, name: str) -> Look | None:
    """Return a service in an earlier week; None where it is not reviewed any more, or cannot be read."""
    review = opened.review
    service = next((each for each in review.services if each.name == name), None)
    if service is None:
        return None
    archive = Archive(store_of(review.archive), review.name)
    try:
        service_week, found = analysis(review, service, week, archive)
    except SreReviewError:
        return None
    return Look(service_week, found, review.catalog, opened.say)


def _lesson(opened: Opened, carried: Carried, look: Look | None) -> Lesson | None:
    """Return the lesson of a verdict; None where its series is not there."""
    entry = carried.entry
    column = Column(entry.part, entry.metric, entry.statistic)
    if look is None or column not in look.service_week.frame.answers or not look.has_data(column):
        return None
    decision = Decision(
        verdict_name(carried.verdict, opened.say),
        entry.discussion(carried.meeting).note,
        measured_now(carried, opened),
    )
    false_alarm = carried.verdict is Verdict.FALSE_ALARM
    return Lesson(
        look, column, _finding(entry, look), entry.sentence, decision, missed=_missed(entry), false_alarm=false_alarm
    )


def _finding(entry: Entry, look: Look) -> Finding:
    """Return what was decided on as the analysis has it, else as the meeting saw it."""
    seen = finding_of(entry, look)
    analysed = flat([*look.analysis.findings, *look.analysis.below_cut])
    alike = (each for each in analysed if (column_of(each), each.view) == (column_of(seen), seen.view))
    return next((each for each in alike if each.start < seen.end and each.end > seen.start), seen)


def _missed(entry: Entry) -> bool:
    """Tell whether people saw it and the tool did not."""
    return entry.origin == "people" and not entry.found
