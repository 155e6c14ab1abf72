from datetime import timedelta

import pytest

from sre_lib import weeks
from sre_lib.catalog import BASE_STATISTICS, builtin_catalog
from sre_lib.collect.archive_file import SeriesKey
from sre_lib.collect.plan import TooOld, plan, wanted
from sre_lib.collect.queries import Metric, MetricRequest
from sre_lib.collect.spans import ONLY_HOURLY, TOO_OLD, Span, with_span
from sre_lib.collect.windows import Window, epoch
from sre_lib.model import Part, Service, Status

CATALOG = builtin_catalog()
WEEK = weeks.named("2026-W40", "Asia/Tokyo")
MONDAY = weeks.morning_after(WEEK)
EC2 = Service("batch", (Part("batch", "ec2_instance", {"InstanceId": "i-1"}),))
LAMBDA = Service("resize", (Part("resize", "lambda_function", {"FunctionName": "resize"}),))
HOURS = timedelta(hours=1)


def planned(service, now, archived=None, week=WEEK):
    return plan(CATALOG, service, week, epoch(now), archived or {60: {}, 300: {}, 3600: {}})


def shown(requests, week=WEEK):
    """Return requests as (period, start and end in hours from the week's start, statistics)."""
    start = epoch(week.start)
    return [
        (each.period_s, (each.window.start - start) / 3600, (each.window.end - start) / 3600, each.statistics)
        for each in requests
    ]


def after(found, now, archived=None, status=Status.COMPLETE):
    """Return what the archive knows when a plan has been carried out."""
    spans = {period_s: dict(known) for period_s, known in (archived or {60: {}, 300: {}, 3600: {}}).items()}
    told = [
        (each.period_s, SeriesKey(each.metric, name), Span(each.window.start, each.window.end, epoch(now), status))
        for each in found.requests
        for name in each.statistics
    ] + [
        (period_s, key, Span(window.start, window.end, epoch(now), Status.NO_DATA, message))
        for key, window, period_s, message in found.too_old
    ]
    for period_s, key, span in told:
        spans[period_s][key] = with_span(spans[period_s].get(key, ()), span)
    return spans


def test_the_first_run_asks_15_days_at_60_s_and_the_history_before_at_300_s():
    found = planned(EC2, MONDAY)
    # 15 days before Monday at 7, less an hour of margin.
    assert shown(found.requests) == [(60, -184, 168, BASE_STATISTICS), (300, -6 * 168, -184, BASE_STATISTICS)]
    assert found.too_old == ()


def test_percentiles_are_asked_at_both_periods_for_the_whole_of_it():
    requests = [each for each in planned(LAMBDA, MONDAY).requests if each.metric.name == "Duration"]
    both = (*BASE_STATISTICS, "p99")
    assert shown(requests) == [(60, -184, 168, both), (300, -6 * 168, 168, both)]


@pytest.mark.parametrize("later", [timedelta(0), timedelta(minutes=59), timedelta(hours=40)])
@pytest.mark.parametrize("service", [EC2, LAMBDA], ids=lambda service: service.name)
def test_a_second_run_asks_nothing_while_the_end_of_the_week_cannot_be_final(service, later):
    archived = after(planned(service, MONDAY), MONDAY)
    assert planned(service, MONDAY + later, archived).requests == ()


@pytest.mark.parametrize(("later", "period_s"), [(timedelta(hours=41), 60), (timedelta(days=30), 300)])
def test_once_the_week_can_be_final_its_provisional_end_is_asked_for_once_more(later, period_s):
    archived = after(planned(EC2, MONDAY), MONDAY)
    again = planned(EC2, MONDAY + later, archived)
    # Fetched 7 h after the end: the last 41 h were provisional then.
    assert shown(again.requests) == [(period_s, 127, 168, BASE_STATISTICS)]
    assert planned(EC2, MONDAY + later, after(again, MONDAY + later, archived)).requests == ()


def test_a_week_that_was_final_when_it_was_fetched_is_never_asked_for_again():
    late = WEEK.end + timedelta(hours=48)
    archived = after(planned(LAMBDA, late), late)
    assert planned(LAMBDA, late + timedelta(days=9), archived).requests == ()
    following = weeks.named("2026-W41", "Asia/Tokyo")
    requests = planned(LAMBDA, weeks.morning_after(following), archived, following).requests
    assert {(each.window.start, each.window.end) for each in requests} == {(epoch(WEEK.end), epoch(following.end))}


