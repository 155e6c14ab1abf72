"""From candidates to findings: one for each moment and cause, with how much it matters and whether a page lists it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from math import prod

import numpy as np

from sre_lib.analyse.detectors.candidate import Candidate
from sre_lib.analyse.registry import Meaning
from sre_lib.views import Views, builtin_views, shape_of

CUT = 0.5
"""Score from which a page lists a finding: on 40 labelled real series one false finding in 17 series-weeks is
above it, and half of what people labelled; above 0.7 none in 83, and a third; above 0.9 a seventh."""

AGAINST_CUT = 0.85
"""Score from which a page lists a finding in the direction that does not hurt."""

TOGETHER = timedelta(hours=1)
"""Candidates of one series less than this apart are one moment."""

AGAIN, AT_LIMIT_AGAIN = 0.25, 0.5
"""Least novelty of what happens each week: the third time at a limit does customers as much harm as the first."""

WEIGHT: Mapping[str, float] = {"cpu": 1.0, "memory": 1.0, "context": 0.7}
LASTING = ("level_shift", "growth")
RANK: Mapping[str, int] = {"saturation": 3, "growth": 2, "level_shift": 1, "departure": 0}
SAYS_MOST = 4
"""Rank of what a view of named series sees: it knows what to ask."""

LONG = timedelta(hours=12)
"""What lasts longer, such as an oscillation, is not one with a moment in it."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY_S = 86_400
NEAR_S = 1800
"""What begins less than half an hour apart on the clock begins at the same time of day."""


@dataclass(frozen=True)
class Ranked:
    """A candidate with its priority (0..1), the factors that make it, and whether a page lists it."""

    candidate: Candidate
    priority: float
    shown: bool
    factors: Mapping[str, float] = field(default_factory=dict)


def ranked(candidates: Sequence[Candidate], meaning: Meaning, views: Views | None = None) -> tuple[Ranked, ...]:
    """Return one ranked candidate for each moment and cause, by time.

    priority = score x nearness x duration x novelty x resource, each at most 1: nearness is 0.4 (far) to 1 (at the
    limit, or there within days), 0.7 where no limit is known or nothing was measured; duration 0.6 (a moment) to 1
    (two hours or more, or lasting); novelty halves with each earlier candidate alike at the same time of day, down to a
    quarter, of a saturation to half; resource is 1 for CPU and memory, 0.7 for context. A direction that does not hurt
    halves it, and the view's weight scales it.
    """
    known = builtin_views() if views is None else views
    kept = merged(candidates, known)
    earlier = _earlier_alike(kept)
    return tuple(_ranked(each, before, meaning, known) for each, before in zip(kept, earlier, strict=True))


def merged(candidates: Iterable[Candidate], views: Views | None = None) -> tuple[Candidate, ...]:
    """Return candidates with those of one moment and cause made one, by time.

    The one that says most about the cause stays (a view of named series, saturation, growth, level shift, departure: in
    this order) unless its effect is under half of the other's, which then was something else; the higher score stays in
    either case.
    """
    known = builtin_views() if views is None else views
    kept: list[Candidate] = []
    for each in sorted(candidates, key=lambda one: (-_says(one, known), -one.score, one.start)):
        first, last = each.start - TOGETHER, each.end + TOGETHER
        near = (i for i, other in enumerate(kept) if other.start < last and other.end > first)
        at = next((i for i in near if _same(kept[i], each, known)), None)
        if at is None:
            kept.append(each)
            continue
        better = each if effect(kept[at]) < 0.5 * effect(each) else kept[at]
        kept[at] = replace(better, score=max(each.score, kept[at].score))
    return tuple(sorted(kept, key=lambda one: (one.start, one.detector, one.direction)))


def effect(candidate: Candidate) -> float:
    """Return the size of what happened in the metric's unit; infinite where it needs no size, as at a limit."""
    evidence = candidate.evidence
    if candidate.detector == "saturation":
        return float("inf")
    if "change" in evidence:
        return abs(evidence["change"])
    if "from_value" in evidence:
        return abs(evidence["value"] - evidence["from_value"])
    return abs(evidence["value"] - evidence["expected"]) if "expected" in evidence else float("inf")


