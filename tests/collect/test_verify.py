"""What is wrong with an archive is named, file by file; what is right is not."""

from dataclasses import replace

import numpy as np
import pytest

from sre_lib import weeks
from sre_lib.collect.alarms import kept as alarms
from sre_lib.collect.archive_file import decode, encode
from sre_lib.collect.changes import kept
from sre_lib.collect.verify import Verified, verify
from sre_lib.collect.windows import Window
from sre_lib.demo.recorded import Recorded
from sre_lib.model import Part, Service
from sre_lib.params_file import ArchiveSource
from tests.collect.account import SERVICE, WEB, archive_in, collected, review_of, steady

OTHER = Service("api/v2", (Part("api", "ecs_service", {**WEB, "ServiceName": "api"}),))
REVIEW = review_of(ArchiveSource(type="archive"), services=(SERVICE, OTHER))
WEEK = weeks.named("2026-W40", "Asia/Tokyo", history_weeks=3)
OLDER, MIDDLE, BEFORE = weeks.history(WEEK)


@pytest.fixture
def archive(tmp_path):
    archive = archive_in(tmp_path)
    collected(REVIEW, WEEK, archive, steady(WEEK), weeks.morning_after(WEEK))
    archive.mark_simulated()
    return archive


def problems(archive, services=(SERVICE, OTHER)):
    return verify(archive, services).problems


def test_a_good_archive_has_no_problem_and_every_file_was_looked_at(archive):
    kept.put(archive, SERVICE, WEEK, kept.Kept())
    alarms.put_definitions(archive, alarms.KeptDefinitions())
    alarms.put_week(archive, WEEK, alarms.KeptWeek())
    archive.store.write("another/metrics/x", b"not of this review")
    assert verify(archive, (SERVICE, OTHER)) == Verified(len(archive.store.keys("shop/")), ())
    assert verify(archive, ()).problems == ()


def test_an_archive_that_is_not_there_is_missing(tmp_path):
    (sentence,) = problems(archive_in(tmp_path))
    assert sentence.startswith("archive: nothing of shop is there; correct `archive` in the review file")


@pytest.mark.parametrize("timezone", ["Asia/Kolkata", "America/New_York"])
def test_long_histories_in_any_zone_are_whole(tmp_path, timezone):
    week = weeks.named("2026-W44", timezone, week_start="sunday", history_weeks=12)
    archive = archive_in(tmp_path)
    collected(replace(REVIEW, timezone=timezone), week, archive, Recorded(), weeks.morning_after(week))
    assert archive.spans(SERVICE, weeks.history(week)[1], 3600)
    assert problems(archive) == ()


def flipped(content):
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize("damage", [lambda each: each[: len(each) // 2], lambda _: b"", flipped])
def test_a_damaged_file_is_named_once(archive, damage):
    key = archive.key(SERVICE, MIDDLE, 300)
    archive.store.write(key, damage(archive.store.read(key)))
    (problem,) = problems(archive)
    assert problem.startswith(f"archive: {key} is damaged (")


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("shop/collections/2026-W40.json", "is damaged"),
        ("shop/changes/service=web/week=2026-W40.json", "is damaged"),
        ("shop/alarms/definitions.json", "is damaged"),
        ("shop/alarms/week=2026-W40.json", "is damaged"),
        ("shop/alarms/metrics/week=2026-W40/60.parquet", "is damaged"),
        ("shop/alarms/notes.json", "is no file of the archive; move it elsewhere"),
        ("shop/metrics/service=web/week=2026-W40/notes.txt", "is no file of the archive; move it elsewhere"),
        ("shop/copy of metrics.zip", "is no file of the archive; move it elsewhere"),
    ],
)
def test_other_files_are_looked_into_too(archive, key, sentence):
    archive.store.write(key, b"{")
    (problem,) = problems(archive)
    assert problem.startswith(f"archive: {key} ")
    assert sentence in problem


def test_a_file_under_another_name_is_named(archive):
    stored = archive.store.read(archive.key(SERVICE, WEEK, 60))
    coarse, old = archive.key(SERVICE, BEFORE, 3600), archive.key(SERVICE, OLDER, 60)
    archive.store.write(coarse, stored)
    archive.store.write(old, stored)
    assert problems(archive) == (
        f"archive: {old} holds another time than its week; restore it from a copy",
        f"archive: {coarse} holds datapoints of 60 s; restore it from a copy",
    )


def test_spans_outside_the_grid_are_named(archive):
    key = archive.key(OTHER, OLDER, 300)
    stored = decode(archive.store.read(key), key)
    half = replace(
        stored,
        window=Window(stored.window.start, stored.window.end - 300 * 1000),
        values={each: np.array(values[:-1000]) for each, values in stored.values.items()},
    )
    archive.store.write(key, encode(half))
    (problem,) = problems(archive)
    assert problem.startswith(f"archive: {key} names times outside its week")


def test_a_week_between_others_that_lacks_its_files_is_named(archive):
    archive.store.delete(archive.key(SERVICE, MIDDLE, 300))
    archive.store.delete(archive.key(OTHER, MIDDLE, 300))
    rest = "are missing, in whole or in part, though earlier and later weeks are there; restore them from a copy, or"
    assert problems(archive) == (
        f"archive: of web the base statistics of 2026-W38 {rest} fetch those weeks again",
        f"archive: of web the percentiles of 2026-W38 {rest} fetch those weeks again",
        f"archive: of api/v2 the base statistics of 2026-W38 {rest} fetch those weeks again",
    )
    archive.store.delete(archive.key(OTHER, BEFORE, 60))
    assert "of api/v2 the base statistics of 2026-W38, 2026-W39 are" in problems(archive)[-1]


def test_a_service_without_any_file_is_named_where_others_have_some(archive):
    new = Service("new", (Part("new", "ecs_service", WEB),))
    (problem,) = problems(archive, (SERVICE, OTHER, new))
    assert problem.startswith("archive: nothing of new is there, though it holds other services of shop")


def test_what_a_killed_write_left_behind_is_named(archive, tmp_path):
    left = tmp_path / "shop" / "metrics" / ".tmp-a1b2"
    left.write_bytes(b"half")
    assert problems(archive) == (
        "archive: shop/metrics/.tmp-a1b2 was left behind by a write that was broken off; delete it",
    )
