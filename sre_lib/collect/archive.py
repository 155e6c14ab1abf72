"""The archive of metrics: one Parquet file a service, week and period, kept for ever; reading it needs no AWS."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sre_lib.collect.archive_file import Correction, SeriesKey, Stored, decode, decode_spans, encode
from sre_lib.collect.queries import Metric
from sre_lib.collect.spans import Span, with_span
from sre_lib.collect.windows import HOUR_S, MINUTE_S, Window, aligned, epoch
from sre_lib.errors import UserMistakeError
from sre_lib.model import PERIOD_S, Service, Week
from sre_lib.store import Store, file_name

PERIODS = (MINUTE_S, PERIOD_S, HOUR_S)
"""The periods in seconds at which the archive keeps metrics."""

ROUNDING = 1e-9
"""Relative difference of two values up to which they are one: a percentile is interpolated, a Sum added up, in another
order each time it is asked for."""

Floats = NDArray[np.float64]


class Piece(NamedTuple):
    """What came for one series: the values on the grid of its span (NaN: no datapoint)."""

    key: SeriesKey
    span: Span
    values: Floats

    def cut(self, window: Window, period_s: int) -> "Piece | None":
        """Return the part that lies in a window; None where there is none."""
        part = self.span.window.clipped(window)
        if part.empty:
            return None
        first, last = ((edge - self.span.start) // period_s for edge in part)
        return Piece(self.key, self.span._replace(start=part.start, end=part.end), self.values[first:last])


class Archive:
    """The metrics of one review in a store, all below its `folder`."""

    def __init__(self, store: Store, review_name: str) -> None:
        self.store = store
        self.folder = file_name(review_name)
        self._simulated = f"{self.folder}/simulated.txt"
        self._region = f"{self.folder}/region.txt"

    def key(self, service: Service, week: Week, period_s: int) -> str:
        """Return the key of a file in the store."""
        return f"{self.folder}/metrics/service={file_name(service.name)}/week={week.name}/{period_s}.parquet"

    def read(self, service: Service, week: Week, period_s: int) -> Stored | None:
        """Return the content of a file; None where there is none. Raises ArchiveError."""
        key = self.key(service, week, period_s)
        content = self.store.read(key)
        return None if content is None else decode(content, key)

    def spans(self, service: Service, week: Week, period_s: int) -> Mapping[SeriesKey, tuple[Span, ...]]:
        """Return what was asked for a service's week and what came, by series. Raises ArchiveError."""
        key = self.key(service, week, period_s)
        content = self.store.read(key)
        return {} if content is None else decode_spans(content, key)

    @property
    def simulated(self) -> bool:
        """Tell whether the demo's data is in it: what is made from an archive says so, whatever it is read as."""
        return self.store.read(self._simulated) is not None

    def mark_simulated(self) -> None:
        """Note, once, that the demo's data is in it."""
        self.store.create(self._simulated, b"The metrics in this folder are simulated.\n")

    def must_be_of(self, region: str) -> None:
        """Note, once, the review's own region, which series do not name; UserMistakeError where it is another one."""
        if self.store.create(self._region, f"{region}\n".encode()):
            return
        known = (self.store.read(self._region) or b"").decode(errors="replace").strip()
        if known != region:
            raise UserMistakeError(
                f"source.region: got {region!r}, but the archive of {self.folder} holds metrics of {known}; "
                "name another `archive`, or give the services their `region`"
            )

    def locked(self) -> AbstractContextManager[None]:
        """Hold the review's archive for writing; a second holder waits."""
        return self.store.locked(f"archive-{self.folder}")

    def upsert(
        self, service: Service, week: Week, period_s: int, pieces: Sequence[Piece]
    ) -> frozenset[tuple[Metric, int]]:
        """Put pieces into a file, with what is already there, whole or not at all. Raises ArchiveError.

        Return the metrics and times, in seconds since the epoch, of the datapoints whose value changed.
        """
        with self.locked():
            old = self.read(service, week, period_s)
            merged = merge(old, window_of(week, period_s), period_s, pieces)
            self.store.write(self.key(service, week, period_s), encode(merged))
        return _noticed(old, merged)


def window_of(week: Week, period_s: int) -> Window:
    """Return the time of a week's file: the periods that begin in the week, or that its start lies in.

    Hours are those of UTC; where a week begins at half past, its first hour is the one that it begins in.
    """
    return aligned(Window(epoch(week.start), epoch(week.end)), period_s)


def merge(old: Stored | None, window: Window, period_s: int, pieces: Sequence[Piece]) -> Stored:
    """Return the content of a file with pieces put into it.

    A datapoint takes the place of an older one; where none came the older one stays, since CloudWatch never takes a
    datapoint back but shorter periods vanish with age. Where both came and differ it is a correction; a datapoint
    that comes late, where none was, is none. A file whose week began on another day keeps all it has.
    """
    if old:
        window = Window(min(window.start, old.window.start), max(window.end, old.window.end))
    size = (window.end - window.start) // period_s
    values: dict[SeriesKey, Floats] = {}
    for key, stored in old.values.items() if old else ():
        values[key] = np.full(size, np.nan)
        first = (old.window.start - window.start) // period_s if old else 0
        values[key][first : first + len(stored)] = stored
    spans = dict(old.spans) if old else {}
    corrections = dict(old.corrections) if old else {}
    for piece in pieces:
        target = values.setdefault(piece.key, np.full(size, np.nan))
        first = (piece.span.start - window.start) // period_s
        part = target[first : first + len(piece.values)]
        found = _corrected(part, piece, period_s)
        if found:
            corrections[piece.key] = (*corrections.get(piece.key, ()), *found)
        np.copyto(part, piece.values, where=~np.isnan(piece.values))
        spans[piece.key] = with_span(spans.get(piece.key, ()), piece.span)
    return Stored(window, period_s, values, spans, corrections)


def _corrected(before: Floats, piece: Piece, period_s: int) -> list[Correction]:
    """Return the datapoints of a piece whose value differs from the one before (NaN, none, differs from nothing)."""
    largest = np.maximum(np.abs(before), np.abs(piece.values))
    changed = np.flatnonzero(np.abs(piece.values - before) > ROUNDING * largest)
    times = (piece.span.start + period_s * changed).tolist()
    pairs = zip(times, before[changed].tolist(), piece.values[changed].tolist(), strict=True)
    return [Correction(*pair, piece.span.fetched_at) for pair in pairs]


def _noticed(old: Stored | None, merged: Stored) -> frozenset[tuple[Metric, int]]:
    """Return the metrics and times of the corrections that a merge added."""
    known = old.corrections if old else {}
    return frozenset(
        (key.metric, each.time)
        for key, found in merged.corrections.items()
        for each in found[len(known.get(key, ())) :]
    )
