"""A finding as an earlier meeting saw it, and what became of it since."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sre_lib.views import Views, shape_of

Outcome = Literal["gone", "still", "better", "worse", "again", "cannot_tell"]

_UP = ("spike", "sustained_high")
_DOWN = ("dip", "sustained_low")


@dataclass(frozen=True)
class Known:
    """What is kept of a finding to know it again: where, what, and its time `[start, end)` in UTC.

    `end` is `until` for what lasts. `direction` is +1 up, -1 down, 0 not known; `statistic` may be empty (the one that
    the catalogue judges).
    """

    id: str
    service: str
    part: str
    resource: str
    metric: str
    view: str
    start: datetime
    end: datetime
    direction: int = 0
    statistic: str = ""


@dataclass(frozen=True)
class Remeasured:
    """What became of an earlier finding.

    `then` and `now` hold numbers in the metric's unit under the evidence's names (`days` and `of_days` count days;
    `minutes` minutes); `since` (UTC) is when it went, or the last datapoint where there is none since; `traffic` is the
    mean of the service's requests over comparable time then and now (None: not known). `reason`, for `cannot_tell`
    alone, is a key of the wording.
    """

    outcome: Outcome
    then: Mapping[str, float] = field(default_factory=dict)
    now: Mapping[str, float] = field(default_factory=dict)
    since: datetime | None = None
    traffic: tuple[float, float] | None = None
    reason: str = ""


def direction(view: str, evidence: Mapping[str, float], views: Views | None = None) -> int:
    """Return +1 (up) or -1 (down) for a finding of a view with its evidence; 0 where neither says it.

    `views` are the review's (by default the package's).
    """
    shape = shape_of(view, views)
    if shape in _UP or shape in _DOWN:
        return 1 if shape in _UP else -1
    if shape == "saturation" and {"maximum", "value"} <= evidence.keys():
        # Its `maximum` is the farthest value towards the limit: under the mean where the limit lies below.
        away = evidence["maximum"] - evidence["value"]
        return _sign(away) or (-1 if evidence.get("limit") == 0 else 0)
    return _sign(evidence.get("change", evidence.get("slope_per_day", 0.0)))


def _sign(value: float) -> int:
    """Return the sign of a number."""
    return (value > 0) - (value < 0)
