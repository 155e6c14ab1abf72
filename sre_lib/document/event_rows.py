"""The tables of the event page: the way of the crowd hop by hop, larger audiences, the headroom, what is planned."""

from datetime import timedelta
from typing import NamedTuple

import numpy as np

from sre_lib.analyse.events.chain import Hop
from sre_lib.analyse.events.conformal import TooFew
from sre_lib.analyse.events.figures import Figures
from sre_lib.analyse.events.headroom import TASKS, WORK, Headroom
from sre_lib.analyse.events.measure import EventReview
from sre_lib.analyse.events.observed import ResourceKey
from sre_lib.analyse.events.review import CROWDS, EventsOfWeek
from sre_lib.analyse.events.what_if import WhatIf
from sre_lib.document.event_texts import crowd_text, minutes_text
from sre_lib.document.event_what_if import key_text, needs_text, people_text, tasks_text
from sre_lib.document.opening import Opened
from sre_lib.event import Event
from sre_lib.wording import Wording
from sre_lib.wording.metrics import change_text, metric_name, value_text, where

SOON_DAYS = 365
"""A limit further away than a year is no plan of anybody's."""


class HopRow(NamedTuple):
    """One hop of the way: the series that moved, or came nearest to their limit, and its tasks."""

    where: str
    moved: tuple[str, ...]
    left: str
    tasks: str


class LargerRow(NamedTuple):
    """One larger audience: requests a minute, what gives out first, tasks from the start."""

    audience: str
    requests: str
    first: str
    tasks: str
    fits: str


class HeadroomRow(NamedTuple):
    """One resource at the week's peak."""

    where: str
    resource: str
    peak: str
    limit: str
    left: str
    fits: str
    trend: str


class PlannedRow(NamedTuple):
    """One event of next week, and whether what it needs is there."""

    when: str
    what: str
    needs: tuple[str, ...]
    state: str


def hop_rows(one: EventReview, say: Wording) -> list[HopRow]:
    """Return the hops in the order of the way, those alone of which something can be said."""
    hops = dict.fromkeys(each.trace.hop for each in one.figures)
    return [_hop(hop, [each for each in one.figures if each.trace.hop == hop], one, say) for hop in hops]


def larger_rows(one: EventReview, week: EventsOfWeek, say: Wording) -> list[LargerRow]:
    """Return what larger audiences would have asked for."""
    return [_larger(factor, thought, say) for factor, thought in week.larger(one)]


def headroom_rows(week: EventsOfWeek, say: Wording, most: int) -> list[HeadroomRow]:
    """Return the resources with the least headroom, with the largest push that each would still take."""
    last = week.crowds[-1] if week.crowds else None
    larger = week.larger(last) if last else ()
    fits = {need.key: need.fits.point for _, thought in larger[:1] for need in thought.needs}
    return [_headroom(each, fits.get(ResourceKey(each.hop.service, each.hop.part, each.resource), np.nan), say)
            for each in week.headroom[:most]]  # fmt: skip


def planned_rows(week: EventsOfWeek, opened: Opened) -> list[PlannedRow]:
    """Return next week's events by time."""
    return [_planned(each, week, opened) for each in week.planned]


def _hop(hop: Hop, figures: list[Figures], one: EventReview, say: Wording) -> HopRow:
    """Return the row of a hop."""
    known = [each for each in figures if np.isfinite(each.left_share)]
    nearest = min(known, key=lambda each: each.left_share, default=None)
    moved = tuple(_moved(each, one, say) for each in figures if each.moved and each.trace.role != "cpu_max")
    left = "" if nearest is None else say(
        "{left} ({metric})", left=change_text(nearest.left, nearest.trace.unit, "", say),
        metric=metric_name(nearest.trace.column.metric, "", say),
    )  # fmt: skip
    fleet = one.fleets.get(hop)
    tasks = "" if fleet is None else f"{say.number(round(fleet.before))} → {say.number(round(fleet.most_seen))}"
    if fleet and np.isfinite(fleet.most):
        tasks = say("{tasks} of {most}", tasks=tasks, most=say.number(fleet.most))
    return HopRow(where(hop.service, hop.part), moved, left, tasks)


