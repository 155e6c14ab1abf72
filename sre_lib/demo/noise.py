"""Random numbers that are a pure function of (seed, name, counter): any window of them exists, in any order.

Counter-based: splitmix64's finaliser (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators")
of a key plus the counter, so nothing is drawn in sequence and two windows that overlap agree exactly.
"""

import hashlib
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sre_lib.demo.backend import Floats

Counters = NDArray[np.int64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_SMALL_RATE = 8.0
_SMALL_COUNTS = 30


def draw(*names: object) -> float:
    """Return one number in (0, 1) for a list of names."""
    return (_digest(names) >> 11) * 2.0**-53 or 2.0**-54


def between(low: float, high: float, *names: object) -> float:
    """Return one number in (low, high) for a list of names."""
    return low + (high - low) * draw(*names)


def uniform(counters: Counters, *names: object) -> Floats:
    """Return a number in (0, 1) for every counter."""
    mixed = counters.astype(np.uint64) * _GOLDEN + np.uint64(_digest(names))
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX_1
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX_2
    mixed ^= mixed >> np.uint64(31)
    return ((mixed >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53


def normal(counters: Counters, *names: object) -> Floats:
    """Return a standard normal number for every counter."""
    values: Floats = ndtri(uniform(counters, *names))
    return values


def smooth(minutes: Counters, scale: int, *names: object) -> Floats:
    """Return value noise: standard normal at every `scale` minutes, smooth in between, unit variance everywhere."""
    if not minutes.size:
        return np.empty(0)
    node = minutes // scale
    values = normal(np.arange(node[0], node[-1] + 2), *names)
    x = (minutes - node * scale) / scale
    right = x * x * (3 - 2 * x)
    left = 1 - right
    low = node - node[0]
    mixed: Floats = (values[low] * left + values[low + 1] * right) / np.sqrt(left * left + right * right)
    return mixed


def texture(minutes: Counters, sizes: Mapping[int, float], *names: object) -> Floats:
    """Return a sum of noises by scale in minutes (1: white) and standard deviation; consecutive minutes correlate."""
    total = np.zeros(minutes.size)
    for scale, size in sizes.items():
        layer = normal(minutes, *names, scale) if scale == 1 else smooth(minutes, scale, *names, scale)
        total += size * layer
    return total


def poisson(minutes: Counters, rate: Floats, *names: object) -> Floats:
    """Return Poisson counts: by inversion below a rate of 8, above it by the transform of Anscombe (1948)."""
    chance = uniform(minutes, *names)
    few = np.zeros(rate.size)
    probability = np.exp(-np.minimum(rate, _SMALL_RATE))
    reached = probability.copy()
    for count in range(1, _SMALL_COUNTS):
        few += chance > reached
        probability = probability * np.minimum(rate, _SMALL_RATE) / count
        reached = reached + probability
    root = np.sqrt(rate + 0.375) + ndtri(chance) / 2
    many = np.floor(np.maximum(root, 0) ** 2 + 0.125)
    return np.where(rate < _SMALL_RATE, few, many)


def _digest(names: tuple[object, ...]) -> int:
    """Return 64 bits that belong to these names."""
    text = "/".join(map(str, names))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")
