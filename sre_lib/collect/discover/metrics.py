"""What an account publishes: which resources had datapoints lately, linked accounts' too, and metrics of its own.

ListMetrics names what had datapoints in the last two weeks (AWS API reference, ListMetrics). It is asked for one metric
of each kind, which is as many entries as there are resources; only metrics of other namespaces are listed whole, those
of the last three hours.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, product
from typing import Any, NamedTuple

from sre_lib.catalog import builtin_catalog
from sre_lib.collect.changes.asking import Asking, NotAnsweredError
from sre_lib.collect.discover.caches import group_of
from sre_lib.collect.discover.found import Found, Looking, Related, Texts

KINDS = (
    "ecs_service", "ecs_container_insights", "ecs_container_insights_enhanced", "aurora_role", "aurora_serverless",
    "rds_instance", "documentdb_role", "documentdb_instance", "elasticache_node", "memcached_node",
    "elasticache_serverless", "alb_target_group", "lambda_function",
)  # fmt: skip
BY_METRICS = (
    "eks_service", "eks_nodes", "auto_scaling_group", "sqs_queue", "dynamodb_table", "nat_gateway",
    "cloudfront_distribution",
)  # fmt: skip
"""Kinds that no service is asked to list: what publishes is what there is to review."""
_ROLES = ("aurora_role", "documentdb_role")
_INSTANCES = ("rds_instance", "documentdb_instance")
_TOGETHER = (*_ROLES, "elasticache_node", "memcached_node")
_PARTS = ("ecs_container_insights", "ecs_container_insights_enhanced", "aurora_serverless")
"""Kinds that stand for no resource of their own: the same is there with another kind."""
_NAMED_BY = {"ecs_service": "ServiceName", "eks_service": "Service"}
_MOST_OWN = 20_000
"""Metrics of other namespaces that are looked at: forty pages."""
_FROM_METRICS = "known from its metrics alone: nothing else of it could be listed"
_OTHER_PARTITIONS = ("cn-", "us-gov-", "us-iso")
"""Regions beside which there is no us-east-1, where CloudFront publishes."""

Dimensions = frozenset[tuple[str, str]]
AskingIn = Callable[[str], Asking]
"""The calls to a region beside the one that is looked into."""


class Metric(NamedTuple):
    """One metric that is published, and the linked account that owns it (empty: the account that is looked into)."""

    namespace: str
    name: str
    dimensions: Dimensions
    account: str = ""


class Own(NamedTuple):
    """Metrics of one namespace that the catalogue does not know: their dimensions with one example, and their names."""

    namespace: str
    dimensions: tuple[tuple[str, str], ...]
    metrics: tuple[str, ...]


@dataclass(frozen=True)
class Published:
    """What ListMetrics named; `known` is false where it was not answered, so that nothing can be said of what lacks."""

    metrics: frozenset[Metric] = frozenset()
    own: tuple[Own, ...] = ()
    known: bool = True
    _asked: frozenset[tuple[str, str]] = field(default_factory=lambda: frozenset(map(_question, KINDS)))

    def has(self, found: Found) -> bool:
        """Tell whether a resource, or one of those that it stands for, had a datapoint."""
        namespace, name = _question(found.kind)
        if (namespace, name) not in self._asked:
            return True
        values = [[(key, text) for text in texts] for key, texts in found.dimensions.items()]
        return any(Metric(namespace, name, frozenset(each), found.account) in self.metrics for each in product(*values))

    def resources(self, account: str) -> tuple[Found, ...]:
        """Return the resources of one account as their metrics name them."""
        mine = sorted(
            (each for each in self.metrics if each.account == account), key=lambda each: sorted(each.dimensions)
        )
        return tuple(_grouped(mine, account))


def read(looking: Looking, account: str, asking_in: AskingIn | None = None) -> Published:
    """Return what is published; `account` is the number of the account that is looked into (empty: not known).

    `asking_in` asks another region, for what publishes in one alone (None: that is not looked for).
    """
    found: set[Metric] = set()
    known = True
    # Where nobody knows which account is ours, others' resources would be taken for ours.
    linked = {"IncludeLinkedAccounts": True} if account else {}
    for namespace, name in dict.fromkeys(map(_question, KINDS)):
        before = len(looking.unlisted)
        found.update(_listed(looking, account, Namespace=namespace, MetricName=name, **linked))
        known = known and len(looking.unlisted) == before
    for kind in BY_METRICS if known else ():
        found.update(_of_kind(kind, looking, account, asking_in, linked))
    return Published(frozenset(found), tuple(_own(looking, account)) if known else (), known)


def _of_kind(
    kind: str, looking: Looking, account: str, asking_in: AskingIn | None, linked: Mapping[str, object]
) -> Iterator[Metric]:
    """Yield the metrics that stand for one of the kinds `BY_METRICS`; why there are none only adds to what is known."""
    spec = builtin_catalog()[kind]
    namespace, name = _question(kind)
    there = looking
    if spec.region:
        if asking_in is None:
            return
        there = Looking(asking_in(spec.region))
    only = [{"Name": each} for each in spec.dimensions]
    yield from _listed(there, account, Namespace=namespace, MetricName=name, Dimensions=only, **linked)
    if there is not looking:
        looking.unknown += [f"{spec.region}: {each}" for each in there.unlisted]


def _question(kind: str) -> tuple[str, str]:
    """Return namespace and name of the metric that stands for a kind: its first one that is not optional."""
    spec = builtin_catalog()[kind]
    metrics = tuple(spec.metrics.values())
    first = next((each for each in metrics if not each.optional), metrics[0])
    return first.namespace or spec.namespace, first.name


def has_us_east_1(region: str) -> bool:
    """Tell whether a region's partition has us-east-1, where CloudFront publishes."""
    return not region.startswith(_OTHER_PARTITIONS)


