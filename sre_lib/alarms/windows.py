"""A statistic over each run of k steps that ends with a slot: CloudWatch's periods slide with the minute."""

import numpy as np

from sre_lib.alarm import STATISTICS
from sre_lib.alarms.points import Floats, MetricPoints, NotReplayable, Rolled

MEAN_OF_MEANS = "a period's value is the mean of its shorter ones' values"


def rolled(points: MetricPoints, statistic: str, steps: int) -> Rolled | NotReplayable:
    """Return a statistic of the `steps` slots that end with each slot; slots before the first have no datapoint.

    Exact from total, count, minimum and maximum, and where `steps` is 1. From `value` alone sums add up and extremes
    stay extremes; the rest is the mean of the values and says so. NotReplayable where the statistic is not in it.
    """
    if points.total is not None and statistic in STATISTICS:
        return Rolled(_rebuilt(points, statistic, steps), points.count)
    if points.value is None:
        return NotReplayable("not_in_sets", {"statistic": statistic})
    if steps == 1:
        return Rolled(points.value, points.count)
    if statistic in {"Sum", "SampleCount"}:
        return Rolled(_where(_total(points.value, steps), _present(points.value, steps)), points.count)
    if statistic in {"Minimum", "Maximum"}:
        return Rolled(_extreme(points.value, steps, statistic), points.count)
    there = _present(points.value, steps)
    return Rolled(_where(_total(points.value, steps), there) / np.maximum(there, 1), points.count, (), (MEAN_OF_MEANS,))


def summed(array: Floats, steps: int) -> Floats:
    """Return the sum of the `steps` slots that end with each slot; NaN counts nothing. Exact for whole numbers only."""
    so_far = np.concatenate([[0.0], np.cumsum(np.nan_to_num(array))])
    first = np.maximum(np.arange(1, len(array) + 1) - steps, 0)
    return np.asarray(so_far[1:] - so_far[first])


def _rebuilt(points: MetricPoints, statistic: str, steps: int) -> Floats:
    """Return a plain statistic from what is kept of each step."""
    total, count, minimum, maximum = points.total, points.count, points.minimum, points.maximum
    if total is None or count is None or minimum is None or maximum is None:
        raise ValueError("total, count, minimum and maximum come together")
    if statistic in {"Minimum", "Maximum"}:
        return _extreme(minimum if statistic == "Minimum" else maximum, steps, statistic)
    samples = _total(count, steps)
    if statistic == "SampleCount":
        return _where(samples, samples)
    found = _where(_total(total, steps), samples)
    return found if statistic == "Sum" else found / np.where(samples > 0, samples, 1)


def _where(values: Floats, there: Floats) -> Floats:
    """Return values where something is there, NaN elsewhere."""
    return np.where(there > 0, values, np.nan)


def _present(values: Floats, steps: int) -> Floats:
    """Return how many of the `steps` slots that end with each slot have a datapoint."""
    return summed((~np.isnan(values)).astype(np.float64), steps)


def _total(array: Floats, steps: int) -> Floats:
    """Return the sum of the `steps` slots that end with each slot, made of blocks of 1, 2, 4, ... slots.

    Neither slot after slot nor the difference of running sums: their rounding would decide where a mean equals the
    threshold. Doubling is exact, so that the mean of a flat series is its value.
    """
    block, found = np.nan_to_num(array), np.zeros(len(array))
    reach, width = 0, 1
    while width <= steps:
        if steps & width:
            found += _later(block, reach)
            reach += width
        block = block + _later(block, width)
        width *= 2
    return found


def _later(array: Floats, slots: int) -> Floats:
    """Return what stood so many slots before each slot; 0 before the first."""
    return np.concatenate([np.zeros(min(slots, len(array))), array[: max(len(array) - slots, 0)]])


def _extreme(array: Floats, steps: int, statistic: str) -> Floats:
    """Return the least or greatest value of the `steps` slots that end with each slot."""
    extreme = np.fmin if statistic == "Minimum" else np.fmax
    padded = np.concatenate([np.full(steps - 1, np.nan), array])
    reach = 1
    while reach < steps:
        shift = min(reach, steps - reach)
        padded[shift:] = extreme(padded[shift:], padded[:-shift].copy())
        reach += shift
    return padded[steps - 1 :]
