"""What the pages say about the looking: cost, a history that was denied, weeks without data, a notebook on its own."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from sre_lib.collect.gather import Collected, Problem
from sre_lib.collect.usage import Usage
from sre_lib.document.agenda import not_looked_at, own_run_notes, provenance_rows
from sre_lib.model import DaySeen, Status
from sre_lib.wording import wording
from tests.document.build import WEEK, look

NO = "AccessDenied: no"
DENIED = tuple(Problem(name, Status.DENIED, NO, 2, before=True) for name in ("web", "api", "db", "cache"))
USED = Usage(calls=12, datapoints=34567, billed_low=5, billed_high=25)


def opened(made=None, **changes: object):
    known = {
        "review": SimpleNamespace(timezone="Asia/Tokyo", source=SimpleNamespace(type="cloudwatch")),
        "week": WEEK, "now": WEEK.end, "say": wording("en"), "looks": (made or look(),), "failed": {},
        "collected": None, "in_run": True, "lacking": (), "taken": Usage(),
    }  # fmt: skip
    return SimpleNamespace(**{**known, **changes})


@pytest.mark.parametrize(
    ("taken", "wanted"),
    [
        (Usage(), []),
        (
            USED,
            ["12 calls to CloudWatch, 34,567 datapoints, 5 to 25 billed metrics (about $0.0001 to $0.0003)"],
        ),
        (
            replace(USED, refused=1),
            [
                "12 calls to CloudWatch, 34,567 datapoints, 5 to 25 billed metrics (about $0.0001 to $0.0003), "
                "1 call to CloudWatch failed"
            ],
        ),
        (None, ["not known: the archive's note of it is damaged"]),
    ],
)
def test_what_the_weeks_data_cost(taken, wanted):
    assert [value for name, value in provenance_rows(opened(taken=taken)) if name == "Cost"] == wanted


def test_a_history_that_was_denied_is_one_row_for_all_services():
    assert not_looked_at(opened(lacking=DENIED)) == [
        ("web, api and 2 others", "8 series before the week", f"denied: {NO}")
    ]


def test_weeks_of_which_there_is_no_datapoint():
    made = look()
    first = WEEK.history_start.date() + timedelta(days=1)
    days = tuple(DaySeen(first + timedelta(days=at), 0 if at < 7 else 300) for at in range(14))
    shown = opened(replace(made, service_week=replace(made.service_week, days=days)))
    assert not_looked_at(shown) == [("web", "the weeks before", "No datapoint of 1 of the 1 weeks before.")]


def test_a_notebook_on_its_own_says_what_it_fetched_and_what_failed():
    collected = Collected((replace(USED, refused=2),), DENIED)
    assert own_run_notes(opened(in_run=False, collected=collected)) == [
        "This notebook ran on its own, without cells for the discussion.",
        "What the archive lacked was collected now (12 calls to CloudWatch).",
        f"web, api and 2 others: 8 series denied before the week ({NO})",
        "2 calls to CloudWatch failed",
    ]
    assert own_run_notes(opened(collected=collected)) == []
