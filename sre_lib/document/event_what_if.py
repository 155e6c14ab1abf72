"""What a larger push would ask for, in words: whether it fits, what gives out first, the tasks that it needs."""

from datetime import timedelta

import numpy as np

from sre_lib.analyse.events.conformal import Interval, TooFew
from sre_lib.analyse.events.observed import ResourceKey
from sre_lib.analyse.events.what_if import Fleet, Need, WhatIf
from sre_lib.wording import Wording
from sre_lib.wording.metrics import metric_name, value_text, where


def need_text(need: Need, say: Wording) -> str:
    """Return what a push asks of a resource, with its interval and limit."""
    low, point, high = (value_text(each, need.unit, "", say) for each in need.value)
    return say(
        "{what} would be asked for {point} ({low} to {high}) of {limit}",
        what=key_text(need.key, say), point=point, low=low, high=high, limit=value_text(need.limit, need.unit, "", say),
    )  # fmt: skip


def what_if_text(thought: WhatIf, say: Wording) -> tuple[str, ...]:
    """Return whether a push fits, what gives out first, and which tasks it needs from the start."""
    first = thought.first
    if first is None:
        return needs_text(thought, say)
    heads = {
        "there": say("It fits: {need}.", need=need_text(first, say)),
        "uncertain": say("It may not fit: {need}.", need=need_text(first, say)),
        "lacking": say("It does not fit: {need}.", need=need_text(first, say)),
        "unknown": say("What is known fits: {need}.", need=need_text(first, say)),
    }
    rest = needs_text(thought, say)
    return (heads[thought.headroom], *(rest if thought.headroom == "unknown" else rest[1:]))


def needs_text(thought: WhatIf, say: Wording) -> tuple[str, ...]:
    """Return what a push asks of what gives out first, at which audience that is, the tasks it needs from the start.

    And of which resources nothing can be said: where the others fit, one of those may be the first.
    """
    first = thought.first
    unknown = _unknown(thought, say)
    if first is None:
        nothing = (say("Nothing that was measured grows with the audience."),) if thought.needs else ()
        return (*unknown, *nothing) or (say("Cannot be told: no limit is known."),)
    fleets = [fleet_text(each, say) for each in thought.fleets if _short(each)]
    if thought.headroom == "unknown":
        return (*unknown, *fleets)
    low, point, high = (people_text(each, say) for each in first.fits)
    fits = say(
        "{what} gives out first, at {fits} people ({low} to {high}; {n} pushes).",
        what=key_text(first.key, say), fits=point, low=low, high=high, n=thought.n,
    )  # fmt: skip
    need = say("{text}.", text=need_text(first, say))
    return (need, fits, *fleets, *unknown)


def fleet_text(fleet: Fleet, say: Wording) -> str:
    """Return the tasks that a part needs before the send."""
    values = {"part": fleet.part, "needed": tasks_text(fleet.needed, say), "tasks": say.number(round(fleet.tasks))}
    if np.isfinite(fleet.most) and fleet.needed.point > fleet.most:
        return say("{part}: {needed} tasks would be needed from the start, more than the {most} that scaling may run.",
                   **values, most=say.number(fleet.most))  # fmt: skip
    if np.isnan(fleet.lead_min):
        return say("{part}: {needed} tasks would be needed from the start, {tasks} ran.", **values)
    return say("{part}: {needed} tasks would be needed from the start, {tasks} ran; to be asked for {lead} before it.",
               **values, lead=say.duration(timedelta(minutes=fleet.lead_min)))  # fmt: skip


def tasks_text(needed: Interval, say: Wording) -> str:
    """Return a number of tasks with its interval, whole numbers."""
    low, point, high = (say.number(each) if np.isfinite(each) else "∞" for each in needed)
    return point if low == high else say("{point} ({low} to {high})", point=point, low=low, high=high)


def key_text(key: ResourceKey, say: Wording) -> str:
    """Return the name of a resource of a part."""
    return say("{where} {metric}", where=where(key.service, key.part), metric=metric_name(key.resource, "", say))


def few_text(few: TooFew, say: Wording) -> str:
    """Return why the model says nothing."""
    return say.plural(
        "Nothing can be said yet: {n} push with an audience is known, {needed} are needed.",
        "Nothing can be said yet: {n} pushes with an audience are known, {needed} are needed.",
        few.n, needed=few.needed,
    )  # fmt: skip


def _unknown(thought: WhatIf, say: Wording) -> tuple[str, ...]:
    """Return of which resources nothing can be said."""
    names = [key_text(each, say) for each in thought.unknown]
    text = say("Nothing can be said of {what}: too little is known of it, or it was used up.", what=say.listing(names))
    return (text,) if names else ()


def _short(fleet: Fleet) -> bool:
    """Tell whether a push needs more tasks than run."""
    return bool(fleet.needed.point > fleet.tasks)


def people_text(count: float, say: Wording) -> str:
    """Return a number of people, rounded to two figures: the model knows no more."""
    if not np.isfinite(count):
        return "∞"
    digits = max(0, len(str(int(count))) - 2)
    return say.number(round(count, -digits))
