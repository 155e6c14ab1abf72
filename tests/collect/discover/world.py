"""An account on the embedded endpoint, literal to the last entry: what it holds, what it publishes, what is denied."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sre_lib.catalog import builtin_catalog
from sre_lib.collect.changes.asking import Asking
from sre_lib.collect.clients import of_demo
from sre_lib.collect.discover.account import Account, look_into
from sre_lib.collect.queries import Place
from sre_lib.demo.backend import Dimensions, Key
from sre_lib.demo.endpoint import serve
from sre_lib.demo.endpoint_accounts import Accounts
from sre_lib.demo.endpoint_faults import Fault, Faults, Ledger
from sre_lib.demo.inventory import Inventory

NOW = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)
REGION, LINKED = "ap-northeast-1", "210987654321"
HERE = f"arn:aws:%s:{REGION}:123456789012:%s"


@dataclass
class World:
    """What one account holds and publishes; both may be changed between calls."""

    held: Inventory = field(default_factory=Inventory)
    keys: Sequence[Key] = ()

    def series(self, namespace: str, name: str, dimensions: Dimensions) -> None:
        """Return nothing: no datapoint is asked for."""

    def published(self, start: int, end: int) -> Sequence[Key]:  # noqa: ARG002  # the endpoint gives both
        """Return the metrics with datapoints."""
        return self.keys

    def inventory(self) -> Inventory:
        """Return what it holds."""
        return self.held


@dataclass
class Estate:
    """An account, another one linked to it, and the calls between us and them."""

    own: World
    linked: World
    faults: Faults
    ledger: Ledger
    asking: Asking
    url: str

    def look(self, held: Inventory, keys: Sequence[Key] = (), denied: Sequence[str] = ()) -> Account:
        """Return what is found; `denied` are IAM actions (of CloudWatch, operations)."""
        self.own.held, self.own.keys = held, keys
        self.faults.rules = [Fault("refused", "AccessDeniedException", action=each) for each in denied]
        return look_into(lambda: self.asking)


@contextmanager
def estate() -> Iterator[Estate]:
    """Serve an estate that is empty at first."""
    own, linked, faults, ledger = World(), World(), Faults(), Ledger()
    accounts = Accounts({("demo", REGION): own, (LINKED, REGION): linked}, {"demo": (LINKED,)})
    with serve(accounts, NOW, faults, ledger) as url:
        clients = of_demo(url)
        asking = Asking(lambda service: clients.other(service, Place("", "")))
        yield Estate(own, linked, faults, ledger, asking, url)
        clients.close()


def published(kind: str, **dimensions: str) -> Key:
    """Return the metric that stands for a resource of a kind."""
    spec = builtin_catalog()[kind]
    metric = next(iter(spec.metrics.values()))
    return metric.namespace or spec.namespace, metric.name, frozenset(dimensions.items())


def ecs(name: str, cluster: str = "shop", groups: Sequence[str] = (), **more: object) -> Mapping[str, object]:
    """Return an ECS service as DescribeServices answers it."""
    return {
        "serviceName": name,
        "serviceArn": HERE % ("ecs", f"service/{cluster}/{name}"),
        "clusterArn": HERE % ("ecs", f"cluster/{cluster}"),
        "status": "ACTIVE",
        "loadBalancers": [{"targetGroupArn": group_arn(each)} for each in groups],
        **more,
    }


def group_arn(name: str) -> str:
    """Return the ARN of a target group."""
    return HERE % ("elasticloadbalancing", f"targetgroup/{name}/0123456789abcdef")


def balancer_arn(name: str, type_: str = "app") -> str:
    """Return the ARN of a load balancer."""
    return HERE % ("elasticloadbalancing", f"loadbalancer/{type_}/{name}/0123456789abcdef")


def group(name: str, *balancers: str) -> Mapping[str, object]:
    """Return a target group as DescribeTargetGroups answers it."""
    arns = [balancer_arn(each) for each in balancers]
    return {"TargetGroupArn": group_arn(name), "TargetGroupName": name, "LoadBalancerArns": arns}


def balancer(name: str, type_: str = "application") -> Mapping[str, object]:
    """Return a load balancer as DescribeLoadBalancers answers it."""
    arn = balancer_arn(name, {"application": "app", "network": "net"}[type_])
    return {"LoadBalancerArn": arn, "LoadBalancerName": name, "Type": type_}


def instance(name: str, **more: object) -> Mapping[str, object]:
    """Return a database instance as DescribeDBInstances answers it."""
    return {"DBInstanceIdentifier": name, "DBInstanceArn": HERE % ("rds", f"db:{name}"), "Engine": "postgres", **more}
