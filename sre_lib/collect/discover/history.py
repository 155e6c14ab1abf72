"""Which sources of changes a review can name here: each is tried with one small call."""

from collections.abc import Iterable, Mapping

from sre_lib.change import ChangeSource
from sre_lib.collect.changes.asking import Asking, NotAnsweredError
from sre_lib.collect.discover.found import Found

_DATABASES = frozenset({"aurora_role", "aurora_serverless", "rds_instance", "documentdb_role", "documentdb_instance"})
_CACHES = frozenset({"elasticache_node", "memcached_node", "elasticache_serverless"})


def sources_that_answer(asking: Asking, found: Iterable[Found]) -> Mapping[ChangeSource, str]:
    """Return the sources of changes that these resources have, each with why it cannot be read (empty: it can)."""
    everything = tuple(each for each in found if not each.account)
    kinds = {each.kind for each in everything}
    service = next((each for each in everything if each.kind == "ecs_service"), None)
    calls: dict[ChangeSource, tuple[str, str, Mapping[str, object]]] = {}
    if service is not None:
        cluster, name = service.dimensions["ClusterName"][0], service.dimensions["ServiceName"][0]
        calls["deployments"] = "ecs", "list_service_deployments", {"cluster": cluster, "service": name, "maxResults": 1}
        asked = {"ServiceNamespace": "ecs", "MaxResults": 1}
        calls["scaling"] = "application-autoscaling", "describe_scaling_activities", asked
    if kinds & _DATABASES:
        calls["database_events"] = "rds", "describe_events", {"MaxRecords": 20}
    if kinds & _CACHES:
        calls["cache_events"] = "elasticache", "describe_events", {"MaxRecords": 20}
    if everything:
        calls["cloudtrail"] = "cloudtrail", "lookup_events", {"MaxResults": 1}
    return {source: _refusal(asking, *call) for source, call in calls.items()}


def _refusal(asking: Asking, service: str, operation: str, arguments: Mapping[str, object]) -> str:
    """Return why a call is not answered; empty where it is."""
    try:
        asking.call(service, operation, **arguments)
    except NotAnsweredError as error:
        return error.message
    return ""
