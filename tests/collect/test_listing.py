"""Patterns are looked up by ListMetrics, and what cannot be looked up is said and stops nothing else."""

from dataclasses import replace

import numpy as np
import pytest

from sre_lib import weeks
from sre_lib.catalog import builtin_catalog
from sre_lib.collect.frame import NOT_ASKED, service_week
from sre_lib.collect.gather import Problem
from sre_lib.collect.listing import Listing
from sre_lib.collect.queries import Place
from sre_lib.collect.quota import Limits, Quotas
from sre_lib.collect.usage import Usage
from sre_lib.collect.windows import epoch
from sre_lib.demo.endpoint_faults import Fault, Faults
from sre_lib.demo.recorded import Recorded
from sre_lib.errors import SourceError
from sre_lib.model import Answer, Column, Part, Service, Status
from sre_lib.params_file import ArchiveSource
from tests.collect.account import WEB, archive_in, collected, opened, review_of

WEEK = weeks.named("2026-W40", "Asia/Tokyo", history_weeks=1)
MONDAY = weeks.morning_after(WEEK)
WEB_PART = Part("web", "ecs_service", WEB)
READERS = Part("reader", "rds_instance", {"DBInstanceIdentifier": "reader-*"})
SERVICE = Service("web", (WEB_PART, READERS))
REVIEW = review_of(ArchiveSource(type="archive"), (SERVICE,), history_weeks=1)
CPU = Column("reader", "cpu", "Average")


def account(count=3):
    """Return an account with an ECS service and some readers."""
    times = np.arange(epoch(WEEK.history_start), epoch(WEEK.end), 3600)
    backend = Recorded()
    backend.put("AWS/ECS", "CPUUtilization", WEB, times, np.full(len(times), 30.0))
    for number in range(count):
        name = {"DBInstanceIdentifier": f"reader-{number}"}
        backend.put("AWS/RDS", "CPUUtilization", name, times[-24:], np.full(24, float(number)))
    backend.put("AWS/RDS", "CPUUtilization", {"DBInstanceIdentifier": "reader-9", "Role": "X"}, times, times * 0.0)
    return backend


def test_each_question_is_asked_once_and_each_resource_is_found():
    other = Part("again", "rds_instance", {"DBInstanceIdentifier": "*-1"})
    with opened(account(600), MONDAY) as clients:
        listing = Listing(clients.cloudwatch)
        got = listing.resolve(
            builtin_catalog(),
            Service("db", (replace(READERS, dimensions={"DBInstanceIdentifier": "reader-1*"}), other)),
            (),
        )
        again = listing.resolve(builtin_catalog(), Service("db", (other,)), ())
    assert len(got.listed) == 600
    assert (got.unread, again.unread, again.listed) == ({}, {}, got.listed)
    assert listing.usages == [Usage(calls=1)] * (1 + len(builtin_catalog()["rds_instance"].metrics))


def test_all_that_matches_is_read_as_one(tmp_path):
    archive = archive_in(tmp_path)
    got, _ = collected(REVIEW, WEEK, archive, account(), MONDAY)
    assert got.problems == ()
    frame = service_week(REVIEW, SERVICE, WEEK, archive).frame
    assert set(frame.series(CPU).dropna()) == {1.0}
    names = tuple(f"DBInstanceIdentifier=reader-{number}" for number in range(3))
    assert service_week(REVIEW, SERVICE, WEEK, archive).resources == {"reader": names}
    assert set(frame.series(Column("reader", "cpu", "Maximum")).dropna()) == {2.0}


def test_a_second_run_asks_no_metric_again(tmp_path):
    archive = archive_in(tmp_path)
    collected(REVIEW, WEEK, archive, account(), MONDAY)
    _, ledger = collected(REVIEW, WEEK, archive, account(), MONDAY)
    assert ledger.calls == 0


def test_denied_it_says_which_permission_and_the_others_go_on(tmp_path):
    archive = archive_in(tmp_path)
    faults = Faults(Fault("refused", "AccessDenied", action="ListMetrics"))
    got, _ = collected(REVIEW, WEEK, archive, account(), MONDAY, faults)
    (problem,) = got.problems
    assert (problem.service, problem.status, problem.metrics) == (
        "web", Status.DENIED, len(builtin_catalog()["rds_instance"].metrics),
    )  # fmt: skip
    assert problem.message.startswith(
        "DBInstanceIdentifier=reader-* could not be looked up by cloudwatch:ListMetrics: "
    )
    assert got.usage.refused == 1
    shown = service_week(REVIEW, SERVICE, WEEK, archive)
    assert shown.frame.answers[Column("web", "cpu", "Average")].status is Status.COMPLETE
    assert shown.frame.answers[CPU] == Answer(Status.DENIED, 300, problem.message)
    assert shown.resources == {"reader": ()}


