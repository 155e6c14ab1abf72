"""Which resources belong to which service: what AWS says, else shared tags, else similar names; each with its reason.

A guess is made only where exactly one service fits: a database that several could own is a service of its own.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sre_lib.collect.discover.found import Found, Related

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
_ENVIRONMENTS = {
    "prod": "prod", "production": "prod", "prd": "prod", "live": "prod", "stg": "stg", "staging": "stg", "stage": "stg",
    "dev": "dev", "development": "dev", "test": "test", "testing": "test", "qa": "qa", "uat": "uat",
}  # fmt: skip
_GENERIC = frozenset(
    {
        "db", "database", "cache", "redis", "valkey", "memcached", "mysql", "mariadb", "postgres", "postgresql", "pg",
        "aurora", "rds", "docdb", "elasticache", "cluster", "instance", "writer", "reader", "replica", "primary",
        "main", "service", "svc", "ecs", "fargate", "alb", "lb", "tg", "target", "group", "blue", "green",
    }
)  # fmt: skip
"""Words that say what a thing is, not whose."""
_OWNERS = ("service", "servicename", "component", "app", "application", "appname", "project", "product", "system")
_STACK = "aws:cloudformation:stack-name"
_ENVIRONMENT_TAGS = ("env", "environment", "stage")
_RUN = frozenset({"ecs_service", "eks_service"})
_ALONE = frozenset({"lambda_function", "eks_nodes", "auto_scaling_group", "nat_gateway", "cloudfront_distribution"})
"""Kinds that are a service of their own, or of all: nothing says whose."""
_USUAL, _FEW = 0.5, 2
"""A word in more than this share of the services' names, and in more than a few, says nothing."""


@dataclass(frozen=True)
class Proposal:
    """A service as it is proposed: its name in the review, its own resource, what belongs to it, and remarks."""

    name: str
    found: Found
    related: tuple[Related, ...] = ()
    remarks: tuple[str, ...] = ()


def proposals(found: Iterable[Found]) -> tuple[Proposal, ...]:
    """Return the services to review: what runs, with what belongs to it; then what belongs to nobody or to several."""
    everything = tuple(found)
    owners = [each for each in everything if each.kind in _RUN]
    groups = [each for each in everything if each.kind == "alb_target_group"]
    others = [each for each in everything if each not in owners and each not in groups]
    behind = {id(owner): list(_behind(owner, groups)) for owner in owners}
    taken = {arn for owner in owners for arn in owner.behind}
    made = [(each, behind[id(each)], ()) for each in owners]
    guesses = Guesses.of(owners)
    single: list[tuple[Found, list[Related], tuple[str, ...]]] = []
    for each in [*(group for group in groups if not taken.intersection(group.arns)), *others]:
        owner, reason = guesses.owner(each) if each.kind not in _ALONE else (None, "")
        if owner is None:
            single.append((each, [], (reason,) if reason else ()))
        else:
            behind[id(owner)].append(Related(each, reason))
    return tuple(_named([*made, *single]))


@dataclass(frozen=True)
class Guesses:
    """The services that something can belong to, and the words that say nothing because they are everywhere."""

    owners: tuple[Found, ...]
    usual: frozenset[str]

    @classmethod
    def of(cls, owners: Sequence[Found]) -> "Guesses":
        """Return what guesses rest on."""
        counts = Counter(word for each in owners for word in set(words(each.name)))
        usual = {word for word, count in counts.items() if count > max(_FEW, _USUAL * len(owners))}
        clusters = {word for each in owners for text in each.dimensions["ClusterName"] for word in words(text)}
        return cls(tuple(owners), frozenset(usual | clusters))

    def owner(self, found: Found) -> tuple[Found | None, str]:
        """Return the one service that a resource belongs to with the reason, or None and why there is none."""
        fits = [each for each in self.owners if each.account == found.account and _same_environment(each, found)]
        shared = ""
        for rule in (_by_tag, self._by_name):
            matches = list(rule(found, fits))
            if len(matches) == 1:
                return matches[0]
            if matches and not shared:
                names = ", ".join(sorted(owner.name for owner, _ in matches)[:5])
                more = f" and {len(matches) - 5} more" if len(matches) > 5 else ""
                shared = f"a service of its own, since several fit: {names}{more} ({matches[0][1]})"
        return None, shared

    def _by_name(self, found: Found, fits: Sequence[Found]) -> Iterator[tuple[Found, str]]:
        """Yield the services all of whose own words are in a resource's name, those with the most words."""
        there = set(words(found.name)) - _GENERIC - self.usual
        own = [(each, set(words(each.name)) - _GENERIC - self.usual) for each in fits]
        matching = [(each, mine) for each, mine in own if mine and mine <= there]
        most = max((len(mine) for _, mine in matching), default=0)
        for each, mine in matching:
            if len(mine) == most:
                shared = " ".join(word for word in words(each.name) if word in mine)
                yield each, f"its name has {shared!r} in common with {each.name}"


