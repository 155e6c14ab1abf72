from dataclasses import replace
from datetime import timedelta

import pandas as pd
import pytest

from sre_lib.analyse import memo, memo_file
from sre_lib.analyse.analyse import analyse
from sre_lib.catalog import builtin_catalog
from sre_lib.collect.archive import Archive
from sre_lib.event import Event
from sre_lib.model import Answer, Status
from sre_lib.params import load
from sre_lib.store import LocalStore
from tests.analyse.test_analyse import CPU, MEMORY, REVIEWED, WEEK, event, service_week

CATALOG = builtin_catalog()
LOOKED_AT = service_week(
    [event(480)], {MEMORY: Answer(Status.DENIED, 60, "no")}, cpu=(REVIEWED + 100, REVIEWED + 112, 45)
)


def same(one, other):
    pd.testing.assert_frame_equal(one.bands, other.bands)
    return replace(one, bands=None) == replace(other, bands=None)


def test_an_analysis_comes_back_as_it_was():
    found = analyse(LOOKED_AT, CATALOG)
    assert found.findings
    assert found.findings[0].events
    content = memo_file.encode(found, "digest")
    again = memo_file.decode(content, "digest")
    assert again is not None
    assert same(again, found)
    assert memo_file.encode(again, "digest") == content


def test_an_analysis_of_something_else_is_not_taken():
    assert memo_file.decode(memo_file.encode(analyse(LOOKED_AT, CATALOG), "digest"), "another") is None


@pytest.mark.parametrize("damage", [slice(0, 0), slice(0, 500), slice(None, None, -1), slice(1, None)])
def test_a_damaged_file_is_no_analysis(damage):
    content = memo_file.encode(analyse(LOOKED_AT, CATALOG), "digest")
    assert memo_file.decode(content[damage], "digest") is None


@pytest.fixture
def review():
    return load("demo")


@pytest.fixture
def archive(tmp_path, monkeypatch):
    monkeypatch.setattr(memo, "service_week", lambda *_: LOOKED_AT)
    return Archive(LocalStore(tmp_path), "demo")


def test_it_is_computed_once(review, archive, monkeypatch):
    first = memo.analysis(review, LOOKED_AT.service, WEEK, archive)
    monkeypatch.setattr(memo, "analyse", lambda *_: pytest.fail("computed again"))
    second = memo.analysis(review, LOOKED_AT.service, WEEK, archive)
    assert first[0].frame.values.equals(second[0].frame.values)
    assert same(first[1], second[1])
    assert archive.store.keys() == ("demo/analysis/service=web/week=2026-W40.parquet",)


@pytest.mark.parametrize("content", [b"damaged", b""])
def test_a_damaged_memo_is_computed_again(review, archive, content):
    key = memo.key_of(review.name, LOOKED_AT.service, WEEK)
    memo.analysis(review, LOOKED_AT.service, WEEK, archive)
    whole = archive.store.read(key)
    archive.store.write(key, content)
    assert same(memo.analysis(review, LOOKED_AT.service, WEEK, archive)[1], analyse(LOOKED_AT, CATALOG))
    assert archive.store.read(key) == whole


def other_values():
    frame = LOOKED_AT.frame
    values = frame.values.copy()
    values.iloc[5, 0] += 1e-9
    return replace(LOOKED_AT, frame=replace(frame, values=values))


@pytest.mark.parametrize(
    "changed",
    [
        other_values(),
        replace(LOOKED_AT, events=()),
        replace(LOOKED_AT, events=(replace(event(480), title="other"),)),
        replace(LOOKED_AT, service=replace(LOOKED_AT.service, name="other")),
        replace(LOOKED_AT, week=replace(WEEK, timezone="UTC")),
        replace(LOOKED_AT, frame=replace(LOOKED_AT.frame, answers={CPU: Answer(Status.PARTIAL, 60)})),
        replace(LOOKED_AT, hourly=LOOKED_AT.frame),
    ],
    ids=["a value", "no events", "an event's title", "service", "time zone", "answers", "hours"],
)
def test_the_digest_changes_with_all_that_matters(changed):
    assert memo.digest(changed, CATALOG) != memo.digest(LOOKED_AT, CATALOG)


def test_the_digest_changes_with_the_kind_of_a_part_and_with_no_other():
    ecs, ec2 = CATALOG["ecs_service"], CATALOG["ec2_instance"]
    cpu = ecs.metrics["cpu"].model_copy(update={"min_effect": 1.0})
    ours = ecs.model_copy(update={"metrics": {**ecs.metrics, "cpu": cpu}})
    theirs = ec2.model_copy(update={"namespace": "Other"})
    assert memo.digest(LOOKED_AT, {**CATALOG, "ecs_service": ours}) != memo.digest(LOOKED_AT, CATALOG)
    assert memo.digest(LOOKED_AT, {**CATALOG, "ec2_instance": theirs}) == memo.digest(LOOKED_AT, CATALOG)


def test_the_digest_is_the_same_for_the_same():
    again = service_week(
        [Event(**vars(event(480)))], {MEMORY: Answer(Status.DENIED, 60, "no")}, cpu=(REVIEWED + 100, REVIEWED + 112, 45)
    )
    assert memo.digest(again, CATALOG) == memo.digest(LOOKED_AT, CATALOG)
    assert event(480).end - event(480).start == timedelta(minutes=10)
