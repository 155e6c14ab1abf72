from dataclasses import replace
from datetime import timedelta
from functools import partial
from unittest.mock import DEFAULT, Mock

import numpy as np
import pytest
from botocore.exceptions import ClientError

from sre_lib import weeks
from sre_lib.collect.cloudwatch import fetch
from sre_lib.collect.gather import Collected, Problem, collect, service_week
from sre_lib.collect.queries import Place
from sre_lib.collect.spans import ONLY_HOURLY
from sre_lib.collect.windows import HOUR_S, epoch, floor
from sre_lib.demo.endpoint_accounts import Accounts
from sre_lib.demo.endpoint_faults import Fault, Faults
from sre_lib.demo.recorded import Recorded
from sre_lib.errors import SourceError
from sre_lib.model import Part, Service, Status
from sre_lib.params_file import ArchiveSource
from tests.collect.account import ALB, SERVICE, WEB, archive_in, collected, opened, review_of, steady

WEEK = weeks.named("2026-W40", "Asia/Tokyo", history_weeks=2)
NEXT = weeks.named("2026-W41", "Asia/Tokyo", history_weeks=2)
REVIEW = review_of(ArchiveSource(type="archive"))
MONDAY, NEXT_MONDAY = weeks.morning_after(WEEK), weeks.morning_after(NEXT)


def windows(ledger, week=WEEK):
    """Return what was asked as (period, start and end in hours from the week's start, queries)."""
    start = epoch(week.start)
    return sorted(
        {
            (query.metric_stat.period, (call.start_time - start) / 3600, (call.end_time - start) / 3600)
            for call in ledger.answered
            for query in call.metric_data_queries
        }
    )


def asked(ledger):
    """Return the names of the metrics that were asked for."""
    queries = [query for call in ledger.answered for query in call.metric_data_queries]
    return {query.metric_stat.metric.metric_name for query in queries}


def test_the_first_run_fetches_and_the_second_asks_nothing(tmp_path):
    archive, backend = archive_in(tmp_path), steady(WEEK)
    first, ledger = collected(REVIEW, WEEK, archive, backend, MONDAY)
    second, later = collected(REVIEW, WEEK, archive, backend, MONDAY + timedelta(hours=3))
    assert windows(ledger) == [(60, -184, 168), (300, -336, -184), (300, -336, 168)]
    # Fifteen days of five statistics at 60 s take a second page, which may be billed again.
    assert (first.usage.calls, first.usage.billed_low, first.usage.billed_high) == (ledger.calls, 12, 6 * 4 * 2 + 2 + 5)
    assert [first.usage.cost_low, first.usage.cost_high] == pytest.approx([0.00012, 0.00055])
    assert first.problems == ()
    assert (second, later.calls) == (Collected(), 0)


def test_datapoints_are_counted_as_they_came(tmp_path):
    backend = Recorded()
    backend.put("AWS/ECS", "CPUUtilization", WEB, [epoch(WEEK.start), epoch(WEEK.start) + 60], [1.0, 2.0])
    assert collected(REVIEW, WEEK, archive_in(tmp_path), backend, MONDAY)[0].usage.datapoints == 2 * 4


