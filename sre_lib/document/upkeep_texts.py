"""What is due in words: what it is, how long it has, what to ask and what to do next."""

from collections.abc import Callable
from datetime import date

from sre_lib.analyse.upkeep.due import Due
from sre_lib.analyse.upkeep.support import builtin_table
from sre_lib.wording import Wording


def what(each: Due, say: Wording) -> str:
    """Return what is due."""
    item = each.item
    if item.kind == "certificate":
        return say("certificate {name}", name=item.name)
    if item.kind == "engine":
        return say("{name} ({engine} {version})", name=item.name, engine=item.engine, version=item.version)
    return say("maintenance of {name} ({action})", name=item.name, action=item.state)


def state_text(each: Due, say: Wording) -> str:
    """Return how long it has, and until when that was accepted."""
    if each.days is None:
        said = _unknown(each, say)
    elif each.days < 0:
        said = say.plural("ended {n} day ago", "ended {n} days ago", -each.days)
    else:
        said = say.plural("{n} day left", "{n} days left", each.days)
    if each.accepted is None:
        return said
    accepted = say("accepted until {day}: {reason}", day=each.accepted.until.isoformat(), reason=each.accepted.reason)
    return f"{said}; {accepted}"


def since_text(each: Due, say: Wording, day: Callable[[date], str]) -> str:
    """Return what became of it since the week before; empty where that was not looked at."""
    if each.since == "moved":
        return say("was {day}", day=day(each.before)) if each.before else say("was not known")
    return {"first": "", "new": say("new this week"), "still": say("still, as last week")}[each.since]


def question(each: Due, say: Wording) -> str:
    """Return what to ask in the meeting."""
    return {
        "certificate": say("Who renews it, and where is it installed?"),
        "engine": say("Who plans the upgrade, and what has to be tested before?"),
        "maintenance": say("Who picks the moment, before AWS does?"),
    }[each.item.kind]


def next_action(each: Due, say: Wording) -> str:
    """Return the next thing to do."""
    if each.item.managed:
        return say("ACM should have renewed it by now: look at its validation records in DNS.")
    return {
        "certificate": say("Renew and import it, or let ACM issue one that renews itself."),
        "engine": say("Try the upgrade on a copy, then put a date on it; or write down until when it is accepted."),
        "maintenance": say("Apply it in a quiet window, or write down until when it is accepted."),
    }[each.item.kind]


def _unknown(each: Due, say: Wording) -> str:
    """Return why there is no day."""
    if each.item.kind != "engine":
        return say("AWS names no day")
    source = each.source or say("the release notes of {engine}", engine=each.item.engine)
    return say(
        "not in the table of {day}: look it up at {source}", day=builtin_table().as_of.isoformat(), source=source
    )
