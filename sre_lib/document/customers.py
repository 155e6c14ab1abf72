"""What customers felt: requests, latency, errors and business metrics of the week against the week before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
import pandas as pd

from sre_lib.catalog import builtin_catalog
from sre_lib.document.look import Look
from sre_lib.model import Column
from sre_lib.weeks import previous

FRONT_METRICS = ("requests", "latency", "errors_5xx", "elb_errors_5xx", "error_rate_5xx")
"""Of a kind of the package that customers meet. Of one of the review file's own, where it says `front` or has a
namespace of its own (business metrics), every metric that is neither CPU nor memory."""

LEAST_SHARE = 0.9
"""Share of datapoints without which a week is not compared: its sum would be too small."""

Total = Literal["sum", "median", "maximum", "minimum"]
_TOTALS: dict[str, Total] = {"Sum": "sum", "SampleCount": "sum", "Maximum": "maximum", "Minimum": "minimum"}


@dataclass(frozen=True)
class Felt:
    """One metric of the week and of the week before, each as one number in the metric's unit.

    `total` says how it became one number: sums add up, extremes stay extremes, averages and percentiles are the
    median of their 5 minutes (percentiles cannot be averaged). None: too few datapoints to say it.
    """

    column: Column
    unit: str
    total: Total
    week: float | None
    before: float | None

    @property
    def change(self) -> float | None:
        """Return the change against the week before as a share of it; None where it cannot be said."""
        if self.week is None or not self.before:
            return None
        return self.week / self.before - 1


def felt(look: Look) -> tuple[Felt, ...]:
    """Return what customers felt of a service; empty where it has nothing in front of customers."""
    week, before = look.week, previous(look.week)
    return tuple(
        Felt(
            column=column,
            unit=look.spec(column).unit,
            total=total,
            week=_total(look.service_week.frame.series(column), week.start, week.end, total),
            before=_total(look.service_week.frame.series(column), before.start, before.end, total),
        )
        for column in look.judged("context")
        if _in_front(look, column)
        for total in (_TOTALS.get(column.statistic, "median"),)
    )


def _in_front(look: Look, column: Column) -> bool:
    """Tell whether customers feel a metric."""
    name = look.service.part(column.part).kind
    kind, known = look.catalog[name], builtin_catalog()
    if name in known:
        return kind.front and column.metric in FRONT_METRICS
    return kind.front or kind.namespace not in {each.namespace for each in known.values()}


def _total(series: pd.Series, start: datetime, end: datetime, total: Total) -> float | None:
    """Return one number for `[start, end)`; None where too many datapoints are missing."""
    values = series[(series.index >= start) & (series.index < end)].to_numpy(dtype=np.float64)
    known = values[~np.isnan(values)]
    expected = (end - start).total_seconds() / 300
    if not len(known) or len(known) < LEAST_SHARE * expected:
        return None
    match total:
        case "sum":
            return float(known.sum())
        case "maximum":
            return float(known.max())
        case "minimum":
            return float(known.min())
    return float(np.median(known))