def test_next_week_asks_only_the_new_window_and_what_was_provisional_becomes_final(tmp_path):
    archive, backend = archive_in(tmp_path), steady(replace(NEXT, history_start=WEEK.history_start))
    collected(REVIEW, WEEK, archive, backend, MONDAY)
    late = epoch(WEEK.end) - 3600
    backend.put("AWS/ECS", "CPUUtilization", WEB, [late], [1e6])
    _, ledger = collected(REVIEW, NEXT, archive, backend, NEXT_MONDAY)
    assert windows(ledger, NEXT) == [(60, -41, 168), (300, -41, 168)]
    stored = archive.read(SERVICE, WEEK, 60)
    assert stored is not None
    (maximum,) = [
        values for key, values in stored.values.items() if key[1] == "Maximum" and key.metric.name == "CPUUtilization"
    ]
    assert maximum[(late - epoch(WEEK.start)) // 60] == 1e6


@pytest.mark.parametrize("fault", ["Forbidden", "PartialData"])
def test_what_was_denied_or_partial_is_a_problem_and_asked_again(tmp_path, fault):
    archive, backend = archive_in(tmp_path), steady(WEEK)
    faults = Faults(Fault(fault, metric=("AWS/ECS", "MemoryUtilization")))
    first, _ = collected(REVIEW, WEEK, archive, backend, MONDAY, faults)
    status, message = {
        "Forbidden": (Status.DENIED, "Forbidden: Forbidden (simulated)"),
        "PartialData": (Status.PARTIAL, ""),
    }[fault]
    assert first.problems == (Problem("web", status, message, 1),)
    second, ledger = collected(REVIEW, WEEK, archive, backend, MONDAY)
    assert asked(ledger) == {"MemoryUtilization"}
    assert second.problems == ()
    assert collected(REVIEW, WEEK, archive, backend, MONDAY)[0] == Collected()


def test_no_data_is_no_problem_and_not_asked_again(tmp_path):
    archive = archive_in(tmp_path)
    first, _ = collected(REVIEW, WEEK, archive, Recorded(), MONDAY)
    assert (first.problems, first.usage.datapoints) == ((), 0)
    assert collected(REVIEW, WEEK, archive, Recorded(), MONDAY)[0] == Collected()


def test_access_denied_for_every_call_ends_the_collection_and_nothing_is_written(tmp_path):
    faults = Faults(Fault("refused", "AccessDenied"))
    with pytest.raises(SourceError, match="AWS denied cloudwatch:GetMetricData; let an IAM policy"):
        collected(REVIEW, WEEK, archive_in(tmp_path), steady(WEEK), MONDAY, faults)
    assert not list(tmp_path.rglob("*.parquet"))


def test_a_resource_of_two_services_is_asked_once_and_kept_for_both(tmp_path):
    archive, backend = archive_in(tmp_path), steady(WEEK)
    other = Service("api", (Part("api", "ecs_service", WEB),))
    alone, _ = collected(REVIEW, WEEK, archive_in(tmp_path / "alone"), backend, MONDAY)
    both, _ = collected(replace(REVIEW, services=(SERVICE, other)), WEEK, archive, backend, MONDAY)
    assert both == alone
    kept, copied = archive.read(SERVICE, WEEK, 60), archive.read(other, WEEK, 60)
    assert kept is not None
    assert copied is not None
    assert len(copied.values) == 8
    for key, values in copied.values.items():
        np.testing.assert_array_equal(values, kept.values[key])


def test_history_too_old_is_kept_as_said(tmp_path):
    archive, long = archive_in(tmp_path), weeks.named("2026-W40", "Asia/Tokyo", history_weeks=9)
    got, _ = collected(REVIEW, long, archive, Recorded(), weeks.morning_after(long))
    spans = archive.spans(SERVICE, weeks.history(long)[0], 300)
    assert {(each[0].status, each[0].message) for each in spans.values()} == {(Status.NO_DATA, ONLY_HOURLY)}
    assert got.problems == ()


def test_progress_counts_metrics_up_to_all_of_them(tmp_path):
    told = []
    with opened(steady(WEEK), MONDAY) as clients:
        collect(REVIEW, [SERVICE], WEEK, clients, archive_in(tmp_path), MONDAY, lambda *counts: told.append(counts))
    assert told[0] == (0, 12)
    assert told[-1] == (12, 12)
    assert told == sorted(told)


def test_a_service_is_ready_while_others_are_still_fetched_with_all_its_files_written(tmp_path):
    services = [replace(SERVICE, name=f"s{number:02}", parts=_named(number)) for number in range(40)]
    archive, told, held = archive_in(tmp_path), [], {}

    def ready(service):
        held[service.name] = len(archive.spans(service, WEEK, 300))

    with opened(steady(WEEK), MONDAY) as clients:
        collect(REVIEW, services, WEEK, clients, archive, MONDAY, lambda *counts: told.append(counts), ready)
    assert 1 <= len(held) < len(services)
    assert set(held.values()) == {len(archive.spans(services[0], WEEK, 300))}


def _named(number):
    """Return the parts of a service that is no other's."""
    return tuple(replace(part, dimensions={**part.dimensions, "Copy": str(number)}) for part in SERVICE.parts)


def test_a_history_that_is_denied_is_a_problem_of_its_own(tmp_path, monkeypatch):
    sentence = "AWS denied cloudwatch:GetMetricData; let an IAM policy of whom the review runs as allow it"
    denied = (Status.DENIED, f"{sentence} (AccessDenied: no)")

    def deny_coarse(**arguments):
        if arguments["MetricDataQueries"][0]["MetricStat"]["Period"] == 300:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetMetricData")
        return DEFAULT

    with opened(steady(WEEK), MONDAY) as clients:
        halved = Mock(wraps=clients.cloudwatch(Place()))
        halved.get_metric_data.side_effect = deny_coarse
        monkeypatch.setattr(clients, "cloudwatch", lambda _place: halved)
        got = collect(REVIEW, [SERVICE], WEEK, clients, archive_in(tmp_path), MONDAY)
    # Latency is asked at 300 s for the week too, since its percentile cannot be rolled up.
    assert got.problems == (Problem("web", *denied, 1), Problem("web", *denied, 5, before=True))


def test_a_damaged_file_is_a_problem_of_its_service_alone(tmp_path):
    archive, backend = archive_in(tmp_path), steady(WEEK)
    other = Service("api", (Part("api", "alb_target_group", ALB),))
    archive.store.write(archive.key(SERVICE, WEEK, 60), b"damaged")
    got, ledger = collected(replace(REVIEW, services=(SERVICE, other)), WEEK, archive, backend, MONDAY)
    (problem,) = got.problems
    assert (problem.service, problem.status) == ("web", Status.PARTIAL)
    assert archive.key(SERVICE, WEEK, 60) in problem.message
    assert ledger.calls > 0
    assert archive.read(other, WEEK, 60)


def test_what_came_before_the_credentials_expired_is_kept_and_the_rest_a_problem(tmp_path, monkeypatch):
    archive, backend = archive_in(tmp_path), steady(WEEK)
    services = tuple(Service(f"s{at}", (Part("p", "ecs_service", {**WEB, "at": str(at)}),)) for at in range(9))
    faults = Faults()
    monkeypatch.setattr("sre_lib.collect.gather.fetch", partial(fetch, threads=1))

    def break_off(done, _total):
        faults.rules = [Fault("refused", "ExpiredToken")] if done else []

    with opened(backend, MONDAY, faults) as clients:
        got = collect(REVIEW, services, WEEK, clients, archive, MONDAY, break_off)
    statuses = {
        span.status for service in services for spans in archive.spans(service, WEEK, 60).values() for span in spans
    }
    assert Status.PARTIAL in statuses
    assert len(statuses) == 2
    assert got.problems
    assert all(problem.message.startswith("the AWS credentials have expired") for problem in got.problems)


def test_parts_in_other_regions_and_accounts_are_read_there(tmp_path):
    regions = ("ap-northeast-1", "us-east-1")
    backends = {("test", region): steady(WEEK, seed=seed) for seed, region in enumerate(regions)}
    backends["123456789012", regions[0]] = steady(WEEK, seed=9)
    account = Accounts(backends, {"test": ("123456789012",)})
    here = Part("here", "ecs_service", WEB)
    parts = (here, replace(here, name="there", region=regions[1]), replace(here, name="linked", account="123456789012"))
    service, archive = Service("web", parts), archive_in(tmp_path)
    review = replace(REVIEW, services=(service,))
    got, ledger = collected(review, WEEK, archive, account, MONDAY)
    assert got.problems == ()
    assert {caller.region for caller in ledger.callers} == set(regions)
    frame = service_week(review, service, WEEK, archive).frame.values
    for part, seed in (("here", 0), ("there", 1), ("linked", 9)):
        alone, single = archive_in(tmp_path / part), replace(REVIEW, services=(Service("web", (here,)),))
        collected(single, WEEK, alone, steady(WEEK, seed=seed), MONDAY)
        wanted = service_week(single, single.services[0], WEEK, alone).frame.values.loc[:, ["here"]].to_numpy()
        np.testing.assert_array_equal(frame.loc[:, [part]].to_numpy(), wanted)


def test_a_region_that_cannot_be_reached_is_a_problem_and_the_rest_comes(tmp_path):
    here = Part("here", "ecs_service", WEB)
    service = Service("web", (here, replace(here, name="there", profile="nobody", region="us-east-1")))
    got, _ = collected(replace(REVIEW, services=(service,)), WEEK, archive_in(tmp_path), steady(WEEK), MONDAY)
    (problem,) = got.problems
    assert (problem.status, problem.metrics) == (Status.PARTIAL, 2)
    assert problem.message.startswith("profile nobody, region us-east-1: the AWS profile 'nobody' does not exist; run ")
    assert got.usage.datapoints > 0


def test_a_naive_clock_is_refused(tmp_path):
    with opened(Recorded(), MONDAY) as clients, pytest.raises(ValueError, match="without its offset"):
        collect(REVIEW, [SERVICE], WEEK, clients, archive_in(tmp_path), MONDAY.replace(tzinfo=None))


def requests_of(ledger):
    """Return each metric and period that was asked for, with its statistics and window."""
    found: dict[tuple[object, int, int, int], set[str]] = {}
    for call in ledger.answered:
        for query in call.metric_data_queries:
            stat = query.metric_stat
            key = (stat.metric, stat.period, call.start_time, call.end_time)
            found.setdefault(key, set()).add(stat.stat)
    return found


def test_a_new_week_costs_one_metric_for_five_statistics_and_asks_nothing_that_is_final(tmp_path):
    archive = archive_in(tmp_path)
    backend = steady(replace(NEXT, history_start=WEEK.history_start - timedelta(days=80)))
    long, following = (replace(each, history_start=each.start - timedelta(weeks=12)) for each in (WEEK, NEXT))
    first, _ = collected(REVIEW, long, archive, backend, MONDAY)
    second, ledger = collected(REVIEW, following, archive, backend, NEXT_MONDAY)
    found = requests_of(ledger)
    # Six metrics at 60 s; of the latency, whose percentile cannot be rolled up, 300 s too; hours no more.
    assert sorted(period for _, period, _, _ in found) == [60] * 6 + [300]
    assert {len(statistics) <= 5 for statistics in found.values()} == {True}
    assert (second.usage.billed_low, first.usage.billed_low) == (7, 6 * 3)
    final = floor(epoch(MONDAY) - 48 * HOUR_S, HOUR_S)
    assert {start for _, _, start, _ in found} == {final}
    assert second.usage.calls == ledger.calls
    assert collected(REVIEW, following, archive, backend, NEXT_MONDAY)[0] == Collected()


EXPIRED = "the AWS credentials have expired; sign in again, for example with `aws sso login`"


def test_what_is_in_the_archive_is_reviewed_where_the_rest_cannot_be_read(tmp_path):
    archive, backend = archive_in(tmp_path), steady(WEEK)
    collected(REVIEW, WEEK, archive, backend, MONDAY)
    before = archive.read(SERVICE, WEEK, 60)
    expired = Faults(Fault("refused", "ExpiredTokenException"))
    again, ledger = collected(REVIEW, WEEK, archive, backend, MONDAY + timedelta(days=3), expired)
    assert ledger.calls == 0
    assert {each.message for each in again.problems} == {EXPIRED}
    after = archive.read(SERVICE, WEEK, 60)
    assert before is not None
    assert after is not None
    assert after.spans == before.spans
    for key, values in after.values.items():
        np.testing.assert_array_equal(values, before.values[key])
