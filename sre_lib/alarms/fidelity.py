"""How well a replay tells again what an alarm really did: its changes of state against those that CloudWatch kept."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sre_lib.alarm import STATES, State
from sre_lib.alarms.assumptions import DEFAULT, Assumptions
from sre_lib.alarms.points import NotReplayable
from sre_lib.alarms.stretches import Step, Stretch, stretches
from sre_lib.collect.alarms.datapoints import AlarmDatapoints
from sre_lib.collect.alarms.reading import AlarmId, AlarmsKept, StateSpan, Transition
from sre_lib.collect.windows import moment

LEAST_TOLERANCE_S: Final = 120
"""A replayed change and a real one are the same within a period of the alarm, and within two minutes where that is
shorter: CloudWatch evaluates 17 s to 2.7 minutes after a period (seen in real histories)."""
TRUSTED_SHARE: Final = 0.95
"""Below this share a what-if is shown with a warning."""


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


class _Compared(NamedTuple):
    """What a stretch came to."""

    reproduced: int
    differences: tuple[Difference, ...]


def fidelity(
    alarm: AlarmId,
    spans: Sequence[StateSpan],
    kept: AlarmsKept,
    datapoints: AlarmDatapoints,
    assumptions: Assumptions = DEFAULT,
) -> Fidelity | NotReplayable:
    """Return how a metric alarm's replay compares with its real changes of state, over its `stretches`.

    NotReplayable, with the reason, where there is none.
    """
    found = stretches(alarm, spans, kept, datapoints, assumptions)
    return found if isinstance(found, NotReplayable) else compared(alarm, found, kept)


def compared(alarm: AlarmId, replayed: Sequence[Stretch], kept: AlarmsKept) -> Fidelity:
    """Return how stretches of an alarm's replay, at least one, compare with its real changes of state."""
    real = [each for each in kept.transitions if each.id == alarm]
    done = [_compare(each, real) for each in replayed]
    differences = sorted(each for one in done for each in one.differences)
    reproduced, extra = sum(one.reproduced for one in done), sum(each.replayed for each in differences)
    windows = [each.window for each in replayed]
    return Fidelity(
        reproduced=reproduced,
        real=reproduced + len(differences) - extra,
        extra=extra,
        differences=tuple(differences),
        from_=moment(min(each.start for each in windows)),
        to=moment(max(each.end for each in windows)),
        step_s=max(each.step_s for each in replayed),
        compared=timedelta(seconds=sum(each.end - each.start for each in windows)),
        approximate=tuple(dict.fromkeys(note for each in replayed for note in each.approximate)),
    )


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


def _compare(replayed: Stretch, real: Sequence[Transition]) -> _Compared:
    """Return how a stretch compares with the real changes."""
    tolerance_s = max(replayed.period_s, LEAST_TOLERANCE_S)
    first, last = (moment(each) for each in (replayed.window.start, replayed.window.end))
    steps = [step for each in real if first <= each.at < last and (step := _step(each))]
    pairs, over = matched(steps, replayed.steps, tolerance_s)
    # A change at an edge may have its partner beyond it: of another definition, or of what is not kept.
    margin = timedelta(seconds=tolerance_s)
    return _Compared(len(pairs), tuple(each for each in over if first + margin <= each.at < last - margin))


def _step(change: Transition) -> Step | None:
    """Return a real change; None where its state is none that there is."""
    return next((Step(change.at, each) for each in STATES if each == change.new), None)
