"""What settings that people chose for an alarm would have done, replayed beside the alarm as it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from sre_lib.alarm import Alarm, State, UnclearAlarm
from sre_lib.alarms.assumptions import DEFAULT, Assumptions
from sre_lib.alarms.outcome import Incident, Judge, Night, Outcome
from sre_lib.alarms.points import NotReplayable, Points
from sre_lib.alarms.replay import replay
from sre_lib.alarms.sweep import own
from sre_lib.collect.windows import moment


@dataclass(frozen=True)
class Changed:
    """An alarm `before` and `after` a change, over the same `weeks` with so many `incidents`.

    `approximate`: why the replay is no more than that (empty: exact).
    """

    before: Outcome
    after: Outcome
    weeks: float
    incidents: int
    approximate: tuple[str, ...] = ()


def replay_changed(  # noqa: PLR0913, PLR0917  what is known of an alarm and its time, each with a name
    before: Alarm | UnclearAlarm,
    after: Alarm | UnclearAlarm,
    points: Points,
    incidents: Sequence[Incident],
    night: Night,
    initial: State = "INSUFFICIENT_DATA",
    assumptions: Assumptions = DEFAULT,
) -> Changed | NotReplayable:
    """Return what an alarm did over datapoints, and what it would have done after a change.

    Unlike in a what-if the period may be another. `points` are of the time that was answered, `incidents` of the
    alarm's service. NotReplayable, with the reason, where either cannot be replayed.
    """
    if not points.size:
        return NotReplayable("no_datapoints")
    start, end = moment(points.start_s), moment(points.start_s + points.size * points.step_s)
    inside = [each for each in incidents if each.start < end and each.end > start]
    judge = Judge.over((end - start).total_seconds(), inside, night, assumptions)
    outcomes: list[Outcome] = []
    approximate: tuple[str, ...] = ()
    for alarm in (before, after):
        found = replay(alarm, points, initial, assumptions)
        if isinstance(found, NotReplayable):
            return found
        outcomes.append(judge.outcome(own(found.alarm, assumptions), found.run))
        approximate = found.approximate
    return Changed(outcomes[0], outcomes[1], judge.weeks, len(inside), approximate)
