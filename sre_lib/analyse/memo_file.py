"""An Analysis as one Parquet file: the bands as columns, everything else as JSON in its metadata."""

import io
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import TypeAdapter

from sre_lib.analyse.analyse import band_frame
from sre_lib.collect.archive_file import read_parquet
from sre_lib.event import Event
from sre_lib.model import Analysis, Column, Coverage, Finding, NotEvaluated

_KEY = b"sre_review"


@dataclass(frozen=True)
class _Rest:
    """All of an Analysis but its bands, and what it was made from."""

    digest: str
    service: str
    week: str
    findings: tuple[Finding, ...]
    below_cut: tuple[Finding, ...]
    known: tuple[Finding, ...]
    no_effect: tuple[Event, ...]
    views_lacking: tuple[NotEvaluated, ...]
    not_evaluated: tuple[NotEvaluated, ...]
    coverage: tuple[Coverage, ...]
    basis: tuple[tuple[Column, str], ...]
    bands: tuple[tuple[str, ...], ...]


_REST = TypeAdapter(_Rest)


def encode(analysis: Analysis, digest: str) -> bytes:
    """Return the bytes of a file; equal content gives equal bytes."""
    bands = analysis.bands
    rest = _Rest(
        digest,
        analysis.service,
        analysis.week,
        analysis.findings,
        analysis.below_cut,
        analysis.known,
        analysis.no_effect,
        analysis.views_lacking,
        analysis.not_evaluated,
        analysis.coverage,
        tuple(analysis.basis.items()),
        tuple(tuple(key) for key in bands.columns),
    )
    time = pd.DatetimeIndex(bands.index).as_unit("s").asi8
    columns = {"time": pa.array(time.astype("datetime64[s]"), pa.timestamp("s", tz="UTC"))}
    columns |= {str(at): pa.array(bands.iloc[:, at].to_numpy(dtype=np.float64)) for at in range(bands.shape[1])}
    table = pa.table(columns).replace_schema_metadata({_KEY: _REST.dump_json(rest)})
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", use_dictionary=False, write_page_checksum=True)
    return sink.getvalue()


def decode(content: bytes, digest: str) -> Analysis | None:
    """Return the Analysis of a file; None where it is damaged, of another version, or made from something else."""
    try:
        table = read_parquet(content)
        rest = _REST.validate_json(table.schema.metadata[_KEY])
        if rest.digest != digest:
            return None
        return Analysis(
            service=rest.service,
            week=rest.week,
            findings=rest.findings,
            below_cut=rest.below_cut,
            known=rest.known,
            no_effect=rest.no_effect,
            views_lacking=rest.views_lacking,
            not_evaluated=rest.not_evaluated,
            coverage=rest.coverage,
            bands=_bands(table, rest),
            basis=dict(rest.basis),
        )
    except (pa.ArrowException, OSError, KeyError, IndexError, TypeError, ValueError):
        return None


def _bands(table: pa.Table, rest: _Rest) -> pd.DataFrame:
    """Return the bands of a file, as `analyse` gives them."""
    # Parquet has no seconds: they come back as milliseconds.
    seconds = table.column("time").cast(pa.timestamp("s", tz="UTC")).cast(pa.int64()).to_numpy()
    return band_frame({key: table.column(str(at)).to_numpy() for at, key in enumerate(rest.bands)}, seconds)
