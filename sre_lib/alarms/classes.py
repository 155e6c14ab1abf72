"""What an alarm is worth, as the figures have it: a class and its reason; what people wrote decides.

The cut-offs are those of New Relic's alert quality management and Datadog's guide to alert fatigue.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from sre_lib.alarm import Alarm, UnclearAlarm
from sre_lib.alarms.case import AlarmCase
from sre_lib.alarms.firings import Firing
from sre_lib.model import Week

AlarmClass = Literal[
    "broken", "cried_wolf", "predictable", "never_could", "too_little_history", "useful", "quiet", "autoscaling"
]
CLASSES: tuple[AlarmClass, ...] = (
    "broken", "cried_wolf", "predictable", "never_could", "too_little_history", "useful", "quiet", "autoscaling",
)  # fmt: skip
"""In the order in which a meeting goes through them."""

LEAST_HISTORY = timedelta(days=7)
STUCK_SHARE = 0.95
BLIND_SHARE = 0.2
"""Share of the week in INSUFFICIENT_DATA from which an alarm counts as blind."""
SHORT_SHARE = 0.3
MOST_A_WEEK = 14.0
OUT_OF_REACH = 0.5
"""A threshold further from all that was observed than half of the observed range was never near."""
LEAST_WEEKS = 2.0
NEEDED_SHARE = 0.5
PLANNED_SHARE = 0.8
DAILY_SHARE = 0.5
"""Share of the days on which an alarm fires at the same time that makes it one of every day (or every working day)."""
NEAR = timedelta(minutes=15)
CLAUSE = "clause"
"""Name of the detail that has the key of `wording.refusals` for why a definition cannot be understood."""
_SCALING = ":autoscaling:"
_COUNTS = ("Sum", "SampleCount")


class Moment(NamedTuple):
    """Something that happened in `[start, end)` to services (none named: to all)."""

    start: datetime
    end: datetime
    services: tuple[str, ...] = ()

    def meets(self, firing: Firing, services: Sequence[str]) -> bool:
        """Tell whether a firing of an alarm of some services is about it."""
        touches = self.start - NEAR < firing.end and firing.start < self.end + NEAR
        return touches and (not self.services or bool(set(self.services) & set(services)))


@dataclass(frozen=True)
class Background:
    """What else is known: `bad` are incidents and what the analysis found, `planned` batches, deployments and such."""

    bad: tuple[Moment, ...] = ()
    planned: tuple[Moment, ...] = ()


@dataclass(frozen=True)
class Judged:
    """A class, and why: a key of the wording with its numbers and names."""

    is_: AlarmClass
    reason: str
    details: Mapping[str, float | str] = field(default_factory=dict)


class _Seen(NamedTuple):
    """What a class is chosen by."""

    case: AlarmCase
    week: Week
    background: Background


def judge(case: AlarmCase, week: Week, background: Background) -> Judged:
    """Return the class of an alarm in a week; the first that holds, in the order of how plain it is."""
    tests = (
        _autoscaling,
        _broken_as_set_up,
        _new,
        _broken_as_seen,
        _never_could,
        _daily,
        _useful,
        _planned,
        _cried_wolf,
    )
    seen = _Seen(case, week, background)
    found = (test(seen) for test in tests)
    return next((each for each in found if each), Judged("quiet", "did_not_fire"))


def only_scales(alarm: Alarm | UnclearAlarm) -> bool:
    """Tell whether all that an alarm does in any state is to scale; people do not read it."""
    actions = _actions(alarm)
    return bool(actions) and all(_SCALING in each for each in actions)


def _autoscaling(seen: _Seen) -> Judged | None:
    """An alarm that only scales."""
    return Judged("autoscaling", "scales") if only_scales(seen.case.alarm) else None


def _broken_as_set_up(seen: _Seen) -> Judged | None:
    """An alarm that cannot reach anybody, whatever happens."""
    case = seen.case
    if isinstance(case.alarm, UnclearAlarm):
        return Judged("broken", "unclear", {**case.alarm.details, CLAUSE: case.alarm.reason})
    if not case.alarm.actions_enabled:
        return Judged("broken", "actions_disabled")
    if not case.alarm.actions.get("ALARM") and not case.feeds:
        return Judged("broken", "no_action")
    return None


def _new(seen: _Seen) -> Judged | None:
    """An alarm of which too little is known."""
    case = seen.case
    known = seen.week.end - (max(case.since, case.start) if case.since else case.start)
    days = min(known, timedelta(weeks=case.noise.weeks)) / timedelta(days=1)
    lacks = days < LEAST_HISTORY.days
    return Judged("too_little_history", "known_for", {"days": days, "wanted": LEAST_HISTORY.days}) if lacks else None


def _broken_as_seen(seen: _Seen) -> Judged | None:
    """An alarm that was stuck or blind."""
    case = seen.case
    alarm, blind = (_share(case, seen.week, state) for state in ("ALARM", "INSUFFICIENT_DATA"))
    if alarm >= STUCK_SHARE:
        begun = min((each.start for each in case.during(seen.week)), default=seen.week.start)
        return Judged("broken", "stuck", {"days": (seen.week.end - begun) / timedelta(days=1)})
    if blind > BLIND_SHARE:
        return Judged("broken", "blind", {"percent": 100 * blind})
    gone = case.observed is not None and not case.observed.notna().any() and not case.services
    return Judged("broken", "metric_gone", {"weeks": case.noise.weeks}) if gone else None


def _never_could(seen: _Seen) -> Judged | None:
    """An alarm whose threshold was never near; counts of errors are to be far from theirs."""
    case = seen.case
    alarm, observed = case.alarm, case.observed
    if isinstance(alarm, UnclearAlarm) or case.firings or alarm.threshold is None or observed is None:
        return None
    if case.noise.weeks < LEAST_WEEKS or alarm.statistic in _COUNTS or not observed.notna().any():
        return None
    low, high = float(observed.min()), float(observed.max())
    upwards = alarm.operator.startswith("Greater")
    away = alarm.threshold - high if upwards else low - alarm.threshold
    if away <= OUT_OF_REACH * (high - low):
        return None
    nearest = high if upwards else low
    return Judged(
        "never_could", "out_of_reach", {"threshold": alarm.threshold, "nearest": nearest, "low": low, "high": high}
    )


def _planned(seen: _Seen) -> Judged | None:
    """An alarm that fires in what is planned."""
    case = seen.case
    fired = _begun(case)
    if len(fired) < 2:
        return None
    inside = sum(any(each.meets(one, case.services) for each in seen.background.planned) for one in fired)
    if inside >= PLANNED_SHARE * len(fired):
        return Judged("predictable", "in_planned", {"inside": inside, "firings": len(fired)})
    return None


def _daily(seen: _Seen) -> Judged | None:
    """An alarm that fires at the same time every day."""
    fired, daily = _begun(seen.case), seen.case.noise.same_minute
    most = daily >= PLANNED_SHARE * len(fired) and daily >= DAILY_SHARE * seen.case.noise.weeks * 7
    return Judged("predictable", "same_minute", {"daily": daily, "firings": len(fired)}) if daily and most else None


def _useful(seen: _Seen) -> Judged | None:
    """An alarm that fires when something is the matter."""
    case = seen.case
    fired = _begun(case)
    needed = sum(any(each.meets(one, case.services) for each in seen.background.bad) for one in fired)
    good = fired and needed >= NEEDED_SHARE * len(fired) and case.noise.a_week <= MOST_A_WEEK
    return Judged("useful", "needed", {"needed": needed, "firings": len(fired)}) if good else None


def _cried_wolf(seen: _Seen) -> Judged | None:
    """An alarm that fires for nothing."""
    case = seen.case
    noise = case.noise
    if not noise.firings:
        return None
    if noise.a_week > MOST_A_WEEK:
        return Judged("cried_wolf", "too_often", {"a_week": noise.a_week})
    if noise.short_share >= SHORT_SHARE:
        return Judged("cried_wolf", "short", {"percent": 100 * noise.short_share, "firings": noise.firings})
    if noise.with_alarm:
        return Judged("cried_wolf", "always_with", {"alarm": noise.with_alarm, "firings": noise.firings})
    return Judged("cried_wolf", "nothing_else", {"firings": noise.firings})


def _actions(alarm: Alarm | UnclearAlarm) -> tuple[str, ...]:
    """Return what an alarm does in any state."""
    actions = {} if isinstance(alarm, UnclearAlarm) else alarm.actions
    return tuple(each for done in actions.values() for each in done)


def _begun(case: AlarmCase) -> Sequence[Firing]:
    """Return the firings whose begin is known."""
    return [each for each in case.firings if each.began]


def _share(case: AlarmCase, week: Week, state: str) -> float:
    """Return the share of a week that an alarm was in a state."""
    inside = (_overlap(each.start, each.end, week) for each in case.spans if each.state == state)
    return sum(inside, timedelta()) / (week.end - week.start)


def _overlap(start: datetime, end: datetime, week: Week) -> timedelta:
    """Return how long a span lies in a week."""
    return max(min(end, week.end) - max(start, week.start), timedelta())


def silent(incidents: Iterable[Moment], judged: Iterable[tuple[AlarmCase, Judged]]) -> tuple[Moment, ...]:
    """Return what happened while no alarm of the services was in ALARM; autoscaling's own and stuck ones do not count.

    An alarm counts from a quarter of an hour before to a quarter of an hour after it.
    """
    heard = [
        (case, fired)
        for case, is_ in judged
        if is_.is_ != "autoscaling" and is_.reason not in {"stuck", "no_action", "actions_disabled"}
        for fired in case.firings
    ]
    return tuple(each for each in incidents if not any(each.meets(fired, case.services) for case, fired in heard))
