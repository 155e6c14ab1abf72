"""Which resources a part stands for: identities move, so that a part may be a set or a pattern of them.

Blue/green deployments alternate target groups, autoscaled Aurora readers get new identifiers, writers and primaries
change place in a failover. AWS has no `*` in the identifiers of the services of the catalogue (load balancers, target
groups, databases, caches, functions, services, instances), so that in a review file it always means any characters.
"""

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from itertools import product

from sre_lib.catalog import Catalog
from sre_lib.collect.archive_file import SeriesKey
from sre_lib.collect.queries import Metric
from sre_lib.collect.spans import Span
from sre_lib.model import Part, Status

MATCHES_NOTHING = "matches nothing that has datapoints; correct it where it is mistyped"
ANY = "*"
Identity = tuple[tuple[str, str], ...]
"""The dimensions of one resource, sorted by name."""

_LITERAL = str.maketrans({"[": "[[]", "?": "[?]"})


def has_pattern(part: Part) -> bool:
    """Tell whether what a part stands for must be looked up."""
    return any(ANY in text for value in part.dimensions.values() for text in texts_of(value))


def texts_of(value: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return the texts of a dimension's value."""
    return (value,) if isinstance(value, str) else value


def shown_dimensions(part: Part) -> str:
    """Return the dimensions of a part as people write them: `TargetGroup=[blue, green]`."""
    texts = {name: texts_of(value) for name, value in part.dimensions.items()}
    return ", ".join(
        f"{name}={each[0]}" if len(each) == 1 else f"{name}=[{', '.join(each)}]" for name, each in texts.items()
    )


def combinations(part: Part) -> tuple[Identity, ...]:
    """Return every combination of a part's values: two lists multiply, since nothing says which belong together.

    A combination that does not exist has no datapoint and changes nothing; each is asked for all the same.
    """
    pairs = [[(name, text) for text in texts_of(value)] for name, value in sorted(part.dimensions.items())]
    return tuple(dict.fromkeys(product(*pairs)))


def identities(part: Part, known: Iterable[Identity]) -> tuple[Identity, ...]:
    """Return what a part stands for, sorted: all that it names, and of the known ones those that match its patterns.

    A pattern matches a whole value, case-sensitive; only `*` is special. What is known counts only where it has
    exactly the part's dimensions.
    """
    named = combinations(part)
    patterns = [each for each in named if any(ANY in text for _, text in each)]
    found = {each for each in named if each not in patterns}
    found |= {each for each in known if any(_matches(pattern, each) for pattern in patterns)}
    return tuple(sorted(found))


def _matches(pattern: Identity, identity: Identity) -> bool:
    """Tell whether a combination of patterns matches an identity."""
    return len(pattern) == len(identity) and all(
        name == other and fnmatchcase(value, text.translate(_LITERAL))
        for (name, text), (other, value) in zip(pattern, identity, strict=True)
    )


def known_of(catalog: Catalog, part: Part, metrics: Iterable[Metric]) -> set[Identity]:
    """Return the identities among some metrics that a part may stand for.

    Any metric of the kind makes a resource known: one that never had an error has no metric of errors, and is none
    the less asked for its errors, or no datapoint could not mean zero.
    """
    kind = catalog[part.kind]
    names = {(spec.namespace or kind.namespace, spec.name) for spec in kind.metrics.values()}
    return {
        metric.dimensions
        for metric in metrics
        if (metric.namespace, metric.name) in names and (metric.account, metric.region) == (part.account, part.region)
    }


def resources(catalog: Catalog, part: Part, known: Iterable[Metric]) -> tuple[Identity, ...]:
    """Return the resources that a part stands for; `known` are the metrics among which its patterns look for theirs."""
    return identities(part, known_of(catalog, part, known)) if has_pattern(part) else combinations(part)


def shown_resource(part: Part, identity: Identity) -> str:
    """Return what sets a resource apart from the others of its part: `TargetGroup=blue`."""
    return ", ".join(
        f"{name}={value}"
        for name, value in identity
        if len(texts := texts_of(part.dimensions[name])) > 1 or ANY in texts[0]
    )


def seen(spans: Mapping[SeriesKey, Sequence[Span]]) -> set[Metric]:
    """Return the metrics in a file of the archive that count as known: not those of which no datapoint came.

    So a resource that is gone is no longer asked for once the history holds no datapoint of it. Nor does a note that a
    pattern could not be looked up count, which stands under the pattern itself.
    """
    return {
        key.metric
        for key, found in spans.items()
        if any(span.status is not Status.NO_DATA for span in found)
        and not any(ANY in value for _, value in key.metric.dimensions)
    }


def nothing_matches(part: Part) -> str:
    """Return the sentence for a part whose pattern matches nothing."""
    return f"{shown_dimensions(part)} {MATCHES_NOTHING}"
