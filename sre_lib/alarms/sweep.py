"""Many variants of one alarm over the same datapoints in one go: windows and comparisons are made once for all."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from sre_lib.alarm import Alarm, Missing, State
from sre_lib.alarms.assumptions import DEFAULT, Assumptions
from sre_lib.alarms.evaluation import cadence_s, evaluated_slots, few_samples, held, treatment
from sre_lib.alarms.missing import ALARM, KEEP, Presence, Rule, breaches, outcomes
from sre_lib.alarms.points import Codes, Flags, Floats, Ints, NotReplayable, Points, Rolled
from sre_lib.alarms.watched import limits, watched, within_band


class Combination(NamedTuple):
    """One variant of an alarm; a band's threshold and an expression's statistic are not used."""

    threshold: float
    m: int
    n: int
    statistic: str
    missing: Missing


@dataclass(frozen=True)
class Run:
    """The states of one variant.

    `slots`: the slot whose end is each evaluation's window end; `ends`: that end in seconds since the epoch; `states`:
    places in STATES. `every_s`: seconds from one evaluation to the next. `initial`: the state before the first.
    """

    slots: Ints
    ends: Ints
    states: Codes
    every_s: int
    initial: State

    @property
    def entered(self) -> Ints:
        """The evaluations at which the alarm went into ALARM."""
        before = np.concatenate([[self.initial == "ALARM"], self.states[:-1] == ALARM])
        return np.flatnonzero((self.states == ALARM) & ~before)

    @property
    def firings(self) -> int:
        """How many times the alarm went into ALARM."""
        return len(self.entered)

    @property
    def minutes(self) -> float:
        """Minutes in ALARM, each evaluation standing for the time to the next."""
        return float(np.count_nonzero(self.states == ALARM) * self.every_s / 60)


@dataclass
class Desk:
    """What variants of one alarm share; one sweep's own, filled as it is asked for."""

    alarm: Alarm
    points: Points
    assumptions: Assumptions = DEFAULT
    _series: dict[str, Rolled | NotReplayable] = field(default_factory=dict)
    _presence: dict[str, Presence] = field(default_factory=dict)
    _breaching: dict[tuple[str, float], Flags] = field(default_factory=dict)

    def series(self, statistic: str) -> Rolled | NotReplayable:
        """Return the watched series of a statistic."""
        if statistic not in self._series:
            self._series[statistic] = self._watched(statistic)
        return self._series[statistic]

    def _watched(self, statistic: str) -> Rolled | NotReplayable:
        """Return the watched series, without what cannot be compared."""
        found = watched(self.alarm, self.points, statistic, self.assumptions)
        if isinstance(found, NotReplayable):
            return found
        compared = limits(self.alarm, self.points)
        if isinstance(compared, NotReplayable):
            return compared
        return replace(found, values=within_band(found.values, *compared))

    def run(self, one: Combination, initial: State) -> Run | NotReplayable:
        """Return the states of one variant."""
        series = self.series(one.statistic)
        if isinstance(series, NotReplayable):
            return series
        steps = self.alarm.period_s // self.points.step_s
        found = outcomes(
            self._there(one.statistic, series.values, steps),
            self.breaching(one, series.values),
            Rule(one.m, one.n, one.missing),
            self.assumptions,
        )
        few = few_samples(series.samples, one.statistic, one.n * steps) if self.alarm.low_samples == "ignore" else None
        found = found if few is None else np.where(few, KEEP, found)
        slots = evaluated_slots(self.points, self.alarm.period_s, one.n, self.assumptions)
        every_s = max(cadence_s(self.alarm.period_s, one.n), self.points.step_s)
        return Run(slots, self.points.ends()[slots], held(found[slots], initial), every_s, initial)

    def _there(self, statistic: str, values: Floats, steps: int) -> Presence:
        """Return which slots have a datapoint."""
        if statistic not in self._presence:
            self._presence[statistic] = Presence(~np.isnan(values), steps)
        return self._presence[statistic]

    def breaching(self, one: Combination, values: Floats) -> Flags:
        """Return which slots breach."""
        key = one.statistic, one.threshold
        if key not in self._breaching:
            changed = self.alarm if self.alarm.has_band else replace(self.alarm, threshold=one.threshold)
            compared = limits(changed, self.points)
            if isinstance(compared, NotReplayable):
                raise ValueError(compared.why)
            self._breaching[key] = breaches(values, self.alarm.operator, *compared)
        return self._breaching[key]


def own(alarm: Alarm, assumptions: Assumptions = DEFAULT) -> Combination:
    """Return an alarm as it is, as a combination."""
    threshold = 0.0 if alarm.threshold is None else alarm.threshold
    return Combination(threshold, alarm.m, alarm.n, alarm.statistic, treatment(alarm, assumptions))


def sweep(
    alarm: Alarm,
    points: Points,
    combinations: Iterable[Combination],
    initial: State = "INSUFFICIENT_DATA",
    assumptions: Assumptions = DEFAULT,
) -> Iterator[tuple[Combination, Run | NotReplayable]]:
    """Yield each variant of an alarm with its states over the points, or why it has none.

    The period, the operator and the low-sample rule are the alarm's own.
    """
    desk = Desk(alarm, points, assumptions)
    for each in combinations:
        yield each, desk.run(each, initial)
