"""Which services of a review an alarm is about: by namespace and dimensions of what it watches."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from sre_lib.alarm import Alarm, UnclearAlarm
from sre_lib.catalog import Catalog
from sre_lib.model import Part, Service
from sre_lib.params_alarms import matches

Watching = tuple[str, Mapping[str, str]]
Wanted = Mapping[str, str | tuple[str, ...]]
Fits = Callable[[Wanted, Mapping[str, str]], bool]


def services_of(alarm: Alarm | UnclearAlarm, services: Sequence[Service], catalog: Catalog) -> tuple[str, ...]:
    """Return the names of the services that an alarm watches, in the order of the review; none where it is of none.

    A part is watched where the alarm has all of its dimensions. An alarm that has only some of them (the load balancer
    without the target group) counts where these are of one service alone.
    """
    if isinstance(alarm, UnclearAlarm):
        return ()
    metrics = tuple(_watching(alarm))
    whole = _named(services, catalog, metrics, _has_all)
    if whole:
        return whole
    some = _named(services, catalog, metrics, _has_some)
    return some if len(some) == 1 else ()


def _watching(alarm: Alarm) -> Iterable[Watching]:
    """Yield namespace and dimensions of each metric of an alarm."""
    if alarm.namespace:
        yield alarm.namespace, dict(alarm.dimensions)
    yield from ((each.namespace, dict(each.dimensions)) for each in alarm.metrics if each.namespace)


def _named(services: Sequence[Service], catalog: Catalog, metrics: Sequence[Watching], fits: Fits) -> tuple[str, ...]:
    """Return the services of which a part fits what is watched."""
    return tuple(
        service.name
        for service in services
        if any(
            namespace in _namespaces(part, catalog) and fits(part.dimensions, watched)
            for part in service.parts
            for namespace, watched in metrics
        )
    )


def _namespaces(part: Part, catalog: Catalog) -> frozenset[str]:
    """Return the namespaces of a part's metrics."""
    kind = catalog[part.kind]
    return frozenset({kind.namespace, *(spec.namespace for spec in kind.metrics.values() if spec.namespace)})


def _has_all(part: Wanted, watched: Mapping[str, str]) -> bool:
    """Tell whether an alarm has all dimensions of a part."""
    return all(name in watched and _fits(watched[name], value) for name, value in part.items())


def _has_some(part: Wanted, watched: Mapping[str, str]) -> bool:
    """Tell whether an alarm has nothing but dimensions of a part."""
    return bool(watched) and all(name in part and _fits(value, part[name]) for name, value in watched.items())


def _fits(value: str, wanted: str | tuple[str, ...]) -> bool:
    """Tell whether a dimension's value is one that a part names."""
    return any(matches(value, pattern) for pattern in ((wanted,) if isinstance(wanted, str) else wanted))
