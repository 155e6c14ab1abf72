"""One collection under way: which service waits for what, what has come for it, and its files written."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from sre_lib import weeks
from sre_lib.catalog import Catalog
from sre_lib.collect import journal
from sre_lib.collect.archive import Archive, Piece, window_of
from sre_lib.collect.archive_file import SeriesKey
from sre_lib.collect.cloudwatch import Answered, Fetched
from sre_lib.collect.listing import Unread
from sre_lib.collect.plan import Plan, TooOld, named
from sre_lib.collect.queries import Metric, MetricRequest
from sre_lib.collect.reach import Reach
from sre_lib.collect.spans import Span
from sre_lib.collect.usage import Usage
from sre_lib.collect.windows import epoch
from sre_lib.errors import ArchiveError
from sre_lib.model import PERIOD_S, Part, Service, Status, Week


@dataclass
class Task:
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

    def complete(self) -> tuple[Service, ...]:
        """Return the services that lack nothing more, each one time; their files are written."""
        found = [name for name, lacks in self.open.items() if not lacks]
        for name in found:
            del self.open[name]
        return tuple(self.services[name] for name in found)

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
                inside = [cut for piece in pieces if (cut := piece.cut(window_of(week, period_s), period_s))]
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
