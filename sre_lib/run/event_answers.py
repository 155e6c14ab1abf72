"""events.json: everything that the event page shows, for programs."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

from sre_lib.analyse.events.conformal import Interval, TooFew
from sre_lib.analyse.events.figures import Figures
from sre_lib.analyse.events.fleet import FleetFigures
from sre_lib.analyse.events.headroom import Headroom
from sre_lib.analyse.events.measure import EventReview
from sre_lib.analyse.events.release import Release
from sre_lib.analyse.events.review import EventsOfWeek
from sre_lib.analyse.events.what_if import WhatIf
from sre_lib.document.events import EventsReview
from sre_lib.event import Event
from sre_lib.run import answers

EVENTS_JSON = "events.json"

_FIGURES = ("value", "usual", "factor", "at_min", "before", "left", "left_share", "back_min")
_FLEET = ("before", "at_peak", "most_seen", "most", "lag_min", "healthy_min", "target", "above_target_min")


def events_json(page: EventsReview) -> bytes:
    """Return the events of a week with their figures, what larger ones ask for, the headroom, what is planned.

    Times are ISO 8601 in UTC, minutes count from the send; null is what cannot be told. `trouble` says why there is
    nothing (empty: there is).
    """
    if page.trouble:
        return answers.document({"week": page.opened.week.name, "trouble": page.trouble})
    found = page.found
    return answers.document(
        {
            "week": page.opened.week.name,
            "trouble": "",
            "events": [_event(each, found) for each in found.reviewed],
            "deployments": [_release(each) for each in found.releases],
            "load_tests": [_named(each.event) for each in found.load_tests],
            "model": _model(found),
            "headroom": [_headroom(each) for each in found.headroom],
            "planned": [_planned(each, found) for each in found.planned],
        }
    )


def _event(one: EventReview, found: EventsOfWeek) -> Mapping[str, Any]:
    """Return one event of the week."""
    weakest = one.weakest
    return {
        **_named(one.event),
        "period_s": one.period_s,
        "effect": one.effect,
        "overlapping": [_named(each) for each in one.overlapping],
        "requests": _figures(one.requests) if one.requests else None,
        "figures": [_figures(each) for each in one.figures],
        "tasks": [{"service": hop.service, "part": hop.part, **_fleet(each)} for hop, each in one.fleets.items()],
        "weakest": _figures(weakest) if weakest else None,
        "comparable": [_named(each.event) for each in found.comparable(one)],
        "larger": [{"factor": factor, **_what_if(thought)} for factor, thought in found.larger(one)],
    }


def _named(event: Event) -> Mapping[str, Any]:
    """Return what an event is."""
    return {"start": event.start, "end": event.end, "kind": event.kind, "title": event.title,
            "audience": event.audience, "services": list(event.services), "url": event.url}  # fmt: skip


def _release(one: Release) -> Mapping[str, Any]:
    """Return one deployment of the week."""
    names = {"moved": one.moved, "still": one.still, "unseen": one.unseen}
    told = {
        key: [{"service": each.hop.service, "part": each.hop.part, "metric": each.column.metric} for each in some]
        for key, some in names.items()
    }
    return {**_named(one.event), "effect": one.effect, **told}


def _figures(each: Figures) -> Mapping[str, Any]:
    """Return one series."""
    trace = each.trace
    return {
        "service": trace.hop.service, "part": trace.hop.part, "role": trace.role, "metric": trace.column.metric,
        "statistic": trace.column.statistic, "unit": trace.unit, "limit": trace.limit, "period_s": each.period_s,
        "moved": each.moved, **{name: _number(getattr(each, name)) for name in _FIGURES},
    }  # fmt: skip


def _fleet(each: FleetFigures) -> Mapping[str, Any]:
    """Return the tasks of a part."""
    return {name: _number(getattr(each, name)) for name in _FLEET}


def _model(found: EventsOfWeek) -> Mapping[str, Any]:
    """Return what the model rests on, and how it does on pushes that it did not see."""
    if isinstance(found.model, TooFew):
        return {"pushes": found.model.n, "needed": found.model.needed, "tested": None}
    tested = found.backtest
    if isinstance(tested, TooFew):
        return {"pushes": found.model.crowd.n, "needed": tested.needed, "tested": None}
    rows = [("requests", tested.requests), *((" ".join(key), each) for key, each in tested.resources.items())]
    told = [{"what": name, "pushes": each.n, "error": _number(each.error), "held": each.held} for name, each in rows]
    return {"pushes": found.model.crowd.n, "needed": None, "tested": told}


def _what_if(thought: WhatIf) -> Mapping[str, Any]:
    """Return what an audience asks for."""
    first = thought.first
    return {
        "audience": thought.planned.audience,
        "requests": _interval(thought.requests),
        "first": " ".join(first.key) if first else None,
        "headroom": thought.headroom,
        "needs": [
            {"service": each.key.service, "part": each.key.part, "resource": each.key.resource, "unit": each.unit,
             "value": _interval(each.value), "limit": each.limit, "fits": _interval(each.fits), "pushes": each.n}
            for each in thought.needs
        ],
        "tasks": [
            {"service": each.service, "part": each.part, "tasks": _number(each.tasks), "most": _number(each.most),
             "needed": _interval(each.needed), "lead_min": _number(each.lead_min)}
            for each in thought.fleets
        ],
        "unknown": [" ".join(each) for each in thought.unknown],
    }  # fmt: skip


def _headroom(each: Headroom) -> Mapping[str, Any]:
    """Return the headroom of a resource."""
    return {
        "service": each.hop.service, "part": each.hop.part, "resource": each.resource, "unit": each.unit,
        "limit": each.limit, "peak": each.peak, "left": _number(each.left),
        "peaks": [_number(peak) for peak in each.peaks],
        "slope_per_week": _interval(each.slope), "days_to_limit": _number(each.days),
    }  # fmt: skip


def _planned(event: Event, found: EventsOfWeek) -> Mapping[str, Any]:
    """Return a planned event with what it needs."""
    thought = found.needs(event)
    return {**_named(event), "needs": _what_if(thought) if thought else None}


def _interval(each: Interval) -> Mapping[str, Any]:
    """Return a figure with the ends of its interval."""
    return {"low": _number(each.low), "point": _number(each.point), "high": _number(each.high)}


def _number(value: float) -> float | None:
    """Return a number; None for NaN and infinity, which JSON does not have."""
    return value if isfinite(value) else None
