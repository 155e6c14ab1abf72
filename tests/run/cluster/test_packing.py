"""What goes to a worker: enough for one service's notebook, nothing of the others, no secret's place."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_notebook

from sre_lib import params
from sre_lib.address import S3Address
from sre_lib.collect.archive import Archive
from sre_lib.collect.events.from_files import with_events
from sre_lib.params_yaml import parse_yaml
from sre_lib.run.cluster.packing import Packing, as_yaml
from sre_lib.run.made_from import MadeFrom
from sre_lib.run.meeting import Desk
from sre_lib.store import LocalStore
from sre_lib.weeks import named

WEEK = named("2026-W40", "Asia/Tokyo", history_weeks=1)
REVIEW = """
title: Shop
timezone: Asia/Tokyo
source: archive
archive: {archive}
history_weeks: 1
services:
  - {{name: web, kind: ecs_service, dimensions: {{ClusterName: shop, ServiceName: web}}}}
  - {{name: api, kind: ecs_service, dimensions: {{ClusterName: shop, ServiceName: api}}}}
events: [{{kind: push, title: 'a "push" 日本', start: 2026-09-30T12:00+09:00}}]
events_from: [{{file: ../plans/pushes.csv, kind: push}}]
notify: [{{slack: {{url_env: SHOP_SLACK}}}}]
"""
HELD = (
    "simulated.txt", "changes/service=web/week=2026-W40.json", "changes/service=api/week=2026-W40.json",
    "metrics/service=web/week=2026-W20/60.parquet", "metrics/service=web/week=2026-W39/60.parquet",
    "metrics/service=web/week=2026-W40/60.parquet", "metrics/service=web/week=2026-W41/60.parquet",
    "metrics/service=api/week=2026-W40/60.parquet", "alarms/week=2026-W40.json", "meeting/2026-W40.json",
    "analysis/service=web/week=2026-W40.parquet", "analysis/service=api/week=2026-W40.parquet",
)  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a company's folder with a CSV file and an archive beside it."""
    made = tmp_path / "company"
    (made / "params").mkdir(parents=True)
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "pushes.csv").write_text("start,title\n2026-10-01T12:00+09:00,from a file\n")
    store = LocalStore(tmp_path / "elsewhere")
    for key in HELD:
        store.write(f"shop/{key}", key.encode())
    return made


def packed(home: Path, archive: str) -> Packing:
    (home / "params" / "shop.yaml").write_text(REVIEW.format(archive=archive))
    review = with_events(params.load("shop", home))
    held = Archive(LocalStore(home.parent / "elsewhere"), "shop")
    return Packing(MadeFrom(Desk(LocalStore(home / "reviews"), review, WEEK), held, {}))


def test_a_parcel_holds_what_one_service_needs_and_nothing_of_others(home):
    packing = packed(home, str(home.parent / "elsewhere"))
    web = packing.made_from.desk.review.service("web")
    parcel = packing.parcel(web, new_notebook(), {"service": "web"})
    start = "archive/shop"
    assert set(parcel.files) == {
        "params/shop.yaml",
        "events/0.csv",
        f"{start}/simulated.txt",
        f"{start}/changes/service=web/week=2026-W40.json",
        f"{start}/metrics/service=web/week=2026-W39/60.parquet",
        f"{start}/metrics/service=web/week=2026-W40/60.parquet",
        f"{start}/analysis/service=web/week=2026-W40.parquet",
    }
    assert parcel.kept == f"{start}/analysis/service=web/week=2026-W40.parquet"
    assert b"SHOP_SLACK" not in b"".join(parcel.files.values())


def test_unpacked_it_is_the_same_review(home, tmp_path):
    packing = packed(home, str(home.parent / "elsewhere"))
    here = packing.made_from.desk.review
    there = tmp_path / "worker"
    LocalStore(there).write_all(packing.parcel(here.service("web"), new_notebook(), {}).files)
    review = with_events(params.load("params/shop.yaml", there))
    assert review.archive == there / "archive"
    assert review.events == here.events
    assert len(review.events) == 2
    moved: dict[str, Any] = {
        "file": here.file,
        "archive": here.archive,
        "events_from": here.events_from,
        "notify": here.notify,
    }
    assert replace(review, **moved) == here


def test_an_archive_in_a_bucket_is_not_packed(home):
    packing = packed(home, "s3://acme/archive")
    parcel = packing.parcel(packing.made_from.desk.review.service("web"), new_notebook(), {})
    assert (set(parcel.files), parcel.kept) == ({"params/shop.yaml", "events/0.csv"}, "")
    assert json.loads(parcel.files["params/shop.yaml"])["archive"] == str(S3Address("acme", "archive"))


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
VALUES = st.recursive(
    TEXTS | st.booleans() | st.integers(-(10**12), 10**12) | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(TEXTS.filter(lambda key: key != "<<"), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["title", "x", "y"]), VALUES))
def test_what_is_written_reads_as_the_same_values(values):
    assert parse_yaml(as_yaml(values), Path("shop.yaml")).values == values
