"""How well a replay tells again what an alarm really did: its changes of state against those that CloudWatch kept."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import numpy as np

from sre_lib.alarm import STATES, Alarm, State, UnclearAlarm, alarm_of
from sre_lib.alarms.assumptions import DEFAULT, Assumptions
from sre_lib.alarms.kept_points import points_of
from sre_lib.alarms.points import NotReplayable
from sre_lib.alarms.replay import Replay, not_replayable, replay
from sre_lib.collect.alarms.datapoints import AlarmDatapoints
from sre_lib.collect.alarms.reading import UNKNOWN, AlarmId, AlarmsKept, Definition, StateSpan, Transition
from sre_lib.collect.alarms.watched import watched
from sre_lib.collect.spans import answered
from sre_lib.collect.windows import MINUTE_S, Window, epoch, floor, missing, moment

LEAST_TOLERANCE_S: Final = 120
"""A replayed change and a real one are the same within a period of the alarm, and within two minutes where that is
shorter: CloudWatch evaluates 17 s to 2.7 minutes after a period (seen in real histories)."""
TRUSTED_SHARE: Final = 0.95
"""Below this share a what-if is shown with a warning."""


class Step(NamedTuple):
    """An alarm went into a state at a moment (UTC)."""

    at: datetime
    new: State


class Difference(NamedTuple):
    """A change of state that only one side has: `replayed` True: only the replay, False: only the real alarm."""

    at: datetime
    new: State
    replayed: bool


@dataclass(frozen=True)
class Fidelity:
    """How a replay compares with what was real in `[from_, to)` (UTC), so far as that can be replayed.

    `reproduced` of `real` changes of state were replayed, `extra` replayed ones were not real; `differences` are both
    kinds by time. `compared`: how much of the span that was (shorter where datapoints or states lack in it).
    `step_s`: the grid of the datapoints (60, or the period of a percentile). `approximate`: why the replay is no more
    than that.
    """

    reproduced: int
    real: int
    extra: int
    differences: tuple[Difference, ...]
    from_: datetime
    to: datetime
    step_s: int
    compared: timedelta = timedelta()
    approximate: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """Share (0..1) of all changes, real or replayed, that both have; 1 where neither has any."""
        changes = self.real + self.extra
        return self.reproduced / changes if changes else 1.0

    @property
    def trusted(self) -> bool:
        """Tell whether what the replay says of variants can be taken without a warning."""
        return self.share >= TRUSTED_SHARE


class _Piece(NamedTuple):
    """A stretch of one definition, known states and kept datapoints, with the state at its start."""

    definition: Definition
    alarm: Alarm
    window: Window
    before: State


class _Compared(NamedTuple):
    """What a piece came to."""

    reproduced: int
    differences: tuple[Difference, ...]
    step_s: int
    approximate: tuple[str, ...]


def fidelity(
    alarm: AlarmId,
    spans: Sequence[StateSpan],
    kept: AlarmsKept,
    datapoints: AlarmDatapoints,
    assumptions: Assumptions = DEFAULT,
) -> Fidelity | NotReplayable:
    """Return how an alarm's replay compares with its real changes of state.

    `spans` are its states, unknown where the history was not looked at. Each stretch of one definition is replayed by
    itself, from the state that the alarm was in; datapoints before it fill the first windows. Only time is compared
    that was answered in full for each of the alarm's metrics. NotReplayable where none is left, with the reason.
    """
    found, whys = [], []
    for definition in (each for each in kept.definitions if each.id == alarm):
        set_up = alarm_of(definition.raw)
        whys.append(not_replayable(set_up))
        if not isinstance(set_up, UnclearAlarm) and not whys[-1]:
            lacking = list(_lacking(definition, _ahead_s(set_up, assumptions), spans, kept, datapoints))
            found += list(_pieces(definition, set_up, spans, missing(_held(definition, kept), lacking)))
    real = [each for each in kept.transitions if each.id == alarm]
    compared = [(piece, _compare(piece, real, datapoints, assumptions)) for piece in found]
    done = [(piece, each) for piece, each in compared if isinstance(each, _Compared)]
    if not done:
        whys += [each.why for _, each in compared if isinstance(each, NotReplayable)]
        return NotReplayable(next((why for why in reversed(whys) if why), _NOTHING))
    return _summed(done)


_NOTHING = "no datapoints at the grid of a replay are kept of a time of which its states are known"


def matched(
    real: Iterable[Step], replayed: Iterable[Step], tolerance_s: int
) -> tuple[list[tuple[Step, Step]], list[Difference]]:
    """Return the pairs of the same change, one to one, and what is left over on either side, by time.

    Two changes are the same if they lead to the same state within the tolerance; of each state the earliest that fit
    are paired, which leaves as few over as can be.
    """
    pairs, over = [], []
    real, replayed = list(real), list(replayed)
    for state in STATES:
        waiting = deque(sorted(each for each in replayed if each.new == state))
        for one in sorted(each for each in real if each.new == state):
            while waiting and _apart(waiting[0], one) < -tolerance_s:
                over.append(Difference(*waiting.popleft(), True))
            if waiting and _apart(waiting[0], one) <= tolerance_s:
                pairs.append((one, waiting.popleft()))
            else:
                over.append(Difference(*one, False))
        over += [Difference(*each, True) for each in waiting]
    return sorted(pairs), sorted(over)


def _apart(replayed: Step, real: Step) -> float:
    """Return by how many seconds a replayed change comes after a real one."""
    return (replayed.at - real.at).total_seconds()


def _pieces(
    definition: Definition, alarm: Alarm, spans: Sequence[StateSpan], windows: Iterable[Window]
) -> Iterator[_Piece]:
    """Yield the stretches of a definition that can be replayed, in whole minutes."""
    for window in windows:
        whole = Window(-floor(-window.start, MINUTE_S), floor(window.end, MINUTE_S))
        before = _state_at(spans, moment(whole.start))
        if before and not whole.empty:
            yield _Piece(definition, alarm, whole, before)


def _lacking(
    definition: Definition, ahead_s: int, spans: Sequence[StateSpan], kept: AlarmsKept, datapoints: AlarmDatapoints
) -> Iterator[Window]:
    """Yield the time of which datapoints or states lack; a window that reaches back to it lacks some, too."""
    wanted, metrics = _held(definition, kept), watched(definition.id, definition.raw)
    for each in metrics:
        for gap in missing(Window(wanted.start - ahead_s, wanted.end), answered(datapoints.spans(each))):
            yield Window(gap.start, gap.end + ahead_s)
    yield from missing(wanted, _looked(definition, kept))
    yield from (Window(epoch(each.start), epoch(each.end)) for each in spans if each.state == UNKNOWN)
    if not metrics:
        yield wanted


def _ahead_s(alarm: Alarm, assumptions: Assumptions) -> int:
    """Return how far before an evaluation its datapoints begin."""
    return (alarm.n + assumptions.range_extra) * alarm.period_s


def _held(definition: Definition, kept: AlarmsKept) -> Window:
    """Return when an alarm was set up so, within what is known."""
    since = max(definition.since, kept.start) if definition.since else kept.start
    until = min(definition.until, kept.end) if definition.until else kept.end
    return Window(epoch(since), epoch(until))


def _looked(definition: Definition, kept: AlarmsKept) -> Iterator[Window]:
    """Yield the time of which all changes of the alarm's state are known."""
    for each in kept.looks:
        mine = each.place == definition.id.place and each.type == definition.type
        if mine and each.asked == "history" and each.status == "complete":
            yield Window(epoch(each.start), epoch(each.end))