def test_next_week_asks_its_own_window_alone_and_makes_the_provisional_final():
    archived = after(planned(LAMBDA, MONDAY), MONDAY)
    following = weeks.named("2026-W41", "Asia/Tokyo")
    requests = planned(LAMBDA, weeks.morning_after(following), archived, following).requests
    durations = [each for each in requests if each.metric.name == "Duration"]
    assert shown(durations, following) == [(60, -41, 168, (*BASE_STATISTICS, "p99")), (300, -41, 168, ("p99",))]
    others = [each for each in requests if each.metric.name != "Duration"]
    assert {each[:3] for each in shown(others, following)} == {(60, -41, 168)}


def test_a_week_left_out_is_asked_at_300_s_from_where_the_archive_was_provisional():
    archived = after(planned(EC2, MONDAY), MONDAY)
    later = weeks.named("2026-W42", "Asia/Tokyo")
    requests = planned(EC2, weeks.morning_after(later), archived, later).requests
    # Fetched 7 h after the end: the last 41 h of W40 were provisional then.
    assert shown(requests, later) == [(60, -184, 168, BASE_STATISTICS), (300, -168 - 41, -184, BASE_STATISTICS)]


@pytest.mark.parametrize("status", [Status.PARTIAL, Status.DENIED])
def test_what_was_partial_or_denied_is_asked_again(status):
    first = planned(EC2, MONDAY)
    assert planned(EC2, MONDAY, after(first, MONDAY, status=status)) == first


def test_no_data_counts_as_asked():
    archived = after(planned(EC2, MONDAY), MONDAY, status=Status.NO_DATA)
    assert planned(EC2, MONDAY, archived).requests == ()


def test_corrected_dimensions_are_asked_anew():
    archived = after(planned(EC2, MONDAY), MONDAY)
    other = Service("batch", (Part("batch", "ec2_instance", {"InstanceId": "i-2"}),))
    assert len(planned(other, MONDAY, archived).requests) == 2


def test_a_week_beyond_15_days_is_asked_at_300_s_only():
    short = weeks.named("2026-W40", "Asia/Tokyo", history_weeks=4)
    requests = planned(EC2, WEEK.end + timedelta(days=15), week=short).requests
    assert shown(requests) == [(300, -4 * 168, 168, BASE_STATISTICS)]


def test_a_week_over_the_15_day_boundary_is_asked_in_two_parts():
    now = WEEK.end + timedelta(days=10, minutes=20)
    # 15 days before, less an hour of margin, up to the whole hour: 72 h - 24 h + 1 h + 1 h into the week.
    assert shown(planned(EC2, now).requests) == [(60, 50, 168, BASE_STATISTICS), (300, -6 * 168, 50, BASE_STATISTICS)]


def test_history_beyond_63_days_is_asked_for_by_the_hour_and_said_at_300_s():
    long = weeks.named("2026-W40", "Asia/Tokyo", history_weeks=10)
    found = planned(EC2, weeks.morning_after(long), week=long)
    oldest = epoch(weeks.morning_after(long) - timedelta(days=63) + HOURS)
    metric = Metric("AWS/EC2", "CPUUtilization", (("InstanceId", "i-1"),))
    assert [each.window.start for each in found.requests if each.period_s == 300] == [oldest]
    gone = Window(epoch(long.history_start), oldest)
    assert [each for each in found.requests if each.period_s == 3600] == [
        MetricRequest(metric, BASE_STATISTICS, gone, 3600)
    ]
    assert found.too_old == tuple(TooOld(SeriesKey(metric, name), gone, 300, ONLY_HOURLY) for name in BASE_STATISTICS)
    again = planned(EC2, weeks.morning_after(long), after(found, weeks.morning_after(long)), long)
    assert (again.requests, again.too_old) == ((), ())


def test_what_has_not_happened_yet_is_not_asked():
    now = WEEK.start + timedelta(hours=10, minutes=7)
    (fine, _) = shown(planned(EC2, now).requests)
    # CloudWatch still fills in the last 15 minutes.
    assert fine[2] == pytest.approx(9 + 50 / 60)


@pytest.mark.parametrize(
    ("name", "hours"), [("2026-W13", 167), ("2026-W43", 169), ("2026-W40", 168)], ids=["spring", "autumn", "plain"]
)
def test_weeks_over_the_change_of_the_clocks_are_asked_whole(name, hours):
    week = weeks.named(name, "Europe/Berlin")
    fine, coarse = planned(EC2, weeks.morning_after(week), week=week).requests
    assert shown([fine], week) == [(60, hours - 352, hours, BASE_STATISTICS)]
    assert (coarse.window.start, coarse.window.end) == (epoch(week.history_start), fine.window.start)


