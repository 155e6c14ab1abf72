"""The analysis of a service's week, worked out once: kept in the archive under a digest of all that it rests on."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC
from io import BytesIO

import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict, ValidationError

from sre_lib import __version__
from sre_lib.analyse.analyse import analyse
from sre_lib.catalog import Catalog
from sre_lib.collect.archive import Archive
from sre_lib.collect.gather import service_week
from sre_lib.model import Analysis, Column, Coverage, Finding, NotEvaluated, Service, ServiceWeek, Week
from sre_lib.params import Review
from sre_lib.store import file_name

CODE = 1
"""Goes up with every change of the analysis that can change a result, so that no old result passes for a new one."""

_DIGEST, _REST = b"digest", b"analysis"
_LEVELS = ("part", "metric", "statistic", "bound")


class _Kept(BaseModel):
    """All of an analysis but its bands."""

    model_config = ConfigDict(ser_json_inf_nan="constants")

    service: str
    week: str
    findings: tuple[Finding, ...]
    below_cut: tuple[Finding, ...]
    not_evaluated: tuple[NotEvaluated, ...]
    coverage: tuple[Coverage, ...]
    basis: tuple[tuple[Column, str], ...]


def analysis(review: Review, service: Service, week: Week, archive: Archive) -> tuple[ServiceWeek, Analysis]:
    """Return a service's week out of the archive and what was found in it, analysed only where that was not done yet.

    Driver, notebooks and the next run share one result; a kept result that is damaged or of other inputs is made anew.
    Raises ArchiveError where the week cannot be read.
    """
    looked_at = service_week(review, service, week, archive)
    wanted = digest(looked_at, review.catalog)
    key = f"{file_name(review.name)}/analysis/service={file_name(service.name)}/week={week.name}.parquet"
    kept = _decoded(archive.store.read(key), wanted)
    if kept is None:
        kept = analyse(looked_at, review.catalog)
        archive.store.write(key, _encoded(kept, wanted))
    return looked_at, kept


def digest(looked_at: ServiceWeek, catalog: Catalog) -> bytes:
    """Return a digest of all that an analysis rests on: data, answers, service, week, events, catalogue, code."""
    frame = looked_at.frame
    kinds = {part.kind: catalog[part.kind].model_dump() for part in looked_at.service.parts}
    about = (
        __version__,
        CODE,
        looked_at.service,
        looked_at.week,
        looked_at.events,
        kinds,
        [list(column) for column in frame.values.columns],
        [(list(column), answer) for column, answer in frame.answers.items()],
    )
    made = hashlib.blake2b(orjson.dumps(about, default=_plain), digest_size=16)
    made.update(pd.DatetimeIndex(frame.values.index).asi8.tobytes())
    made.update(frame.values.to_numpy(dtype="float64", copy=True).tobytes())
    return made.hexdigest().encode()


def _encoded(kept: Analysis, wanted: bytes) -> bytes:
    """Return an analysis as one Parquet file: the bands as columns, the rest as JSON beside them."""
    fields = {name: getattr(kept, name) for name in _Kept.model_fields if name != "basis"}
    rest = _Kept(**fields, basis=tuple(kept.basis.items())).model_dump_json().encode()
    bands = kept.bands.set_axis([json.dumps(column) for column in kept.bands.columns], axis="columns")
    table = pa.Table.from_pandas(bands)
    out = BytesIO()
    pq.write_table(table.replace_schema_metadata({**table.schema.metadata, _DIGEST: wanted, _REST: rest}), out)
    return out.getvalue()


def _decoded(content: bytes | None, wanted: bytes) -> Analysis | None:
    """Return a kept analysis; None where there is none, where it is damaged, or where it rests on something else."""
    if content is None:
        return None
    try:
        table = pq.read_table(BytesIO(content))
        if table.schema.metadata[_DIGEST] != wanted:
            return None
        rest = _Kept.model_validate_json(table.schema.metadata[_REST])
        bands = table.to_pandas()
        columns = [tuple(json.loads(name)) for name in bands.columns]
    except (pa.ArrowException, OSError, KeyError, ValueError, ValidationError):
        return None
    return Analysis(
        service=rest.service,
        week=rest.week,
        findings=tuple(_in_utc(each) for each in rest.findings),
        below_cut=tuple(_in_utc(each) for each in rest.below_cut),
        not_evaluated=rest.not_evaluated,
        coverage=rest.coverage,
        bands=bands.set_axis(_index(columns), axis="columns").set_axis(
            pd.DatetimeIndex(bands.index).as_unit("s"), axis="index"
        ),
        basis=dict(rest.basis),
    )


def _in_utc(finding: Finding) -> Finding:
    """Return a finding whose times carry the standard library's UTC: pandas refuses to mix it with another one."""
    events = tuple(
        replace(event, start=event.start.astimezone(UTC), end=event.end.astimezone(UTC)) for event in finding.events
    )
    until = finding.until and finding.until.astimezone(UTC)
    start, end = finding.start.astimezone(UTC), finding.end.astimezone(UTC)
    return replace(finding, start=start, end=end, until=until, events=events)


def _index(columns: list[tuple[str, ...]]) -> pd.MultiIndex:
    """Return the columns of bands."""
    if not columns:
        return pd.MultiIndex.from_arrays([[]] * len(_LEVELS), names=_LEVELS)
    return pd.MultiIndex.from_tuples(columns, names=_LEVELS)


def _plain(value: object) -> object:
    """Return what orjson does not know as something that it does."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"no digest of {type(value).__name__}")
