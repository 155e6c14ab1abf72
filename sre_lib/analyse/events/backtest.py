"""How well the model would have foretold the past pushes: each one by the others, its error and its intervals."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from sre_lib.analyse.events.conformal import LEAST_PUSHES, Interval, TooFew
from sre_lib.analyse.events.loads import used_up
from sre_lib.analyse.events.observed import Observed, Reading, ResourceKey
from sre_lib.analyse.events.response import Response, respond, usable


@dataclass(frozen=True)
class Foretold:
    """How a figure was foretold of `n` pushes that the model did not see.

    `error`: the median absolute error as a share of what was seen; `held` of the 80 % intervals held it.
    """

    n: int
    error: float
    held: int

    @property
    def coverage(self) -> float:
        """Share (0..1) of the intervals that held what was seen."""
        return self.held / self.n


@dataclass(frozen=True)
class Backtest:
    """The test of a model: of the requests, and of each resource that could be foretold."""

    requests: Foretold
    resources: Mapping[ResourceKey, Foretold]


def backtest(pushes: Sequence[Observed]) -> Backtest | TooFew:
    """Return how well each push is foretold by the others, from its audience, base and tasks before the send.

    The others may be later ones, too: the model has no memory of time. A resource that is used up counts as held where
    the interval reaches its limit, and its error is measured at the limit. TooFew with fewer than five pushes.
    """
    used = usable(pushes)
    if len(used) < LEAST_PUSHES:
        return TooFew(len(used), LEAST_PUSHES)
    asked: list[tuple[float, Interval]] = []
    read: dict[ResourceKey, list[tuple[float, Interval]]] = {}
    for place, push in enumerate(used):
        model = respond(used[:place] + used[place + 1 :], LEAST_PUSHES - 1)
        if isinstance(model, Response):
            asked.append((push.requests, model.crowd.requests(push.audience or 0, push.base)))
            for key, pair in _foretold(model, push):
                read.setdefault(key, []).append(pair)
    return Backtest(_measured(asked), {key: _measured(pairs) for key, pairs in sorted(read.items())})


def _foretold(model: Response, push: Observed) -> Iterator[tuple[ResourceKey, tuple[float, Interval]]]:
    """Yield what was seen of each resource and what the model says of it."""
    requests = model.crowd.requests(push.audience or 0, push.base).point
    for key, load in model.loads.items():
        reading = push.resources.get(key)
        if reading is not None and isfinite(reading.value) and isfinite(reading.limit):
            tasks = reading.tasks_before if load.in_tasks else 1.0
            told = load.value(requests, push.audience or 0, tasks)
            if isfinite(told.low):
                yield key, (reading.value, _had(told, reading))


def _had(told: Interval, reading: Reading) -> Interval:
    """Return what can be had of what is asked for: an end beyond the limit is as good as any value near it."""
    if not used_up(reading, reading.value):
        return told
    return Interval(*(reading.value if used_up(reading, end) else end for end in told))


def _measured(pairs: Sequence[tuple[float, Interval]]) -> Foretold:
    """Return how some figures were foretold."""
    errors = [abs(told.point - seen) / abs(seen) for seen, told in pairs if seen]
    held = sum(told.holds(seen) for seen, told in pairs)
    return Foretold(len(pairs), float(np.median(errors)) if errors else float("nan"), held)
