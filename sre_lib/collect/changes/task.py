"""One collection of changes under way: what is wanted of whom, what came for which service, what is missing."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from sre_lib import weeks
from sre_lib.change import Change, ChangeSource, Looked
from sre_lib.collect.archive import Archive
from sre_lib.collect.changes.asking import Came, Stretch
from sre_lib.collect.changes.kept import Kept, Limits, changes_of, put
from sre_lib.collect.changes.resources import SOURCES, Resource, resource_of
from sre_lib.collect.queries import Place
from sre_lib.errors import ArchiveError
from sre_lib.model import Service, Week
from sre_lib.params import Review

OVERLAP = timedelta(days=1)
"""So much before the end of the last whole look is asked for again: a deployment that went on then, late events."""

KEPT: dict[ChangeSource, timedelta] = {
    "deployments": timedelta(days=90),
    "scaling": timedelta(weeks=6),
    "database_events": timedelta(days=14),
    "cache_events": timedelta(days=14),
    "cloudtrail": timedelta(days=90),
}
"""How long AWS tells of what happened (AWS API references, and "View service history using Amazon ECS service
deployments" of the Amazon ECS Developer Guide)."""

OTHER_ACCOUNT = (
    "account {account} owns it, and its changes can be asked for there alone; give it a `profile` of that account"
)
NEVER_LOOKED = "the archive holds no look of this week"
_MARGIN = timedelta(hours=1)


class ChangesProblem(NamedTuple):
    """A source that was asked for and did not answer in full, of which services, and why (no source: a file)."""

    source: ChangeSource | None
    services: tuple[str, ...]
    message: str

    def __str__(self) -> str:
        """Return the sentence."""
        what = f"changes ({self.source})" if self.source else "changes"
        return f"{', '.join(self.services)}: {what}: {self.message}"


class Want(NamedTuple):
    """One source of one part's resource."""

    service: Service
    part: str
    source: ChangeSource
    resource: Resource
    account: str


@dataclass
class Task:
    """What is wanted by source and place, of which resources and since when; and what came."""

    review: Review
    week: Week
    archive: Archive
    now: datetime
    jobs: dict[tuple[ChangeSource, Place], dict[Resource, Stretch]] = field(default_factory=lambda: defaultdict(dict))
    wants: list[Want] = field(default_factory=list)
    known: dict[str, Kept] = field(default_factory=dict)
    new: dict[str, list[Kept]] = field(default_factory=lambda: defaultdict(list))
    lacking: dict[tuple[str, str], dict[str, None]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, service: Service) -> None:
        """Take on what is not kept yet of a service; nothing where the review file names no source."""
        try:
            self.known[service.name] = changes_of(self.archive, service, self.week)
        except ArchiveError as error:
            self._lacks("", str(error), service)
            return
        for part in service.parts:
            resource = resource_of(self.review.catalog, part)
            for source in SOURCES[resource.type] if resource else ():
                if resource and source in self.review.changes:
                    account = "" if part.profile else part.account
                    self.wants.append(Want(service, part.name, source, resource, account))
                    self._plan(self.wants[-1])

    def take(self, source: ChangeSource, came: Came, asked: Stretch) -> None:
        """Take in what a source told of a resource, for each part that it stands behind."""
        for want in self.wants:
            if (want.source, want.resource) == (source, came.resource):
                self._looked(want, asked, came.status, came.message)
                changes = tuple(replace(each, part=want.part) for each in came.changes)
                self.new[want.service.name].append(Kept(changes, (), self._limits(want, came)))
                if came.status != "complete":
                    self._lacks(source, came.message, want.service)

    def never_looked(self) -> None:
        """Note what is wanted and was not looked at in the week."""
        inside = Stretch(self.week.start, self.week.end)
        for want in self.wants:
            if not any(_meets(each, inside) for each in self._looks(want)):
                self._lacks(want.source, NEVER_LOOKED, want.service)

    def write(self) -> None:
        """Write what came, each into the file of its week; a damaged file is a problem of its service."""
        services = {want.service.name: want.service for want in self.wants}
        for name, found in self.new.items():
            for week in (*weeks.history(self.week), self.week):
                inside = _of_week(found, week, with_limits=week == self.week)
                if inside == Kept():
                    continue
                try:
                    put(self.archive, services[name], week, inside)
                except ArchiveError as error:
                    self._lacks("", str(error), services[name])

    def problems(self) -> tuple[ChangesProblem, ...]:
        """Return what is missing, the same of several services once."""
        sources: dict[str, ChangeSource] = {source: source for source in KEPT}
        return tuple(
            ChangesProblem(sources.get(source), tuple(services), message)
            for (source, message), services in sorted(self.lacking.items())
        )

    def _plan(self, want: Want) -> None:
        """Plan to ask for what was not looked at as a whole yet, so far as AWS still keeps it."""
        end = min(self.week.end, self.now)
        since = _covered(self._looks(want), self.week.history_start)
        kept_from = self.now - KEPT[want.source] + _MARGIN
        if since < min(kept_from, end):
            self._looked(want, Stretch(since, min(kept_from, end)), "gone", "")
        if max(since, kept_from) >= end:
            return
        asked = Stretch(max(kept_from, self.week.history_start, since - OVERLAP), end)
        if want.account and self.review.source.type != "demo":
            message = OTHER_ACCOUNT.format(account=want.account)
            self._looked(want, asked, "partial", message)
            self._lacks(want.source, message, want.service)
            return
        job = self.jobs[want.source, want.resource.place]
        other = job.get(want.resource, asked)
        job[want.resource] = Stretch(min(asked.start, other.start), end)

    def _limits(self, want: Want, came: Came) -> tuple[Limits, ...]:
        """Return the limits as they are now; what differs from the last look is a change since then."""
        before = [each for each in self.known[want.service.name].limits if each.resource == came.resource.key]
        last = max(before, key=lambda each: each.at, default=None)
        if not came.limits or (last and not last.at < min(self.now, self.week.end)):
            # What changed since then lies in a later week, whose review will find it.
            return ()
        changed = {
            name: (last.values.get(name, ""), value)
            for name, value in came.limits.items()
            if last and last.values.get(name) != value
        }
        if last and changed:
            name = f"{came.resource.key} {self.now.isoformat()}"
            title = ", ".join(came.resource.names)
            change = Change(name, last.at, self.now, "scaling", want.part, title, changed)
            self.new[want.service.name].append(Kept((change,)))
        return (Limits(came.resource.key, self.now, came.limits),)

    def _looks(self, want: Want) -> list[Looked]:
        """Return the looks that are kept of what is wanted."""
        key = (want.source, want.resource.key)
        return [each for each in self.known[want.service.name].looked if (each.source, each.resource) == key]

    def _looked(
        self, want: Want, stretch: Stretch, status: Literal["complete", "partial", "denied", "gone"], message: str
    ) -> None:
        """Keep that a source was asked, or can no longer be."""
        look = Looked(want.source, want.resource.key, *stretch, self.now, status, message)
        self.new[want.service.name].append(Kept((), (look,)))

    def _lacks(self, source: str, message: str, service: Service) -> None:
        """Note what is missing of a service."""
        self.lacking[source, message][service.name] = None


def _covered(looked: Sequence[Looked], start: datetime) -> datetime:
    """Return until when all was looked at, or is gone, from `start` on."""
    until = start
    whole = (each for each in looked if each.status in {"complete", "gone"})
    for each in sorted(whole, key=lambda each: each.start):
        if each.start <= until:
            until = max(until, each.end)
    return until


def _meets(look: Looked, stretch: Stretch) -> bool:
    """Tell whether a look overlaps a stretch."""
    return look.start < stretch.end and stretch.start < look.end


def _of_week(found: Sequence[Kept], week: Week, *, with_limits: bool) -> Kept:
    """Return what begins in a week, and what of it was looked at."""

    def clipped() -> Iterator[Looked]:
        for each in (look for kept in found for look in kept.looked):
            start, end = max(each.start, week.start), min(each.end, week.end)
            if start < end:
                yield replace(each, start=start, end=end)

    changes = (each for kept in found for each in kept.changes)
    limits = (each for kept in found for each in kept.limits) if with_limits else ()
    inside = tuple(each for each in changes if week.start <= each.start < week.end)
    return Kept(inside, tuple(clipped()), tuple(limits))