def _listed(looking: Looking, account: str, **arguments: object) -> Iterator[Metric]:
    """Yield the metrics that one question names; why others did not come is kept."""
    try:
        for page in _pages(looking, arguments):
            owners = page.get("OwningAccounts") or [account] * len(page.get("Metrics") or ())
            for each, owner in zip(page.get("Metrics") or (), owners, strict=False):
                dimensions = frozenset((one["Name"], one["Value"]) for one in each.get("Dimensions") or ())
                linked = owner if owner not in {account, ""} and account and _is_account(owner) else ""
                yield Metric(each["Namespace"], each["MetricName"], dimensions, linked)
    except NotAnsweredError as error:
        looking.unlisted.append(error.message)


def _pages(looking: Looking, arguments: dict[str, object]) -> Iterator[dict[str, Any]]:
    """Yield the pages of ListMetrics."""
    following: dict[str, object] = {}
    while True:
        page = looking.asking.call("cloudwatch", "list_metrics", **arguments, **following)
        yield page
        token = page.get("NextToken")
        if not token or following.get("NextToken") == token:
            return
        following = {"NextToken": token}


def _is_account(text: str) -> bool:
    """Tell whether a text is the number of an account."""
    return len(text) == 12 and text.isdecimal()


def _own(looking: Looking, account: str) -> Iterator[Own]:
    """Yield what the account publishes itself, beside AWS and the catalogue: an entry for each set of dimensions."""
    ours = {spec.namespace for spec in builtin_catalog().values()}
    groups: dict[tuple[str, tuple[str, ...]], list[Metric]] = {}
    metrics = list(islice(_listed(looking, account, RecentlyActive="PT3H"), _MOST_OWN + 1))
    if len(metrics) > _MOST_OWN:
        looking.unknown.append(
            f"metrics of your own: only the first {_MOST_OWN:,} metrics of the last 3 hours were read"
        )
    for each in metrics[:_MOST_OWN]:
        if not each.namespace.startswith("AWS/") and each.namespace not in ours:
            names = tuple(sorted(key for key, _ in each.dimensions))
            groups.setdefault((each.namespace, names), []).append(each)
    for (namespace, _), some in sorted(groups.items()):
        yield Own(namespace, tuple(sorted(some[0].dimensions)), tuple(sorted({each.name for each in some})))


