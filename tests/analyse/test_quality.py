from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from sre_lib.analyse.quality import coverage, not_published, shortage
from sre_lib.collect.frame import NOT_ASKED
from sre_lib.model import Answer, Column, Coverage, Status, Week
from tests.analyse.series import DAY, START, index, rhythm

COLUMN = Column("web", "cpu", "Average")
COMPLETE = Answer(Status.COMPLETE, 300)
WEEK = Week("2026-W12", START + timedelta(days=14), START + timedelta(days=21), START, "UTC")


YOUNG = rhythm(21).where(np.arange(21 * DAY) >= 19.5 * DAY)


def series_with(first, last, value=np.nan, days=21):
    series = rhythm(days)
    series.iloc[14 * DAY + first : 14 * DAY + last] = value
    return series


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        (rhythm(21), Coverage(COLUMN, Status.COMPLETE, 1.0, 0.0)),
        (series_with(100, 112), Coverage(COLUMN, Status.COMPLETE, 2004 / 2016, 60.0)),
        (series_with(0, 2016), Coverage(COLUMN, Status.COMPLETE, 0.0, 10_080.0)),
        (series_with(10, 40, 33.0), Coverage(COLUMN, Status.COMPLETE, 1.0, 0.0, "", 150.0)),
        (pd.Series(5.0, index(21)), Coverage(COLUMN, Status.COMPLETE, 1.0, 0.0)),
        (rhythm(20.5), Coverage(COLUMN, Status.COMPLETE, 6.5 / 7, 720.0)),
    ],
    ids=["whole", "an hour missing", "nothing", "stale for 150 minutes", "flat by nature", "ends early"],
)
def test_coverage_counts_the_reviewed_week_alone(series, expected):
    assert coverage(series, COLUMN, COMPLETE, WEEK) == expected


def test_coverage_keeps_what_the_source_said():
    answer = Answer(Status.DENIED, 300, "AccessDenied")
    assert coverage(series_with(0, 2016), COLUMN, answer, WEEK).message == "AccessDenied"


@pytest.mark.parametrize(
    ("series", "answer", "expected"),
    [
        (rhythm(21), COMPLETE, None),
        (rhythm(21), Answer(Status.PARTIAL, 300), None),
        (rhythm(21) * np.nan, Answer(Status.NO_DATA, 300), ("no_data", {})),
        (rhythm(21) * np.nan, Answer(Status.DENIED, 300, "who?"), ("denied", {"message": "who?"})),
        (series_with(0, 2016), COMPLETE, ("no_data", {})),
        (series_with(252, 2016), COMPLETE, ("too_little_data", {"share": 0.125})),
        (series_with(252, 2016), Answer(Status.PARTIAL, 300), ("partial", {"share": 0.125})),
        (YOUNG, COMPLETE, ("too_little_history", {"days": 1.5, "wanted": 2.0})),
    ],
)  # fmt: skip
def test_a_series_is_judged_unless_too_little_is_known(series, answer, expected):
    assert shortage(series, answer, WEEK) == expected


@pytest.mark.parametrize(
    ("status", "message", "value", "expected"),
    [
        (Status.NO_DATA, "", np.nan, True),
        (Status.NO_DATA, "too old", np.nan, True),
        (Status.NO_DATA, NOT_ASKED, np.nan, False),
        (Status.DENIED, "", np.nan, False),
        (Status.PARTIAL, "", np.nan, False),
        (Status.NO_DATA, "", 3.0, False),
    ],
)
def test_only_what_was_asked_and_never_had_a_datapoint_is_not_published(status, message, value, expected):
    assert not_published(pd.Series(value, index(21)), Answer(status, 300, message)) is expected


@pytest.mark.parametrize(("first", "reason"), [(14 * DAY, "no_data"), (20 * DAY, "only_hourly")])
def test_a_week_that_is_there_by_the_hour_alone_says_so(first, reason):
    hourly = rhythm(21).where(np.arange(21 * DAY) < first)[::12]
    gone = rhythm(21) * np.nan
    nothing = Answer(Status.NO_DATA, 300)
    assert shortage(gone, nothing, WEEK, hourly) == (reason, {})
    assert (not_published(gone, nothing), not_published(gone, nothing, hourly)) == (True, False)
