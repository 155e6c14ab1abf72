"""The company's own usual weeks: nobody saw anything, and the whole week is there."""

from dataclasses import replace

import numpy as np

from sre_lib.document.learning.own import quiet, usual_lessons
from sre_lib.document.minutes.meeting import Item, Meeting
from sre_lib.model import Coverage, Status
from tests.document.build import CPU, MEMORY, REQUESTS, finding, look
from tests.document.learning.test_page import ENTRY
from tests.document.test_weekly import opened


def moving(made):
    """Return a look whose series move a little: a flat line is no question."""
    frame = made.service_week.frame
    values = frame.values + np.sin(np.arange(len(frame.values)))[:, None]
    return replace(made, service_week=replace(made.service_week, frame=replace(frame, values=values)))


def test_every_judged_series_in_which_nothing_was():
    assert list(quiet(moving(look()))) == [CPU, MEMORY, REQUESTS]
    # Memory may show the shadow of what was found in CPU of the same part.
    assert list(quiet(moving(look(finding())))) == [REQUESTS]
    assert list(quiet(moving(look(finding(part="alb", metric="requests", statistic="Sum", resource="context"))))) == [
        CPU,
        MEMORY,
    ]


def test_what_is_flat_or_partial_is_no_usual_week():
    assert list(quiet(replace(look(), service_week=look(levels={CPU: np.nan}).service_week))) == []
    rows = tuple(Coverage(each, Status.PARTIAL, share, 0.0) for each, share in ((CPU, 0.98), (MEMORY, 1.0)))
    assert list(quiet(moving(look(coverage=rows)))) == [MEMORY]
    frame = look().service_week.frame
    flat = replace(frame, values=frame.values * 0 + 5)
    assert list(quiet(replace(look(), service_week=replace(look().service_week, frame=flat)))) == []


def test_what_people_saw_this_week_is_no_usual_week():
    page = opened(moving(look()))
    assert [each.column for each in usual_lessons(page)] == [CPU, MEMORY, REQUESTS]
    noted = replace(page, meeting=Meeting(items=(Item(replace(ENTRY, origin="people", view="seen", found=False)),)))
    assert [each.column for each in usual_lessons(noted)] == [REQUESTS]
