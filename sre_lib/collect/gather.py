"""What a week needs: from the archive what it has, the rest from CloudWatch, and what that cost."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sre_lib.collect import client_errors
from sre_lib.collect.archive import PERIODS, Archive
from sre_lib.collect.archive_file import SeriesKey
from sre_lib.collect.clients import Clients
from sre_lib.collect.cloudwatch import fetch
from sre_lib.collect.collected import Collected, Problem, problems_of
from sre_lib.collect.frame import service_week
from sre_lib.collect.held import never_asked
from sre_lib.collect.identities import seen
from sre_lib.collect.listing import Listing
from sre_lib.collect.plan import Plan, plan
from sre_lib.collect.queries import Call, packed
from sre_lib.collect.quota import Quotas, limits_of
from sre_lib.collect.spans import Span
from sre_lib.collect.task import Task
from sre_lib.collect.usage import Usage, by_place, used
from sre_lib.collect.windows import Window, epoch
from sre_lib.model import Service, Status, Week
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
    ready: Callable[[Service], None] = lambda _service: None,
) -> Collected:
    """Fetch into the archive what the week of some services lacks.

    A second run of the same week asks nothing while the end of the week is provisional (48 h), then once more for
    what was: `plan.plan` has the rule.
    `progress` is told how many metrics are done and how many there are. A service's files are written as soon as its
    last series came, and what came by then also where the source breaks off. `ready` is told of each service that lacks
    nothing more while others still do, once. Without clients nothing is fetched,
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
            if len(task.done) < len(task.waiting):
                for service in task.complete():
                    ready(service)
    finally:
        task.flush()
        if usages:
            task.note(by_place([*listing.usages, *usages]))
    return Collected(by_place([*listing.usages, *usages]), problems_of(task.lacking), task.corrected)


def _planned(  # noqa: PLR0913, PLR0917  # as `collect`
    review: Review, services: Sequence[Service], week: Week, listing: Listing, archive: Archive, now: datetime
) -> Task:
    """Return a collection that knows what the archive lacks, before any datapoint is asked for."""
    task = Task(week, archive, epoch(now))
    for service in services:
        with task.isolated(service):
            task.add(service, _plan(review, service, task, listing))
    if listing.broken and not task.waiting and not task.readable:
        raise client_errors.unreadable(listing.broken)
    return task


def _plan(review: Review, service: Service, task: Task, listing: Listing) -> Plan:
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
