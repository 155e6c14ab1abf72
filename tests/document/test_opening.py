import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sre_lib.document import opening
from sre_lib.document.opening import check_parameters, open_review
from sre_lib.errors import SreReviewError, UserMistakeError

REVIEW = """
title: Test shop
timezone: UTC
history_weeks: 1
source: {type: demo, seed: 1}
services:
  - {name: worker, kind: ecs_service, dimensions: {ClusterName: shop, ServiceName: worker}}
"""


@pytest.fixture
def review(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A review of one service in an empty folder, which is the current one."""
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "test.yaml").write_text(REVIEW, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return "test"


def test_it_collects_what_the_archive_lacks_and_only_that(review):
    first, second = (open_review(review, "2026-W40") for _ in range(2))
    assert first.collected is not None
    assert first.collected.usage.calls > 0
    assert second.collected is None
    assert [look.service.name for look in first.looks] == ["worker"]
    assert first.now == datetime(2026, 10, 5, 7, tzinfo=UTC)
    assert first.looks[0].analysis.findings == second.looks[0].analysis.findings
    assert (first.simulated, first.in_run, first.failed) == (True, False, {})


def test_in_a_run_nothing_is_collected_and_a_service_that_cannot_be_read_is_named(review, monkeypatch):
    def broken(*_: object) -> None:
        raise ZeroDivisionError("float division by zero")

    monkeypatch.setattr(opening, "analysis", broken)
    opened = open_review(review, "2026-W40", out="reviews/test/2026-W40")
    assert (opened.collected, opened.in_run, opened.looks) == (None, True, ())
    assert opened.failed == {"worker": "ZeroDivisionError: float division by zero"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"review": "nowhere"}, "review: found no file for 'nowhere'"),
        ({"week": "2026-W60"}, "week: got '2026-W60', wants an ISO week that exists"),
        ({"week": 40}, "parameter: week: got 40, wants text; put it in quotes"),
        ({"now": "monday"}, "now: got 'monday', wants a time such as 2026-10-05T07:00+09:00"),
        ({"now": "2026-10-01T00:00Z"}, "week: 2026-W40 has not ended yet"),
        ({"service": "wrker"}, "service: got 'wrker', wants one of worker"),
    ],
)
def test_a_value_that_cannot_be_used_is_said_in_one_sentence(review, changes, message):
    given = {"review": review, "week": "2026-W40"} | changes
    with pytest.raises(UserMistakeError, match=re.escape(message)):
        open_review(**given)


PARAMETERS = 'review: str = "demo"\nweek: str = ""\nservice = "web"'


def test_parameters_of_the_notebook_are_accepted():
    check_parameters(["", PARAMETERS, '# Parameters\nreview = "shop"\nweek = "2026-W40"', "open_week(review, week)"])
    check_parameters(["", PARAMETERS, "open_week(review, week)"])


@pytest.mark.parametrize("before", ["", "series = ask.series(service)"])
def test_cells_may_run_in_another_order_in_jupyterlab(before):
    check_parameters([before, '# Parameters\nreview = "shop"\nweek = "2026-W40"'])
    check_parameters(["", before, '# Parameters\nreview = "shop"\nweek = "2026-W40"'])


def test_a_mistyped_parameter_is_refused_with_the_nearest_name():
    with pytest.raises(UserMistakeError, match=r"^parameter: got 'weak', which this notebook .* did you mean 'week'\?"):
        check_parameters(["", PARAMETERS, '# Parameters\nreview = "shop"\nweak = "2026-W40"'])


def test_a_notebook_shows_a_mistake_as_one_sentence():
    assert SreReviewError("week: no")._render_traceback_() == ["SreReviewError: week: no"]
