"""The review without names, as the content of a review file that reads a redacted archive."""

from collections.abc import Iterable, Mapping
from typing import Any

from sre_lib.catalog import KindSpec, MetricSpec, builtin_catalog
from sre_lib.collect.identities import has_pattern, resources, texts_of
from sre_lib.collect.queries import Metric
from sre_lib.event import Event
from sre_lib.model import Part, Service
from sre_lib.params import OWN_LIMITS, Review
from sre_lib.run.share.stand_ins import METRIC, SERVICE, Shown
from sre_lib.views import builtin_views

Row = dict[str, Any]
Known = Mapping[str, frozenset[Metric]]
"""Metrics that the archive knows, by service: what patterns stand for."""


def review_row(review: Review, title: str, known: Known, shown: Shown) -> Row:
    """Return the review with stand-ins; owners, runbooks, addresses, people's own views and files are left out."""
    names = shown.names
    for each in review.services:
        names.name(each.name, SERVICE)
    kinds = {name: kind for name, kind in review.catalog.items() if builtin_catalog().get(name) != kind}
    return {
        "title": title,
        "timezone": review.timezone,
        "language": review.language,
        "week_start": review.week_start,
        "history_weeks": review.history_weeks,
        "source": {"type": "archive"},
        "holidays": list(review.holidays),
        "changes": list(review.changes),
        "upkeep": list(review.upkeep),
        "support": [each.model_dump(mode="json") for each in review.support],
        "alarms": review.alarms,
        "views": _views(review),
        "kinds": {kind_key(name, shown): _kind(kind, shown) for name, kind in kinds.items()},
        "services": [_service(each, review, known.get(each.name, frozenset()), shown) for each in review.services],
        "events": [_event(each, shown) for each in review.events],
    }


def metric_key(key: str, shown: Shown) -> str:
    """Return the key of a metric: the package's own as it is."""
    return key if key in _builtin_metrics() else shown.names.name(key, METRIC, METRIC)


def kind_key(name: str, shown: Shown) -> str:
    """Return the name of a kind of the review's own."""
    return shown.names.name(name, "kind", "kind")


def _views(review: Review) -> Row:
    """Return what the review sets otherwise of the package's views."""
    builtin = builtin_views()
    return {
        name: {"enabled": view.enabled, "settings": dict(view.settings), "weight": view.weight}
        for name, view in review.views.items()
        if name in builtin and view != builtin[name]
    }


def _service(service: Service, review: Review, known: Iterable[Metric], shown: Shown) -> Row:
    """Return a service; its own resource is its first part."""
    own, *related = (_part(part, review, known, shown) for part in service.parts)
    calls = [shown.names.name(each) for each in service.calls]
    return {**own, "name": shown.names.name(service.name), "related": related, "calls": calls}


def _part(part: Part, review: Review, known: Iterable[Metric], shown: Shown) -> Row:
    """Return a resource; what a pattern stood for is named."""
    kind = review.catalog[part.kind]
    own = builtin_catalog().get(part.kind) == kind
    values = {name: list(texts_of(value)) for name, value in part.dimensions.items()}
    if has_pattern(part) and (found := resources(review.catalog, part, known)):
        values = {name: sorted({dict(each)[name] for each in found}) for name in values}
    pairs = {name: [shown.dimension(kind.namespace, name, each) for each in texts] for name, texts in values.items()}
    row: Row = {
        "name": shown.names.name(part.name, part.kind.replace("_", "-") if own else "resource"),
        "kind": part.kind if own else kind_key(part.kind, shown),
        "dimensions": {
            each[0][0]: [text for _, text in each] for name, each in pairs.items() if name not in kind.fixed
        },
        "limits": {_limit(key, shown): value for key, value in part.limits.items()},
    }
    places = {"account": account(part.account, shown), "profile": shown.names.name(part.profile, "profile")}
    return row | {key: text for key, text in {**places, "region": part.region}.items() if text}


def account(number: str, shown: Shown) -> str:
    """Return what stands for an account: twelve digits, as its form wants; pages show `account-1` for them."""
    return f"{int(shown.names.name(number, 'account').rpartition('-')[2]):012}" if number else ""


def _kind(kind: KindSpec, shown: Shown) -> Row:
    """Return a kind of the review's own."""
    row: Row = kind.model_dump(mode="json", exclude_defaults=True)
    row["namespace"] = shown.metric(kind.namespace, "")[0]
    row["dimensions"] = [shown.dimension(kind.namespace, name, "WRITER")[0] for name in kind.dimensions]
    row["metrics"] = {
        metric_key(key, shown): row["metrics"][key] | _metric(spec, kind, shown) for key, spec in kind.metrics.items()
    }
    if kind.fixed:
        row["fixed"] = dict(shown.dimension(kind.namespace, name, text) for name, text in kind.fixed.items())
    if kind.limits:
        row["limits"] = [_limit(key, shown) for key in kind.limits]
    return row


def _metric(spec: MetricSpec, kind: KindSpec, shown: Shown) -> Row:
    """Return what names something in a metric of the review's own kind."""
    namespace, name = shown.metric(spec.namespace or kind.namespace, spec.name)
    limit = {"limit": _limit(spec.limit, shown)} if isinstance(spec.limit, str) else {}
    return {"name": name} | limit | ({"namespace": namespace} if spec.namespace else {})


def _limit(key: str, shown: Shown) -> str:
    """Return the key of a limit: the package's own as it is."""
    known = {each for kind in builtin_catalog().values() for each in kind.limit_keys}
    return key if key in known or key in OWN_LIMITS else shown.names.name(key, "limit", "limit")


def _event(event: Event, shown: Shown) -> Row:
    """Return an event: what kind, when, how many people, which services."""
    row: Row = {
        "start": event.start.isoformat(), "end": event.end.isoformat(), "kind": event.kind,
        "title": shown.names.name(event.title, event.kind.replace("_", "-")),
        "services": [shown.names.name(each, SERVICE) for each in event.services],
    }  # fmt: skip
    stages = [
        {"start": each.start.isoformat(), "end": each.end.isoformat(), "load": each.load} for each in event.stages
    ]
    audience = {} if event.audience is None else {"audience": event.audience}
    return row | audience | ({"stages": stages} if stages else {})


def _builtin_metrics() -> frozenset[str]:
    """Return the keys of the package's metrics."""
    return frozenset(key for kind in builtin_catalog().values() for key in kind.metrics)
