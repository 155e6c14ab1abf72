"""The series that an alarm compares, and what it compares it with: a threshold, or the band of anomaly detection."""

from graphlib import CycleError, TopologicalSorter

import numpy as np

from sre_lib.alarm import Alarm
from sre_lib.alarms.assumptions import Assumptions
from sre_lib.alarms.expressions import calculated, ids_of
from sre_lib.alarms.points import Floats, MetricPoints, NotReplayable, Points, Rolled
from sre_lib.alarms.windows import rolled

RESULT = "(result)"
"""The id (no metric can have it) of the result of an alarm's expression, where points hold that and not its metrics."""
GIVEN_RESULT = "the values are taken for the result of the alarm's expression"
MOST_ENTRIES = 100


def watched(alarm: Alarm, points: Points, statistic: str, assumptions: Assumptions) -> Rolled | NotReplayable:
    """Return the series of the alarm's period, slot by slot; NotReplayable where it cannot be had from the points.

    `statistic` is the alarm's own or another to try; an alarm with metric math has one for each metric already.
    """
    if alarm.period_s % points.step_s:
        return NotReplayable(
            "grid", {"step_s": points.step_s, "period_s": alarm.period_s, "wanted_s": min(alarm.period_s, 60)}
        )
    steps = alarm.period_s // points.step_s
    if not alarm.metrics:
        return _rolled(points, "", statistic, steps)
    if RESULT in points.metrics:
        found = _rolled(points, RESULT, "", steps)
        given = (GIVEN_RESULT,)
        return found if isinstance(found, NotReplayable) else Rolled(found.values, None, given, found.approximate)
    order = made_of(alarm)
    return order if isinstance(order, NotReplayable) else _calculated(alarm, order, points, steps, assumptions)


def limits(alarm: Alarm, points: Points) -> tuple[Floats | float, Floats | float] | NotReplayable:
    """Return what lies below and above: the threshold twice, or both lines of the band where the points have them."""
    if not alarm.has_band:
        if alarm.threshold is None:
            return NotReplayable("no_threshold")
        return alarm.threshold, alarm.threshold
    if points.lower is None or points.upper is None:
        return NotReplayable("band")
    steps = alarm.period_s // points.step_s
    lines = [rolled(MetricPoints(value=line), "Average", steps) for line in (points.lower, points.upper)]
    lower, upper = (line.values for line in lines if isinstance(line, Rolled))
    return lower, upper


def made_of(alarm: Alarm) -> tuple[str, ...] | NotReplayable:
    """Return the ids of the entries that the watched series is made of, each after those that it needs itself.

    The last is the watched one. NotReplayable where an expression is not supported or the entries go in a circle.
    """
    returned = [each.id for each in alarm.metrics if each.returned and each.id != alarm.threshold_metric_id]
    if len(returned) != 1 or len(alarm.metrics) > MOST_ENTRIES:
        return NotReplayable("not_one_returned", {"entries": len(alarm.metrics), "returned": len(returned)})
    by_id = {each.id: each for each in alarm.metrics}
    graph: dict[str, frozenset[str]] = {}
    waiting = returned
    while waiting:
        name = waiting.pop()
        if name not in by_id:
            return NotReplayable("no_entry", {"name": repr(name)})
        inside = ids_of(by_id[name].expression) if by_id[name].expression else frozenset[str]()
        if isinstance(inside, NotReplayable):
            return inside
        if by_id[name].expression and not inside:
            return NotReplayable("no_metric", {"expression": repr(by_id[name].expression)})
        graph[name] = inside
        waiting += sorted(inside - set(graph))
    try:
        return tuple(TopologicalSorter(graph).static_order())
    except CycleError:
        return NotReplayable("circle")


def needed(alarm: Alarm) -> tuple[str, ...] | NotReplayable:
    """Return the ids of the metrics (no expressions) that a replay needs; "" for an alarm on one metric by itself."""
    if not alarm.metrics:
        return ("",)
    order = made_of(alarm)
    if isinstance(order, NotReplayable):
        return order
    expressions = {each.id for each in alarm.metrics if each.expression}
    return tuple(sorted(set(order) - expressions))


def _calculated(
    alarm: Alarm, order: tuple[str, ...], points: Points, steps: int, assumptions: Assumptions
) -> Rolled | NotReplayable:
    """Return the last of some entries, each calculated from those before it."""
    by_id = {each.id: each for each in alarm.metrics}
    done: dict[str, Rolled] = {}
    for name in order:
        entry = by_id[name]
        if entry.expression:
            values = calculated(entry.expression, {id_: each.values for id_, each in done.items()}, assumptions)
            approximate = dict.fromkeys(note for each in done.values() for note in each.approximate)
            done[name] = Rolled(values, None, (), tuple(approximate))
            continue
        found = _rolled(points, name, entry.statistic, steps)
        if isinstance(found, NotReplayable):
            return found
        done[name] = found
    return done[order[-1]]


def _rolled(points: Points, name: str, statistic: str, steps: int) -> Rolled | NotReplayable:
    """Return one metric's series."""
    if name not in points.metrics:
        return NotReplayable("no_datapoints_of", {"name": name}) if name else NotReplayable("no_datapoints_of_it")
    return rolled(points.metrics[name], statistic, steps)


def within_band(values: Floats, lower: Floats | float, upper: Floats | float) -> Floats:
    """Return values, none where what they are compared with has no datapoint."""
    return np.where(np.isnan(lower) | np.isnan(upper), np.nan, values)
