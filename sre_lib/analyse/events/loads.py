"""What requests do to a resource: the utilisation law, fitted to past pushes.

Utilisation is proportional to throughput (Denning & Buzen 1978, "The operational analysis of queueing network models",
section 3.2): value = idle + work x requests / tasks. `work` is the Theil-Sen slope (Sen 1968) over every push at its
worst and the level expected without it; `idle` the median of what is left over at the worst. What does not run in tasks
counts as one. A larger push meets the tasks that ran before the send, times what scaling out had added by the worst
minute of the past pushes (`gain`: 1 where it came later).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sre_lib.analyse.events.conformal import Interval, TooFew, half_width, scale
from sre_lib.analyse.events.observed import Observed, Reading, ResourceKey
from sre_lib.analyse.robust import Floats

SATURATED = 0.98
"""From this share of its limit a reading tells only that the resource was used up, not how much was asked of it: it
would bend the fit, and is left out. The average over tasks that are all busy stays a little below 100 %."""


@dataclass(frozen=True)
class Load:
    """What requests do to a resource, see above, from `n` pushes.

    `error`: half the 80 % interval at the usual audience, times tasks; `usual`: that audience; `lag_min`: the longest
    time from a send to more tasks that was seen (NaN: none); `saturated` more pushes used the resource up and are not
    among the `n`; `last`: the newest reading, for the limit, the unit and the most tasks; `missed`: the errors that
    `error` comes from, with their sign, one for each push of the model by time (NaN: not among the `n`).
    """

    idle: float
    work: float
    gain: float
    error: float
    usual: float
    lag_min: float
    n: int
    saturated: int
    in_tasks: bool
    last: Reading
    missed: tuple[float, ...]

    def value(self, requests: float, audience: float, tasks: float) -> Interval:
        """Return what so many requests ask for, with so many tasks before the send (1: it does not run in tasks).

        It may lie beyond the limit: as much is asked for, and cannot be had. NaN where the tasks are not known.
        """
        at_peak = tasks * self.gain
        half = self.error * float(scale(audience, self.usual)) / at_peak
        return Interval.around(self.idle + self.work * requests / at_peak, half)


def load_of(key: ResourceKey, pushes: Sequence[Observed], responses: Floats, usual: float, least: int) -> Load | TooFew:
    """Return what requests do to a resource, from pushes by time; `responses`: a recipient's without each of them.

    Readings with NaN are left out, as are those that used the resource up. TooFew with fewer than `least` left, or
    where no load differs from another.
    """
    readings = {place: each.resources[key] for place, each in enumerate(pushes) if key in each.resources}
    in_tasks = any(isfinite(each.tasks_before) for each in readings.values())
    known = [place for place, each in readings.items() if _known(each, in_tasks=in_tasks)]
    told = [place for place in known if not used_up(readings[place], readings[place].value)]
    if len(told) < least:
        return TooFew(len(told), least)
    points = _points([(pushes[place], readings[place], responses[place]) for place in told], in_tasks=in_tasks)
    pairs = points.pairs
    fitted = _fit(points, pairs)
    if fitted is None:
        return TooFew(0, least)
    missed = np.full(len(pushes), np.nan)
    missed[told] = _missed(points, pairs) / scale(points.audience, usual)
    return Load(
        *fitted,
        error=half_width(np.abs(missed[told])),
        usual=usual,
        lag_min=max((each.lag_min for each in readings.values() if isfinite(each.lag_min)), default=nan),
        n=len(told),
        saturated=len(known) - len(told),
        in_tasks=in_tasks,
        last=readings[max(readings)],
        missed=tuple(missed.tolist()),
    )


def used_up(reading: Reading, value: float) -> bool:
    """Tell whether a value is so near the limit of its resource that nothing is left of it."""
    return value * SATURATED <= reading.limit if reading.falls else value >= SATURATED * reading.limit


class _Pairs(NamedTuple):
    """All pairs of points that differ in x: the places of both, and the slope from one to the other."""

    one: npt.NDArray[np.intp]
    other: npt.NDArray[np.intp]
    slopes: Floats


class _Points(NamedTuple):
    """Readings as columns, a push each; the tasks are 1 for what does not run in tasks."""

    requests: Floats
    base: Floats
    audience: Floats
    response: Floats
    value: Floats
    base_value: Floats
    tasks: Floats
    tasks_at_peak: Floats

    @property
    def load(self) -> Floats:
        """Requests for each task at the worst minute."""
        return self.requests / self.tasks_at_peak

    @property
    def pairs(self) -> _Pairs:
        """The pairs of all worst minutes, and of the levels expected without the pushes after them."""
        every = np.concatenate([self.load, self.base / self.tasks])
        return _pairs(every, np.concatenate([self.value, self.base_value]))


class _Fit(NamedTuple):
    """The three figures of the law."""

    idle: float
    work: float
    gain: float


def _known(reading: Reading, *, in_tasks: bool) -> bool:
    """Tell whether a reading has all that the fit wants."""
    figures = (reading.value, reading.base, reading.limit)
    tasks = (reading.tasks_before, reading.tasks_at_peak)
    return all(map(isfinite, figures)) and (not in_tasks or all(isfinite(each) and each > 0 for each in tasks))


def _points(rows: Sequence[tuple[Observed, Reading, float]], *, in_tasks: bool) -> _Points:
    """Return readings as columns."""
    table = [
        (push.requests, push.base, push.audience, response, reading.value, reading.base)
        + ((reading.tasks_before, reading.tasks_at_peak) if in_tasks else (1.0, 1.0))
        for push, reading, response in rows
    ]
    return _Points(*np.array(table, dtype=np.float64).T)


def _pairs(x: Floats, y: Floats) -> _Pairs:
    """Return all pairs of points that differ in x; the median of their slopes is what scipy's `theilslopes` returns.

    Here it is had without those of one push, too: a test on pushes that are left out asks for it thousands of times.
    """
    one, other = np.triu_indices(len(x), 1)
    run = x[other] - x[one]
    one, other, run = one[run != 0], other[run != 0], run[run != 0]
    return _Pairs(one, other, (y[other] - y[one]) / run)


def _fit(points: _Points, pairs: _Pairs, without: int | None = None) -> _Fit | None:
    """Return the law that fits the pushes, but for one; None where no load differs from another."""
    n = len(points.value)
    kept = np.arange(n) != (-1 if without is None else without)
    slopes = pairs.slopes[kept[pairs.one % n] & kept[pairs.other % n]]
    if not slopes.size:
        return None
    work = float(np.median(slopes))
    gain = float(np.median((points.tasks_at_peak / points.tasks)[kept]))
    return _Fit(float(np.median((points.value - work * points.load)[kept])), work, gain)


def _missed(points: _Points, pairs: _Pairs) -> Floats:
    """Return by how much each push is above the law of the others, from its audience on, times tasks."""
    expected = points.base + points.response * points.audience
    missed = np.full(len(points.value), np.nan)
    for place in range(len(points.value)):
        rest = _fit(points, pairs, place)
        if rest is not None:
            tasks = points.tasks[place] * rest.gain
            missed[place] = (points.value[place] - rest.idle) * tasks - rest.work * expected[place]
    return missed
