"""How well the replay of a composite alarm tells again what it did: its rule over the replays of its children."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from sre_lib.alarm import STATES, Alarm, UnclearAlarm
from sre_lib.alarm_definition import alarm_of
from sre_lib.alarms.assumptions import DEFAULT, Assumptions
from sre_lib.alarms.composite import Course, composite
from sre_lib.alarms.composite import Step as CourseStep
from sre_lib.alarms.fidelity import Fidelity, compared
from sre_lib.alarms.points import NotReplayable
from sre_lib.alarms.replay import unclear
from sre_lib.alarms.rule import children, parse_rule
from sre_lib.alarms.stretches import NOT_KEPT, Step, Stretch, held, state_at, stretches, unknown
from sre_lib.collect.alarms.datapoints import AlarmDatapoints
from sre_lib.collect.alarms.reading import AlarmId, AlarmsKept, Definition, StateSpan
from sre_lib.collect.windows import MINUTE_S, Window, epoch, missing, moment


@dataclass(frozen=True)
class _Desk:
    """What the alarms of a rule are replayed with; `above` are the composite alarms on the way down to them."""

    spans: Mapping[AlarmId, Sequence[StateSpan]]
    kept: AlarmsKept
    datapoints: AlarmDatapoints
    assumptions: Assumptions
    above: tuple[AlarmId, ...] = ()

    def below(self, alarm: AlarmId) -> "_Desk":
        """Return the same for the alarms that an alarm looks at."""
        return replace(self, above=(*self.above, alarm))


def composite_fidelity(
    alarm: AlarmId,
    spans: Mapping[AlarmId, Sequence[StateSpan]],
    kept: AlarmsKept,
    datapoints: AlarmDatapoints,
    assumptions: Assumptions = DEFAULT,
) -> Fidelity | NotReplayable:
    """Return how a composite alarm's replay compares with its real changes of state.

    `spans` has the states of all alarms. The alarms that its rule looks at are replayed themselves, also composite
    ones, over the time in which that can be done for all of them. NotReplayable names one of which it cannot, and why.
    """
    found = _replayed(alarm, _Desk(spans, kept, datapoints, assumptions))
    return found if isinstance(found, NotReplayable) else compared(alarm, found, kept)


def _replayed(alarm: AlarmId, desk: _Desk) -> tuple[Stretch, ...] | NotReplayable:
    """Return the replay of any alarm."""
    definitions = [each for each in desk.kept.definitions if each.id == alarm]
    if not any("AlarmRule" in each.raw for each in definitions):
        return stretches(alarm, desk.spans.get(alarm, ()), desk.kept, desk.datapoints, desk.assumptions)
    done: list[Stretch] = []
    why = NOT_KEPT
    for definition in definitions:
        found = _of_rule(definition, desk.below(alarm))
        if isinstance(found, NotReplayable):
            why = found
        else:
            done += found
    return tuple(done) or why


def _of_rule(definition: Definition, desk: _Desk) -> list[Stretch] | NotReplayable:
    """Return the replay of a composite alarm while it was set up so."""
    alarm = alarm_of(definition.raw)
    if isinstance(alarm, UnclearAlarm):
        return unclear(alarm)
    below = _children(alarm, definition.id.place, desk)
    if isinstance(below, NotReplayable):
        return below
    spans = desk.spans.get(definition.id, ())
    lacking = [*unknown(definition, spans, desk.kept)]
    lacking += [gap for each in below.values() for gap in missing(held(definition, desk.kept), _windows(each))]
    windows = missing(held(definition, desk.kept), lacking)
    found = [each for window in windows if (each := _over(alarm, window, spans, below, desk))]
    return found or NotReplayable("never_together")


def _children(alarm: Alarm, place: str, desk: _Desk) -> Mapping[str, Sequence[Stretch]] | NotReplayable:
    """Return the replays of the alarms that a rule looks at, by name."""
    rule = parse_rule(alarm.rule, desk.assumptions)
    if isinstance(rule, NotReplayable):
        return rule
    below: dict[str, Sequence[Stretch]] = {}
    for name in sorted(children(rule)):
        child = AlarmId(name, place)
        if child in desk.above:
            return NotReplayable("circle_of_rules", {"alarm": repr(name)})
        if not any(each.id == child for each in desk.kept.definitions):
            return NotReplayable("child_unknown", {"alarms": repr(name)})
        found = _replayed(child, desk)
        if isinstance(found, NotReplayable):
            return NotReplayable("child_refused", {"alarm": repr(name), "why": found})
        below[name] = found
    return below


def _over(
    alarm: Alarm, window: Window, spans: Sequence[StateSpan], below: Mapping[str, Sequence[Stretch]], desk: _Desk
) -> Stretch | None:
    """Return the replay of a composite alarm over a time in which all of its children are replayed."""
    before = state_at(spans, moment(window.start))
    parts = {name: _within(each, window) for name, each in below.items()}
    courses = {name: _course(each, window) for name, each in parts.items()}
    course = composite(alarm, courses, before or "OK", desk.assumptions)
    if before is None or isinstance(course, NotReplayable):
        return None
    inside = (each for each in course.steps if window.start < each.at_s < window.end)
    steps = tuple(Step(moment(int(each.at_s)), each.state) for each in inside)
    every = list(chain.from_iterable(parts.values()))
    return Stretch(
        window, before, steps,
        period_s=max((each.period_s for each in every), default=MINUTE_S),
        step_s=max((each.step_s for each in every), default=MINUTE_S),
        approximate=tuple(dict.fromkeys(note for each in every for note in each.approximate)),
    )  # fmt: skip


def _windows(replayed: Iterable[Stretch]) -> Iterator[Window]:
    """Yield the time of an alarm's replay."""
    return (each.window for each in replayed)


def _within(replayed: Iterable[Stretch], window: Window) -> list[Stretch]:
    """Return the stretches that meet a window, by time."""
    found = (each for each in replayed if not each.window.clipped(window).empty)
    return sorted(found, key=lambda each: each.window.start)


def _course(replayed: Sequence[Stretch], window: Window) -> Course:
    """Return how an alarm's replay went in a window; each stretch begins with its real state."""
    steps = [
        CourseStep(float(at_s), state)
        for each in replayed
        for at_s, state in ((each.window.start, each.before), *((epoch(one.at), one.new) for one in each.steps))
    ]
    first = Course(replayed[0].before, tuple(steps)).at([float(window.start)])[0]
    return Course(STATES[first], tuple(each for each in steps if each.at_s > window.start))