def test_each_resource_is_asked_once_with_all_the_statistics_that_anyone_wants():
    twice = Service("resize", (*LAMBDA.parts, Part("again", "lambda_function", {"FunctionName": "resize"})))
    assert wanted(CATALOG, twice) == wanted(CATALOG, LAMBDA)
    assert next(iter(wanted(CATALOG, LAMBDA).values())) == (*BASE_STATISTICS, "p99")


def test_what_was_provisional_is_not_too_old_once_it_cannot_be_bettered():
    archived = after(planned(EC2, MONDAY), MONDAY)
    later = weeks.named("2026-W48", "Asia/Tokyo", history_weeks=9)
    found = planned(EC2, weeks.morning_after(later), archived, later)
    # Of W40 the last 41 h were provisional; beyond 63 days now is all up to the Monday after W39, 08:00 local time.
    assert [each.window.start for each in found.requests if each.period_s == 300] == [epoch(WEEK.end) - 41 * 3600]
    oldest = planned(EC2, weeks.morning_after(later) + timedelta(days=9), archived, later)
    assert (oldest.too_old[0].window.start, len(oldest.too_old)) == (epoch(WEEK.end), 4)


def hourly(requests, week):
    """Return what is asked for at 3600 s, in hours from the week's start."""
    return [each[1:] for each in shown(requests, week) if each[0] == 3600]


def test_hours_are_asked_for_only_where_nothing_shorter_is_held():
    long = weeks.named("2026-W40", "Asia/Tokyo", history_weeks=20)
    key = SeriesKey(Metric("AWS/EC2", "CPUUtilization", (("InstanceId", "i-1"),)), "Sum")
    others = tuple(name for name in BASE_STATISTICS if name != "Sum")
    start, oldest = epoch(long.history_start), epoch(MONDAY) - 63 * 86_400 + 3600
    held = Span(start, oldest, start, Status.COMPLETE)
    archived = {60: {}, 300: {key: (held,)}, 3600: {}}
    (request,) = [each for each in planned(EC2, MONDAY, archived, long).requests if each.period_s == 3600]
    assert request.statistics == others
    assert request.window == Window(start, oldest)
    archived = {
        60: {key: (held._replace(end=start + 1800),)},
        300: {key: (held._replace(start=start + 5400),)},
        3600: {},
    }
    (request,) = [each for each in planned(EC2, MONDAY, archived, long).requests if each.period_s == 3600]
    assert request.statistics == BASE_STATISTICS


def test_what_a_former_version_noted_as_too_old_is_asked_for_by_the_hour():
    long = weeks.named("2026-W40", "Asia/Tokyo", history_weeks=10)
    now = weeks.morning_after(long)
    found = planned(EC2, now, week=long)
    noted = {
        key: (Span(window.start, window.end, epoch(now), Status.NO_DATA, ONLY_HOURLY),)
        for key, window, _, _ in found.too_old
    }
    again = planned(EC2, now, {60: {}, 300: noted, 3600: {}}, long)
    assert hourly(again.requests, long) == hourly(found.requests, long) != []
    assert again.too_old == ()


def test_beyond_455_days_nothing_is_asked_and_both_periods_say_so():
    long = weeks.named("2026-W40", "Asia/Tokyo", history_weeks=60)
    now = long.end + timedelta(days=60)
    found = planned(EC2, now, week=long)
    lost = epoch(now) - 455 * 86_400 + 3600
    lost = -(-lost // 3600) * 3600
    ((start, end, _),) = hourly(found.requests, long)
    assert (start * 3600 + epoch(long.start), end * 3600 + epoch(long.start)) == (lost, lost + (455 - 63) * 86_400)
    told = {(period_s, message, window.end) for _, window, period_s, message in found.too_old}
    assert told == {
        (300, TOO_OLD, lost),
        (300, ONLY_HOURLY, lost + (455 - 63) * 86_400),
        (3600, TOO_OLD, lost),
    }
    assert planned(EC2, now, after(found, now), long).too_old == ()


def test_hours_are_those_of_utc_where_days_begin_at_half_past():
    india = weeks.named("2026-W40", "Asia/Kolkata", history_weeks=12)
    now = weeks.morning_after(india)
    found = planned(EC2, now, week=india)
    (request,) = [each for each in found.requests if each.period_s == 3600]
    assert request.window.start == epoch(india.history_start) - 1800
    assert request.window.end % 3600 == 0
    assert planned(EC2, now, after(found, now), india).requests == ()


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Asia/Kolkata"])
def test_an_old_week_is_asked_for_by_the_hour_alone_and_once(zone):
    week = weeks.named("2026-W20", zone, history_weeks=2)
    found = planned(LAMBDA, MONDAY, week=week)
    assert {each.period_s for each in found.requests} == {3600}
    assert planned(LAMBDA, MONDAY + timedelta(days=1), after(found, MONDAY), week).requests == ()
