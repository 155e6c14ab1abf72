"""What is due in words: what it is, how long it has, what to ask and what to do next."""

from collections.abc import Callable
from datetime import date

from sre_lib.analyse.upkeep.accepted import Accepted, Unclear
from sre_lib.analyse.upkeep.due import NOW_DAYS, Due
from sre_lib.analyse.upkeep.naming import label
from sre_lib.analyse.upkeep.priority import weight_of
from sre_lib.analyse.upkeep.support import builtin_table
from sre_lib.upkeep import UpkeepItem
from sre_lib.wording import Wording
from sre_lib.wording.upkeep import UpkeepAdvice, upkeep_advice


def what(each: Due, say: Wording) -> str:
    """Return what is due."""
    return item_text(each.item, say)


def item_text(item: UpkeepItem, say: Wording) -> str:
    """Return what something is."""
    if item.kind == "certificate":
        return say("certificate {name}", name=item.name)
    if item.kind == "engine":
        return say("{name} ({engine} {version})", name=item.name, engine=item.engine, version=item.version)
    return say("maintenance of {name} ({action})", name=item.name, action=item.state)


def left_text(each: Due, say: Wording) -> str:
    """Return how long it has, or why nobody knows."""
    if each.days is None:
        return _unknown(each, say)
    if each.days < 0:
        return say.plural("ended {n} day ago", "ended {n} days ago", -each.days)
    return say.plural("{n} day left", "{n} days left", each.days)


def state_text(each: Due, say: Wording) -> str:
    """Return how long it has, and until when that was accepted."""
    said = left_text(each, say)
    return f"{said}; {accepted_text(each.accepted, say)}" if each.accepted else said


def accepted_text(each: Accepted, say: Wording) -> str:
    """Return until when something was accepted, why, and by which meeting."""
    reason = each.reason or say("no reason was written")
    said = say("accepted until {day}: {reason}", day=each.until.isoformat(), reason=reason)
    return f"{said} ({each.week})" if each.week else said


def unclear_text(each: Unclear, say: Wording) -> str:
    """Return why an entry of the review file, or what a meeting wrote, accepts nothing."""
    where = each.week or "upkeep_accepted"
    if not each.choices:
        return say("{where}: nothing is named {name}; it accepts nothing", where=where, name=each.name)
    names = say.listing([label(one) for one in each.choices])
    return say("{where}: {name} may be {names}; write one of these, it accepts nothing yet",
               where=where, name=each.name, names=names)  # fmt: skip


def since_text(each: Due, say: Wording, day: Callable[[date], str]) -> str:
    """Return what became of it since the week before; empty where that was not looked at."""
    if each.since == "moved":
        return say("was {day}", day=day(each.before)) if each.before else say("was not known")
    return {"first": "", "new": say("new this week"), "still": say("still, as last week")}[each.since]


def question(each: Due, say: Wording) -> str:
    """Return what to ask in the meeting."""
    return say(_advice(each).question)


def next_action(each: Due, say: Wording) -> str:
    """Return the next thing to do."""
    return say(_advice(each).action)


def why(each: Due, say: Wording) -> str:
    """Return why an expert looks there."""
    return say(_advice(each).why)


def ranked(each: Due, say: Wording) -> str:
    """Return how its priority comes about; empty where its day is not known."""
    if each.priority is None or each.days is None:
        return ""
    return say(
        "Priority {priority} = {weight} for its kind / (1 + {days} days left / {now} days at which to talk of it)",
        priority=say.number(each.priority, 2), weight=say.number(weight_of(each.item), 1),
        days=say.number(max(each.days, 0)), now=say.number(NOW_DAYS[each.item.kind]),
    )  # fmt: skip


def _advice(each: Due) -> UpkeepAdvice:
    """Return what an expert says of it."""
    return upkeep_advice(each.item, known=each.day is not None)


def _unknown(each: Due, say: Wording) -> str:
    """Return why there is no day."""
    if each.item.kind != "engine":
        return say("AWS names no day")
    source = each.source or say("the release notes of {engine}", engine=each.item.engine)
    return say(
        "not in the table of {day}: look it up at {source}", day=builtin_table().as_of.isoformat(), source=source
    )
