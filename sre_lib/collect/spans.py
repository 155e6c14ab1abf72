"""What was asked of CloudWatch for a series and what came: when asked, for which time, with which status."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sre_lib.collect.windows import DAY_S, HOUR_S, Window, floor, missing
from sre_lib.model import Status

SETTLED_AFTER_S = 2 * DAY_S
"""Datapoints may come up to 48 h late (AWS API reference, PutMetricData): younger ones are provisional."""
ONLY_HOURLY = "older than 63 days: CloudWatch keeps only hourly datapoints of it"
"""Message of a span at a shorter period that was not asked for, since nothing can come any more."""
TOO_OLD = "older than 455 days: CloudWatch keeps nothing of it"
"""The same of a span at 3600 s."""


class Span(NamedTuple):
    """One answer for `[start, end)`, asked for at `fetched_at`; all in seconds since the epoch."""

    start: int
    end: int
    fetched_at: int
    status: Status
    message: str = ""

    @property
    def window(self) -> Window:
        """Return what was asked for."""
        return Window(self.start, self.end)

    @property
    def whole(self) -> bool:
        """Tell whether all that there was came; no datapoint at all is an answer too."""
        return self.status in {Status.COMPLETE, Status.NO_DATA} and not self.gone

    @property
    def gone(self) -> bool:
        """Tell whether it could not be asked for any more: no answer, so that no datapoint means nothing."""
        return self.message in {ONLY_HOURLY, TOO_OLD}

    @property
    def closed(self) -> bool:
        """Tell whether to ask again would be of no use."""
        return self.whole or self.gone


def answered(spans: Iterable[Span]) -> list[Window]:
    """Return the time that was answered in full, final or not."""
    return [span.window for span in spans if span.whole]


def settled(spans: Iterable[Span]) -> list[Window]:
    """Return the time whose datapoints are final, in whole hours; also where none can come any more."""
    windows = (
        Window(span.start, min(span.end, floor(span.fetched_at - SETTLED_AFTER_S, HOUR_S)))
        for span in spans
        if span.closed
    )
    return [window for window in windows if not window.empty]


def asked(spans: Iterable[Span], within: Window) -> list[Window]:
    """Return the time within a window that was answered in full, final or not, or where nothing can come any more."""
    windows = (span.window.clipped(within) for span in spans if span.closed)
    return [window for window in windows if not window.empty]


def with_span(spans: Sequence[Span], new: Span) -> tuple[Span, ...]:
    """Return the spans with a newer one among them, by time and without overlap.

    A full answer takes the place of whatever was there; any other one leaves full answers in place.
    """
    kept = [span for span in spans if span.whole and not new.whole]
    others = [span for span in spans if not (span.whole and not new.whole)]
    cut = [span._replace(start=gap.start, end=gap.end) for span in others for gap in missing(span.window, [new.window])]
    added = [new._replace(start=gap.start, end=gap.end) for gap in missing(new.window, (span.window for span in kept))]
    return _joined(sorted([*kept, *cut, *added]))


def _joined(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Return spans with neighbours that differ in nothing but their time made one."""
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1].end == span.start and joined[-1][2:] == span[2:]:
            joined[-1] = joined[-1]._replace(end=span.end)
        else:
            joined.append(span)
    return tuple(joined)
