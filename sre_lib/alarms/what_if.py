"""What an alarm would have done with another threshold, M out of N, statistic or treatment of missing data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Literal

import numpy as np

from sre_lib.alarm import Alarm, State, UnclearAlarm
from sre_lib.alarms.assumptions import DEFAULT, Assumptions
from sre_lib.alarms.grid import combinations
from sre_lib.alarms.outcome import Incident, Judge, Night, Outcome
from sre_lib.alarms.points import Flags, MetricPoints, NotReplayable, Points
from sre_lib.alarms.replay import not_replayable, unclear
from sre_lib.alarms.sweep import Combination, Run, own, sweep
from sre_lib.collect.windows import epoch, moment

Reason = Literal["fewer_firings", "catches_more", "unproved", "caught_none", "only_noise", "nothing_better"]
QUIET_SHARE: Final = 0.5
CALM_A_WEEK: Final = 7.0
"""Where nothing proves what an alarm is good for, half as many firings and at most one a day are enough of a change."""
LATER_MIN: Final = 5.0
"""A variant that tells of incidents so many minutes later than the alarm as it is does not catch what that catches."""
NEEDED_SHARE: Final = 0.5
"""A variant that catches more is worth it where at least half of its firings were about incidents."""
LEAST_NOISE: Final = 1.0
"""An alarm that fires less than once a week and catches what it caught needs no tuning."""
OTHER_STATISTIC: Final = 1.0
OTHER_TREATMENT: Final = 1.0
"""How far such a change is from the present settings; a threshold moved over all that is tried counts 1, too."""


@dataclass(frozen=True)
class WhatIf:
    """Variants of one alarm over `weeks` with `incidents`: the efficient ones, the alarm as it is first.

    Of the others each is better than any other in something: incidents caught, warning, firings or minutes in ALARM;
    and, where the alarm as it is caught no incident, so that quieter is all too easy, nearness to the present settings.
    `suggested` is one of `rows` (None: nothing is better); `reason` is a key of the wording, `details` its numbers.
    `tried`: how many variants were replayed.
    """

    rows: tuple[Outcome, ...]
    weeks: float
    incidents: int
    tried: int
    suggested: Outcome | None = None
    reason: Reason = "nothing_better"
    details: Mapping[str, float] = field(default_factory=dict)


def what_if(  # noqa: PLR0913  what is known of an alarm and its time, each with a name
    alarm: Alarm | UnclearAlarm,
    points: Points,
    incidents: Sequence[Incident],
    night: Night,
    *,
    only_noise: bool = False,
    initial: State = "INSUFFICIENT_DATA",
    assumptions: Assumptions = DEFAULT,
) -> WhatIf | NotReplayable:
    """Return what variants of an alarm would have done over its datapoints, in one sweep of at most 200.

    `points` are of the time that was answered (`between`); where nothing was asked for, missing data would be made up.
    `incidents` of the alarm's service count where they meet that time. `night` tells whether somebody would have been
    woken up at a moment (UTC). `only_noise`: nothing that it fired for mattered; only then may a variant be suggested
    that would never have fired. NotReplayable, with the reason, where the alarm cannot be replayed.
    """
    if isinstance(alarm, UnclearAlarm):
        return unclear(alarm)
    if wrong := not_replayable(alarm):
        return wrong
    if not points.size:
        return NotReplayable("no_datapoints")
    tried = combinations(alarm, points, assumptions)
    if isinstance(tried, NotReplayable):
        return tried
    start, end = moment(points.start_s), moment(points.start_s + points.size * points.step_s)
    inside = [each for each in incidents if each.start < end and each.end > start]
    judge = Judge.over((end - start).total_seconds(), inside, night, assumptions)
    outcomes = [
        judge.outcome(each, run)
        for each, run in sweep(alarm, points, tried, initial, assumptions)
        if isinstance(run, Run)
    ]
    rows = _efficient(outcomes, own(alarm, assumptions))
    suggested, reason = _suggested(rows, len(inside), only_noise)
    return WhatIf(
        rows, judge.weeks, len(inside), len(outcomes), suggested, reason, _details(rows[0], suggested, inside)
    )


def between(points: Points, start: datetime, end: datetime) -> Points:
    """Return the slots of points that lie in `[start, end)` as a whole."""
    first = max(-((points.start_s - epoch(start)) // points.step_s), 0)
    last = max(min((epoch(end) - points.start_s) // points.step_s, points.size), first)
    cut = slice(first, last)
    metrics = {
        name: MetricPoints(**{part: None if each is None else each[cut] for part, each in vars(metric).items()})
        for name, metric in points.metrics.items()
    }
    lower, upper = (None if each is None else each[cut] for each in (points.lower, points.upper))
    return replace(points, start_s=points.start_s + first * points.step_s, metrics=metrics, lower=lower, upper=upper)


def _efficient(outcomes: Sequence[Outcome], present: Combination) -> tuple[Outcome, ...]:
    """Return the present settings and every outcome that no other beats; of equal ones the nearest to the present."""
    far = _far(outcomes, present)
    near = sorted(outcomes, key=far)
    beaten = _beaten(near, [] if near[0].caught else [far(each) for each in near])
    kept = [each for each, is_ in zip(near[1:], beaten[1:], strict=True) if not is_]
    return (near[0], *sorted(kept, key=lambda each: (-len(each.caught), each.firings, each.minutes)))


def _far(outcomes: Sequence[Outcome], present: Combination) -> Callable[[Outcome], float]:
    """Return what tells how far an outcome's settings are from the present ones."""
    scale = max((abs(each.combination.threshold - present.threshold) for each in outcomes), default=0.0) or 1.0
    return lambda each: distance(each.combination, present, scale)