def _grouped(metrics: Iterable[Metric], account: str) -> Iterator[Found]:
    """Yield a resource for each set of dimensions that a kind has; nodes of a group and roles of a cluster together."""
    groups: dict[tuple[str, str, Texts], set[Dimensions]] = {}
    known = [(kind, each.dimensions) for each in metrics for kind in (_kind(each),) if kind]
    engines = {dimensions for kind, dimensions in known if kind == "elasticache_node"}
    for kind, dimensions in known:
        # A node with an engine's CPU is none of Memcached, which has the same dimensions.
        if kind != "memcached_node" or dimensions not in engines:
            values = dict(dimensions)
            groups.setdefault((kind, _name(kind, values), _apart(kind, values)), set()).add(dimensions)
    clusters = {name for kind, name, _ in groups if kind in _ROLES}
    for (kind, name, _), some in groups.items():
        if kind in _ROLES:
            yield _cluster(kind, name, some, account)
        elif kind not in _INSTANCES or not any(name.startswith(f"{each}-") for each in clusters):
            yield Found(kind, name, _joined(some), notes=_notes(kind), account=account)


def _apart(kind: str, values: dict[str, str]) -> Texts:
    """Return what tells two resources of one name apart; empty for what is looked at together."""
    return () if kind in _TOGETHER else tuple(values[name] for name in sorted(values))


def _kind(metric: Metric) -> str:
    """Return the kind that a metric stands for; empty for what none is proposed for."""
    names = {name for name, _ in metric.dimensions}
    for kind in (*KINDS, *BY_METRICS):
        fits = set(builtin_catalog()[kind].dimensions) == names and _question(kind) == metric[:2]
        if fits and kind not in _PARTS:
            return kind
    return ""


def _name(kind: str, values: dict[str, str]) -> str:
    """Return the name of a resource by its dimensions."""
    if kind in _NAMED_BY:
        return values[_NAMED_BY[kind]]
    if kind == "elasticache_node":
        return group_of(values["CacheClusterId"])
    if kind == "alb_target_group":
        return values["TargetGroup"].split("/")[1] if values["TargetGroup"].count("/") else values["TargetGroup"]
    return values[builtin_catalog()[kind].dimensions[0]]


def _notes(kind: str) -> Texts:
    """Return what a reader should know of a resource that its metrics alone tell of."""
    keys = builtin_catalog()[kind].limit_keys
    if kind not in BY_METRICS:
        return (_FROM_METRICS,)
    return (f"put in its limits if you know them: {', '.join(keys)}",) if keys else ()


def _cluster(kind: str, name: str, roles: set[Dimensions], account: str) -> Found:
    """Return a database cluster by the roles that publish."""
    found = {dict(each)["Role"]: {key: (text,) for key, text in each} for each in roles}
    own = found.pop("WRITER", None) or found.pop(min(found))
    related = tuple(
        Related(Found(kind, f"{name}-{role.lower()}", dimensions, account=account), "another role of the same cluster")
        for role, dimensions in sorted(found.items())
    )
    return Found(kind, name, own, notes=(_FROM_METRICS,), related=related, account=account)


def _joined(sets: set[Dimensions]) -> dict[str, tuple[str, ...]]:
    """Return several sets of dimensions as one, with all values of each."""
    found: dict[str, set[str]] = {}
    for each in sets:
        for key, text in each:
            found.setdefault(key, set()).add(text)
    return {key: tuple(sorted(texts)) for key, texts in sorted(found.items())}
