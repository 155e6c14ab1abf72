"""The services of a review file as the review knows them: what parts inherit, and where each is asked for."""

from collections.abc import Sequence
from dataclasses import replace

from sre_lib.catalog import Catalog
from sre_lib.model import Part, Service
from sre_lib.params_file import CloudWatchSource, ServiceEntry, Source
from sre_lib.params_yaml import Located, nearest


def services_of(
    entries: Sequence[ServiceEntry], catalog: Catalog, source: Source, located: Located
) -> tuple[Service, ...]:
    """Return the services; UserMistakeError where one reads the same resource with two profiles."""
    services = tuple(_service(entry, catalog, source) for entry in entries)
    names = tuple(each.name for each in services)
    for index, service in enumerate(services):
        _check_profiles(index, service, located)
        _check_calls(index, service, names, located)
    return services


def _service(entry: ServiceEntry, catalog: Catalog, source: Source) -> Service:
    """Return a service; its own part is called like itself, its limits hold for the related ones too."""
    kind = catalog[entry.kind]
    region, profile = entry.region or kind.region, entry.profile or ""
    dimensions = {**kind.fixed, **entry.values}
    own = Part(entry.name, entry.kind, dimensions, entry.account, entry.limits, region, profile)
    related = tuple(
        Part(
            part.name,
            part.kind,
            {**kind.fixed, **part.values},
            part.account or entry.account,
            {**entry.limits, **part.limits},
            part.region or kind.region or entry.region,
            part.profile or profile,
        )
        for part in entry.related
        for kind in (catalog[part.kind],)
    )
    parts = tuple(_without_the_reviews_own(part, source) for part in (own, *related))
    return Service(entry.name, parts, entry.owner, entry.runbook, tuple(dict.fromkeys(entry.calls)))


def _without_the_reviews_own(part: Part, source: Source) -> Part:
    """Return a part without the region and profile that the review has anyway: a metric is one, however it is named."""
    if not isinstance(source, CloudWatchSource):
        return part
    return replace(
        part,
        region="" if part.region == source.region else part.region,
        profile="" if part.profile == source.profile else part.profile,
    )


def _check_calls(index: int, service: Service, names: Sequence[str], located: Located) -> None:
    """Refuse that a service asks one that the review does not have, or itself."""
    others = tuple(each for each in names if each != service.name)
    for number, name in enumerate(service.calls):
        if name not in others:
            wanted = nearest(name, others) if others else "wants the name of another service of this file"
            raise located.mistake(("services", index, "calls", number), f"got {name!r}, {wanted}")


def _check_profiles(index: int, service: Service, located: Located) -> None:
    """Refuse one resource that a service reads with two profiles: in the archive it would be one thing."""
    for number, part in enumerate(service.parts):
        other = next((each for each in service.parts[:number] if _is_same_resource(each, part)), part)
        if other.profile != part.profile:
            raise located.mistake(
                ("services", index, "related", number - 1),
                f"got the resource of {other.name!r} once more with another profile, wants one profile a resource; "
                "correct its dimensions, `account`, `region` or `profile`",
            )


def _is_same_resource(one: Part, other: Part) -> bool:
    """Tell whether two parts share a resource, as far as their dimensions name it."""
    where = (one.kind, one.account, one.region) == (other.kind, other.account, other.region)
    return where and all(
        not _texts(value).isdisjoint(_texts(other.dimensions.get(name, ()))) for name, value in one.dimensions.items()
    )


def _texts(value: str | tuple[str, ...]) -> frozenset[str]:
    """Return the texts of a dimension."""
    return frozenset((value,) if isinstance(value, str) else value)
