from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_lib import weeks
from sre_lib.collect import archive_file
from sre_lib.collect.archive import Piece, merge
from sre_lib.collect.archive_file import Correction, SeriesKey, Stored, decode, decode_spans, encode
from sre_lib.collect.queries import Metric
from sre_lib.collect.spans import Span
from sre_lib.collect.windows import Window, epoch
from sre_lib.errors import ArchiveError, UserMistakeError
from sre_lib.model import Part, Service, Status
from tests.collect.account import archive_in

WEEK = weeks.named("2026-W40", "Asia/Tokyo")
WINDOW = Window(epoch(WEEK.start), epoch(WEEK.end))
WEB = Service("web/../日本", (Part("web", "ecs_service", {}),))
METRIC = Metric("AWS/ECS", 'CPU "総" Utilization', (("ClusterName", "a,b"), ("ServiceName", "web")), "123456789012")
CPU, P99 = SeriesKey(METRIC, "Average"), SeriesKey(METRIC, "p99")
NAN = np.nan


def piece(key, first, values, at=1, status=Status.COMPLETE, message=""):
    start = WINDOW.start + 300 * first
    return Piece(key, Span(start, start + 300 * len(values), at, status, message), np.array(values, dtype=float))


def same(one, other):
    assert (one.window, one.period_s, one.spans, set(one.values)) == (
        other.window,
        other.period_s,
        other.spans,
        set(other.values),
    )
    for key, values in one.values.items():
        np.testing.assert_array_equal(values, other.values[key])


def test_what_is_written_is_read_bit_by_bit(tmp_path):
    archive = archive_in(tmp_path)
    values = np.random.default_rng(1).uniform(-1e9, 1e9, 2016)
    values[5] = NAN
    pieces = [piece(CPU, 0, values), piece(P99, 3, [NAN, 1.0], status=Status.PARTIAL, message="日本 |")]
    archive.upsert(WEB, WEEK, 300, pieces)
    got = archive.read(WEB, WEEK, 300)
    assert got is not None
    same(got, merge(None, WINDOW, 300, pieces))
    np.testing.assert_array_equal(got.values[CPU], values)
    assert archive.spans(WEB, WEEK, 300) == got.spans
    (key,) = archive.store.keys("shop/metrics/")
    assert key.startswith("shop/metrics/service=web-..-日本-")
    assert key.endswith("/week=2026-W40/300.parquet")


def test_equal_content_is_equal_bytes_and_any_parquet_reader_understands_it():
    stored = merge(None, WINDOW, 300, [piece(CPU, 0, [1.0, NAN])])
    content = encode(stored)
    assert content == encode(decode(content, "x"))
    table = pq.read_table(pa.BufferReader(content))
    assert table.column_names[0] == "time"
    assert table["time"][0].as_py() == WEEK.start
    assert orjson.loads(table.column_names[1]) == [
        "AWS/ECS",
        'CPU "総" Utilization',
        {"ClusterName": "a,b", "ServiceName": "web"},
        "123456789012",
        "Average",
    ]


def test_what_was_never_written_is_none(tmp_path):
    archive = archive_in(tmp_path)
    assert (archive.read(WEB, WEEK, 60), archive.spans(WEB, WEEK, 60)) == (None, {})


def test_newer_datapoints_replace_older_ones_and_none_is_lost():
    first = merge(None, WINDOW, 300, [piece(CPU, 0, [1, 2, 3, 4], at=1)])
    second = merge(first, WINDOW, 300, [piece(CPU, 1, [20, NAN, 40, 50], at=2), piece(P99, 0, [7], at=2)])
    np.testing.assert_array_equal(second.values[CPU][:6], [1, 20, 3, 40, 50, NAN])
    np.testing.assert_array_equal(second.values[P99][:2], [7, NAN])
    start = WINDOW.start
    assert second.spans[CPU] == (
        Span(start, start + 300, 1, Status.COMPLETE),
        Span(start + 300, start + 1500, 2, Status.COMPLETE),
    )


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.lists(st.floats(-9, 9) | st.just(NAN), min_size=1, max_size=9)), max_size=6
    )
)
def test_merging_at_once_or_one_by_one_is_the_same(parts):
    pieces = [piece(CPU, first, values, at=at) for at, (first, values) in enumerate(parts, 1)]
    small = Window(WINDOW.start, WINDOW.start + 300 * 20)
    stepwise: Stored | None = None
    for each in pieces:
        stepwise = decode(encode(merge(stepwise, small, 300, [each])), "x")
    if pieces:
        same(stepwise, merge(None, small, 300, pieces))


def test_a_week_that_begins_on_another_day_keeps_what_the_file_has():
    first = merge(None, WINDOW, 300, [piece(CPU, 0, [1, 2])])
    moved = Window(WINDOW.start - 86_400, WINDOW.end - 86_400)
    second = merge(first, moved, 300, [piece(CPU, -288, [5])])
    assert second.window == Window(moved.start, WINDOW.end)
    np.testing.assert_array_equal(second.values[CPU][[0, 1, 288, 289, 290]], [5, NAN, 1, 2, NAN])


