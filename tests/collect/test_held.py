"""A review whose only source is its archive."""

from dataclasses import replace

import pytest

from sre_lib import weeks
from sre_lib.collect.frame import NOT_ASKED
from sre_lib.collect.gather import Collected, Problem, collect
from sre_lib.collect.source import open_source
from sre_lib.demo.recorded import Recorded
from sre_lib.errors import SourceError
from sre_lib.model import Part, Service, Status
from sre_lib.params_file import ArchiveSource
from tests.collect.account import SERVICE, WEB, archive_in, collected, review_of

WEEK = weeks.named("2026-W40", "Asia/Tokyo", history_weeks=2)
EARLIER = weeks.named("2026-W37", "Asia/Tokyo", history_weeks=2)
MONDAY = weeks.morning_after(WEEK)
REVIEW = review_of(ArchiveSource(type="archive"))
OTHER = Service("api", (Part("api", "ecs_service", {**WEB, "ServiceName": "api"}),))


def held(archive, review=REVIEW, services=None):
    with open_source(review, MONDAY) as client:
        return collect(review, services or review.services, WEEK, client, archive, MONDAY)


def filled(folder):
    archive = archive_in(folder)
    collected(REVIEW, WEEK, archive, Recorded(), MONDAY)
    return archive


def test_an_archive_that_has_it_all_is_enough(tmp_path):
    assert held(filled(tmp_path)) == Collected()


def test_an_archive_that_holds_nothing_of_the_week_is_refused_and_nothing_written(tmp_path):
    review = replace(REVIEW, archive=tmp_path / "mistyped")
    with pytest.raises(SourceError, match=r"mistyped holds nothing of 2026-W40 for any service of shop; correct"):
        held(archive_in(tmp_path), review)
    assert not list(tmp_path.iterdir())


def test_an_archive_of_other_weeks_or_other_services_is_refused(tmp_path):
    archive = archive_in(tmp_path)
    collected(REVIEW, EARLIER, archive, Recorded(), weeks.morning_after(EARLIER))
    with pytest.raises(SourceError, match="holds nothing of 2026-W40"):
        held(archive)
    renamed = Service("web", (Part("web", "ecs_service", {**WEB, "ServiceName": "other"}),))
    with pytest.raises(SourceError, match="holds nothing of 2026-W40"):
        held(filled(tmp_path), replace(REVIEW, services=(renamed,)))


def test_what_was_never_asked_for_is_a_problem_of_its_service(tmp_path):
    review = replace(REVIEW, services=(SERVICE, OTHER))
    never = Problem("api", Status.NO_DATA, NOT_ASKED, 2)
    assert held(filled(tmp_path), review).problems == (never,)
    assert held(filled(tmp_path), review, (OTHER,)).problems == (never,)
    more = replace(SERVICE, parts=(*SERVICE.parts, *OTHER.parts))
    assert held(filled(tmp_path), replace(REVIEW, services=(more,))).problems == (never._replace(service="web"),)


def test_a_damaged_file_is_something_and_a_problem(tmp_path):
    archive = filled(tmp_path)
    archive.store.write(archive.key(SERVICE, WEEK, 60), b"damaged")
    (problem,) = held(archive).problems
    assert (problem.service, problem.status, problem.metrics) == ("web", Status.PARTIAL, 0)
    assert archive.key(SERVICE, WEEK, 60) in problem.message
