"""What people saw themselves, in numbers."""

from collections.abc import Mapping
from datetime import datetime

from sre_lib.model import Column
from sre_lib.wording import Wording
from sre_lib.wording.metrics import metric_name, value_text


def measured_text(  # noqa: PLR0913, PLR0917  all that a sentence says comes from outside
    column: Column,
    unit: str,
    evidence: Mapping[str, float],
    span: tuple[datetime, datetime],
    say: Wording,
    timezone: str,
) -> str:
    """Return metric and span with the farthest value and what is usual, as far as the evidence has them."""
    metric, when = metric_name(column.metric, column.statistic, say), say.span(*span, timezone)
    if "value" not in evidence:
        return say("{metric}, {when}: no datapoint", metric=metric, when=when)
    value = value_text(evidence["value"], unit, column.statistic, say)
    if "expected" not in evidence:
        return say("{metric}, {when}: {value}", metric=metric, when=when, value=value)
    expected = value_text(evidence["expected"], unit, column.statistic, say)
    return say(
        "{metric}, {when}: {value}, where {expected} is usual", metric=metric, when=when, value=value, expected=expected
    )
