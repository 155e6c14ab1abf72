"""What the embedded CloudWatch endpoint serves: series of one-minute statistic sets."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sre_lib.demo.inventory import Inventory

Floats = NDArray[np.float64]
Dimensions = frozenset[tuple[str, str]]
Key = tuple[str, str, Dimensions]
"""Namespace, metric name, exact dimensions."""


class Minutes(NamedTuple):
    """One-minute statistic sets; four float64 arrays of one length, all NaN in a minute without a datapoint."""

    total: Floats
    samples: Floats
    minimum: Floats
    maximum: Floats


class Series(Protocol):
    """One metric with one exact set of dimensions."""

    def minutes(self, start: int, end: int) -> Minutes:
        """Return the statistic sets of the minutes `[start, end)`, counted from the epoch."""

    def percentile(self, share: float, start: int, end: int, step: int) -> Floats | None:
        """Return the percentile (`share` 0..1) of each `step` minutes of `[start, end)`; None where not published."""


class Backend(Protocol):
    """All metrics of an account and region."""

    def series(self, namespace: str, name: str, dimensions: Dimensions) -> Series | None:
        """Return the series with exactly these dimensions; None where nothing was ever published."""

    def published(self, start: int, end: int) -> Sequence[Key]:
        """Return the metrics that have datapoints in the minutes `[start, end)`, counted from the epoch."""


@runtime_checkable
class WithAlarms(Protocol):
    """A backend that has alarms, too; its objects are as DescribeAlarms and DescribeAlarmHistory answer them.

    Times in them are seconds since the epoch.
    """

    def alarms(self, at: float) -> Sequence[Mapping[str, Any]]:
        """Return the alarms that exist at a moment (seconds since the epoch); one with an AlarmRule is composite."""

    def alarm_history(self, start: float, end: float) -> Sequence[Mapping[str, Any]]:
        """Return the AlarmHistoryItems from `start` to `end` (both inclusive, in seconds), by time."""


@runtime_checkable
class WithMuteRules(Protocol):
    """A backend that has rules that mute alarms, too; they are as GetAlarmMuteRule answers them."""

    def mute_rules(self) -> Sequence[Mapping[str, Any]]:
        """Return the rules that there are."""


@runtime_checkable
class WithInventory(Protocol):
    """A backend of which more than its metrics is known: what the list calls of its account answer."""

    def inventory(self) -> "Inventory":
        """Return what the account holds."""
