"""What is said of a push: how it went, the partner's three questions with their answers, what else is worth a word."""

from datetime import timedelta
from typing import NamedTuple

import numpy as np

from sre_lib.analyse import robust
from sre_lib.analyse.events.around import LEAST_COVERAGE, after_of
from sre_lib.analyse.events.conformal import TooFew
from sre_lib.analyse.events.figures import Figures
from sre_lib.analyse.events.fleet import FleetFigures
from sre_lib.analyse.events.measure import EventReview
from sre_lib.analyse.events.release import Release
from sre_lib.analyse.events.review import EventsOfWeek
from sre_lib.document.event_what_if import few_text, what_if_text
from sre_lib.event import Event
from sre_lib.model import PERIOD_S
from sre_lib.wording import Wording
from sre_lib.wording.metrics import change_text, metric_name, value_text, where
from sre_lib.wording.ranked import kind_name

NEAREST = 3
"""So many resources are named with how close they came."""

HALF_AS_BIG_AGAIN = 1.5


class Answer(NamedTuple):
    """One of the questions that a partner asks of each push, and what the figures say."""

    question: str
    answers: tuple[str, ...]


def crowd_text(event: Event, say: Wording) -> str:
    """Return what an event is called, with how many people it was sent to."""
    kind = kind_name(event.kind, say)
    if event.audience is None:
        text = say("{kind} {title}", kind=kind, title=event.title)
    else:
        audience = say.number(event.audience)
        text = say.plural("{kind} {title} to {audience} person", "{kind} {title} to {audience} people", event.audience,
                          kind=kind, title=event.title, audience=audience)  # fmt: skip
    return text[:1].upper() + text[1:]


def sentence_of(one: EventReview, say: Wording) -> str:
    """Return how an event went, in one sentence."""
    crowd, requests = crowd_text(one.event, say), one.requests
    if not one.figures:
        return say("{crowd}: nothing was measured then", crowd=crowd)
    if one.effect == "unknown":
        return say("{crowd}: too little was measured in the hour after it to tell whether anything rose", crowd=crowd)
    if one.effect == "none" and one.event.kind == "batch":
        return say("{crowd}: nothing rose after its start; did it run?", crowd=crowd)
    if one.effect == "none":
        return say("{crowd}: nothing rose after it", crowd=crowd)
    parts = []
    if requests:
        parts.append(_peaked(requests, say))
    if one.weakest:
        parts.append(say("the weakest part was {nearest}", nearest=near_text(one.weakest, say)))
    said = say("{one}; {other}", one=parts[0], other=parts[1]) if len(parts) > 1 else "".join(parts)
    return say("{crowd}: {said}", crowd=crowd, said=said)


def release_text(one: Release, say: Wording) -> str:
    """Return that nothing moved after a deployment, or that it cannot be told, beside how much was looked at."""
    values = {
        "crowd": crowd_text(one.event, say),
        "services": say.listing(list(one.event.services)) or say("all services"),
    }
    if one.effect == "unknown":
        return say("{crowd} of {services}: too little was measured around it to tell whether anything moved", **values)
    return say.plural(
        "{crowd} of {services}: CPU, memory, latency and errors stayed as they were ({n} series)",
        "{crowd} of {services}: CPU, memory, latency and errors stayed as they were ({n} series)",
        len(one.still), **values,
    )  # fmt: skip


def answers_of(one: EventReview, week: EventsOfWeek, say: Wording) -> tuple[Answer, ...]:
    """Return the partner's three questions with what the figures say."""
    return (
        Answer(say("Did we serve it with old capacity?"), _capacity(one, say)),
        Answer(say("How close was it?"), _close(one, say)),
        Answer(say("What if it were half as big again?"), _larger(one, week, say)),
    )


