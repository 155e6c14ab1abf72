"""What the analysis of a service's week looks at, out of the archive: values at 300 s, what came of each, events."""

from collections.abc import Set
from datetime import timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sre_lib import weeks
from sre_lib.catalog import Catalog, columns_of, is_percentile
from sre_lib.collect.archive import PERIODS, Archive
from sre_lib.collect.changes.events import deployment_events
from sre_lib.collect.changes.kept import capacity_of, changes_of
from sre_lib.collect.combine import line_of, never_asked
from sre_lib.collect.days import Lines, Seen, days_seen
from sre_lib.collect.hours import Hours
from sre_lib.collect.identities import combinations, has_pattern, nothing_matches, resources, seen, shown_resource
from sre_lib.collect.lines import Files, FiveMinutes, Grid, Line
from sre_lib.collect.plan import metrics_of, named
from sre_lib.collect.queries import Metric
from sre_lib.collect.windows import HOUR_S, Window, aligned, epoch, floor
from sre_lib.event import Event
from sre_lib.model import PERIOD_S, Answer, Column, MetricFrame, Part, Service, ServiceWeek, Status, Week
from sre_lib.params import Review
from sre_lib.public_holidays import holiday_events

NOT_ASKED = "the archive holds nothing of this week"
PARTLY_ASKED = "the archive holds only a part of this week"
FINER_ALONE = "of this week it was asked for shorter periods alone, of which no percentile of an hour can be made"

Floats = NDArray[np.float64]


class _Part(NamedTuple):
    """Where the week lies on a grid: its first slot, and their length in seconds."""

    first: int
    slot_s: int


def service_week(review: Review, service: Service, week: Week, archive: Archive) -> ServiceWeek:
    """Return history and week of a service out of the archive, without AWS.

    The frame has the columns of `catalog.columns_of`, and for an ECS service `SampleCount` of its first CPU metric
    (20-second or minute samples of all tasks together). 60 s data is rolled up exactly and goes before 300 s data;
    percentiles come from 300 s alone. Zero stands only where the catalogue says that no datapoint means zero, the
    slot was answered in full and another metric of the same part has a datapoint in it. An answer's status is that
    of the week: `no data` where it holds no datapoint, also where none could be
    asked for any more. What exists hourly alone is NaN in the frame and stands in `hourly`, whose grid is the hours of
    UTC that begin in history and week, and the one that the history begins in; its percentiles are those that were
    fetched for an hour. Raises ArchiveError.
    """
    seen = _seen(review.catalog, service, week, archive)
    events, kept = _events(review, service, week), changes_of(archive, service, week)
    events += deployment_events(kept.changes, events, service)
    return ServiceWeek(
        service,
        week,
        _frame(review.catalog, service, week, seen.lines, PERIOD_S),
        events,
        hourly=_frame(review.catalog, service, week, seen.hourly, HOUR_S) if seen.hourly else None,
        days=days_seen(week, seen),
        changes=kept.changes,
        looked=kept.looked,
        resources=_resources(review.catalog, service, seen.known),
        capacity=capacity_of(kept),
    )


def _resources(catalog: Catalog, service: Service, known: Set[Metric]) -> dict[str, tuple[str, ...]]:
    """Return what the sets and patterns among the parts stand for."""
    several = (part for part in service.parts if has_pattern(part) or len(combinations(part)) > 1)
    return {part.name: tuple(shown_resource(part, one) for one in resources(catalog, part, known)) for part in several}


def _seen(catalog: Catalog, service: Service, week: Week, archive: Archive) -> Seen:
    """Return what the archive holds of a service."""
    minute, five, hour = (_files(archive, service, week, period_s) for period_s in PERIODS)
    files = (*minute.files, *five.files, *hour.files)
    known = {metric for file in files for metric in seen(file.spans)}
    fine = FiveMinutes(minute, five)
    hours = Hours(fine, hour)
    lines = lines_of(catalog, service, known, fine, whole_of(week, PERIOD_S))
    hourly = lines_of(catalog, service, known, hours, whole_of(week, HOUR_S)) if hours.any else {}
    return Seen(lines, hourly, files, known)


def lines_of(catalog: Catalog, service: Service, known: Set[Metric], grid: Grid, window: Window) -> Lines:
    """Return the line behind each column in a window; that of the base statistics of a metric is made once."""
    metrics = {part.name: metrics_of(catalog, part, known) for part in service.parts}
    made: dict[tuple[str, str, str], Line] = {}
    lines: dict[Column, Line] = {}
    for column in _columns(catalog, service):
        found = metrics[column.part][column.metric]
        key = (column.part, column.metric, column.statistic if is_percentile(column.statistic) else "")
        if key not in made:
            made[key] = (
                line_of(grid, found, column.statistic, window)
                if found
                else _unresolved(catalog, service.part(column.part), column, grid, window)
            )
        lines[column] = made[key]
    return lines