def distance(one: Combination, present: Combination, scale: float) -> float:
    """Return how far a variant is from the present settings; `scale`: the furthest threshold that is tried."""
    sizes = abs(one.m - present.m) / max(one.m, present.m) + abs(one.n - present.n) / max(one.n, present.n)
    statistic = OTHER_STATISTIC * (one.statistic != present.statistic)
    treatment = OTHER_TREATMENT * (one.missing != present.missing)
    return abs(one.threshold - present.threshold) / scale + sizes / 2 + statistic + treatment


def _beaten(outcomes: Sequence[Outcome], far: Sequence[float]) -> Flags:
    """Return which outcomes another beats: no worse in anything and better in something, or the same and before it.

    More incidents are those and others; to catch as many other ones is not the same. Where how `far` outcomes are from
    the present settings counts, one that never fired does not beat one that did.
    """
    places = sorted({place for each in outcomes for place in each.caught})
    caught = np.array([[place in each.caught for place in places] for each in outcomes], dtype=bool)
    late = [-np.nan_to_num(each.warning, nan=-np.inf) for each in outcomes]
    costs = [[each.firings for each in outcomes], [each.minutes for each in outcomes], late]
    costs += [list(far), [float(not each.firings) for each in outcomes]] if far else []
    worse = np.array(costs).T
    as_good = (caught[:, None] | ~caught[None, :]).all(axis=2) & (worse[:, None] <= worse[None, :]).all(axis=2)
    same = as_good & as_good.T
    earlier = np.triu(np.ones_like(same), k=1)
    return np.asarray(((as_good & ~same) | (same & earlier)).any(axis=0))


def _suggested(rows: Sequence[Outcome], incidents: int, only_noise: bool) -> tuple[Outcome | None, Reason]:
    """Return the row to suggest, and why; none where nothing is better."""
    present, others = rows[0], rows[1:]
    if present.caught:
        return _as_good(present, others)
    more = [each for each in others if each.caught and each.other <= (1 - NEEDED_SHARE) * each.firings]
    if more:
        far = _far(others, present.combination)
        return min(more, key=lambda each: (-len(each.caught), each.firings, -each.warning, far(each))), "catches_more"
    quieter = _careful(present, others, only_noise) if present.firings >= LEAST_NOISE else None
    if quieter is None:
        return None, "nothing_better"
    if not quieter.firings:
        return quieter, "only_noise"
    return quieter, "caught_none" if incidents else "unproved"


def _as_good(present: Outcome, others: Sequence[Outcome]) -> tuple[Outcome | None, Reason]:
    """Return the row with the fewest firings of those that catch what the present settings catch, nearly as early."""
    far = _far(others, present.combination)
    as_good = [
        each
        for each in others
        if set(present.caught) <= set(each.caught)
        and each.firings < present.firings
        and each.warning > present.warning - LATER_MIN
    ]
    if not as_good or present.firings < LEAST_NOISE:
        return None, "nothing_better"
    return min(as_good, key=lambda each: (each.firings, far(each))), "fewer_firings"


def _careful(present: Outcome, others: Sequence[Outcome], only_noise: bool) -> Outcome | None:
    """Return the row nearest to the present settings that is much quieter and yet fires; nothing proves it.

    Of what is only noise one that would not have fired will do where there is no such row.
    """
    far = _far(others, present.combination)
    quieter = [each for each in others if each.firings <= QUIET_SHARE * present.firings]
    firing = [each for each in quieter if each.firings]
    calm = [each for each in firing if each.firings <= CALM_A_WEEK]
    found = calm or firing or (quieter if only_noise else [])
    return min(found, key=far, default=None)


def _details(present: Outcome, suggested: Outcome | None, incidents: Sequence[Incident]) -> Mapping[str, float]:
    """Return the numbers of a reason."""
    if suggested is None:
        return {"before": present.firings, "incidents": len(incidents)}
    return {
        "before": present.firings,
        "after": suggested.firings,
        "minutes_before": present.minutes,
        "minutes_after": suggested.minutes,
        "caught_before": len(present.caught),
        "caught": len(suggested.caught),
        "incidents": len(incidents),
    }