def notes_of(one: EventReview, week: EventsOfWeek, say: Wording) -> tuple[str, ...]:
    """Return what else is worth a word: how it was seen, what overlapped, what grew faster, what was not back."""
    found = list(_seen(one, say))
    if one.overlapping:
        titles = [say("{kind} {title}", kind=kind_name(each.kind, say), title=each.title) for each in one.overlapping]
        found.append(say("at the same time: {events}", events=say.listing(titles)))
    looked = say.duration(after_of(one.event))
    if one.visible and one.requests:
        found.append(_again(one, one.requests, looked, say))
    if one.faster:
        found.append(
            say("grew faster than the requests: {what}", what=say.listing([_grown(each, say) for each in one.faster]))
        )
    if one.not_back:
        found.append(
            say(
                "not back within {time}: {what}",
                time=looked,
                what=say.listing([_named(each, say) for each in one.not_back]),
            )
        )
    for hop, fleet in one.fleets.items():
        if not np.isnan(fleet.target):
            found.append(_above_target(hop.part, fleet, say))
    return (*found, *_earlier(one, week, say))


def near_text(each: Figures, say: Wording) -> str:
    """Return how close a resource came to its limit."""
    trace = each.trace
    value = value_text(each.value, trace.unit, "", say)
    left = change_text(each.left, trace.unit, "", say)
    if each.left <= 0:
        return say("{what} {value}, at its limit", what=_named(each, say), value=value)
    return say("{what} {value}, {left} before its limit", what=_named(each, say), value=value, left=left)


