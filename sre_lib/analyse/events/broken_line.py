"""Where a relation turns over the stages of a test: two straight lines that meet, against one."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from sre_lib.analyse.robust import Floats

LEAST_STAGES = 3
"""Two stages make a line, and a third tells whether it goes on."""

LEAST_OF_STAGE = 3
"""Datapoints of a stage from which their spread is told."""

STRONG = 6.0
"""By this much the Bayesian information criterion of the broken line must be lower than that of the straight one: it is
strong evidence in the scale of Kass & Raftery 1995, "Bayes factors", JASA 90, section 3.2."""

_TRIES = 25
"""Places that are tried between two stages."""

_ALIKE = 0.01
"""Squared standard errors by which places are no better than one another: with one stage beyond, all are alike."""


class Break(NamedTuple):
    """Two lines that meet at (`x`, `y`), and their slopes."""

    x: float
    y: float
    before: float
    after: float


class _Means(NamedTuple):
    """A point for each stage, by x, and the standard error of its distance from a line."""

    x: Floats
    y: Floats
    error: Floats


def broken_line(stages: Sequence[tuple[Floats, Floats]]) -> Break | None:
    """Return where a relation turns, from x and y of each stage; None where a straight line tells as much.

    Each stage counts as one point (its means, pairs with NaN left out): noise in x within a stage would bend the line.
    How near a line must come to it is told by the spread in the stage. The place where the lines meet is tried out
    (Hudson 1966, "Fitting segmented curves whose join points have to be estimated", JASA 61), with two stages before it
    and one beyond; of places that are alike it is the first. A turn costs two figures of the criterion: the second
    slope, and its place.
    """
    means = _means(stages)
    if len(means.x) < LEAST_STAGES or not (np.diff(means.x) > 0).all():
        return None
    fits = [_fit(means, place) for place in _places(means.x).tolist()]
    least = min(missed for missed, _ in fits)
    gain = _fit(means, None)[0] - least - 2 * np.log(len(means.x))
    return next(found for missed, found in fits if missed <= least + _ALIKE) if gain >= STRONG else None


def _means(stages: Sequence[tuple[Floats, Floats]]) -> _Means:
    """Return a point for each stage that has datapoints enough."""
    paired = [np.array([x, y])[:, np.isfinite(x) & np.isfinite(y)] for x, y in stages]
    told = sorted((each for each in paired if each.shape[1] >= LEAST_OF_STAGE), key=lambda each: float(each[0].mean()))
    x, y = (np.array([each[row].mean() for each in told]) for row in (0, 1))
    if len(told) < LEAST_STAGES or np.ptp(x) == 0:
        return _Means(x, y, np.zeros(len(told)))
    slope = float(np.polyfit(x, y, 1)[0])
    errors = np.array([np.std(each[1] - slope * each[0], ddof=1) / np.sqrt(each.shape[1]) for each in told])
    # A stage of few datapoints may look quieter than it is, and what is exact must not take rounding for evidence.
    return _Means(x, y, np.maximum(errors, max(float(np.median(errors)), 1e-9 * float(np.abs(y).max()))))


def _places(x: Floats) -> Floats:
    """Return where the lines may meet: from the second stage up to the last."""
    spans = [np.linspace(low, high, _TRIES, endpoint=False) for low, high in pairwise(x[1:])]
    return np.concatenate(spans)


def _fit(means: _Means, place: float | None) -> tuple[float, Break]:
    """Return the squared errors (in standard errors) of two lines that meet at a place, or of one (None)."""
    at = float(means.x[0]) if place is None else place
    beyond = means.x - at
    columns = [np.ones(len(beyond)), beyond] + ([] if place is None else [np.maximum(beyond, 0.0)])
    weighted = np.column_stack(columns) / means.error[:, None]
    found = np.linalg.lstsq(weighted, means.y / means.error)[0]
    missed = float(np.sum((means.y / means.error - weighted @ found) ** 2))
    turn = 0.0 if place is None else float(found[2])
    return missed, Break(at, float(found[0]), float(found[1]), float(found[1]) + turn)