def finding_id(*parts: str) -> str:
    """Return an opaque, deterministic id of 10 hexadecimal characters."""
    return hashlib.blake2s("\x1f".join(parts).encode(), digest_size=5).hexdigest()


def _says(candidate: Candidate, views: Views) -> int:
    """Return how much a candidate says about the cause."""
    view = views.get(candidate.view)
    return SAYS_MOST if view and view.series else RANK.get(candidate.detector, 0)


def _shape(candidate: Candidate, views: Views) -> str:
    """Return the shape of what a candidate's view finds."""
    view = views.get(candidate.view)
    return view.like if view else shape_of(candidate.view)


def _same(one: Candidate, other: Candidate, views: Views) -> bool:
    """Tell whether two candidates that lie together are one; growth is its own cause, whatever happens on the way."""
    grow = [_shape(each, views) == "growth" for each in (one, other)]
    if any(grow):
        return all(grow) and one.start < other.end and other.start < one.end
    shorter, longer = sorted(each.end - each.start for each in (one, other))
    experts = SAYS_MOST in {_says(one, views), _says(other, views)}
    return not (experts and longer > LONG and shorter < longer / 4)


def _ranked(candidate: Candidate, earlier_alike: int, meaning: Meaning, views: Views) -> Ranked:
    """Return a candidate with its priority and whether a page lists it."""
    # A view of named series looks where it hurts.
    experts = _says(candidate, views) == SAYS_MOST
    hurts = experts or meaning.hurts == "both" or (candidate.direction > 0) == (meaning.hurts == "up")
    shape_seen = _shape(candidate, views)
    lasting, at_limit = shape_seen in LASTING, shape_seen == "saturation"
    view = views.get(candidate.view)
    factors = {
        "surprise": candidate.score,
        "nearness": _nearness(candidate, meaning.limit),
        "duration": _duration(candidate),
        # A lasting change is as new as ever: releases go out at the same hour every week.
        "novelty": 1.0 if lasting else max(AT_LIMIT_AGAIN if at_limit else AGAIN, 0.5**earlier_alike),
        "resource": WEIGHT[meaning.resource],
        "direction": 1.0 if hurts else 0.5,
        "view": view.weight if view else 1.0,
    }
    shown = candidate.score >= (CUT if hurts else AGAINST_CUT) and effect(candidate) >= meaning.min_effect
    return Ranked(candidate, min(prod(factors.values()), 1.0), shown, factors)


def _nearness(candidate: Candidate, limit: float | None) -> float:
    """Return 0.4 (far from the limit) to 1 (at it); 0.7 where no limit is known."""
    evidence = candidate.evidence
    if limit is None or not {"value", "after", "days_to_limit"} & evidence.keys():
        return 0.7
    if "days_to_limit" in evidence:
        return 0.4 + 0.6 / (1 + evidence["days_to_limit"] / 14)
    value = evidence.get("value", evidence.get("after", 0.0))
    usual = evidence.get("expected", evidence.get("before", 0.0))
    way = abs(limit - usual)
    return 1.0 if way == 0 else 0.4 + 0.6 * min(1.0, max(0.0, 1 - abs(limit - value) / way))


def _duration(candidate: Candidate) -> float:
    """Return 0.6 for a moment to 1 for two hours or more."""
    return 0.6 + 0.4 * min(1.0, (candidate.last - candidate.start) / timedelta(hours=2))


def _earlier_alike(kept: Sequence[Candidate]) -> list[int]:
    """Return for each how many earlier candidates of the same view, as surprising, began at this time of day."""
    found = [0] * len(kept)
    views: dict[str, list[int]] = {}
    for at, each in enumerate(kept):
        views.setdefault(each.view, []).append(at)
    for places in views.values():
        began = np.array([(kept[at].start - EPOCH) // timedelta(seconds=1) for at in places])
        scores = np.array([kept[at].score for at in places])
        for at, start, score in zip(places, began, scores, strict=True):
            apart = np.minimum((start - began) % DAY_S, (began - start) % DAY_S)
            alike = (began < start - DAY_S // 2) & (scores >= 0.8 * score) & (apart <= NEAR_S)
            found[at] = int(np.count_nonzero(alike))
    return found
