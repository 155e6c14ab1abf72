"""An account that publishes every metric of the catalogue: a small function of the identity and the minute."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2s

import numpy as np

from sre_lib.catalog import builtin_catalog
from sre_lib.demo.backend import Dimensions, Floats, Key, Minutes

USUAL = {
    "Percent": 40.0, "Bytes": 6e9, "Megabytes": 700.0, "Gigabytes": 12.0, "Bytes/Second": 4e6, "Count": 60.0,
    "Count/Second": 0.5, "Seconds": 0.2, "Milliseconds": 90.0, "Microseconds": 400.0, "None": 300.0,
}  # fmt: skip
"""A usual value of each unit."""


@dataclass(frozen=True)
class Rhythm:
    """A day that repeats, with noise that depends on nothing but seed and minute; a step up at `step_at`."""

    seed: int
    usual: float
    step_at: int | None = None

    def minutes(self, start: int, end: int) -> Minutes:
        """Return three samples a minute."""
        at = np.arange(start, end)
        day = 1 + 0.35 * np.sin((at / 1440 + self.seed % 97 / 97) * 2 * np.pi)
        noise = ((at * 2654435761 + self.seed) % 1009) / 1009 - 0.5
        level = self.usual * day * (1 + 0.06 * noise)
        if self.step_at is not None:
            level = np.where(at >= self.step_at, level * 1.7, level)
        samples = np.full(len(at), 3.0)
        return Minutes(level * samples, samples, level * 0.9, level * 1.1)

    def percentile(self, share: float, start: int, end: int, step: int) -> Floats | None:
        """Return the mean of each step, raised: enough for a graph."""
        means: Floats = self.minutes(start, end).maximum.reshape(-1, step).mean(axis=1) * (1 + share)
        return means


@dataclass(frozen=True)
class Synthetic:
    """All metrics of the catalogue with any dimensions; those in `unpublished` never had a datapoint.

    `scale`: how many times the usual its values are; of a power of two each value is exactly so many times another's.
    """

    unpublished: frozenset[str] = frozenset()
    stepping: frozenset[tuple[str, str]] = frozenset()
    step_at: int = 0
    scale: float = 1.0

    def series(self, namespace: str, name: str, dimensions: Dimensions) -> Rhythm | None:
        """Return the series of a metric that the catalogue knows with these dimension names; None for any other."""
        unit = published().get((namespace, name, frozenset(each for each, _ in dimensions)))
        if unit is None or name in self.unpublished:
            return None
        seed = int.from_bytes(blake2s(f"{name}{sorted(dimensions)}".encode(), digest_size=4).digest())
        steps = any((name, value) in self.stepping for _, value in dimensions)
        usual = USUAL[unit] * (0.5 + seed % 100 / 100) * self.scale
        return Rhythm(seed, usual, self.step_at if steps else None)

    def published(self, start: int, end: int) -> Sequence[Key]:  # noqa: ARG002  # nothing is looked for by a pattern
        """Return nothing: every dimension in the review is written out."""
        return ()


@cache
def published() -> dict[tuple[str, str, frozenset[str]], str]:
    """Return the unit of each metric by namespace, name and dimension names."""
    return {
        (spec.namespace or kind.namespace, spec.name, frozenset(kind.dimensions)): spec.unit
        for kind in builtin_catalog().values()
        for spec in kind.metrics.values()
    }
