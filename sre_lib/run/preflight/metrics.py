"""Whether the metrics of each service are there, by ListMetrics; where none is, what is called nearly so."""

from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice
from typing import Any

from sre_lib.collect.client_errors import FAILURES, Course, meaning
from sre_lib.collect.clients import Clients
from sre_lib.collect.identities import ANY, Identity, combinations, identities, shown_dimensions
from sre_lib.collect.page import listed
from sre_lib.collect.queries import Place
from sre_lib.model import Part
from sre_lib.params import Review
from sre_lib.run.preflight.tree import Checked, State, group, ok, skipped

MOST_PAGES = 20
"""Pages of 500 metrics that are looked through for a name."""
NEAREST = 3

Found = tuple[tuple[str, Identity], ...]
"""Metrics: name and dimensions."""


class _NotListedError(Exception):
    """A place that does not list its metrics, and why."""


def check_metrics(review: Review, clients: Clients, wait: Callable[[Place], None]) -> Checked:
    """Look for the metrics of each service; `wait` waits until a place may be called.

    ListMetrics tells of what had a datapoint in the last two weeks (AWS API reference). Without its permission, which
    a run needs for patterns alone, metrics are not looked for.
    """
    looking = _Looking(review, clients, wait)
    services = [group(each.name, [looking.part(part) for part in each.parts]) for each in review.services]
    return group("metrics", services)


@dataclass
class _Looking:
    """What was listed so far."""

    review: Review
    clients: Clients
    wait: Callable[[Place], None]
    gone: dict[Place, str] = field(default_factory=dict)
    lists: dict[tuple[object, ...], Found] = field(default_factory=dict)

    def part(self, part: Part) -> Checked:
        """Return whether a part has metrics, how many of those of its kind, or what is called nearly so."""
        kind = self.review.catalog[part.kind]
        wanted = dict.fromkeys((spec.namespace or kind.namespace, spec.name) for spec in kind.metrics.values())
        plain = {name: text for name, text in part.dimensions.items() if isinstance(text, str) and ANY not in text}
        filters = tuple((name, plain.get(name, "")) for name in sorted(part.dimensions))
        try:
            found = {
                (namespace, name)
                for namespace in dict.fromkeys(namespace for namespace, _ in wanted)
                for name, dimensions in self._listed(part, namespace, "", filters)
                if dimensions in identities(part, [dimensions])
            }
            there = [name for key in wanted if key in found for name in key[1:]]
            if there:
                return ok(part.name, _told(there, [name for key in wanted if key not in found for name in key[1:]]))
            return self._nothing(part, *next(iter(wanted)))
        except _NotListedError as error:
            return skipped(part.name, str(error))

    def _nothing(self, part: Part, namespace: str, name: str) -> Checked:
        """Return that a part has no metric, and which resources are called nearly so."""
        names = tuple((each, "") for each in sorted(part.dimensions))
        found = (each for _, each in self._listed(part, namespace, name, names) if len(each) == len(names))
        known = {_values(each): _shown(each) for each in found}
        close = get_close_matches(_values(combinations(part)[0]), known, n=NEAREST, cutoff=0.7)
        near = [known[each] for each in close]
        lists = f"`aws cloudwatch list-metrics --namespace {namespace}` lists what there is"
        remedy = f"did you mean {' or '.join(near)}?" if near else f"correct its dimensions; {lists}"
        said = f"no metric of {shown_dimensions(part)} in {namespace} had a datapoint in the last two weeks"
        return Checked(part.name, State.NG, said, remedy)

    def _listed(self, part: Part, namespace: str, name: str, filters: tuple[tuple[str, str], ...]) -> Found:
        """Return metrics of a namespace; _NotListedError where they are not told."""
        place = Place(part.profile, part.region)
        key = (place, part.account, namespace, name, filters)
        if place in self.gone:
            raise _NotListedError(self.gone[place])
        if key not in self.lists:
            linked = {"IncludeLinkedAccounts": True, "OwningAccount": part.account} if part.account else {}
            named = {"MetricName": name} if name else {}
            only = [{"Name": each} | ({"Value": value} if value else {}) for each, value in filters]
            self.lists[key] = self._asked(place, {"Namespace": namespace, "Dimensions": only, **named, **linked})
        return self.lists[key]

    def _asked(self, place: Place, arguments: dict[str, Any]) -> Found:
        """Return the metrics of some pages."""
        found: list[tuple[str, Identity]] = []
        try:
            pages = self.clients.cloudwatch(place).get_paginator("list_metrics").paginate(**arguments)
            self.wait(place)
            for page in islice(pages, MOST_PAGES):
                names = (each["MetricName"] for each in page.get("Metrics", ()))
                found += zip(names, listed(page), strict=True)
                if page.get("NextToken"):
                    self.wait(place)
        except FAILURES as error:
            means = meaning(error)
            denied = "cloudwatch:ListMetrics is not allowed, which a run needs for `*` alone"
            self.gone[place] = denied if means.course is Course.DENIED else means.sentence
            raise _NotListedError(self.gone[place]) from error
        return tuple(found)


def _told(there: list[str], missing: list[str]) -> str:
    """Return how many metrics there are, and which are not."""
    lacking = f", without {', '.join(missing)}" if missing else ""
    return f"{len(there)} of {len(there) + len(missing)} metrics{lacking}"


def _shown(identity: Identity) -> str:
    """Return dimensions as people write them."""
    return ", ".join(f"{name}={value}" for name, value in identity)


def _values(identity: Identity) -> str:
    """Return what sets resources apart: names of dimensions are alike."""
    return "/".join(value for _, value in identity)
