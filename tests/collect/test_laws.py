"""What holds for any data: archive and frames show exactly what came, however it came."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sre_lib import weeks
from sre_lib.analyse.quality import coverage
from sre_lib.catalog import BASE_STATISTICS, builtin_catalog
from sre_lib.collect.archive import Piece, merge, window_of
from sre_lib.collect.archive_file import Correction, SeriesKey, decode, encode
from sre_lib.collect.frame import service_week
from sre_lib.collect.lines import Floats
from sre_lib.collect.plan import wanted
from sre_lib.collect.spans import Span
from sre_lib.collect.windows import HOUR_S, MINUTE_S, Window, epoch
from sre_lib.model import PERIOD_S, Column, Part, Service, Status
from sre_lib.params_file import ArchiveSource
from tests.collect.account import WEB, archive_in, review_of

WEEK = weeks.named("2026-W40", "Asia/Kolkata", history_weeks=0)
SERVICE = Service("web", (Part("web", "ecs_service", WEB),))
REVIEW = review_of(ArchiveSource(type="archive"), services=(SERVICE,), timezone="Asia/Kolkata")
CPU = next(iter(wanted(builtin_catalog(), SERVICE)))
AVERAGE, COUNT = Column("web", "cpu", "Average"), Column("web", "cpu", "SampleCount")
START, END = epoch(WEEK.start), epoch(WEEK.end)
MINUTES = (END - START) // MINUTE_S
SEEDS = st.integers(0, 2**32 - 1)
Base = Mapping[str, Floats]


def sets_of(samples: Floats, step: int) -> Base:
    """Return the base statistics of each `step` rows of samples (NaN: none), by definition."""
    grouped = samples.reshape(-1, step * samples.shape[1])
    there = ~np.isnan(grouped)
    count = there.sum(axis=1)
    return {
        name: np.where(count > 0, each, np.nan)
        for name, each in {
            "Sum": np.where(there, grouped, 0).sum(axis=1),
            "SampleCount": count.astype(float),
            "Minimum": np.where(there, grouped, np.inf).min(axis=1),
            "Maximum": np.where(there, grouped, -np.inf).max(axis=1),
        }.items()
    }


def samples_of(seed: int) -> Floats:
    """Return up to three samples for each minute of the week, whole numbers, with gaps of any length."""
    generator = np.random.default_rng(seed)
    samples = generator.integers(0, 1000, (MINUTES, 3)).astype(float)
    samples[generator.random(samples.shape) < generator.choice([0.0, 0.2, 0.9])] = np.nan
    for start in generator.integers(0, MINUTES, generator.integers(0, 9)):
        samples[start : start + generator.integers(1, 600)] = np.nan
    return samples


def pieces_of(base: Base, period_s: int, start: int, end: int, at: int = END + 7 * HOUR_S) -> list[Piece]:
    """Return what a fetch of `[start, end)` brings of the base statistics of a week."""
    first, last = (start - START) // period_s, (end - START) // period_s
    span = Span(start, end, at, Status.COMPLETE)
    return [Piece(SeriesKey(CPU, name), span, base[name][first:last]) for name in BASE_STATISTICS]


def looked_at(pieces: Mapping[int, list[Piece]]):
    """Return the week that an archive of some pieces shows."""
    with TemporaryDirectory() as folder:
        archive = archive_in(Path(folder))
        for period_s, found in pieces.items():
            archive.upsert(SERVICE, WEEK, period_s, found)
        return service_week(REVIEW, SERVICE, WEEK, archive)


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_minutes_come_back_as_the_statistics_of_all_samples_of_a_slot(seed):
    samples = samples_of(seed)
    got = looked_at({MINUTE_S: pieces_of(sets_of(samples, 1), MINUTE_S, START, END)}).frame
    direct = sets_of(samples, 5)
    np.testing.assert_array_equal(got.series(COUNT), direct["SampleCount"])
    np.testing.assert_array_equal(got.series(Column("web", "cpu", "Maximum")), direct["Maximum"])
    np.testing.assert_array_equal(got.series(AVERAGE), direct["Sum"] / direct["SampleCount"])
    seen = coverage(got.series(AVERAGE), AVERAGE, got.answers[AVERAGE], WEEK)
    assert round(seen.share * 2016) == np.count_nonzero(direct["SampleCount"] > 0)


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.integers(0, 2015), st.integers(0, 400))
def test_an_hour_is_that_of_all_its_samples_or_missing_where_some_was_not_asked_for(seed, first, size):
    samples = samples_of(seed)
    base, gap = sets_of(samples, 1), Window(START + first * PERIOD_S, min(END, START + (first + size) * PERIOD_S))
    asked = [*pieces_of(base, MINUTE_S, START, gap.start), *pieces_of(base, MINUTE_S, gap.end, END)]
    grid = window_of(WEEK, HOUR_S)
    none = Span(grid.start, grid.end, END, Status.DENIED)
    hours = [Piece(SeriesKey(CPU, name), none, np.full(168, np.nan)) for name in BASE_STATISTICS]
    got = looked_at({MINUTE_S: [each for each in asked if len(each.values)], HOUR_S: hours}).hourly
    assert got is not None
    # The week begins at half past: its first half hour and its last belong to hours that were not wholly answered.
    direct = sets_of(samples[30:-30], 60)["SampleCount"]
    hour = grid.start + HOUR_S * np.arange(1, 168)
    broken = (hour < gap.end) & (hour + HOUR_S > gap.start) & (gap.start < gap.end)
    np.testing.assert_array_equal(got.series(COUNT).to_numpy()[1:], np.where(broken, np.nan, direct))
    assert np.isnan(got.series(COUNT).iloc[0])


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.lists(st.tuples(st.integers(0, 2016), st.integers(0, 2016)), max_size=6))
def test_however_it_was_fetched_the_archive_is_the_same(seed, cuts):
    base = sets_of(samples_of(seed), 1)
    grid = window_of(WEEK, MINUTE_S)
    at_once = merge(None, grid, MINUTE_S, pieces_of(base, MINUTE_S, START, END))
    parts = [(START + min(cut) * PERIOD_S, START + max(cut) * PERIOD_S) for cut in cuts if cut[0] != cut[1]]
    stepwise = None
    for start, end in [*parts, (START, END)]:
        stepwise = decode(encode(merge(stepwise, grid, MINUTE_S, pieces_of(base, MINUTE_S, start, end))), "x")
    assert stepwise is not None
    assert encode(stepwise) == encode(at_once)
    assert encode(merge(at_once, grid, MINUTE_S, pieces_of(base, MINUTE_S, START, END))) == encode(at_once)


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.sets(st.integers(0, MINUTES - 1), max_size=20), st.sets(st.integers(0, MINUTES - 1), max_size=20))
def test_corrections_are_those_datapoints_that_changed_and_no_others(seed, changed, late):
    base = sets_of(samples_of(seed), 1)["Sum"]
    key, grid = SeriesKey(CPU, "Sum"), window_of(WEEK, MINUTE_S)
    before, after = base.copy(), base.copy()
    before[list(late)] = np.nan
    after[list(changed)] += 1

    def piece(values, at):
        return Piece(key, Span(START, END, at, Status.COMPLETE), values)

    first = merge(None, grid, MINUTE_S, [piece(before, END)])
    got = decode(encode(merge(first, grid, MINUTE_S, [piece(after, END + 1)])), "x")
    wanted_corrections = tuple(
        Correction(START + MINUTE_S * minute, before[minute], after[minute], END + 1)
        for minute in sorted(changed)
        if not np.isnan(before[minute])
    )
    assert first.corrections == {}
    assert got.corrections == ({key: wanted_corrections} if wanted_corrections else {})
    np.testing.assert_array_equal(got.values[key], np.where(np.isnan(after), before, after))
    assert merge(got, grid, MINUTE_S, [piece(after, END + 2)]).corrections == got.corrections
