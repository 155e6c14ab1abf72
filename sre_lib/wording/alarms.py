"""What is said of alarms: the class of each with its reason, its noise, what it watches."""

from collections.abc import Mapping
from datetime import timedelta
from math import isnan
from typing import NamedTuple

from sre_lib.wording import N_, Wording
from sre_lib.wording.refusals import clause_text


class ClassText(NamedTuple):
    """The name of a class of alarms, and what a meeting asks about one."""

    name: str
    question: str


CLASS_TEXTS: Mapping[str, ClassText] = {
    "broken": ClassText(N_("broken"), N_("Should it reach somebody? Then mend it; else delete it.")),
    "cried_wolf": ClassText(
        N_("cried wolf"), N_("Did anybody do anything when it fired? What would be worth waking up for?")
    ),
    "predictable": ClassText(N_("predictable"), N_("Everybody knows when it fires: can it stay quiet then?")),
    "never_could": ClassText(
        N_("never fired and could not"), N_("What was it meant to see, and where would its threshold have to be?")
    ),
    "too_little_history": ClassText(N_("too early to say"), N_("When do we look at it again?")),
    "useful": ClassText(N_("useful"), N_("Was there time to act, and was it clear what to do?")),
    "quiet": ClassText(N_("quiet"), N_("Would it fire when it should?")),
    "autoscaling": ClassText(N_("autoscaling's own"), N_("Does the service scale as often as it should?")),
}  # fmt: skip

_REASONS: Mapping[str, str] = {
    "scales": N_("It adds and removes tasks; nobody is told."),
    "unclear": N_("Its definition cannot be understood: {why}."),
    "actions_disabled": N_("Its actions are switched off: nobody is told."),
    "no_action": N_("It has no action: nobody is told."),
    "known_for": N_("It is known for {days} days of the {wanted} that it takes to judge it."),
    "stuck": N_("It has been in ALARM for {days} days: nobody looks at it any more."),
    "blind": N_("It had too little data to decide in {percent} % of the week."),
    "metric_gone": N_("Its metric had no datapoint in {weeks} weeks, and it is of no service of the review."),
    "out_of_reach": N_("Its threshold of {threshold} was never near: what it watches lay between {low} and {high}."),
    "in_planned": N_("{inside} of {firings} firings fell into a batch, a deployment or a maintenance."),
    "same_minute": N_("It fired at the same time of day on {daily} days ({firings} firings)."),
    "needed": N_("{needed} of {firings} firings were during an incident or a finding of its service."),
    "too_often": N_("It fired {a_week} times a week; above 14 nobody reads them."),
    "short": N_("{percent} % of {firings} firings were over within 5 minutes."),
    "always_with": N_("Each of {firings} firings came with {alarm}: one of the two is enough."),
    "nothing_else": N_("Nothing else was unusual during any of its {firings} firings."),
    "did_not_fire": N_("It did not fire; its threshold is within reach."),
}  # fmt: skip

_ROUND = {"days": 1, "weeks": 1, "percent": 0, "a_week": 1}


def class_name(is_: str, say: Wording) -> str:
    """Return the name of a class of alarms."""
    return say(CLASS_TEXTS[is_].name)


def class_question(is_: str, say: Wording) -> str:
    """Return what a meeting asks about an alarm of a class."""
    return say(CLASS_TEXTS[is_].question)


def class_reason(reason: str, details: Mapping[str, float | str], say: Wording) -> str:
    """Return why an alarm is of its class; `details` of one that cannot be understood name the `clause` of that."""
    if "clause" in details:
        return say(_REASONS[reason], why=clause_text(str(details["clause"]), details, say))
    return say(_REASONS[reason], **{name: _shown(name, value, say) for name, value in details.items()})


def noise_text(noise: Mapping[str, float], say: Wording) -> str:
    """Return the noise of an alarm in one line; what is not known is left out.

    `noise` has `weeks` that are known, firings `a_week`, `minutes` in ALARM a week, `short_share` (NaN: no firing), and
    firings that were `flapping` (soon after the one before), in `off_hours` and at `night`.
    """
    if not noise["weeks"]:
        return say("Nothing is known of its history.")
    parts = [
        say(
            "{n} firings a week over {weeks} weeks",
            n=say.number(noise["a_week"], 1),
            weeks=say.number(noise["weeks"], 1),
        ),
        say("in ALARM {span} a week", span=say.duration(timedelta(minutes=round(noise["minutes"])))),
    ]
    if not isnan(noise["short_share"]):
        parts.append(say("{share} under 5 minutes", share=say.share(noise["short_share"])))
    if noise["flapping"]:
        parts.append(say("{n} flapping", n=say.number(noise["flapping"], 0)))
    if noise["off_hours"]:
        parts.append(say("{n} outside working hours", n=say.number(noise["off_hours"], 0)))
    if noise["night"]:
        parts.append(say.plural("{n} at night", "{n} at night", int(noise["night"])))
    return say.listing(parts)


def _shown(name: str, value: float | str, say: Wording) -> str:
    """Return a number of a reason as text."""
    if isinstance(value, str):
        return value
    digits = _ROUND.get(name)
    whole = float(value).is_integer()
    return say.number(value, 0 if whole else digits)