def _state_at(spans: Sequence[StateSpan], at: datetime) -> State | None:
    """Return the state that an alarm was in at a moment; None where that is not known."""
    found = next((each.state for each in spans if each.start <= at < each.end), UNKNOWN)
    return next((each for each in STATES if each == found), None)


def _compare(
    piece: _Piece, real: Sequence[Transition], datapoints: AlarmDatapoints, assumptions: Assumptions
) -> _Compared | NotReplayable:
    """Return how the replay of a piece compares with the real changes."""
    definition, alarm, window, before = piece
    start, end = moment(window.start - _ahead_s(alarm, assumptions)), moment(window.end)
    run = replay(alarm, points_of(definition.id, definition.raw, datapoints, start, end), before, assumptions)
    if isinstance(run, NotReplayable):
        return run
    tolerance_s = max(alarm.period_s, LEAST_TOLERANCE_S)
    first, last = moment(window.start), moment(window.end)
    steps = [step for each in real if first <= each.at < last and (step := _step(each))]
    pairs, over = matched(steps, _changes(run, piece, assumptions), tolerance_s)
    # A change at an edge may have its partner beyond it: of another definition, or of what is not kept.
    margin = timedelta(seconds=tolerance_s)
    inside = tuple(each for each in over if first + margin <= each.at < last - margin)
    return _Compared(len(pairs), inside, run.points.step_s, run.approximate)


def _changes(run: Replay, piece: _Piece, assumptions: Assumptions) -> Iterator[Step]:
    """Yield the changes of a replay in a piece; the first is from the state that the alarm was really in."""
    ends = run.run.ends + assumptions.evaluation_delay_s
    inside = (run.run.ends > piece.window.start) & (ends < piece.window.end)
    states, at = run.run.states[inside], ends[inside]
    before = np.concatenate([[STATES.index(piece.before)], states[:-1]])
    for place in np.flatnonzero(states != before):
        yield Step(moment(int(at[place])), STATES[states[place]])


def _step(change: Transition) -> Step | None:
    """Return a real change; None where its state is none that there is."""
    return next((Step(change.at, each) for each in STATES if each == change.new), None)


def _summed(done: Sequence[tuple[_Piece, _Compared]]) -> Fidelity:
    """Return all pieces as one."""
    differences = sorted(each for _, one in done for each in one.differences)
    reproduced = sum(one.reproduced for _, one in done)
    extra = sum(each.replayed for each in differences)
    return Fidelity(
        reproduced=reproduced,
        real=reproduced + len(differences) - extra,
        extra=extra,
        differences=tuple(differences),
        from_=moment(min(piece.window.start for piece, _ in done)),
        to=moment(max(piece.window.end for piece, _ in done)),
        step_s=max(one.step_s for _, one in done),
        compared=timedelta(seconds=sum(piece.window.end - piece.window.start for piece, _ in done)),
        approximate=tuple(dict.fromkeys(note for _, one in done for note in one.approximate)),
    )
