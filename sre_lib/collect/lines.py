"""Series on a grid out of the archive's files: rolled up exactly, with what was asked of each slot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from sre_lib.catalog import BASE_STATISTICS
from sre_lib.collect.archive_file import SeriesKey, Stored
from sre_lib.collect.queries import Metric
from sre_lib.collect.spans import SETTLED_AFTER_S, Span
from sre_lib.collect.windows import Window
from sre_lib.model import PERIOD_S, Status

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Times = NDArray[np.int64]


@dataclass(frozen=True)
class Line:
    """Statistics of one metric on the grid of a window, and for each slot what was asked.

    `values` by statistic, NaN where there is no datapoint; `asked_at` in seconds since the epoch, 0 where a slot was
    never asked for; `whole` where the answer was full, `gone` where it was not and no more can come (too old);
    `denied` where access was denied; `period_s` the period of the datapoints that a value comes from, else the finest
    that was asked for (0: none). `messages` are the source's own, oldest first.
    """

    values: Mapping[str, Floats]
    asked_at: Times
    whole: Flags
    gone: Flags
    denied: Flags
    period_s: Times
    messages: tuple[str, ...] = ()

    @property
    def there(self) -> Flags:
        """Tell in which slots all statistics have a datapoint."""
        return _all_there(self.values)


@dataclass(frozen=True)
class Files:
    """The archive's files of one period, as one."""

    period_s: int
    files: Sequence[Stored]

    def line(self, metric: Metric, statistics: Sequence[str], window: Window, least_s: int = PERIOD_S) -> Line:
        """Return some statistics of a metric in slots of 300 s, or of the files' own period where that is longer.

        A slot counts as whole where all of them were answered in full. `least_s`: the shortest slot, where not 300 s.
        """
        slot_s = max(self.period_s, least_s)
        keys = [SeriesKey(metric, statistic) for statistic in statistics]
        spans = [[span for file in self.files for span in file.spans.get(key, ())] for key in keys]
        flags = [_flags(each, window, slot_s) for each in spans]
        whole = np.logical_and.reduce([each.whole for each in flags])
        closed = np.logical_and.reduce([each.closed for each in flags])
        minutes = {key.statistic: self._values(key, window) for key in keys}
        values = minutes if self.period_s == slot_s else rolled_up(minutes, whole, slot_s // self.period_s)
        asked_at = np.minimum.reduce([each.asked_at for each in flags])
        inside = sorted(span for each in spans for span in each if not span.window.clipped(window).empty)
        return Line(
            values=values,
            asked_at=asked_at,
            whole=whole,
            gone=closed & ~whole,
            denied=np.logical_or.reduce([each.denied for each in flags]),
            period_s=np.where((asked_at > 0) | _all_there(values), self.period_s, 0),
            messages=tuple(dict.fromkeys(span.message for span in inside if span.message)),
        )

    def _values(self, key: SeriesKey, window: Window) -> Floats:
        """Return one series on this period's grid of a window."""
        values = np.full((window.end - window.start) // self.period_s, np.nan)
        for file in self.files:
            part = file.window.clipped(window)
            if key in file.values and not part.empty:
                source = file.values[key][_slots(part, file.window, self.period_s)]
                np.copyto(values[_slots(part, window, self.period_s)], source, where=~np.isnan(source))
        return values


def rolled_up(minutes: Mapping[str, Floats], whole: Flags, step: int) -> dict[str, Floats]:
    """Return Sum, SampleCount, Minimum and Maximum of each `step` periods, exactly; NaN where there is no datapoint.

    A period counts only where all the statistics came. Where the answer was not full (`whole`, by slot) a slot with
    periods missing stays out: its Sum would be too small.
    """
    there = _all_there(minutes)
    periods = there.reshape(-1, step).sum(axis=1)
    kept = (periods == step) | ((periods > 0) & whole)
    # The periods of a slot in one column: NumPy is several times faster along the first axis of a short one.
    slots = {
        name: np.ascontiguousarray(np.where(there, values, np.nan).reshape(-1, step).T)
        for name, values in minutes.items()
    }
    rolled = {
        "Sum": np.nansum(slots["Sum"], axis=0),
        "SampleCount": np.nansum(slots["SampleCount"], axis=0),
        "Minimum": np.fmin.reduce(slots["Minimum"]),
        "Maximum": np.fmax.reduce(slots["Maximum"]),
    }
    return {name: np.where(kept, values, np.nan) for name, values in rolled.items()}


def _all_there(values: Mapping[str, Floats]) -> Flags:
    """Tell where every statistic has a datapoint."""
    # One NaN makes a sum NaN.
    return ~np.isnan(sum(values.values(), np.zeros(1)))


def combined(fine: Line, coarse: Line, window: Window, slot_s: int = PERIOD_S) -> Line:
    """Return data rolled up from a shorter period where there is some, else what came in slots.

    What is final goes before what is not.
    """
    ends = np.arange(window.start, window.end, slot_s) + slot_s
    final = fine.asked_at - SETTLED_AFTER_S >= ends
    whole = fine.whole | coarse.whole
    use = fine.there & (final | (fine.asked_at >= coarse.asked_at) | ~coarse.there)
    return Line(
        values={name: np.where(use, fine.values[name], coarse.values[name]) for name in fine.values},
        asked_at=np.maximum(fine.asked_at, coarse.asked_at),
        whole=whole,
        gone=coarse.gone & ~whole,
        denied=fine.denied | coarse.denied,
        period_s=np.where(use | (fine.asked_at > 0) & ~coarse.there, fine.period_s, coarse.period_s),
        messages=tuple(dict.fromkeys((*fine.messages, *coarse.messages))),
    )


class Grid(Protocol):
    """The series of a service in slots of one length; all windows begin and end with one."""

    slot_s: ClassVar[int]

    def base(self, metric: Metric, window: Window) -> Line:
        """Return the base statistics of a metric, and its Average = Sum / SampleCount."""

    def percentile(self, metric: Metric, statistic: str, window: Window) -> Line:
        """Return a percentile as it was fetched for slots of this length."""


@dataclass(frozen=True)
class FiveMinutes:
    """Slots of 300 s, out of 60 s and 300 s data."""

    minute: Files
    five: Files
    slot_s: ClassVar[int] = PERIOD_S

    def base(self, metric: Metric, window: Window) -> Line:
        """Return base statistics and Average: 60 s data rolled up exactly, else 300 s data."""
        fine, coarse = (files.line(metric, BASE_STATISTICS, window) for files in (self.minute, self.five))
        return with_average(combined(fine, coarse, window))

    def percentile(self, metric: Metric, statistic: str, window: Window) -> Line:
        """Return a percentile as it was fetched at 300 s."""
        return self.five.line(metric, (statistic,), window)


def with_average(line: Line) -> Line:
    """Return a line with the Average that its Sum and SampleCount make."""
    return replace(line, values={**line.values, "Average": line.values["Sum"] / line.values["SampleCount"]})


class _Flags(NamedTuple):
    """What was asked of each slot for one series."""

    asked_at: Times
    whole: Flags
    closed: Flags
    denied: Flags


def _flags(spans: Sequence[Span], window: Window, slot_s: int) -> _Flags:
    """Return for each slot when it was asked for, whether answered in full, whether denied, whether it is closed."""
    size = (window.end - window.start) // slot_s
    flags = _Flags(np.zeros(size, np.int64), *(np.zeros(size, np.bool_) for _ in range(3)))
    for span in spans:
        part = span.window.clipped(window)
        if part.empty:
            continue
        slots = _slots(part, window, slot_s)
        flags.asked_at[slots] = 0 if span.gone else span.fetched_at
        flags.whole[slots], flags.closed[slots] = span.whole, span.closed
        flags.denied[slots] = span.status is Status.DENIED
    return flags


def _slots(part: Window, window: Window, period_s: int) -> slice:
    """Return where a part lies on the grid of a window."""
    return slice((part.start - window.start) // period_s, (part.end - window.start) // period_s)
