"""Up to when there is data, and how a page says it."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from sre_lib import weeks
from sre_lib.document.data_end import data_end, end_text, ends_early, latest
from sre_lib.model import Answer, Column, MetricFrame, Part, Service, ServiceWeek, Status
from sre_lib.wording import wording

WEEK = weeks.named("2026-W40", "Asia/Tokyo", history_weeks=1)
SERVICE = Service("web", (Part("web", "ec2_instance", {"InstanceId": "i-1"}),))
COLUMNS = (Column("web", "cpu", "Average"), Column("web", "memory", "Average"))


def frame(ends: list[timedelta | None], period_s: int = 300) -> MetricFrame:
    """Return series that end so long before the week does; None: a series without any datapoint."""
    index = pd.date_range(WEEK.history_start, WEEK.end, freq=f"{period_s}s", inclusive="left", unit="s")
    values = pd.DataFrame(np.nan, index, pd.MultiIndex.from_tuples(COLUMNS[: len(ends)]))
    for column, end in zip(COLUMNS, ends, strict=False):
        if end is not None:
            values.loc[index < pd.Timestamp(WEEK.end - end), tuple(column)] = 1.0
    return MetricFrame(values, dict.fromkeys(COLUMNS[: len(ends)], Answer(Status.COMPLETE, period_s)), period_s)


@pytest.mark.parametrize(
    ("ends", "hourly", "expected"),
    [
        ([timedelta()], None, timedelta()),
        ([timedelta(days=2), timedelta(minutes=5)], None, timedelta(minutes=5)),
        ([timedelta(days=2), None], None, timedelta(days=2)),
        ([None], None, None),
        ([timedelta(days=7)], None, None),
        ([None], timedelta(hours=3), timedelta(hours=3)),
    ],
)
def test_the_last_period_with_a_datapoint_of_the_week(ends, hourly, expected):
    coarse = None if hourly is None else frame([hourly], 3600)
    end = data_end(ServiceWeek(SERVICE, WEEK, frame(ends), hourly=coarse))
    assert end == (None if expected is None else WEEK.end - expected)


@pytest.mark.parametrize(
    ("before", "early", "en", "ja"),
    [
        (
            timedelta(),
            False,
            "Data up to 2026-10-05 (Mon) 00:00 (Asia/Tokyo)",
            "データは 2026年10月5日(月) 00:00 (Asia/Tokyo) まで",
        ),
        (
            timedelta(hours=1),
            False,
            "Data up to 2026-10-04 (Sun) 23:00 (Asia/Tokyo)",
            "データは 2026年10月4日(日) 23:00 (Asia/Tokyo) まで",
        ),
        (
            timedelta(days=2),
            True,
            "Data only up to 2026-10-03 (Sat) 00:00 (Asia/Tokyo), before the week's end",
            "データは 2026年10月3日(土) 00:00 (Asia/Tokyo) まで。週の終わりに達していません",
        ),
        (None, True, "No data of this week could be read", "この週のデータは読めませんでした"),
    ],
)
def test_sentences(before, early, en, ja):
    end = None if before is None else WEEK.end - before
    assert ends_early(end, WEEK) is early
    assert (end_text(end, WEEK, wording("en")), end_text(end, WEEK, wording("ja"))) == (en, ja)


def test_of_several_the_latest():
    assert latest([WEEK.start, None, WEEK.end]) == WEEK.end
    assert latest([None]) is None
