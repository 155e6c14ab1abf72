"""Looking into an account, read-only: every source is asked, and one that refuses does not keep the others silent."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from sre_lib.collect.changes.asking import Asking
from sre_lib.collect.discover import balancers, caches, databases, ecs, functions, metrics
from sre_lib.collect.discover.found import Found, Look, Looking, Related, tags_of
from sre_lib.collect.discover.metrics import AskingIn, Own, Published

Tell = Callable[[Look], None]


@dataclass(frozen=True)
class Source:
    """What is listed at one service: how, and the kinds that it tells of."""

    name: str
    read: Callable[[Looking], Iterator[Found]]
    kinds: tuple[str, ...]


SOURCES = (
    Source("ECS services", ecs.read, ("ecs_service",)),
    Source(
        "databases", databases.read,
        ("aurora_role", "aurora_serverless", "rds_instance", "documentdb_role", "documentdb_instance"),
    ),
    Source("caches", caches.read, ("elasticache_node", "memcached_node", "elasticache_serverless")),
    Source("target groups", balancers.read, ("alb_target_group",)),
    Source("Lambda functions", functions.read, ("lambda_function",)),
)  # fmt: skip
_TAGGED = [
    "ecs:service", "rds:cluster", "rds:db", "elasticache:cluster", "elasticache:replicationgroup",
    "elasticloadbalancing:targetgroup", "lambda:function", "sqs:queue", "dynamodb:table", "ec2:natgateway",
    "eks:cluster",
]  # fmt: skip
_BY_METRICS = {
    "Kubernetes": ("eks_service", "eks_nodes"),
    "Auto Scaling groups": ("auto_scaling_group",),
    "queues": ("sqs_queue",),
    "tables": ("dynamodb_table",),
    "NAT gateways": ("nat_gateway",),
    "CloudFront": ("cloudfront_distribution",),
}
_OF_KUBERNETES = frozenset({"kube-system", "kube-public", "amazon-cloudwatch", "cert-manager", "karpenter"})
_INSIGHTS = ("ecs_container_insights_enhanced", "ecs_container_insights")
METRICS, TAGS, LINKED = "metrics", "tags", "linked accounts"


@dataclass(frozen=True)
class Account:
    """What is in an account, by source, and what could not be told.

    `number` is the account's own (empty: not known). `quiet` are resources without a datapoint in two weeks: they
    exist, but there is nothing to review. `whole` are the kinds that were listed to the end: what is not here of them
    is not there.
    """

    number: str
    looks: tuple[Look, ...]
    own: tuple[Own, ...] = ()
    quiet: tuple[Found, ...] = ()
    whole: frozenset[str] = frozenset()

    @property
    def found(self) -> tuple[Found, ...]:
        """Return all resources that publish, in the order of the sources."""
        return tuple(each for look in self.looks for each in look.found)

    @property
    def lacks(self) -> tuple[str, ...]:
        """Return what could not be told, each reason once."""
        return tuple(dict.fromkeys(each for look in self.looks for each in (*look.unlisted, *look.unknown)))


def look_into(
    asking_of: Callable[[], Asking], tell: Tell = lambda _look: None, asking_in: AskingIn | None = None
) -> Account:
    """Return what is in the account that the calls go to; `tell` is given each look as soon as it is made.

    `asking_in` asks other regions, for what publishes only there (None: that is not looked for). Whatever is refused
    is in the looks; nothing is raised for it.
    """
    looking = Looking(asking_of())
    number = _number(looking)
    published = metrics.read(looking, number, asking_in)
    looks = [_told(looking.look(METRICS, ()), tell)]
    looking = Looking(asking_of())
    tags = _tags(looking)
    looks.append(_told(looking.look(TAGS, ()), tell))
    quiet: list[Found] = []
    whole: set[str] = set()
    for source in SOURCES:
        look = _look(source, Looking(asking_of()), published, tags)
        if not look.unlisted:
            whole.update(source.kinds)
        silent = [each for each in look.found if published.known and not published.has(each)]
        quiet += silent
        there = tuple(_with_insights(each, published) for each in look.found if each not in silent)
        looks.append(_told(replace(look, found=there), tell))
    looks += [_told(each, tell) for each in (*_by_metrics(published, tags), *_linked(published))]
    return Account(number, tuple(looks), published.own, tuple(quiet), frozenset(whole))


def _told(look: Look, tell: Tell) -> Look:
    """Tell a look and return it."""
    tell(look)
    return look


def _number(looking: Looking) -> str:
    """Return the number of the account; without it linked accounts cannot be told from it."""
    with looking.attempt("the number of this account, to tell linked ones from it"):
        return str(looking.asking.call("sts", "get_caller_identity").get("Account", ""))
    return ""


def _tags(looking: Looking) -> Mapping[str, Mapping[str, str]]:
    """Return the tags of everything that has some, by ARN."""
    token = ("PaginationToken", "PaginationToken")
    entries = looking.entries(
        "resourcegroupstaggingapi", "get_resources", "ResourceTagMappingList", token, ResourceTypeFilters=_TAGGED
    )
    return {each["ResourceARN"]: tags_of(each.get("Tags")) for each in entries}


def _look(source: Source, looking: Looking, published: Published, tags: Mapping[str, Mapping[str, str]]) -> Look:
    """Return what a source lists, with tags; what it would not list is taken from metrics."""
    found = [_tagged(each, tags) for each in source.read(looking)]
    if looking.unlisted:
        found += _missed(found, published, source)
    return looking.look(source.name, tuple(found))


def _tagged(found: Found, tags: Mapping[str, Mapping[str, str]]) -> Found:
    """Return a resource with the tags of its ARNs beside those that it was listed with."""
    known = {key: text for arn in found.arns for key, text in tags.get(arn, {}).items()}
    return replace(found, tags={**known, **found.tags})


def _missed(found: list[Found], published: Published, source: Source) -> Iterator[Found]:
    """Yield the resources of a source that publish but were not listed."""
    listed = {each.name for each in found} | {name for each in found for name in each.members}
    listed |= {each.found.name for one in found for each in one.related}
    for each in published.resources(""):
        if each.kind in source.kinds and each.name not in listed:
            yield each


def _with_insights(found: Found, published: Published) -> Found:
    """Return an ECS service with Container Insights as a part of it where it publishes them: tasks and their memory."""
    if found.kind != "ecs_service":
        return found
    for kind in _INSIGHTS if published.known else ():
        insights = Found(kind, f"{found.name}-tasks", found.dimensions, account=found.account)
        if published.has(insights):
            part = Related(insights, "Container Insights are switched on: tasks, and their CPU and memory")
            return replace(found, related=(*found.related, part))
    return found


def _by_metrics(published: Published, tags: Mapping[str, Mapping[str, str]]) -> Iterator[Look]:
    """Yield what publishes and is listed by nobody: a look for each of the words that people have for it."""
    names = {arn.split(":", 5)[-1]: each for arn, each in tags.items() if arn.count(":") >= 5}
    everything = published.resources("")
    for source, kinds in _BY_METRICS.items():
        found = [replace(each, tags=names.get(_last(each), {})) for each in everything if each.kind in kinds]
        ours = [each for each in found if each.dimensions.get("Namespace", ("",))[0] not in _OF_KUBERNETES]
        left_out = () if len(ours) == len(found) else ("services of Kubernetes itself and of its add-ons",)
        if found:
            yield Look(source, tuple(map(_named, ours)), left_out=left_out)


def _last(found: Found) -> str:
    """Return the last part of a resource's ARN (Service Authorization Reference of each service)."""
    prefixes = {"dynamodb_table": "table/", "nat_gateway": "natgateway/", "eks_nodes": "cluster/"}
    return f"{prefixes.get(found.kind, '')}{found.name}"


def _named(found: Found) -> Found:
    """Return a resource that AWS gave a number by the name that people gave it, where there is one."""
    name = found.tags.get("Name", "")
    return replace(found, name=name) if name and found.kind in {"nat_gateway"} else found


def _linked(published: Published) -> Iterator[Look]:
    """Yield what linked accounts publish: their list calls are not ours to make."""
    accounts = sorted({each.account for each in published.metrics} - {""})
    if accounts:
        yield Look(LINKED, tuple(each for account in accounts for each in published.resources(account)))
