"""Proposals as YAML for a review file: values quoted by ruamel, every reason a comment of one line's characters."""

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import prod
from textwrap import wrap

from pydantic import TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from sre_lib.alarms.hcl import on_one_line
from sre_lib.catalog import Name, builtin_catalog
from sre_lib.collect.discover.found import Found, Related
from sre_lib.collect.discover.guess import Proposal
from sre_lib.collect.discover.metrics import Own
from sre_lib.model import MOST_IDENTITIES
from sre_lib.params import OWN_LIMITS

WIDTH = 120
_ITEM, _RELATED = "  ", "      "
"""How far the entries of `services:` and of `related:` stand in."""
_NAME = TypeAdapter(Name)
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*")
"""Texts without any sign that means something to YAML; words such as `true` ruamel quotes itself."""
_MOST_OWN = 20


def comment(text: str, indent: str = "") -> list[str]:
    """Return text as lines of comment; what ends a line or is not seen is left out."""
    return [f"{indent}# {line}" for line in wrap(on_one_line(text), WIDTH - len(indent) - 2)]


def line(key: str, value: object) -> str:
    """Return a key with its value on one line, each quoted where YAML would read it otherwise."""
    text = io.StringIO()
    yaml = YAML(typ="rt")
    yaml.width = 1_000_000
    yaml.allow_unicode = True
    yaml.dump({key: _flow(value)}, text)
    return text.getvalue().rstrip("\n")


def can_stand(found: Found) -> bool:
    """Tell whether a review file takes a resource: no name is blank, too long, unseen or a pattern; not too many."""
    if prod(len(texts) for texts in found.dimensions.values()) > MOST_IDENTITIES:
        return False
    return all(map(_is_name, (found.name, *(text for texts in found.dimensions.values() for text in texts))))


def service_lines(proposal: Proposal) -> Iterator[str]:
    """Yield a service of `services:` with what belongs to it and why."""
    known = _limit_keys((proposal.found, *(each.found for each in proposal.related)))
    for remark in proposal.remarks:
        yield from comment(remark, _ITEM)
    yield from _part(proposal.found, proposal.name, known, _ITEM)
    if proposal.related:
        yield f"{_ITEM}  related:"
    for each in proposal.related:
        yield from related_lines(each, known)


def related_lines(related: Related, known: Sequence[str] | None = None) -> Iterator[str]:
    """Yield one entry of `related:` with the reason; `known` are the limits that the service reads."""
    yield from comment(related.reason, _RELATED)
    keys = _limit_keys((related.found,)) if known is None else known
    yield from _part(related.found, related.found.name, keys, _RELATED)


def own_lines(own: Sequence[Own]) -> Iterator[str]:
    """Yield, as comments, how metrics of one's own become services; what to judge of them only people know."""
    fit = [each for each in own if all(map(_is_name, _texts(each)))][:_MOST_OWN]
    if not fit:
        return
    yield from comment(
        "Metrics of your own were published in the last 3 hours. To review some, take away the `#` here and below "
        "`services:`, and say what is judged: Sum for counts, Average or Maximum for levels, p99 for times."
    )
    yield "# kinds:"
    for each in fit:
        yield f"#   {line(own_kind(each), None)}"
        yield f"#     {line('namespace', each.namespace)}"
        yield f"#     {line('dimensions', [name for name, _ in each.dimensions])}"
        yield "#     metrics:"
        for key, name in {_key(name): name for name in each.metrics}.items():
            yield f"#       {line(key, {'name': name, 'judge': 'Sum', 'hurts': 'both'})}"
    if len(own) > len(fit):
        yield from comment(f"... and {len(own) - len(fit)} more sets of dimensions")


def own_service_lines(own: Sequence[Own]) -> Iterator[str]:
    """Yield, as comments, a service for each of the kinds of `own_lines`."""
    for each in [one for one in own if all(map(_is_name, _texts(one)))][:_MOST_OWN]:
        yield f"# {_ITEM}- {line('name', own_kind(each))}"
        yield f"# {_ITEM}  {line('kind', own_kind(each))}"
        yield f"# {_ITEM}  {line('dimensions', dict(each.dimensions))}"


def own_kind(own: Own) -> str:
    """Return the name of the kind that is proposed for metrics of one's own."""
    return "_".join([_key(own.namespace), *(_key(name) for name, _ in own.dimensions)])


def _part(found: Found, name: str, known: Sequence[str], indent: str) -> Iterator[str]:
    """Yield a resource as an entry of a list."""
    yield f"{indent}- {line('name', name)}"
    inner = f"{indent}  "
    yield f"{inner}{line('kind', found.kind)}"
    fixed = builtin_catalog()[found.kind].fixed
    own = {key: texts for key, texts in found.dimensions.items() if key not in fixed}
    dimensions = {key: texts[0] if len(texts) == 1 else list(texts) for key, texts in own.items()}
    yield f"{inner}{line('dimensions', dimensions)}"
    if found.account:
        yield f"{inner}{line('account', found.account)}"
    for note in found.notes:
        yield from comment(note, inner)
    limits = {key: _number(value) for key, value in found.limits.items() if key in known and value > 0}
    if limits:
        yield f"{inner}{line('limits', limits)}"
    for key, value in found.limits.items():
        if key not in known:
            yield from comment(f"{key} is {_number(value)}: no metric of these kinds reads it as a limit", inner)


def _limit_keys(parts: Iterable[Found]) -> tuple[str, ...]:
    """Return the limits that a service with these parts may have."""
    catalog = builtin_catalog()
    return (*OWN_LIMITS, *(key for part in parts for key in catalog[part.kind].limit_keys))


def _flow(value: object) -> object:
    """Return a value so that ruamel writes it on one line."""
    if isinstance(value, Mapping):
        mapping = CommentedMap((_flow(key), _flow(each)) for key, each in value.items())
        mapping.fa.set_flow_style()
        return mapping
    if isinstance(value, list):
        sequence = CommentedSeq(map(_flow, value))
        sequence.fa.set_flow_style()
        return sequence
    if isinstance(value, str) and not _PLAIN.fullmatch(value):
        # ruamel leaves texts such as `:0` plain, which it then cannot read inside braces.
        return DoubleQuotedScalarString(value)
    return value


def _number(value: float) -> int | float:
    """Return a whole number without its fraction."""
    return int(value) if value == int(value) else value


def _texts(own: Own) -> Iterator[str]:
    """Yield all texts of a metric of one's own."""
    yield own.namespace
    yield from own.metrics
    for name, text in own.dimensions:
        yield from (name, text)


def _is_name(text: str) -> bool:
    """Tell whether a review file takes a text as a name, and not as a pattern."""
    try:
        return "*" not in _NAME.validate_python(text)
    except ValidationError:
        return False


def _key(name: str) -> str:
    """Return a name as a key: OrdersPlaced -> orders_placed."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\dA-Za-z_]+", name)
    return "_".join(words).lower() or "metric"
