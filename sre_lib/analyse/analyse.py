"""One service in one week: every judged series -> findings, bands, coverage, and what could not be judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from sre_lib.analyse import quality, robust
from sre_lib.analyse.derived import with_derived
from sre_lib.analyse.detectors.candidate import Candidate
from sre_lib.analyse.findings import Ranked, finding_id, ranked
from sre_lib.analyse.judge import Judged, general, judge
from sre_lib.analyse.known_causes import set_aside
from sre_lib.analyse.known_load import without_load_tests
from sre_lib.analyse.no_effect import without_effect
from sre_lib.analyse.robust import Floats
from sre_lib.analyse.stories import stories
from sre_lib.analyse.viewing import Viewing
from sre_lib.analyse.worth import split
from sre_lib.catalog import Catalog, MetricSpec
from sre_lib.event import Event
from sre_lib.model import NOT_PUBLISHED, Analysis, Column, Coverage, Finding, NotEvaluated, ServiceWeek
from sre_lib.views import Views, builtin_views, spec_of

BAND = ("expected", "lower", "upper")

EVENT_BEFORE = timedelta(hours=1)
EVENT_AFTER = timedelta(minutes=10)
"""An event is near a finding from an hour before it (what a deployment does takes a while) to ten minutes after."""

WEAK = 0.25
"""Score under which a candidate is not even kept below the cut."""


@dataclass(frozen=True)
class _Series:
    """What became of one judged column: how much of it was seen, and why it could not be judged."""

    column: Column
    coverage: Coverage | None = None
    not_evaluated: NotEvaluated | None = None


def analyse(service_week: ServiceWeek, catalog: Catalog, views: Views | None = None) -> Analysis:
    """Return what was found in the reviewed week, by falling priority; the history is used but never reported.

    Every general view looks at the judged statistic of every metric of every part that was asked for, every other view
    at the series that it names (`views`: the package's by default). Pure and deterministic. Days at the beginning of
    which nothing is left but hourly datapoints are left out.
    """
    views = builtin_views() if views is None else views
    service_week = with_derived(without_load_tests(_without_hourly_days(service_week)), catalog)
    viewing = Viewing(service_week, catalog, views)
    done = [
        _judged(viewing, spec, Column(part.name, metric, spec.judge))
        for part in service_week.service.parts
        for metric, spec in catalog[part.kind].metrics.items()
        if Column(part.name, metric, spec.judge) in service_week.frame.answers
    ]
    seen, lacking = viewing.look()
    findings = [
        finding
        for column, judged in viewing.judged.items()
        for finding in _findings(viewing, column, (*judged.candidates, *seen.get(column, ())))
    ]
    found = sorted(findings, key=lambda one: (-one.priority, one.start, one.part, one.metric, one.view))
    stay, known = set_aside([each for each in found if each.shown], service_week.events, service_week.week.end)
    listed, rest = split(stories(stay), [each for each in found if not each.shown])
    return Analysis(
        service=service_week.service.name,
        week=service_week.week.name,
        findings=listed,
        below_cut=(*rest, *(each for each in found if not each.shown)),
        not_evaluated=tuple(each.not_evaluated for each in done if each.not_evaluated),
        coverage=tuple(each.coverage for each in done if each.coverage),
        bands=_bands(service_week, [each.column for each in done], viewing.judged),
        basis={column: judged.band.basis for column, judged in viewing.judged.items()},
        known=known,
        views_lacking=tuple(lacking),
        no_effect=without_effect(service_week, viewing.judged),
    )


def _without_hourly_days(service_week: ServiceWeek) -> ServiceWeek:
    """Leave out the whole days before the first datapoint at 300 s: a year of empty slots takes as long as a full one.

    Only where they are empty because of their age. Before the first datapoint of what is new they stay, as ever.
    """
    if service_week.hourly is None:
        return service_week
    values = service_week.frame.values
    day = robust.steps(pd.DatetimeIndex(values.index), 24 * 60)
    there = np.flatnonzero(values.notna().any(axis="columns"))
    reviewed = int(values.index.searchsorted(pd.Timestamp(service_week.week.start)))
    first = min(int(there[0]) if len(there) else reviewed, reviewed) // day * day
    return replace(service_week, frame=replace(service_week.frame, values=values.iloc[first:]))


def _judged(viewing: Viewing, spec: MetricSpec, column: Column) -> _Series:
    """Judge one column with the general views, and say how much of it was seen."""
    service_week = viewing.service_week
    series = viewing.columns.series(column)
    answer = service_week.frame.answers[column]
    week = service_week.week
    hourly = service_week.hourly.series(column) if service_week.hourly else None
    if spec.optional and quality.not_published(series, answer, hourly):
        return _Series(column, None, NotEvaluated(service_week.service.name, *column, NOT_PUBLISHED))
    seen = quality.coverage(series, column, answer, week)
    short = quality.shortage(series, answer, week, hourly)
    if short:
        return _Series(column, seen, NotEvaluated(service_week.service.name, *column, short[0], short[1]))
    viewing.judged[column] = judge(series, viewing.meaning(column), week.timezone, general(viewing.views))
    return _Series(column, seen)


def _findings(viewing: Viewing, column: Column, candidates: Sequence[Candidate]) -> list[Finding]:
    """Return the findings of one column that touch the reviewed week."""
    service_week = viewing.service_week
    spec = spec_of(viewing.catalog, service_week.service, column)
    return [
        _finding(viewing, spec, column, each)
        for each in ranked(candidates, viewing.meaning(column), viewing.views)
        if each.candidate.score >= WEAK and _in_week(service_week, each)
    ]


def _in_week(service_week: ServiceWeek, each: Ranked) -> bool:
    """Tell whether something happened in the reviewed week; a shift of an earlier week that still lasts did not."""
    week = service_week.week
    end = each.candidate.last if each.candidate.detector == "growth" else each.candidate.end
    return each.candidate.start < week.end and end > week.start


def _finding(viewing: Viewing, spec: MetricSpec, column: Column, each: Ranked) -> Finding:
    """Return the finding of a ranked candidate."""
    one, service_week = each.candidate, viewing.service_week
    view = viewing.views[one.view]
    service, week = service_week.service, service_week.week.name
    part = service.part(column.part)
    limit = spec.limit_for(part)
    return Finding(
        id=finding_id(week, service.name, *column, one.view, one.start.isoformat()),
        service=service.name,
        part=part.name,
        kind=part.kind,
        resource=spec.resource,
        metric=column.metric,
        statistic=column.statistic,
        unit=spec.unit,
        detector=one.detector,
        view=one.view,
        start=one.start,
        end=one.end,
        score=one.score,
        priority=each.priority,
        evidence=one.evidence if limit is None else {**one.evidence, "limit": limit},
        until=one.until,
        shown=each.shown,
        events=_near(service_week, one),
        factors=each.factors,
        like=view.like,
        expert=bool(view.series),
    )


def _near(service_week: ServiceWeek, one: Candidate) -> tuple[Event, ...]:
    """Return the known events of the service that touch a candidate or ended less than an hour before it."""
    name = service_week.service.name
    return tuple(
        event
        for event in service_week.events
        if (not event.services or name in event.services)
        and event.start < one.end + EVENT_AFTER
        and event.end > one.start - EVENT_BEFORE
    )


def band_frame(bands: Mapping[tuple[str, ...], Floats], seconds: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Return bands as a float64 DataFrame: index UTC in seconds, columns (part, metric, statistic, bound)."""
    names = ["part", "metric", "statistic", "bound"]
    columns = pd.MultiIndex.from_arrays([[key[level] for key in bands] for level in range(4)], names=names)
    values = np.column_stack(list(bands.values())) if bands else np.empty((len(seconds), 0))
    index = pd.to_datetime(seconds, unit="s", utc=True).as_unit("s")
    return pd.DataFrame(values, index=index, columns=columns, dtype=np.float64)


def _bands(service_week: ServiceWeek, asked: Sequence[Column], judged: Mapping[Column, Judged]) -> pd.DataFrame:
    """Return expected, lower and upper of every column looked at, on the grid of the week; NaN where not evaluated."""
    index = pd.DatetimeIndex(service_week.frame.values.index)
    first, last = quality.bounds(index, service_week.week)
    week = index[first:last]
    bands: dict[tuple[str, ...], Floats] = {
        (*column, name): robust.floats(getattr(judged[column].band, name))[first:last]
        if column in judged
        else np.full(len(week), np.nan)
        for column in dict.fromkeys([*asked, *judged])
        for name in BAND
    }
    return band_frame(bands, week.as_unit("s").asi8)