def minutes_text(minutes: float, period_s: int, say: Wording) -> str:
    """Return minutes since the send; at 300 s those of the whole datapoint."""
    if period_s < PERIOD_S:
        return _minutes(minutes, say)
    first = round(minutes)
    return say("{first} to {last} min", first=first, last=first + PERIOD_S // 60)


def _peaked(requests: Figures, say: Wording) -> str:
    """Return when the requests peaked, and how high against the usual (which may be none)."""
    values = {
        "minutes": minutes_text(requests.at_min, requests.period_s, say), "peak": say.number(round(requests.value)),
    }  # fmt: skip
    if np.isnan(requests.factor):
        return say("requests peaked {minutes} after it at {peak} a minute", **values)
    return say("requests peaked {minutes} after it at {peak} a minute, {factor} times the usual", **values,
               factor=say.number(requests.factor, 1))  # fmt: skip


def _again(one: EventReview, requests: Figures, looked: str, say: Wording) -> str:
    """Return when the requests were as usual again, or that they were not as long as they were `looked` at."""
    if not np.isnan(one.recovery_min):
        minutes = minutes_text(one.recovery_min, requests.period_s, say)
        return say("requests as usual again after {minutes}", minutes=minutes)
    if not requests.followed:
        return say("too little was measured to tell when requests were as usual again")
    return say("requests were not as usual again within {time}", time=looked)


def _seen(one: EventReview, say: Wording) -> tuple[str, ...]:
    """Return the period at which it was seen, and where that may have missed the peak."""
    period = say("seen at {seconds} s", seconds=one.period_s)
    if not one.visible or one.requests is None or one.requests.told:
        return (period,)
    share = say.percent(100 * one.requests.coverage)
    return period, say("only {share} of the hour after it was measured: the peak may have been higher", share=share)


def _above_target(part: str, fleet: FleetFigures, say: Wording) -> str:
    """Return how long CPU was above what the scaling aims at."""
    target = say.percent(fleet.target)
    if np.isnan(fleet.above_target_min):
        return say("{part}: too little of its CPU was measured to tell how long it was above the scaling target of "
                   "{target}", part=part, target=target)  # fmt: skip
    minutes = _minutes(fleet.above_target_min, say)
    return say("{part}: {minutes} of the hour above the scaling target of {target}", part=part, minutes=minutes,
               target=target)  # fmt: skip


def _capacity(one: EventReview, say: Wording) -> tuple[str, ...]:
    """Return whether more tasks were there at the peak."""
    found = []
    for hop, fleet in one.fleets.items():
        values = {
            "part": hop.part, "before": say.number(round(fleet.before)), "most": say.number(round(fleet.most_seen)),
        }  # fmt: skip
        if np.isnan(fleet.lag_min) and fleet.coverage < LEAST_COVERAGE:
            found.append(say("{part}: cannot be told, too few of its tasks were counted.", **values))
        elif np.isnan(fleet.lag_min):
            found.append(say("{part}: yes, {before} tasks, and no more in the hour after the send.", **values))
        elif np.isnan(fleet.at_peak):
            found.append(say("{part}: cannot be told, how many tasks ran at the peak is not known.", **values))
        elif fleet.old_capacity:
            lag, healthy = minutes_text(fleet.lag_min, fleet.period_s, say), fleet.healthy_min
            behind = "" if np.isnan(healthy) else say(", all healthy after {minutes}",
                                                      minutes=minutes_text(healthy, fleet.period_s, say))  # fmt: skip
            found.append(
                say("{part}: yes, {before} tasks; more came {lag} after the send, up to {most}{healthy}.", **values,
                    lag=lag, healthy=behind)
            )  # fmt: skip
        else:
            found.append(say("{part}: no, {at_peak} tasks at the peak, {before} before the send.", **values,
                             at_peak=say.number(round(fleet.at_peak))))  # fmt: skip
    return tuple(found) or (say("Cannot be told: no tasks are counted."),)


def _close(one: EventReview, say: Wording) -> tuple[str, ...]:
    """Return the resources that came nearest to their limits."""
    known = sorted((each for each in one.figures if np.isfinite(each.left_share)), key=lambda each: each.left_share)
    found = tuple(say("{text}.", text=near_text(each, say)) for each in known[:NEAREST])
    return found or (say("Cannot be told: no limit is known."),)


def _larger(one: EventReview, week: EventsOfWeek, say: Wording) -> tuple[str, ...]:
    """Return what half as large a push again would have met."""
    if isinstance(week.model, TooFew):
        return (few_text(week.model, say),)
    thought = dict(week.larger(one)).get(HALF_AS_BIG_AGAIN)
    return what_if_text(thought, say) if thought else (say("Cannot be told: its audience is not known."),)


def _earlier(one: EventReview, week: EventsOfWeek, say: Wording) -> tuple[str, ...]:
    """Return what comparable events did before."""
    known = [each for each in week.comparable(one) if each.visible and each.requests and each.requests.factor > 0]
    # Datapoints of 300 s are lower than their highest minute: like is compared with like where there is any.
    before = [each for each in known if each.period_s == one.period_s] or known
    if not before:
        return (say("no earlier one to compare with"),)
    factor = robust.median(np.array([each.requests.factor for each in before if each.requests]))
    left = robust.median(np.array([each.weakest.left_share if each.weakest else np.nan for each in before]))
    values = {"factor": say.number(factor, 1), "left": say.percent(100 * left) if np.isfinite(left) else "–"}
    if one.event.audience:
        return (say("{n} earlier ones of like size: {factor} times the usual, {left} left, in the middle",
                    n=len(before), **values),)  # fmt: skip
    return (say("{n} earlier ones of any size: {factor} times the usual, {left} left, in the middle", n=len(before),
                **values),)  # fmt: skip


def _grown(each: Figures, say: Wording) -> str:
    """Return what grew, by how much."""
    return say("{what} {factor} times", what=_named(each, say), factor=say.number(each.factor, 1))


def _named(each: Figures, say: Wording) -> str:
    """Return the name of a trace."""
    trace = each.trace
    name = metric_name(trace.column.metric, trace.column.statistic, say)
    return say("{where} {metric}", where=where(trace.hop.service, trace.hop.part), metric=name)


def _minutes(minutes: float, say: Wording) -> str:
    """Return minutes as people say them."""
    return say.duration(timedelta(minutes=minutes))
