"""CloudWatch's evaluation of one metric alarm over kept datapoints: the changes of its state, each with its reason."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np

from sre_lib.alarm import STATES, Alarm, State, UnclearAlarm
from sre_lib.alarms.assumptions import DEFAULT, Assumptions
from sre_lib.alarms.evaluation import cadence_s
from sre_lib.alarms.points import Flags, Floats, NotReplayable, Points
from sre_lib.alarms.reasons import Looked, reason
from sre_lib.alarms.sweep import Desk, Run, own

ON_A_GRID = "windows that do not begin with a datapoint of {step_s} s cannot be seen"


class Change(NamedTuple):
    """A change of an alarm's state: `at` is the evaluation (UTC), `window_end` where its data ends."""

    at: datetime
    window_end: datetime
    old: State
    new: State
    reason: str


@dataclass(frozen=True)
class Replay:
    """A replayed alarm: its states, the series that it was compared with, and how far it can be trusted.

    `run` has the state after each evaluation. `values` is the watched series, a slot each step (NaN: no datapoint), and
    `breaching` tells which of it breach.
    `notes`: what a reader should know; `approximate`: why it is no more than that (empty: exact, as documented).
    """

    alarm: Alarm
    points: Points
    run: Run
    values: Floats
    breaching: Flags
    notes: tuple[str, ...] = ()
    approximate: tuple[str, ...] = ()
    assumptions: Assumptions = DEFAULT

    def changes(self) -> Iterator[Change]:
        """Yield the changes of the state, by time; the first is from the initial state."""
        states, run = self.run.states, self.run
        before = np.concatenate([[STATES.index(run.initial)], states[:-1]])
        for at in np.flatnonzero(states != before):
            old, new = STATES[before[at]], STATES[states[at]]
            end = int(run.ends[at])
            why = self._reason(int(run.slots[at]), old, new)
            yield Change(_utc(end + self.assumptions.evaluation_delay_s), _utc(end), old, new, why)

    def _reason(self, slot: int, old: State, new: State) -> str:
        """Return why the state changed at the evaluation whose window ends with a slot."""
        steps = self.alarm.period_s // self.points.step_s
        periods = self.alarm.n + self.assumptions.range_extra
        slots = np.arange(slot, max(slot - periods * steps, -1), -steps)[::-1]
        starts = self.points.start_s + (slots - steps + 1) * self.points.step_s
        values, treatment = self.values[slots], own(self.alarm, self.assumptions).missing
        looked = Looked(starts.tolist(), values.tolist(), self.breaching[slots].tolist(), treatment)
        sentence = reason(self.alarm, looked, old, new)
        return f"{sentence} Approximate: {'; '.join(self.approximate)}." if self.approximate else sentence


def replay(
    alarm: Alarm | UnclearAlarm,
    points: Points,
    initial: State = "INSUFFICIENT_DATA",
    assumptions: Assumptions = DEFAULT,
) -> Replay | NotReplayable:
    """Return what an alarm would have done over datapoints, from their first slot to their last.

    It is evaluated every minute over a sliding window (every 10 s with periods of 10, 20 and 30 s, hourly with windows
    of more than a day); the first evaluation is at the end of the first slot, what lies before is missing, and the
    last window ends with the last slot. Rules: see `missing`, `evaluation` and `Assumptions`. A composite alarm has no
    datapoints of its own: see `composite`. Never raises for what an alarm or its data hold.
    """
    if isinstance(alarm, UnclearAlarm):
        return unclear(alarm)
    if wrong := not_replayable(alarm):
        return wrong
    desk, one = Desk(alarm, points, assumptions), own(alarm, assumptions)
    run, series = desk.run(one, initial), desk.series(one.statistic)
    if isinstance(run, NotReplayable):
        return run
    if isinstance(series, NotReplayable):
        return series
    approximate = (*points.approximate, *series.approximate)
    if points.step_s > cadence_s(alarm.period_s, alarm.n):
        approximate = (ON_A_GRID.format(step_s=points.step_s), *approximate)
    breaching = desk.breaching(one, series.values)
    return Replay(alarm, points, run, series.values, breaching, series.notes, approximate, assumptions)


def unclear(alarm: UnclearAlarm) -> NotReplayable:
    """Return that an alarm's definition cannot be understood."""
    return NotReplayable("unclear", {"why": NotReplayable(alarm.reason, alarm.details)})


def not_replayable(alarm: Alarm) -> NotReplayable | None:
    """Return why an alarm has nothing that could be replayed, before its data is looked at; None: it has."""
    if alarm.rule:
        return NotReplayable("composite")
    return NotReplayable(alarm.unreplayable) if alarm.unreplayable else None


def _utc(seconds: int) -> datetime:
    """Return a moment given in seconds since the epoch."""
    return datetime.fromtimestamp(seconds, UTC)
