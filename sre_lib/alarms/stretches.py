"""The stretches of time over which an alarm can be replayed as it really was, each replayed by itself."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

import numpy as np

from sre_lib.alarm import SHORT_PERIODS_S, STATES, Alarm, State, UnclearAlarm
from sre_lib.alarm_definition import alarm_of
from sre_lib.alarms.assumptions import DEFAULT, Assumptions
from sre_lib.alarms.kept_points import points_of
from sre_lib.alarms.points import NotReplayable
from sre_lib.alarms.replay import Replay, not_replayable, replay, unclear
from sre_lib.collect.alarms.datapoints import AlarmDatapoints
from sre_lib.collect.alarms.reading import UNKNOWN, AlarmId, AlarmsKept, Definition, StateSpan
from sre_lib.collect.alarms.watched import watched
from sre_lib.collect.spans import answered
from sre_lib.collect.windows import MINUTE_S, Window, epoch, floor, missing, moment

NOT_KEPT: Final = NotReplayable("not_kept")


class Step(NamedTuple):
    """An alarm went into a state at a moment (UTC)."""

    at: datetime
    new: State


@dataclass(frozen=True)
class Stretch:
    """An alarm replayed over a time of one definition, known states and kept datapoints: what it was in `before`, and
    the `steps` from there, the first from the state that it was really in.

    `period_s` is the alarm's, `step_s` the grid of the datapoints; `approximate`: why the replay is no more than that.
    """

    window: Window
    before: State
    steps: tuple[Step, ...]
    period_s: int
    step_s: int
    approximate: tuple[str, ...] = ()


class _Piece(NamedTuple):
    """A stretch that is not replayed yet."""

    definition: Definition
    alarm: Alarm
    window: Window
    before: State


def stretches(
    alarm: AlarmId,
    spans: Sequence[StateSpan],
    kept: AlarmsKept,
    datapoints: AlarmDatapoints,
    assumptions: Assumptions = DEFAULT,
) -> tuple[Stretch, ...] | NotReplayable:
    """Return an alarm's replay over all time that was answered in full for each of its metrics.

    `spans` are its states, unknown where the history was not looked at. Each stretch of one definition is replayed by
    itself, from the state that the alarm was in; datapoints before it fill the first windows. NotReplayable where none
    is left, with the reason; of several reasons that of the newest definition.
    """
    found = [
        each
        for definition in kept.definitions
        if definition.id == alarm
        for each in _of_definition(definition, spans, kept, datapoints, assumptions)
    ]
    whys = [each for each in found if isinstance(each, NotReplayable)]
    return tuple(each for each in found if isinstance(each, Stretch)) or (whys[-1] if whys else NOT_KEPT)


def held(definition: Definition, kept: AlarmsKept) -> Window:
    """Return when an alarm was set up so, within what is known."""
    since = max(definition.since, kept.start) if definition.since else kept.start
    until = min(definition.until, kept.end) if definition.until else kept.end
    return Window(epoch(since), epoch(until))


def unknown(definition: Definition, spans: Sequence[StateSpan], kept: AlarmsKept) -> Iterator[Window]:
    """Yield the time of a definition of which the alarm's changes of state are not known."""
    looked = (
        Window(epoch(each.start), epoch(each.end))
        for each in kept.looks
        if each.place == definition.id.place
        and each.type == definition.type
        and each.asked == "history"
        and each.status == "complete"
    )
    yield from missing(held(definition, kept), looked)
    yield from (Window(epoch(each.start), epoch(each.end)) for each in spans if each.state == UNKNOWN)


def state_at(spans: Sequence[StateSpan], at: datetime) -> State | None:
    """Return the state that an alarm was in at a moment; None where that is not known."""
    found = next((each.state for each in spans if each.start <= at < each.end), UNKNOWN)
    return next((each for each in STATES if each == found), None)


def ahead_s(alarm: Alarm, assumptions: Assumptions) -> int:
    """Return how far before an evaluation its datapoints begin."""
    return (alarm.n + assumptions.range_extra) * alarm.period_s


def _of_definition(
    definition: Definition,
    spans: Sequence[StateSpan],
    kept: AlarmsKept,
    datapoints: AlarmDatapoints,
    assumptions: Assumptions,
) -> Iterator[Stretch | NotReplayable]:
    """Yield an alarm's replay while it was set up so, stretch by stretch, or why there is none."""
    alarm = alarm_of(definition.raw)
    if isinstance(alarm, UnclearAlarm):
        yield unclear(alarm)
    elif wrong := _why_not(alarm):
        yield wrong
    else:
        lacking = list(_lacking(definition, ahead_s(alarm, assumptions), spans, kept, datapoints))
        for piece in _pieces(definition, alarm, spans, missing(held(definition, kept), lacking)):
            yield _replayed(piece, datapoints, assumptions)


def _why_not(alarm: Alarm) -> NotReplayable | None:
    """Return why no datapoints of an alarm can be had, whatever was collected; None: they can."""
    periods = {alarm.period_s, *(each.period_s for each in alarm.metrics)} & set(SHORT_PERIODS_S)
    if wrong := not_replayable(alarm):
        return wrong
    if periods:
        return NotReplayable("short_period", {"period_s": min(periods)})
    return NotReplayable("band") if alarm.has_band else None


def _pieces(
    definition: Definition, alarm: Alarm, spans: Sequence[StateSpan], windows: Iterable[Window]
) -> Iterator[_Piece]:
    """Yield the stretches of a definition that can be replayed, in whole minutes."""
    for window in windows:
        whole = Window(-floor(-window.start, MINUTE_S), floor(window.end, MINUTE_S))
        before = state_at(spans, moment(whole.start))
        if before and not whole.empty:
            yield _Piece(definition, alarm, whole, before)


def _lacking(
    definition: Definition, ahead: int, spans: Sequence[StateSpan], kept: AlarmsKept, datapoints: AlarmDatapoints
) -> Iterator[Window]:
    """Yield the time of which datapoints or states lack; a window that reaches back to it lacks some, too."""
    wanted, metrics = held(definition, kept), watched(definition.id, definition.raw)
    for each in metrics:
        for gap in missing(Window(wanted.start - ahead, wanted.end), answered(datapoints.spans(each))):
            yield Window(gap.start, gap.end + ahead)
    yield from unknown(definition, spans, kept)
    if not metrics:
        yield wanted


def _replayed(piece: _Piece, datapoints: AlarmDatapoints, assumptions: Assumptions) -> Stretch | NotReplayable:
    """Return the replay of a piece."""
    definition, alarm, window, before = piece
    start, end = moment(window.start - ahead_s(alarm, assumptions)), moment(window.end)
    run = replay(alarm, points_of(definition.id, definition.raw, datapoints, start, end), before, assumptions)
    if isinstance(run, NotReplayable):
        return run
    steps = tuple(_steps(run, piece, assumptions))
    return Stretch(window, before, steps, alarm.period_s, run.points.step_s, run.approximate)


def _steps(run: Replay, piece: _Piece, assumptions: Assumptions) -> Iterator[Step]:
    """Yield the changes of a replay in a piece."""
    ends = run.run.ends + assumptions.evaluation_delay_s
    inside = (run.run.ends > piece.window.start) & (ends < piece.window.end)
    states, at = run.run.states[inside], ends[inside]
    before = np.concatenate([[STATES.index(piece.before)], states[:-1]])
    for place in np.flatnonzero(states != before):
        yield Step(moment(int(at[place])), STATES[states[place]])
