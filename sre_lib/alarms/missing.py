"""What an evaluation makes of the datapoints in its range, and of those that are missing.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html. At least N real
datapoints in the range: the last N decide, and no treatment is needed. Fewer: all of them count and only as many as
lack are filled in. Only breaching ones, with data missing: ALARM where the oldest is at least M periods old.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from sre_lib.alarm import Missing
from sre_lib.alarms.assumptions import Assumptions
from sre_lib.alarms.points import Codes, Counts, Flags, Floats

OK, ALARM, INSUFFICIENT, KEEP = np.int8(0), np.int8(1), np.int8(2), np.int8(3)
"""What an evaluation leads to; the first three are the places of the states, KEEP leaves the state as it was."""
ZERO = np.zeros(1, dtype=np.int32)


@dataclass(frozen=True)
class Presence:
    """Which slots have a datapoint, with those of one phase (a period apart) side by side.

    A period of k steps has k phases; row p of `grid` holds every k-th slot, its first slots padded with none.
    """

    there: Flags
    steps: int

    @cached_property
    def grid(self) -> Flags:
        """The slots as phases x places."""
        return self.phases(self.there)

    @cached_property
    def rank(self) -> Counts:
        """How many datapoints stood up to each slot in its phase and in all phases before; one leading column."""
        return _counted(self.grid)

    @cached_property
    def places(self) -> Counts:
        """The place in its phase of each datapoint, phase after phase."""
        return np.nonzero(self.grid)[1].astype(np.int32)

    def phases(self, slots: Flags) -> Flags:
        """Return slots as phases x places."""
        padding = -len(slots) % self.steps
        return np.concatenate([np.zeros(padding, dtype=bool), slots]).reshape(-1, self.steps).T

    def slots(self, phases: Codes) -> Codes:
        """Return phases x places as slots again."""
        return phases.T.reshape(-1)[-len(self.there) :] if len(self.there) else phases.reshape(-1)


class Rule(NamedTuple):
    """M out of N, and how missing data is treated."""

    m: int
    n: int
    missing: Missing


def outcomes(presence: Presence, breaching: Flags, rule: Rule, assumptions: Assumptions) -> Codes:
    """Return what an evaluation over the range that ends with each slot leads to: OK, ALARM, INSUFFICIENT or KEEP.

    `breaching`: which slots have a datapoint that breaches (False where there is none).
    """
    if not len(breaching):
        return np.zeros(0, dtype=np.int8)
    periods = rule.n + assumptions.range_extra
    real = _in_last(presence.rank, periods)
    phases = presence.phases(breaching)
    bad = _in_last(_counted(phases), periods)
    of_real = np.concatenate([ZERO, np.cumsum(phases[presence.grid], dtype=np.int32)])
    rank = presence.rank[:, 1:]
    bad_of_last = of_real[rank] - of_real[np.maximum(rank - np.int32(rule.n), 0)]
    few = _of_few(presence, real, bad, rule, assumptions)
    return presence.slots(np.where(real >= rule.n, _alarm(bad_of_last >= rule.m), few))


def _of_few(presence: Presence, real: Counts, bad: Counts, rule: Rule, assumptions: Assumptions) -> Codes:
    """Return what a range with fewer than N datapoints leads to."""
    m, n, treatment = rule
    if treatment == "breaching":
        return _alarm(bad + (n - real) >= m)
    enough = _alarm(bad >= m)
    if treatment == "notBreaching":
        return enough
    only_breaching = bad == real
    if treatment == "ignore":
        kept = only_breaching if assumptions.ignore_keeps_few_breaching else only_breaching & (bad < m)
        return np.where(kept, KEEP, enough)
    found = np.where(only_breaching, INSUFFICIENT, enough)
    alone = only_breaching & (real > 0)
    if alone.any():
        found[alone] = np.where(_ages(presence, real, alone) >= m, ALARM, INSUFFICIENT)
    return found


def _ages(presence: Presence, real: Counts, of: Flags) -> Counts:
    """Return how many periods old the oldest datapoint in some ranges is, the newest being 1; each has one."""
    oldest = presence.places[presence.rank[:, 1:][of] - real[of]]
    return np.asarray(np.nonzero(of)[1] - oldest + 1)


def _alarm(enough: Flags) -> Codes:
    """Return ALARM where enough datapoints breach, OK elsewhere."""
    return enough.astype(np.int8)


def _counted(phases: Flags) -> Counts:
    """Return how many are set up to each place, counted on from phase to phase; one leading column."""
    counted = np.cumsum(phases, dtype=np.int32).reshape(phases.shape)
    before = np.concatenate([ZERO, counted[:-1, -1]])[:, None]
    return np.concatenate([before, counted], axis=1)


def _in_last(counted: Counts, periods: int) -> Counts:
    """Return how many are set in the last `periods` places that end with each place of a phase."""
    found = counted[:, 1:] - counted[:, :1]
    if periods < found.shape[1]:
        found[:, periods:] = counted[:, periods + 1 :] - counted[:, 1:-periods]
    return np.asarray(found)


def breaches(values: Floats, operator: str, lower: Floats | float, upper: Floats | float) -> Flags:
    """Return which values breach; `lower` and `upper` are the threshold twice, or the band. NaN never breaches.

    Floats are compared exactly, the value on the left.
    """
    found = {
        "GreaterThanOrEqualToThreshold": lambda: values >= upper,
        "GreaterThanThreshold": lambda: values > upper,
        "LessThanThreshold": lambda: values < lower,
        "LessThanOrEqualToThreshold": lambda: values <= lower,
        "LessThanLowerOrGreaterThanUpperThreshold": lambda: (values < lower) | (values > upper),
        "LessThanLowerThreshold": lambda: values < lower,
        "GreaterThanUpperThreshold": lambda: values > upper,
    }[operator]()
    return np.asarray(found)
