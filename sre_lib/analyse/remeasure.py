"""What was decided on, measured again: the earlier finding's own numbers in this week's data."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

import numpy as np
import pandas as pd

from sre_lib.analyse import quality, robust
from sre_lib.analyse.remeasure_gap import gap
from sre_lib.analyse.remeasure_lasting import growth, level_shift, weekly_floor
from sre_lib.analyse.remeasure_look import Look, Terms
from sre_lib.analyse.remeasure_moments import departure, highest, middle, saturation
from sre_lib.analyse.remeasure_traffic import traffic
from sre_lib.catalog import Catalog, MetricSpec
from sre_lib.earlier import Known, Remeasured, direction
from sre_lib.model import Column, ServiceWeek, Status, Week
from sre_lib.views import DERIVED, Views, shape_of, spec_of

SILENT = timedelta(hours=24)
"""A series without a datapoint for as long at the end of the week is not measured any more: what it was is history."""

DEPLOYED = timedelta(hours=2)
"""A deployment this close to the last datapoint is what ended it."""

_NEEDS = {
    "growth": ("slope_per_day",),
    "level_shift": ("before", "after"),
    "saturation": ("limit", "minutes"),
}

_GAP = frozenset({"minutes", "others_count", "beside_count"})
"""Evidence of a gap: how long it was, and what had data meanwhile."""

_OF_SEVERAL = frozenset({"followed_share", "lag_minutes"})
"""Evidence of what only several series together tell."""


def remeasure(
    earlier: Known, evidence: Mapping[str, float], then: Week, service_week: ServiceWeek, terms: Terms
) -> Remeasured:
    """Return what became of a finding of the week `then` in the week of `service_week`, which is of its service.

    Growth: the slope of the daily floors, or from week to week. Level shift: the level against before and after.
    Saturation: the minutes at the limit. Headroom: the highest value of each day; a day unlike its kind: its median; a
    gap: the longest of each day. All else: the same local time of day, each day; a view of named series whose evidence
    has no value to compare is not measured again. `again` is what was away for a week or more. What cannot be measured
    is `cannot_tell`, with the reason; never a guess. The evidence's numbers are those that the meeting saw; where there
    are none (a finding of people's own), they are measured in the history. A view of the review's own is measured as
    the shape that it has in `terms`.
    """
    catalog, views = terms.catalog, terms.views
    reason = _not_there(earlier, service_week, catalog) or _no_numbers(earlier.view, evidence, views)
    if reason:
        return Remeasured("cannot_tell", reason=reason)
    column = _column(earlier, service_week, catalog)
    series = service_week.frame.series(column)
    series = series[series.index < pd.Timestamp(service_week.week.end)]
    lacking = _lacking(series, column, service_week)
    if lacking:
        return lacking
    spec = _spec(earlier, service_week, catalog)
    limit = spec.limit_for(service_week.service.part(earlier.part))
    numbers = dict(evidence) if limit is None else {**evidence, "limit": limit}
    side = earlier.direction or direction(earlier.view, evidence, views) or (-1 if spec.hurts == "down" else 0)
    if "at_clock" in evidence:
        # One peak of a row of days: what counts is its time of day.
        earlier = replace(earlier, end=earlier.start + (series.index[1] - series.index[0]).to_pytimedelta())
    shape = shape_of(earlier.view, views)
    look = Look(earlier, numbers, side, then, service_week.week, series, spec.min_effect, shape)
    found = _measured(look)
    return (
        found if found.outcome == "cannot_tell" else replace(found, traffic=traffic(look, found, service_week, catalog))
    )


def _measured(look: Look) -> Remeasured:
    """Measure again what the finding's view is about."""
    if look.evidence.keys() >= _GAP:
        return gap(look)
    if "rises_count" in look.evidence:
        return weekly_floor(look)
    if {"left", "value", "expected"} <= look.evidence.keys():
        return highest(look)
    if {"like_other_share", "value", "expected"} <= look.evidence.keys():
        return middle(look)
    measures = {"growth": growth, "level_shift": level_shift, "saturation": saturation}
    return measures.get(look.shape, departure)(look)


def _spec(earlier: Known, service_week: ServiceWeek, catalog: Catalog) -> MetricSpec:
    """Return the spec of the finding's metric."""
    return spec_of(catalog, service_week.service, Column(earlier.part, earlier.metric, earlier.statistic))


def _column(earlier: Known, service_week: ServiceWeek, catalog: Catalog) -> Column:
    """Return the finding's column."""
    statistic = earlier.statistic or _spec(earlier, service_week, catalog).judge
    return Column(earlier.part, earlier.metric, statistic)


def _not_there(earlier: Known, service_week: ServiceWeek, catalog: Catalog) -> str:
    """Return why there is no series to measure in (a key of the wording); empty where there is."""
    parts = {part.name: part for part in service_week.service.parts}
    part = parts.get(earlier.part)
    if earlier.service != service_week.service.name or part is None:
        return "not_in_review"
    if earlier.statistic != DERIVED and earlier.metric not in catalog[part.kind].metrics:
        return "not_in_review"
    return "" if _column(earlier, service_week, catalog) in service_week.frame.answers else "not_in_review"


def _no_numbers(view: str, evidence: Mapping[str, float], views: Views) -> str:
    """Return why there is nothing to measure in the series (a key of the wording); empty where there is."""
    if _not_alone(view, evidence, views):
        return "not_measured_again"
    lacks = any(name not in evidence for name in _NEEDS.get(shape_of(view, views), ()))
    return "nothing_to_compare" if lacks else ""


def _not_alone(view: str, evidence: Mapping[str, float], views: Views) -> bool:
    """Tell whether no number of one series says what became of a finding of a view of named series."""
    known = views.get(view)
    if known is None or not known.series:
        return False
    tells = {"value", "expected"} <= evidence.keys() or evidence.keys() >= _GAP
    lacks = known.like not in _NEEDS and not tells
    return lacks or bool(_OF_SEVERAL & evidence.keys())


def _lacking(series: pd.Series, column: Column, service_week: ServiceWeek) -> Remeasured | None:
    """Return what there is to say where this week has too few datapoints; None where it has enough."""
    answer = service_week.frame.answers[column]
    there = series.dropna().index
    if answer.status is Status.DENIED:
        return Remeasured("cannot_tell", reason="denied")
    if not len(there):
        return Remeasured("cannot_tell", reason="no_data")
    last = (there[-1] + (series.index[1] - series.index[0])).to_pydatetime()
    if service_week.week.end - last >= SILENT:
        reason: Literal["no_data_since_deployment", "no_data_since"] = (
            "no_data_since_deployment" if _deployed(last, column.part, service_week) else "no_data_since"
        )
        return Remeasured("cannot_tell", since=last, reason=reason)
    share = float(np.mean(~np.isnan(robust.floats(quality.within(series, service_week.week)))))
    return Remeasured("cannot_tell", now={"share": share}, reason="too_little_data") if share < 0.5 else None


def _deployed(moment: datetime, part: str, service_week: ServiceWeek) -> bool:
    """Tell whether a deployment of the part or the service happened around a moment."""
    own = service_week.service.name
    starts = [each.start for each in service_week.changes if each.kind == "deployment" and each.part in {part, own}]
    starts += [
        event.start
        for event in service_week.events
        if event.kind == "deployment" and (not event.services or own in event.services)
    ]
    return any(abs(start - moment) <= DEPLOYED for start in starts)
