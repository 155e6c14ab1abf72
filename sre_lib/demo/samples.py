"""One-minute statistic sets from what happens in a minute, and percentiles of log-normal durations."""

from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from sre_lib.demo.backend import Floats, Minutes

_BISECTIONS = 20
"""Halvings of the range between the minutes' own percentiles: an error of less than a millionth of the value."""


class Durations(NamedTuple):
    """Log-normal durations of each minute: how many, and mean and standard deviation of their logarithm.

    `extreme_low`, `extreme_high` in (0, 1) say by chance how far the shortest and the longest one lie out.
    """

    number: Floats
    mu: Floats
    sigma: Floats
    extreme_low: Floats
    extreme_high: Floats

    def cut(self, start: int) -> "Durations":
        """Return the same from an index on."""
        return Durations(*(array[start:] for array in self))


def single(values: Floats) -> Minutes:
    """Return statistic sets of one sample a minute."""
    return Minutes(values.copy(), np.where(np.isnan(values), np.nan, 1.0), values.copy(), values.copy())


def tallies(counts: Floats) -> Minutes:
    """Return statistic sets of events that are published as ones: only Sum says something; none without an event."""
    some = np.where(counts > 0, counts, np.nan)
    ones = np.where(counts > 0, 1.0, np.nan)
    return Minutes(some, some.copy(), ones, ones.copy())


def spread(mean: Floats, count: Floats, low: Floats, high: Floats, most: float) -> Minutes:
    """Return statistic sets of `count` samples around a mean; a single sample is its own minimum and maximum."""
    alone = count <= 1
    minimum = np.where(alone, mean, np.clip(low, 0, mean))
    maximum = np.where(alone, mean, np.clip(high, mean, most))
    return Minutes(mean * count, count.copy(), minimum, maximum)


def duration_sets(durations: Durations) -> Minutes:
    """Return the statistic sets of durations; none in a minute without any."""
    count = np.where(durations.number > 0, durations.number, np.nan)
    shortest, longest = _extremes(durations)
    mean = np.clip(np.exp(durations.mu + durations.sigma**2 / 2), shortest, longest)
    empty = np.where(np.isnan(count), np.nan, 0.0)
    return Minutes(mean * count, count, shortest + empty, longest + empty)


def percentile(durations: Durations, share: float, step: int) -> Floats:
    """Return the percentile of each `step` minutes of the mixture of their log-normals, by bisection.

    The percentile of a mixture lies between the lowest and the highest of its components' own. NaN where there was no
    duration. It never lies outside what was the shortest and the longest of these minutes.
    """
    groups = -(-durations.number.size // step)
    count, mu, sigma = (_grouped(array, groups, step) for array in durations[:3])
    shortest, longest = (_grouped(array, groups, step, np.nan) for array in _extremes(durations))
    wanted = share * count.sum(axis=1)
    own = mu + sigma * ndtri(share)
    low, high = own.min(axis=1), own.max(axis=1)
    inverse = 1 / np.maximum(sigma, 1e-9)
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        below = (count * ndtr((middle[:, None] - mu) * inverse)).sum(axis=1) < wanted
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    some = count.sum(axis=1) > 0
    result = np.full(groups, np.nan)
    seen = count[some] > 0
    floor = np.where(seen, shortest[some], np.inf).min(axis=1)
    ceiling = np.where(seen, longest[some], -np.inf).max(axis=1)
    result[some] = np.clip(np.exp((low + high)[some] / 2), floor, ceiling)
    return result


def _extremes(durations: Durations) -> tuple[Floats, Floats]:
    """Return the shortest and the longest of each minute: the extremes of n draws, by inversion."""
    n = np.maximum(durations.number, 1)
    low, high = durations.extreme_low ** (1 / n), durations.extreme_high ** (1 / n)
    shortest = np.exp(durations.mu - durations.sigma * ndtri(low))
    longest = np.exp(durations.mu + durations.sigma * ndtri(high))
    shortest = np.where(durations.number <= 1, longest, np.minimum(shortest, longest))
    return shortest, np.maximum(shortest, longest)


def _grouped(array: Floats, groups: int, step: int, filler: float = 0.0) -> Floats:
    """Return an array as rows of `step` minutes; the last row is filled up with minutes that have no weight."""
    if array.size == groups * step:
        return array.reshape(groups, step)
    padded = np.concatenate([array, np.full(groups * step - array.size, filler)])
    return padded.reshape(groups, step)
