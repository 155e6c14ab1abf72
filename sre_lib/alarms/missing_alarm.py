"""Which alarm would have told of an incident that none told of: how early, and at what noise."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Final, NamedTuple

from sre_lib.alarm import Alarm
from sre_lib.alarms.assumptions import DEFAULT, Assumptions
from sre_lib.alarms.candidates import Candidate
from sre_lib.alarms.outcome import Incident, Judge, Night, Outcome
from sre_lib.alarms.sweep import Run, sweep

CALM_A_WEEK: Final = 1.0
"""Firings a week about nothing that a new alarm may cost; the earliest of those that cost no more is suggested."""

LOUD_A_WEEK: Final = 14.0
"""An alarm that fires so often about nothing meets an incident by chance (the cut-off of New Relic's alert quality
management for one alarm): it is not told."""


class Caught(NamedTuple):
    """A candidate in one variant that would have told of the incident; `outcome.other` is its noise a week."""

    candidate: Candidate
    outcome: Outcome

    @property
    def alarm(self) -> Alarm:
        """The alarm as it would be set up, with the settings of the variant."""
        threshold, m, n, statistic, missing = self.outcome.combination
        return replace(self.candidate.alarm, threshold=threshold, m=m, n=n, statistic=statistic, missing=missing)


@dataclass(frozen=True)
class MissingAlarm:
    """The alarms that would have told of a silent incident, the earliest first.

    Of two that warn as early the one with less noise is told; one that warns later is told where it has less noise.
    `suggested` is one of them: the earliest of at most `CALM_A_WEEK` other firings a week; None: none is that quiet.
    `tried`: how many variants were replayed, over `weeks` at most.
    """

    rows: tuple[Caught, ...]
    suggested: Caught | None
    tried: int
    weeks: float


def missing_alarm(
    candidates: Iterable[Candidate],
    incident: Incident,
    others: Sequence[Incident],
    night: Night,
    assumptions: Assumptions = DEFAULT,
) -> MissingAlarm:
    """Return which of some candidates would have told of an incident, each replayed over its datapoints.

    `others`: the other incidents of the service; firings about these are no noise. `night`: see `what_if`.
    """
    tried, weeks = 0, 0.0
    found: list[Caught] = []
    for each in candidates:
        span_s = each.points.size * each.points.step_s
        alone, all_ = (Judge.over(span_s, about, night, assumptions) for about in ([incident], [incident, *others]))
        weeks = max(weeks, alone.weeks)
        for combination, run in sweep(each.alarm, each.points, each.variants, "INSUFFICIENT_DATA", assumptions):
            tried += 1
            outcome = alone.outcome(combination, run) if isinstance(run, Run) else None
            if outcome and outcome.caught and isinstance(run, Run):
                found.append(Caught(each, replace(outcome, other=all_.outcome(combination, run).other)))
    rows = tuple(_efficient(each for each in found if each.outcome.other <= LOUD_A_WEEK))
    calm = (each for each in rows if each.outcome.other <= CALM_A_WEEK)
    return MissingAlarm(rows, next(calm, None), tried, weeks)


def _efficient(found: Iterable[Caught]) -> Iterator[Caught]:
    """Yield those that warn the earliest, each later one only where it has less noise than all before it."""
    least = inf
    for each in sorted(found, key=_order):
        if each.outcome.other < least:
            least = each.outcome.other
            yield each


def _order(each: Caught) -> tuple[float, float, bool, float, str]:
    """Return what comes first: the earliest, the one with less noise, a recommended one, fewer minutes."""
    outcome = each.outcome
    return -outcome.warning, outcome.other, each.candidate.origin != "aws", outcome.minutes, each.candidate.alarm.name