def words(name: str) -> list[str]:
    """Return the words of a name in lower case, without environments: shopOrders-prod-2 -> shop, orders, 2."""
    return [word for word in (each.lower() for each in _WORD.findall(name)) if word not in _ENVIRONMENTS]


def _by_tag(found: Found, fits: Sequence[Found]) -> list[tuple[Found, str]]:
    """Return the services that share a tag with a resource, by the narrowest tag that any shares."""
    mine = _plain(found.tags)
    for key in (*_OWNERS, _STACK):
        value = mine.get(key)
        if not value:
            continue
        same = [each for each in fits if value == _plain(each.tags).get(key)]
        matching = same or [each for each in fits if key in _OWNERS and value == each.name.casefold()]
        if matching:
            said = f"tag {key}={value} on both" if same else f"its tag {key}={value} names the service"
            return [(each, said) for each in matching]
    return []


def _plain(tags: Mapping[str, str]) -> dict[str, str]:
    """Return tags whose keys and values are written alike: Service-Name -> servicename."""
    return {
        (key if key == _STACK else re.sub(r"[\W_]", "", key.casefold())): text.strip().casefold()
        for key, text in tags.items()
    }


def _same_environment(one: Found, other: Found) -> bool:
    """Tell whether two resources can be of one environment: not where both say which, and it is not the same."""
    first, second = _environment(one), _environment(other)
    return not (first and second) or first == second


def _environment(found: Found) -> str:
    """Return the environment that tags, or words of the name or cluster, tell; empty where none does."""
    tags = _plain(found.tags)
    said = [tags[key] for key in _ENVIRONMENT_TAGS if tags.get(key)]
    texts = [found.name, *found.dimensions.get("ClusterName", ())]
    said += [word.lower() for text in texts for word in _WORD.findall(text) if word.lower() in _ENVIRONMENTS]
    return _ENVIRONMENTS.get(said[0], said[0]) if said else ""


def _behind(owner: Found, groups: Sequence[Found]) -> Iterator[Related]:
    """Yield the target groups of a service, those behind one load balancer as one: blue and green take turns."""
    by_balancer: dict[str, list[Found]] = {}
    for each in groups:
        if set(each.arns).intersection(owner.behind):
            by_balancer.setdefault(each.dimensions["LoadBalancer"][0], []).append(each)
    for number, (balancer, some) in enumerate(by_balancer.items()):
        name = f"{owner.name}-alb" if not number else f"{owner.name}-alb-{number + 1}"
        texts = tuple(text for each in some for text in each.dimensions["TargetGroup"])
        turns = "; several take turns (blue/green)" if len(texts) > 1 else ""
        yield Related(
            replace(some[0], name=name, dimensions={"LoadBalancer": (balancer,), "TargetGroup": texts}),
            f"AWS says: the service registers its tasks in it{turns}",
        )


def _named(made: Iterable[tuple[Found, list[Related], tuple[str, ...]]]) -> Iterator[Proposal]:
    """Yield proposals whose names, and whose parts' names, are each there once."""
    entries = list(made)
    counts = Counter(found.name.casefold() for found, _, _ in entries)
    used: set[str] = set()
    for found, related, remarks in entries:
        wanted = found.name if counts[found.name.casefold()] == 1 else f"{_place(found)}-{found.name}"
        name = _free(wanted, used)
        parts: set[str] = {name.casefold()}
        own = [
            replace(each, found=replace(each.found, name=_free(each.found.name, parts)))
            for each in (*related, *found.related)
        ]
        inner = [one for each in related for one in each.found.related]
        own += [replace(each, found=replace(each.found, name=_free(each.found.name, parts))) for each in inner]
        yield Proposal(name, found, tuple(own), remarks)


def _place(found: Found) -> str:
    """Return what tells resources of one name apart: account, cluster, or kind."""
    cluster = found.dimensions.get("ClusterName", ("",))[0]
    return "-".join(filter(None, (found.account, cluster))) or found.kind.partition("_")[0]


def _free(name: str, used: set[str]) -> str:
    """Return a name that is not used yet, and note it as used."""
    number, free = 2, name
    while free.casefold() in used:
        free, number = f"{name}-{number}", number + 1
    used.add(free.casefold())
    return free
