"""The shop's Lambda function, which resizes the merchants' pictures, and what the business counts: orders."""

import numpy as np

from sre_lib.demo.backend import Floats, Minutes
from sre_lib.demo.samples import Durations, single, spread, tallies
from sre_lib.demo.schedule import DAY, HOUR
from sre_lib.demo.state import State

_WORKDAY_PICTURES = 95.0
_NIGHT_PICTURES = 3.0
_ORDERS_PER_REQUEST = 0.0085
_MEDIAN_MS = 430.0


def invocations(state: State) -> Floats:
    """Return the pictures a minute: merchants upload in office hours, fewer at the weekend."""
    hour = state.of_day / HOUR
    office = np.exp(-0.5 * ((hour - 11.2) / 1.6) ** 2) + 0.95 * np.exp(-0.5 * ((hour - 15.6) / 2.1) ** 2)
    day = (state.minutes + 9 * HOUR + 3 * DAY) // DAY % 7
    share = np.where(day >= 5, 0.45, 1.0)
    mood = np.exp(state.texture({4: 0.1, 30: 0.1, 240: 0.06}, "pictures"))
    return state.counts((_NIGHT_PICTURES + _WORKDAY_PICTURES * share * office) * mood, "pictures")


def invocation_count(state: State) -> Minutes:
    """Return Invocations."""
    return tallies(invocations(state))


def duration(state: State) -> Durations:
    """Return Duration in milliseconds."""
    count = invocations(state)
    mu = np.log(_MEDIAN_MS) + state.texture({1: 0.01, 15: 0.015, 200: 0.015, DAY: 0.01}, "resize")
    mu += np.log(1.09) * state.effect("tiny_resize", 3, 3)
    sigma = 0.3 * np.exp(0.05 * state.white("resize tail"))
    return Durations(count, mu, sigma, state.chance("fastest"), state.chance("slowest"))


def concurrency(state: State) -> Minutes:
    """Return ConcurrentExecutions: those that ran at the same time, by Little's law, as each invocation saw it."""
    count = invocations(state)
    mean = count / 60 * _MEDIAN_MS / 1000 * 1.1
    high = np.maximum(np.round(mean + 1.8 * np.sqrt(mean) + 0.5 * np.abs(state.white("bursts"))), 1)
    seen = np.where(count > 0, count, np.nan)
    sets = spread(np.clip(1 + 0.7 * mean, 1, high), seen, np.ones(count.size), high, np.inf)
    empty = np.where(count > 0, 0.0, np.nan)
    return Minutes(sets.total, sets.samples, sets.minimum + empty, sets.maximum + empty)


def failures(state: State) -> Minutes:
    """Return Errors: a broken picture now and then; each invocation publishes 0 or 1."""
    count = invocations(state)
    failed = np.minimum(state.counts(0.0012 * count, "broken"), count)
    return _of_each(failed, count)


def throttles(state: State) -> Minutes:
    """Return Throttles: none, which is published."""
    count = invocations(state)
    return _of_each(np.zeros(count.size), count)


def orders(state: State) -> Minutes:
    """Return the orders a minute, published once a minute by the shop itself."""
    mood = np.exp(state.texture({30: 0.04, 300: 0.03, 2 * DAY: 0.03}, "orders"))
    buyers = state.visits - 0.4 * state.push_crowd - state.tested
    bought = buyers * _ORDERS_PER_REQUEST * mood * (1 - 0.35 * state.waiting)
    return single(state.counts(np.maximum(bought, 0), "orders"))


def _of_each(some: Floats, count: Floats) -> Minutes:
    """Return statistic sets of a 0 or 1 from each of `count`, `some` of them 1."""
    seen = count > 0
    lowest = np.where(some >= count, 1.0, 0.0)
    return Minutes(
        np.where(seen, some, np.nan),
        np.where(seen, count, np.nan),
        np.where(seen, lowest, np.nan),
        np.where(seen, np.minimum(some, 1.0), np.nan),
    )
