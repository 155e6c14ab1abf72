"""What is said of replays: how faithful one is, why a variant of an alarm is suggested, which alarm was missing."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from math import isnan

from sre_lib.wording import N_, Wording

_SUGGESTED: Mapping[str, str] = {
    "fewer_firings": N_(
        "{after} firings a week instead of {before}; "
        "it would have told of the same incidents ({caught} of {incidents})."
    ),
    "catches_more": N_(
        "It would have told of {caught} of {incidents} incidents, of which it now tells none: {after} firings a week."
    ),
    "unproved": N_(
        "{after} firings a week instead of {before}. No incident in this time proves that it would tell of one: "
        "it is the smallest change that is quiet enough."
    ),
    "caught_none": N_(
        "{after} firings a week instead of {before}. It told of none of the {incidents} incidents as it is, so that "
        "nothing proves the change: it is the smallest one that is quiet enough."
    ),
    "only_noise": N_(
        "Nothing that it fired for mattered, and so it would not have fired at all (now {before} times a week): "
        "does anybody need it?"
    ),
    "nothing_better": N_("No variant is better: {before} firings a week as it is."),
}  # fmt: skip
_DECIMALS = {"before": 1, "after": 1}


def fidelity_text(reproduced: int, real: int, extra: int, within: timedelta, say: Wording) -> str:
    """Return how many of an alarm's real changes of state the replay told again, and how many it made up."""
    if not real and not extra:
        return say("It changed its state neither in reality nor in the replay.")
    told = say(
        "The replay told {reproduced} of {real} changes of state again, within {span}.",
        reproduced=reproduced,
        real=real,
        span=say.duration(within),
    )
    made_up = say.plural("It has {n} that was not real.", "It has {n} that were not real.", extra)
    return f"{told} {made_up}" if extra else told


def replayed_text(start: datetime, end: datetime, step_s: int, timezone: str, say: Wording) -> str:
    """Return which span could be replayed."""
    span = say.span(start, end, timezone)
    if step_s == 60:
        return say("Replayed minute by minute: {span}.", span=span)
    return say("Replayed on datapoints of {step}: {span}.", step=say.duration(timedelta(seconds=step_s)), span=span)


def warning_text(share: float, say: Wording) -> str:
    """Return the warning above a what-if of an alarm whose replay is not like the real one."""
    return say("The replay agrees with reality in {share} only: take what follows with care.", share=say.share(share))


def difference_text(at: datetime, state: str, replayed: bool, timezone: str, say: Wording) -> str:
    """Return one change of state that only the replay has, or only the real alarm."""
    when = say.time(at, timezone)
    if replayed:
        return say("{when}: {state} in the replay only", when=when, state=state)
    return say("{when}: {state} in reality only", when=when, state=state)


def suggestion_text(reason: str, details: Mapping[str, float], say: Wording) -> str:
    """Return why a variant is suggested, or why none is."""
    return say(_SUGGESTED[reason], **{name: _number(name, value, say) for name, value in details.items()})


def showed_text(before: float, after: float, weeks: float, say: Wording) -> str:
    """Return what a replay showed of a change, in firings a week."""
    return say(
        "Replayed over {weeks} weeks: {before} firings a week as it was, {after} after the change.",
        weeks=say.number(weeks, 1),
        before=say.number(before, 1),
        after=say.number(after, 1),
    )


def caught_text(before: int, after: int, incidents: int, say: Wording) -> str:
    """Return how many incidents a changed alarm would have told of, and of how many it tells as it is."""
    return say("It tells of {before} of {n} incidents as it was, of {after} after the change.",
               before=before, after=after, n=incidents)  # fmt: skip


def early_text(warning: float, say: Wording) -> str:
    """Return how early an alarm would have told of an incident; `warning` in minutes, negative: after its start."""
    if isnan(warning):
        return say("not at all")
    if round(warning) == 0:
        return say("at its start")
    span = say.duration(timedelta(minutes=round(abs(warning))))
    return say("{span} before", span=span) if warning > 0 else say("{span} after its start", span=span)


def missing_text(alarm: str, warning: float, other: float, say: Wording) -> str:
    """Return that an alarm would have told of a silent incident, how early, and its noise in firings a week."""
    return say(
        "{alarm} would have told of it ({early}), with {other} other firings a week.",
        alarm=alarm,
        early=early_text(warning, say),
        other=say.number(other, 1),
    )


def _number(name: str, value: float, say: Wording) -> str:
    """Return a number of a reason."""
    return say.number(value, _DECIMALS.get(name, 0))
