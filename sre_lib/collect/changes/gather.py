"""What changed in a week: from the archive what it has, the rest from AWS; no source that fails stops another."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from sre_lib.change import ChangeSource
from sre_lib.collect.archive import Archive
from sre_lib.collect.changes import cloudtrail, deployments, scaling, service_events
from sre_lib.collect.changes.asking import Asking, Came, NotAnsweredError, Reader, Wanted
from sre_lib.collect.changes.resources import Resource
from sre_lib.collect.changes.task import ChangesProblem, Task
from sre_lib.collect.client_errors import safe
from sre_lib.collect.clients import Clients
from sre_lib.collect.queries import Place
from sre_lib.collect.quota import at_most
from sre_lib.demo.changes import capacity as capacity_of_demo
from sre_lib.demo.changes import changes as changes_of_demo
from sre_lib.model import Service, Week
from sre_lib.params import Review
from sre_lib.params_file import DemoSource

__all__ = ["ChangesCollected", "ChangesProblem", "collect_changes", "lacks_changes"]

READERS: Mapping[ChangeSource, Reader] = {
    "deployments": deployments.read,
    "scaling": scaling.read,
    "database_events": service_events.read_databases,
    "cache_events": service_events.read_caches,
    "cloudtrail": cloudtrail.read,
}

LOOKUPS_PER_SECOND = 2
"""LookupEvents of one account and region (AWS CloudTrail quotas)."""

_THREADS = 4


@dataclass(frozen=True)
class ChangesCollected:
    """How many calls it took, and what was asked for and is missing."""

    calls: int = 0
    problems: tuple[ChangesProblem, ...] = ()


def collect_changes(  # noqa: PLR0913, PLR0917  # what a run knows, as `gather.collect`
    review: Review, services: Sequence[Service], week: Week, clients: Clients | None, archive: Archive, now: datetime
) -> ChangesCollected:
    """Ask AWS for what changed in history and week and is not kept yet; a second run of a week asks nothing.

    Only the sources that the review file names are asked. Without clients nothing is, and what was never looked at is
    a problem. No source raises: one that is denied or fails is kept as looked at in vain, and is a problem.
    """
    task = _task(review, services, week, archive, now)
    if clients is None:
        task.never_looked()
        return ChangesCollected(0, task.problems())
    jobs = [(source, place, wanted) for (source, place), wanted in task.jobs.items()]
    with ThreadPoolExecutor(_THREADS) as pool:
        answers = list(pool.map(lambda job: _ask(review, clients, *job), jobs))
    for (source, _, wanted), (came, _) in zip(jobs, answers, strict=True):
        for each in came:
            task.take(source, each, wanted[each.resource])
    task.write()
    return ChangesCollected(sum(calls for _, calls in answers), task.problems())


def lacks_changes(review: Review, services: Sequence[Service], week: Week, archive: Archive, now: datetime) -> bool:
    """Tell whether some source would be asked for something."""
    return bool(_task(review, services, week, archive, now).jobs)


def _task(review: Review, services: Sequence[Service], week: Week, archive: Archive, now: datetime) -> Task:
    """Return what is wanted of some services."""
    task = Task(review, week, archive, now)
    for service in services if review.changes else ():
        task.add(service)
    return task


def _ask(
    review: Review, clients: Clients, source: ChangeSource, place: Place, wanted: Wanted
) -> tuple[list[Came], int]:
    """Return what one source of one place told of each resource, and how many calls it took."""
    if isinstance(review.source, DemoSource):
        seed = review.source.seed
        told = ((each, changes_of_demo(seed, source, each.names, *wanted[each])) for each in wanted)
        return [Came(each, tuple(found), limits=capacity_of_demo(source, each.names)) for each, found in told], 0
    pace: Callable[[], object] = at_most(LOOKUPS_PER_SECOND) if source == "cloudtrail" else lambda: None
    asking = Asking(lambda service: clients.other(service, place), pace)
    came: dict[Resource, Came] = {}
    try:
        for each in READERS[source](asking, wanted):
            came[each.resource] = each
    except NotAnsweredError as error:
        came = {**{each: Came(each, status=error.status, message=error.message) for each in wanted}, **came}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # An answer without what AWS documents: an endpoint that is none of AWS's, say. The other sources go on.
        message = f"an answer is not as AWS documents it ({type(error).__name__}: {safe(str(error))})"
        came = {**{each: Came(each, status="partial", message=message) for each in wanted}, **came}
    return list(came.values()), asking.calls
