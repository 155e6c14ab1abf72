"""The requests behind an earlier finding, then and now, over comparable time."""

from datetime import datetime, timedelta

import pandas as pd

from sre_lib.analyse.remeasure_look import Look
from sre_lib.analyse.remeasure_moments import ALL_DAY, window
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

    What lasts: the same hours of the week (since it is gone). At a time of day: the finding's own time against the day
    of this week that comes nearest to asking the same of the service (most requests; fewest for what went down).
    """
    column = traffic_column(look, service_week, catalog)
    if column is None:
        return None
    series = service_week.frame.series(column)
    length = look.earlier.end - look.earlier.start
    if look.earlier.view in _LASTING or length >= ALL_DAY:
        then, now = _weekly(look, found, series)
    else:
        then, now = _daily(look, series)
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


def _daily(look: Look, series: pd.Series) -> tuple[float | None, float | None]:
    """Return the means at the finding's time then and on the nearest day of this week."""
    days = [window(look, each) for each in look.days(look.week.start)]
    found = [mean for mean in (_mean(series, *each) for each in days) if mean is not None]
    then = _mean(series, *window(look, look.days(look.earlier.start)[0]))
    if not found:
        return then, None
    return then, (min(found) if look.direction < 0 else max(found))


def _mean(series: pd.Series, start: datetime, end: datetime) -> float | None:
    """Return the mean of `[start, end)`; None where too few datapoints are there."""
    values = series[(series.index >= start) & (series.index < end)]
    wanted = (end - start) / timedelta(seconds=(series.index[1] - series.index[0]).total_seconds())
    return float(values.mean()) if values.notna().sum() >= LEAST_SHARE * wanted else None
