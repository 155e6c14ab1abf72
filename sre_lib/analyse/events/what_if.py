"""What a push of some audience would ask for: which resource gives out first, and what must be there before the send.

A resource gives out where as much is asked of it as its limit. As an audience grows, the first to give out is the one
whose largest audience that still fits is the smallest. All figures are those of the model in `response.py`: larger
audiences than the largest seen are reckoned on in a straight line, which no past push has tested.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from math import ceil, inf, isfinite, nan
from typing import Literal, NamedTuple

from sre_lib.analyse.events.conformal import Interval, scale
from sre_lib.analyse.events.loads import Load
from sre_lib.analyse.events.observed import Observed, ResourceKey
from sre_lib.analyse.events.response import Crowd, Response

FACTORS = (1.5, 2.0, 3.0)

Headroom = Literal["there", "uncertain", "lacking"]
"""Whether the whole interval lies within the limit, only its point, or not even that."""

Verdict = Literal["there", "uncertain", "lacking", "unknown"]
"""Of a push as a whole; unknown: what is known fits, but of some resource nothing can be said."""


@dataclass(frozen=True)
class Standing:
    """How a resource stands before a send: its limit, and the tasks that run (NaN: it does not run in tasks)."""

    limit: float
    tasks: float = nan
    tasks_most: float = nan


@dataclass(frozen=True)
class Planned:
    """A push to come, or one to think of: sent `at` (UTC), `base` requests a minute are expected without it."""

    at: datetime
    audience: float
    base: float
    standing: Mapping[ResourceKey, Standing]


@dataclass(frozen=True)
class Need:
    """What a push asks of a resource; `value` and `limit` in its `unit`.

    `fits`: the largest audience that still fits (`low`: with the upper end of the value, `high`: with the lower; inf:
    none is too large, 0: nobody). `tasks_needed` before the send, for the value and its ends; None where it does not
    run in tasks. `lead_min`: minutes before the send at which they must be asked for, the longest lag that was seen
    (NaN: none). `n` pushes are behind it.
    """

    key: ResourceKey
    value: Interval
    limit: float
    unit: str
    falls: bool
    fits: Interval
    tasks: float
    tasks_most: float
    tasks_needed: Interval | None
    lead_min: float
    n: int

    @property
    def headroom(self) -> Headroom:
        """Tell whether what it asks for is there."""
        worst = self.value.low if self.falls else self.value.high
        if self._beyond(self.value.point):
            return "lacking"
        return "uncertain" if self._beyond(worst) else "there"

    def _beyond(self, value: float) -> bool:
        return value <= self.limit if self.falls else value >= self.limit


class Fleet(NamedTuple):
    """Tasks of a part of a service: how many run and may run, and how many a push needs, for all of its resources."""

    service: str
    part: str
    tasks: float
    needed: Interval
    most: float
    lead_min: float


@dataclass(frozen=True)
class WhatIf:
    """What a push asks for: its requests a minute and its `needs`, the first to give out before the others.

    `first_in` of `compared` past pushes: with the error of each, the first would still be the first. `unknown`:
    resources of which nothing can be said. `beyond`: the audience as a multiple of the largest seen; `n` pushes.
    """

    planned: Planned
    requests: Interval
    needs: tuple[Need, ...]
    first_in: int
    compared: int
    unknown: tuple[ResourceKey, ...]
    beyond: float
    n: int

    @property
    def first(self) -> Need | None:
        """The resource that gives out first as the audience grows; None where none ever does."""
        return self.needs[0] if self.needs and isfinite(self.needs[0].fits.point) else None

    @property
    def headroom(self) -> Verdict:
        """Tell whether what the push asks for is there."""
        if self.first and self.first.headroom != "there":
            return self.first.headroom
        return "unknown" if self.unknown or not self.needs else "there"

    @property
    def rivals(self) -> tuple[Need, ...]:
        """Others that may be the first to give out, by the ends of their intervals."""
        return tuple(each for each in self.needs[1:] if self.first and each.fits.low < self.first.fits.high)

    @property
    def fits(self) -> Interval:
        """The largest audience that still fits everywhere, and its ends."""
        ends = zip(*(each.fits for each in self.needs), strict=True)
        return Interval(*(min(end) for end in ends)) if self.needs else Interval(nan, nan, nan)

    @cached_property
    def fleets(self) -> tuple[Fleet, ...]:
        """The tasks that each part needs from the start: the most that any of its resources asks for."""
        parts = sorted({each.key[:2] for each in self.needs if each.tasks_needed})
        return tuple(_fleet([each for each in self.needs if each.key[:2] == part]) for part in parts)


def again(push: Observed, factor: float = 1.0) -> Planned | None:
    """Return a past push as if it were sent to an audience so many times as large; None where that is not known."""
    if not push.audience or not isfinite(push.base):
        return None
    standing = {key: Standing(each.limit, each.tasks_before, each.tasks_most) for key, each in push.resources.items()}
    return Planned(push.at, push.audience * factor, push.base, standing)


def what_if(model: Response, planned: Planned) -> WhatIf:
    """Return what a push asks for; a resource whose model, tasks or limit are not known is named in `unknown`."""
    stands = {
        key: _Stand(model.crowd, load, planned.base, planned.standing.get(key)) for key, load in model.loads.items()
    }
    known = {key: each for key, each in stands.items() if each.known}
    needs = sorted(
        (_need(key, each, planned) for key, each in known.items()), key=lambda each: (each.fits.point, each.key)
    )
    first_in, compared = _firsts(needs[0].key, known) if needs else (0, 0)
    return WhatIf(
        planned=planned,
        requests=model.crowd.requests(planned.audience, planned.base),
        needs=tuple(needs),
        first_in=first_in,
        compared=compared,
        unknown=tuple(sorted((set(model.resources) | set(planned.standing)) - set(known))),
        beyond=planned.audience / model.crowd.largest,
        n=model.crowd.n,
    )


class _Stand:
    """A resource in front of a push: what it has, and the law of its load."""

    def __init__(self, crowd: Crowd, load: Load, base: float, standing: Standing | None) -> None:
        self.crowd, self.load, self.base = crowd, load, base
        self.standing = standing or Standing(nan)
        self.tasks = self.standing.tasks if load.in_tasks else 1.0
        self.sign = -1.0 if load.last.falls else 1.0

    @property
    def known(self) -> bool:
        """Tell whether something can be said of it."""
        return all(map(isfinite, (self.standing.limit, self.tasks, self.base))) and self.tasks > 0

    @property
    def room(self) -> float:
        """What a task has between idle and the limit."""
        return self.sign * (self.standing.limit - self.load.idle)

    def fits(self, miss: float) -> float:
        """Return the largest audience that fits if the usual push asks for so much more than the model says."""
        each = self.sign * self.load.work * self.crowd.response
        left = self.room * self.tasks * self.load.gain - self.sign * self.load.work * self.base
        if left - miss <= max(each, 0.0) * self.crowd.usual:
            return max((left - miss) / each, 0.0) if each > 0 else 0.0
        steep = each + miss / self.crowd.usual
        return left / steep if steep > 0 else inf

    def needed(self, audience: float, miss: float) -> float:
        """Return the tasks before the send that such an audience needs; inf where no number is enough."""
        requests = self.base + self.crowd.response * audience
        asked = self.sign * self.load.work * requests + miss * float(scale(audience, self.crowd.usual))
        return float(max(1, ceil(asked / self.room / self.load.gain))) if self.room > 0 else inf


def _need(key: ResourceKey, stand: _Stand, planned: Planned) -> Need:
    """Return what a push asks of a resource."""
    load, error = stand.load, stand.load.error
    ends = (error, 0.0, -error)
    needed = Interval(*(stand.needed(planned.audience, -end) for end in ends)) if load.in_tasks else None
    requests = planned.base + stand.crowd.response * planned.audience
    return Need(
        key=key,
        value=load.value(requests, planned.audience, stand.tasks),
        limit=stand.standing.limit,
        unit=load.last.unit,
        falls=load.last.falls,
        fits=Interval(*(stand.fits(end) for end in ends)),
        tasks=stand.standing.tasks,
        tasks_most=stand.standing.tasks_most,
        tasks_needed=needed,
        lead_min=load.lag_min,
        n=load.n,
    )


def _firsts(first: ResourceKey, stands: Mapping[ResourceKey, _Stand]) -> tuple[int, int]:
    """Return with how many pushes' errors a resource is still the first to give out, and of how many that is known.

    All resources of a push are off together where its crowd was: that does not change which is the first.
    """
    keys = sorted(stands, key=lambda key: key != first)
    won = compared = 0
    for misses in zip(*(stands[key].load.missed for key in keys), strict=True):
        if all(map(isfinite, misses)):
            fits = [stands[key].fits(stands[key].sign * miss) for key, miss in zip(keys, misses, strict=True)]
            compared += 1
            won += fits[0] <= min(fits)
    return won, compared


def _fleet(needs: Sequence[Need]) -> Fleet:
    """Return the tasks that all resources of a part need."""
    in_tasks = [(each, each.tasks_needed) for each in needs if each.tasks_needed]
    one = in_tasks[0][0]
    ends = zip(*(needed for _, needed in in_tasks), strict=True)
    leads = [each.lead_min for each, _ in in_tasks if isfinite(each.lead_min)]
    needed = Interval(*(max(end) for end in ends))
    return Fleet(one.key.service, one.key.part, one.tasks, needed, one.tasks_most, max(leads, default=nan))
