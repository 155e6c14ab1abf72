"""A short stretch of a service at 60 s out of the archive, where it holds that: what happens within minutes."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

import numpy as np

from sre_lib.catalog import BASE_STATISTICS, Catalog
from sre_lib.collect.archive import Archive
from sre_lib.collect.archive_file import SeriesKey
from sre_lib.collect.frame import frame_of, lines_of
from sre_lib.collect.identities import seen
from sre_lib.collect.lines import Files, Grid, Line, with_average
from sre_lib.collect.queries import Metric
from sre_lib.collect.windows import MINUTE_S, Window, aligned, epoch, floor, missing
from sre_lib.model import PERIOD_S, MetricFrame, Service, Week


@dataclass(frozen=True)
class Minutes:
    """Slots of 60 s, out of 60 s data; a percentile is that of the five minutes that a minute lies in."""

    minute: Files
    five: Files
    slot_s: ClassVar[int] = MINUTE_S

    def base(self, metric: Metric, window: Window) -> Line:
        """Return base statistics and Average as they came at 60 s."""
        return with_average(self.minute.line(metric, BASE_STATISTICS, window, MINUTE_S))

    def percentile(self, metric: Metric, statistic: str, window: Window) -> Line:
        """Return a percentile as it was fetched at 300 s, in each of its minutes."""
        whole = Window(floor(window.start, PERIOD_S), -floor(-window.end, PERIOD_S))
        line = self.five.line(metric, (statistic,), whole)
        first = (window.start - whole.start) // MINUTE_S
        # Each slot of 300 s as its five minutes, cut to the window.
        at = np.repeat(np.arange(len(line.whole)), PERIOD_S // MINUTE_S)[first:][
            : (window.end - window.start) // MINUTE_S
        ]
        return replace(
            line,
            values={statistic: line.values[statistic][at]},
            asked_at=line.asked_at[at],
            whole=line.whole[at],
            gone=line.gone[at],
            denied=line.denied[at],
            period_s=line.period_s[at],
        )


@dataclass(frozen=True)
class MinuteFiles:
    """What the archive holds of a service at 60 s in some weeks, read once for all stretches of them."""

    catalog: Catalog
    service: Service
    grid: Minutes
    known: frozenset[Metric]

    @classmethod
    def read(cls, catalog: Catalog, service: Service, archive: Archive, weeks: tuple[Week, ...]) -> "MinuteFiles":
        """Read the files of some weeks. Raises ArchiveError."""
        minute, five = (
            Files(period_s, [stored for week in weeks if (stored := archive.read(service, week, period_s))])
            for period_s in (MINUTE_S, PERIOD_S)
        )
        known = frozenset(metric for files in (minute, five) for file in files.files for metric in seen(file.spans))
        return cls(catalog, service, Minutes(minute, five), known)

    def frame(self, start: datetime, end: datetime) -> MetricFrame | None:
        """Return `[start, end)` at 60 s, with the columns of the service's week; None where it was not asked for.

        float64, UTC, a slot each 60 s, NaN: no datapoint. A percentile stands in each minute of its 300 s.
        """
        window = aligned(Window(epoch(start), epoch(end)), MINUTE_S)
        if not _asked(self.grid.minute, window):
            return None
        grid: Grid = self.grid
        lines = lines_of(self.catalog, self.service, self.known, grid, window)
        return frame_of(self.catalog, self.service, lines, window, MINUTE_S, window.start)


def _asked(files: Files, window: Window) -> bool:
    """Tell whether some series was asked for at 60 s in all of a window."""
    held: dict[SeriesKey, list[Window]] = {}
    for file in files.files:
        for key, spans in file.spans.items():
            held.setdefault(key, []).extend(each.window for each in spans if not each.gone)
    return any(not missing(window, each) for each in held.values())
