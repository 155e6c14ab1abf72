"""The datapoints that alarms are replayed on, as the archive keeps them: one Parquet file a week and period.

`alarms/metrics/week=…/60.parquet` holds the statistic sets of every metric that an alarm watches; files of longer
periods hold percentiles. They have the form of the archive's other metrics (`archive_file`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from sre_lib.collect.alarms.watched import SETS, Watched
from sre_lib.collect.archive import Archive, Piece, merge, window_of
from sre_lib.collect.archive_file import SeriesKey, Stored, decode, decode_spans, encode
from sre_lib.collect.spans import Span
from sre_lib.collect.windows import MINUTE_S, Window, epoch, floor
from sre_lib.model import Week

_COLUMNS = ("sum", "count", "min", "max")


def points_key(archive: Archive, week: str, period_s: int) -> str:
    """Return the key of a file in the archive's store, by the week's name."""
    return f"{archive.folder}/alarms/metrics/week={week}/{period_s}.parquet"


def put_points(archive: Archive, week: Week, period_s: int, pieces: Sequence[Piece]) -> None:
    """Put datapoints beside what is kept of a week; ArchiveError where that is damaged, and nothing is written then."""
    key = points_key(archive, week.name, period_s)
    with archive.locked():
        content = archive.store.read(key)
        old = None if content is None else decode(content, key)
        archive.store.write(key, encode(merge(old, window_of(week, period_s), period_s, pieces)))


def spans_of(archive: Archive, week: Week, period_s: int) -> Mapping[SeriesKey, tuple[Span, ...]]:
    """Return what was asked for in a week at a period and what came, by series. Raises ArchiveError."""
    key = points_key(archive, week.name, period_s)
    content = archive.store.read(key)
    return {} if content is None else decode_spans(content, key)


@dataclass(frozen=True)
class AlarmDatapoints:
    """The datapoints of some weeks, read once for all alarms."""

    stored: Mapping[int, Sequence[Stored]]

    @classmethod
    def read(cls, archive: Archive, weeks: Sequence[Week]) -> "AlarmDatapoints":
        """Return what is kept of some weeks. Raises ArchiveError."""
        found: dict[int, list[Stored]] = {}
        names = {week.name for week in weeks}
        for key, week, period_s in _files(archive):
            content = archive.store.read(key) if week in names else None
            if content is not None:
                found.setdefault(period_s, []).append(decode(content, key))
        return cls(found)

    def frame(self, metric: Watched, start: datetime, end: datetime) -> pd.DataFrame:
        """Return the datapoints of one of an alarm's metrics in `[start, end)` (aware datetimes).

        float64; index DatetimeIndex, tz UTC, unit s, each 60 s without gaps (a percentile of a longer period: each
        period, by its first minute). Columns `sum`, `count`, `min`, `max`; of a percentile `value`. NaN: no datapoint,
        or never asked for (`spans` tells which).
        """
        statistics, period_s = metric.wanted
        first, last = floor(epoch(start), period_s), -floor(-epoch(end), period_s)
        grid = np.arange(first, last, period_s)
        names = _COLUMNS if statistics == SETS else ("value",)
        columns = {
            name: self._values(SeriesKey(metric.metric, statistic), Window(first, last), period_s)
            for name, statistic in zip(names, statistics, strict=True)
        }
        index = pd.DatetimeIndex(grid.astype("datetime64[s]")).tz_localize("UTC")
        return pd.DataFrame(columns, index=index)

    def spans(self, metric: Watched) -> tuple[Span, ...]:
        """Return what was asked for one of an alarm's metrics and what came, by time; of several statistics the first.

        A minute of no span was never asked for, or CloudWatch had forgotten it at 60 s.
        """
        statistics, period_s = metric.wanted
        key = SeriesKey(metric.metric, statistics[0])
        return tuple(sorted(span for stored in self.stored.get(period_s, ()) for span in stored.spans.get(key, ())))

    def _values(self, key: SeriesKey, window: Window, period_s: int) -> np.ndarray:
        """Return one series on a grid."""
        values = np.full((window.end - window.start) // period_s, np.nan)
        for stored in self.stored.get(period_s, ()):
            part = stored.window.clipped(window)
            if part.empty or key not in stored.values:
                continue
            inside = stored.values[key][_slice(part, stored.window, period_s)]
            target = values[_slice(part, window, period_s)]
            np.copyto(target, inside, where=~np.isnan(inside))
        return values


def _slice(part: Window, whole: Window, period_s: int) -> slice:
    """Return where a part of a grid lies in it."""
    return slice((part.start - whole.start) // period_s, (part.end - whole.start) // period_s)


def _files(archive: Archive) -> Iterator[tuple[str, str, int]]:
    """Yield the keys of all files, each with its week and period."""
    for key in archive.store.keys(f"{archive.folder}/alarms/metrics/"):
        *_, folder, name = key.split("/")
        period = name.removesuffix(".parquet")
        if period.isdecimal() and int(period) % MINUTE_S == 0:
            yield key, folder.removeprefix("week="), int(period)
