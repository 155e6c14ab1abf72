"""What a part's pattern stands for, by ListMetrics and the archive, before anything is asked of it.

ListMetrics names what had datapoints in the last two weeks, up to 15 minutes late (AWS API reference, ListMetrics);
what was there before that the archive remembers. It filters by a subset of dimensions, so that the exact set is looked
for here. Each metric of a kind is listed: none of them has to exist for each resource.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from sre_lib.catalog import Catalog
from sre_lib.collect import client_errors
from sre_lib.collect.client_errors import Course
from sre_lib.collect.identities import (
    ANY,
    has_pattern,
    identities,
    known_of,
    nothing_matches,
    shown_dimensions,
)
from sre_lib.collect.page import listed, retries
from sre_lib.collect.queries import Metric, Place
from sre_lib.collect.usage import Usage
from sre_lib.model import MOST_IDENTITIES, Part, Service, Status

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

_MOST_PAGES = 400


class Unread(NamedTuple):
    """Why a part is not asked for."""

    status: Status
    message: str


@dataclass(frozen=True)
class Resolved:
    """A service with the parts that can be asked for, the metrics that ListMetrics named, and why others cannot be."""

    service: Service
    listed: frozenset[Metric]
    unread: Mapping[str, Unread]


class _Question(NamedTuple):
    """One metric with some of its dimensions; an empty value is any."""

    place: Place
    account: str
    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]


@dataclass
class Listing:
    """What ListMetrics answered in one run; each question is asked once, however many parts have it.

    `wait` waits until a place may be called; `usages` has one entry a call (they are no billed metrics); `broken` are
    the errors that mean that nothing can be read at a place.
    """

    client_of: Callable[[Place], "CloudWatchClient"]
    wait: Callable[[Place], None] = lambda _place: None
    usages: list[Usage] = field(default_factory=list)
    broken: list[tuple[Exception, Place]] = field(default_factory=list)
    _answers: dict[_Question, frozenset[Metric] | Unread] = field(default_factory=dict)

    def resolve(self, catalog: Catalog, service: Service, known: Iterable[Metric]) -> Resolved:
        """Look up a service's patterns; `known` are the metrics that the archive knows of it."""
        archived, found_now, unread = frozenset(known), set[Metric](), dict[str, Unread]()
        for part in filter(has_pattern, service.parts):
            found = self._metrics(catalog, part)
            why = found if isinstance(found, Unread) else _checked(catalog, part, found | archived)
            if why:
                unread[part.name] = why
            elif not isinstance(found, Unread):
                found_now |= found
        parts = tuple(part for part in service.parts if part.name not in unread)
        return Resolved(replace(service, parts=parts), frozenset(found_now), unread)

    def _metrics(self, catalog: Catalog, part: Part) -> frozenset[Metric] | Unread:
        """Return the metrics of a part's kind that have its dimensions, or why they cannot be listed."""
        metrics: frozenset[Metric] = frozenset()
        for question in _questions(catalog, part):
            if question not in self._answers:
                self._answers[question] = self._asked(question, part)
            answer = self._answers[question]
            if isinstance(answer, Unread):
                return answer
            metrics |= answer
        return metrics

    def _asked(self, question: _Question, part: Part) -> frozenset[Metric] | Unread:
        """Return what one question is answered."""
        try:
            return frozenset(self._pages(question))
        except client_errors.FAILURES as error:
            self.usages.append(Usage(question.place, question.account, refused=1))
            course = client_errors.meaning(error).course
            if course is Course.END:
                self.broken.append((error, question.place))
            status = Status.DENIED if course is Course.DENIED else Status.PARTIAL
            why = client_errors.said(error, question.place)
            return Unread(status, f"{shown_dimensions(part)} could not be looked up by cloudwatch:ListMetrics: {why}")

    def _pages(self, question: _Question) -> Iterator[Metric]:
        """Yield the metrics of all pages. Raises ValueError where they do not end."""
        pages = self.client_of(question.place).get_paginator("list_metrics").paginate(**_arguments(question))
        names = [name for name, _ in question.dimensions]
        self.wait(question.place)
        for number, page in enumerate(islice(pages, _MOST_PAGES + 1)):
            if number == _MOST_PAGES:
                raise ValueError(f"more than {_MOST_PAGES} pages came")
            found = listed(page)
            self.usages.append(Usage(question.place, question.account, calls=1, retried=retries(page)))
            if page.get("NextToken"):
                self.wait(question.place)
            for dimensions in found:
                if [name for name, _ in dimensions] == names:
                    yield Metric(question.namespace, question.name, dimensions, question.account, question.place.region)


def _questions(catalog: Catalog, part: Part) -> tuple[_Question, ...]:
    """Return what to ask for a part: each metric of its kind, filtered by the values that are plain text."""
    kind = catalog[part.kind]
    plain = {name: value for name, value in part.dimensions.items() if isinstance(value, str) and ANY not in value}
    dimensions = tuple((name, plain.get(name, "")) for name in sorted(part.dimensions))
    names = dict.fromkeys((spec.namespace or kind.namespace, spec.name) for spec in kind.metrics.values())
    place = Place(part.profile, part.region)
    return tuple(_Question(place, part.account, namespace, name, dimensions) for namespace, name in names)


def _arguments(question: _Question) -> dict[str, Any]:
    """Return the arguments of ListMetrics."""
    filters = [{"Name": name} | ({"Value": value} if value else {}) for name, value in question.dimensions]
    linked = {"IncludeLinkedAccounts": True, "OwningAccount": question.account} if question.account else {}
    return {"Namespace": question.namespace, "MetricName": question.name, "Dimensions": filters, **linked}


def _checked(catalog: Catalog, part: Part, known: frozenset[Metric]) -> Unread | None:
    """Return why a part cannot be asked for: it stands for nothing, or for too much."""
    count = len(identities(part, known_of(catalog, part, known)))
    if not count:
        return Unread(Status.NO_DATA, nothing_matches(part))
    if count > MOST_IDENTITIES:
        message = f"{shown_dimensions(part)} matches {count} resources, more than {MOST_IDENTITIES}; narrow it"
        return Unread(Status.PARTIAL, message)
    return None
