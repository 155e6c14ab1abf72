"""An archive of an earlier version is read, and becomes one of this version as it is written to.

`format_1.parquet` was written by the first version: 2026-W39 in Tokyo, the CPU of a service at 300 s, an hour missing.
"""

from pathlib import Path

import numpy as np
import orjson
import pyarrow.parquet as pq
import pytest

from sre_lib import weeks
from sre_lib.catalog import BASE_STATISTICS
from sre_lib.collect.alarms.kept import KeptDefinitions, put_definitions, read_definitions
from sre_lib.collect.archive import Piece
from sre_lib.collect.archive_file import FORMAT, Correction, SeriesKey
from sre_lib.collect.queries import Metric
from sre_lib.collect.spans import Span
from sre_lib.collect.verify import verify
from sre_lib.collect.windows import epoch
from sre_lib.model import PERIOD_S, Part, Service, Status
from tests.collect.account import WEB, archive_in, collected, review_of, steady
from tests.collect.test_verify import REVIEW

OLD = Path(__file__).with_name("format_1.parquet").read_bytes()
WEEK = weeks.named("2026-W40", "Asia/Tokyo", history_weeks=1)
(BEFORE,) = weeks.history(WEEK)
SERVICE = Service("web", (Part("web", "ecs_service", WEB),))
METRIC = Metric("AWS/ECS", "CPUUtilization", tuple(sorted(WEB.items())))
DEFINITIONS = b"""{
  "format": 1,
  "seen": [{"configured": "2026-09-01T00:00:00Z", "definition": {"Threshold": 80.0}, "first_seen":
    "2026-09-07T00:00:00Z", "id": {"name": "web-cpu", "place": ""}, "last_seen": "2026-09-14T00:00:00Z",
    "type": "MetricAlarm"}]
}"""
"""What the first version knew of alarms: neither their edits nor when they were listed."""


@pytest.fixture
def archive(tmp_path):
    archive = archive_in(tmp_path)
    archive.store.write(archive.key(SERVICE, BEFORE, PERIOD_S), OLD)
    return archive


def expected():
    usual = 40.0 + np.arange(2016) % 12
    values = {"Sum": usual * 5, "SampleCount": np.full(2016, 5.0), "Minimum": usual - 1, "Maximum": usual + 1}
    for each in values.values():
        each[100:112] = np.nan
    return values


def written(archive):
    """Return the format of a file as it lies there, without our own reading."""
    metadata = pq.read_schema(archive.store.path(archive.key(SERVICE, BEFORE, PERIOD_S))).metadata
    return orjson.loads(metadata[b"sre_review"])["format"]


def test_the_first_version_is_read_to_the_bit(archive):
    assert written(archive) == 1 < FORMAT
    stored = archive.read(SERVICE, BEFORE, PERIOD_S)
    assert set(stored.values) == {SeriesKey(METRIC, each) for each in BASE_STATISTICS}
    for name, values in expected().items():
        assert np.array_equal(stored.values[SeriesKey(METRIC, name)], values, equal_nan=True), name
    fetched = epoch(BEFORE.end) + 7 * 3600
    whole = (Span(epoch(BEFORE.start), epoch(BEFORE.end), fetched, Status.COMPLETE),)
    assert set(stored.spans.values()) == {whole}
    assert stored.corrections == {}
    assert verify(archive, ()).problems == ()


def test_what_is_written_to_becomes_this_version_and_keeps_all(archive):
    key, start = SeriesKey(METRIC, "Maximum"), epoch(BEFORE.start)
    new = Piece(key, Span(start, start + 600, start + 10**6, Status.COMPLETE), np.array([41.0, 99.0]))
    archive.upsert(SERVICE, BEFORE, PERIOD_S, [new])
    assert written(archive) == FORMAT
    stored = archive.read(SERVICE, BEFORE, PERIOD_S)
    assert stored.corrections == {key: (Correction(start + 300, 42.0, 99.0, start + 10**6),)}
    for name, values in expected().items():
        kept = stored.values[SeriesKey(METRIC, name)]
        assert np.array_equal(kept[2:], values[2:], equal_nan=True), name


def test_what_the_first_version_fetched_is_not_asked_for_again(archive):
    review = review_of(REVIEW.source, (SERVICE,), history_weeks=1)
    _, first = collected(review, WEEK, archive, steady(WEEK), weeks.morning_after(WEEK))
    stored = archive.read(SERVICE, BEFORE, PERIOD_S)
    for name, values in expected().items():
        # All but the last two days, which were provisional when they came, and what is still there at 60 s.
        kept = stored.values[SeriesKey(METRIC, name)][: 5 * 288]
        assert np.array_equal(kept, values[: 5 * 288], equal_nan=True), name
    assert first.calls > 0


def test_alarms_of_the_first_version_are_read_and_written_on(archive):
    archive.store.write("shop/alarms/definitions.json", DEFINITIONS)
    kept = read_definitions(archive)
    assert ([each.id.name for each in kept.seen], kept.edits, kept.listed) == (["web-cpu"], (), ())
    put_definitions(archive, KeptDefinitions())
    assert read_definitions(archive) == kept
