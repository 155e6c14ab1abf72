"""What of an account is new or gone against a review file that people keep: said, never written."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

from sre_lib.catalog import builtin_catalog
from sre_lib.collect.discover.account import Account
from sre_lib.collect.discover.found import Found, Related
from sre_lib.collect.discover.guess import Proposal
from sre_lib.model import Part
from sre_lib.params import Review
from sre_lib.params_alarms import matches
from sre_lib.run.init_yaml import comment, line, related_lines, service_lines

Values = Mapping[str, str]

_CLUSTER = frozenset({"DBClusterIdentifier"})
_INSTANCE = "DBInstanceIdentifier"


@dataclass(frozen=True)
class Difference:
    """Services that are new, parts that are new by the service that they belong to, and what is gone.

    `grown` are resources that the review has in part: what is new of them, by the name of the part.
    """

    services: tuple[Proposal, ...] = ()
    parts: tuple[tuple[str, Related], ...] = ()
    grown: tuple[tuple[str, tuple[Values, ...]], ...] = ()
    gone: tuple[tuple[str, Part], ...] = ()

    def __bool__(self) -> bool:
        """Tell whether there is any difference."""
        return bool(self.services or self.parts or self.grown or self.gone)


def difference(review: Review, account: Account, proposals: Iterable[Proposal]) -> Difference:
    """Return how an account differs from a review; what was not listed to the end is never gone."""
    parts = [(service.name, part) for service in review.services for part in service.parts]
    services: list[Proposal] = []
    new: list[tuple[str, Related]] = []
    grown: list[tuple[str, tuple[Values, ...]]] = []
    used = {service.name.casefold() for service in review.services}
    for each in proposals:
        owner = _owner(each.found, parts)
        if owner is None:
            services.append(replace(each, name=_free(each.name, used)))
            continue
        new += [(owner, one) for one in each.related if _owner(one.found, parts) is None]
        for found in (each.found, *(one.found for one in each.related)):
            missing = tuple(_missing(found, parts))
            holder = _owner(found, parts)
            grown += [(holder, missing)] if missing and holder is not None else []
    return Difference(tuple(services), tuple(new), tuple(grown), tuple(_gone(parts, account)))


def difference_lines(found: Difference, review: Review) -> Iterator[str]:
    """Yield the difference as YAML to copy from, with comments."""
    if found.services:
        yield from comment(f"New: copy what is to be reviewed to the `services:` of {review.file.name}.")
        yield from (text for each in found.services for text in service_lines(each))
    for owner, each in found.parts:
        yield from comment(f"New, and belongs to {owner}: copy it below that service's `related:`.")
        yield from related_lines(each)
    for name, values in found.grown:
        yield from comment(f"New in what {name} already looks at: add to its dimensions")
        yield from (f"#   {line('dimensions', dict(each))}" for each in values)
    for owner, part in found.gone:
        of = "" if owner == part.name else f" of {owner}"
        shown = line(
            "dimensions", {key: text if isinstance(text, str) else list(text) for key, text in part.dimensions.items()}
        )
        yield from comment(f"Gone: {part.name}{of} ({part.kind}, {shown}): nothing in the account is called so.")


def _owner(found: Found, parts: Iterable[tuple[str, Part]]) -> str | None:
    """Return the service of a review that looks at a resource, at least in part; None where none does."""
    values = list(_combinations(found))
    for service, part in parts:
        if part.account == found.account and any(_covers(part, each) for each in values):
            return service
        names = part.dimensions.get(_INSTANCE, ())
        if found.members and any(_fits(names, each) for each in found.members):
            return service
    return None


def _missing(found: Found, parts: Iterable[tuple[str, Part]]) -> Iterator[Values]:
    """Yield the identities of a resource that no part names."""
    known = list(parts)
    if not found.members:
        yield from (each for each in _combinations(found) if not any(_covers(part, each) for _, part in known))


def _combinations(found: Found) -> Iterator[Values]:
    """Yield the identities that a resource stands for."""
    for each in product(*found.dimensions.values()):
        yield dict(zip(found.dimensions, each, strict=True))


def _covers(part: Part, values: Values) -> bool:
    """Tell whether a part looks at an identity."""
    same = part.dimensions.keys() == values.keys() or (part.dimensions.keys() == _CLUSTER and values.keys() >= _CLUSTER)
    return same and all(_fits(texts, values[name]) for name, texts in part.dimensions.items())


def _fits(texts: str | tuple[str, ...], value: str) -> bool:
    """Tell whether a dimension of a part names a value."""
    return any(matches(value, each) for each in ((texts,) if isinstance(texts, str) else texts))


def _gone(parts: Iterable[tuple[str, Part]], account: Account) -> Iterator[tuple[str, Part]]:
    """Yield the parts that nothing in the account is called like, of the kinds that were listed to the end."""
    catalog = builtin_catalog()
    listed = {frozenset(catalog[kind].dimensions) for kind in account.whole}
    everything = [*account.found, *account.quiet]
    everything += [each.found for one in everything for each in one.related]
    there = [each for found in everything for each in _combinations(found)]
    members = {name for each in everything for name in each.members}
    for service, part in parts:
        if part.account or part.region or part.profile or frozenset(part.dimensions) not in listed:
            continue
        if any(_fits(part.dimensions.get(_INSTANCE, ()), name) for name in members):
            continue
        if not any(_names(part, each) for each in there):
            yield service, part


def _names(part: Part, values: Values) -> bool:
    """Tell whether all that a part says of a resource holds for an identity."""
    return part.dimensions.keys() <= values.keys() and all(
        _fits(texts, values[name]) for name, texts in part.dimensions.items()
    )


def _free(name: str, used: set[str]) -> str:
    """Return a name that no service of the review has."""
    number, free = 2, name
    while free.casefold() in used:
        free, number = f"{name}-{number}", number + 1
    used.add(free.casefold())
    return free
