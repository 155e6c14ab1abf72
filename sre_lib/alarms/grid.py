"""Which variants of an alarm are worth a try: threshold, M out of N, statistic, treatment of missing data."""

from dataclasses import replace
from itertools import chain, islice, product
from math import floor, log10
from typing import Final

import numpy as np

from sre_lib.alarm import DAY_S, TREATMENTS, Alarm, Missing
from sre_lib.alarms.assumptions import DEFAULT, Assumptions
from sre_lib.alarms.evaluation import treatment
from sre_lib.alarms.points import Floats, NotReplayable, Points
from sre_lib.alarms.sweep import Combination, Desk, own

MOST: Final = 200
"""Variants of one alarm that are tried at most."""
QUANTILES: Final = (0.99, 0.999, 0.95, 0.995, 0.9, 0.9999)
"""Of what was observed, those that are thresholds; of an alarm that looks downwards, from the other end."""
SIZES: Final = ((3, 5), (3, 3), (2, 3), (5, 5), (1, 1))
"""M out of N. Five of five is what AWS recommends most; one of one is the first of the classic causes of noise."""
_STEPS: Final = (1, 2, 5)
_PARTS: Final = 20
"""A threshold is a round number that is off by less than so many parts of what was observed."""


def combinations(
    alarm: Alarm, points: Points, assumptions: Assumptions = DEFAULT
) -> tuple[Combination, ...] | NotReplayable:
    """Return the alarm as it is and at most 199 variants of it; NotReplayable where it has none.

    Thresholds are its own, quantiles of what was observed, and steps to the furthest value observed, from its own or,
    where that was never near, from nearly all that was observed; as round numbers. Statistics are those that the points
    give and that measure the same. Treatments of missing data differ only where data is missing. A band has no
    threshold to vary, an expression no statistic.
    """
    first, desk = own(alarm, assumptions), Desk(alarm, points, assumptions)
    present = desk.series(first.statistic)
    if isinstance(present, NotReplayable):
        return present
    statistics = _statistics(alarm, points)
    treatments = _treatments(alarm, present.values, assumptions)
    sizes = _sizes(alarm, first)
    room = max(MOST // (len(statistics) * len(treatments) * len(sizes)), 1)
    found = [first]
    for statistic in statistics:
        series = desk.series(statistic)
        if isinstance(series, NotReplayable):
            continue
        thresholds = [first.threshold] if alarm.has_band else _thresholds(alarm, first.threshold, series.values, room)
        found += [
            Combination(threshold, m, n, statistic, missing)
            for threshold, (m, n), missing in product(thresholds, sizes, treatments)
        ]
    return tuple(islice(dict.fromkeys(found), MOST))


def rounded(value: float, spread: float) -> float:
    """Return the round number (1, 2 or 5 times a power of ten) nearest to a threshold, as fine as `spread` wants it."""
    if not spread > 0:
        return value
    wanted = spread / _PARTS
    power = 10.0 ** floor(log10(wanted))
    step = max(each * power for each in _STEPS if each * power <= wanted * (1 + 1e-9))
    # Division by a whole number of steps a unit keeps 0.3 from becoming 0.30000000000000004.
    return float(round(value / step) / (1 / step)) if step < 1 else float(round(value / step) * step)


def upwards(alarm: Alarm) -> bool:
    """Tell whether an alarm fires on what is large."""
    return alarm.operator.startswith("Greater")


def _thresholds(alarm: Alarm, present: float, values: Floats, room: int) -> list[float]:
    """Return at most `room` thresholds, the present one first."""
    there = values[~np.isnan(values)]
    if not len(there):
        return [present]
    up = upwards(alarm)
    furthest = float(there.max() if up else there.min())
    within = there.min() <= present <= there.max()
    nearest = present if within else float(np.quantile(there, QUANTILES[0] if up else 1 - QUANTILES[0]))
    between = (nearest + (furthest - nearest) * part for part in (0.5, 0.25, 0.75))
    quantiles = (float(np.quantile(there, each if up else 1 - each)) for each in QUANTILES)
    spread = max(float(np.ptp(there)), abs(furthest - present)) if len(there) > 1 else abs(furthest - present)
    tried = chain([furthest], *zip(quantiles, chain(between, [furthest] * len(QUANTILES)), strict=False))
    return list(islice(dict.fromkeys([present, *(rounded(each, spread) for each in tried)]), room))


def _sizes(alarm: Alarm, present: Combination) -> list[tuple[int, int]]:
    """Return M out of N, the present ones first; a window stays within a day, after which evaluation gets slow."""
    others = [(m, n) for m, n in SIZES if n * alarm.period_s <= DAY_S]
    return list(dict.fromkeys([(present.m, present.n), *others]))


def _treatments(alarm: Alarm, values: Floats, assumptions: Assumptions) -> list[Missing]:
    """Return treatments of missing data, the present one first and alone where nothing is missing; DynamoDB has one."""
    chosen = (alarm.missing, *(TREATMENTS if np.isnan(values).any() else ()))
    return list(dict.fromkeys(treatment(replace(alarm, missing=each), assumptions) for each in chosen))


def _statistics(alarm: Alarm, points: Points) -> list[str]:
    """Return statistics that measure the same, the present one first."""
    levels = ("Average", "Maximum" if upwards(alarm) else "Minimum")
    single = not alarm.metrics and not alarm.has_band and "" in points.metrics
    varies = single and points.metrics[""].total is not None and alarm.statistic in {"Average", "Maximum", "Minimum"}
    return list(dict.fromkeys([alarm.statistic, *(levels if varies else ())]))
