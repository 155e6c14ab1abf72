"""The review of a recording: the same resources by the names that its calls have, so that it can be replayed."""

from collections.abc import Iterator, Mapping
from typing import Any

from sre_lib.catalog import KindSpec, builtin_catalog
from sre_lib.collect.record.anonymous import Anonymous
from sre_lib.model import Part, Service
from sre_lib.params import Review

Row = dict[str, Any]


def review_row(review: Review, region: str, anonymous: Anonymous) -> Row:
    """Return a review as the content of a review file; owners, runbooks, events, views and limits are left out."""
    names = anonymous.names
    own = {name: kind for name, kind in review.catalog.items() if builtin_catalog().get(name) != kind}
    return {
        "title": "Recorded",
        "timezone": review.timezone,
        "week_start": review.week_start,
        "history_weeks": review.history_weeks,
        "source": {"type": "cloudwatch", "region": region},
        "changes": list(review.changes),
        "holidays": [],
        "alarms": [names.text(each) for each in review.alarms_left_out] if review.alarms else False,
        "kinds": {_key(anonymous, name): _kind(kind, anonymous) for name, kind in own.items()},
        "services": [_service(each, review, anonymous) for each in review.services],
    }


def _service(service: Service, review: Review, anonymous: Anonymous) -> Row:
    """Return a service; its own resource is its first part."""
    own, *related = (_part(part, review, anonymous) for part in service.parts)
    return {**own, "name": anonymous.names.text(service.name), "related": related}


def _part(part: Part, review: Review, anonymous: Anonymous) -> Row:
    """Return a resource."""
    names, kind = anonymous.names, review.catalog[part.kind]
    shown = builtin_catalog().get(part.kind) == kind
    dimensions: Row = {}
    for name, value in part.dimensions.items():
        pairs = [
            anonymous.dimension(kind.namespace, name, each) for each in ((value,) if isinstance(value, str) else value)
        ]
        texts = [text for _, text in pairs]
        if name not in kind.fixed:
            dimensions[pairs[0][0]] = texts[0] if len(texts) == 1 else texts
    row: Row = {
        "name": names.text(part.name),
        "kind": part.kind if shown else _key(anonymous, part.kind),
        "dimensions": dimensions,
    }
    places = {"account": part.account, "region": part.region, "profile": part.profile}
    return row | {key: text if key == "region" else names.text(text) for key, text in places.items() if text}


def _kind(kind: KindSpec, anonymous: Anonymous) -> Row:
    """Return a kind of the review's own."""
    row: Row = kind.model_dump(mode="json", exclude_defaults=True)
    row["namespace"] = anonymous.metric(kind.namespace, "")[0]
    row["dimensions"] = [anonymous.dimension(kind.namespace, name, "")[0] for name in kind.dimensions]
    row["metrics"] = dict(_metrics(kind, row["metrics"], anonymous))
    if kind.fixed:
        pairs = (anonymous.dimension(kind.namespace, name, text) for name, text in kind.fixed.items())
        row["fixed"] = dict(pairs)
    return row


def _metrics(kind: KindSpec, rows: Mapping[str, Row], anonymous: Anonymous) -> Iterator[tuple[str, Row]]:
    """Yield the metrics of a kind by their keys, which people chose."""
    for key, spec in kind.metrics.items():
        namespace, name = anonymous.metric(spec.namespace or kind.namespace, spec.name)
        limit = {"limit": None} if isinstance(spec.limit, str) else {}
        yield (
            _key(anonymous, key),
            rows[key] | {"name": name} | limit | ({"namespace": namespace} if spec.namespace else {}),
        )


def _key(anonymous: Anonymous, name: str) -> str:
    """Return a key of people's own."""
    return anonymous.names.text(name)
