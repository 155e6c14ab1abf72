"""Series in whole hours of UTC: made exactly from 60 s and 300 s data, and what CloudWatch keeps beyond those."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sre_lib.catalog import BASE_STATISTICS
from sre_lib.collect.lines import Files, FiveMinutes, Line, combined, rolled_up, with_average
from sre_lib.collect.queries import Metric
from sre_lib.collect.spans import ONLY_HOURLY
from sre_lib.collect.windows import HOUR_S, Window

_SLOTS = HOUR_S // FiveMinutes.slot_s


@dataclass(frozen=True)
class Hours:
    """Slots of 3600 s, out of shorter ones and of 3600 s data."""

    fine: FiveMinutes
    hour: Files
    slot_s: ClassVar[int] = HOUR_S

    @property
    def any(self) -> bool:
        """Tell whether hourly datapoints were ever asked for."""
        return any(not span.gone for file in self.hour.files for spans in file.spans.values() for span in spans)

    def base(self, metric: Metric, window: Window) -> Line:
        """Return base statistics and Average; an hour of shorter periods counts only where it was wholly answered."""
        coarse = self.hour.line(metric, BASE_STATISTICS, window)
        return with_average(combined(hourly(self.fine.base(metric, window)), coarse, window, HOUR_S))

    def percentile(self, metric: Metric, statistic: str, window: Window) -> Line:
        """Return a percentile as it was fetched at 3600 s: it cannot be made from shorter periods."""
        return self.hour.line(metric, (statistic,), window)


def hourly(line: Line) -> Line:
    """Return base statistics in slots of 300 s as those of whole hours, exactly; NaN where there is no datapoint.

    An hour with slots missing counts only where it was answered in full: its Sum would be too small. Its period is
    the coarsest among its datapoints.
    """
    whole = np.logical_and.reduce(line.whole.reshape(-1, _SLOTS), axis=1)
    closed = np.logical_and.reduce((line.whole | line.gone).reshape(-1, _SLOTS), axis=1)
    periods = line.period_s.reshape(-1, _SLOTS)
    there = np.where(line.there.reshape(-1, _SLOTS), periods, 0).max(axis=1)
    values = rolled_up({name: line.values[name] for name in BASE_STATISTICS}, whole, _SLOTS)
    return Line(
        values=values,
        asked_at=line.asked_at.reshape(-1, _SLOTS).min(axis=1),
        whole=whole,
        gone=closed & ~whole,
        denied=np.logical_or.reduce(line.denied.reshape(-1, _SLOTS), axis=1),
        period_s=np.where(there > 0, there, periods.max(axis=1)),
        messages=tuple(message for message in line.messages if message != ONLY_HOURLY),
    )
