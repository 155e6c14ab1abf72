"""Several resources as one: the line of a part that is a set of identities.

What a statistic means for a set, in each slot, over those that have a datapoint in it:

- Sum, SampleCount: the total, exactly.
- Minimum, Maximum: the worst of them. For a gauge of each (healthy hosts, connections) this is no total; a limit that
  holds for each of them is judged rightly so. A target group that stands idle with 0 healthy hosts counts while it
  reports them; one without registered targets reports nothing.
- Average: Sum / SampleCount, the mean of all samples, exactly: each resource weighs by its samples.
- Percentiles can be neither added nor averaged: that of the resource with the most samples in the slot (the first by
  name where several have as many), a percentile as fetched. In a blue/green deployment it is that of the side with the
  traffic.

A slot has no value where a resource that was asked for may have one that did not come: a total would be too small.
"""

from collections.abc import Sequence

import numpy as np

from sre_lib.catalog import BASE_STATISTICS, is_percentile
from sre_lib.collect.lines import Flags, Floats, Grid, Line
from sre_lib.collect.queries import Metric
from sre_lib.collect.windows import Window

_NEVER = np.iinfo(np.int64).max


def line_of(grid: Grid, metrics: Sequence[Metric], statistic: str, window: Window) -> Line:
    """Return the line of a statistic over all metrics of a set, of which there is at least one."""
    if is_percentile(statistic):
        lines = [grid.percentile(metric, statistic, window) for metric in metrics]
        if len(lines) == 1:
            return lines[0]
        counts = [grid.base(metric, window).values["SampleCount"] for metric in metrics]
        return of_the_largest(lines, statistic, counts)
    return together([grid.base(metric, window) for metric in metrics])


def never_asked(statistic: str, window: Window, slot_s: int, message: str) -> Line:
    """Return a line of which nothing was ever asked, with the reason."""
    size = (window.end - window.start) // slot_s
    no, never = np.zeros(size, np.bool_), np.zeros(size, np.int64)
    values = {name: np.full(size, np.nan) for name in {*BASE_STATISTICS, "Average", statistic}}
    return Line(values, never, no, no, no, never, (message,))


def together(lines: Sequence[Line]) -> Line:
    """Return base statistics and Average of several lines (same slots) as those of one; NaN: no datapoint."""
    if len(lines) == 1:
        return lines[0]
    there = np.array([_there(line, BASE_STATISTICS) for line in lines])
    kept = _kept(lines, there)
    each = {name: np.where(there, np.array([line.values[name] for line in lines]), np.nan) for name in BASE_STATISTICS}
    values = {
        "Sum": np.nansum(each["Sum"], axis=0),
        "SampleCount": np.nansum(each["SampleCount"], axis=0),
        "Minimum": np.fmin.reduce(each["Minimum"]),
        "Maximum": np.fmax.reduce(each["Maximum"]),
    }
    values = {name: np.where(kept, found, np.nan) for name, found in values.items()}
    return _line({**values, "Average": values["Sum"] / values["SampleCount"]}, lines, there)


def of_the_largest(lines: Sequence[Line], statistic: str, counts: Sequence[Floats]) -> Line:
    """Return in each slot the percentile of the line with the most samples (`counts`); NaN: no datapoint."""
    values = np.array([line.values[statistic] for line in lines])
    there = ~np.isnan(values)
    weights = np.where(there, np.nan_to_num(np.array(counts)), -1.0)
    chosen = np.take_along_axis(values, weights.argmax(axis=0)[np.newaxis], axis=0)[0]
    return _line({statistic: np.where(_kept(lines, there), chosen, np.nan)}, lines, there)


def _line(values: dict[str, Floats], lines: Sequence[Line], there: Flags) -> Line:
    """Return the line of a set: a slot counts as whole where all were answered in full.

    Before a resource was first asked for it was not known, and so not there: that counts as an answer.
    """
    unknown = _unknown(lines)
    whole = np.array([line.whole for line in lines]) | unknown
    closed = np.array([line.whole | line.gone for line in lines]) | unknown
    periods = np.array([line.period_s for line in lines])
    finest = np.where(periods > 0, periods, _NEVER).min(axis=0)
    asked_at = np.where(unknown, _NEVER, [line.asked_at for line in lines]).min(axis=0)
    known = ~_all(unknown)
    return Line(
        values=values,
        asked_at=np.where(asked_at == _NEVER, 0, asked_at),
        whole=_all(whole) & known,
        gone=_all(closed) & known & ~_all(whole),
        denied=_any([line.denied for line in lines]),
        period_s=np.where(_any(there), np.where(there, periods, 0).max(axis=0), np.where(finest == _NEVER, 0, finest)),
        messages=tuple(dict.fromkeys(message for line in lines for message in line.messages)),
    )


def _kept(lines: Sequence[Line], there: Flags) -> Flags:
    """Tell in which slots some line has a datapoint and none may have one that did not come."""
    closed = np.array([line.whole | line.gone for line in lines]) | _unknown(lines)
    return _any(there) & _all(there | closed)


def _unknown(lines: Sequence[Line]) -> Flags:
    """Tell for each line in which slots it was not known yet: before the first that was ever asked for."""
    asked = np.array([(line.asked_at > 0) | line.gone | line.denied for line in lines])
    first = np.where(asked.any(axis=1), asked.argmax(axis=1), 0)
    before: Flags = np.arange(asked.shape[1]) < first[:, np.newaxis]
    return before


def _all(flags: Flags | Sequence[Flags]) -> Flags:
    """Tell in which slots all lines have a flag."""
    found: Flags = np.logical_and.reduce(flags)
    return found


def _any(flags: Flags | Sequence[Flags]) -> Flags:
    """Tell in which slots any line has a flag."""
    found: Flags = np.logical_or.reduce(flags)
    return found


def _there(line: Line, statistics: Sequence[str]) -> Flags:
    """Tell in which slots a line has all of some statistics."""
    return _all([~np.isnan(line.values[name]) for name in statistics])
