"""How the crowd of a push loads the shop: requests by audience, and each resource by requests, from past pushes.

requests = base + response x audience, with the median response of a recipient over the pushes; of the resources see
`loads.py`. Each figure carries an 80 % interval from errors on pushes that were left out, see `conformal.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan

import numpy as np

from sre_lib.analyse.events.conformal import LEAST_PUSHES, Interval, TooFew, half_width, scale, without_each
from sre_lib.analyse.events.loads import Load, load_of
from sre_lib.analyse.events.observed import Observed, Reading, ResourceKey
from sre_lib.analyse.robust import Floats

__all__ = ["Crowd", "Interval", "Load", "Observed", "Reading", "ResourceKey", "Response", "TooFew", "respond", "usable"]


@dataclass(frozen=True)
class Crowd:
    """Requests a minute that an audience brings, from `n` pushes.

    `response`: requests a minute at the peak for each recipient; `error`: half the 80 % interval at the `usual`
    audience, in requests a minute; `largest`: the largest audience seen.
    """

    response: float
    error: float
    usual: float
    largest: float
    n: int

    def requests(self, audience: float, base: float) -> Interval:
        """Return the requests a minute at the peak, from those expected without the push."""
        return Interval.around(base + self.response * audience, self.error * float(scale(audience, self.usual)))

    @property
    def visible(self) -> bool:
        """Tell whether a usual push stands out: its interval lies above what is expected without it."""
        return self.requests(self.usual, 0.0).low > 0


@dataclass(frozen=True)
class Response:
    """The model of past pushes; a resource with too few readings says how many it has."""

    crowd: Crowd
    resources: Mapping[ResourceKey, Load | TooFew]

    @property
    def loads(self) -> dict[ResourceKey, Load]:
        """The resources of which something can be said."""
        return {key: each for key, each in self.resources.items() if isinstance(each, Load)}


def respond(pushes: Sequence[Observed], least: int = LEAST_PUSHES) -> Response | TooFew:
    """Return the model of past pushes, in any order; TooFew with fewer than `least` that are `usable`."""
    used = usable(pushes)
    if len(used) < least:
        return TooFew(len(used), least)
    audiences = np.array([each.audience for each in used], dtype=np.float64)
    brought = np.array([each.requests - each.base for each in used])
    others = np.array([np.median(rest) for rest in without_each(brought / audiences)])
    crowd = _crowd(audiences, brought, others)
    keys = sorted({key for each in used for key in each.resources})
    return Response(crowd, {key: load_of(key, used, others, crowd.usual, least) for key in keys})


def usable(pushes: Sequence[Observed]) -> list[Observed]:
    """Return the pushes that the model can learn from, by time: with an audience, requests and a base."""
    known = [each for each in pushes if each.audience and isfinite(each.requests) and isfinite(each.base)]
    return sorted(known, key=lambda each: (each.at, each.audience or nan, each.requests))


def _crowd(audiences: Floats, brought: Floats, others: Floats) -> Crowd:
    """Return what an audience brings; `others`: the median response without each push."""
    usual = float(np.median(audiences))
    errors = np.abs(brought - others * audiences) / scale(audiences, usual)
    response = float(np.median(brought / audiences))
    return Crowd(response, half_width(errors), usual, float(audiences.max()), len(audiences))
