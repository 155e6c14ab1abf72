"""Links to the CloudWatch console."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sre_lib.collect.identities import combinations, has_pattern
from sre_lib.document.look import Look, column_of
from sre_lib.model import Column, Finding

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._")

_MOST_METRICS = 10


def console_link(look: Look, finding: Finding, region: str) -> str:
    """Return the address of the metric's graph around a finding, an hour more on each side.

    A set shows its first resources, as many as one graph can bear; a pattern every resource with such dimensions (a
    SEARCH expression knows no pattern). The console keeps its state behind `#` as JSURL
    (https://github.com/Sage/jsurl).
    """
    column = column_of(finding)
    hour = timedelta(hours=1)
    graph = {
        "view": _text("timeSeries"),
        "stacked": "~false",
        "metrics": f"~({_metrics(look, column)})",
        "region": _text(region),
        "start": _text(_utc(finding.start - hour)),
        "end": _text(_utc((finding.until or finding.end) + hour)),
        "stat": _text(column.statistic),
        "period": "~300",
    }
    state = "~(" + "~".join(f"{name}{value}" for name, value in graph.items()) + ")"
    return f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}#metricsV2:graph={state}"


def _metrics(look: Look, column: Column) -> str:
    """Return what the graph shows as JSURL: metrics by name, or an expression that looks for them."""
    part = look.service.part(column.part)
    namespace, name = look.spec(column).namespace or look.catalog[part.kind].namespace, look.spec(column).name
    if has_pattern(part):
        schema = ",".join(f'"{each}"' for each in (namespace, *part.dimensions))
        search = f"SEARCH('{{{schema}}} MetricName=\"{name}\"', '{column.statistic}', 300)"
        return f"~(~(expression{_text(search)}~id{_text('e1')}))"
    shown = combinations(part)[:_MOST_METRICS]
    return "".join(_list([namespace, name, *(text for pair in each for text in pair)]) for each in shown)


def _list(texts: Sequence[str]) -> str:
    """Return a list of texts as JSURL."""
    return f"~({''.join(_text(text) for text in texts)})"


def _text(text: str) -> str:
    """Return a text as JSURL: letters and digits stay, `$` becomes `!`, the rest `*` and two or four hex digits."""
    return "~'" + "".join(_char(char) for char in text)


def _char(char: str) -> str:
    """Return one character as JSURL; one outside the basic plane as its two UTF-16 halves."""
    if char in _PLAIN:
        return char
    if char == "$":
        return "!"
    code = ord(char)
    if code < 0x100:
        return f"*{code:02x}"
    halves = char.encode("utf-16-be")
    return "".join(f"**{halves[at : at + 2].hex()}" for at in range(0, len(halves), 2))


def _utc(moment: datetime) -> str:
    """Return a time as the console writes it."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"
