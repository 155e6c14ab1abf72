"""Noise as load has it: autocorrelated, heavy-tailed, in bursts; counts; extremes of many short samples."""

import numpy as np
from scipy.signal import lfilter

from tests.estate.clock import DAY, HOUR, Floats

Rng = np.random.Generator


def ar1(rng: Rng, size: int, slots: float, deviation: float) -> Floats:
    """Return a stationary first-order autoregression that forgets within so many slots."""
    keep = np.exp(-1 / slots)
    start = rng.normal(0, deviation)
    shocks = rng.normal(0, deviation * np.sqrt(1 - keep**2), size)
    values: Floats = lfilter([1], [1, -keep], shocks, zi=[keep * start])[0]
    return values


def texture(rng: Rng, size: int, deviation: float) -> Floats:
    """Return the logarithm of what a load does around its rhythm: minutes, an hour, and days that differ."""
    quick = rng.standard_t(4, size) * 0.35 * deviation
    return quick + ar1(rng, size, HOUR / 2, 0.6 * deviation) + ar1(rng, size, 1.5 * DAY, 0.5 * deviation)


def bursts(rng: Rng, size: int, per_week: float, most: float) -> Floats:
    """Return a factor of 1 with short bursts: a campaign in a newsletter, a crawler, a retry storm of a minute."""
    factor = np.ones(size)
    for _ in range(rng.poisson(per_week * size / (7 * DAY))):
        at, length = rng.integers(size), rng.integers(1, 4)
        factor[at : at + length] *= 1 + min(most, 0.1 * (1 + rng.pareto(2.5)))
    return factor


def extreme(rng: Rng, mean: Floats, samples: Floats, spread: float) -> Floats:
    """Return the largest of so many samples around a mean, each with `spread` times the mean as its deviation."""
    reach = np.sqrt(2 * np.log(np.maximum(samples, 2))) * np.exp(rng.normal(0, 0.22, mean.size))
    highest: Floats = mean * (1 + spread * reach) + 0.3
    return highest


def quantile_noise(rng: Rng, number: Floats) -> Floats:
    """Return the factor by which a p99 of so many events is off: wild for a few, calm for many."""
    return np.exp(rng.standard_t(5, number.size) * np.minimum(0.6, 0.04 + 1.6 / np.sqrt(np.maximum(number, 1))))


def capped(utilisation: Floats) -> Floats:
    """Return what a CPU shows of a demand in percent: it bends before 100 and never passes it."""
    over = np.maximum(utilisation - 90, 0)
    return np.minimum(utilisation, 90) + 9.8 * (1 - np.exp(-over / 9.8))