@pytest.mark.parametrize("damage", [lambda content: content[:100], lambda content: content[:-1] + b"x", lambda _: b""])
def test_a_damaged_file_is_named_with_what_to_do(tmp_path, damage):
    archive = archive_in(tmp_path)
    archive.upsert(WEB, WEEK, 300, [piece(CPU, 0, [1.0])])
    key = archive.key(WEB, WEEK, 300)
    archive.store.write(key, damage(archive.store.read(key)))
    for reading in (archive.read, archive.spans):
        with pytest.raises(ArchiveError, match=r"is damaged .*set it aside to fetch it again") as caught:
            reading(WEB, WEEK, 300)
        assert key in str(caught.value)


def test_one_flipped_bit_among_the_values_is_damage():
    content = bytearray(encode(merge(None, WINDOW, 300, [piece(CPU, 0, np.random.default_rng(1).uniform(size=2016))])))
    content[len(content) // 2] ^= 1
    with pytest.raises(ArchiveError, match="is damaged"):
        decode(bytes(content), "x")


def test_a_file_of_something_else_is_damaged(tmp_path):
    archive = archive_in(tmp_path)
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"time": [1]}), sink)
    archive.store.write(archive.key(WEB, WEEK, 300), sink.getvalue().to_pybytes())
    with pytest.raises(ArchiveError, match="is damaged"):
        archive.read(WEB, WEEK, 300)


def test_times_off_the_grid_are_damage(monkeypatch):
    stored = merge(None, WINDOW, 300, [piece(CPU, 0, [1.0])])
    monkeypatch.setattr(archive_file, "_grid", lambda _: (Window(WINDOW.start + 300, WINDOW.end + 300), 300))
    with pytest.raises(ArchiveError, match="its times are not the grid"):
        decode(encode(stored), "x")


def test_a_file_of_a_later_format_is_said_and_left_alone(tmp_path, monkeypatch):
    archive = archive_in(tmp_path)
    monkeypatch.setattr(archive_file, "FORMAT", 3)
    archive.upsert(WEB, WEEK, 300, [piece(CPU, 0, [1.0])])
    monkeypatch.undo()
    for reading in (archive.read, archive.spans, partial(archive.upsert, pieces=[piece(CPU, 0, [1.0])])):
        with pytest.raises(ArchiveError, match="has format 3, this version reads 2; install a newer version"):
            reading(WEB, WEEK, 300)


def test_writers_at_the_same_time_lose_nothing(tmp_path):
    archive = archive_in(tmp_path)
    keys = [SeriesKey(METRIC._replace(name=f"m{at}"), "Sum") for at in range(12)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda key: archive.upsert(WEB, WEEK, 300, [piece(key, 0, [1.0])]), keys))
    assert set(archive.spans(WEB, WEEK, 300)) == set(keys)


def test_services_with_like_names_do_not_share_a_file(tmp_path):
    archive = archive_in(tmp_path)
    names = ("web/1", "web?1", "WEB", "web")
    assert len({archive.key(replace(WEB, name=name), WEEK, 300) for name in names}) == len(names)


def test_spans_are_read_without_the_values():
    stored = Stored(WINDOW, 300, {CPU: np.zeros(2016)}, {CPU: (Span(WINDOW.start, WINDOW.end, 1, Status.NO_DATA),)})
    assert decode_spans(encode(stored), "x") == stored.spans


def test_a_file_of_the_first_format_is_read_and_has_no_corrections():
    stored = merge(None, WINDOW, 300, [piece(CPU, 0, [1.0, NAN])])
    table = pq.read_table(pa.BufferReader(encode(stored)))
    metadata = orjson.loads(table.schema.metadata[b"sre_review"])
    del metadata["corrections"]
    sink = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata({b"sre_review": orjson.dumps(metadata | {"format": 1})}), sink)
    got = decode(sink.getvalue().to_pybytes(), "x")
    same(got, stored)
    assert got.corrections == {}


def test_a_last_digit_that_differs_is_no_correction():
    first = merge(None, WINDOW, 300, [piece(CPU, 0, [0.1, 1e300, 5.0, 0.0])])
    second = merge(first, WINDOW, 300, [piece(CPU, 0, [0.1 + 1e-17, 1e300 * (1 + 1e-12), 5.1, 1e-3], at=2)])
    assert second.corrections == {
        CPU: (Correction(WINDOW.start + 600, 5.0, 5.1, 2), Correction(WINDOW.start + 900, 0.0, 1e-3, 2))
    }


def test_another_region_of_the_review_is_refused(tmp_path):
    archive = archive_in(tmp_path)
    archive.must_be_of("ap-northeast-1")
    archive.must_be_of("ap-northeast-1")
    with pytest.raises(UserMistakeError, match="but the archive of shop holds metrics of ap-northeast-1"):
        archive.must_be_of("us-east-1")
