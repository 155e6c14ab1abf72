"""The names that people write for a service and a metric: a key, or what it is called in either language."""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from sre_lib.catalog import Catalog
from sre_lib.model import Column, Service
from sre_lib.params_file import LANGUAGES
from sre_lib.wording import wording
from sre_lib.wording.metrics import metric_name

_BETWEEN = re.compile(r"[\s/_():,・、の]+")


def service_of(text: str, services: Sequence[Service]) -> tuple[Service | None, str]:
    """Return the service that a text names, else None and what it wants (English)."""
    named = {_key(each.name): each for each in services}
    if found := named.get(_key(text)):
        return found, ""
    return None, _wants("the name of a service", text, [each.name for each in services])


def metric_of(text: str, service: Service, catalog: Catalog) -> tuple[Column | None, str]:
    """Return the column that a text names, with the part before or behind it or without, else None and what it wants.

    Without a part it is the first part that has such a metric: the service's own part comes first.
    """
    known: dict[str, Column] = {}
    for column, name in _names(service, catalog):
        known.setdefault(_key(name), column)
    if found := known.get(_key(text)):
        return found, ""
    return None, _wants(f"a metric of {service.name}", _key(text), list(known))


def _names(service: Service, catalog: Catalog) -> Iterator[tuple[Column, str]]:
    """Yield what each judged column of a service can be called."""
    for part in service.parts:
        for metric, spec in catalog[part.kind].metrics.items():
            column = Column(part.name, metric, spec.judge)
            names = [metric, *(metric_name(metric, spec.judge, wording(each)) for each in LANGUAGES)]
            names += [metric_name(metric, "", wording(each)) for each in LANGUAGES]
            for name in names:
                yield from ((column, each) for each in (name, f"{part.name} {name}", f"{name} {part.name}"))


def _key(text: str) -> str:
    """Return a name as it is compared: case and what stands between words do not count."""
    return _BETWEEN.sub(" ", text).strip().casefold()


def _wants(what: str, text: str, names: Sequence[str]) -> str:
    """Return what is wanted, with the nearest name."""
    near = get_close_matches(text, names, n=1, cutoff=0.0) if text else []
    return f"{what}; did you mean {near[0]!r}?" if near else what
