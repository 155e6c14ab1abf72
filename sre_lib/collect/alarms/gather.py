"""The alarms of an account in a week: from the archive what it has, the rest from CloudWatch; no refusal ends a run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sre_lib.collect.alarms.asking import AlarmAsking
from sre_lib.collect.alarms.kept import read_definitions
from sre_lib.collect.alarms.points import Needed, fetch_points, requests_of
from sre_lib.collect.alarms.task import AlarmsProblem, Task
from sre_lib.collect.alarms.watched import watched
from sre_lib.collect.archive import Archive
from sre_lib.collect.clients import Clients
from sre_lib.collect.queries import Place
from sre_lib.collect.quota import Quotas, limits_of
from sre_lib.collect.usage import Usage, total
from sre_lib.collect.windows import epoch
from sre_lib.errors import ArchiveError
from sre_lib.model import Week
from sre_lib.params import Review
from sre_lib.params_file import CloudWatchSource

__all__ = ["AlarmsCollected", "AlarmsProblem", "collect_alarms", "places_of"]


@dataclass(frozen=True)
class AlarmsCollected:
    """How many calls it took to ask for alarms, what their datapoints took, and what is missing."""

    calls: int = 0
    usages: tuple[Usage, ...] = ()
    problems: tuple[AlarmsProblem, ...] = ()

    @property
    def usage(self) -> Usage:
        """Return what the datapoints took over all places."""
        return total(self.usages)


def collect_alarms(
    review: Review, week: Week, clients: Clients | None, archive: Archive, now: datetime
) -> AlarmsCollected:
    """Take into the archive the alarms, their history and their datapoints, so far as it lacks them.

    Asked are the review's own place and those of its parts that have a profile or region of their own. A second run of
    a week asks for no definition and no history; datapoints are asked for again as those of services are
    (`gather.collect`). Without clients, and where the review file says `alarms: false`, nothing is asked. No refusal
    raises: each is a problem, and kept as looked at in vain. Not asked: alarms of other accounts than a profile's own.
    """
    if clients is None or not review.alarms:
        return AlarmsCollected()
    task = Task(review, week, archive, now)
    quotas = Quotas(limits_of(review.source), epoch(now))
    asked = [(place, _asking(clients, place, quotas)) for place in places_of(review)]
    for place, asking in asked:
        task.ask(place, asking)
    task.write()
    usages = _fetch(task, clients, quotas)
    return AlarmsCollected(sum(asking.calls for _, asking in asked), usages, task.problems())


def places_of(review: Review) -> tuple[Place, ...]:
    """Return where a review's alarms are asked for: its own place first; the demo has one."""
    if not isinstance(review.source, CloudWatchSource):
        return (Place(),)
    parts = (part for service in review.services for part in service.parts)
    return tuple(dict.fromkeys((Place(), *(Place(part.profile, part.region) for part in parts))))


def _asking(clients: Clients, place: Place, quotas: Quotas) -> AlarmAsking:
    """Return what asks one place, no faster than the review file allows; botocore asks again what was throttled."""
    return AlarmAsking(lambda _service: clients.cloudwatch(place), partial(quotas.wait_for_call, place))


def _fetch(task: Task, clients: Clients, quotas: Quotas) -> tuple[Usage, ...]:
    """Fetch the datapoints of all alarms that existed in the week, and return what that took."""
    try:
        requests = requests_of(_needed(task), task.week, task.archive, quotas.now_s)
        brought = fetch_points(requests, task.week, clients, task.archive, quotas)
    except ArchiveError as error:
        task.lacks("", "datapoints", str(error))
        return ()
    for (status, message), metrics in brought.lacking.items():
        task.lacks("", "datapoints", f"{metrics} metrics: {message or status}")
    return brought.usages


def _needed(task: Task) -> Sequence[Needed]:
    """Return the metrics that alarms watch which are not left out and were there since the week began."""

    def found() -> Iterator[Needed]:
        for each in read_definitions(task.archive).seen:
            if each.last_seen >= task.week.start and task.review.wants_alarm(each.id.name):
                profile = each.id.place.partition("/")[0]
                yield from (Needed(one, profile) for one in watched(each.id, each.definition))

    return tuple(found())
