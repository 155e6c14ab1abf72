"""Windows of time in whole seconds since the epoch, `[start, end)`."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400


class Window(NamedTuple):
    """A stretch of time, `[start, end)`, in seconds since the epoch."""

    start: int
    end: int

    def clipped(self, other: "Window") -> "Window":
        """Return what lies in both; its end is not after its start where that is nothing."""
        return Window(max(self.start, other.start), min(self.end, other.end))

    @property
    def empty(self) -> bool:
        """Tell whether nothing lies in it."""
        return self.end <= self.start


def epoch(moment: datetime) -> int:
    """Return an aware datetime in whole seconds since the epoch; ValueError for a naive one.

    boto3 sends a naive datetime as UTC, so that a local time without its offset would silently be hours wrong.
    """
    if moment.tzinfo is None:
        raise ValueError(f"got {moment.isoformat()} without its offset, wants an aware datetime")
    return int(moment.timestamp())


def moment(seconds: int) -> datetime:
    """Return seconds since the epoch as an aware datetime in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def floor(seconds: int, step_s: int) -> int:
    """Return the last multiple of `step_s` at or before a time."""
    return seconds // step_s * step_s


def aligned(window: Window, step_s: int) -> Window:
    """Return the steps that begin in a window or that its start lies in: neighbours share none and leave none out."""
    return Window(floor(window.start, step_s), floor(window.end, step_s))


def missing(wanted: Window, covered: Iterable[Window]) -> list[Window]:
    """Return what of a window no other covers, oldest first."""
    gaps, start = [], wanted.start
    for window in sorted(window.clipped(wanted) for window in covered):
        if window.empty:
            continue
        if window.start > start:
            gaps.append(Window(start, window.start))
        start = max(start, window.end)
    return [*gaps, Window(start, wanted.end)] if start < wanted.end else gaps


def hull(windows: Iterable[Window]) -> Window | None:
    """Return the one window that holds all others; None where there are none."""
    found = list(windows)
    return Window(min(window.start for window in found), max(window.end for window in found)) if found else None