def test_what_was_denied_once_is_said_no_more(tmp_path):
    archive = archive_in(tmp_path)
    refused = Faults(Fault("refused", "AccessDenied", action="ListMetrics"))
    collected(REVIEW, WEEK, archive, account(), MONDAY, refused)
    again, ledger = collected(REVIEW, WEEK, archive, account(), MONDAY)
    assert again.problems == ()
    asked = [query.metric_stat for call in ledger.answered for query in call.metric_data_queries]
    assert {stat.metric.dimensions[0].value for stat in asked if stat} == {"reader-0", "reader-1", "reader-2"}
    assert service_week(REVIEW, SERVICE, WEEK, archive).frame.answers[CPU].status is Status.COMPLETE


def test_what_was_denied_once_and_now_matches_nothing_says_that(tmp_path):
    archive = archive_in(tmp_path)
    refused = Faults(Fault("refused", "AccessDenied", action="ListMetrics"))
    collected(REVIEW, WEEK, archive, account(0), MONDAY, refused)
    collected(REVIEW, WEEK, archive, account(0), MONDAY)
    answer = service_week(REVIEW, SERVICE, WEEK, archive).frame.answers[CPU]
    assert answer.status is Status.NO_DATA
    assert answer.message.startswith("DBInstanceIdentifier=reader-* matches nothing")


def test_a_pattern_that_matches_nothing_says_so(tmp_path):
    service = Service("web", (WEB_PART, replace(READERS, dimensions={"DBInstanceIdentifier": "raeder-*"})))
    review, archive = replace(REVIEW, services=(service,)), archive_in(tmp_path)
    got, _ = collected(review, WEEK, archive, account(), MONDAY)
    nothing = "DBInstanceIdentifier=raeder-* matches nothing that has datapoints; correct it where it is mistyped"
    assert got.problems == (Problem("web", Status.NO_DATA, nothing, len(builtin_catalog()["rds_instance"].metrics)),)
    answer = service_week(review, service, WEEK, archive).frame.answers[CPU]
    assert answer == Answer(Status.NO_DATA, 300, f"{nothing}; {NOT_ASKED}")


def test_too_many_are_refused_and_counted(tmp_path):
    got, ledger = collected(REVIEW, WEEK, archive_in(tmp_path), account(201), MONDAY)
    (problem,) = got.problems
    assert problem.message == "DBInstanceIdentifier=reader-* matches 201 resources, more than 200; narrow it"
    queries = [query for call in ledger.answered for query in call.metric_data_queries]
    assert {query.metric_stat.metric.namespace for query in queries if query.metric_stat} == {"AWS/ECS"}


def test_with_nothing_else_to_read_an_account_that_cannot_be_read_is_an_error(tmp_path):
    review = replace(REVIEW, services=(Service("db", (READERS,)),))
    faults = Faults(Fault("refused", "ExpiredToken"))
    with pytest.raises(SourceError, match="expired"):
        collected(review, WEEK, archive_in(tmp_path), account(), MONDAY, faults)


@pytest.mark.parametrize("kind", ["reset", "html", "truncated"])
def test_what_fails_for_a_moment_is_asked_again_and_what_stays_is_said(tmp_path, kind):
    got, _ = collected(
        REVIEW, WEEK, archive_in(tmp_path), account(), MONDAY, Faults(Fault(kind, action="ListMetrics", times=1))
    )
    assert [problem.status for problem in got.problems] in ([], [Status.PARTIAL])
    assert all("cloudwatch:ListMetrics" in problem.message for problem in got.problems)


def test_looking_up_is_counted_and_keeps_to_the_limits_of_its_place(tmp_path):
    metrics = len(builtin_catalog()["rds_instance"].metrics)
    got, ledger = collected(REVIEW, WEEK, archive_in(tmp_path), account(), MONDAY)
    assert got.usage.calls == ledger.calls + metrics
    waited: list[float] = []
    quotas = Quotas(Limits(4, 1e9), epoch(MONDAY), clock=lambda: 0.0, sleep=waited.append)
    with opened(account(600), MONDAY) as clients:
        Listing(clients.cloudwatch, quotas.wait_for_call).resolve(builtin_catalog(), Service("db", (READERS,)), ())
    assert waited == [0.25 * each for each in range(1, metrics + 1)]


def test_a_linked_account_is_asked_for_by_its_number():
    asked = []

    class Client:
        def get_paginator(self, name):
            assert name == "list_metrics"
            return self

        def paginate(self, **arguments):
            asked.append(arguments)
            return [{"Metrics": []}]

    places = []

    def client_of(place):
        places.append(place)
        return Client()

    part = replace(READERS, account="123456789012", region="eu-west-1", profile="far")
    Listing(client_of).resolve(builtin_catalog(), Service("db", (part,)), ())
    assert set(places) == {Place("far", "eu-west-1")}
    assert asked[0] == {
        "Namespace": "AWS/RDS",
        "MetricName": "CPUUtilization",
        "Dimensions": [{"Name": "DBInstanceIdentifier"}],
        "IncludeLinkedAccounts": True,
        "OwningAccount": "123456789012",
    }
