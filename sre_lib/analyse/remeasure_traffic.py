"""The requests behind an earlier finding, then and now, over comparable time."""

from datetime import datetime, timedelta

import pandas as pd

from sre_lib.analyse.remeasure_days import ALL_DAY, window
from sre_lib.analyse.remeasure_look import Look
from sre_lib.catalog import Catalog, MetricSpec
from sre_lib.earlier import Remeasured
from sre_lib.model import Column, ServiceWeek

NAMES = ("requests", "invocations")
"""Metrics that count what is asked of a service; one of the review file's own counts where there is none of these."""

LEAST_SHARE = 0.5
"""Share of datapoints without which a mean is not compared."""

_LASTING = ("growth", "level_shift")


def traffic(look: Look, found: Remeasured, service_week: ServiceWeek, catalog: Catalog) -> tuple[float, float] | None:
    """Return the mean requests per period then and now; None where the service counts none, or too few are there.

    What lasts: the same hours of the week (since it is gone). At a time of day: the same time of the same weekday,
    where it is gone; where it is not, it is on other days, too, and there is no one number.
    """
    column = traffic_column(look, service_week, catalog)
    if column is None:
        return None
    series = service_week.frame.series(column)
    length = look.earlier.end - look.earlier.start
    if look.shape in _LASTING or length >= ALL_DAY:
        then, now = _weekly(look, found, series)
    elif found.outcome == "gone":
        then, now = _same_weekday(look, series)
    else:
        return None
    return (then, now) if then and now is not None else None


def traffic_column(look: Look, service_week: ServiceWeek, catalog: Catalog) -> Column | None:
    """Return the column of the service that counts requests; None where none does, or the finding is about it."""
    counts = [
        (metric not in NAMES, NAMES.index(metric) if metric in NAMES else 0, at, Column(part.name, metric, spec.judge))
        for at, part in enumerate(service_week.service.parts)
        for metric, spec in catalog[part.kind].metrics.items()
        if _counts(spec) and Column(part.name, metric, spec.judge) in service_week.frame.answers
    ]
    column = min(counts)[-1] if counts else None
    return None if column and column.metric == look.earlier.metric else column


def _counts(spec: MetricSpec) -> bool:
    """Tell whether a metric counts what is asked of a service."""
    return (spec.resource, spec.judge, spec.hurts) == ("context", "Sum", "both") and spec.unit in {"Count", "None"}


def _weekly(look: Look, found: Remeasured, series: pd.Series) -> tuple[float | None, float | None]:
    """Return the means over the same hours of then's week and this one."""
    start = max(look.week.start, found.since) if found.since else look.week.start
    back = look.week.start - look.then.start
    return _mean(series, start - back, look.week.end - back), _mean(series, start, look.week.end)


def _same_weekday(look: Look, series: pd.Series) -> tuple[float | None, float | None]:
    """Return the means at the finding's time then and on the same weekday of this week."""
    first = look.days(look.earlier.start)[0]
    same = next(each for each in look.days(look.week.start) if each.weekday() == first.weekday())
    return _mean(series, *window(look, first)), _mean(series, *window(look, same))


def _mean(series: pd.Series, start: datetime, end: datetime) -> float | None:
    """Return the mean of `[start, end)`; None where too few datapoints are there."""
    values = series[(series.index >= start) & (series.index < end)]
    wanted = (end - start) / timedelta(seconds=(series.index[1] - series.index[0]).total_seconds())
    return float(values.mean()) if values.notna().sum() >= LEAST_SHARE * wanted else None
