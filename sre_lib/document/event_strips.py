"""Which series of a push are drawn, in one column on one time axis, over comparable earlier ones."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sre_lib.analyse.events.around import Around
from sre_lib.analyse.events.chain import Trace
from sre_lib.analyse.events.fleet import healthy_of, samples_a_task
from sre_lib.analyse.events.measure import EventReview
from sre_lib.document.display import Chart
from sre_lib.document.event_chart import MOST_EARLIER, Strip, aligned_chart
from sre_lib.wording import Wording
from sre_lib.wording.metrics import metric_name, where

MOST_STRIPS = 8
"""More do not fit a screen; what did not move is named under the chart instead."""

_NEAR = 0.3
"""What came as near to its limit is drawn although it did not move."""


def strips_chart(one: EventReview, earlier: Sequence[EventReview], title: str, say: Wording) -> Chart | None:
    """Return the chart of an event; None where nothing was measured."""
    drawn = drawn_of(one)
    if not drawn:
        return None
    before = [each for each in earlier if each.period_s == one.period_s][:MOST_EARLIER]
    strips = [_strip(each, one, before, say) for each in drawn]
    lags = sorted({fleet.lag_min for fleet in one.fleets.values() if np.isfinite(fleet.lag_min) and fleet.lag_min > 0})
    return aligned_chart(title, strips, say, [(lags[-1], say("more tasks"))] if lags else [])


def drawn_of(one: EventReview) -> tuple[Trace, ...]:
    """Return the traces to draw, in the order of the way: the crowd, tasks, and what moved most or came nearest."""
    worth = {each.trace: _worth(each.moved, each.left_share) for each in one.figures if each.trace.role != "cpu_max"}
    worth |= {trace: 2.0 for trace in one.around if trace.role == "tasks" and trace.hop in one.fleets}
    if one.requests:
        worth[one.requests.trace] = 3.0
    chosen = sorted((each for each in worth if worth[each] > 0), key=lambda each: -worth[each])[:MOST_STRIPS]
    return tuple(trace for trace in one.around if trace in chosen)


def _worth(moved: bool, left_share: float) -> float:
    """Return how much a series is worth to be drawn: nearness to its limit, and whether it moved at all."""
    near = 1 - left_share if np.isfinite(left_share) else 0.0
    return (1.0 if moved else 0.0) * (0.5 + near) + (near if near > 1 - _NEAR else 0.0)


def _strip(trace: Trace, one: EventReview, before: Sequence[EventReview], say: Wording) -> Strip:
    """Return one series with its maximum and the earlier ones."""
    highest = next(
        (each for each in one.around if each.role == "cpu_max" and each.hop == trace.hop
         and each.column.metric == trace.column.metric and trace.role == "cpu"), None
    )  # fmt: skip
    samples = trace.role == "tasks" and trace.column.statistic == "SampleCount"
    name = say("tasks") if samples else metric_name(trace.column.metric, trace.column.statistic, say)
    there = [each for each in before if trace in each.around]
    earlier = tuple(_line(each.around[trace]) / (_samples(trace, each) if samples else 1) for each in there)
    limit = one.fleets[trace.hop].most if trace.role == "tasks" and trace.hop in one.fleets else trace.limit
    return Strip(
        say("{where} {metric}", where=where(trace.hop.service, trace.hop.part), metric=name),
        trace.unit,
        _line(one.around[trace]) / (_samples(trace, one) if samples else 1),
        _line(one.around[highest]) if highest else None,
        earlier,
        limit if limit is not None and np.isfinite(limit) and not trace.falls else None,
    )


def _samples(trace: Trace, one: EventReview) -> float:
    """Return how many samples a minute stand for a task."""
    return samples_a_task(one.around[trace], healthy_of(trace, one.around))


def _line(around: Around) -> pd.Series:
    """Return a trace by minutes since the send."""
    return pd.Series(around.values, index=pd.Index(around.minutes, dtype=np.float64))