def _unresolved(catalog: Catalog, part: Part, column: Column, grid: Grid, window: Window) -> Line:
    """Return the line of a pattern that stands for nothing: why it could not be looked up, where it could not."""
    note = line_of(grid, [named(catalog, part)[column.metric]], column.statistic, window)
    if ((note.asked_at > 0) & ~note.whole).any():
        return note
    return never_asked(column.statistic, window, grid.slot_s, nothing_matches(part))


def _frame(catalog: Catalog, service: Service, week: Week, lines: Lines, slot_s: int) -> MetricFrame:
    """Return the frame of history and week, and what came of each column in the week."""
    return frame_of(catalog, service, lines, whole_of(week, slot_s), slot_s, epoch(week.start))


def frame_of(  # noqa: PLR0913, PLR0917  where the lines lie, and since when their answers count
    catalog: Catalog, service: Service, lines: Lines, window: Window, slot_s: int, since: int
) -> MetricFrame:
    """Return the frame of some lines in a window, and what came of each column from `since` on (epoch seconds)."""
    filled = {column: _with_zeros(catalog, service, column, lines) for column in lines}
    index = pd.DatetimeIndex(np.arange(window.start, window.end, slot_s).astype("datetime64[s]"), tz="UTC")
    columns = pd.MultiIndex.from_tuples([tuple(column) for column in filled], names=Column._fields)
    values = pd.DataFrame(np.column_stack(list(filled.values())), index=index, columns=columns)
    first = (floor(since, slot_s) - window.start) // slot_s
    answers = {column: _answer(column, lines[column], filled[column], _Part(first, slot_s)) for column in lines}
    return MetricFrame(values, answers, slot_s)


def _files(archive: Archive, service: Service, week: Week, period_s: int) -> Files:
    """Return the archive's files of history and week at one period."""
    found = (archive.read(service, each, period_s) for each in (*weeks.history(week), week))
    return Files(period_s, [stored for stored in found if stored])


def whole_of(week: Week, slot_s: int) -> Window:
    """Return history and week in slots of UTC."""
    return aligned(Window(epoch(week.history_start), epoch(week.end)), slot_s)


def _columns(catalog: Catalog, service: Service) -> tuple[Column, ...]:
    """Return the columns of the frame."""
    columns = dict.fromkeys(columns_of(catalog, service))
    for part in service.parts:
        kind = catalog[part.kind]
        cpu = next((name for name, spec in kind.metrics.items() if spec.resource == "cpu"), None)
        if kind.namespace == "AWS/ECS" and cpu:
            columns[Column(part.name, cpu, "SampleCount")] = None
    return tuple(columns)


def _with_zeros(catalog: Catalog, service: Service, column: Column, lines: Lines) -> Floats:
    """Return the values of a column with the zeros that the catalogue allows."""
    line = lines[column]
    values = line.values[column.statistic]
    spec = catalog[service.part(column.part).kind].metrics[column.metric]
    others = [
        ~np.isnan(other.values[each.statistic])
        for each, other in lines.items()
        if each.part == column.part and each.metric != column.metric
    ]
    if not spec.zero or is_percentile(column.statistic) or not others:
        return values
    return np.where(np.isnan(values) & line.whole & np.logical_or.reduce(others), 0.0, values)


def _answer(column: Column, line: Line, filled: Floats, week: _Part) -> Answer:
    """Return what came of a column in the week."""
    part = slice(week.first, None)
    whole, gone, denied = line.whole[part], line.gone[part], line.denied[part]
    asked = line.asked_at[part] > 0
    empty = bool(np.isnan(filled[part]).all())
    messages = line.messages
    if (whole | gone).all():
        status = Status.NO_DATA if empty else Status.PARTIAL if gone.any() else Status.COMPLETE
    elif not (asked | gone).any():
        status, messages = Status.NO_DATA, (*messages, _never_asked(column, week.slot_s))
    elif denied.any() and empty:
        status = Status.DENIED
    else:
        status = Status.PARTIAL
        messages = messages if (asked | gone).all() else (*messages, PARTLY_ASKED)
    there = ~np.isnan(line.values[column.statistic][part])
    periods = line.period_s[part][there if there.any() else asked]
    return Answer(status, int(min(periods[periods > 0], default=week.slot_s)), "; ".join(messages))


def _never_asked(column: Column, slot_s: int) -> str:
    """Return why a column was never asked for in the week."""
    return FINER_ALONE if slot_s == HOUR_S and is_percentile(column.statistic) else NOT_ASKED


def _events(review: Review, service: Service, week: Week) -> tuple[Event, ...]:
    """Return the known events that concern a service, from the history to seven days after the week."""
    last = week.end + timedelta(days=7)
    public = holiday_events(review.holidays, week.history_start, last, week.timezone, review.language)
    return tuple(
        event
        for event in (*review.events, *public)
        if (not event.services or service.name in event.services)
        and event.start < last
        and max(event.end, event.start + timedelta(seconds=1)) > week.history_start
    )
