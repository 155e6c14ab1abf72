"""The demo's pushes over many seeds, from the archive on: measured as the simulator made them, foretold as it would."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from sre_lib import params, weeks
from sre_lib.analyse.events.around import Rows
from sre_lib.analyse.events.measure import EventReview
from sre_lib.analyse.events.review import EventsOfWeek
from sre_lib.collect.archive import Archive
from sre_lib.collect.gather import collect, service_week
from sre_lib.collect.minutes import MinuteFiles
from sre_lib.collect.source import clock, open_source
from sre_lib.demo.larger_push import gives_out_first, truth
from sre_lib.demo.schedule import Push, as_minute, pushes, week_of
from sre_lib.demo.shop import events
from sre_lib.model import MetricFrame
from sre_lib.params_file import DemoSource
from sre_lib.store import LocalStore
from tests.conftest import ROOT

SEEDS = [2, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(3, 21))]
ON_THE_WAY = ("web", "api", "orders-db", "cache")


def events_of(seed, folder):
    """Return the events of the demo's default week with another seed, out of an archive of its own."""
    review = params.load("demo", ROOT)
    now = clock(review, "", None)
    week = review.week("", now)
    known = events(seed, week.history_start, week.end + timedelta(days=7))
    services = tuple(each for each in review.services if each.name in ON_THE_WAY)
    review = replace(review, source=DemoSource(seed=seed), events=known, services=services)
    archive = Archive(LocalStore(folder), "demo")
    with open_source(review, now) as client:
        collect(review, services, week, client, archive, now)
    every = (*weeks.history(week), week)
    files = {each.name: MinuteFiles.read(review.catalog, each, archive, every) for each in services}

    def fine(name: str, start: datetime, end: datetime) -> MetricFrame | None:
        return files[name].frame(start, end)

    rows = Rows({each.name: service_week(review, each, week, archive) for each in services}, fine)
    return EventsOfWeek(week, rows, review.catalog)


def sent_of(seed: int, one: EventReview) -> Push:
    """Return the push of the simulator that was measured."""
    minute = as_minute(one.event.start)
    return next(each for each in pushes(seed, week_of(minute)) if each.minute == minute)


def off(told: float, made: float, period_s: int) -> float:
    """Return the minutes between what is told, a minute or one of the five of its datapoint, and what was made."""
    return max(told - made, made - told - (period_s - 60) / 60, 0.0)


@pytest.mark.parametrize("seed", SEEDS)
def test_pushes_are_measured_and_foretold_as_the_simulator_makes_them(seed, tmp_path):
    found = events_of(seed, tmp_path)
    assert {each.period_s for each in found.crowds} == {60}
    wrong = []
    for one in (each for each in found.every if each.event.kind == "push"):
        made = truth(seed, sent_of(seed, one))
        assert one.requests is not None
        lags = {hop.service: fleet.lag_min for hop, fleet in one.fleets.items()}
        late = [name for name, lag in made.lag_min.items() if not off(lags[name], lag, one.period_s) <= 2]
        if off(one.requests.at_min, made.peak_min, one.period_s) > 1 or late:
            wrong.append((one.event.start, one.requests.at_min, late))
    assert wrong == []


@pytest.mark.long
def test_what_gives_out_first_of_a_push_three_times_as_large_is_named_rightly_in_18_of_20_shops(tmp_path):
    right = []
    for seed in range(1, 21):
        found = events_of(seed, tmp_path / str(seed))
        last = found.crowds[-1]
        simulated = gives_out_first(seed, sent_of(seed, last), 3.0)
        first = dict(found.larger(last))[3.0].first
        right.append(simulated is None or (first is not None and first.key[:2] == simulated[:2]))
    assert sum(right) >= 18, [seed for seed, named in enumerate(right, 1) if not named]
