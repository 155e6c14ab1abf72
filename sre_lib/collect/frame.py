"""What the analysis of a service's week looks at, out of the archive: values at 300 s, what came of each, events."""

from collections.abc import Mapping
from datetime import timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sre_lib import weeks
from sre_lib.catalog import Catalog, columns_of, is_percentile
from sre_lib.collect.archive import Archive
from sre_lib.collect.changes.events import deployment_events
from sre_lib.collect.changes.kept import changes_of
from sre_lib.collect.combine import line_of, never_asked
from sre_lib.collect.identities import nothing_matches, seen
from sre_lib.collect.lines import Files, Line
from sre_lib.collect.plan import MINUTE_S, metrics_of
from sre_lib.collect.windows import Window, epoch
from sre_lib.model import PERIOD_S, Answer, Column, Event, MetricFrame, Service, ServiceWeek, Status, Week
from sre_lib.params import Review

NOT_ASKED = "the archive holds nothing of this week"
PARTLY_ASKED = "the archive holds only a part of this week"

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Lines = Mapping[Column, Line]


def service_week(review: Review, service: Service, week: Week, archive: Archive) -> ServiceWeek:
    """Return history and week of a service out of the archive, without AWS.

    The frame has the columns of `catalog.columns_of`, and for an ECS service `SampleCount` of its first CPU metric
    (20-second or minute samples of all tasks together). 60 s data is rolled up exactly and goes before 300 s data;
    percentiles come from 300 s alone. Zero stands only where the catalogue says that no datapoint means zero, the
    slot was answered in full and another metric of the same part has a datapoint in it. An answer's status is that
    of the week: `no data` where it holds no datapoint, also where none could be
    asked for any more. Raises ArchiveError.
    """
    window = Window(epoch(week.history_start), epoch(week.end))
    lines = _lines(review.catalog, service, week, archive)
    values = {column: line.values[column.statistic] for column, line in lines.items()}
    filled = {column: _with_zeros(review.catalog, service, column, lines) for column in lines}
    index = pd.DatetimeIndex(np.arange(window.start, window.end, PERIOD_S).astype("datetime64[s]"), tz="UTC")
    columns = pd.MultiIndex.from_tuples([tuple(column) for column in filled], names=Column._fields)
    frame = pd.DataFrame(np.column_stack(list(filled.values())), index=index, columns=columns)
    first = (epoch(week.start) - window.start) // PERIOD_S
    answers = {column: _answer(lines[column], filled[column], values[column], first) for column in lines}
    events, kept = _events(review, service, week), changes_of(archive, service, week)
    events += deployment_events(kept.changes, events, service)
    together = MetricFrame(frame, answers)
    return ServiceWeek(service, week, together, events, changes=kept.changes, looked=kept.looked)


def _lines(catalog: Catalog, service: Service, week: Week, archive: Archive) -> Lines:
    """Return the line behind each column."""
    window = Window(epoch(week.history_start), epoch(week.end))
    minute, five = (_files(archive, service, week, period_s) for period_s in (MINUTE_S, PERIOD_S))
    known = {metric for file in (*minute.files, *five.files) for metric in seen(file.spans)}
    metrics = {part.name: metrics_of(catalog, part, known) for part in service.parts}
    lines: dict[Column, Line] = {}
    for column in _columns(catalog, service):
        found = metrics[column.part][column.metric]
        if found:
            lines[column] = line_of(minute, five, found, column.statistic, window)
        else:
            lines[column] = never_asked(column.statistic, window, nothing_matches(service.part(column.part)))
    return lines


def _files(archive: Archive, service: Service, week: Week, period_s: int) -> Files:
    """Return the archive's files of history and week at one period."""
    found = (archive.read(service, each, period_s) for each in (*weeks.history(week), week))
    return Files(period_s, [stored for stored in found if stored])


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


def _answer(line: Line, filled: Floats, values: Floats, first: int) -> Answer:
    """Return what came of a column in the week, which begins at slot `first`."""
    whole, gone, denied = line.whole[first:], line.gone[first:], line.denied[first:]
    asked = line.asked_at[first:] > 0
    empty = bool(np.isnan(filled[first:]).all())
    messages = line.messages
    if (whole | gone).all():
        status = Status.NO_DATA if empty else Status.PARTIAL if gone.any() else Status.COMPLETE
    elif not (asked | gone).any():
        status, messages = Status.NO_DATA, (*messages, NOT_ASKED)
    elif denied.any() and empty:
        status = Status.DENIED
    else:
        status = Status.PARTIAL
        messages = messages if (asked | gone).all() else (*messages, PARTLY_ASKED)
    there = ~np.isnan(values[first:])
    fine = line.fine[first:] & (there if there.any() else asked)
    return Answer(status, MINUTE_S if fine.any() else PERIOD_S, "; ".join(messages))


def _events(review: Review, service: Service, week: Week) -> tuple[Event, ...]:
    """Return the known events that concern a service, from the history to seven days after the week."""
    last = week.end + timedelta(days=7)
    return tuple(
        event
        for event in review.events
        if (not event.services or service.name in event.services)
        and event.start < last
        and max(event.end, event.start + timedelta(seconds=1)) > week.history_start
    )
