"""The state of a composite alarm, from the changes of the alarms that its rule looks at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sre_lib.alarm import STATES, Alarm, State
from sre_lib.alarms.assumptions import DEFAULT, Assumptions
from sre_lib.alarms.points import Codes, NotReplayable
from sre_lib.alarms.rule import children, holds, parse_rule


class Step(NamedTuple):
    """An alarm went into a state at a moment (seconds since the epoch)."""

    at_s: float
    state: State


@dataclass(frozen=True)
class Course:
    """How an alarm's state went: what it was before, and the steps by time."""

    before: State
    steps: tuple[Step, ...] = ()

    def at(self, moments: Sequence[float]) -> Codes:
        """Return the state (place in STATES) at each moment; a step counts from its own moment on."""
        codes = np.array([STATES.index(state) for state in (self.before, *(each.state for each in self.steps))])
        places = np.searchsorted([each.at_s for each in self.steps], moments, side="right")
        return codes[places].astype(np.int8)


def composite(
    alarm: Alarm, courses: Mapping[str, Course], before: State = "INSUFFICIENT_DATA", assumptions: Assumptions = DEFAULT
) -> Course | NotReplayable:
    """Return how a composite alarm's state went: ALARM where its rule is true, else OK.

    `courses` has the course of each alarm that the rule looks at, by name. It is evaluated at each of their steps, and
    once when the first of them is known; only before that it can be in `before`. NotReplayable where the rule cannot
    be read or an alarm of it is not there.
    """
    rule = parse_rule(alarm.rule, assumptions)
    if isinstance(rule, NotReplayable):
        return rule
    lacking = sorted(children(rule) - set(courses))
    if lacking:
        return NotReplayable("child_unknown", {"alarms": ", ".join(map(repr, lacking))})
    moments = sorted({step.at_s for name in children(rule) for step in courses[name].steps})
    if not moments:
        found = holds(rule, lambda name: courses[name].at([0.0]), 1)
        return Course("ALARM" if found[0] else "OK")
    true = holds(rule, lambda name: courses[name].at(moments), len(moments))
    return Course(before, _steps(true.astype(np.int8), moments, before))


def _steps(codes: Codes, moments: Sequence[float], before: State) -> tuple[Step, ...]:
    """Return the moments at which a state differs from the one before."""
    old = np.concatenate([[STATES.index(before)], codes[:-1]])
    return tuple(Step(moments[at], STATES[codes[at]]) for at in np.flatnonzero(codes != old).tolist())