def _moved(each: Figures, one: EventReview, say: Wording) -> str:
    """Return what a series did: how far, against the usual, when."""
    trace = each.trace
    unit = trace.unit
    return say(
        "{metric} {value} (usual {usual}), after {minutes}",
        metric=metric_name(trace.column.metric, trace.column.statistic, say),
        value=value_text(each.value, unit, "", say), usual=value_text(each.usual, unit, "", say),
        minutes=minutes_text(each.at_min, each.period_s if trace.role != "latency" else max(one.period_s, 300), say),
    )  # fmt: skip


def _larger(factor: float, thought: WhatIf, say: Wording) -> LargerRow:
    """Return the row of a larger audience."""
    low, point, high = (say.number(round(each)) for each in thought.requests)
    first = thought.first
    names = {"there": say("fits"), "uncertain": say("may not fit"), "lacking": say("does not fit"),
             "unknown": say("cannot be told")}  # fmt: skip
    tasks = [say("{part} {tasks}", part=each.part, tasks=tasks_text(each.needed, say)) for each in thought.fleets]
    people = people_text(thought.planned.audience, say)
    if thought.beyond > 1:
        times = say.number(thought.beyond, 1)
        people = say("{people}, {times} times the largest so far", people=people, times=times)
    return LargerRow(
        say("{factor} times: {people}", factor=say.number(factor), people=people),
        say("{point} ({low} to {high})", point=point, low=low, high=high),
        key_text(first.key, say) if first and thought.headroom != "unknown" else "",
        say.listing(tasks) if tasks else "",
        names[thought.headroom],
    )


def _headroom(each: Headroom, fits: float, say: Wording) -> HeadroomRow:
    """Return the row of a resource; `fits` is an audience (NaN: not known)."""
    names = {TASKS: say("tasks"), WORK: say("CPU of all the tasks that may run")}
    resource = names.get(each.resource) or metric_name(each.resource, "", say)
    left = say.number(round(each.left)) if each.resource == TASKS else change_text(each.left, each.unit, "", say)
    share = "" if np.isnan(each.left_share) else say(" ({share})", share=say.percent(100 * each.left_share))
    return HeadroomRow(
        where(each.hop.service, each.hop.part), resource, value_text(each.peak, each.unit, "", say),
        value_text(each.limit, each.unit, "", say), f"{left}{share}",
        "" if np.isnan(fits) else people_text(fits, say), _trend(each, say),
    )  # fmt: skip


def _trend(each: Headroom, say: Wording) -> str:
    """Return when the limit comes at the pace of the weeks."""
    weeks = sum(np.isfinite(peak) for peak in each.peaks)
    if np.isnan(each.days):
        return say.plural("{n} week is too few for a trend", "{n} weeks are too few for a trend", weeks)
    if each.left <= 0:
        return say("at its limit")
    if each.days < SOON_DAYS:
        return say("limit in {days}", days=say.duration(timedelta(days=each.days)))
    if np.isfinite(each.days):
        return say("limit in more than a year")
    if each.slope.low > 0 or each.slope.high < 0:
        return say("moves away from its limit")
    return say("no trend over {n} weeks", n=weeks)


def _planned(event: Event, week: EventsOfWeek, opened: Opened) -> PlannedRow:
    """Return the row of a planned event."""
    say = opened.say
    when, what = say.time(event.start, opened.review.timezone), crowd_text(event, say)
    thought = week.needs(event)
    names = {"there": say("headroom is there"), "uncertain": say("headroom may be lacking"),
             "lacking": say("headroom is lacking"), "unknown": say("cannot be told")}  # fmt: skip
    if thought:
        return PlannedRow(when, what, needs_text(thought, say), names[thought.headroom])
    if event.kind not in CROWDS or isinstance(week.model, TooFew):
        return PlannedRow(when, what, (), "")
    unseen = say("too little was measured at that time a week before")
    return PlannedRow(when, what, (unseen if event.audience else say("its audience is not known"),), names["unknown"])
