"""Reads the demo shop as the review does: by part and metric of the review file `demo`, at five minutes."""

from datetime import datetime
from functools import cache
from pathlib import Path

import numpy as np

from sre_lib import params
from sre_lib.collect.identities import combinations
from sre_lib.demo.backend import Floats, Minutes
from sre_lib.demo.schedule import DEMO_WEEK, as_minute, as_time, local
from sre_lib.demo.shop import Shop, ShopSeries

WEEK_START, WEEK_END = local(DEMO_WEEK, 0, 0), local(DEMO_WEEK + 1, 0, 0)
STEP = 5


@cache
def review() -> params.Review:
    """Return the review of the demo shop."""
    return params.load("demo", Path(__file__).parent)


def every_metric() -> list[tuple[str, str]]:
    """Return part and metric of all that the review looks at."""
    parts = [part for service in review().services for part in service.parts]
    return [(part.name, metric) for part in parts for metric in review().catalog[part.kind].metrics]


def series(shop: Shop, part_name: str, metric: str) -> ShopSeries:
    """Return the shop's series for a metric of a part."""
    part = next(part for service in review().services for part in service.parts if part.name == part_name)
    kind = review().catalog[part.kind]
    found = shop.series(kind.namespace, kind.metrics[metric].name, frozenset(combinations(part)[0]))
    assert found is not None, (part_name, metric)
    return found


def min_effect(part_name: str, metric: str) -> float:
    """Return the smallest change of a metric that is worth a look."""
    part = next(part for service in review().services for part in service.parts if part.name == part_name)
    return review().catalog[part.kind].metrics[metric].min_effect


def judged(shop: Shop, part_name: str, metric: str, start: datetime, end: datetime) -> Floats:
    """Return the statistic that the catalogue judges, every five minutes of `[start, end)`."""
    part = next(part for service in review().services for part in service.parts if part.name == part_name)
    statistic = review().catalog[part.kind].metrics[metric].judge
    found = series(shop, part_name, metric)
    first, last = as_minute(start) // STEP * STEP, as_minute(end) // STEP * STEP
    if statistic.startswith("p"):
        values = found.percentile(float(statistic[1:]) / 100, first, last, STEP)
        assert values is not None
        return values
    return rolled_up(found.minutes(first, last), statistic)


def rolled_up(minutes: Minutes, statistic: str) -> Floats:
    """Return a statistic of each five minutes; NaN where none of them has a datapoint."""
    total, count, minimum, maximum = (array.reshape(-1, STEP) for array in minutes)
    some = ~np.isnan(count).all(axis=1)
    result = np.full(some.size, np.nan)
    rows = {
        "Sum": lambda: np.nansum(total[some], axis=1),
        "Average": lambda: np.nansum(total[some], axis=1) / np.nansum(count[some], axis=1),
        "Minimum": lambda: np.nanmin(minimum[some], axis=1),
        "Maximum": lambda: np.nanmax(maximum[some], axis=1),
    }
    result[some] = rows[statistic]()
    return result


def hours(first: float, last: float, day: int = 0) -> tuple[datetime, datetime]:
    """Return an interval of a day of the demo's week (0: Monday), in hours of Japan time."""
    return as_time(local(DEMO_WEEK, day, first * 60)), as_time(local(DEMO_WEEK, day, last * 60))
