"""What a week needs: from the archive what it has, the rest from CloudWatch, and what that cost."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import numpy as np

from sre_lib import weeks
from sre_lib.catalog import Catalog
from sre_lib.collect import client_errors, journal
from sre_lib.collect.archive import PERIODS, Archive, Piece, window_of
from sre_lib.collect.archive_file import SeriesKey
from sre_lib.collect.clients import Clients
from sre_lib.collect.cloudwatch import Answered, Fetched, fetch
from sre_lib.collect.collected import Collected, Problem, problems_of
from sre_lib.collect.frame import service_week
from sre_lib.collect.held import never_asked
from sre_lib.collect.identities import seen
from sre_lib.collect.listing import Listing, Unread
from sre_lib.collect.plan import Plan, TooOld, named, plan
from sre_lib.collect.queries import Call, Metric, MetricRequest, packed
from sre_lib.collect.quota import Quotas, limits_of
from sre_lib.collect.reach import Reach
from sre_lib.collect.spans import Span
from sre_lib.collect.usage import Usage, by_place, used
from sre_lib.collect.windows import Window, epoch
from sre_lib.errors import ArchiveError
from sre_lib.model import PERIOD_S, Part, Service, Status, Week
from sre_lib.params import Review

__all__ = ["Collected", "Planned", "Problem", "collect", "planned", "service_week"]

Progress = Callable[[int, int], None]


class Planned(NamedTuple):
    """What a collection would ask for now, and what already stands against it: damaged files of the archive.

    `looked_up` is what ListMetrics took to know it; a collection asks that again.
    """

    calls: tuple[Call, ...]
    problems: tuple[Problem, ...]
    looked_up: tuple[Usage, ...] = ()


def planned(  # noqa: PLR0913, PLR0917  # as `collect`
    review: Review,
    services: Sequence[Service],
    week: Week,
    clients: Clients | None,
    archive: Archive,
    now: datetime,
) -> Planned:
    """Return what `collect` would ask for now; no metric is read and nothing is written.

    Without clients the archive is the only source, and the problems are what it holds nothing of. Raises SourceError
    where nothing can be read.
    """
    if clients is None:
        return Planned((), never_asked(review, services, week, archive))
    listing = Listing(clients.cloudwatch, Quotas(limits_of(review.source), epoch(now)).wait_for_call)
    task = _planned(review, services, week, listing, archive, now)
    return Planned(tuple(packed(list(task.waiting))), problems_of(task.lacking), by_place(listing.usages))


def collect(  # noqa: PLR0913, PLR0917  # what a run knows; a bundle for it would have one user
    review: Review,
    services: Sequence[Service],
    week: Week,
    clients: Clients | None,
    archive: Archive,
    now: datetime,
    progress: Progress = lambda _done, _total: None,
) -> Collected:
    """Fetch into the archive what the week of some services lacks.

    A second run of the same week asks nothing while the end of the week is provisional (48 h), then once more for
    what was: `plan.plan` has the rule.
    `progress` is told how many metrics are done and how many there are. A service's files are written as soon as its
    last series came, and what came by then also where the source breaks off. Without clients nothing is fetched,
    and what the archive holds nothing of is a problem. A damaged file of the archive is a problem of its service
    alone. Raises SourceError where nothing can be read and the archive has no answer of the week either.
    """
    if clients is None:
        return Collected(problems=never_asked(review, services, week, archive))
    if review.source.type == "demo":
        archive.mark_simulated()
    if review.source.type == "cloudwatch" and review.source.region:
        archive.must_be_of(review.source.region)
    quotas = Quotas(limits_of(review.source), epoch(now))
    listing = Listing(clients.cloudwatch, quotas.wait_for_call)
    task = _planned(review, services, week, listing, archive, now)
    progress(0, len(task.waiting))
    usages: list[Usage] = []
    started = time.monotonic()
    try:
        for answered in fetch(clients, packed(list(task.waiting)), quotas, enough=task.held):
            task.take(answered)
            usages.append(used(answered, time.monotonic() - started))
            progress(len(task.done), len(task.waiting))
    finally:
        task.flush()
        if usages:
            task.note(by_place([*listing.usages, *usages]))
    return Collected(by_place([*listing.usages, *usages]), problems_of(task.lacking), task.corrected)


def _planned(  # noqa: PLR0913, PLR0917  # as `collect`
    review: Review, services: Sequence[Service], week: Week, listing: Listing, archive: Archive, now: datetime
) -> "_Task":
    """Return a collection that knows what the archive lacks, before any datapoint is asked for."""
    task = _Task(week, archive, epoch(now))
    for service in services:
        with task.isolated(service):
            task.add(service, _plan(review, service, task, listing))
    if listing.broken and not task.waiting and not task.readable:
        raise client_errors.unreadable(listing.broken)
    return task


def _plan(review: Review, service: Service, task: "_Task", listing: Listing) -> Plan:
    """Return what the archive lacks of a service, and note what of it cannot be asked for."""
    archived: dict[int, dict[SeriesKey, list[Span]]] = {period_s: {} for period_s in PERIODS}
    for period_s, known in archived.items():
        for week in task.weeks:
            for key, spans in task.archive.spans(service, week, period_s).items():
                known.setdefault(key, []).extend(spans)
    resolved = listing.resolve(review.catalog, service, set().union(*map(seen, archived.values())))
    task.held |= any(_has_answer(known, task.week) for known in archived.values())
    task.readable |= bool(resolved.service.parts or any(archived.values()))
    for part in (part for part in service.parts if part.name in resolved.unread):
        task.leave_out(review.catalog, service, part, resolved.unread[part.name])
    return plan(review.catalog, resolved.service, task.week, task.now_s, archived, resolved.listed)


def _has_answer(known: Mapping[SeriesKey, Sequence[Span]], week: Week) -> bool:
    """Tell whether datapoints of a week came for any series."""
    within = Window(epoch(week.start), epoch(week.end))
    return any(
        span.status is Status.COMPLETE and not span.window.clipped(within).empty
        for spans in known.values()
        for span in spans
    )


@dataclass
class _Task:
    """One collection under way: which service waits for what, and what has come for it."""

    week: Week
    archive: Archive
    now_s: int
    waiting: dict[MetricRequest, list[Service]] = field(default_factory=dict)
    done: set[MetricRequest] = field(default_factory=set)
    open: dict[str, int] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    pieces: dict[str, dict[int, list[Piece]]] = field(default_factory=dict)
    lacking: dict[tuple[str, Status, str, bool], set[Metric]] = field(default_factory=dict)
    readable: bool = False
    held: bool = False
    changed: dict[tuple[Metric, int], set[int]] = field(default_factory=dict)

    @property
    def corrected(self) -> int:
        """Return how many datapoints changed their value; one that several services share is one."""
        return sum(map(len, self.changed.values()))

    @property
    def weeks(self) -> tuple[Week, ...]:
        """Return history and week, oldest first."""
        return (*weeks.history(self.week), self.week)

    def add(self, service: Service, wanted: Plan) -> None:
        """Take on what a service lacks; the same request of several services is asked once."""
        self.services[service.name] = service
        self.open[service.name] = len(wanted.requests)
        for request in wanted.requests:
            self.waiting.setdefault(request, []).append(service)
        for stretch in wanted.too_old:
            self._put(service, stretch.period_s, [_gone(stretch, self.now_s)])

    def leave_out(self, catalog: Catalog, service: Service, part: Part, why: Unread) -> None:
        """Note, under the pattern itself, why a part was not asked for: the archive alone then says so too."""
        metrics = named(catalog, part)
        self.lacking.setdefault((service.name, *why, False), set()).update(metrics.values())
        span = Span(*Reach.of(self.week, self.now_s).week, self.now_s, *why)
        nothing = np.full((span.end - span.start) // PERIOD_S, np.nan)
        keys = (SeriesKey(metrics[name], one) for name in metrics for one in catalog[part.kind].metrics[name].fetched)
        self._put(service, PERIOD_S, (Piece(key, span, nothing) for key in keys))

    def take(self, answered: Answered) -> None:
        """Take in what a call brought, and write the files of the services that have all they waited for."""
        for request, series in answered.series.items():
            self.done.add(request)
            for service in self.waiting[request]:
                pieces = [_piece(request, name, fetched, self.now_s) for name, fetched in series.items()]
                self._put(service, request.period_s, pieces)
                self._note(service, pieces)
                self.open[service.name] -= 1
                if not self.open[service.name]:
                    self._write(service.name)

    def flush(self) -> None:
        """Write what is not written yet."""
        for name in list(self.pieces):
            self._write(name)

    def note(self, usages: tuple[Usage, ...]) -> None:
        """Note in the archive what the collection took; a damaged note is a problem of no service."""
        try:
            journal.note(self.archive, self.week, journal.Entry(self.now_s, usages))
        except ArchiveError as error:
            self.lacking["", Status.PARTIAL, str(error), False] = set()

    def _put(self, service: Service, period_s: int, pieces: Iterable[Piece]) -> None:
        """Keep pieces until they are written."""
        self.pieces.setdefault(service.name, {}).setdefault(period_s, []).extend(pieces)

    def _note(self, service: Service, pieces: Iterable[Piece]) -> None:
        """Remember what did not come in full, or came with a message."""
        for piece in pieces:
            if not piece.span.whole or piece.span.message:
                before = piece.span.end <= epoch(self.week.start)
                what = (service.name, piece.span.status, piece.span.message, before)
                self.lacking.setdefault(what, set()).add(piece.key.metric)

    def _write(self, name: str) -> None:
        """Write a service's pieces, each into the file of its week."""
        for period_s, pieces in self.pieces.pop(name, {}).items():
            for week in self.weeks:
                inside = [cut for piece in pieces if (cut := _cut(piece, week, period_s))]
                if inside:
                    with self.isolated(self.services[name]):
                        for metric, at in self.archive.upsert(self.services[name], week, period_s, inside):
                            self.changed.setdefault((metric, period_s), set()).add(at)

    @contextmanager
    def isolated(self, service: Service) -> Iterator[None]:
        """Note a damaged file as a problem of its service; the others go on."""
        try:
            yield
        except ArchiveError as error:
            self.lacking[service.name, Status.PARTIAL, str(error), False] = set()


def _piece(request: MetricRequest, statistic: str, fetched: Fetched, now_s: int) -> Piece:
    """Return one fetched statistic as it goes into the archive."""
    span = Span(request.window.start, request.window.end, now_s, fetched.status, fetched.message)
    return Piece(SeriesKey(request.metric, statistic), span, fetched.values)


def _gone(stretch: TooOld, now_s: int) -> Piece:
    """Return the note that a stretch can no longer be asked."""
    start, end = stretch.window
    span = Span(start, end, now_s, Status.NO_DATA, stretch.message)
    return Piece(stretch.key, span, np.full((end - start) // stretch.period_s, np.nan))


def _cut(piece: Piece, week: Week, period_s: int) -> Piece | None:
    """Return the part of a piece that lies in a week; None where there is none."""
    part = piece.span.window.clipped(window_of(week, period_s))
    if part.empty:
        return None
    first, last = ((edge - piece.span.start) // period_s for edge in part)
    span = piece.span._replace(start=part.start, end=part.end)
    return Piece(piece.key, span, piece.values[first:last])
