"""Intervals from errors on pushes that were left out: how far off the model was, and so how far it may be.

Split by leaving one out (the jackknife of Barber, Candès, Ramdas & Tibshirani 2021, "Predictive inference with the
jackknife+", Annals of Statistics 49, section 1): the point, plus and minus the ceil(0.8 (n + 1))-th smallest of the n
errors, each of a model that did not see its push. It assumes that the next push is of the kind of the past ones.
"""

from collections.abc import Iterator
from math import ceil
from typing import NamedTuple, Self, overload

import numpy as np

from sre_lib.analyse.robust import Floats

COVERAGE = 0.8
"""Share of pushes that an interval is to hold."""

LEAST_PUSHES = 5
"""Four errors are the fewest from which an 80 % interval can be had (ceil(0.8 x 5) = 4); with one push more, the
model can still be tested on each by the others."""


class TooFew(NamedTuple):
    """Nothing is said: `n` pushes, where so many are `needed`."""

    n: int
    needed: int


class Interval(NamedTuple):
    """A figure of the model and the ends of its 80 % interval; all NaN where not known."""

    low: float
    point: float
    high: float

    @classmethod
    def around(cls, point: float, half: float) -> Self:
        """Return the interval of so much on both sides of a point."""
        return cls(point - half, point, point + half)

    def holds(self, value: float) -> bool:
        """Tell whether a value lies in it."""
        return self.low <= value <= self.high


def half_width(errors: Floats) -> float:
    """Return half the interval, from the errors (not negative); NaN where they are too few, or one is not known."""
    rank = ceil(round(COVERAGE * (len(errors) + 1), 9))
    return float(np.sort(errors)[rank - 1]) if rank <= len(errors) else float("nan")


@overload
def scale(audience: float, usual: float) -> float: ...
@overload
def scale(audience: Floats, usual: float) -> Floats: ...
def scale(audience: float | Floats, usual: float) -> float | Floats:
    """Return how many times the usual error is to be expected: in proportion to the audience beyond the usual one.

    The part of the error that does not come from the audience does not shrink with it, so that it is never below 1.
    """
    return np.maximum(1.0, audience / usual)


def without_each(values: Floats) -> Iterator[Floats]:
    """Yield the values without the first, without the second, ..."""
    for place in range(len(values)):
        yield np.delete(values, place)
