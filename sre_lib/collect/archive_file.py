"""One file of the archive: series on one grid as Parquet, with what was asked and what came in its metadata.

The first column is `time` (UTC); each further one is a statistic of a metric in float64, NaN where there is no
datapoint, called by the JSON list [namespace, metric, {dimension: value}, account, statistic], with the region behind
it where it is not the review's own. The metadata key `sre_review` holds JSON: `format`, `period` and `start`, `end` of
the grid in seconds, for each column its spans in `columns`, and in `corrections` (since format 2), for each column that
has any, [time, before, after, noticed at] of the datapoints whose value changed, oldest notice first.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sre_lib.collect.queries import Metric
from sre_lib.collect.spans import Span
from sre_lib.collect.windows import Window
from sre_lib.errors import ArchiveError, LaterVersionError
from sre_lib.model import Status

FORMAT = 2
_KEY = b"sre_review"

Floats = NDArray[np.float64]


class SeriesKey(NamedTuple):
    """One statistic of one metric, as CloudWatch knows it: a part may be renamed, corrected dimensions start anew."""

    metric: Metric
    statistic: str


class Correction(NamedTuple):
    """A datapoint that CloudWatch answered otherwise than before; times in seconds since the epoch."""

    time: int
    before: float
    after: float
    noticed_at: int


@dataclass(frozen=True)
class Stored:
    """The content of a file: on the grid of `window` every `period_s` seconds, `values` and `spans` by series.

    `corrections` has the series of which a value changed since it was first read.
    """

    window: Window
    period_s: int
    values: Mapping[SeriesKey, Floats]
    spans: Mapping[SeriesKey, tuple[Span, ...]]
    corrections: Mapping[SeriesKey, tuple[Correction, ...]] = field(default_factory=dict)


def encode(stored: Stored) -> bytes:
    """Return the bytes of a file; equal content gives equal bytes."""
    keys = sorted(stored.values)
    grid = np.arange(stored.window.start, stored.window.end, stored.period_s)
    columns = {"time": pa.array(grid.astype("datetime64[s]"), pa.timestamp("s", tz="UTC"))}
    columns |= {_name(key): pa.array(stored.values[key]) for key in keys}
    metadata = {
        "format": FORMAT,
        "period": stored.period_s,
        "start": stored.window.start,
        "end": stored.window.end,
        "columns": {_name(key): [list(span) for span in stored.spans[key]] for key in keys},
        "corrections": {
            _name(key): [list(each) for each in stored.corrections[key]] for key in sorted(stored.corrections)
        },
    }
    table = pa.table(columns).replace_schema_metadata({_KEY: orjson.dumps(metadata)})
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", use_dictionary=False, write_page_checksum=True)
    return sink.getvalue()


def decode(content: bytes, name: str) -> Stored:
    """Return the content of a file; ArchiveError, with its name, where it is damaged or of a later version."""
    try:
        table = read_parquet(content)
        metadata = _metadata(table.schema.metadata, name)
        stored = Stored(*_grid(metadata), _values(table, metadata), _spans(metadata), _corrections(metadata))
        _check(stored, table)
    except (pa.ArrowException, OSError, KeyError, IndexError, TypeError, ValueError) as error:
        raise _damaged(name, error) from error
    return stored


def read_parquet(content: bytes) -> pa.Table:
    """Return the table of a small file whose pages bear checksums; pyarrow's errors where it is damaged.

    Twice as fast as `pq.read_table`, which plans for data sets and hands every column to another thread.
    """
    with pq.ParquetFile(pa.BufferReader(content), page_checksum_verification=True) as file:
        return file.read(use_threads=False)


def decode_spans(content: bytes, name: str) -> Mapping[SeriesKey, tuple[Span, ...]]:
    """Return only what was asked and what came; ArchiveError as `decode`."""
    try:
        return _spans(_metadata(pq.read_schema(io.BytesIO(content)).metadata, name))
    except (pa.ArrowException, OSError, KeyError, IndexError, TypeError, ValueError) as error:
        raise _damaged(name, error) from error


def _metadata(metadata: Mapping[bytes, bytes] | None, name: str) -> dict[str, Any]:
    """Return our part of a file's metadata; ArchiveError for a later version."""
    content: dict[str, Any] = orjson.loads((metadata or {})[_KEY])
    if content["format"] > FORMAT:
        raise LaterVersionError(
            f"archive: {name} has format {content['format']}, this version reads {FORMAT}; install a newer version"
        )
    return content


def _grid(metadata: Mapping[str, Any]) -> tuple[Window, int]:
    """Return the window and the period of a file."""
    return Window(int(metadata["start"]), int(metadata["end"])), int(metadata["period"])


def _values(table: pa.Table, metadata: Mapping[str, Any]) -> dict[SeriesKey, Floats]:
    """Return the values of a file by series."""
    return {_key(name): table[name].to_numpy().astype(np.float64) for name in metadata["columns"]}


def _spans(metadata: Mapping[str, Any]) -> dict[SeriesKey, tuple[Span, ...]]:
    """Return the spans of a file by series."""
    return {
        _key(name): tuple(Span(start, end, at, Status(status), text) for start, end, at, status, text in spans)
        for name, spans in metadata["columns"].items()
    }


def _corrections(metadata: Mapping[str, Any]) -> dict[SeriesKey, tuple[Correction, ...]]:
    """Return the corrections of a file by series; the first format knew none."""
    return {
        _key(name): tuple(Correction(*each) for each in found)
        for name, found in metadata.get("corrections", {}).items()
    }


def _check(stored: Stored, table: pa.Table) -> None:
    """Raise ValueError where the times of a file are not its grid."""
    times = table["time"].cast(pa.timestamp("s", tz="UTC")).to_numpy().astype("datetime64[s]").astype(np.int64)
    if not np.array_equal(times, np.arange(stored.window.start, stored.window.end, stored.period_s)):
        raise ValueError("its times are not the grid that it names")


def _name(key: SeriesKey) -> str:
    """Return the name of a series' column."""
    namespace, name, dimensions, account, region = key.metric
    return orjson.dumps(
        [namespace, name, dict(dimensions), account, key.statistic, *([region] if region else [])]
    ).decode()


def _key(name: str) -> SeriesKey:
    """Return the series of a column's name."""
    namespace, metric, dimensions, account, statistic, *region = orjson.loads(name)
    return SeriesKey(Metric(namespace, metric, tuple(sorted(dimensions.items())), account, *region), statistic)


def _damaged(name: str, error: Exception) -> ArchiveError:
    """Return the error for a file that cannot be read."""
    text = " ".join(str(error).split())[:120]
    return ArchiveError(
        f"archive: {name} is damaged ({text}); restore it from a copy, or let `sre-review archive verify` set it "
        "aside to fetch it again"
    )
