"""What a view of named series found, known and measured again a week later: with numbers, or a reason why not."""

import re
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import product

import numpy as np
import pandas as pd
import pytest

from sre_lib import weeks
from sre_lib.analyse.identity import known_of, match
from sre_lib.analyse.remeasure import remeasure
from sre_lib.analyse.remeasure_look import Terms
from sre_lib.catalog import builtin_catalog
from sre_lib.earlier import Remeasured
from sre_lib.model import MetricFrame, ServiceWeek
from sre_lib.wording import wording
from sre_lib.wording.remeasured import remeasured_sentence
from tests.analyse.views.cases import CASES, case

NOT_ALONE = {
    "batch_drift", "crash_loop", "oscillation", "push_old_capacity", "too_quiet", "traffic_without_cpu",
}  # fmt: skip
"""Views whose evidence has no number of one series that could be compared."""

WEEK = pd.Timedelta(days=7)


def next_week(looked_at: ServiceWeek, quiet: bool) -> ServiceWeek:
    """The week after: the values of the reviewed week again, or of the third week of history."""
    then = looked_at.week
    now = weeks.named("2026-W41", then.timezone)
    values = looked_at.frame.values
    source = values.iloc[14 * 288 : 21 * 288] if quiet else values.loc[pd.Timestamp(then.start) :]
    added = source.set_axis(values.index[-7 * 288 :] + WEEK)
    later = pd.concat([values, added]).loc[pd.Timestamp(now.history_start) :]
    return replace(looked_at, week=now, frame=MetricFrame(later, looked_at.frame.answers))


@cache
def measured(view: str, quiet: bool, without_evidence: bool = False) -> Remeasured:
    looked_at, _, finding = case(view)
    numbers = {} if without_evidence else finding.evidence
    return remeasure(known_of(finding), numbers, looked_at.week, next_week(looked_at, quiet), Terms(builtin_catalog()))


@pytest.mark.parametrize("quiet", [False, True], ids=["same", "quiet"])
@pytest.mark.parametrize("view", CASES)
def test_every_view_is_measured_again_or_says_why_not(view, quiet):
    found = measured(view, quiet)
    if view in NOT_ALONE:
        assert (found.outcome, found.reason) == ("cannot_tell", "not_measured_again")
        return
    if found.outcome == "cannot_tell":
        assert found.reason in {"too_few_days", "no_data_then"}
        return
    assert np.isfinite(list(found.now.values())).all()
    if quiet:
        assert found.outcome in {"gone", "better"}
    else:
        assert found.outcome != "again"


@pytest.mark.parametrize(
    "view",
    ["cpu_imbalance", "cpu_plateau", "level_after_deployment", "tasks_below_desired", "cpu_high", "cpu_per_request",
     "cpu_without_traffic", "same_minute", "day_mode", "headroom", "metric_gap", "memory_after_peak",
     "memory_of_one_task"],
)  # fmt: skip
def test_the_same_week_again_is_still_there_and_a_quiet_one_is_gone(view):
    # What happened once is expected a little more: so a day may be called better.
    assert measured(view, quiet=False).outcome in {"still", "better", "worse"}
    assert measured(view, quiet=True).outcome == "gone"


def test_a_floor_that_stays_no_longer_rises():
    assert measured("weekly_floor", quiet=False).outcome == "gone"


@pytest.mark.parametrize("view", CASES)
def test_every_outcome_is_a_sentence(view):
    _, _, finding = case(view)
    zone, day = "Asia/Tokyo", date(2026, 10, 12)
    for language, verdict, quiet in product(("en", "ja"), ("", "fix", "expected", "false alarm"), (False, True)):
        found, say = measured(view, quiet), wording(language)
        text = remeasured_sentence(verdict, None, found, known_of(finding), finding.unit, say, zone, day)
        assert text
        assert not re.search(r"[{}_]|\b(nan|inf)\b", text)


@pytest.mark.parametrize("view", CASES)
def test_no_evidence_left_is_a_reason_or_measured_and_never_an_error(view):
    found = measured(view, quiet=False, without_evidence=True)
    assert found.outcome == "cannot_tell" or found.now


@pytest.mark.parametrize("view", CASES)
def test_the_same_a_week_later_is_the_same_subject(view):
    _, _, finding = case(view)
    later = replace(
        finding, id="later", start=finding.start + timedelta(days=7), end=finding.end + timedelta(days=7),
        until=finding.until and finding.until + timedelta(days=7),
    )  # fmt: skip
    (matched,) = match([known_of(finding)], [later], "Asia/Tokyo")
    assert finding.id in {matched.subject, matched.same}
