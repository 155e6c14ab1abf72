"""The stages of a load test that nobody wrote down: where the requests stand still for a while."""

from itertools import pairwise

import numpy as np
import pandas as pd

from sre_lib.analyse import robust
from sre_lib.event import Stage

STILL = 0.08
"""A datapoint within this share of its plateau's median belongs to it: load generators hold a rate to a few percent,
and stages are steps of a fifth and more. From its first datapoint to its last it drifts by less than half of that."""

LEAST_SLOTS = 3
"""Datapoints of a plateau; with fewer a median says nothing of them."""

MOST_OF_IT = 0.5
"""Share of the datapoints that must lie on plateaus: pieces of a slow ramp may look still."""

LEAST_STAGES = 3
"""Stages with which a relation to the load can be seen."""


def plateaus(requests: pd.Series) -> tuple[Stage, ...]:
    """Return the plateaus of requests (a minute, on a regular UTC index) as stages; () where fewer than three are seen.

    Each `load` is the median in requests a second. A slow ramp has none, and NaN (no datapoint) ends a plateau.
    """
    values, index = robust.floats(requests), robust.index_of(requests)
    if len(values) < LEAST_SLOTS:
        return ()
    period = pd.Timedelta(seconds=robust.period_of(index))
    found = [
        Stage(index[first].to_pydatetime(), (index[last - 1] + period).to_pydatetime(), _level(values[first:last]) / 60)
        for first, last in _still(values)
    ]
    steps = sum(abs(_load(later) / _load(earlier) - 1) > STILL for earlier, later in pairwise(found))
    still = sum((each.end - each.start) / period for each in found)
    return tuple(found) if steps >= LEAST_STAGES - 1 and still >= MOST_OF_IT * len(values) else ()


def _load(stage: Stage) -> float:
    """Return the load of a plateau."""
    return stage.load or 0.0


def _level(values: robust.Floats) -> float:
    """Return the level of a plateau."""
    return float(np.median(values))


def _still(values: robust.Floats) -> list[tuple[int, int]]:
    """Return `[first, last)` of each plateau: grown slot by slot while all lie near their median."""
    found, first = [], 0
    while first < len(values):
        last = first + 1
        while last < len(values) and _flat(values[first : last + 1]):
            last += 1
        if last - first >= LEAST_SLOTS and _level(values[first:last]) > 0 and not _drifts(values[first:last]):
            found.append((first, last))
            first = last
        else:
            first += 1
    return found


def _flat(values: robust.Floats) -> bool:
    """Tell whether values are all there, and near their median."""
    return bool(np.isfinite(values).all() and (np.abs(values - np.median(values)) <= STILL * np.median(values)).all())


def _drifts(values: robust.Floats) -> bool:
    """Tell whether values rise or fall all along, as on a slow ramp."""
    slope = float(np.polyfit(np.arange(len(values)), values, 1)[0])
    return abs(slope) * (len(values) - 1) > STILL / 2 * _level(values)
